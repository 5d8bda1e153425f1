"""Every form in which a contact may still lie somewhere, and what stands in the place of a person."""

from __future__ import annotations

import base64
import hashlib

import pytest

from erasure.patterns import patterns_of
from erasure.tokens import new_address, new_id, new_number, new_subject, new_unreadable_number

PHONE = "+4930123456789"
EMAIL = "Ann+Lee@mail.example"


@pytest.mark.parametrize(
    "form", ["+4930123456789", "4930123456789", "004930123456789", "030 123456789", "+49 30 123456789", "30123456789"]
)
def test_a_number_is_found_as_people_and_programs_write_it(form: str) -> None:
    assert form.encode() in patterns_of([("phone", PHONE)])


def test_an_address_is_found_escaped_encoded_and_hashed_without_a_key() -> None:
    found = patterns_of([("email", EMAIL)])

    assert found[b"ann+lee@mail.example"] == "email, written"
    assert found[EMAIL.lower().encode("utf-16-le")] == "email, in UTF-16"
    assert found[b"ann%2blee%40mail.example"] == "email, escaped"
    for text in (EMAIL, EMAIL.lower(), EMAIL.upper()):
        for name in ("md5", "sha1", "sha256"):
            digest = hashlib.new(name, text.encode())
            assert found[digest.hexdigest().encode()] == f"email, {name} without a key"
            assert base64.b64encode(digest.digest()).rstrip(b"=").lower() in found


@pytest.mark.parametrize("before", range(6))
@pytest.mark.parametrize("after", range(4))
def test_an_address_is_found_in_base64_wherever_it_stands(before: int, after: int) -> None:
    encoded = base64.b64encode(b"x" * before + EMAIL.encode() + b"y" * after).lower()

    assert any(pattern in encoded for pattern, kind in patterns_of([("email", EMAIL)]).items() if "in base64" in kind)


def test_what_is_short_is_found_everywhere_and_so_not_looked_for() -> None:
    written = {pattern for pattern, kind in patterns_of([("id", "12345")]).items() if kind == "id, written"}

    assert written == set()
    assert patterns_of([("id", "123456")])[b"123456"] == "id, written"


def test_what_stands_in_the_place_of_an_id_looks_like_it() -> None:
    before = "GA1.2-Abcdef0123456789xyz"
    made = new_id(before)

    assert made != before
    assert (len(made), made[:4], made[5]) == (len(before), "GA1.", "-")
    assert [(a.isdigit(), a.isupper(), a.isalpha()) for a in made] == [
        (b.isdigit(), b.isupper(), b.isalpha()) for b in before
    ]
    assert set(new_id("0123456789abcdef")) <= set("0123456789abcdef")
    # Of a short id nothing is kept: twice the same four letters by chance is one in some 200 thousand millions.
    assert any(new_id("short")[:4] != "shor" for _ in range(2))


def test_an_address_of_nobody_is_read_as_the_old_one_was() -> None:
    plain = new_address("ann@mail.example", is_valid=True, is_role=False, is_disposable=False)
    role = new_address("info+x@mail.example", is_valid=True, is_role=True, is_disposable=False)
    thrown = new_address("ann@trash.example", is_valid=True, is_role=False, is_disposable=True)
    invalid = new_address("ann@", is_valid=False, is_role=True, is_disposable=True)

    assert plain.endswith("@erased.example")
    assert (role[:5], role.partition("@")[2]) == ("info+", "erased.example")
    assert thrown.endswith("@trash.example")
    assert not thrown.startswith("ann@")
    assert invalid.endswith("@erased.invalid")
    assert len({new_subject(), new_subject(), new_number(), new_number()}) == 4
    assert (new_unreadable_number()[:3], len(new_unreadable_number())) == ("000", 12)
