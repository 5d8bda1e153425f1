"""Faults that belong to one vendor, long waits, and one dead account among many."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from extractors.errors import RetryLater
from extractors.run import Failure, pull
from tests.faults.market import OPTIONS, WINDOW, clean_rows, connection_to, land, landed_files, landed_rows, secrets_of
from tests.sandbox.serving import Server
from tests.sandbox.tiny_wire import ACCOUNTS


def test_a_stream_that_ends_in_an_error_is_never_taken_for_a_short_one(market: Server) -> None:
    land(market, "google_ads", "campaign_days")
    rows = landed_rows("google_ads", "campaign_days")
    before = landed_files("google_ads", "campaign_days")
    market.order("settings", stream_batch_rows=7)
    market.order("faults", source="google_ads", kind="stream_error", match="FROM campaign", times=0)
    with pytest.raises(RetryLater, match="ended with an error"):
        land(market, "google_ads", "campaign_days")
    assert landed_files("google_ads", "campaign_days") == before

    market.reset()
    market.order("settings", stream_batch_rows=7)
    market.order("faults", source="google_ads", kind="stream_error", match="FROM campaign")
    land(market, "google_ads", "campaign_days")

    assert landed_rows("google_ads", "campaign_days") == rows


# Reports that are made in the background, and the request that orders one.
REPORTS = [
    ("meta_ads", "ad_days", "POST /meta_ads"),
    ("yandex_direct", "criterion_days", "/reports"),
    ("microsoft_ads", "campaign_days", "/Submit"),
]


@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize(("source", "table", "match"), REPORTS)
def test_a_report_that_fails_is_ordered_again_and_then_in_parts(
    market: Server, source: str, table: str, match: str, times: int
) -> None:
    land(market, source, table)
    rows = landed_rows(source, table)
    market.order("faults", source=source, kind="job_failed", match=match, times=times)

    land(market, source, table)

    assert market.fired() == times
    assert landed_rows(source, table) == rows


@pytest.mark.parametrize(("source", "table", "match"), REPORTS)
def test_a_report_that_always_fails_is_left_for_later(market: Server, source: str, table: str, match: str) -> None:
    land(market, source, table)
    before = landed_files(source, table)
    market.order("faults", source=source, kind="job_failed", match=match, times=0)

    with pytest.raises(RetryLater, match="report of 2026-03-01"):
        land(market, source, table)

    assert landed_files(source, table) == before


@pytest.mark.parametrize(
    ("source", "table", "match"), [("google_ads", "customer", "FROM customer"), ("meta_ads", "account", "")]
)
def test_who_is_told_to_wait_long_does_not_sleep_but_comes_back(
    market: Server, source: str, table: str, match: str
) -> None:
    market.order("faults", source=source, kind="rate_limit", match=match, seconds=3600, times=0)

    with pytest.raises(RetryLater) as later:
        land(market, source, table)

    assert later.value.after == timedelta(hours=1)


def test_every_cut_of_a_stream_is_noticed(market: Server) -> None:
    land(market, "google_ads", "click_view")
    rows = landed_rows("google_ads", "click_view")
    for kind in ("cut_body", "cut_gzip"):
        market.order("faults", source="google_ads", kind=kind, match="FROM click_view", times=2)

    land(market, "google_ads", "click_view")

    assert market.fired() >= 3
    assert landed_rows("google_ads", "click_view") == rows


def test_one_dead_account_does_not_stop_the_others(
    market: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _configure(market, tmp_path, monkeypatch)
    market.order("faults", source="callrail", kind="revoked", times=0)
    market.order("faults", source="google_ads", kind="revoked", match="/token", times=0)

    results = pull(WINDOW)

    failed = {result.source for result in results if isinstance(result, Failure)}
    assert failed == {"callrail", "google_ads"}
    landed = {result.source for result in results if not isinstance(result, Failure)}
    assert landed == set(ACCOUNTS) - failed
    shown = caplog.text + "".join(result.message for result in results if isinstance(result, Failure))
    for source in ACCOUNTS:
        assert not [secret for secret in secrets_of(market, source) if secret in shown]


def test_an_access_token_that_dies_on_the_way_is_renewed(market: Server) -> None:
    market.order("faults", source="google_ads", kind="expired_token", match="2026-03-02")

    land(market, "google_ads", "click_view")

    assert market.fired() == 1
    # Two tokens, the account tree and three days.
    assert market.stats()["answers"]["google_ads"] == {"200": 6, "401": 1}


def _configure(server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The configuration folder and the environment of a whole pull."""
    accounts = []
    for source, account in ACCOUNTS.items():
        connection = connection_to(server, source)
        entry = {
            "source": source,
            "account": account,
            "connection": f"{source}_test",
            "options": OPTIONS.get(source, {}),
        }
        accounts.append(entry if source == "ecb" else {**entry, "brand": "nordhaus"})
        parts = {
            "host": connection.base_url,
            "login": connection.login,
            "password": connection.password,
            "extra": dict(connection.extra),
        }
        monkeypatch.setenv(f"AIRFLOW_CONN_{source.upper()}_TEST", json.dumps(parts))
    (folder / "accounts.yml").write_text(yaml.safe_dump({"accounts": accounts}), encoding="utf-8")
    monkeypatch.setenv("LEADGEN_CONFIG", str(folder))


@pytest.mark.parametrize(("source", "table"), [("typeform", "responses"), ("hubspot", "deal_stages")])
def test_the_documented_limits_are_kept_without_being_told(
    market: Server, monkeypatch: pytest.MonkeyPatch, source: str, table: str
) -> None:
    rows = clean_rows(market, source, table)
    market.reset()
    market.order("limits", source=source, documented=True)
    options = {name: value for name, value in OPTIONS[source].items() if name != "requests_per_second"}
    monkeypatch.setitem(OPTIONS, source, options)

    land(market, source, table)

    assert set(market.stats()["answers"][source]) <= {"200", "207"}
    assert landed_rows(source, table) == rows
