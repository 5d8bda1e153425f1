"""VK Ads as the sandbox serves it, and as the extractor reads it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import requests

from extractors.errors import FixSettings
from sandbox.vendors.vk_ads import lead_of
from tests.sandbox.pulling import pulled
from tests.sandbox.serving import Server
from tests.sandbox.tiny_wire import write_tiny_wire

CLIENT = {"client_id": "vk-client", "client_secret": "vk-secret"}
IN_MARCH = "_brand = 'nordhaus' and _valid_to is null"


@pytest.fixture(autouse=True)
def _own_data_folder(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))


@pytest.fixture
def wire(tmp_path: Path) -> Path:
    """What Meta knows of the market that is served."""
    return write_tiny_wire(tmp_path / "wire.duckdb")


def landed(server: Server, table: str) -> list[dict[str, Any]]:
    options = {"requests_per_second": 1000}
    return pulled(server, "vk_ads", table, login="vk-client", password="vk-secret", options=options)


def of_meta(wire: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(wire), read_only=True) as database:
        return database.execute(query).fetchall()


def test_every_ad_costs_what_meta_s_cost_whatever_became_of_it(server: Server, wire: Path) -> None:
    server.order("settings", most_on_page=2)

    rows = landed(server, "banner_days")

    told: dict[Any, Decimal] = {}
    for row in rows:
        told[row["day"]] = told.get(row["day"], Decimal()) + row["spent"]
    cost = "(_payload::json ->> 'spend')::decimal(18, 2)"
    query = f"select day, sum({cost}) from meta_ads__ad_days where {IN_MARCH} and {cost} > 0 group by day"
    assert told == dict(of_meta(wire, query)) != {}
    assert all(row["ad_plan_name"] and row["ad_group_name"] for row in rows)
    assert {row["_reject_reason"] for row in rows} == {None}


def test_every_lead_is_one_of_meta_s_in_utc(server: Server, wire: Path) -> None:
    rows = landed(server, "leads")

    query = f"select lead_id, created_at from meta_ads__leads where {IN_MARCH}"
    known = {lead_of(key): moment for key, moment in of_meta(wire, query)}
    assert {row["lead_id"]: row["created_at"] for row in rows} == known != {}


def test_a_sixth_token_is_refused_and_the_account_tells_its_currency(server: Server) -> None:
    (row,) = landed(server, "account")
    assert row["currency"]
    for _ in range(4):
        asked = {"grant_type": "client_credentials", **CLIENT}
        assert requests.post(f"{server.url}/vk_ads/api/v2/oauth2/token.json", asked, timeout=10).status_code == 200

    sixth = requests.post(f"{server.url}/vk_ads/api/v2/oauth2/token.json", asked, timeout=10)

    assert sixth.status_code == 403


def test_the_value_before_dies_when_a_token_is_renewed(server: Server) -> None:
    url = f"{server.url}/vk_ads/api/v2"
    first = requests.post(f"{url}/oauth2/token.json", {"grant_type": "client_credentials", **CLIENT}, timeout=10).json()
    asked = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"], **CLIENT}
    second = requests.post(f"{url}/oauth2/token.json", asked, timeout=10).json()

    status = {
        token["access_token"]: requests.get(
            f"{url}/user.json", headers={"Authorization": f"Bearer {token['access_token']}"}, timeout=10
        ).status_code
        for token in (first, second)
    }
    assert list(status.values()) == [401, 200]


def test_a_wrong_secret_is_a_setting_to_fix(server: Server) -> None:
    with pytest.raises(FixSettings, match="refused the client credentials"):
        pulled(server, "vk_ads", "account", login="vk-client", password="wrong")
