"""Pipedrive as the sandbox serves it, and as the extractor reads it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests

from extractors.errors import FixSettings
from tests.sandbox.pulling import pulled
from tests.sandbox.serving import Server


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))


def landed(server: Server, table: str, **options: Any) -> list[dict[str, Any]]:
    return pulled(server, "pipedrive", table, password="pipedrive-token", options=options)


def test_every_page_of_every_list_of_deals_lands(server: Server) -> None:
    server.order("settings", most_on_page=2)

    deals = {row["deal_id"]: row for row in landed(server, "deals")}

    assert sorted(deals) == [f"50{number}" for number in range(1, 10)]
    assert deals["503"]["amount"] == Decimal("3001.5")
    assert deals["503"]["won_at"] == datetime.fromisoformat("2026-03-09T10:00")
    assert (deals["508"]["won_at"], deals["508"]["created_at"].month) == (datetime.fromisoformat("2026-01-15T10:00"), 3)
    assert (deals["502"]["is_archived"], deals["504"]["lost_reason"]) == (True, "Too late")
    assert [number for number, deal in sorted(deals.items()) if deal["is_deleted"]] == ["507", "509"]


def test_the_history_begins_with_the_stage_that_no_change_names(server: Server) -> None:
    server.order("settings", most_on_page=1)

    stages = [row for row in landed(server, "deal_stages") if row["deal_id"] == "503"]

    assert [(row["stage_id"], row["entered_at"].day) for row in stages] == [("1", 3), ("2", 5), ("3", 7), ("4", 9)]


def test_persons_products_activities_stages_and_users_land(server: Server) -> None:
    field = {"click_id": "2c3d4e5f60718293a4b5c6d7e8f9012345670a1b"}

    assert next(row["click_id"] for row in landed(server, "persons", person_fields=field)) == "SYN-GCLID-1"
    assert {row["product_name"] for row in landed(server, "deal_products")} == {"Tiles", None}
    assert landed(server, "activities")[0]["done_at"] == datetime.fromisoformat("2026-03-01T10:30")
    assert [row["stage_name"] for row in landed(server, "stages")] == ["New", "Qualified", "Offer", "Won", "Lost"]
    assert [row["email"] for row in landed(server, "users")] == ["kim@nordhaus.example"]


def test_a_fault_and_a_limit_cost_a_moment_and_no_rows(server: Server) -> None:
    server.order("faults", source="pipedrive", kind="rate_limit", times=1, seconds=0.2)
    server.order("faults", source="pipedrive", kind="cut_body", on_page=2)

    assert len(landed(server, "persons")) == 8
    assert server.fired() == 2


def test_a_wrong_token_and_wrong_parameters_are_refused_in_its_words(server: Server) -> None:
    with pytest.raises(FixSettings, match="unauthorized access"):
        pulled(server, "pipedrive", "persons", password="wrong-token")

    refused = requests.get(
        f"{server.url}/pipedrive/api/v2/deals", {"limit": 501}, headers={"x-api-token": "pipedrive-token"}, timeout=10
    )
    assert (refused.status_code, refused.json()["code"]) == (400, "ERR_SCHEMA_VALIDATION_FAILED")
