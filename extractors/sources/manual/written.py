"""Values as people and programs write them, turned into what a column holds, or refused with a reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.numbers import is_currency

from extractors.model import ColumnType
from handwritten.cells import bare
from handwritten.words import nearest

Converter = Callable[[Any, "Notation"], Any]
"""Takes a value as it stands in a file; raises ``Unfit`` for one that the column does not take."""

YES = ("true", "1", "yes", "y", "t", "ja", "j", "да", "sí", "si", "x", "1.0")
NO = ("false", "0", "no", "n", "f", "nein", "нет", "0.0")
NOTHING = (
    "",
    "null",
    "(null)",
    "<null>",
    "none",
    "nan",
    "nil",
    "n/a",
    "#n/a",
    "na",
    "-",
    "--",
    "---",
    "–",
    "—",
    "undefined",
)
"""What programs and people write for a value that is not there."""
NOTHING_IN_NAMES = ("", "null", "(null)", "<null>", "n/a", "#n/a", "-", "--", "---", "–", "—", "nan", "undefined")
"""The same where a name stands: somebody may be called None, a country is NA."""
NAMES = ("name", "company", "city", "country", "product", "campaign_name", "ad_group_name", "keyword", "lost_reason")
ZEROS = ("0", "0.0", "00")
"""Nothing, where an id or a number to call stands."""
NO_MOMENT = ("0000-00-00", "0000-00-00 00:00:00", "00.00.0000", "0")
IDS = (
    "campaign_id", "ad_group_id", "visit_id", "client_id", "user_id", "inquiry_id", "form_id", "deal_id", "contact_id",
)  # fmt: skip
PHONES = ("phone", "tracking_number")

PLAIN_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
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
# Programs that know no missing integer write 12 as 12.0.
WHOLE_FLOAT = re.compile(r"[+-]?(\d+)\.0+", re.ASCII)
SCIENTIFIC = re.compile(r"[+-]?\d+([.,]\d+)?[eE][+-]?\d+", re.ASCII)
GROUPED = re.compile(r"[+-]?\d{1,3}([.,])\d{3}(\1\d{3})*", re.ASCII)
DAY_NUMBER = re.compile(r"[34]\d{4}(\.\d+)?", re.ASCII)
DIGITS = re.compile(r"\d+", re.ASCII)
BLANKS = re.compile(r"[\s\u00a0\u202f\u2009'\u2019]")
SEVERAL = re.compile(r"\s*[;,|/\n]\s*|\s+(?=\+)")
LENGTH = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d\d)", re.ASCII)
MOST = Decimal(10) ** 14
SMALLEST = Decimal("0.000001")
SYMBOLS: Mapping[str, str] = {
    "€": "EUR",
    "£": "GBP",
    "₽": "RUB",
    "₴": "UAH",
    "₸": "KZT",
    "zł": "PLN",
    "₺": "TRY",
    "₹": "INR",
}
"""Marks that stand for one currency."""
SHARED_SYMBOLS = ("$", "¥", "kr", "Fr.")
"""Marks that several currencies have."""
CURRENCY_WORDS: Mapping[str, str] = {
    **SYMBOLS, "euro": "EUR", "euros": "EUR", "dollar": "USD", "us$": "USD", "dollars": "USD",
    "руб": "RUB", "руб.": "RUB", "рубль": "RUB", "рублей": "RUB", "rubles": "RUB", "rur": "RUB",
    "pound": "GBP", "pounds": "GBP",
}  # fmt: skip
NO_CURRENCIES = ("XXX", "XTS")


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


def words_for_nothing(column: str, kind: ColumnType, notation: Notation) -> tuple[str, ...]:
    """What means in a column that there is nothing, in small letters."""
    words = (*(NOTHING_IN_NAMES if column in NAMES else NOTHING), *notation.empty)
    if column in (*IDS, *PHONES, "email"):
        words += ZEROS
    if kind in ("date", "timestamp"):
        words += NO_MOMENT
    return words


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


def identifier(value: Any, notation: Notation) -> str:
    """A text that tells things apart: ``500.0`` is ``500``, and ``4.9E+11`` has lost its digits."""
    written = text(value, notation)
    if whole := WHOLE_FLOAT.fullmatch(written):
        return whole[1]
    if SCIENTIFIC.fullmatch(written) and "e+" in written.lower():
        raise Unfit("is a number in scientific notation, which has lost digits; format the column as text")
    return written


def first_identifier(value: Any, notation: Notation) -> str:
    """The first of the ids in a cell: a CRM lists all contacts of a deal there."""
    return identifier(re.split(r"\s*[;,|]\s*", text(value, notation))[0], notation)


def phone(value: Any, notation: Notation) -> str:
    """The first of the numbers in a cell. One that lost its digits stays as it is: nobody can be called by it."""
    written = text(value, notation)
    if whole := WHOLE_FLOAT.fullmatch(written):
        return whole[1]
    several = [one for one in SEVERAL.split(written) if len(DIGITS.findall(one)) and len(re.sub(r"\D", "", one)) >= 6]
    return several[0] if len(several) > 1 else written


def email(value: Any, notation: Notation) -> str:
    """The first of the addresses in a cell."""
    written = text(value, notation)
    several = [one for one in re.split(r"[;,\s|]+", written) if "@" in one]
    return several[0] if len(several) > 1 else written


def currency(value: Any, notation: Notation) -> str:
    """Three letters of ISO 4217; the usual words and signs are taken for them."""
    written = text(value, notation)
    code = CURRENCY_WORDS.get(written.casefold(), CURRENCY_WORDS.get(written, written)).upper()
    if code in NO_CURRENCIES or not is_currency(code):
        raise Unfit("is no currency; write three letters such as EUR")
    return code


def phone_that_is_a_key(value: Any, notation: Notation) -> str:
    """The same where the number tells things apart: one without its digits does not."""
    identifier(value, notation)
    return phone(value, notation)


def one_of(choices: Sequence[str]) -> Converter:
    """A word of a closed list, in any case."""
    spelled = {word.casefold(): word for word in choices}

    def convert(value: Any, notation: Notation) -> str:
        written = text(value, notation)
        known = spelled.get(written.casefold().replace(" ", "_").replace("-", "_"))
        known = known or spelled.get(written.casefold())
        if known is None:
            raise Unfit(f"is none of {', '.join(choices)}")
        return known

    return convert


def known_word(known: Iterable[str], what: str, cure: str, is_closed: bool = True) -> Converter:
    """A word of a list that a rule file holds: another case or other marks are put right, another word refused."""
    words = list(known)
    exact = set(words)
    spelled: dict[str, str] = {}
    for word in reversed(words):
        spelled[_loose(word)] = word

    def convert(value: Any, notation: Notation) -> str:
        written = text(value, notation)
        if written in exact:
            return written
        if found := spelled.get(_loose(written)):
            return found
        if not is_closed:
            return written
        meant = nearest(written, words)
        raise Unfit(f"is {what}; {cure}" + (f". Did you mean {meant!r}?" if meant else ""))

    return convert


def _loose(word: str) -> str:
    return re.sub(r"[\s_-]+", "_", word.strip()).casefold()


def integer(value: Any, notation: Notation) -> int:
    """A whole number, with or without marks between its thousands."""
    if isinstance(value, str) and GROUPED.fullmatch(value.strip()):
        # A whole number has no decimals: its marks are those of the thousands, whatever marks the file has.
        value = re.sub(r"[.,]", "", value)
    number = decimal(value, notation)
    if number != number.to_integral_value():
        raise Unfit("is not a whole number")
    if abs(number) >= 2**63:
        raise Unfit("has too many digits")
    return int(number)


def seconds(value: Any, notation: Notation) -> int:
    """A length in seconds, also written ``0:02:31``."""
    length = LENGTH.fullmatch(str(value).strip())
    if length:
        return (int(length[1] or 0) * 60 + int(length[2])) * 60 + int(length[3])
    return integer(value, notation)


def decimal(value: Any, notation: Notation) -> Decimal:
    """A number as it is written: marks between thousands, the sign of a currency, brackets for less than 0."""
    if isinstance(value, bool):
        raise Unfit("is true or false where a number is wanted")
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, int | Decimal):
        number = Decimal(value)
        if not number.is_finite():
            raise Unfit("is not a finite number")
    else:
        number = _number(text(value, notation), notation)
    if abs(number) >= MOST:
        raise Unfit("has too many digits")
    return number.quantize(SMALLEST, ROUND_HALF_EVEN)


def _number(written: str, notation: Notation) -> Decimal:
    body, sign = written, 1
    if body.startswith("(") and body.endswith(")"):
        body, sign = body[1:-1].strip(), -1
    body, _ = without_symbol(body)
    if body.startswith("(") and body.endswith(")"):
        body, sign = body[1:-1].strip(), -1
    body = body.replace("\u2212", "-").strip()
    if body.endswith("-"):
        body = f"-{body[:-1].strip()}"
    if body[:1] in "+-" and body:
        sign, body = (-sign if body[0] == "-" else sign), body[1:].strip()
        body, _ = without_symbol(body)
    exponent = SCIENTIFIC.fullmatch(body)
    digits = body.replace(",", ".") if exponent else _plain_digits(body, notation)
    try:
        return sign * Decimal(digits)
    except ArithmeticError:
        raise Unfit("is not a number; write it like 1234.50") from None


def without_symbol(body: str) -> tuple[str, str | None]:
    """An amount without the sign or the code of its currency, and which that is."""
    for symbol, code in SYMBOLS.items():
        if symbol in body:
            return body.replace(symbol, "", 1).strip(), code
    for symbol in SHARED_SYMBOLS:
        if symbol in body:
            return body.replace(symbol, "", 1).strip(), symbol
    if said := re.fullmatch(r"([A-Za-z]{3})\s*([-+(\d].*)|(.*[\d)])\s*([A-Za-z]{3})", body):
        code = (said[1] or said[4]).upper()
        if is_currency(code):
            return (said[2] or said[3]).strip(), code
    return body, None


def _plain_digits(body: str, notation: Notation) -> str:
    """Digits with a point before the decimals; a number that may be read in two ways is refused."""
    if notation.thousands:
        body = body.replace(notation.thousands, "")
    blanks = BLANKS.split(body)
    if len(blanks) > 1:
        head, *groups = blanks
        last = re.split(r"[.,]", groups[-1])[0]
        if not DIGITS.fullmatch(head) or any(len(one) != 3 for one in (*groups[:-1], last)):
            raise Unfit("is not a number; write it like 1234.50")
        body = "".join(blanks)
    if not re.fullmatch(r"[\d.,]*\d[\d.,]*", body, re.ASCII):
        raise Unfit("is not a number; write it like 1234.50")
    points, commas = body.count("."), body.count(",")
    if points and commas:
        mark = max(".,", key=body.rfind)
        other = "," if mark == "." else "."
        whole, _, rest = body.rpartition(mark)
        if body.count(mark) > 1 or not _is_grouped(whole, other) or (notation.decimal and notation.decimal != mark):
            raise Unfit("is not a number; write it like 1234.50")
        return f"{whole.replace(other, '')}.{rest}"
    if not commas and not points:
        return body
    mark = "," if commas else "."
    if body.count(mark) > 1:
        if not _is_grouped(body, mark) or notation.decimal == mark:
            raise Unfit("is not a number; write it like 1234.50")
        return body.replace(mark, "")
    whole, _, rest = body.partition(mark)
    if notation.decimal == mark or (mark == "." and notation.decimal is None and not GROUPED.fullmatch(body)):
        return body.replace(",", ".")
    looks_grouped = len(rest) == 3 and 1 <= len(whole) <= 3 and whole != "0"
    if notation.decimal is not None:
        if not looks_grouped:
            raise Unfit(f"has {mark!r} where the decimals of this file stand behind {notation.decimal!r}")
        return whole + rest
    if looks_grouped:
        raise Unfit("may be thousands or decimals; say 'decimal' in mapping.yml, or write it like 1234.50")
    return f"{whole or '0'}.{rest}"


def _is_grouped(whole: str, mark: str) -> bool:
    first, *groups = whole.split(mark)
    if 1 <= len(first) <= 3 and all(len(one) == 3 for one in groups):
        return True
    # India counts in hundreds above the thousands: 1,23,456.
    is_indian = mark == "," and len(groups) > 1 and len(first) <= 2 and len(groups[-1]) == 3
    return is_indian and all(len(one) == 2 for one in groups[:-1])


def boolean(value: Any, notation: Notation) -> bool:
    """Yes or no, in four languages."""
    word = text(value, notation).casefold()
    if word not in YES + NO:
        raise Unfit("is none of true, false, 1, 0, yes, no")
    return word in YES


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


CONVERT: Mapping[ColumnType, Converter] = {
    "text": text,
    "integer": integer,
    "decimal": decimal,
    "rate": decimal,
    "boolean": boolean,
    "date": day,
    "timestamp": timestamp,
}
