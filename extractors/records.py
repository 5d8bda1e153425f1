"""Reads a record whose parts may be of any type: what is odd about one record is said of that record alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from extractors.errors import SourceChanged
from extractors.model import Row

R = TypeVar("R")

UNREADABLE = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError)
LEAST_ODD = 2
"""One record that cannot be read is an accident; all of a page are a change."""


class Odd(SourceChanged):
    """A part of a record is of another type than it ever was. The message never shows the value."""


def object_in(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object under a name; an empty one where there is none."""
    value = _asked(record, name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Odd(f"{name} is {type(value).__name__}, not an object")
    return value


def list_in(record: Mapping[str, Any], name: str) -> list[Any]:
    """The list under a name; an empty one where there is none."""
    value = _asked(record, name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Odd(f"{name} is {type(value).__name__}, not a list")
    return value


def objects_in(record: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The list of objects under a name; an empty one where there is none."""
    values = list_in(record, name)
    for value in values:
        if not isinstance(value, dict):
            raise Odd(f"{name} holds {type(value).__name__}, not objects")
    return values


def id_in(record: Mapping[str, Any], name: str = "id") -> str:
    """What the record is called by others; it cannot be missing."""
    value = _asked(record, name)
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise Odd(f"{name} is {type(value).__name__}, not an id" if name in record else f"{name} is missing")
    return str(value)


def value_in(record: Mapping[str, Any], name: str, inner: str) -> Any:
    """The value inside an object that may be missing.

    Where something else than an object lies there, it is what no column takes: the column is empty, and told.
    """
    inside = _asked(record, name)
    if inside is None:
        return None
    return inside.get(inner) if isinstance(inside, Mapping) else [inside]


def _asked(record: Any, name: str) -> Any:
    """What lies under a name of an object; a whole answer may be something else, too."""
    if not isinstance(record, Mapping):
        raise Odd(f"{name} was looked for in {type(record).__name__}, not in an object")
    return record.get(name)


def rows_made(where: str, records: Iterable[R], make: Callable[[R], Row]) -> list[Row]:
    """The rows of a page. A record of which none can be made becomes a reject that says why."""
    return all_rows_made(where, records, lambda record: [make(record)])


def all_rows_made(where: str, records: Iterable[R], make: Callable[[R], Iterable[Row]]) -> list[Row]:
    """The same where a record tells several rows: one that cannot be read to its end is one reject."""
    rows: list[Row] = []
    reasons: list[str] = []
    records = list(records)
    for record in records:
        try:
            made = list(make(record))
        except Odd as said:
            reasons.append(str(said))
        except UNREADABLE as error:
            # The message of Python's own error may hold the value.
            reasons.append(f"a value is not of the type that it always had ({type(error).__name__})")
        else:
            rows += made
            continue
        rows.append({"_reject_reason": reasons[-1], "_payload": record})
    if len(reasons) == len(records) >= LEAST_ODD:
        raise SourceChanged(f"{where}: no record can be read: {reasons[0]}. Has the vendor changed it?")
    return rows
