"""CoMagic as the sandbox serves it, and as the extractor reads it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from extractors.errors import FixSettings
from tests.sandbox.pulling import pulled
from tests.sandbox.serving import Server

FAST = {"requests_per_second": 1000}


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))


def landed(server: Server, table: str) -> list[dict[str, Any]]:
    return pulled(server, "comagic", table, login="robot", password="comagic-password", options=FAST)


def test_every_page_of_the_calls_lands_in_the_clock_of_moscow(server: Server) -> None:
    server.order("settings", most_on_page=1)

    rows = landed(server, "calls")

    assert [row["started_at"].day for row in rows] == [*range(1, 7), 8]
    first = rows[0]
    assert first["started_at"] == datetime.fromisoformat("2026-03-01T10:00")
    assert (first["direction"], first["contact_phone_number"], first["talk_seconds"]) == ("in", "15005550006", 184)
    assert (first["source"], json.loads(first["tags"]), first["is_lost"]) == ("Google Ads", ["Quote"], False)


def test_what_typeform_knows_lands_as_messages(server: Server) -> None:
    server.order("settings", most_on_page=2)

    rows = landed(server, "messages")

    assert [row["visitor_email"] for row in rows] == [f"r{number}@a.example" for number in range(5)]
    assert {(row["visitor_name"], row["ua_client_id"]) for row in rows} == {("Ann Lee", "11.22")}


def test_a_login_that_ran_out_is_made_again_and_a_permanent_token_is_not(server: Server) -> None:
    server.order("faults", source="comagic", kind="expired_token", match="get.calls_report")
    assert len(landed(server, "calls")) == 7

    server.order("faults", source="comagic", kind="expired_token", match="get.calls_report")
    with pytest.raises(FixSettings, match="access_token_expired"):
        pulled(server, "comagic", "calls", password="comagic-token", options=FAST)


def test_a_wrong_login_and_a_wrong_field_are_refused_in_its_words_with_status_200(server: Server) -> None:
    with pytest.raises(FixSettings, match="auth_error"):
        pulled(server, "comagic", "calls", login="robot", password="wrong", options=FAST)

    params = {"access_token": "comagic-token", "date_from": "2026-03-01 00:00:00", "date_till": "2026-03-02 00:00:00"}
    body = {"jsonrpc": "2.0", "id": 1, "method": "get.calls_report", "params": {**params, "limit": 10_001}}
    refused = requests.post(f"{server.url}/comagic/v2.0", json=body, timeout=10)
    assert (refused.status_code, refused.json()["error"]["data"]["field"]) == (200, "limit")
