"""What every sender's post is read into, and the ways in which answers are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from extractors.forms.columns import Answer
from extractors.forms.nested import named_values
from extractors.forms.posted import Fields, Unreadable, flat


@dataclass(frozen=True)
class Submission:
    """A form that somebody sent, before its answers are put into columns."""

    record_id: str | None
    """The sender's own id; None where it gives none."""
    form_id: str | None
    form_name: str | None
    answers: list[Answer]
    occurred_at: datetime | None = None
    """Where the sender says it; else the time of receipt counts."""
    page_url: str | None = None
    is_marked_spam: bool = False
    site: str | None = None
    """Where the sender counts: two sites behind one hook number their entries alike."""
    payload: Any = None
    """The post without what opens an account or belongs to no marketing."""


def spoken(value: Any) -> str:
    """An answer of several parts as one text: a number in full, a name in its order."""
    if isinstance(value, Mapping):
        return str(value["full"]) if value.get("full") else " ".join(str(part) for part in value.values() if part)
    return flat({"": value}).get("", "")


def flat_form(posted: Any) -> Fields:
    """The fields of a post that is an object, by name; or a list of names with their values."""
    if (listed := named_values(posted)) is not None:
        return flat({one.name: one.value for one in listed})
    if not isinstance(posted, Mapping):
        raise Unreadable("the body is not an object with the form's fields")
    return flat(posted)


def left_empty(posted: Any) -> list[Answer]:
    """The fields that were shown and not filled in: a form that asks for an address is not searched for another."""
    given = posted if isinstance(posted, Mapping) else {one.name: one.value for one in named_values(posted) or ()}
    return [Answer(str(name), "") for name, value in given.items() if value is None or value == "" or value == []]


def host_of(address: str | None) -> str | None:
    """The site of an address, in small letters and without ``www.``."""
    try:
        host = urlsplit(address or "").hostname or ""
    except ValueError:
        host = ""
    return host.lower().removeprefix("www.") or None
