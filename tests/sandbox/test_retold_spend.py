"""What Yandex Direct and Microsoft Advertising tell of an invented market is Google's spend there, to the cent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extractors.model import Account, Connection, Window
from extractors.run import land_table
from extractors.settings import landing_dir
from extractors.sources import SOURCES
from sandbox.config import connections
from sandbox.generate import Market, generate
from tests.faults.market import awake
from tests.sandbox.serving import Server, serving

DAYS = Window(date(2026, 3, 1), date(2026, 3, 12))
MARKET = Market(scale=0.02, first_day=DAYS.first_day, last_day=DAYS.last_day)
EVERY_DAY = """
    select day, sum(cost_micros)::bigint, sum(clicks)::bigint, sum(impressions)::bigint from ({rows}) group by day
"""
OF_GOOGLE = (
    "select day, cost_micros, clicks, impressions from google_ads__{table} where _brand = 'nordhaus' and ({known})"
)
LATEST = "_valid_to is null"


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("spend")
    generate(MARKET, folder)
    return folder / "wire.duckdb"


@pytest.fixture(scope="module")
def server(wire: Path) -> Iterator[Server]:
    # Let in by the sandbox's own connections.
    with serving(wire) as served:
        served.order("settings", report_polls=0)
        yield served


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))


Sums = list[tuple[date, int, int, int]]


def told(server: Server, source: str, table: str, account: str, cost: str) -> Sums:
    """What the vendor told of each day, as it landed."""
    parts = json.loads(connections(server.url)[f"AIRFLOW_CONN_{source.upper()}_NORDHAUS"])
    connection = Connection(parts["host"], parts["login"], parts["password"], parts["extra"])
    options: dict[str, Any] = {"customer_id": "5001"} if source == "microsoft_ads" else {"requests_per_second": 1000}
    whose = Account(source, account, source, "nordhaus", options)
    landed = land_table(awake(SOURCES[source]), whose, table, DAYS, connection)
    assert (landed.rejects, landed.duplicates) == (0, 0)
    files = landing_dir() / source / table / "account=*" / "day=*.parquet"
    rows = f"select day, {cost} as cost_micros, clicks, impressions from read_parquet('{files}')"
    return sorted(duckdb.sql(EVERY_DAY.format(rows=rows)).fetchall())


def known(wire: Path, *rows: str) -> Sums:
    """What Google knows of each day."""
    with duckdb.connect(str(wire), read_only=True) as database:
        return sorted(database.execute(EVERY_DAY.format(rows=" union all ".join(rows))).fetchall())


@pytest.mark.parametrize("table", ["campaign_days", "ad_group_days", "keyword_days"])
def test_each_report_of_microsoft_costs_what_google_s_cost_on_each_day(server: Server, wire: Path, table: str) -> None:
    server.reset()
    server.order("settings", report_polls=0)

    days = told(server, "microsoft_ads", table, "900100", "spend * 1000000")

    assert len(days) == 12
    assert days == known(wire, OF_GOOGLE.format(table=table, known=LATEST))


def test_direct_costs_what_keywords_cost_and_campaigns_without_them(server: Server, wire: Path) -> None:
    server.reset()
    server.order("settings", report_polls=0)
    without = f"{LATEST} and campaign_id not in (select campaign_id from google_ads__keyword_days)"

    days = told(server, "yandex_direct", "criterion_days", "nordhaus-direct", "cost_micros")

    assert len(days) == 12
    assert days == known(
        wire,
        OF_GOOGLE.format(table="keyword_days", known=LATEST),
        OF_GOOGLE.format(table="campaign_days", known=without),
    )


@pytest.mark.parametrize(
    ("source", "account", "cost"),
    [("microsoft_ads", "900100", "spend * 1000000"), ("yandex_direct", "nordhaus-direct", "cost_micros")],
)
def test_searches_that_are_told_once_more_cost_what_google_tells(
    server: Server, wire: Path, source: str, account: str, cost: str
) -> None:
    server.reset()
    server.order("settings", report_polls=0)

    days = told(server, source, "search_term_days", account, cost)

    assert days
    assert days == known(wire, OF_GOOGLE.format(table="search_term_days", known=LATEST))


def test_days_that_are_corrected_later_are_told_as_they_were_known(server: Server, wire: Path) -> None:
    server.reset()
    server.order("settings", report_polls=0)
    server.order("clock", today="2026-03-08")
    then = "date '2026-03-08'"
    that_day = f"day <= {then} and _valid_from <= {then} and coalesce(_valid_to > {then}, true)"

    days = told(server, "microsoft_ads", "campaign_days", "900100", "spend * 1000000")

    first = known(wire, OF_GOOGLE.format(table="campaign_days", known=that_day))
    assert days == first
    assert first != known(wire, OF_GOOGLE.format(table="campaign_days", known=LATEST))[: len(first)]
