"""How forms word what was said: names and labels, machine fields, other people's addresses, charsets, marks, packing.

Which wording a form has follows from its id, so that the truth is known: whatever the wording, the contact, the device
and the tags are those of the market. Rates are of a hundred forms.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import msgspec

from sandbox.stories.retold import number_of

FORM, JSON, TEXT = "application/x-www-form-urlencoded", "application/json", "text/plain;charset=UTF-8"
Said = Mapping[str, str]

NAMES: Mapping[str, Mapping[str, str]] = {
    "german": {"full_name": "Ihr Name", "email": "E-Mail-Adresse*", "phone": "Telefonnummer (optional)"},
    "russian": {"full_name": "Как к вам обращаться?", "email": "Электронная почта", "phone": "Ваш телефон"},
    "greek": {"full_name": "Ονοματεπώνυμο", "email": "Email", "phone": "Τηλέφωνο"},
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


def _by_number(said: Said) -> dict[str, Any]:
    """Each field under its number, with its question beside its answer."""
    told = {name: value for name, value in said.items() if name in NAMES["german"]}
    fields = {
        str(number): {"id": number, "label": NAMES["german"][name], "value": value}
        for number, (name, value) in enumerate(told.items(), start=1)
    }
    return {"fields": fields, **{name: value for name, value in said.items() if name not in told}}


@dataclass(frozen=True)
class Body:
    """What is posted."""

    body: bytes
    content_type: str
    is_packed: bool = False


@dataclass(frozen=True)
class Wording:
    """How some forms word what was said, and how it is sent."""

    name: str
    rate: int
    """Of a hundred forms."""
    write: Callable[[Said], Mapping[str, Any]]
    content_type: str
    mark: bytes = b""
    """What the program puts before the text."""
    is_packed: bool = False


WORDINGS = (
    Wording("plain", 25, dict, JSON),
    Wording("german", 15, _called("german"), FORM),
    Wording("russian", 10, _called("russian"), f"{FORM}; charset=windows-1251"),
    Wording("greek", 5, _called("greek"), f"{FORM}; charset=windows-1253"),
    Wording("builder", 10, _called("builder"), FORM),
    Wording("two_parts", 10, _in_two_parts, FORM),
    Wording("machine", 10, _with_machine_fields, TEXT),
    Wording("another_s_page", 5, _with_another_s_page, FORM),
    Wording("marked", 4, dict, JSON, mark=b"\xef\xbb\xbf"),
    Wording("packed", 3, dict, JSON, is_packed=True),
    Wording("by_number", 3, _by_number, JSON),
)


def wording_of(key: str) -> str:
    """The wording of the form with this id."""
    return _of(key).name


def worded(key: str, said: Said) -> Body:
    """What is posted of the form with this id; a packed one as it is before it is packed."""
    wording = _of(key)
    written, content_type = wording.write(said), wording.content_type
    if content_type in (JSON, TEXT):
        return Body(wording.mark + msgspec.json.encode(written), content_type, wording.is_packed)
    # A page of an older charset writes what that cannot hold by its number, as browsers do.
    charset = content_type.partition("charset=")[2] or "utf-8"
    pairs = {name: value.encode(charset, "xmlcharrefreplace") for name, value in written.items()}
    return Body(urlencode({name.encode(charset): value for name, value in pairs.items()}).encode(), content_type)


def packed(body: bytes) -> bytes:
    """The body as a program sends it that saves on the way; the same each time."""
    return gzip.compress(body, mtime=0)


def _of(key: str) -> Wording:
    place = number_of(f"wording {key}") % sum(wording.rate for wording in WORDINGS)
    for wording in WORDINGS:
        place -= wording.rate
        if place < 0:
            return wording
    raise AssertionError("the rates add up")
