"""Values as people and programs write them, turned into what a column holds, or refused with a reason."""

from __future__ import annotations

from collections.abc import Mapping

from extractors.model import ColumnType
from extractors.sources.manual.written.cell import (
    Converter,
    Notation,
    Unfit,
    as_text,
    text,
)
from extractors.sources.manual.written.clocks import clock, opening_hours, time_zone
from extractors.sources.manual.written.days import (
    NO_CLOCK,
    SLASHED,
    day,
    moment_as_written,
    moment_or_day,
    month,
    timestamp,
)
from extractors.sources.manual.written.numbers import (
    decimal,
    integer,
    seconds,
    without_symbol,
)
from extractors.sources.manual.written.words import (
    IDS,
    OF_SHOPS,
    SHARED_SYMBOLS,
    boolean,
    currency,
    email,
    first_identifier,
    identifier,
    known_word,
    one_of,
    phone,
    phone_that_is_a_key,
    words_for_nothing,
)

__all__ = [
    "CONVERT",
    "IDS",
    "NO_CLOCK",
    "OF_SHOPS",
    "SHARED_SYMBOLS",
    "SLASHED",
    "Converter",
    "Notation",
    "Unfit",
    "as_text",
    "boolean",
    "clock",
    "currency",
    "day",
    "decimal",
    "email",
    "first_identifier",
    "identifier",
    "integer",
    "known_word",
    "moment_as_written",
    "moment_or_day",
    "month",
    "one_of",
    "opening_hours",
    "phone",
    "phone_that_is_a_key",
    "seconds",
    "text",
    "time_zone",
    "timestamp",
    "without_symbol",
    "words_for_nothing",
]

CONVERT: Mapping[ColumnType, Converter] = {
    "text": text,
    "integer": integer,
    "decimal": decimal,
    "rate": decimal,
    "boolean": boolean,
    "date": day,
    "timestamp": timestamp,
}
