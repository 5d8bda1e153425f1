"""Turns a coded column into an Arrow array: each distinct value once, the plain ones all at a time.

What is written plainly (an ISO time, digits with a point) Arrow converts; every other distinct value goes through the
converters of ``written``, which tell what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from extractors.model import ColumnType
from extractors.sources.manual import written
from extractors.sources.manual.sheets import Coded
from extractors.sources.manual.written import Converter, Notation, Unfit
from handwritten.cells import INVISIBLE, bare
from handwritten.words import plain

ARROW: dict[ColumnType, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.decimal128(20, 6),
    "rate": pa.decimal128(20, 6),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}
MOST_REMEMBERED = 200_000
PLAIN_DECIMAL = r"^[+-]?\d{1,13}(\.\d{1,6})?$"
PLAIN_INTEGER = r"^[+-]?\d{1,18}$"
PLAIN_MOMENT = r"^(19[7-9]\d|20\d\d)-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$"
PLAIN_LOCAL = r"^20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d$"
GROUPED_BY_POINTS = r"^[+-]?[1-9]\d{0,2}\.\d{3}$"
EDGES = f"^[{INVISIBLE}]|[{INVISIBLE}]$"
PLAIN_ID = r"^[^\s.eE]([^.eE;,|/\n]*[^\s.eE;,|/\n])?$"
PLAIN_TEXT = r"^\S(.*\S)?$"


@dataclass
class Column:
    """How one column of one file is read, and what was met of it so far."""

    name: str
    kind: ColumnType
    convert: Converter
    notation: Notation
    nothing: tuple[str, ...]
    values: dict[str, str] = field(default_factory=dict)
    """Their word -> ours, the words without case and marks."""
    has_odd: bool = True
    """Whether the values read last hold one that is not written plainly."""
    _known: dict[Any, tuple[Any, str | None]] = field(default_factory=dict)

    @cached_property
    def _words_for_nothing(self) -> pa.Array:
        return pa.array(self.nothing)

    @cached_property
    def _longest_nothing(self) -> int:
        return max(len(word.encode()) for word in self.nothing)

    @property
    def _may_be_grouped(self) -> bool:
        """Whether ``1.234`` may be a thousand and more: nothing in the file says what its points are."""
        return self.kind == "decimal" and self.notation.decimal is None

    def array(self, coded: Coded) -> tuple[pa.Array, dict[int, str]]:
        """The column, and for each value that did not fit its place and what was wrong (null in the column)."""
        converted, reasons = self._distinct(coded.values)
        if coded.is_dense:
            return converted, reasons
        if coded.is_constant and not reasons:
            return pa.repeat(converted[0], len(coded.codes)), {}
        # The last code stands for nothing.
        padded = pa.concat_arrays([converted, pa.nulls(1, converted.type)])
        array = pa.DictionaryArray.from_arrays(coded.codes, padded).dictionary_decode()
        if not reasons:
            return array, {}
        faulty = np.zeros(len(converted) + 1, dtype=bool)
        faulty[list(reasons)] = True
        places = np.nonzero(faulty[np.minimum(coded.codes, len(converted))])[0]
        return array, {int(place): reasons[int(coded.codes[place])] for place in places}

    def _distinct(self, values: Any) -> tuple[pa.Array, dict[int, str]]:
        self.has_odd = True
        if not isinstance(values, pa.Array):
            return self._one_by_one(values, range(len(values)), len(values))
        if self.values:
            return self._one_by_one(values.to_pylist(), range(len(values)), len(values))
        if (numbers := self._all_numbers(values)) is not None:
            self.has_odd = False
            return numbers, {}
        is_plain, plain = self._all_at_once(values)
        if pc.all(is_plain).as_py() is not False:
            return plain, {}
        places = pc.indices_nonzero(pc.invert(is_plain))
        odd, reasons = self._one_by_one(values.take(places).to_pylist(), places.to_pylist(), len(values))
        return pc.coalesce(plain, odd), reasons

    def _all_numbers(self, values: pa.Array) -> pa.Array | None:
        """The values as numbers, where all of them are written plainly."""
        if self.convert not in (written.decimal, written.integer) or self.notation.decimal == ",":
            return None
        if self.notation.thousands == "." or any(word.isdigit() for word in self.nothing):
            return None
        try:
            numbers = values.cast(ARROW[self.kind])
        except pa.ArrowInvalid:
            return None
        if self._may_be_grouped and pc.any(pc.match_substring_regex(values, GROUPED_BY_POINTS)).as_py():
            return None
        # Arrow takes 0x1F for 31.
        is_hexadecimal = self.kind == "integer" and any(pc.any(pc.match_substring(values, one)).as_py() for one in "xX")
        return None if is_hexadecimal else numbers

    def _all_at_once(self, values: pa.Array) -> tuple[pa.Array, pa.Array]:
        """Which values are written plainly, and these converted; null in place of the others."""
        kind, none = ARROW[self.kind], pa.scalar(None, pa.string())
        is_plain = pc.fill_null(self._is_plain(values), False)
        kept = pc.if_else(is_plain, values, none)
        if self.kind == "timestamp":
            return self._moments(is_plain, kept)
        if self.kind == "text":
            return is_plain, kept
        return is_plain, kept.cast(kind)

    def _is_plain(self, values: pa.Array) -> pa.Array:
        if self.convert is written.text:
            is_trimmed = pc.equal(values, pc.utf8_trim_whitespace(values))
            return pc.and_(self._says_something(values), pc.and_(is_trimmed, _is_bare(values)))
        if self.convert in (
            written.identifier,
            written.first_identifier,
            written.phone,
            written.phone_that_is_a_key,
        ):
            is_plain = pc.and_(pc.match_substring_regex(values, PLAIN_ID), _is_bare(values))
            return pc.and_(self._says_something(values), is_plain)
        if self.convert in (written.decimal, written.integer):
            is_point = self.notation.decimal in (None, ".") and self.notation.thousands != "."
            form = PLAIN_DECIMAL if is_point and self.kind == "decimal" else PLAIN_INTEGER
            found = pc.match_substring_regex(values, form)
            if self.kind == "decimal" and form == PLAIN_INTEGER:
                found = pc.and_(found, pc.less(pc.utf8_length(values), 14))
            if self._may_be_grouped:
                found = pc.and_(found, pc.invert(pc.match_substring_regex(values, GROUPED_BY_POINTS)))
            if any(word.isdigit() for word in self.nothing):
                found = pc.and_(found, pc.invert(pc.is_in(values, self._words_for_nothing)))
            return found
        if self.convert is written.timestamp:
            form = PLAIN_MOMENT if self.notation.zone is None else f"{PLAIN_MOMENT}|{PLAIN_LOCAL}"
            return pc.match_substring_regex(values, form)
        if self.convert is written.email:
            is_plain = pc.and_(pc.match_substring_regex(values, r"^[^\s;,|<>():]+$"), _is_bare(values))
            return pc.and_(self._says_something(values), is_plain)
        # The others are words of a list, days, yes and no: a file has few different ones.
        return pc.equal(pc.binary_length(values), -1)

    def _says_something(self, values: pa.Array) -> pa.Array:
        """Whether a value is none of the words for nothing."""
        is_long = pc.greater(pc.binary_length(values), self._longest_nothing)
        if pc.all(is_long).as_py():
            return is_long
        return pc.or_(is_long, pc.invert(pc.is_in(pc.utf8_lower(values), self._words_for_nothing)))

    def _moments(self, is_plain: pa.Array, kept: pa.Array) -> tuple[pa.Array, pa.Array]:
        """A time that the clock shows twice or never is not plain, and neither is one that is not in the calendar."""
        is_local = pc.fill_null(pc.match_substring_regex(kept, PLAIN_LOCAL), False)
        nothing = pa.scalar(None, pa.string())
        try:
            said = pc.if_else(is_local, nothing, kept).cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us"))
            local = pc.if_else(is_local, kept, nothing).cast(pa.timestamp("us"))
        except pa.ArrowInvalid:
            return pa.array([False] * len(kept), pa.bool_()), pa.nulls(len(kept), pa.timestamp("us"))
        if self.notation.zone is not None and local.null_count < len(local):
            early, late = (_in_utc(local, self.notation.zone, which) for which in ("earliest", "latest"))
            is_clear = pc.fill_null(pc.equal(early, late), True)
            is_plain = pc.and_(is_plain, is_clear)
            said = pc.coalesce(said, pc.if_else(is_clear, early, pa.scalar(None, pa.timestamp("us"))))
        first = pa.scalar(self.notation.first_day).cast(pa.timestamp("us"))
        is_plausible = pc.fill_null(pc.greater_equal(said, first), True)
        none = pa.scalar(None, pa.timestamp("us"))
        return pc.and_(is_plain, is_plausible), pc.if_else(is_plausible, said, none)

    def _one_by_one(self, values: Sequence[Any], places: Sequence[int], length: int) -> tuple[pa.Array, dict[int, str]]:
        found: list[Any] = [None] * length
        reasons: dict[int, str] = {}
        for place, value in zip(places, values, strict=True):
            key = (type(value), value)
            try:
                known = self._known.get(key)
            except TypeError:
                key, known = (type(value), repr(value)), None
            if known is None:
                known = self._one(value)
                if len(self._known) < MOST_REMEMBERED:
                    self._known[key] = known
            found[place], reason = known
            if reason:
                reasons[place] = reason
        return pa.array(found, ARROW[self.kind]), reasons

    def _one(self, value: Any) -> tuple[Any, str | None]:
        if value is None or value != value:
            return None, None
        if isinstance(value, str):
            value = bare(value)
            if value.lower() in self.nothing:
                return None, None
            if self.values:
                value = self.values.get(plain(value), value)
                if value == "":
                    return None, None
        elif written.as_text(value) in self.nothing:
            return None, None
        try:
            return self.convert(value, self.notation), None
        except Unfit as unfit:
            return None, str(unfit)
        except (ValueError, OverflowError, ArithmeticError, TypeError):
            return None, f"does not fit into a column of type {self.kind}"

    def in_zone(self, zone: ZoneInfo | None) -> Column:
        """The same column under another clock."""
        return (
            self if zone == self.notation.zone else replace(self, notation=replace(self.notation, zone=zone), _known={})
        )


def _is_bare(values: pa.Array) -> pa.Array:
    """Whether nothing has to be taken off a text: see ``cells.bare``."""
    is_bare = pc.invert(pc.or_(pc.starts_with(values, "'"), pc.starts_with(values, "=")))
    if pc.all(pc.string_is_ascii(values)).as_py() is not False:
        return is_bare
    return pc.and_(is_bare, pc.invert(pc.match_substring_regex(values, EDGES)))


def _in_utc(local: pa.Array, zone: ZoneInfo, which: str) -> pa.Array:
    moments = pc.assume_timezone(local, zone.key, ambiguous=which, nonexistent=which)
    return moments.cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us"))


def is_earlier_that_day(moment: pa.Array, other: pa.Array) -> pa.Array:
    """Where a moment lies before another one by less than a day."""
    day = pa.scalar(timedelta(days=1), pa.duration("us"))
    earlier = pc.and_(pc.less(moment, other), pc.greater(pc.add(moment, day), other))
    return pc.fill_null(earlier, False)
