"""Calendly as the sandbox serves it, and as the extractor reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests

from extractors.errors import FixSettings
from tests.sandbox.pulling import pulled
from tests.sandbox.serving import Server

FAST = {"requests_per_second": 1000, "fields": {"client_id": "salesforce_uuid"}}


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))


def asked(server: Server, path: str, **query: str) -> requests.Response:
    headers = {"Authorization": "Bearer calendly-token"}
    return requests.get(f"{server.url}/calendly{path}", query, headers=headers, timeout=10)


def landed(server: Server) -> list[dict[str, Any]]:
    return pulled(server, "calendly", "invitees", password="calendly-token", options=FAST)


def test_every_page_lands_with_what_typeform_knows(server: Server) -> None:
    organization = "https://api.calendly.com/organizations/O1"
    whole = asked(server, "/scheduled_events", organization=organization).json()["collection"]
    server.order("settings", most_on_page=1)

    rows = landed(server)

    assert sorted(row["event_id"] for row in rows) == sorted(one["uri"] for one in whole) != []
    assert {(row["name"], row["client_id"]) for row in rows if not row["old_invitee_id"]} == {("Ann Lee", "11.22")}
    assert {row["_reject_reason"] for row in rows} == {None}


def test_appointments_are_those_of_the_times_that_were_asked_for(server: Server) -> None:
    found = asked(server, "/scheduled_events", user="u", min_start_time="2030-01-01T00:00:00Z").json()

    assert found == {
        "collection": [],
        "pagination": {"count": 0, "next_page": None, "next_page_token": None, "previous_page": None},
    }


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/scheduled_events", {}, 400),
        ("/scheduled_events", {"user": "u", "min_start_time": "soon"}, 400),
        ("/scheduled_events", {"user": "u", "created_at": "2026-03-01"}, 400),
        ("/scheduled_events", {"user": "u", "page_token": "mine"}, 400),
        ("/scheduled_events/E1/invitees", {}, 404),
    ],
)
def test_what_calendly_does_not_know_is_refused(server: Server, path: str, query: dict[str, str], status: int) -> None:
    assert asked(server, path, **query).status_code == status


def test_a_wrong_token_is_a_setting_to_fix(server: Server) -> None:
    with pytest.raises(FixSettings, match="the token was revoked"):
        pulled(server, "calendly", "invitees", password="wrong", options=FAST)
