"""HubSpot: changed records past the search's cap, what hangs on them, and what becomes of its errors."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from extractors.errors import FixSettings, RetryLater, SourceChanged
from extractors.model import Row, Window
from extractors.sources.hubspot import HUBSPOT, classify
from tests.extractors.sources.vendor import (
    SECRET,
    Reply,
    Request,
    Vendor,
    land,
    landed_rows,
    read,
    recorded,
    unhurried,
)

CONTACTS = "POST /crm/objects/2026-09/contacts/search"
DEALS = "POST /crm/objects/2026-09/deals/search"
HISTORY = "POST /crm/objects/2026-09/deals/batch/read"
DEAL_CONTACTS = "POST /crm/associations/2026-09/deals/contacts/batch/read"
OWNERS = "GET /crm/owners/2026-09"
THE_10TH = Window(date(2026, 3, 10), date(2026, 3, 10))


class Portal:
    """Contacts that are searched as HubSpot searches: by id, 200 at a time, 10,000 at most."""

    def __init__(
        self, ids: list[int], before_answer: Callable[[Portal, int], None] = lambda portal, number: None
    ) -> None:
        self.ids = ids
        self.asked = 0
        self._before_answer = before_answer

    def __call__(self, request: Request) -> Reply:
        self.asked += 1
        self._before_answer(self, self.asked)
        filters = request.json["filterGroups"][0]["filters"]
        floor = next((int(one["value"]) for one in filters if one["operator"] == "GT"), 0)
        found = sorted(one for one in self.ids if one > floor)
        after = int(request.json.get("after", 0))
        if after + request.json["limit"] > 10_000:
            return recorded("hubspot/error_400_validation", 400)
        page = found[after : after + request.json["limit"]]
        following = after + len(page)
        body: dict[str, Any] = {"total": len(found), "results": [self.contact(one) for one in page]}
        if following < len(found):
            body["paging"] = {"next": {"after": str(following)}}
        return Reply(json.dumps(body).encode())

    @staticmethod
    def contact(one: int) -> dict[str, Any]:
        moment = "2026-03-10T12:00:00.000Z"
        properties = {"email": None, "phone": None, "createdate": moment, "lastmodifieddate": moment}
        return {"id": str(one), "properties": properties}


def ids_read(vendor: Vendor, portal: Portal) -> list[int]:
    """The ids of the contacts, in the order in which they are read."""
    vendor.answers(CONTACTS, portal)
    client, account = unhurried(HUBSPOT, vendor, classify, [])
    pages = HUBSPOT.table("contacts").read(client, account, THE_10TH)
    return [int(contact["contact_id"]) for page in pages for contact in page]


# ---------------------------------------------------------------- searching


@pytest.mark.meets("last_page")
def test_contacts_on_the_last_page_are_read_too(vendor: Vendor) -> None:
    vendor.answers(CONTACTS, recorded("hubspot/contacts__page_1"), recorded("hubspot/contacts__page_2_last"))

    first, second, third = land(HUBSPOT, "contacts", vendor, THE_10TH)

    assert [contact["contact_id"] for contact in (first, second, third)] == ["101", "102", "103"]
    assert first["updated_at"] == datetime.fromisoformat("2026-03-10T09:30:00.123")
    assert (first["mobile_phone"], second["email"], third["phone"]) == (None, None, None)
    assert (second["merged_contact_ids"], third["merged_contact_ids"]) == ("88;89", "55;56")
    assert [request.json.get("after") for request in vendor.requests] == [None, "2"]


@pytest.mark.meets("empty_answer")
def test_the_window_is_whole_days_in_milliseconds_and_contacts_have_a_name_of_their_own_for_it(
    vendor: Vendor,
) -> None:
    vendor.answers(CONTACTS, recorded("hubspot/contacts__empty"))

    assert land(HUBSPOT, "contacts", vendor, THE_10TH) == []

    [request] = vendor.requests
    assert request.json["filterGroups"][0]["filters"] == [
        {"propertyName": "lastmodifieddate", "operator": "GTE", "value": "1773100800000"},
        {"propertyName": "lastmodifieddate", "operator": "LTE", "value": "1773187199999"},
    ]
    assert request.json["sorts"] == [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]
    assert request.headers["authorization"] == f"Bearer {SECRET}"


def test_more_than_ten_thousand_are_read_by_starting_again_behind_the_last_id(vendor: Vendor) -> None:
    # 9 sorts behind 10 as text: ids count as numbers.
    portal = Portal(list(range(9, 10_309)))

    assert ids_read(vendor, portal) == list(range(9, 10_309))
    assert portal.asked == 52


def test_a_record_that_changes_meanwhile_takes_no_other_with_it(vendor: Vendor) -> None:
    def change_another_one(portal: Portal, number: int) -> None:
        if number == 2:
            portal.ids.remove(5)

    assert ids_read(vendor, Portal(list(range(1, 501)), change_another_one)) == list(range(1, 501))


def test_a_page_that_comes_again_and_again_ends(vendor: Vendor) -> None:
    vendor.answers(CONTACTS, recorded("hubspot/contacts__page_1"))

    with pytest.raises(RetryLater, match="repeats records"):
        read(HUBSPOT, "contacts", vendor, THE_10TH)


def test_older_paths_are_asked_when_the_options_say_so(vendor: Vendor) -> None:
    vendor.answers("POST /crm/v3/objects/contacts/search", recorded("hubspot/contacts__empty"))

    assert read(HUBSPOT, "contacts", vendor, THE_10TH, api_version="v3") == []


def test_a_version_that_is_none_is_refused_before_anything_is_asked(vendor: Vendor) -> None:
    with pytest.raises(FixSettings, match="api_version"):
        read(HUBSPOT, "contacts", vendor, THE_10TH, api_version="../v3")

    assert vendor.requests == []


# ---------------------------------------------------------------- deals and what hangs on them


def test_money_of_deals_is_exact_and_a_formula_stays_text(vendor: Vendor) -> None:
    vendor.answers(DEALS, recorded("hubspot/deals__two"))

    won, lost = land(HUBSPOT, "deals", vendor, THE_10TH)

    assert (won["amount"], won["cost_of_goods"], won["is_won"]) == (Decimal("1500"), Decimal("900.10"), True)
    assert (lost["amount"], lost["currency"], lost["is_won"]) == (None, None, False)
    assert (lost["deal_name"], lost["lost_reason"]) == ('=cmd|"x"', "Too late")


def test_every_stage_of_a_deal_lands_with_its_moment(vendor: Vendor) -> None:
    vendor.answers(DEALS, recorded("hubspot/deals__two"))
    vendor.answers(HISTORY, recorded("hubspot/deals__batch_with_history"))

    stages = land(HUBSPOT, "deal_stages", vendor, THE_10TH)

    assert [(stage["deal_id"], stage["stage_id"]) for stage in stages] == [
        ("9001", "closedwon"),
        ("9001", "qualifiedtobuy"),
        ("9002", "closedlost"),
    ]
    assert stages[1]["entered_at"] == datetime.fromisoformat("2026-03-02T10:00")
    assert {stage["_day"] for stage in stages} == {date(2026, 3, 10)}
    assert json.loads(stages[2]["_payload"])["sourceType"] == "AUTOMATION_PLATFORM"


def test_history_is_asked_for_fifty_deals_at_a_time(vendor: Vendor) -> None:
    vendor.answers("POST /crm/objects/2026-09/deals/search", _deals(range(1, 121)))
    vendor.answers(HISTORY, _histories)

    assert len(read(HUBSPOT, "deal_stages", vendor, THE_10TH)) == 120
    assert [len(request.json["inputs"]) for request in vendor.asked(HISTORY.split()[1])] == [50, 50, 20]


def _deals(ids: range) -> Reply:
    moment = "2026-03-10T12:00:00.000Z"
    results = [{"id": str(one), "properties": {"hs_lastmodifieddate": moment}} for one in ids]
    return Reply(json.dumps({"total": len(results), "results": results}).encode())


def _histories(request: Request) -> Reply:
    entry = {"value": "new", "timestamp": "2026-03-01T08:00:00.000Z"}
    results = [{"id": one["id"], "propertiesWithHistory": {"dealstage": [entry]}} for one in request.json["inputs"]]
    return Reply(json.dumps({"status": "COMPLETE", "results": results}).encode())


def test_contacts_of_deals_are_read_past_one_answer_and_a_deal_without_any_says_so(vendor: Vendor) -> None:
    vendor.answers(DEALS, recorded("hubspot/deals__two"))
    vendor.answers(
        DEAL_CONTACTS,
        recorded("hubspot/deal_contacts__207_one_without", 207),
        recorded("hubspot/deal_contacts__rest_of_one"),
    )

    pairs = land(HUBSPOT, "deal_contacts", vendor, THE_10TH)

    assert [(pair["deal_id"], pair["contact_id"]) for pair in pairs] == [
        ("9001", "101"),
        ("9001", "102"),
        ("9002", None),
    ]
    assert [pair["_reject_reason"] for pair in pairs] == [None, None, None]
    assert [request.json["inputs"] for request in vendor.asked(DEAL_CONTACTS.split()[1])] == [
        [{"id": "9001"}, {"id": "9002"}],
        [{"id": "9001", "after": "MjAx"}],
    ]


def test_a_batch_that_failed_in_part_is_asked_again_later(vendor: Vendor) -> None:
    vendor.answers(DEALS, recorded("hubspot/deals__two"))
    vendor.answers(DEAL_CONTACTS, recorded("hubspot/deal_contacts__207_failed", 207))

    with pytest.raises(RetryLater, match="INTERNAL_ERROR"):
        read(HUBSPOT, "deal_contacts", vendor, THE_10TH)


def test_line_items_have_their_deal_and_the_cost_of_all_pieces(vendor: Vendor) -> None:
    vendor.answers("POST /crm/objects/2026-09/line_items/search", recorded("hubspot/line_items__two"))
    vendor.answers("POST /crm/associations/2026-09/line_items/deals/batch/read", recorded("hubspot/line_item_deals"))

    tiles, gutter = land(HUBSPOT, "line_items", vendor, THE_10TH)

    assert (tiles["deal_id"], tiles["quantity"], tiles["cost_of_goods"]) == ("9001", 3, Decimal("150.15"))
    assert (gutter["deal_id"], gutter["sku"], gutter["cost_of_goods"]) == (None, None, None)


def test_calls_have_their_contact(vendor: Vendor) -> None:
    vendor.answers("POST /crm/objects/2026-09/calls/search", recorded("hubspot/calls__one"))
    vendor.answers("POST /crm/associations/2026-09/calls/contacts/batch/read", recorded("hubspot/call_contacts"))

    [call] = land(HUBSPOT, "calls", vendor, THE_10TH)

    assert (call["contact_id"], call["direction"], call["duration_ms"]) == ("101", "OUTBOUND", 61000)
    assert call["occurred_at"] == datetime.fromisoformat("2026-03-10T09:45")


def test_owners_who_left_are_read_too(vendor: Vendor) -> None:
    def owners(request: Request) -> Reply:
        if request.query["archived"] == "true":
            return recorded("hubspot/owners__archived")
        return recorded("hubspot/owners__page_2_last" if "after" in request.query else "hubspot/owners__page_1")

    vendor.answers(OWNERS, owners)

    assert [owner["owner_id"] for owner in land(HUBSPOT, "owners", vendor, THE_10TH)] == ["77", "78", "60"]


def test_a_pipeline_lands_stage_by_stage(vendor: Vendor) -> None:
    vendor.answers("GET /crm/pipelines/2026-09/deals", recorded("hubspot/pipelines__deals"))

    qualified, won = land(HUBSPOT, "pipelines", vendor, THE_10TH)

    assert (qualified["stage_id"], qualified["is_closed"], qualified["probability"]) == (
        "qualifiedtobuy",
        False,
        Decimal("0.2"),
    )
    assert (won["pipeline_label"], won["is_closed"], won["probability"]) == ("Sales", True, 1)


# ---------------------------------------------------------------- errors


@pytest.mark.meets("expired_auth", "permanent_error")
@pytest.mark.parametrize(
    ("fixture", "status", "message"),
    [
        ("hubspot/error_400_validation", 400, "VALIDATION_ERROR"),
        ("hubspot/error_401_expired", 401, "EXPIRED_AUTHENTICATION"),
        ("hubspot/error_403_missing_scopes", 403, "MISSING_SCOPES"),
        ("hubspot/error_401_expired", 530, "malformed"),
    ],
)
def test_what_a_person_must_change_is_not_asked_twice(vendor: Vendor, fixture: str, status: int, message: str) -> None:
    vendor.answers(CONTACTS, recorded(fixture, status))

    with pytest.raises(FixSettings, match=message) as refused:
        read(HUBSPOT, "contacts", vendor, THE_10TH)

    assert len(vendor.requests) == 1
    assert SECRET not in str(refused.value)


def test_a_used_up_day_is_left_to_the_scheduler(vendor: Vendor) -> None:
    vendor.answers(CONTACTS, recorded("hubspot/error_429_daily", 429))

    with pytest.raises(RetryLater, match="midnight") as later:
        read(HUBSPOT, "contacts", vendor, THE_10TH)

    assert later.value.after is not None
    assert later.value.after >= timedelta(hours=1)
    assert len(vendor.requests) == 1


@pytest.mark.meets("rate_limit", "transient_5xx", "cut_body")
def test_limits_locks_and_faults_are_asked_again(vendor: Vendor) -> None:
    waits: list[float] = []
    vendor.answers(
        CONTACTS,
        recorded("hubspot/error_429_secondly", 429),
        recorded("hubspot/error_423_locked", 423),
        recorded("hubspot/error_423_locked", 524),
        recorded("hubspot/contacts__page_2_last", is_cut=True),
        recorded("hubspot/contacts__page_2_last"),
    )
    client, account = unhurried(HUBSPOT, vendor, classify, waits)

    rows: list[Row] = [row for page in HUBSPOT.table("contacts").read(client, account, THE_10TH) for row in page]

    assert [row["contact_id"] for row in rows] == ["103"]
    assert waits[:2] == [1, 2]
    assert len(waits) == 4


@pytest.mark.meets("drift")
def test_a_property_that_vanished_from_every_contact_is_noticed(vendor: Vendor) -> None:
    vendor.answers(CONTACTS, recorded("hubspot/contacts__renamed_property"))

    with pytest.raises(SourceChanged, match="no record has 'email'") as changed:
        land(HUBSPOT, "contacts", vendor, THE_10TH)

    assert "buyer@" not in str(changed.value)
    assert landed_rows(HUBSPOT, "contacts") == []


def test_an_answer_without_results_is_noticed(vendor: Vendor) -> None:
    vendor.answers(CONTACTS, Reply(b'{"total": 0, "items": []}'))

    with pytest.raises(SourceChanged, match="no list 'results'"):
        read(HUBSPOT, "contacts", vendor, THE_10TH)
