"""Reads wire.duckdb: what the vendors know, in versions that begin and end."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from sandbox.land import SNAPSHOTS

FieldPath = tuple[str, ...]

BATCH_ROWS = 10_000


class Wire:
    """A read-only view of one wire file, safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self._database = duckdb.connect(str(path), read_only=True)
        self._database.execute("set threads = 2")
        self._per_thread = threading.local()
        # The file does not change while it is served.
        self.structure = lru_cache(maxsize=None)(self._structure)
        self.ids = lru_cache(maxsize=None)(self._ids)

    def rows(self, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Every row of a query."""
        return self._cursor().execute(query, parameters).fetchall()

    def texts(self, query: str, parameters: Sequence[Any] = ()) -> list[str]:
        """The first column of a query."""
        return [row[0] for row in self.rows(query, parameters)]

    def count(self, query: str, parameters: Sequence[Any] = ()) -> int:
        """The first number of a query."""
        return int(self.rows(query, parameters)[0][0])

    def batches(self, query: str, parameters: Sequence[Any], size: int) -> Iterator[list[str]]:
        """The first column of a query, ``size`` rows at a time."""
        # Its own cursor: other queries of this thread may run between two batches.
        cursor = self._database.cursor().execute(query, parameters)
        while batch := cursor.fetchmany(size):
            yield [row[0] for row in batch]

    def accounts(self) -> dict[tuple[str, str], str]:
        """The account of each source and brand."""
        found: dict[tuple[str, str], str] = {}
        for (table,) in self.rows(
            "select table_name from duckdb_tables() where table_name like '%\\_\\_%' escape '\\'"
        ):
            for brand, account in self.rows(
                f'select distinct _brand, _account from "{table}" where _brand is not null'
            ):
                found[table.split("__")[0], brand] = account
        return found

    def first_day(self) -> date:
        """The first day of the market."""
        return self._days()[0]

    def last_day(self) -> date:
        """The last day of the market."""
        return self._days()[1]

    def _days(self) -> tuple[date, date]:
        first, last = self.rows("select first_day, last_day from meta")[0]
        assert isinstance(first, date)
        assert isinstance(last, date)
        return first, last

    def _structure(self, table: str) -> frozenset[FieldPath]:
        """Every field that any record of the table has, as a path; a list counts as one field."""
        found: set[FieldPath] = set()
        # Ten times faster than DuckDB's own json_group_structure, which looks into the lists too.
        for batch in self.batches(f"select _payload from {table}", (), BATCH_ROWS):
            for text in batch:
                _add_fields(msgspec.json.decode(text), (), found)
        return frozenset(found)

    def _ids(self, table: str, column: str, account: str) -> tuple[str, ...]:
        """The different values of a column, of one account."""
        query = f"select distinct {column} from {table} where _account = ? and {column} is not null order by 1"
        return tuple(self.texts(query, [account]))

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        if not hasattr(self._per_thread, "cursor"):
            self._per_thread.cursor = self._database.cursor()
        cursor = self._per_thread.cursor
        assert isinstance(cursor, duckdb.DuckDBPyConnection)
        return cursor


def known(table: str, today: date | None) -> str:
    """The versions that the vendor would show: those of that day, or the final ones."""
    if today is None:
        return f"(select * from {table} where _valid_to is null)"
    day = f"date '{today.isoformat()}'"
    # What is listed as of now has no day of its own; everything else has not happened before its day.
    happened = "true" if table in SNAPSHOTS else f"_day <= {day}"
    valid = f"_valid_from <= {day} and (_valid_to is null or {day} < _valid_to)"
    return f"(select * from {table} where {happened} and {valid})"


def _add_fields(record: dict[str, Any], path: FieldPath, found: set[FieldPath]) -> None:
    for name, value in record.items():
        if isinstance(value, dict) and value:
            _add_fields(value, (*path, name), found)
        else:
            found.add((*path, name))
