"""Pulling over HTTP and landing directly give the same rows, table by table, every column but the moment."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from extractors.model import Window
from extractors.run import Failure, pull
from sandbox.config import connections, write_config
from sandbox.generate import Market, generate
from sandbox.land import land
from tests.sandbox.serving import serving

DAYS = Window(date(2026, 3, 20), date(2026, 4, 5))
MARKET = Market(scale=0.03, first_day=DAYS.first_day, last_day=DAYS.last_day)


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The landing zone as it was pulled, and as it was written directly."""
    folder = tmp_path_factory.mktemp("market")
    generate(MARKET, folder / "market")
    write_config(folder / "market", folder / "config")
    land(folder / "market", folder / "direct")
    with pytest.MonkeyPatch.context() as environment, serving(folder / "market/wire.duckdb") as server:
        for name, value in connections(server.url).items():
            environment.setenv(name, value)
        environment.setenv("LEADGEN_CONFIG", str(folder / "config"))
        environment.setenv("LEADGEN_DATA", str(folder / "pulled"))
        failures = [one for one in pull(DAYS) if isinstance(one, Failure)]
    assert failures == []
    return folder / "pulled/landing", folder / "direct/landing"


def tables() -> list[str]:
    """Every table that the wire file holds."""
    from extractors.sources import SOURCES

    return [
        f"{source.name}/{table.name}"
        for source in SOURCES.values()
        if source.name != "manual"
        for table in source.tables
    ]


@pytest.mark.parametrize("table", tables())
def test_both_ways_land_the_same_rows(landed: tuple[Path, Path], table: str) -> None:
    pulled, direct = (
        f"(select * exclude (_landed_at) from read_parquet('{root}/{table}/account=*/day=*.parquet', "
        "hive_partitioning = false))"
        for root in landed
    )

    only_pulled = duckdb.sql(f"from {pulled} except all from {direct}")
    only_direct = duckdb.sql(f"from {direct} except all from {pulled}")

    differing = (only_pulled.limit(3).fetchall(), only_direct.limit(3).fetchall())
    assert differing == ([], [])
    row = duckdb.sql(f"select count(*) from {pulled}").fetchone()
    assert row is not None
    assert row[0] > 0


@pytest.mark.parametrize("table", tables())
def test_both_ways_write_the_same_files(landed: tuple[Path, Path], table: str) -> None:
    pulled, direct = (
        sorted(str(file.relative_to(root)) for file in (root / table).glob("account=*/day=*.parquet"))
        for root in landed
    )

    assert pulled == direct
