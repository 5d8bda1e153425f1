"""Yandex Metrica's logs as the sandbox serves them, and as the extractor reads them."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from extractors.errors import FixSettings, RetryLater
from extractors.model import Window
from tests.sandbox.pulling import MARCH, pulled
from tests.sandbox.serving import Server

THE_1ST = Window(date(2026, 3, 1), date(2026, 3, 1))


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))


def landed(server: Server, window: Window = MARCH, **changed: Any) -> list[dict[str, Any]]:
    opened = {"account": "44001", "password": "metrica-token", "options": {"requests_per_second": 1000}}
    return pulled(server, "yandex_metrica", "visits", window=window, **{**opened, **changed})


def test_every_part_of_a_log_lands_with_matomo_s_visits(server: Server) -> None:
    server.order("settings", most_on_page=2, report_polls=1)

    rows = sorted(landed(server), key=lambda row: row["started_at"])

    assert [row["started_at"] for row in rows] == [
        datetime.fromisoformat(f"2026-03-01T{moment}")
        for moment in ("09:59:20", "10:00:20", "10:01:20", "10:02:20", "10:03:20")
    ]
    # A number of 18 digits, which a floating one would not hold; a quote that has a backslash on the wire.
    assert {(row["client_id"], row["gclid"], row["city"]) for row in rows} == {
        ("728224406569967729", "Gcl-1", "L'Aquila")
    }
    # Evaluated, ordered, looked at three times, three parts, and cleaned.
    assert server.stats()["requests"]["yandex_metrica"] == 9


def test_the_current_day_is_not_ordered(server: Server) -> None:
    today = datetime.now(ZoneInfo("Europe/Moscow")).date()

    with pytest.raises(RetryLater, match="not over"):
        landed(server, Window(today, today))

    assert server.stats()["requests"]["yandex_metrica"] == 1


def test_a_log_that_fails_is_ordered_again_and_one_that_always_fails_is_left_for_later(server: Server) -> None:
    server.order("settings", report_polls=0)
    server.order("faults", source="yandex_metrica", kind="job_failed", match="POST")
    assert len(landed(server, THE_1ST)) == 5

    server.order("faults", source="yandex_metrica", kind="job_failed", match="POST", times=0)
    with pytest.raises(RetryLater, match="ended as 'processing_failed'"):
        landed(server, THE_1ST)


def test_a_log_that_was_cleaned_meanwhile_is_gone(server: Server) -> None:
    url = f"{server.url}/yandex_metrica/management/v1/counter/44001"
    headers = {"Authorization": "OAuth metrica-token"}
    asked = {"date1": "2026-03-01", "date2": "2026-03-01", "source": "visits", "fields": "ym:s:visitID,ym:s:endURL"}
    log = requests.post(f"{url}/logrequests", params=asked, headers=headers, timeout=10).json()["log_request"]
    path = f"{url}/logrequest/{log['request_id']}"

    assert log["status"] == "created"
    assert requests.get(f"{path}/part/0/download", headers=headers, timeout=10).status_code == 404
    states = [requests.get(path, headers=headers, timeout=10).json()["log_request"]["status"] for _ in range(2)]
    assert states == ["created", "processed"]
    lines = requests.get(f"{path}/part/0/download", headers=headers, timeout=10).text.splitlines()
    assert (lines[0], len(lines)) == ("ym:s:visitID\tym:s:endURL", 6)
    cleaned = requests.post(f"{path}/clean", headers=headers, timeout=10).json()["log_request"]
    assert (cleaned["status"], "parts" in cleaned) == ("cleaned_by_user", False)
    assert requests.get(f"{path}/part/0/download", headers=headers, timeout=10).status_code == 404


def test_a_wrong_token_another_counter_and_today_are_refused_in_its_words(server: Server) -> None:
    with pytest.raises(FixSettings, match="Invalid oauth_token"):
        landed(server, password="wrong-token")
    with pytest.raises(FixSettings, match="Access is denied"):
        landed(server, account="44002")
    with pytest.raises(FixSettings, match="current day is not available"):
        landed(server, Window(date(2026, 4, 1), date(2026, 4, 1)))
