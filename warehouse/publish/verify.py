"""Reads a new generation as a reader will: ``python -m warehouse.publish.verify FILE < what-must-be-in-it``.

It runs in a process of its own: the one that wrote the file would be shown its own memory.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence

import duckdb

Contents = dict[str, dict[str, str]]
"""By schema, what each table and each view holds."""


def fingerprints(database: duckdb.DuckDBPyConnection, schema: str, names: Sequence[str]) -> dict[str, str]:
    """Rows and contents of each table in one short text, whatever order the rows lie in; of a view its rows and text.

    A view over the same tables that is written the same way shows the same.
    """
    views = {
        name
        for (name,) in database.execute(
            "select view_name from duckdb_views() where database_name = current_database() and schema_name = ?",
            [schema],
        ).fetchall()
    }
    made = {}
    for name in names:
        text = hashlib.sha256(view_text(database, schema, name).encode()).hexdigest() if name in views else ""
        contents = f"'{text}'" if text else "coalesce(sum(hash(whole_row)::hugeint), 0)"
        row = database.execute(f'select count(*), {contents} from {schema}."{name}" as whole_row').fetchone()
        assert row is not None
        made[name] = f"{row[0]}:{row[1]}"
    return made


def rows_of(fingerprint: str) -> int:
    """How many rows a table or a view has."""
    return int(fingerprint.partition(":")[0])


def view_text(database: duckdb.DuckDBPyConnection, schema: str, view: str) -> str:
    """The query of a view."""
    row = database.execute(
        "select sql from duckdb_views() where database_name = current_database() and schema_name = ? and view_name = ?",
        [schema, view],
    ).fetchone()
    assert row is not None
    return str(row[0]).partition(" AS ")[2].removesuffix(";")


def differences(file: str, written: Contents) -> list[str]:
    """What differs between the file and what was built; empty where nothing does."""
    # As our settings for BI tools: read only, and nothing outside the file.
    locked_down: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": False,
        "lock_configuration": True,
    }
    with duckdb.connect(file, read_only=True, config=locked_down) as reader:
        said = []
        for schema, made in written.items():
            found = fingerprints(reader, schema, list(made))
            said += [
                f"{name} has {rows_of(found[name])} rows of other contents than the {rows_of(made[name])} built."
                for name in made
                if found[name] != made[name]
            ]
        published = reader.execute("select row_count from marts.publication").fetchall()
    rows = sum(map(rows_of, written["marts"].values()))
    return said if published == [(rows,)] else [*said, "The row about the publication does not fit."]


if __name__ == "__main__":
    found = differences(sys.argv[1], json.load(sys.stdin))
    print(" ".join(found))
    sys.exit(1 if found else 0)
