"""Charsets that nobody named, texts that were broken on the way, and bodies of two or four bytes a letter."""

from __future__ import annotations

from urllib.parse import quote_from_bytes

import pytest

from extractors.forms.charsets import readable
from extractors.forms.posted import Unreadable, decoded

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("value", "charset"),
    [
        ("Анна Берг, нужна крыша", "windows-1251"), ("ГРИША", "windows-1251"), ("Я", "windows-1251"),
        ("нужна крыша к маю", "koi8-r"), ("Потрібна крівля, Євген Їжак", "windows-1251"),
        ("Jörg Weiß, Größe für 5 € und 120 m²", "windows-1252"), ("Hélène Lefèvre, où ça ? cœur", "windows-1252"),
        ("Íñigo Muñoz: ¿cuánto?", "windows-1252"), ("João Gonçalves, nº 3, 1ª opção", "windows-1252"),
        ("Åsa Öberg", "windows-1252"), ("Søren Ægir", "windows-1252"), ("Perché no, città", "windows-1252"),
        ("Łukasz Wąsik prosi o wycenę", "iso-8859-2"), ("Łukasz Wąsik prosi o wycenę, część", "windows-1250"),
        ("Paweł", "iso-8859-2"), ("Jiří Dvořák", "iso-8859-2"), ("Šárka Žáková", "windows-1250"),
        ("Ayşe Şahin, çatı için", "windows-1254"), ("Kőszegi László, tűz", "iso-8859-2"), ("Müller", "windows-1252"),
        ("Jānis Bērziņš", "windows-1257"), ("Žydrūnas Šimkus", "windows-1257"), ("Μαρία", "windows-1253"),
        ("Χρειάζομαι προσφορά για στέγη", "windows-1253"), ("Гузель", "windows-1251"), ("Юля", "windows-1251"),
        ("Ян Цех", "windows-1251"), ("Шура Балаганов", "koi8-r"),
    ],
)  # fmt: skip
def test_a_charset_that_nobody_named_is_told_by_the_letters_of_a_language(value: str, charset: str) -> None:
    body = b"name=" + quote_from_bytes(value.encode(charset)).encode()

    assert decoded(body, FORM) == {"name": value}


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_json_is_read_in_two_or_four_bytes_a_letter_with_a_mark_or_without(charset: str) -> None:
    assert decoded('{"name": "Жук"}'.encode(charset), "application/json") == {"name": "Жук"}


@pytest.mark.parametrize(
    ("told", "meant"),
    [("M&uuml;ller &amp; S&ouml;hne", "Müller & Söhne"), ("JÃ¶rg WeiÃŸ", "Jörg Weiß"), ("ÐÐ½Ð½Ð°", "ÐÐ½Ð½Ð°"),
     ("Ð\x90Ð½Ð½Ð°", "Анна"), ("Â", "Â"), ("AT&T; x", "AT&T; x"), ("Ângela", "Ângela")],
)  # fmt: skip
def test_a_name_that_a_program_broke_on_the_way_is_whole_again(told: str, meant: str) -> None:
    assert readable(told) == meant


def test_a_form_of_lines_is_read_and_a_page_is_no_form() -> None:
    text = b"name=Anna Berg\r\nmessage=Bitte anrufen & Termin\r\nam Montag\r\ntel=030 1\r\n"

    assert decoded(text, "text/plain") == {
        "name": "Anna Berg", "message": "Bitte anrufen & Termin\nam Montag", "tel": "030 1",
    }  # fmt: skip
    assert decoded(b"name=Anna&tel=1", "application/json") == {"name": "Anna", "tel": "1"}
    with pytest.raises(Unreadable, match="XML"):
        decoded(b'<?xml version="1.0"?><name>Anna</name>', "application/xml")


PART = b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nAnna\r\n'


@pytest.mark.parametrize(
    "body",
    [
        PART + b"--b--\r\n", PART, PART[:-2], PART + b"--", PART + b"--b", PART.replace(b"\r\n", b"\n") + b"--b--",
        PART.replace(b"\r\n\r\n", b"\r\nContent-Type: text/plain; charset=utf-16be\r\n\r\n", 1).replace(
            b"Anna", "Anna".encode("utf-16-be")
        ) + b"--b--\r\n",
    ],
)  # fmt: skip
@pytest.mark.parametrize("content_type", ["multipart/form-data; boundary=b", "multipart/form-data"])
def test_a_form_in_parts_is_read_without_its_end_its_boundary_or_its_line_ends(body: bytes, content_type: str) -> None:
    assert decoded(body, content_type) == {"name": "Anna"}
