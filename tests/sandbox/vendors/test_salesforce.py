"""Salesforce as the sandbox serves it, and as the extractor reads it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests

from extractors.errors import FixSettings
from extractors.model import Window
from tests.sandbox.pulling import MARCH, pulled
from tests.sandbox.serving import Server


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))


def landed(server: Server, table: str, window: Window = MARCH, **options: Any) -> list[dict[str, Any]]:
    opened = {"login": "consumer-key", "password": "consumer-secret"}
    return pulled(server, "salesforce", table, window=window, options=options, **opened)


def test_every_page_lands_deleted_and_merged_records_too(server: Server) -> None:
    server.order("settings", most_on_page=3)

    contacts = landed(server, "contacts", contact_fields={"click_id": "GCLID__c"})
    found = {row["opportunity_id"]: row for row in landed(server, "opportunities")}

    assert len(contacts) == 9
    [merged] = [row for row in contacts if row["is_deleted"]]
    assert merged["master_record_id"] == contacts[0]["contact_id"]
    assert contacts[0]["click_id"] == "SYN-GCLID-1"
    third = found["006SYN000000003AAA"]
    assert (third["amount"], third["is_won"], third["currency"]) == (Decimal("3001.5"), True, None)
    assert [row["is_deleted"] for row in found.values()].count(True) == 1


def test_a_day_has_what_changed_on_it_and_nothing_else(server: Server) -> None:
    the_9th = Window(date(2026, 3, 9), date(2026, 3, 9))

    assert [row["opportunity_id"] for row in landed(server, "opportunities", the_9th)] == ["006SYN000000003AAA"]


def test_history_people_products_tasks_stages_and_users_land(server: Server) -> None:
    history = [row["stage_name"] for row in landed(server, "opportunity_history") if "3AAA" in row["opportunity_id"]]

    assert history == ["Prospecting", "Qualification", "Proposal/Price Quote", "Closed Won"]
    assert landed(server, "leads")[0]["is_converted"] is True
    assert [row["role"] for row in landed(server, "opportunity_contacts")].count("Evaluator") == 1
    assert landed(server, "opportunity_products")[0]["quantity"] == 2
    assert landed(server, "tasks")[0]["completed_at"] == datetime.fromisoformat("2026-03-01T10:30")
    assert [row["is_won"] for row in landed(server, "stages")] == [False, False, False, True, False]
    assert [row["email"] for row in landed(server, "users")] == ["kim@nordhaus.example"]


def test_a_session_that_ended_costs_a_token_and_no_rows(server: Server) -> None:
    server.order("faults", source="salesforce", kind="expired_token", match="queryAll")

    assert len(landed(server, "contacts")) == 9
    assert server.fired() == 1


def test_a_wrong_secret_and_a_wrong_query_are_refused_in_its_words(server: Server) -> None:
    with pytest.raises(FixSettings, match="invalid_client"):
        pulled(server, "salesforce", "contacts", login="consumer-key", password="wrong")

    form = {"grant_type": "client_credentials", "client_id": "consumer-key", "client_secret": "consumer-secret"}
    url = f"{server.url}/salesforce/services"
    token = requests.post(f"{url}/oauth2/token", form, timeout=10).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    query = {"q": "SELECT Id, Emial FROM Contact ORDER BY Id"}
    refused = requests.get(f"{url}/data/v67.0/queryAll", query, headers=headers, timeout=10)
    assert (refused.status_code, refused.json()[0]["errorCode"]) == (400, "INVALID_FIELD")
