"""Reads a new generation as a reader will: ``python -m warehouse.publish.verify FILE < what-must-be-in-it``.

It runs in a process of its own: the one that wrote the file would be shown its own memory.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

import duckdb


def fingerprints(database: duckdb.DuckDBPyConnection, schema: str, tables: Sequence[str]) -> dict[str, str]:
    """Rows and contents of each table in one short text, whatever order the rows lie in."""
    made = {}
    for table in tables:
        row = database.execute(
            f'select count(*), coalesce(sum(hash(whole_row)::hugeint), 0) from {schema}."{table}" as whole_row'
        ).fetchone()
        assert row is not None
        made[table] = f"{row[0]}:{row[1]}"
    return made


def differences(file: str, written: dict[str, str]) -> list[str]:
    """What differs between the file and what was built; empty where nothing does."""
    # As our settings for BI tools: read only, and nothing outside the file.
    locked_down: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": False,
        "lock_configuration": True,
    }
    with duckdb.connect(file, read_only=True, config=locked_down) as reader:
        found = fingerprints(reader, "marts", list(written))
        said = [
            f"{table} has {found[table].split(':')[0]} rows of other contents than the {made.split(':')[0]} built."
            for table, made in written.items()
            if found[table] != made
        ]
        published = reader.execute("select row_count from marts.publication").fetchall()
    rows = sum(int(made.split(":")[0]) for made in written.values())
    return said if published == [(rows,)] else [*said, "The row about the publication does not fit."]


if __name__ == "__main__":
    found = differences(sys.argv[1], json.load(sys.stdin))
    print(" ".join(found))
    sys.exit(1 if found else 0)
