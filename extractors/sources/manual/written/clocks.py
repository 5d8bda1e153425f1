"""The clock of a shop: hours as counters write them, opening hours, and the zone that a shop lies in."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Any
from zoneinfo import available_timezones

from extractors.sources.manual.written.cell import Notation, Unfit, text

OF_SIX_DIGITS = re.compile(r"(\d\d)(\d\d)(\d\d)", re.ASCII)
OF_PARTS = re.compile(r"(\d{1,2})(?:[:.](\d\d))?(?:[:.](\d\d))?", re.ASCII)
A_SPAN = re.compile(r"(.+?)\s*[-–—]\s*(.+)")
CLOSED = ("closed", "geschlossen", "zu", "закрыто", "выходной", "cerrado")


def clock(value: Any, notation: Notation) -> str:
    """The hour that an interval begins with: ``10``, ``10:15``, ``101500`` and ``10:00-11:00`` are all written."""
    if isinstance(value, datetime):
        return value.time().isoformat("seconds")
    if isinstance(value, time):
        return value.isoformat("seconds")
    written = text(value, notation)
    if span := A_SPAN.fullmatch(written):
        written = span[1]
    return _time_of(written).isoformat("seconds")


def opening_hours(value: Any, notation: Notation) -> str:
    """``10:00-20:00`` or ``closed``. Midnight at the end is written 24:00."""
    written = text(value, notation)
    if written.casefold() in CLOSED:
        return "closed"
    span = A_SPAN.fullmatch(written)
    if not span:
        raise Unfit("is no opening hours like 10:00-20:00, and not closed")
    opens = _time_of(span[1])
    closes = "24:00" if span[2].strip() in ("24:00", "24", "00:00", "0:00") else f"{_time_of(span[2].strip()):%H:%M}"
    if closes <= f"{opens:%H:%M}":
        raise Unfit("closes before it opens; of a shop that is open past midnight write the hours until 24:00")
    return f"{opens:%H:%M}-{closes}"


def time_zone(value: Any, notation: Notation) -> str:
    """A zone of the IANA list."""
    written = text(value, notation)
    if written not in available_timezones():
        raise Unfit("is no time zone; write it like Europe/Berlin")
    return written


def _time_of(written: str) -> time:
    found = OF_SIX_DIGITS.fullmatch(written) or OF_PARTS.fullmatch(written)
    if not found:
        raise Unfit("is no hour like 10 or 10:15")
    hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        return time(hour, minute, second)
    except ValueError:
        raise Unfit("is not on the clock") from None
