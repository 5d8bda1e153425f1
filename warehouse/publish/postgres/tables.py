"""The tables of a generation as Postgres is to have them: read from DuckDB in columns, written by ADBC as they are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import duckdb
from adbc_driver_postgresql.dbapi import Cursor

from warehouse.errors import PublishFailed
from warehouse.publish.postgres.promises import Promise

BATCH_ROWS = 100_000

TYPES = {
    "BIGINT": "bigint",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "DOUBLE": "double precision",
    "FLOAT": "real",
    "HUGEINT": "numeric(38,0)",
    "INTEGER": "integer",
    "SMALLINT": "smallint",
    "TIMESTAMP": "timestamp without time zone",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
    "TINYINT": "smallint",
    "UBIGINT": "numeric(38,0)",
    "UINTEGER": "bigint",
    "VARCHAR": "text",
}
"""DuckDB's type -> that of Postgres, as Postgres itself writes it."""

READ_AS = {
    "HUGEINT": 'cast("{0}" as decimal(38, 0))',
    "UBIGINT": 'cast("{0}" as decimal(38, 0))',
    "UINTEGER": 'cast("{0}" as bigint)',
    "TINYINT": 'cast("{0}" as smallint)',
    # A text of Postgres cannot hold the character with the number 0.
    "VARCHAR": "replace(\"{0}\", chr(0), '')",
}
DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")


@dataclass(frozen=True)
class Column:
    """A column of a published table."""

    name: str
    duck_type: str
    comment: str

    @property
    def type(self) -> str:
        """Its type in Postgres."""
        if decimal := DECIMAL.fullmatch(self.duck_type):
            return f"numeric({decimal[1]},{decimal[2]})"
        if found := TYPES.get(self.duck_type):
            return found
        raise PublishFailed(f"The column {self.name} is of the type {self.duck_type}, which Postgres has none for.")

    @property
    def read(self) -> str:
        """How DuckDB reads it for Postgres."""
        return READ_AS.get(self.duck_type, '"{0}"').format(self.name) + f' as "{self.name}"'


@dataclass(frozen=True)
class Table:
    """A published table."""

    name: str
    comment: str
    columns: tuple[Column, ...]
    promise: Promise = field(default_factory=Promise)


def tables_in(
    reader: duckdb.DuckDBPyConnection, schema: str, promised: dict[str, Promise], leave_out: frozenset[str]
) -> list[Table]:
    """The tables of a schema of a published file, with their columns in order; a view's rows become a table there."""
    found = reader.execute(
        "select table_name, comment from duckdb_tables() where schema_name = $schema union all"
        " select view_name, comment from duckdb_views() where schema_name = $schema and not internal order by all",
        {"schema": schema},
    ).fetchall()
    columns: dict[str, list[Column]] = {name: [] for name, _ in found if name not in leave_out}
    for table, name, kind, comment in reader.execute(
        "select table_name, column_name, data_type, comment from duckdb_columns() where schema_name = ?"
        " order by table_name, column_index",
        [schema],
    ).fetchall():
        if table in columns:
            columns[table].append(Column(name, kind, comment or ""))
    return [
        Table(name, comment or "", tuple(columns[name]), promised.get(name, Promise()))
        for name, comment in found
        if name in columns
    ]


def create(cursor: Cursor, schema: str, table: Table) -> None:
    """An empty table that refuses the nulls that the contract refuses."""
    columns = ", ".join(
        f"{name(column.name)} {column.type}{' not null' if column.name in table.promise.never_null else ''}"
        for column in table.columns
    )
    cursor.execute(f"create table {name(schema)}.{name(table.name)} ({columns})")


def load(cursor: Cursor, reader: duckdb.DuckDBPyConnection, duck_schema: str, schema: str, table: Table) -> int:
    """Every row of the table, and how many they are in both databases."""
    wanted = ", ".join(column.read for column in table.columns)
    query = f'select {wanted} from {duck_schema}."{table.name}"'
    try:
        rows = reader.sql(query).to_arrow_reader(BATCH_ROWS)
    except duckdb.Error as failed:
        # Its own text may hold the value that does not fit.
        raise PublishFailed(
            f"A value of {table.name} fits into no type of Postgres ({type(failed).__name__}). "
            "Readers there keep what they have."
        ) from None
    cursor.adbc_ingest(table.name, rows, mode="append", db_schema_name=schema)
    row = reader.execute(f'select count(*) from {duck_schema}."{table.name}"').fetchone()
    cursor.execute(f"select count(*) from {name(schema)}.{name(table.name)}")
    there = cursor.fetchone()
    assert row is not None
    assert there is not None
    if row[0] != there[0]:
        raise PublishFailed(f"Of {row[0]:,} rows of {table.name}, {there[0]:,} came through.")
    return int(row[0])


def add_keys(cursor: Cursor, schema: str, table: Table) -> None:
    """The first key without nulls becomes the primary key, the others are unique: nulls count as equal there."""
    there = {column.name for column in table.columns}
    whole = f"{name(schema)}.{name(table.name)}"
    has_primary = False
    for key in table.promise.keys:
        # A generation of before may lack a column that today's contract has.
        if not there.issuperset(key):
            continue
        is_primary = not has_primary and table.promise.never_null.issuperset(key)
        kind = "primary key" if is_primary else "unique nulls not distinct"
        statement = f"alter table {whole} add {kind} ({', '.join(map(name, key))})"
        # A row that does not fit into an index is no reason to show readers nothing.
        cursor.execute(f"do {literal(f'begin {statement}; exception when program_limit_exceeded then end')}")
        has_primary = has_primary or is_primary
    cursor.execute(f"analyze {whole}")


def name(text: str) -> str:
    """A name of ours in a statement."""
    return '"' + text.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text of ours in a statement."""
    return "'" + text.replace("'", "''") + "'"
