"""Bitrix24 as the sandbox serves it, and as the extractor reads it."""

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


def landed(server: Server, table: str, password: str = "bitrix-secret") -> list[dict[str, Any]]:
    options = {"requests_per_second": 200}
    return pulled(server, "bitrix24", table, login="1", password=password, options=options)


def test_deals_land_with_their_stages_and_a_deleted_one_is_simply_absent(server: Server) -> None:
    deals = {row["deal_id"]: row for row in landed(server, "deals")}

    assert sorted(deals) == [f"50{number}" for number in (*range(1, 7), 8)]
    assert sorted(row["deal_id"] for row in landed(server, "deal_ids")) == sorted(deals)
    assert (deals["503"]["amount"], deals["503"]["stage_id"]) == (Decimal("3001.5"), "C1:WON")
    assert deals["503"]["updated_at"] == datetime.fromisoformat("2026-03-18T08:00")
    stages = [row["stage_id"] for row in landed(server, "deal_stages") if row["deal_id"] == "503"]
    assert stages == ["C1:NEW", "C1:QUALIFIED", "C1:OFFER", "C1:WON"]


def test_people_products_activities_stages_and_users_land(server: Server) -> None:
    assert landed(server, "contacts")[0]["email"] == "ada@mail.example"
    assert landed(server, "leads")[0]["phone"] == "+1 500 555 0001"
    assert len(landed(server, "deal_contacts")) == 8
    assert [row["quantity"] for row in landed(server, "product_rows")] == [2, 2, 2, 2, 2, None, 2]
    assert landed(server, "activities")[0]["owner_id"] == "81"
    assert [row["semantics"] for row in landed(server, "stages")] == [None, None, None, "S", "F"]
    assert [row["email"] for row in landed(server, "users")] == ["kim@nordhaus.example"]


def test_a_limit_that_is_a_503_costs_a_moment_and_no_rows(server: Server) -> None:
    server.order("faults", source="bitrix24", kind="rate_limit", seconds=0.1)
    server.order("faults", source="bitrix24", kind="server_error", on_page=2)

    assert len(landed(server, "contacts")) == 8
    assert server.fired() == 2


def test_a_wrong_secret_and_wrong_filters_are_refused_in_its_words(server: Server) -> None:
    with pytest.raises(FixSettings, match="NO_AUTH_FOUND"):
        landed(server, "contacts", password="wrong-secret")

    url = f"{server.url}/bitrix24/rest/1/bitrix-secret/crm.item.list.json"
    refused = requests.post(url, json={"entityTypeId": 2, "filter": {">=updatedtime": "x"}}, timeout=10)
    assert (refused.status_code, refused.json()["error"]) == (400, 0)
