"""Searches a Postgres for a list of patterns, and takes what was found out of the one that Airflow keeps its runs in.

Every column of text, JSON and bytes of every table is read and looked through as files are. What was found is written
over row by row, and a table that held it is made anew: Postgres would keep the old bytes in its pages.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

from adbc_driver_postgresql import dbapi
from adbc_driver_postgresql.dbapi import Cursor

from erasure.errors import NotSearched
from erasure.search import Matcher, joined

TEXT, JSON, BYTES, OTHER = "text", "json", "bytes", "other"
KINDS = {
    "text": TEXT, "character varying": TEXT, "character": TEXT, "json": JSON, "jsonb": JSON, "bytea": BYTES,
    "bigint": OTHER, "numeric": OTHER, "ARRAY": OTHER,
}  # fmt: skip
"""What may hold a text or a number of a person's; what is ``other`` is searched and not written over."""
COLUMNS = """
    select columns.table_schema, columns.table_name, columns.column_name, columns.data_type, columns.udt_name
    from information_schema.columns as columns
    inner join information_schema.tables as tables using (table_schema, table_name)
    where tables.table_type = 'BASE TABLE' and columns.table_schema not in ('pg_catalog', 'information_schema')
    order by columns.table_schema, columns.table_name, columns.ordinal_position
"""
OF_PEOPLE = frozenset({"ab_register_user", "ab_user", "connection", "dag_code", "serialized_dag", "variable"})
"""Tables that hold what somebody set up. They are searched, and changed by whoever set it up."""
INSTEAD = "*"
LOCK_WAIT = "60s"


@dataclass(frozen=True)
class Column:
    """A column that may hold something."""

    schema: str
    table: str
    name: str
    kind: str
    type: str

    def __str__(self) -> str:
        return f"{self.schema}.{self.table}.{self.name}"

    @property
    def held_by(self) -> str:
        """Its table, as a statement names it."""
        return f"{_quoted(self.schema)}.{_quoted(self.table)}"


@dataclass
class InPostgres:
    """What was looked at and what was found."""

    values_bytes: int = 0
    hits: dict[Column, Counter[bytes]] = field(default_factory=dict)


def search_postgres(uri: str, patterns: Iterable[bytes]) -> InPostgres:
    """Look through every value of every table that we may read."""
    found, matcher = InPostgres(), Matcher(patterns)
    with _connected(uri) as cursor:
        for column in _columns(cursor):
            cursor.execute(f"select {_read(column)} from {column.held_by}")
            for batch in cursor.fetch_record_batch():
                text = joined(batch.column(0))
                found.values_bytes += len(text)
                if there := matcher.found_in(text):
                    found.hits.setdefault(column, Counter()).update(there)
    return found


def wipe_postgres(uri: str, hits: Mapping[Column, Counter[bytes]]) -> None:
    """Write over what was found, and make the tables anew that held it."""
    with _connected(uri) as cursor:
        ours = {
            column: there for column, there in hits.items() if column.kind != OTHER and column.table not in OF_PEOPLE
        }
        for column, there in ours.items():
            _write_over(cursor, column, there)
        cursor.execute(f"set lock_timeout = '{LOCK_WAIT}'")
        for table in sorted({column.held_by for column in ours}):
            cursor.execute(f"vacuum (full) {table}")


def _columns(cursor: Cursor) -> list[Column]:
    cursor.execute(COLUMNS)
    return [
        Column(schema, table, name, KINDS[kind], udt)
        for schema, table, name, kind, udt in cursor.fetchall()
        if kind in KINDS
    ]


def _read(column: Column) -> str:
    name = _quoted(column.name)
    return name if column.kind == BYTES else f"cast({name} as text)"


def _write_over(cursor: Cursor, column: Column, patterns: Iterable[bytes]) -> None:
    change = _changes(patterns)[column.kind]
    found: list[tuple[str, Any]] = []
    cursor.execute(f"select cast(ctid as text), {_read(column)} from {column.held_by}")
    matcher = Matcher(patterns)
    for batch in cursor.fetch_record_batch():
        # Most batches have nothing, and are not taken apart.
        if matcher.found_in(joined(batch.column(1))):
            rows = zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True)
            found += [(place, changed) for place, value in rows if (changed := change(value)) != value]
    for place, changed in found:
        # A row that Airflow changed meanwhile lies elsewhere: the next search finds it.
        cursor.execute(
            f"update {column.held_by} set {_quoted(column.name)} = cast($1 as {column.type}) "
            "where ctid = cast(cast($2 as text) as tid)",
            (changed, place),
        )


def _changes(patterns: Iterable[bytes]) -> dict[str, Callable[[Any], Any]]:
    """How a value of each kind is written over."""
    longest_first = sorted(patterns, key=len, reverse=True)
    any_of = re.compile(b"|".join(re.escape(one) for one in longest_first), re.IGNORECASE)

    def over_bytes(value: bytes | None) -> bytes | None:
        return value and any_of.sub(lambda found: INSTEAD.encode() * len(found[0]), value)

    def over_text(value: str | None) -> str | None:
        changed = over_bytes(value.encode()) if value else None
        return changed.decode(errors="replace") if changed else value

    def over_json(value: str | None) -> str | None:
        before = json.loads(value) if value else None
        after = within(before)
        return value if after == before else json.dumps(after, ensure_ascii=False)

    def within(value: Any) -> Any:
        """The same document, in which what is a number may be the number of a telephone."""
        if isinstance(value, dict):
            return {over_text(name): within(one) for name, one in value.items()}
        if isinstance(value, list):
            return [within(one) for one in value]
        if isinstance(value, bool) or value is None:
            return value
        changed = over_text(str(value))
        return value if changed == str(value) else changed

    return {TEXT: over_text, BYTES: over_bytes, JSON: over_json}


@contextmanager
def _connected(uri: str) -> Iterator[Cursor]:
    """A cursor of which each statement is a transaction; what Postgres refuses is one sentence without values."""
    try:
        with closing(dbapi.connect(uri, autocommit=True)) as database, closing(database.cursor()) as cursor:
            yield cursor
    except dbapi.Error as refused:
        # No cause is kept: the driver's text holds the statement and the address, the password within.
        raise NotSearched(
            f"Airflow's Postgres could not be searched to its end ({type(refused).__name__} "
            f"{refused.sqlstate or 'without a code'}). Look at LEADGEN_AIRFLOW_DATABASE, or wait until nobody holds "
            "its tables. Then: leadgen forget."
        ) from None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
