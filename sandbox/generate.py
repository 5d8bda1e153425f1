"""Invents the market: runs the SQL of ``market/``, writes what the vendors know and apart what is true."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from sandbox import FIRST_DAY, LAST_DAY

STEPS = Path(__file__).parent / "market"
PEOPLE = 30_000
"""People of a market of scale 1: some 60,000 visits in half a year."""


@dataclass(frozen=True)
class Market:
    """What to invent. The same market is the same to the last letter, however often it is made."""

    seed: int = 7
    scale: float = 1.0
    first_day: date = FIRST_DAY
    last_day: date = LAST_DAY


def generate(market: Market, folder: Path, told: Callable[[str], None] = lambda line: None) -> None:
    """Write ``wire.duckdb``, ``truth.duckdb`` and ``manual/<table>/*.csv`` into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    # A file rather than memory: a large market spills to disk.
    with (
        tempfile.TemporaryDirectory(prefix="sandbox-", dir=folder) as aside,
        duckdb.connect(f"{aside}/market.duckdb") as database,
    ):
        _run(database, market, told)
        _write_database(database, "wire", folder / "wire.duckdb", market)
        _write_database(database, "truth", folder / "truth.duckdb", market)
        _write_files(database, folder / "manual")


def _run(database: duckdb.DuckDBPyConnection, market: Market, told: Callable[[str], None]) -> None:
    database.execute("set TimeZone = 'UTC'")
    database.execute("set preserve_insertion_order = true")
    settings = {
        "seed": market.seed,
        "first_day": market.first_day.isoformat(),
        "last_day": market.last_day.isoformat(),
        "day_count": (market.last_day - market.first_day).days + 1,
        "people_count": max(1, round(PEOPLE * market.scale)),
    }
    for name, value in settings.items():
        database.execute(f"set variable {name} = {value!r}")
    end = market.last_day + timedelta(days=1)
    database.execute(f"set variable end_at = timestamp '{end}'")
    for step in sorted(STEPS.glob("*.sql")):
        told(step.stem[3:].replace("_", " "))
        database.execute(step.read_text(encoding="utf-8"))


def _write_database(database: duckdb.DuckDBPyConnection, schema: str, target: Path, market: Market) -> None:
    """One schema as a file of its own, in a fixed order, replaced whole."""
    part = target.with_suffix(".part")
    part.unlink(missing_ok=True)
    database.execute(f"attach '{part}' as written")
    for (table,) in database.execute(
        "select table_name from information_schema.tables where table_schema = ? order by all", [schema]
    ).fetchall():
        if schema == "wire":
            # The first version of a record was always there.
            database.execute(
                f'create table written."{table}" as '
                f"select * replace (coalesce(_valid_from, date '2000-01-01') as _valid_from) "
                f'from wire."{table}" order by _account, _day, _payload'
            )
        else:
            database.execute(f'create table written."{table}" as from {schema}."{table}" order by all')
    database.execute(
        "create table written.meta as select ? as seed, ?::double as scale, ?::date as first_day, ?::date as last_day",
        [market.seed, market.scale, market.first_day, market.last_day],
    )
    database.execute("detach written")
    part.replace(target)


def _write_files(database: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """The files that the market's staff drop into a folder."""
    for (table,) in database.execute(
        "select table_name from information_schema.tables where table_schema = 'manual'"
    ).fetchall():
        (folder / table).mkdir(parents=True, exist_ok=True)
        database.execute(f"copy manual.\"{table}\" to '{folder}/{table}/{table}.csv' (header)")
