"""Microsoft Advertising as the extractor reads it from the sandbox."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from extractors.errors import FixSettings, RetryLater
from extractors.model import Account, Connection, Window
from extractors.run import LandedTable, land_table
from extractors.settings import landing_dir
from extractors.sources import SOURCES
from tests.extractors.sources.vendor import landed_rows
from tests.faults import market
from tests.sandbox.serving import Server

MICROSOFT_ADS = SOURCES["microsoft_ads"]
FIVE_DAYS = Window(date(2026, 3, 1), date(2026, 3, 5))


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))


def land(server: Server, table: str = "campaign_days", window: Window = FIVE_DAYS, **changed: Any) -> LandedTable:
    """Pull a table without sitting through the pauses of five seconds."""
    extra = {"developer_token": "developer-1", "token_url": f"{server.url}/microsoft_ads/token"}
    opened = {"login": "microsoft-client", "password": "microsoft-refresh-1", "extra": extra, **changed}
    options = {"customer_id": opened.pop("customer_id", "5001")}
    account = Account("microsoft_ads", opened.pop("account", "900100"), "microsoft_ads", "nordhaus", options)
    return land_table(
        market.awake(MICROSOFT_ADS), account, table, window, Connection(f"{server.url}/microsoft_ads", **opened)
    )


def landed(server: Server, table: str = "campaign_days", window: Window = FIVE_DAYS) -> list[dict[str, Any]]:
    land(server, table, window)
    return landed_rows(MICROSOFT_ADS, table)


def test_every_day_of_campaigns_lands_with_what_google_cost(server: Server) -> None:
    rows = landed(server)

    days = {day: [row for row in rows if row["day"] == date(2026, 3, day)] for day in range(1, 6)}
    assert [len(of_day) for of_day in days.values()] == [2, 2, 2, 2, 0]
    assert [sum(row["spend"] for row in of_day) for of_day in days.values()] == [Decimal(12)] * 4 + [0]
    audience, search = sorted(days[1], key=lambda row: row["network"])
    assert (audience["network"], search["network"]) == ("Audience", "Bing and Yahoo! search")
    assert (search["campaign_name"], search["campaign_status"], search["device_type"]) == (
        "Roofing",
        "Active",
        "Smartphone",
    )
    assert (search["currency_code"], search["campaign_type"]) == ("EUR", "Search & content")
    assert (search["conversions"], search["conversions_qualified"], search["revenue"]) == (2, Decimal("2.5"), 180)
    # A day without rows has a file, too.
    assert len(list((landing_dir() / "microsoft_ads/campaign_days").rglob("day=*.parquet"))) == 5


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("ad_group_days", {"ad_group_id": "31", "ad_group_name": "Roofs", "campaign_id": "900001"}),
        (
            "keyword_days",
            {"keyword_id": "77", "keyword": "roof repair", "bid_match_type": "Exact", "ad_group_id": "31"},
        ),
    ],
)
def test_ad_groups_and_keywords_land_from_reports_of_their_own(
    server: Server, table: str, expected: dict[str, str]
) -> None:
    [row] = landed(server, table)

    assert {name: row[name] for name in expected} == expected
    assert (row["spend"], row["clicks"], row["impressions"]) == (6, 6, 120)


def test_days_without_rows_have_no_file_to_fetch_and_land_empty(server: Server) -> None:
    window = Window(date(2026, 3, 20), date(2026, 3, 21))

    assert landed(server, window=window) == []
    # A token, an order, and three looks: the last one for the address that there is not.
    assert server.stats()["answers"]["microsoft_ads"] == {"200": 5}
    assert len(list((landing_dir() / "microsoft_ads/campaign_days").rglob("day=*.parquet"))) == 2


def test_the_next_pull_goes_on_with_the_tokens_that_the_last_one_got(server: Server) -> None:
    assert land(server).rows == 8
    server.order("faults", source="microsoft_ads", kind="expired_token", match="/Submit")

    assert land(server).rows == 8
    # Twice: a token, an order, two looks by the reader, one for the address, a file.
    assert server.stats()["answers"]["microsoft_ads"] == {"200": 12, "401": 1}


def test_a_lost_answer_of_the_token_endpoint_is_told_as_one(server: Server) -> None:
    server.order("faults", source="microsoft_ads", kind="cut_body", match="/token")

    with pytest.raises(RetryLater, match="not asked for twice"):
        land(server)
    with pytest.raises(FixSettings, match="never arrived, and may have held the token"):
        land(server)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"password": "wrong-refresh-token"}, "Give consent again"),
        ({"customer_id": "5002"}, "perhaps account or customer_id is wrong"),
        ({"account": "900200"}, "perhaps account or customer_id is wrong"),
    ],
)
def test_what_only_a_person_can_mend_says_so(server: Server, changed: dict[str, Any], message: str) -> None:
    with pytest.raises(FixSettings, match=message):
        land(server, **changed)


def test_a_report_that_fails_comes_in_halves_and_one_that_always_fails_is_left_for_later(server: Server) -> None:
    # The whole range twice, and then its halves.
    server.order("faults", source="microsoft_ads", kind="job_failed", match="/Submit", times=2)
    assert land(server).rows == 8
    assert server.fired() == 2

    server.order("faults", source="microsoft_ads", kind="job_failed", match="/Submit", times=0)
    with pytest.raises(RetryLater, match="report of 2026-03-01"):
        land(server)


@pytest.mark.parametrize("kind", ["cut_body", "cut_gzip", "html_page", "rate_limit", "server_error", "expired_token"])
def test_a_file_that_does_not_arrive_whole_is_fetched_again(server: Server, kind: str) -> None:
    land(server)
    rows = market.landed_rows("microsoft_ads", "campaign_days")
    server.order("faults", source="microsoft_ads", kind=kind, match=".zip", seconds=0.01)

    land(server)

    assert server.fired() == 1
    assert market.landed_rows("microsoft_ads", "campaign_days") == rows
