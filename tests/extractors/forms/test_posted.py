"""Bodies as the world sends them: charsets, marks, packing, JSON under other names, and what nobody can read."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import Any
from urllib.parse import quote, quote_from_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.forms.posted import Unreadable, decoded, documents, flat, unpacked

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def field(value: str, charset: str) -> bytes:
    """A form of one field, as a browser of a page in that charset encodes it."""
    return b"name=" + quote_from_bytes(value.encode(charset, "xmlcharrefreplace")).encode() + b"&tel=1"


@pytest.mark.parametrize(
    ("value", "charset", "said"),
    [
        ("Иван Петров", "windows-1251", ""),
        ("Иван Петров", "windows-1251", "; charset=windows-1251"),
        ("Иван Петров", "koi8-r", '; charset="KOI8-R"'),
        ("Иван Петров", "windows-1251", "; charset=utf-8"),
        ("Jörg Müller-Weiß", "windows-1252", ""),
        ("Jörg Müller", "windows-1252", "; charset=ISO-8859-1"),
        ("Zażółć", "iso-8859-2", "; charset=iso-8859-2"),
        ("Łódź für 5 €", "windows-1252", "; charset=windows-1252"),
        ("Иван Петров", "windows-1251", "; charset=cp-1251"),
        ("Иван Петров", "windows-1251", "; charset=x-cp1251"),
        ("Иван Петров", "cp866", "; charset=ibm866"),
        ("Müller", "cp850", "; charset=cp850"),
        ("山田太郎", "shift_jis", "; charset=x-sjis"),
        ("홍길동", "cp949", "; charset=KS_C_5601-1987"),
        ("Γιώργος", "windows-1253", "; charset=windows1253"),
        ("Жук 🏠", "utf-8", "; charset=nonsense"),
        ("Жук 🏠", "utf-8", "; charset=cp-9999"),
        ("Жук 🏠", "utf-8", ""),
    ],
)
def test_a_form_is_read_in_the_charset_of_its_page(value: str, charset: str, said: str) -> None:
    assert decoded(field(value, charset), FORM + said) == {"name": value, "tel": "1"}


def test_a_page_may_name_its_charset_in_a_field() -> None:
    assert decoded(field("Ваня", "koi8-r") + b"&_charset_=koi8-r", FORM) == {"name": "Ваня", "tel": "1"}


def test_a_form_in_parts_may_be_of_another_charset_too() -> None:
    body = '--b\r\nContent-Disposition: form-data; name="имя"\r\n\r\nИван Петров\r\n--b--\r\n'.encode("windows-1251")

    assert decoded(body, "multipart/form-data; boundary=b") == {"имя": "Иван Петров"}


@pytest.mark.parametrize(
    "content_type", ["text/plain", "text/plain;charset=UTF-8", "", FORM, "application/octet-stream"]
)
def test_json_is_read_whatever_it_says_it_is(content_type: str) -> None:
    text = '\n {"name": "Anna", "url": "https://a.example/?a=b&c=d"}'

    for body in (text.encode(), b"\xef\xbb\xbf" + text.encode(), b"\xff\xfe" + text.encode("utf-16-le")):
        assert decoded(body, content_type)["url"] == "https://a.example/?a=b&c=d"


ANNA = {"name": "Anna Äöü & Co", "email": "anna@mail.example"}
WRITTEN_TWICE = {
    "JSON inside a text of JSON": (json.dumps(json.dumps(ANNA)).encode(), JSON),
    "JSON as the name of a form's only field": (quote(json.dumps(ANNA)).encode() + b"=", FORM),
    "JSON as a form without a sign between": (quote(json.dumps(ANNA)).encode() + b"=", "text/plain"),
    "a form that was encoded twice": (
        "&".join(f"{name}={quote(quote(value, safe=''))}" for name, value in ANNA.items()).encode(), FORM,
    ),
    "a form that an old script encoded": (b"name=Anna %u00C4%u00F6%u00FC %26 Co&email=anna@mail.example", FORM),
    "JSON with a zero at its end": (json.dumps(ANNA).encode() + b"\n\0", JSON),
}  # fmt: skip


@pytest.mark.parametrize("way", WRITTEN_TWICE)
def test_what_a_program_encoded_twice_is_read_as_it_was_meant(way: str) -> None:
    assert decoded(*WRITTEN_TWICE[way]) == ANNA


def test_a_share_in_per_cent_is_not_taken_for_an_encoded_sign() -> None:
    assert decoded(b"name=Anna+Berg&offer=50%2541", FORM) == {"name": "Anna Berg", "offer": "50%41"}
    assert decoded(b"name=Anna&offer=50%25", FORM) == {"name": "Anna", "offer": "50%"}


def test_a_form_of_one_empty_field_is_one() -> None:
    assert decoded(b"name=", FORM) == {"name": ""}
    assert decoded(b"%7Bname=", FORM) == {"{name": ""}


def test_a_text_that_was_cut_inside_an_emoji_loses_only_the_half_letter() -> None:
    assert decoded(b'{"message": "Danke \\ud83d", "n": NaN}', JSON) == {"message": "Danke \ufffd", "n": None}


def test_values_behind_each_other_are_so_many_posts() -> None:
    assert documents(b'{"a": 1}\n{"a": 2}', JSON) == [{"a": 1}, {"a": 2}]
    with pytest.raises(Unreadable, match="holds 2 JSON values"):
        decoded(b'{"a": 1}{"a": 2}', JSON)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"a": 1} and more', JSON),
        (b"[1] [2]", JSON),
        (b"1 2", JSON),
        (b"no form", FORM),
        (b'{"a": ' + b"9" * 9999, JSON),
        (b'{"a":' + b"[" * 200_000, JSON),
        (b"\xff\xfe\x00", JSON),
        (b"--x", "multipart/form-data"),
        (b"{}" * 101, JSON),
        (b"&".join(b"a=1" for _ in range(2000)), FORM),
    ],
)
def test_what_nobody_can_read_is_said_in_a_sentence(body: bytes, content_type: str) -> None:
    with pytest.raises(Unreadable):
        decoded(body, content_type)


def test_a_packed_body_is_unpacked_and_never_to_more_than_a_post_may_be() -> None:
    body = b'{"a": 1}'
    raw = zlib.compressobj(wbits=-15)

    assert unpacked(gzip.compress(body), "gzip", 100) == body
    assert unpacked(zlib.compress(body), "deflate", 100) == body
    assert unpacked(raw.compress(body) + raw.flush(), "deflate", 100) == body
    for bad, how in (
        (gzip.compress(bytes(10**7)), "gzip"),
        (gzip.compress(body)[:-9], "gzip"),
        (body, "gzip"),
        (body, "br"),
    ):
        with pytest.raises(Unreadable):
            unpacked(bad, how, 1000)


ANY_TYPE = st.sampled_from([FORM, JSON, "text/plain", "", "multipart/form-data; boundary=b", FORM + "; charset=utf-16"])


@settings(max_examples=400, deadline=500)
@given(st.binary(max_size=200) | st.text().map(lambda text: json.dumps(text).encode()), ANY_TYPE)
def test_any_bytes_are_a_post_or_unreadable_and_nothing_else(body: bytes, content_type: str) -> None:
    try:
        found: list[Any] = documents(body, content_type)
    except Unreadable:
        return
    assert [flat(one) for one in found]
