"""Calltouch as the sandbox serves it, and as the extractor reads it."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from extractors.errors import FixSettings
from extractors.model import Window
from tests.sandbox.pulling import MARCH, pulled
from tests.sandbox.serving import Server

FIRST_DAYS = Window(date(2026, 3, 1), date(2026, 3, 8))


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))


def landed(server: Server, table: str, window: Window = FIRST_DAYS) -> list[dict[str, Any]]:
    opened: dict[str, Any] = {"account": "51001", "options": {"requests_per_second": 1000}}
    return pulled(server, "calltouch", table, window=window, password="calltouch-token", **opened)


def test_every_call_of_callrail_lands_on_its_day_in_moscow(server: Server) -> None:
    rows = landed(server, "calls")

    assert [(row["started_at"].day, row["called_day"].day) for row in rows] == [(n, n) for n in range(1, 7)] + [(8, 8)]
    first = rows[0]
    assert first["started_at"] == datetime.fromisoformat("2026-03-01T10:00")
    assert (first["caller_number"], first["tracking_number"], first["duration_seconds"]) == (
        "15005550006",
        "15005550001",
        184,
    )
    # What only looks like a value is none.
    assert (first["source"], first["medium"], first["utm_source"]) == ("Google Ads", None, None)
    assert json.loads(first["tags"]) == ["Quote"]


def test_pages_are_counted_and_a_bare_list_is_one_day(server: Server) -> None:
    opened: dict[str, Any] = {
        "clientApiId": "calltouch-token",
        "dateFrom": "01/03/2026",
        "dateTo": "31/03/2026",
        "limit": 3,
    }
    url = f"{server.url}/calltouch/calls-service/RestAPI/51001/calls-diary/calls"
    pages = [requests.get(url, {**opened, "page": page}, timeout=10).json() for page in (1, 3)]

    assert [(page["pageTotal"], page["recordsTotal"], len(page["records"])) for page in pages] == [(3, 7, 3), (3, 7, 1)]
    # Without pages there is one day only, as a bare list.
    day = {**opened, "dateTo": "01/03/2026"}
    del day["limit"]
    assert len(requests.get(url, day, timeout=10).json()) == 1
    assert requests.get(url, day | {"dateTo": "02/03/2026"}, timeout=10).status_code == 400


def test_what_typeform_knows_lands_as_requests(server: Server) -> None:
    rows = landed(server, "requests", MARCH)

    assert [row["email"] for row in rows] == [f"r{number}@a.example" for number in range(5)]
    assert rows[0]["submitted_at"] == datetime.fromisoformat("2026-03-01T09:02:41")
    assert {(row["full_name"], row["ga_client_id"], row["session_id"]) for row in rows} == {("Ann Lee", "11.22", None)}


def test_a_wrong_token_and_another_site_are_refused_in_its_words(server: Server) -> None:
    with pytest.raises(FixSettings, match="Incorrect clientApiId"):
        pulled(server, "calltouch", "calls", account="51001", password="wrong-token", window=FIRST_DAYS)
    with pytest.raises(FixSettings, match="Site 51002 is not found"):
        pulled(server, "calltouch", "calls", account="51002", password="calltouch-token", window=FIRST_DAYS)
