"""The list of who was forgotten: it finds a contact however it is written, and tells nobody who is on it."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import pytest

from forgotten.forms import email_forms, international_forms, phone_forms
from forgotten.listed import ForgottenList, Listed, UnreadableList, add_to_list, hash_of, read_list

KEY = "a key"


def entries(kind: str, forms: tuple[str, ...], token: str = "token", brand: str = "nordhaus") -> list[Listed]:
    """A line for each form."""
    return [Listed("e1", "2026-06-30", brand, kind, hash_of(KEY, kind, form), token, "Bado Kelu") for form in forms]


@pytest.mark.parametrize(
    "written",
    ["ann@firm.example", " Ann@Firm.example", "ANN@FIRM.EXAMPLE", "ann+news@firm.example", "ann@firm.example."],
)
def test_an_address_is_found_however_it_is_written(written: str) -> None:
    listed = ForgottenList(KEY, entries("email", email_forms("ann@firm.example")))

    found = listed.find("email", email_forms(written), "nordhaus")

    assert found is not None
    assert found.token == "token"


def test_dots_in_a_mailbox_count_except_where_the_provider_ignores_them() -> None:
    assert set(email_forms("a.n.n@gmail.com")) & set(email_forms("ann@googlemail.com"))
    assert not set(email_forms("a.nn@firm.example")) & set(email_forms("ann@firm.example"))


@pytest.mark.parametrize(
    "written",
    ["+49 170 1234567", "0170 1234567", "0170/123 45 67", "0049 170 1234567", "(0170) 123-4567", "1701234567"],
)
def test_a_number_is_found_with_and_without_the_code_of_its_country(written: str) -> None:
    listed = ForgottenList(KEY, entries("phone", international_forms("+491701234567", "49")))

    assert listed.find("phone", phone_forms(written), "nordhaus")


def test_a_hash_is_the_one_with_which_lists_were_written_before() -> None:
    """A list of former years must be found in: HMAC of SHA-256 with the key, of which half is kept."""
    for key in (KEY, "k" * 64, "a key that is longer than one block of the hash, which is sixty-four bytes"):
        for kind, form in (("email", "ann@firm.example"), ("id", "müller")):
            known = hmac.new(key.encode(), f"erasure|{kind}|{form}".encode(), "sha256").hexdigest()
            assert hash_of(key, kind, form) == known[:32]
    assert hash_of("a key", "email", "ann@firm.example") == "281d4facdf2e8c1169c8ce8616c93f8f"


def test_a_kind_of_which_nothing_is_listed_finds_nothing() -> None:
    listed = ForgottenList(KEY, entries("email", ("ann@firm.example",)))

    assert listed.about("email", "ann@firm.example")
    assert not listed.about("phone", "ann@firm.example")
    assert not listed.about("id", "ann@firm.example")


def test_who_is_listed_for_one_brand_is_not_for_another() -> None:
    listed = ForgottenList(KEY, entries("email", ("ann@firm.example",)))

    assert listed.find("email", ["ann@firm.example"], "clearwater") is None


def test_the_file_holds_no_contact_and_no_hash_that_can_be_made_without_the_key(tmp_path: Path) -> None:
    file = tmp_path / "erasures.csv"
    add_to_list(file, KEY, entries("email", email_forms("ann@firm.example")))
    text = file.read_text(encoding="utf-8")

    assert "ann" not in text
    assert "firm" not in text
    for name in ("md5", "sha1", "sha256"):
        assert hashlib.new(name, b"ann@firm.example").hexdigest()[:32] not in text
    assert file.stat().st_mode & 0o077 == 0


def test_what_is_listed_twice_stands_there_once(tmp_path: Path) -> None:
    file = tmp_path / "erasures.csv"

    first = add_to_list(file, KEY, entries("email", ("ann@firm.example",)))
    again = add_to_list(file, KEY, entries("email", ("ann@firm.example",), token="another"))

    assert (first, again) == (1, 0)
    found = read_list(file, KEY).find("email", ["ann@firm.example"], "nordhaus")
    assert found is not None
    assert found.token == "token"


def test_a_list_of_another_key_is_refused_and_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    file = tmp_path / "erasures.csv"
    add_to_list(file, KEY, entries("email", ("ann@firm.example",)))

    with pytest.raises(UnreadableList, match="another LEADGEN_HASH_KEY"):
        read_list(file, "another key")
    with pytest.raises(UnreadableList, match="not set"):
        read_list(file, "")


def test_half_a_list_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "erasures.csv"
    add_to_list(file, KEY, entries("email", ("ann@firm.example",)))
    file.write_text(file.read_text(encoding="utf-8")[:-30], encoding="utf-8")

    with pytest.raises(UnreadableList, match="not as"):
        read_list(file, KEY)
