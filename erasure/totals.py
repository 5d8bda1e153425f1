"""What every mart adds up to, before and after: rows, and the sum of each column of numbers."""

from __future__ import annotations

import math
from pathlib import Path

import duckdb

NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL", "BOOLEAN")
ABOUT_THE_BUILD = frozenset({"publication", "pipeline_steps"})
"""They tell when and how long, and differ with every build."""
RELATIVE = 1e-9


def totals_of(warehouse: Path) -> dict[str, float]:
    """The totals of every mart in a published warehouse."""
    totals: dict[str, float] = {}
    with duckdb.connect(str(warehouse), read_only=True) as database:
        tables: dict[str, list[str]] = {}
        for table, column, kind in database.execute(
            "select table_name, column_name, data_type from duckdb_columns() where schema_name = 'marts' "
            "and database_name = current_database() order by table_name, column_index"
        ).fetchall():
            if table not in ABOUT_THE_BUILD:
                tables.setdefault(table, [])
                if kind.startswith(NUMBERS):
                    tables[table].append(column)
        for table, columns in tables.items():
            sums = ["count(*)::double", *(f'coalesce(sum("{column}"::double), 0)' for column in columns)]
            found = database.execute(f'select {", ".join(sums)} from marts."{table}"').fetchone() or ()
            totals |= dict(zip((table, *(f"{table}.{column}" for column in columns)), found, strict=True))
    return totals


def different(before: dict[str, float], after: dict[str, float]) -> list[str]:
    """The totals that are not the same."""
    return sorted(
        name
        for name in {*before, *after}
        if not math.isclose(before.get(name, math.nan), after.get(name, math.nan), rel_tol=RELATIVE, abs_tol=1e-6)
    )
