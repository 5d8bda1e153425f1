"""Jotform as the sandbox serves it, and as the extractor reads it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from extractors.errors import FixSettings, RetryLater
from extractors.model import Window
from tests.sandbox.pulling import MARCH, pulled
from tests.sandbox.serving import Server


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))


def landed(server: Server, window: Window = MARCH, **options: Any) -> list[dict[str, Any]]:
    options = {"requests_per_second": 1000, **options}
    return pulled(server, "jotform", "submissions", window=window, password="jotform-key", options=options)


def test_every_page_lands_with_what_typeform_knows(server: Server) -> None:
    server.order("settings", most_on_page=2)

    rows = landed(server)

    assert [row["email"] for row in rows] == [f"r{number}@a.example" for number in range(5)]
    # New York was at UTC-5 until 8 March.
    assert rows[0]["submitted_at"] == datetime.fromisoformat("2026-03-01T09:02:41")
    assert {(row["name"], row["client_id"], row["status"]) for row in rows} == {("Ann Lee", "11.22", "ACTIVE")}
    assert all(row["submission_id"].isdigit() and len(row["submission_id"]) == 18 for row in rows)


def test_a_day_has_its_own_submissions_of_the_form_that_was_named(server: Server) -> None:
    the_3rd = Window(date(2026, 3, 3), date(2026, 3, 3))
    [row] = landed(server, the_3rd)
    [again] = landed(server, the_3rd, forms={row["form_id"]: {}, "240000000000000": {}})

    assert row["email"] == "r2@a.example"
    assert {**again, "_landed_at": None} == {**row, "_landed_at": None}


def test_a_used_up_day_is_left_for_later(server: Server) -> None:
    server.order("faults", source="jotform", kind="rate_limit", seconds=4000)

    with pytest.raises(RetryLater, match="day's requests"):
        landed(server)


def test_a_wrong_key_and_a_wrong_filter_are_refused_in_its_words(server: Server) -> None:
    with pytest.raises(FixSettings, match="key is wrong"):
        pulled(server, "jotform", "submissions", password="wrong-key")

    headers = {"APIKEY": "jotform-key"}
    url = f"{server.url}/jotform/user/submissions"
    refused = requests.get(url, {"filter": "{created_at"}, headers=headers, timeout=10)
    assert (refused.status_code, refused.json()["responseCode"]) == (400, 400)
