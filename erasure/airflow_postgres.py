"""Searches a Postgres for a list of patterns, and takes what was found out of the one that Airflow keeps its runs in.

Every column of text, JSON and bytes of every table is read and looked through as files are; a table that we may not
read is named. What was found is written
over row by row, and a table that held it is made anew: Postgres would keep the old bytes in its pages.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from adbc_driver_postgresql import dbapi
from adbc_driver_postgresql.dbapi import Cursor

from erasure.errors import NotSearched
from erasure.search import Matcher, joined

TEXT, JSON, BYTES, OTHER = "text", "json", "bytes", "other"
KINDS = {
    "text": TEXT, "character varying": TEXT, "character": TEXT, "json": JSON, "jsonb": JSON, "bytea": BYTES,
    "citext": TEXT, "xml": OTHER, "bigint": OTHER, "numeric": OTHER, "ARRAY": OTHER,
}  # fmt: skip
"""What may hold a text or a number of a person's; what is ``other`` is searched and not written over."""
COLUMNS = """
    select namespaces.nspname, tables.relname, columns.attname,
        case
            when types.typcategory = 'A' then 'ARRAY'
            else format_type(coalesce(nullif(types.typbasetype, 0), columns.atttypid), null)
        end,
        types.typname, tables.relkind = 'm',
        has_schema_privilege(namespaces.oid, 'usage')
            and has_column_privilege(tables.oid, columns.attnum, 'select')
    from pg_catalog.pg_class as tables
    inner join pg_catalog.pg_namespace as namespaces on tables.relnamespace = namespaces.oid
    inner join pg_catalog.pg_attribute as columns on tables.oid = columns.attrelid
    inner join pg_catalog.pg_type as types on columns.atttypid = types.oid
    where tables.relkind in ('r', 'm') and columns.attnum > 0 and not columns.attisdropped
        and namespaces.nspname <> 'information_schema' and not starts_with(namespaces.nspname, 'pg_')
    order by namespaces.nspname, tables.relname, columns.attnum
"""
"""Tables and materialized views; what is only a view holds nothing. ``information_schema`` would not show what we may
not read."""
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
    unread: list[str] = field(default_factory=list)
    """Tables that we may not read, by schema and name."""


class Postgres(NamedTuple):
    """A Postgres that is searched, as a person is told of it."""

    name: str
    setting: str
    """Where its address is set."""


AIRFLOWS = Postgres("Airflow's Postgres", "LEADGEN_AIRFLOW_DATABASE")


def search_postgres(uri: str, patterns: Iterable[bytes], which: Postgres = AIRFLOWS) -> InPostgres:
    """Look through every value of every table that we may read."""
    found, matcher = InPostgres(), Matcher(patterns)
    with _connected(uri, which) as cursor:
        columns, found.unread = _columns(cursor)
        for column in columns:
            cursor.execute(f"select {_read(column)} from {column.held_by}")
            for batch in cursor.fetch_record_batch():
                text = joined(batch.column(0))
                found.values_bytes += len(text)
                if there := matcher.found_in(text):
                    found.hits.setdefault(column, Counter()).update(there)
    return found


def wipe_postgres(uri: str, hits: Mapping[Column, Counter[bytes]]) -> None:
    """Write over what was found, and make the tables anew that held it."""
    with _connected(uri, AIRFLOWS) as cursor:
        ours = {
            column: there for column, there in hits.items() if column.kind != OTHER and column.table not in OF_PEOPLE
        }
        for column, there in ours.items():
            _write_over(cursor, column, there)
        cursor.execute(f"set lock_timeout = '{LOCK_WAIT}'")
        for table in sorted({column.held_by for column in ours}):
            cursor.execute(f"vacuum (full) {table}")


def _columns(cursor: Cursor) -> tuple[list[Column], list[str]]:
    """Those that may hold something, and the tables of which some may not be read."""
    cursor.execute(COLUMNS)
    columns, unread = list[Column](), dict[str, None]()
    for schema, table, name, kind, udt, is_made, may_read in cursor.fetchall():
        if kind not in KINDS:
            continue
        if may_read:
            # What was made out of other tables is made anew by whoever made it.
            kept = OTHER if is_made and KINDS[kind] != BYTES else KINDS[kind]
            columns.append(Column(schema, table, name, kept, udt))
        else:
            unread[f"{schema}.{table}"] = None
    return columns, list(unread)


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
def _connected(uri: str, which: Postgres) -> Iterator[Cursor]:
    """A cursor of which each statement is a transaction; what Postgres refuses is one sentence without values."""
    try:
        with closing(dbapi.connect(uri, autocommit=True)) as database, closing(database.cursor()) as cursor:
            yield cursor
    except dbapi.Error as refused:
        # No cause is kept: the driver's text holds the statement and the address, the password within.
        raise NotSearched(
            f"{which.name} could not be searched to its end ({type(refused).__name__} "
            f"{refused.sqlstate or 'without a code'}). Look at {which.setting}, or wait until nobody holds "
            "its tables. Then: leadgen forget."
        ) from None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
