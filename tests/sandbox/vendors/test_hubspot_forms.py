"""HubSpot's forms as the sandbox serves them to the one account that is asked for, and as the extractor reads them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.sandbox.pulling import pulled
from tests.sandbox.serving import Server

FAST = {"requests_per_second": 1000}


@pytest.fixture(autouse=True)
def _own_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))


def landed(server: Server, source: str, table: str) -> list[dict[str, Any]]:
    return pulled(server, source, table, password=f"{source}-token", options=FAST)


def test_what_typeform_knows_lands_from_hubspot_page_after_page(server: Server) -> None:
    server.order("settings", most_on_page=2, forms_at_hubspot="41001")

    at_hubspot = landed(server, "hubspot", "form_submissions")

    assert [row["email"] for row in at_hubspot] == [f"r{number}@a.example" for number in range(5)]
    assert {(row["form_name"], row["name"], row["client_id"]) for row in at_hubspot} == {("Quote", "Ann Lee", "11.22")}
    # HubSpot's milliseconds mean Typeform's seconds.
    answered = landed(server, "typeform", "responses")
    assert [row["submitted_at"] for row in at_hubspot] == [row["submitted_at"] for row in answered]


def test_nobody_else_is_told_of_them(server: Server) -> None:
    server.order("settings", forms_at_hubspot="41002")

    assert landed(server, "hubspot", "form_submissions") == []


def test_a_form_that_is_not_there_is_refused_in_its_words(server: Server) -> None:
    refused = requests.get(
        f"{server.url}/hubspot/form-integrations/v1/submissions/forms/none",
        headers={"Authorization": "Bearer hubspot-token"},
        timeout=10,
    )

    assert (refused.status_code, json.loads(refused.text)["category"]) == (404, "OBJECT_NOT_FOUND")
