"""What is promised of every published table, held against the project itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.dbt_project.credited_market import CreditedMarket

HIDDEN = ("ephemeral",)


@pytest.fixture(scope="module")
def manifest(credited: CreditedMarket) -> dict[str, Any]:
    """What dbt made of the project."""
    read: dict[str, Any] = json.loads((credited.target / "manifest.json").read_text(encoding="utf-8"))
    return read


def published(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """The models that become tables of the schema marts."""
    return [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and node["schema"] == "marts"
        and node["config"]["materialized"] not in HIDDEN
    ]


def test_every_mart_is_public_and_its_contract_is_enforced(manifest: dict[str, Any]) -> None:
    for node in published(manifest):
        assert node["access"] == "public", node["name"]
        assert node["config"]["contract"]["enforced"] is True, node["name"]
        assert "One row per" in node["description"], node["name"]


def test_every_published_column_is_described_and_typed(manifest: dict[str, Any], credited: CreditedMarket) -> None:
    for node in published(manifest):
        built = credited.rows(
            "select column_name from information_schema.columns "
            f"where table_schema = 'marts' and table_name = '{node['name']}'"
        )
        assert [row["column_name"] for row in built] == list(node["columns"]), node["name"]
        for column in node["columns"].values():
            assert column["description"].strip(), (node["name"], column["name"])
            assert column["data_type"], (node["name"], column["name"])


def test_every_mart_names_its_brand(manifest: dict[str, Any]) -> None:
    assert [node["name"] for node in published(manifest) if "brand" not in node["columns"]] == []


def test_nothing_before_the_marts_is_public(manifest: dict[str, Any]) -> None:
    open_models = [
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] != "marts" and node["access"] != "private"
    ]
    assert open_models == []


def test_who_reads_the_marts_reads_nothing_else(manifest: dict[str, Any]) -> None:
    promised = {f"model.leadgen.{node['name']}" for node in published(manifest)}
    read = {name for exposure in manifest["exposures"].values() for name in exposure["depends_on"]["nodes"]}
    assert read <= promised
