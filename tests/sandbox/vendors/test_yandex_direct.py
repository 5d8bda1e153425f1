"""Yandex Direct as the extractor reads it from the sandbox."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from extractors.errors import FixSettings, RetryLater
from extractors.model import Window
from extractors.settings import landing_dir
from tests.sandbox.pulling import MARCH, pulled
from tests.sandbox.serving import Server

FIVE_DAYS = Window(date(2026, 3, 1), date(2026, 3, 5))


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))


def application(server: Server) -> dict[str, Any]:
    extra = {"client_secret": "direct-secret", "token_url": f"{server.url}/yandex_direct/token"}
    return {"login": "direct-client", "password": "direct-refresh-1", "extra": extra}


def landed(
    server: Server, table: str = "criterion_days", window: Window = MARCH, **changed: Any
) -> list[dict[str, Any]]:
    opened = {"options": {"requests_per_second": 1000}, **application(server), **changed}
    return pulled(server, "yandex_direct", table, window=window, account="nordhaus", **opened)


def test_a_report_is_queued_and_made_and_every_day_lands_with_what_google_cost(server: Server) -> None:
    rows = landed(server, window=FIVE_DAYS)

    days = {day: [row for row in rows if row["day"] == date(2026, 3, day)] for day in range(1, 6)}
    assert [len(of_day) for of_day in days.values()] == [2, 2, 2, 2, 0]
    assert [sum(row["cost_micros"] for row in of_day) for of_day in days.values()] == [12_000_000] * 4 + [0]
    phrase = next(row for row in days[1] if row["ad_network_type"] == "SEARCH")
    assert (phrase["criterion_id"], phrase["criterion"], phrase["criterion_type"]) == ("77", "roof repair", "KEYWORD")
    assert (phrase["ad_group_name"], phrase["device"], phrase["clicks"]) == ("Roofs", "MOBILE", 6)
    other = next(row for row in days[1] if row["ad_network_type"] == "AD_NETWORK")
    assert (other["criterion_id"], other["campaign_name"], other["conversions"]) == (None, "Roofing", 2)
    # A day without rows has a file, too.
    assert len(list((landing_dir() / "yandex_direct/criterion_days").rglob("day=*.parquet"))) == 5
    # A token, then the same request three times.
    assert server.stats()["answers"]["yandex_direct"] == {"200": 2, "201": 1, "202": 1}


def test_chosen_goals_and_the_tax_are_told_as_the_account_wants_them(server: Server) -> None:
    # The conversions of one goal are the market's, and of the other one nothing is known.
    wanted = {"goals": ["111", "5"], "include_vat": True, "api_version": "v5", "requests_per_second": 1000}

    rows = landed(server, window=FIVE_DAYS, options=wanted)

    assert [(row["conversions"], row["cost_micros"]) for row in rows] == [(2, 7_320_000)] * 8


def test_what_the_market_corrects_later_is_told_as_it_was_known_that_day(server: Server) -> None:
    server.order("clock", today="2026-03-05")

    rows = landed(server, window=FIVE_DAYS)

    assert [row["cost_micros"] // 10**6 for row in rows if row["ad_network_type"] == "AD_NETWORK"] == [6, 6, 5, 5]


def test_the_client_tells_its_currency(server: Server) -> None:
    [client] = landed(server, "client")

    assert (client["login"], client["currency"], client["client_info"]) == ("nordhaus-direct", "EUR", "Nordhaus")


def test_the_next_pull_goes_on_with_the_tokens_that_the_last_one_got(server: Server) -> None:
    assert len(landed(server)) == 8
    server.order("faults", source="yandex_direct", kind="expired_token", match="/reports")

    assert len(landed(server)) == 8

    assert server.stats()["answers"]["yandex_direct"] == {"200": 4, "201": 2, "202": 2, "400": 1}


def test_a_wrong_token_and_another_client_are_for_a_person(server: Server) -> None:
    with pytest.raises(FixSettings, match="code 53"):
        landed(server, password="wrong-token", login="", extra={})
    with pytest.raises(FixSettings, match="invalid_grant"):
        landed(server, password="wrong-refresh-token")
    with pytest.raises(FixSettings, match="may not read this client"):
        landed(server, options={"client_login": "somebody-else"})


def test_a_report_that_takes_too_long_comes_in_halves_and_one_that_always_does_is_left_for_later(
    server: Server,
) -> None:
    server.order("settings", report_polls=0)
    # The whole range twice, and then its halves.
    server.order("faults", source="yandex_direct", kind="job_failed", match="/reports", times=2)
    assert len(landed(server, window=FIVE_DAYS)) == 8
    assert server.fired() == 2

    server.order("faults", source="yandex_direct", kind="job_failed", match="/reports", times=0)
    with pytest.raises(RetryLater, match="report of 2026-03-01"):
        landed(server, window=FIVE_DAYS)
