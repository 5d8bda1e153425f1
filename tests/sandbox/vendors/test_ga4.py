"""GA4 in BigQuery as the sandbox serves it, and as the extractor reads it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from extractors.errors import FixSettings, RetryLater
from extractors.model import Window
from tests.sandbox.pulling import MARCH, pulled
from tests.sandbox.serving import Server
from tests.sandbox.tiny_wire import PRIVATE_KEY

THE_1ST = Window(date(2026, 3, 1), date(2026, 3, 1))


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))


def landed(server: Server, window: Window = THE_1ST, **changed: Any) -> list[dict[str, Any]]:
    opened = {
        "account": "300100",
        "login": "reader@nordhaus.iam.example",
        "password": PRIVATE_KEY,
        "options": {"project": "nordhaus-web"},
        "extra": {"token_url": f"{server.url}/ga4/token"},
    }
    return pulled(server, "ga4", "visits", window=window, **{**opened, **changed})


def test_every_page_of_a_query_that_takes_its_time_lands_with_matomo_s_visits(server: Server) -> None:
    server.order("settings", most_on_page=2, report_polls=3)

    rows = landed(server)

    assert [row["last_event_at"] for row in rows] == [
        datetime.fromisoformat(f"2026-03-01T10:0{minute}") for minute in range(5)
    ]
    first = rows[0]
    assert first["started_at"] == datetime.fromisoformat("2026-03-01T09:59:20")
    assert first["visit_id"] == f"0a1b2c3d4e5f6071.{first['session_id']}"
    assert (first["landing_url"], first["gclid"]) == ("https://nordhaus.example/?gclid=Gcl-1", "Gcl-1")
    assert (first["event_count"], first["page_view_count"]) == (2, 1)
    # A token, the table, the query, three questions about it of which the last brings the first page, two pages more.
    assert server.stats()["requests"]["ga4"] == 8


def test_a_day_without_visits_is_empty_and_one_not_exported_is_left_for_later(server: Server) -> None:
    assert landed(server, Window(date(2026, 3, 2), date(2026, 3, 2))) == []

    server.order("clock", today="2026-03-01")
    with pytest.raises(RetryLater, match="is exported yet"):
        landed(server)


def test_a_token_that_ended_costs_another_and_no_rows(server: Server) -> None:
    server.order("faults", source="ga4", kind="expired_token", match="/queries")

    assert len(landed(server, MARCH)) == 5
    assert server.fired() == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"login": "other@nordhaus.iam.example"}, "invalid_grant"),
        ({"account": "300200"}, "Not found: Dataset nordhaus-web:analytics_300200"),
    ],
)
def test_another_account_and_another_property_are_refused_in_its_words(
    server: Server, changed: dict[str, Any], said: str
) -> None:
    with pytest.raises(FixSettings, match=said):
        landed(server, **changed)
