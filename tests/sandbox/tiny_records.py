"""What a record of the tiny market is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

FIRST_DAY, LAST_DAY = date(2026, 3, 1), date(2026, 3, 31)

Record = tuple[dict[str, Any], Any, date, date | None]
"""The typed columns the server needs, the payload, the first day of the version, the day it ends."""


def utc(*parts: int) -> datetime:
    """A moment in UTC, written as the wire file keeps it: without a zone."""
    year, month, day, hour, minute, second = (*parts, 0, 0, 0)[:6]
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC).replace(tzinfo=None)
