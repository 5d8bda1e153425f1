"""Writes the landing zone directly from the wire file, for markets too large to be pulled over HTTP.

The rows are those that a pull of the same days lands; only the moment of landing differs.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

SNAPSHOTS = {
    "google_ads__customer",
    "google_ads__customer_clients",
    "meta_ads__account",
    "callrail__trackers",
    "typeform__forms",
    "hubspot__owners",
    "hubspot__pipelines",
}
ORDER = "_account, _day, _payload"
DAYS_AT_ONCE = 100
"""DuckDB keeps a file open for each day of each account that it writes."""


def land(folder: Path, data: Path, told: Callable[[str], None] = lambda line: None) -> None:
    """Land every table of the wire file in ``folder`` below ``data``, empty days included."""
    landing = data / "landing"
    with duckdb.connect(str(folder / "wire.duckdb"), read_only=True) as wire:
        wire.execute("set TimeZone = 'UTC'")
        row = wire.execute("select first_day, last_day from meta").fetchone()
        assert row is not None
        days = [row[0] + timedelta(days=n) for n in range((row[1] - row[0]).days + 1)]
        tables = wire.execute(
            "select table_name from information_schema.tables where contains(table_name, '__') order by all"
        ).fetchall()
        for (table,) in tables:
            told(table.replace("__", " "))
            _land_table(wire, table, landing, [row[1]] if table in SNAPSHOTS else days)


def _land_table(wire: duckdb.DuckDBPyConnection, table: str, landing: Path, days: list[date]) -> None:
    source, _, name = table.partition("__")
    target = landing / source / name
    target.mkdir(parents=True, exist_ok=True)
    landed_at = datetime.now(UTC).replace(tzinfo=None)
    known = [name for name, *_ in wire.execute(f'describe "{table}"').fetchall()]
    own = ["_brand", "_account", "_day", "_payload", "_valid_from", "_valid_to"]
    # What a pull says of a value that it cannot read is written beside the few that are so.
    said = ["_column_rejects"] if "_column_rejects" in known else []
    columns = (
        f"* exclude ({', '.join(own + said)}), _brand, _account, _day, "
        f"timestamp '{landed_at}' as _landed_at, _payload, null::varchar as _reject_reason, "
        f"{said[0] if said else 'null::varchar'} as _column_rejects"
    )
    accounts = wire.execute(f'select distinct _account from "{table}" order by all').fetchall()
    with tempfile.TemporaryDirectory(prefix=".land-", dir=target) as aside:
        empty = Path(aside) / "empty.parquet"
        none = f'select {columns} from "{table}" limit 0'
        wire.execute(f"copy ({none}) to '{empty}' (format parquet, compression zstd)")
        for start in range(0, len(days), DAYS_AT_ONCE):
            first, last = days[start], days[min(start + DAYS_AT_ONCE, len(days)) - 1]
            wire.execute(
                f"""
                copy (
                    select {columns}, _account as account_part, _day as day_part from "{table}"
                    where _valid_to is null and _day between date '{first}' and date '{last}'
                ) to '{aside}/parts' (
                    format parquet, compression zstd, partition_by (account_part, day_part),
                    overwrite_or_ignore true, filename_pattern 'day_{{i}}'
                )
                """
            )
        for (account,) in accounts:
            kept, written = target / f"account={account}", Path(aside) / f"parts/account_part={account}"
            kept.mkdir(exist_ok=True)
            for day in days:
                _put(written / f"day_part={day}", empty, kept / f"day={day}.parquet")


def _put(parts: Path, empty: Path, target: Path) -> None:
    """Move the one file of a day into place; a day without rows gets the empty file."""
    files = sorted(parts.glob("*.parquet")) if parts.is_dir() else []
    if len(files) > 1:
        whole = parts / "whole.parquet"
        listed = ", ".join(f"'{file}'" for file in files)
        duckdb.sql(f"copy (from read_parquet([{listed}])) to '{whole}' (format parquet, compression zstd)")
        files = [whole]
    if files:
        files[0].replace(target)
    else:
        part = target.with_name(f".{target.name}.part")
        part.unlink(missing_ok=True)
        os.link(empty, part)
        part.replace(target)
