"""One short word for all published numbers: two runs over the same data must print the same."""

from __future__ import annotations

import hashlib
from pathlib import Path

RUN_COLUMNS = {"run_id", "published_at", "seconds"}
"""Columns that name or time the run itself, and so differ between runs."""


def fingerprint(warehouse: Path) -> str:
    """A hash over every row of every table in ``marts``, whatever order the rows lie in."""
    import duckdb

    digest = hashlib.sha256()
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute("set enable_progress_bar = false")
        columns: dict[str, list[str]] = {}
        for table, column in connection.execute(
            "select table_name, column_name from information_schema.columns "
            "where table_schema = 'marts' order by table_name, ordinal_position"
        ).fetchall():
            columns.setdefault(table, []).append(column)
        for table, names in columns.items():
            listed = ", ".join(f'"{name}"' for name in names if name not in RUN_COLUMNS)
            summed = connection.execute(
                f'select count(*), sum(md5_number_lower(row({listed})::text)::hugeint) from marts."{table}"'
            ).fetchone()
            digest.update(f"{table} {listed} {summed}\n".encode())
    return digest.hexdigest()[:12]
