"""One short word for all published numbers: two runs over the same data must print the same."""

from __future__ import annotations

import hashlib
from pathlib import Path

RUN_COLUMNS = {"run_id", "published_at", "seconds"}
"""Columns that name or time the run itself, and so differ between runs."""

TELL_OF_NIGHTS = frozenset({"publication", "pipeline_steps", "restatements", "person_history"})
"""Tables about builds themselves, and about what earlier ones published: after other nights they say something else."""


def fingerprint(warehouse: Path) -> str:
    """A hash over every row of every table in ``marts``, whatever order the rows lie in."""
    digest = hashlib.sha256()
    for table, content in of_tables(warehouse).items():
        digest.update(f"{table} {content}\n".encode())
    return digest.hexdigest()[:12]


def of_tables(warehouse: Path) -> dict[str, str]:
    """The columns of each table, how many rows there are, and the sum of their hashes."""
    import duckdb

    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute("set enable_progress_bar = false")
        columns: dict[str, list[str]] = {}
        for table, column in connection.execute(
            "select table_name, column_name from information_schema.columns "
            "where table_schema = 'marts' order by table_name, ordinal_position"
        ).fetchall():
            columns.setdefault(table, []).append(column)
        found = {}
        for table, names in columns.items():
            listed = ", ".join(f'"{name}"' for name in names if name not in RUN_COLUMNS)
            summed = connection.execute(
                f'select count(*), sum(md5_number_lower(row({listed})::text)::hugeint) from marts."{table}"'
            ).fetchone()
            found[table] = f"{listed} {summed}"
    return found
