"""Moments as vendors write them: the window's ends, unix seconds, times that leave out that they are UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from extractors.errors import FixSettings
from extractors.model import Account, Window


def start_of(window: Window) -> datetime:
    """The first moment of the window, in UTC."""
    return datetime.combine(window.first_day, time.min, UTC)


def end_of(window: Window) -> datetime:
    """The first moment after the window, in UTC."""
    return datetime.combine(window.last_day + timedelta(days=1), time.min, UTC)


def days_before(window: Window, kept: timedelta) -> set[date]:
    """The window's days that lie, in part at least, further back from now than a source keeps what it tells."""
    oldest = datetime.now(UTC) - kept
    return {day for day in window.days() if datetime.combine(day, time.min, UTC) < oldest}


def zulu(moment: datetime) -> str:
    """A moment as RFC 3339 writes it, ``2026-03-10T00:00:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def unix(moment: datetime) -> int:
    """A moment in whole seconds since 1970."""
    return int(moment.timestamp())


def from_unix(value: Any) -> Any:
    """The moment that seconds since 1970 name, as text; what is no whole number stays and becomes a reject."""
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    try:
        return zulu(datetime.fromtimestamp(value, UTC))
    except (OverflowError, OSError, ValueError):
        return str(value)


def said_in_utc(value: Any) -> Any:
    """A text like ``2026-03-10 09:30:00`` of a vendor whose clock is UTC, with that said; anything else stays."""
    if isinstance(value, str) and len(value) == 19 and value[10] in " T":
        return f"{value[:10]}T{value[11:]}Z"
    return value


def zone_of(account: Account, usual: str) -> ZoneInfo:
    """The time zone that the account's clock shows: the option ``time_zone``, or what is usual at the vendor."""
    name = str(account.options.get("time_zone") or usual)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise FixSettings(
            f"{account.source}, account {account.account}: the option time_zone is {name!r}; "
            "write it like 'Europe/Berlin'."
        ) from None


def from_local(value: Any, form: str, zone: ZoneInfo) -> Any:
    """The moment, in UTC, that a text without an offset names in a zone; anything else stays and becomes a reject."""
    if not isinstance(value, str):
        return value
    try:
        local = datetime.strptime(value, form).replace(tzinfo=zone)
    except ValueError:
        return value
    return local.astimezone(UTC).replace(tzinfo=None)
