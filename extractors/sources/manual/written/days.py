"""Days and moments as people and programs write them, in four languages and with any offset."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale

from extractors.sources.manual.written.cell import Converter, Notation, Unfit, text

DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{4})(\d\d)(\d\d)", re.ASCII)
DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d\d)", re.ASCII)
SLASHED = re.compile(r"(\d{1,2})([/-])(\d{1,2})\2(\d{4}|\d\d)", re.ASCII)
NAMED = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?(\d{1,2})(?:\.?\s+|\.?[-/])(?:de\s+)?([^\W\d]+)\.?,?(?:\s+|[-/])(?:de\s+)?(\d{4}|\d\d)"
    r"(?:\s*г\.?)?"
)
NAMED_FIRST = re.compile(r"(?:[^\W\d]+\.?,?\s+)?([^\W\d]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
MONTH = re.compile(r"(\d{4})-(\d\d)|(\d\d)[./](\d{4})", re.ASCII)
CLOCK = re.compile(
    r"(?P<day>.+?)(?:T|,?\s+(?:um\s+|at\s+)?)(?P<clock>\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)\s*(?P<half>[AaPp]\.?\s?[Mm]\.?)?"
    r"(?:\s*Uhr)?\s*\(?(?P<zone>Z|(?:UTC|GMT)?\s?[+-]\d{1,2}(?::?\d\d)?|[A-Z]{3,4}|[A-Z]\w+(?:/\w+)+)?\)?(?:\s*\([^()]*\))?"
)
ZONES: Mapping[str, float] = {
    "Z": 0, "UTC": 0, "GMT": 0, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3,
    "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip
"""Letters that stand for one offset wherever they are written; CST, IST and BST stand for several."""
EPOCH = re.compile(r"1\d{9}(\d{3})?", re.ASCII)
DAY_NUMBER = re.compile(r"[34]\d{4}(\.\d+)?", re.ASCII)


def day(value: Any, notation: Notation) -> date:
    """A day; a midnight is how Excel and Parquet write one."""
    if isinstance(value, datetime):
        if value.tzinfo is not None and notation.zone is not None and value.timetz().replace(tzinfo=None) != time(0):
            value = value.astimezone(notation.zone)
        if value.time() != time(0):
            raise Unfit("is a time where a day is wanted")
        found = value.date()
    elif isinstance(value, date):
        found = value
    else:
        found = _written_day(text(value, notation), notation)
    return _plausible(found, notation)


def _written_day(written: str, notation: Notation) -> date:
    for form in notation.dates:
        try:
            return datetime.strptime(written, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    if written[10:] in (" 00:00:00", " 00:00", "T00:00:00", "T00:00:00.000", " 0:00:00", " 0:00"):
        written = written[:10]
    if found := DAY.fullmatch(written):
        return _calendar(*(int(part) for part in found.groups() if part))
    if found := DOTTED.fullmatch(written):
        return _calendar(_year(found[3]), int(found[2]), int(found[1]))
    if found := SLASHED.fullmatch(written):
        return _slashed(int(found[1]), int(found[3]), _year(found[4]), notation)
    if (found := NAMED.fullmatch(written)) and (month_number := months().get(found[2].casefold())):
        return _calendar(_year(found[3]), month_number, int(found[1]))
    if (found := NAMED_FIRST.fullmatch(written)) and (month_number := months().get(found[1].casefold())):
        return _calendar(int(found[3]), month_number, int(found[2]))
    if DAY_NUMBER.fullmatch(written):
        raise Unfit("is not a day like 2026-03-31 but Excel's number of one; format the column as a date")
    raise Unfit("is not a day like 2026-03-31")


def _slashed(first: int, second: int, year: int, notation: Notation) -> date:
    day_first = notation.day_first
    if first > 12:
        day_first = True
    elif second > 12:
        day_first = False
    elif first == second:
        day_first = True
    if day_first is None:
        raise Unfit("may be day/month or month/day; say 'dates' in mapping.yml, or write it like 2026-03-31")
    return _calendar(year, second, first) if day_first else _calendar(year, first, second)


def _year(written: str) -> int:
    return int(written) if len(written) == 4 else 2000 + int(written)


def _calendar(year: int, month_number: int, day_number: int) -> date:
    try:
        return date(year, month_number, day_number)
    except ValueError:
        raise Unfit("is not in the calendar") from None


def _plausible(found: date, notation: Notation) -> date:
    if found < notation.first_day:
        raise Unfit(f"lies before {notation.first_day}; is the year right?")
    return found


@lru_cache(maxsize=1)
def months() -> Mapping[str, int]:
    """The names of the months in English, German, Russian and Spanish, short and long, in small letters."""
    names: dict[str, int] = {}
    for language in ("en", "de", "ru", "es"):
        for form in Locale(language).months.values():
            for width in ("abbreviated", "wide"):
                for number, name in form[width].items():
                    names.setdefault(str(name).rstrip(".").casefold(), number)
    return names


def month(value: Any, notation: Notation) -> date:
    """The first day of a month written 2026-03 or 2026-03-01."""
    found = MONTH.fullmatch(text(value, notation)) if not isinstance(value, date) else None
    if found:
        first = _calendar(int(found[1] or found[4]), int(found[2] or found[3]), 1)
        return _plausible(first, notation)
    try:
        written = day(value, notation)
    except Unfit as unfit:
        if str(unfit).startswith("is not a day"):
            raise Unfit("is not a month like 2026-03 or 2026-03-01") from None
        raise
    if written.day != 1:
        raise Unfit("is not a month like 2026-03 or 2026-03-01")
    return written


def timestamp(value: Any, notation: Notation) -> datetime:
    """A moment in UTC; a time without an offset is one of the file's clock, a day its first moment."""
    moment = _moment(value, notation)
    if moment.tzinfo is None:
        moment = _local(moment, notation.zone)
    elif isinstance(moment.tzinfo, ZoneInfo) and isinstance(value, str):
        moment = _local(moment.replace(tzinfo=None), moment.tzinfo)
    try:
        utc = moment.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        raise Unfit("is not in the calendar") from None
    _plausible(utc.date(), notation)
    return utc


def moment_as_written(value: Any, notation: Notation) -> str:
    """A time of whatever clock it is of, with its offset where it names one: who reads it knows the clock."""
    moment = _moment(value, notation)
    _plausible(moment.date(), notation)
    return moment.isoformat(" ", "seconds")


def _moment(value: Any, notation: Notation) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time.min)
    written = text(value, notation)
    for form in notation.times:
        try:
            return datetime.strptime(written, form)  # noqa: DTZ007 - the clock is put on later
        except ValueError:
            continue
    if EPOCH.fullmatch(written):
        return datetime.fromtimestamp(int(written[:10]), UTC) + timedelta(milliseconds=int(written[10:] or 0))
    said = CLOCK.fullmatch(written)
    if not said:
        try:
            return datetime.combine(_written_day(written, notation), time.min)
        except Unfit as unfit:
            if str(unfit).startswith("is not a day"):
                raise Unfit("is not a time like 2026-03-31T09:30:00+02:00") from None
            raise
    found = _written_day(said["day"].rstrip(","), notation)
    return datetime.combine(found, _clock(said["clock"], said["half"]), _offset(said["zone"]))


def _clock(written: str, half: str | None) -> time:
    parts = written.replace(",", ".").split(":")
    hour, minute = int(parts[0]), int(parts[1])
    whole, _, fraction = (parts[2] if len(parts) > 2 else "0").partition(".")
    if half:
        if not 1 <= hour <= 12:
            raise Unfit("is not in the calendar")
        hour = hour % 12 + (12 if half[0].lower() == "p" else 0)
    try:
        return time(hour, minute, int(whole), int((fraction + "000000")[:6]))
    except ValueError:
        raise Unfit("is not in the calendar") from None


def _offset(written: str | None) -> Any:
    if not written:
        return None
    if written[-1].isalpha():
        return _zone_of_letters(written)
    written = written.removeprefix("UTC").removeprefix("GMT").strip()
    digits = written[1:].replace(":", "")
    digits = digits.zfill(2).ljust(4, "0") if len(digits) < 3 else digits.zfill(4)
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > 15 or minutes > 59:
        raise Unfit("has an offset that no place has")
    ahead = timedelta(hours=hours, minutes=minutes)
    return timezone(ahead if written[0] == "+" else -ahead)


def _zone_of_letters(written: str) -> Any:
    if written in ZONES:
        return timezone(timedelta(hours=ZONES[written]))
    if "/" in written and written in available_timezones():
        return ZoneInfo(written)
    raise Unfit("names a time zone that is none or may be several; write it like 2026-03-31T09:30:00+02:00")


NO_OFFSET = "is a time without an offset; write it like 2026-03-31T09:30:00+02:00"
NO_CLOCK = f"{NO_OFFSET}, or say the brand's time_zone in brands.csv"


def _local(moment: datetime, zone: ZoneInfo | None) -> datetime:
    if zone is None:
        raise Unfit(NO_CLOCK)
    first, second = moment.replace(tzinfo=zone, fold=0), moment.replace(tzinfo=zone, fold=1)
    if first.utcoffset() != second.utcoffset():
        is_gap = (first.utcoffset() or timedelta()) < (second.utcoffset() or timedelta())
        if is_gap:
            raise Unfit("is a time that the clock left out when it was put forward; write it with its offset")
        raise Unfit("is a time that the clock showed twice when it was put back; write it with its offset")
    return first


def moment_or_day(at_end: bool) -> Converter:
    """A time, or where only a day is known its first moment in UTC (``at_end``: the moment after it)."""

    def convert(value: Any, notation: Notation) -> datetime:
        if isinstance(value, datetime):
            is_day = value.tzinfo is None and value.time() == time(0)
        else:
            is_day = isinstance(value, date) or not CLOCK.fullmatch(text(value, notation))
        if not is_day:
            return timestamp(value, notation)
        found = day(value, notation)
        # 31 December 9999 is how programs write "for ever"; there is no day after it.
        if at_end and found < date.max:
            found += timedelta(days=1)
        return datetime.combine(found, time.min)

    return convert
