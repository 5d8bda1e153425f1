"""Turns a column of raw values into an Arrow array: all at once, or value by value where one does not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from extractors.model import ColumnType

ARROW: Mapping[ColumnType, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.decimal128(20, 6),
    "rate": pa.decimal128(20, 10),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}

DOES_NOT_FIT = (pa.ArrowException, ValueError, TypeError, OverflowError, InvalidOperation)


class Unfit(ValueError):
    """A value that its column does not take. The message never shows the value."""


def array_of(values: Sequence[Any], kind: ColumnType) -> tuple[pa.Array, dict[int, str]]:
    """The column, and for each value that did not fit its place and what was wrong (null in the column)."""
    try:
        return _all_at_once(values, kind), {}
    except DOES_NOT_FIT:
        return _one_by_one(values, kind)


def _all_at_once(values: Sequence[Any], kind: ColumnType) -> pa.Array:
    if kind == "text":
        return pa.array(values, pa.string())
    if all(value is None or type(value) is str for value in values):
        texts = pa.array(values, pa.string())
        if kind == "timestamp":
            # Refuses a time without an offset: nobody knows whose midnight it means.
            return pc.cast(texts, pa.timestamp("us", "UTC")).cast(pa.timestamp("us"))
        return pc.cast(texts, ARROW[kind])
    if kind in ("decimal", "rate"):
        return _exact_numbers(values, ARROW[kind])
    if _holds_a_mixture(values, kind):
        raise Unfit
    return pa.array(values, ARROW[kind])


def _exact_numbers(values: Sequence[Any], wanted: pa.DataType) -> pa.Array:
    """Numbers of any length, rounded half to even at the last place that the column has."""
    if any(type(value) not in EXACT for value in values):
        raise Unfit
    numbers = pa.array(values)
    if pa.types.is_decimal(numbers.type) and numbers.type.scale > wanted.scale:
        numbers = pc.round(numbers, ndigits=wanted.scale, round_mode="half_to_even")
    return numbers.cast(wanted)


EXACT = (Decimal, int, type(None))
PLAIN: Mapping[ColumnType, type[Any]] = {"timestamp": datetime, "date": date, "boolean": bool, "integer": int}


def _holds_a_mixture(values: Sequence[Any], kind: ColumnType) -> bool:
    """Whether Arrow would bend some value silently: a time into a day, a number into a time."""
    plain = PLAIN[kind]
    for value in values:
        if value is None:
            continue
        if type(value) is not plain or (isinstance(value, datetime) and value.tzinfo is not None):
            return True
    return False


def _one_by_one(values: Sequence[Any], kind: ColumnType) -> tuple[pa.Array, dict[int, str]]:
    convert, column = CONVERT[kind], ARROW[kind]
    converted: list[Any] = []
    problems: dict[int, str] = {}
    for place, value in enumerate(values):
        try:
            one = None if value is None else convert(value)
        except Unfit as unfit:
            one, problems[place] = None, str(unfit)
        except DOES_NOT_FIT:
            one, problems[place] = None, f"does not fit into a column of type {kind}"
        converted.append(one)
    try:
        return pa.array(converted, column), problems
    except DOES_NOT_FIT:
        for place, one in enumerate(converted):
            try:
                pa.scalar(one, column)
            except DOES_NOT_FIT:
                converted[place], problems[place] = None, f"does not fit into a column of type {kind}"
        return pa.array(converted, column), problems


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | Decimal):
        text = str(value)
        text.encode()
        return text
    raise Unfit(f"is {type(value).__name__}, not text")


def _integer(value: Any) -> int:
    if isinstance(value, bool):
        raise Unfit("is true or false, not a whole number")
    number = Decimal(value) if isinstance(value, str | Decimal | int) else Decimal(repr(value))
    if not number.is_finite() or number != number.to_integral_value():
        raise Unfit("is not a whole number")
    return int(number)


def _decimal(places: int) -> Callable[[Any], Decimal]:
    def convert(value: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            raise Unfit(f"is {type(value).__name__}, not a number")
        number = Decimal(repr(value) if isinstance(value, float) else value)
        if not number.is_finite():
            raise Unfit("is not a finite number")
        return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)

    return convert


def _boolean(value: Any) -> bool:
    known = {"true": True, "false": False, "1": True, "0": False}
    text = str(value).strip().lower()
    if text not in known:
        raise Unfit("is neither true nor false")
    return known[text]


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        raise Unfit("is a time, not a day")
    if isinstance(value, date):
        return value
    if isinstance(value, str) and len(value) == 10:
        return date.fromisoformat(value)
    raise Unfit("is not a day like 2026-03-31")


def _timestamp(value: Any) -> datetime:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
        if value.tzinfo is None:
            raise Unfit("is a time without an offset")
    if not isinstance(value, datetime):
        raise Unfit("is not a time like 2026-03-31T09:30:00+02:00")
    return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value


CONVERT: Mapping[ColumnType, Callable[[Any], Any]] = {
    "text": _text,
    "integer": _integer,
    "decimal": _decimal(6),
    "rate": _decimal(10),
    "boolean": _boolean,
    "date": _date,
    "timestamp": _timestamp,
}
