"""Lands a window of one table from the only account of its source, as a pull's process does, and nothing else.

``python -m benchmarks.land_window SOURCE TABLE FIRST_DAY LAST_DAY``
"""

from __future__ import annotations

import sys
from datetime import date

from extractors.model import Window
from extractors.run import land_table
from extractors.settings import connection, load_accounts
from extractors.sources import SOURCES


def main(source: str, table: str, first_day: str, last_day: str) -> None:
    """End with a sentence when a row was refused or came twice."""
    [account] = [account for account in load_accounts(SOURCES) if account.source == source]
    window = Window(date.fromisoformat(first_day), date.fromisoformat(last_day))
    landed = land_table(SOURCES[source], account, table, window, connection(SOURCES[source], account))
    if landed.rejects or landed.duplicates:
        raise SystemExit(f"{landed.rejects} rows were refused and {landed.duplicates} came twice")


if __name__ == "__main__":
    main(*sys.argv[1:])
