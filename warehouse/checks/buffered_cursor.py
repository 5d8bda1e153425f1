"""Makes Great Expectations work on DuckDB, which it does not know.

Great Expectations 1.24 closes its connection before it fetches, and DuckDB's cursor then gives no rows ("list
index out of range"): here a result is read whole as soon as it is there. It looks up columns without the schema:
here the schemas are searched. And it leaves connections open, which keeps DuckDB's next writer out: here they are
closed. Remove this file when https://github.com/fivetran/great_expectations/pull/12084 is released.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import duckdb
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy
from sqlalchemy.pool import Pool


@contextmanager
def buffered_cursors(
    schemas: Sequence[str] = ("main",), functions: Callable[[Any], None] | None = None
) -> Iterator[None]:
    """As long as this is open, every DuckDB result of SQLAlchemy is read at once, whoever made the engine.

    Tables are looked up in the schemas, the first one that has it wins; ``functions`` adds those that views call. At
    the end no connection stays open.
    """
    opened: list[Any] = []

    def prepare(connection: Any, record: Any) -> None:
        if type(connection).__module__.startswith("duckdb_engine"):
            opened.append(connection)
            connection.execute(f"set search_path = '{','.join(schemas)}'")
            if functions:
                # The second connection to the file has them already.
                with suppress(duckdb.Error):
                    functions(connection)

    # On the classes and not on an engine, because Great Expectations makes engines of its own.
    event.listen(Engine, "after_cursor_execute", _buffer)
    event.listen(Pool, "connect", prepare)
    try:
        yield
    finally:
        event.remove(Pool, "connect", prepare)
        event.remove(Engine, "after_cursor_execute", _buffer)
        for connection in opened:
            connection.close()


def _buffer(connection: Any, cursor: Any, statement: Any, parameters: Any, context: Any, executemany: Any) -> None:
    if connection.engine.dialect.name == "duckdb" and context is not None and cursor.description:
        context.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(cursor, initial_buffer=cursor.fetchall())
