"""How forms word what was said: builders' names, labels of other languages, machine fields, other people's addresses.

Which wording a form has follows from its id, so that the truth is known: whatever the wording, the contact, the device
and the tags are those of the market. Rates are of a hundred forms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

import msgspec

from sandbox.stories.retold import number_of

FORM, JSON, TEXT = "application/x-www-form-urlencoded", "application/json", "text/plain;charset=UTF-8"
Said = Mapping[str, str]

NAMES: Mapping[str, Mapping[str, str]] = {
    "german": {"full_name": "Ihr Name", "email": "E-Mail-Adresse*", "phone": "Telefonnummer (optional)"},
    "russian": {"full_name": "Как к вам обращаться?", "email": "Электронная почта", "phone": "Ваш телефон"},
    "builder": {"full_name": "q6_yourName6", "email": "q4_email4", "phone": "tel-417"},
}


def _called(language: str) -> Callable[[Said], dict[str, str]]:
    return lambda said: {NAMES[language].get(name, name): value for name, value in said.items()}


def _in_two_parts(said: Said) -> dict[str, str]:
    """Given and family name in fields of their own, of which the second is called "Name"."""
    given, _, family = said.get("full_name", "").partition(" ")
    parts = {"Vorname": given, "Name": family} if family else {"Name": given}
    return parts | {name: value for name, value in said.items() if name != "full_name"}


def _with_machine_fields(said: Said) -> dict[str, str]:
    """What the builder, the page and the browser add: the site's own address, links to files, a cookie as it is."""
    device = said.get("client_id", "")
    files = ", ".join(f"https://nordhaus.example/uploads/{number}.jpg" for number in range(3))
    # The device is in the cookie of analytics, where it has the form of one.
    known = {"_ga": f"GA1.1.{device}"} if device.count(".") == 1 and device.replace(".", "").isdigit() else {}
    rest = {name: value for name, value in said.items() if name != "client_id" or not known}
    return {"_site_admin_email": "info@nordhaus.example", "photos": files, "user_agent": "Mozilla/5.0", **known, **rest}


def _with_another_s_page(said: Said) -> dict[str, str]:
    """A question called "url" before the page that the form knows."""
    return {"url": "https://customer.example/?utm_source=theirs&utm_medium=email", **said}


WORDINGS: tuple[tuple[str, int, Callable[[Said], dict[str, str]], str], ...] = (
    ("plain", 40, dict, JSON),
    ("german", 15, _called("german"), FORM),
    ("russian", 10, _called("russian"), f"{FORM}; charset=windows-1251"),
    ("builder", 10, _called("builder"), FORM),
    ("two_parts", 10, _in_two_parts, FORM),
    ("machine", 10, _with_machine_fields, TEXT),
    ("another_s_page", 5, _with_another_s_page, FORM),
)
"""A wording, how many of a hundred forms have it, what it does, and how it is sent."""


def wording_of(key: str) -> str:
    """The wording of the form with this id."""
    return _of(key)[0]


def worded(key: str, said: Said) -> tuple[bytes, str]:
    """The body of the form with this id, and its content type."""
    _, _, write, content_type = _of(key)
    if content_type in (JSON, TEXT):
        return msgspec.json.encode(write(said)), content_type
    # A page of Windows-1251 writes what that cannot hold by its number, as browsers do.
    charset = content_type.partition("charset=")[2] or "utf-8"
    pairs = {name: value.encode(charset, "xmlcharrefreplace") for name, value in write(said).items()}
    return urlencode({name.encode(charset): value for name, value in pairs.items()}).encode(), content_type


def _of(key: str) -> tuple[str, int, Callable[[Said], dict[str, str]], str]:
    place = number_of(f"wording {key}") % sum(rate for _, rate, _, _ in WORDINGS)
    for wording in WORDINGS:
        place -= wording[1]
        if place < 0:
            return wording
    raise AssertionError("the rates add up")
