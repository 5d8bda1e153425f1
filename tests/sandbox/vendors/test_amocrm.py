"""amoCRM as the sandbox serves it, and as the extractor reads it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests

from extractors.errors import FixSettings
from extractors.settings import tokens_dir
from tests.sandbox.pulling import pulled
from tests.sandbox.serving import Server


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))


def landed(server: Server, table: str, **options: Any) -> list[dict[str, Any]]:
    # Faster than the vendor allows: this one is fast.
    return pulled(server, "amocrm", table, password="amocrm-token", options={"requests_per_second": 200, **options})


def test_every_page_of_leads_lands_and_deleted_ones_are_not_listed(server: Server) -> None:
    server.order("settings", most_on_page=2)

    leads = {row["lead_id"]: row for row in landed(server, "leads")}

    assert sorted(leads) == [f"50{number}" for number in (*range(1, 7), 8)]
    assert (leads["503"]["amount"], leads["503"]["currency"]) == (Decimal("3001.5"), "EUR")
    assert (leads["503"]["status_id"], leads["503"]["yclid"]) == ("142", "SYN-YCLID-3")
    assert (leads["504"]["status_id"], leads["504"]["loss_reason"]) == ("143", "Too late")


def test_events_tell_of_stages_deletions_and_answers(server: Server) -> None:
    events = landed(server, "events")

    moves = [(one["before_status_id"], one["after_status_id"]) for one in events if one["entity_id"] == "503"]
    assert [move for move in moves if move != (None, None)] == [("61", "62"), ("62", "63"), ("63", "142")]
    assert [one["entity_id"] for one in events if one["type"] == "lead_deleted"] == ["507"]
    assert len([one for one in events if one["type"] == "outgoing_call"]) == 8


def test_people_products_stages_and_users_land(server: Server) -> None:
    assert landed(server, "contacts")[0]["email"] == "ada@mail.example"
    assert {row["contact_id"] for row in landed(server, "lead_contacts")} == {
        *(f"8{number}" for number in (1, 2, 3, 4, 6, 8)),
        None,
    }
    assert landed(server, "lead_products")[0]["quantity"] == 2
    assert [row["price"] for row in landed(server, "products", catalogs=[77])] == [Decimal("500.25")]
    assert [row["status_id"] for row in landed(server, "pipelines")] == ["61", "62", "63", "142", "143"]
    assert [row["email"] for row in landed(server, "users")] == ["kim@nordhaus.example"]
    assert landed(server, "contacts")[0]["updated_at"] == datetime.fromisoformat("2026-03-01T10:00")


def test_an_integration_goes_on_with_the_token_that_the_last_pull_got(server: Server) -> None:
    opened: dict[str, Any] = {
        "account": "32",
        "login": "amo-client",
        "password": "amo-refresh-1",
        "extra": {"client_secret": "amo-secret"},
    }

    assert len(pulled(server, "amocrm", "contacts", **opened)) == 8
    server.order("faults", source="amocrm", kind="expired_token", account="32")
    assert len(pulled(server, "amocrm", "contacts", **opened)) == 8
    # What was given first opens nothing any more: only what was stored does.
    for file in tokens_dir().glob("*.json"):
        file.unlink()
    with pytest.raises(FixSettings, match="Give consent again"):
        pulled(server, "amocrm", "contacts", **opened)


def test_a_wrong_token_and_wrong_parameters_are_refused_in_its_words(server: Server) -> None:
    with pytest.raises(FixSettings, match="Unauthorized"):
        pulled(server, "amocrm", "contacts", password="wrong-token")

    headers = {"Authorization": "Bearer amocrm-token"}
    refused = requests.get(f"{server.url}/amocrm/api/v4/leads", {"limit": 251}, headers=headers, timeout=10)
    assert (refused.status_code, refused.headers["content-type"]) == (400, "application/problem+json")
