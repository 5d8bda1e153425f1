"""Pulls a table from the sandbox with the real extractor, and reads what lies in the landing zone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow.parquet as pq

from extractors.model import Account, Connection, Window
from extractors.run import land_table
from extractors.settings import landing_dir
from extractors.sources import SOURCES
from sandbox.config import PATHS
from tests.sandbox.serving import Server

MARCH = Window(date(2026, 3, 1), date(2026, 3, 31))


def pulled(
    server: Server,
    source: str,
    table: str,
    *,
    window: Window = MARCH,
    account: str = "a1",
    options: dict[str, Any] | None = None,
    **connection: Any,
) -> list[dict[str, Any]]:
    """The rows of a table, days in order, rejects included. The data folder is the test's own."""
    found = SOURCES[source]
    whose = Account(source, account, source, brand="nordhaus", options=options or {})
    land_table(found, whose, table, window, Connection(server.url + PATHS.get(source, f"/{source}"), **connection))
    files = sorted((landing_dir() / source / table).glob("account=*/day=*.parquet"))
    return [row for file in files for row in pq.ParquetFile(file).read().to_pylist()]
