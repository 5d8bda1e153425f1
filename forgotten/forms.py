"""Finds the addresses, numbers and ids in a text, and the forms in which each is compared.

A form is what stays equal however the value is written: in capitals, with blanks, with or without the code of its
country. ``VERSION`` changes with any of these rules, because a list of hashes was made with those of its day.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal
from urllib.parse import unquote

Kind = Literal["email", "phone", "id", "record", "text", "name"]
"""``id`` - a device, a click, a login; ``record`` - a row that is about the person; ``text`` - what stands where an
address or a number should be and is none; ``name`` - a name that names nobody, and stays."""

VERSION = 1

ADDRESS = re.compile(r"[^\s@,;:/?&=<>\"'()\[\]{}|\\]+@[^\s@,;:/?&=<>\"'()\[\]{}|\\]+\.[^\s@,;:/?&=<>\"'()\[\]{}|\\.]+")
NUMBER = re.compile(r"(?<![\w.])\+?\(?\d[\d ()./\u00a0-]{5,22}\d(?![\w])")
"""Seven signs or more of digits and what people write between them; how many digits count, says who compares."""
WORD = re.compile(r"[A-Za-z0-9._~-]{6,}")
"""What an id can be inside an address, a list or JSON."""
LOOKS_CONTACTED = r"@|%40|\d[\d ()./+\x{00a0}-]{5,22}\d"
"""A text without a match of this holds neither an address nor a number (in the words of RE2)."""
LEAST_DIGITS = 7
DOTS_DO_NOT_COUNT = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}


def email_forms(address: str) -> tuple[str, ...]:
    """The forms of one address: in lower case; and its mailbox without what a provider or a person may leave out."""
    plain = unicodedata.normalize("NFKC", address).strip().strip(".'\"").lower()
    mailbox, _, domain = plain.rpartition("@")
    short = mailbox.partition("+")[0] or mailbox
    if domain in DOTS_DO_NOT_COUNT:
        short, domain = short.replace(".", ""), DOTS_DO_NOT_COUNT[domain]
    return tuple(dict.fromkeys((plain, f"{short}@{domain}")))


def phone_forms(number: str) -> tuple[str, ...]:
    """The forms of a number as somebody wrote it: its digits, and those without what dials abroad."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", number))
    return tuple(dict.fromkeys((digits, digits.removeprefix("00"), digits.removeprefix("0"))))


def international_forms(number: str, country_code: str) -> tuple[str, ...]:
    """The forms of a number in international form: each way in which somebody may have written it."""
    digits = re.sub(r"\D", "", number)
    own = digits.removeprefix(country_code)
    return tuple(dict.fromkeys((digits, own, f"0{own}", f"8{own}"))) if len(own) >= LEAST_DIGITS else (digits,)


def text_form(text: str) -> str:
    """The form of a text as a whole."""
    return " ".join(unicodedata.normalize("NFKC", text).split()).lower()


def addresses_in(text: str) -> list[str]:
    """The addresses in a text, as they stand there, also where it is written for an address of a page."""
    # Most texts have neither, and the pattern tries each of their letters.
    found = ADDRESS.findall(text) if "@" in text else []
    if "%40" in text:
        found += ADDRESS.findall(text.replace("%40", "@"))
    return list(dict.fromkeys(found))


def numbers_in(text: str) -> list[str]:
    """What may be a number in a text, as it stands there."""
    found = [one.strip() for one in NUMBER.findall(text)]
    found += [part for one in found for part in re.split(r"[/.]", one) if sum(map(str.isdigit, part)) >= LEAST_DIGITS]
    return list(dict.fromkeys(found))


def ids_in(text: str) -> list[str]:
    """What may be an id in a text: the whole, its words, and of an id with a prefix the last two parts."""
    if text.isascii() and text.isalnum():
        return [text]
    words = WORD.findall(text) if len(text) < 20_000 else []
    if "%" in text:
        words += WORD.findall(unquote(text))
    # A cookie of Google's analytics is written with and without what it begins with.
    words += [".".join(word.split(".")[-2:]) for word in words if word.count(".") > 1]
    return list(dict.fromkeys((text.strip(), *words)))
