"""What every CRM owes: how its tables learn that something is gone, all addresses of a person, its own sentences."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from extractors.http.answers import Answer, Classify
from extractors.model import Table, Window
from extractors.sources import SOURCES
from extractors.sources.amocrm import AMOCRM
from extractors.sources.amocrm.errors import classify as amocrm
from extractors.sources.bitrix24 import BITRIX24
from extractors.sources.bitrix24.errors import classify as bitrix24
from extractors.sources.hubspot import HUBSPOT
from extractors.sources.hubspot import classify as hubspot
from extractors.sources.pipedrive import PIPEDRIVE
from extractors.sources.pipedrive.errors import classify as pipedrive
from extractors.sources.salesforce.errors import Rules
from extractors.sources.stripe.errors import classify as stripe
from tests.extractors.sources.vendor import SECRET, Reply, Vendor, land, recorded

THE_10TH = Window(date(2026, 3, 10), date(2026, 3, 10))
TABLES = [(source.name, table) for source in SOURCES.values() if source.kind == "crm" for table in source.tables]


@pytest.mark.parametrize(("source", "table"), TABLES, ids=lambda one: one.name if isinstance(one, Table) else one)
def test_a_table_of_a_crm_says_how_it_learns_that_something_is_gone(source: str, table: Table) -> None:
    ways = table.learns_of_removals_by
    assert ways, f"{source}.{table.name} says nothing: a sale whose deal is gone would stay"
    assert ("whole" in ways) == (table.grain == "snapshot")
    # A parent without children is told by a row whose own key is empty.
    assert table.has_empty_keys == ("parent" in ways)
    assert ("parent" in ways) <= (len(table.key) > 1)


@pytest.mark.parametrize(("source", "table"), TABLES, ids=lambda one: one.name if isinstance(one, Table) else one)
def test_the_list_that_a_table_is_held_against_is_read(source: str, table: Table) -> None:
    names = {other.name for other in SOURCES[source].tables}
    ways = table.learns_of_removals_by
    if "deleted_list" in ways:
        assert f"deleted_{table.name}" in names
    if "ids" in ways:
        assert f"{table.name.removesuffix('s')}_ids" in names
    if "event" in ways:
        assert "events" in names


def changed_fixture(name: str, path: list[Any], value: Any) -> Reply:
    """A recorded answer in which one thing is another."""
    body = json.loads(recorded(name).body)
    place = body
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return Reply(json.dumps(body).encode())


def rest(row: Mapping[str, Any]) -> tuple[Any, Any, Any, Any, Any]:
    return (row["email"], row["other_emails"], row["phone"], row["second_phone"], row["other_phones"])


def test_all_addresses_and_numbers_of_a_person_of_pipedrive_are_known(vendor: Vendor) -> None:
    emails = [{"value": f"{name}@mail.example", "primary": name == "b"} for name in "abc"]
    page = changed_fixture("pipedrive/persons__page_2_last", ["data", 0, "emails"], emails)
    body = json.loads(page.body)
    body["data"][0]["phones"] = [{"value": f"+150055500{number:02}", "primary": False} for number in range(4)]
    vendor.answers("GET /api/v2/persons", Reply(json.dumps(body).encode()))

    found = land(PIPEDRIVE, "persons", vendor, THE_10TH)[0]

    assert rest(found) == (
        "b@mail.example",
        "a@mail.example;c@mail.example",
        "+15005550000",
        "+15005550001",
        "+15005550002;+15005550003",
    )


def test_all_addresses_and_numbers_of_a_person_of_amocrm_are_known(vendor: Vendor) -> None:
    fields = [
        {"field_code": "EMAIL", "values": [{"value": "a@mail.example"}, {"value": "b@mail.example"}]},
        {"field_code": "PHONE", "values": [{"value": f"+1500555000{number}"} for number in range(3)]},
    ]
    path = ["_embedded", "contacts", 0, "custom_fields_values"]
    vendor.answers("GET /api/v4/contacts", changed_fixture("amocrm/contacts__page_2_last", path, fields))

    found = land(AMOCRM, "contacts", vendor, THE_10TH)[0]

    assert rest(found) == ("a@mail.example", "b@mail.example", "+15005550000", "+15005550001", "+15005550002")


def test_all_addresses_and_numbers_of_a_person_of_bitrix24_are_known(vendor: Vendor) -> None:
    values = [{"typeId": "EMAIL", "value": "a@mail.example"}, {"typeId": "EMAIL", "value": "b@mail.example"}]
    values += [{"typeId": "PHONE", "value": f"+1500555000{number}"} for number in range(3)]
    page = changed_fixture("bitrix24/contacts__one", ["result", "items", 0, "fm"], values)
    vendor.answers(f"POST /rest/1/{SECRET}/crm.item.list.json", page)

    found = land(BITRIX24, "contacts", vendor, THE_10TH)[0]

    assert rest(found) == ("a@mail.example", "b@mail.example", "+15005550000", "+15005550001", "+15005550002")


def test_all_addresses_of_a_contact_of_hubspot_are_asked_for(vendor: Vendor) -> None:
    path = ["results", 0, "properties", "hs_additional_emails"]
    page = changed_fixture("hubspot/contacts__page_2_last", path, "b@mail.example;c@mail.example")
    vendor.answers("POST /crm/objects/2026-09/contacts/search", page)

    found = land(HUBSPOT, "contacts", vendor, THE_10TH)[0]

    assert found["other_emails"] == "b@mail.example;c@mail.example"
    assert "hs_additional_emails" in vendor.requests[0].json["properties"]


def test_what_a_contact_is_to_a_deal_of_hubspot_is_known(vendor: Vendor) -> None:
    path = ["results", 0, "to", 0, "associationTypes"]
    labels = [{"label": None}, {"label": "Decision maker"}, {"label": "Billing"}]
    vendor.answers("POST /crm/objects/2026-09/deals/search", recorded("hubspot/deals__two"))
    vendor.answers(
        "POST /crm/associations/2026-09/deals/contacts/batch/read",
        changed_fixture("hubspot/deal_contacts__rest_of_one", path, labels),
    )

    ties = land(HUBSPOT, "deal_contacts", vendor, THE_10TH)

    assert [(tie["deal_id"], tie["role"]) for tie in ties] == [("9001", "Billing; Decision maker"), ("9002", None)]


def test_every_lead_of_amocrm_that_there_is_lands_by_its_id(vendor: Vendor) -> None:
    vendor.answers("GET /api/v4/leads", recorded("amocrm/leads__two"))

    assert [row["lead_id"] for row in land(AMOCRM, "lead_ids", vendor, THE_10TH)] == ["71", "72", "73"]
    assert "filter[updated_at][from]" not in vendor.requests[0].query


REFUSALS: list[tuple[Classify, str, int, str]] = [
    (hubspot, "hubspot/error_403_missing_scopes", 403, "crm.objects.deals.read"),
    (pipedrive, "pipedrive/error_400_bad_request", 400, "updated_since: invalid"),
    (pipedrive, "pipedrive/error_403_scope", 403, "Scope and URL mismatch"),
    (amocrm, "amocrm/error_400_filter", 400, "filter.updated_at.from: This value should be of type int"),
    (bitrix24, "bitrix24/error_400_field", 400, "Unknown field definition"),
    (Rules(80).classify, "salesforce/error_400_malformed", 400, "MALFORMED_QUERY: "),
    (stripe, "stripe/error_400_parameter", 400, "parameter_invalid_integer: "),
]


@pytest.mark.parametrize(
    ("classify", "fixture", "status", "told"), REFUSALS, ids=[fixture for _, fixture, *_ in REFUSALS]
)
def test_a_refusal_repeats_what_the_vendor_said(classify: Classify, fixture: str, status: int, told: str) -> None:
    reply = recorded(fixture, status)
    body = json.loads(reply.body)

    verdict = classify(Answer("GET", "https://vendor.example/crm", status, {}, body, reply.body.decode()))

    assert verdict is not None
    assert verdict.cure == "fix_settings"
    assert told in verdict.reason


def test_a_wall_before_hubspot_is_not_taken_for_a_scope() -> None:
    wall = Answer("GET", "https://api.hubapi.com/crm", 403, {}, None, "<html>Access denied</html>")

    verdict = hubspot(wall)

    assert verdict is not None
    assert "a wall" in verdict.reason
    assert "scope" not in verdict.reason


def test_a_sentence_without_end_is_cut() -> None:
    body = {"message": "no " * 1000, "category": "VALIDATION_ERROR"}

    verdict = hubspot(Answer("GET", "https://api.hubapi.com/crm", 400, {}, body, ""))

    assert verdict is not None
    assert len(verdict.reason) < 400
