"""One number of a published table, named as a person names it: the table, what its row is, and the column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from warehouse import settings
from warehouse.errors import NothingPublished, UnknownRecord
from warehouse.statements import Model
from warehouse.trace.lineage import Lineage

NUMBERS = ("BIGINT", "INTEGER", "HUGEINT", "DOUBLE", "DECIMAL")


@dataclass(frozen=True)
class Cell:
    """What is asked for, and what stands there."""

    mart: Model
    condition: str
    column: str
    value: Any
    row_count: int


def newest_build() -> Path:
    """The database of the build whose numbers were published last; raises ``NothingPublished``."""
    found = _builds()
    if not found:
        raise NothingPublished("There is no build to look into. Build first: leadgen build --to DAY.")
    return found[-1]


def _builds() -> list[Path]:
    """The databases of the builds that are kept, the newest last."""
    return sorted((settings.build_dir() / "runs").glob("*/build.duckdb"), key=lambda file: file.stat().st_mtime)


def open_before() -> Lineage:
    """The lineage of the build before the newest; to be closed. Raises ``NothingPublished``."""
    found = _builds()
    if len(found) < 2:
        raise NothingPublished("Only one build is kept, so there is nothing to compare with.")
    return Lineage(found[-2], settings.pinned_landing_dir())


def open_newest() -> Lineage:
    """The lineage of the newest build; to be closed."""
    return Lineage(newest_build(), settings.pinned_landing_dir())


def find_cell(lineage: Lineage, table: str, where: Mapping[str, str], column: str) -> Cell:
    """The cell, by the values of columns as text; an empty text means an empty column. Raises ``UnknownRecord``.

    Of several rows the value is the sum.
    """
    mart = ("marts", table)
    columns = lineage.columns_of_model(mart)
    if not columns:
        raise UnknownRecord(f"No table of the schema marts is called {table!r}. docs/tables.md lists them.")
    if unknown := sorted({*where, column} - set(columns)):
        raise UnknownRecord(f"{table} has no column {', '.join(unknown)}. It has {', '.join(columns)}.")
    conditions = []
    for name, text in where.items():
        quoted = text.replace("'", "''")
        conditions.append(f"{name} is null" if not text else f"{name} = try_cast('{quoted}' as {columns[name]})")
    condition = " and ".join(conditions) or "true"
    is_number = columns[column].startswith(NUMBERS)
    what = f"sum({column})" if is_number else f"min({column})"
    value, count = lineage.one(f"select {what}, count(*) from {lineage.rows_of(mart)} where {condition}")
    if not count:
        said = ", ".join(f"{name}={text}" for name, text in where.items())
        raise UnknownRecord(f"No row of {table} is {said}. Look at one first: leadgen export {table} --to rows.csv.")
    return Cell(mart, condition, column, value, count)


def shown(value: Any) -> str:
    """A value as a person reads it."""
    if isinstance(value, Decimal | float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
