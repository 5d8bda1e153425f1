"""Values as people and spreadsheets write them, turned into what a column holds, or refused with a reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from extractors.model import ColumnType
from extractors.sources.manual.tabular import as_text

Converter = Callable[[Any], Any]
"""Takes a value as it stands in a file; raises ``Unfit`` for one that the column does not take."""

Moment = TypeVar("Moment", date, datetime)

YES, NO = ("true", "1", "yes"), ("false", "0", "no")
TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)", re.ASCII)
TIME_WITHOUT_OFFSET = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
MONTH = re.compile(r"\d{4}-\d\d", re.ASCII)
# Programs that know no missing integer write 12 as 12.0.
INTEGER = re.compile(r"[+-]?\d+(\.0+)?", re.ASCII)
DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)


class Unfit(Exception):
    """A value that its column does not take. The message never shows the value."""


def filled(convert: Converter) -> Converter:
    """The same, with None for what is empty or nothing but spaces."""
    if convert is _text:
        return _filled_text

    def converted(value: Any) -> Any:
        if type(value) is str:
            value = value.strip()
        return None if value is None or value == "" else convert(value)

    return converted


def _filled_text(value: Any) -> str | None:
    # Nearly all cells of a large file come through here.
    if type(value) is str:
        return value.strip() or None
    return None if value is None else _text(value)


def one_of(choices: Sequence[str], value: Any) -> str:
    """A word out of a closed list."""
    text = _text(value)
    if text not in choices:
        raise Unfit(f"is none of {', '.join(choices)}")
    return text


def _text(value: Any) -> str:
    if type(value) is str:
        return value.strip()
    if isinstance(value, list | dict | bytes):
        raise Unfit("is not text")
    return str(as_text(value))


def _integer(value: Any) -> int:
    text = _number_text(value)
    if not INTEGER.fullmatch(text):
        raise Unfit("is not a whole number")
    return int(text.partition(".")[0])


def _decimal(value: Any) -> Decimal:
    text = _number_text(value)
    if not DECIMAL.fullmatch(text):
        raise Unfit("is not a number with a decimal point and no other marks")
    return Decimal(text)


def _number_text(value: Any) -> str:
    if isinstance(value, bool):
        raise Unfit("is true or false where a number is wanted")
    if isinstance(value, float):
        value = Decimal(repr(value))
        if not value.is_finite():
            raise Unfit("is not a finite number")
    return _text(value)


def _boolean(value: Any) -> bool:
    text = _text(value).lower()
    if text not in YES + NO:
        raise Unfit("is none of true, false, 1, 0, yes, no")
    return text in YES


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        # Excel and Parquet know days as midnights.
        if _has_clock(value):
            raise Unfit("is a time where a day is wanted")
        return value.date()
    if isinstance(value, date):
        return value
    text = _text(value)
    if not DAY.fullmatch(text):
        raise Unfit("is not a day like 2026-03-31")
    return _calendar(date.fromisoformat, text)


def month(value: Any) -> date:
    """The first day of a month written 2026-03 or 2026-03-01."""
    text = _text(value)
    day = _calendar(date.fromisoformat, f"{text}-01") if MONTH.fullmatch(text) else _day(value)
    if day.day != 1:
        raise Unfit("is not a month like 2026-03 or 2026-03-01")
    return day


def _timestamp(value: Any) -> datetime:
    if isinstance(value, datetime):
        moment = value
    else:
        text = _text(value)
        if TIME_WITHOUT_OFFSET.fullmatch(text):
            raise Unfit("is a time without an offset; write it like 2026-03-31T09:30:00+02:00")
        if not TIME.fullmatch(text):
            raise Unfit("is not a time like 2026-03-31T09:30:00+02:00")
        moment = _calendar(datetime.fromisoformat, text)
    if moment.tzinfo is None:
        raise Unfit("is a time without an offset; write it as text like 2026-03-31T09:30:00+02:00")
    try:
        return moment.astimezone(UTC).replace(tzinfo=None)
    except OverflowError as beyond:
        raise Unfit("is not in the calendar") from beyond


def moment_or_day(value: Any, at_end: bool) -> datetime:
    """A time, or where only a day is known its first moment in UTC (``at_end``: the moment after it)."""
    is_day = DAY.fullmatch(value.strip()) if isinstance(value, str) else not _has_clock(value)
    if not is_day:
        return _timestamp(value)
    day = _day(value)
    # 31 December 9999 is how programs write "for ever"; there is no day after it.
    if at_end and day < date.max:
        day += timedelta(days=1)
    return datetime.combine(day, time.min)


def _has_clock(value: Any) -> bool:
    return isinstance(value, datetime) and (value.tzinfo is not None or value.time() != time(0))


def _calendar(read: Callable[[str], Moment], text: str) -> Moment:
    try:
        return read(text)
    except ValueError as impossible:
        raise Unfit("is not in the calendar") from impossible


CONVERT: Mapping[ColumnType, Converter] = {
    "text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "rate": _decimal,
    "boolean": _boolean,
    "date": _day,
    "timestamp": _timestamp,
}
