"""The statement of each model as a build ran it, kept in its database: a number is traced and made again by it."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from warehouse.run import BuildRun, open_build

Model = tuple[str, str]
"""Schema and table."""


def keep_statements(run: BuildRun, statements: Mapping[Model, str]) -> None:
    """Add the statements of models that were built, in place of what stood there of the same models."""
    if not statements:
        return
    with open_build(run) as connection:
        connection.execute("create schema if not exists lineage")
        connection.execute(
            "create table if not exists lineage.statements"
            " (schema_name varchar, table_name varchar, statement varchar, primary key (schema_name, table_name))"
        )
        rows = [(*model, statement) for model, statement in statements.items()]
        made = pa.table(dict(zip(("schema_name", "table_name", "statement"), zip(*rows, strict=True), strict=True)))
        connection.register("made_now", made)
        connection.execute("insert or replace into lineage.statements select * from made_now")


def statements_of(connection: duckdb.DuckDBPyConnection, database: str) -> dict[Model, str]:
    """The statements that a build kept; empty where it is older than they are."""
    there = connection.execute(
        "select count(*) from duckdb_tables() where database_name = ? and schema_name = 'lineage'", [database]
    ).fetchone()
    if not there or not there[0]:
        return {}
    found = connection.execute(f"select schema_name, table_name, statement from {database}.lineage.statements")
    return {(schema, table): statement for schema, table, statement in found.fetchall()}
