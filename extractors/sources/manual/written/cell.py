"""What a file says of how its values are written, and a cell as text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from handwritten.cells import bare

Converter = Callable[[Any, "Notation"], Any]
"""Takes a value as it stands in a file; raises ``Unfit`` for one that the column does not take."""


class Unfit(Exception):
    """A value that its column does not take. The message never shows the value."""


@dataclass(frozen=True)
class Notation:
    """How the values of a file are written, as far as somebody said it or the file shows it."""

    decimal: str | None = None
    """The mark before the decimals; None where each number has to show it."""
    thousands: str | None = None
    day_first: bool | None = None
    """Whether ``03/04/2026`` is in April; None where nobody knows."""
    dates: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    zone: ZoneInfo | None = None
    """The clock of times that name no offset."""
    empty: tuple[str, ...] = ()
    """Further words for nothing, in small letters."""
    first_day: date = date(2000, 1, 1)


def as_text(value: Any) -> str | None:
    """A cell as a person would write it; None for an empty one."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if value != value:
            return None
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def text(value: Any, notation: Notation) -> str:
    """A text without blanks around it."""
    if isinstance(value, list | dict | bytes):
        raise Unfit("is not text")
    return bare(str(as_text(value)))
