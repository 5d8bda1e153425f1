"""What the report knows: each file of ``queries/`` is a query of the published warehouse, sent by column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

QUERIES = Path(__file__).with_name("queries")
KEPT_DAYS = 760
"""Two years and a month: a year, the year before, and the start of a week."""
DECIMALS = 4


@dataclass(frozen=True)
class Facts:
    """What holds for the whole report."""

    as_of_day: date
    first_day: date
    published_at: str
    run_id: str
    brands: list[dict[str, str]]


@dataclass(frozen=True)
class Cube:
    """A query and what it found, by column."""

    query: str
    columns: dict[str, dict[str, list[Any]]]

    @property
    def row_count(self) -> int:
        """Rows found."""
        first = next(iter(self.columns.values()))
        return len(first.get("codes", first.get("numbers", [])))


def read_facts(reader: duckdb.DuckDBPyConnection) -> Facts:
    """Read the day, the run and the brands."""
    told = reader.execute("select run_id, published_at, as_of_day from marts.publication").fetchone()
    assert told is not None
    run_id, published_at, as_of_day = told
    found = reader.execute("select min(date) from marts.channel_days").fetchone()
    first = (found and found[0]) or as_of_day
    brands = reader.execute("select brand, brand_name, currency, language from marts.brands order by brand").fetchall()
    return Facts(
        as_of_day=as_of_day,
        first_day=max(first, as_of_day - timedelta(KEPT_DAYS)),
        published_at=f"{published_at:%Y-%m-%d %H:%M} UTC",
        run_id=run_id,
        brands=[
            {"brand": brand, "name": name, "currency": currency, "language": language or "en"}
            for brand, name, currency, language in brands
        ],
    )


def read_cubes(reader: duckdb.DuckDBPyConnection, facts: Facts) -> dict[str, Cube]:
    """Ask each query once."""
    for statement in macros(facts):
        reader.execute(statement)
    return {file.stem: _asked(reader, file.read_text(encoding="utf-8")) for file in sorted(QUERIES.glob("*.sql"))}


def macros(facts: Facts) -> Iterable[str]:
    """The two words that the queries use beside the marts.

    ``block(day)`` is the first day of the part of a week that lies in one month, where weeks end on the weekday of
    the report's day. Whole weeks and whole months are both made of such blocks, so that either can be chosen.
    A day after the report's own, which a brand east of UTC has begun, belongs to the last block.
    """
    last = f"date '{facts.as_of_day}'"
    yield f"create or replace temp macro first_day() as date '{facts.first_day}'"
    yield f"""
        create or replace temp macro block(day) as greatest(
            date_trunc('month', least(day, {last}))::date,
            {last} - 7 * (date_diff('day', least(day, {last}), {last}) // 7)::integer - 6
        )
    """


def _asked(reader: duckdb.DuckDBPyConnection, query: str) -> Cube:
    found = reader.execute(query)
    names = [column[0] for column in found.description or []]
    rows = found.fetchall()
    values = zip(*rows, strict=True) if rows else ((),) * len(names)
    return Cube(query, {name: encoded(column) for name, column in zip(names, values, strict=True)})


def encoded(values: Iterable[Any]) -> dict[str, list[Any]]:
    """Numbers as they are; words as a list of the different ones and the places in it."""
    column = list(values)
    if all(value is None or _is_number(value) for value in column) and any(value is not None for value in column):
        return {"numbers": [_short(value) for value in column]}
    words = [None if value is None else _word(value) for value in column]
    different = list(dict.fromkeys(words))
    places = {word: place for place, word in enumerate(different)}
    return {"words": different, "codes": [places[word] for word in words]}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _short(value: Any) -> int | float | None:
    if value is None:
        return None
    rounded = round(float(value), DECIMALS)
    return int(rounded) if rounded.is_integer() else rounded
