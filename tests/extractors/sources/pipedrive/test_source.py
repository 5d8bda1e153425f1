"""Pipedrive: three lists of deals, stages from a history that leaves out the first, and its two kinds of limits."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from extractors.errors import FixSettings, RetryLater, SourceChanged
from extractors.model import Account, Connection, Row, Window
from extractors.sources.pipedrive import PIPEDRIVE
from extractors.sources.pipedrive.errors import classify
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

PERSONS = "GET /api/v2/persons"
DEALS = "GET /api/v2/deals"
ARCHIVED = "GET /api/v2/deals/archived"
CHANGELOG = "GET /api/v1/deals/501/changelog"
THE_10TH = Window(date(2026, 3, 10), date(2026, 3, 10))
CANCELLED, COST, CLICK = (
    "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
    "1b2c3d4e5f60718293a4b5c6d7e8f9012345670a",
    "2c3d4e5f60718293a4b5c6d7e8f9012345670a1b",
)


def serve_deals(vendor: Vendor, plain: str = "pipedrive/empty") -> None:
    """The plain list, or the deleted ones; and the archive."""

    def deals(request: Request) -> Reply:
        return recorded("pipedrive/deals__deleted" if request.query.get("status") == "deleted" else plain)

    vendor.answers(DEALS, deals)
    vendor.answers(ARCHIVED, recorded("pipedrive/deals__archived"))


def only_deals(vendor: Vendor, plain: str) -> None:
    """One plain list of deals, and nothing archived or deleted."""
    empty = recorded("pipedrive/empty")
    vendor.answers(DEALS, lambda asked: empty if asked.query.get("status") == "deleted" else recorded(plain))
    vendor.answers(ARCHIVED, empty)


def names_read(vendor: Vendor, waits: list[float]) -> list[Any]:
    client, account = unhurried(PIPEDRIVE, vendor, classify, waits)
    rows: list[Row] = [row for page in PIPEDRIVE.table("persons").read(client, account, THE_10TH) for row in page]
    return [row["name"] for row in rows]


@pytest.mark.meets("last_page")
def test_persons_on_the_last_page_are_read_too(vendor: Vendor) -> None:
    vendor.answers(PERSONS, recorded("pipedrive/persons__page_1"), recorded("pipedrive/persons__page_2_last"))

    ann, ben, cy = land(PIPEDRIVE, "persons", vendor, THE_10TH, person_fields={"click_id": CLICK})

    assert (ann["person_id"], ann["email"]) == ("77", "ann@example.test")
    assert (ann["phone"], ann["second_phone"]) == ("+1 500 555 0006", "+1 500 555 0007")
    assert (ann["click_id"], ben["email"], ben["phone"], cy["name"]) == ("SYN-GCLID", None, None, "Cy")
    assert ann["updated_at"] == datetime.fromisoformat("2026-03-10T09:30")
    first, last = vendor.requests
    assert (first.query.get("cursor"), last.query["cursor"]) == (None, "eyJ0IjoyfQ")
    assert first.query["updated_since"] == "2026-03-10T00:00:00Z"
    assert first.query["updated_until"] == "2026-03-11T00:00:00Z"
    assert first.headers["x-api-token"] == SECRET
    assert SECRET not in first.query_text


@pytest.mark.meets("empty_answer")
def test_a_day_without_changes_lands_empty(vendor: Vendor) -> None:
    vendor.answers(PERSONS, recorded("pipedrive/empty"))

    assert land(PIPEDRIVE, "persons", vendor, THE_10TH) == []


def test_archived_and_deleted_deals_are_read_beside_the_others(vendor: Vendor) -> None:
    serve_deals(vendor, "pipedrive/deals__two")

    deals = {deal["deal_id"]: deal for deal in land(PIPEDRIVE, "deals", vendor, THE_10TH)}

    assert sorted(deals) == ["501", "502", "503", "504"]
    assert (deals["503"]["is_archived"], deals["504"]["is_deleted"]) == (True, True)
    assert (deals["501"]["amount"], deals["502"]["amount"]) == (Decimal("1500.1"), None)
    assert (deals["502"]["lost_reason"], deals["502"]["person_id"]) == ("Too late", None)


def test_the_customers_own_fields_fill_the_columns_that_the_options_name(vendor: Vendor) -> None:
    only_deals(vendor, "pipedrive/deals__two")
    fields = {"cancelled_at": CANCELLED, "cost_of_goods": COST}

    won, lost = land(PIPEDRIVE, "deals", vendor, THE_10TH, deal_fields=fields)

    assert (won["cancelled_at"], won["cost_of_goods"]) == (datetime.fromisoformat("2026-03-10"), Decimal("900.1"))
    assert (lost["cancelled_at"], lost["cost_of_goods"]) == (None, None)
    assert vendor.requests[0].query["custom_fields"] == f"{CANCELLED},{COST}"


def test_an_own_field_that_was_removed_is_noticed(vendor: Vendor) -> None:
    only_deals(vendor, "pipedrive/deals__two")

    with pytest.raises(SourceChanged, match="no record has 'ffff'"):
        read(PIPEDRIVE, "deals", vendor, THE_10TH, deal_fields={"cost_of_goods": "ffff"})


def test_an_own_field_for_a_column_that_is_none_is_refused_by_name(vendor: Vendor) -> None:
    with pytest.raises(FixSettings, match=r"deal_fields names \['utm'\]; it may name"):
        read(PIPEDRIVE, "deals", vendor, THE_10TH, deal_fields={"utm": CLICK})


def test_the_first_stage_is_the_one_that_the_oldest_change_left(vendor: Vendor) -> None:
    only_deals(vendor, "pipedrive/deals__one_open")
    vendor.answers(CHANGELOG, recorded("pipedrive/changelog__page_1"), recorded("pipedrive/changelog__page_2_last"))

    stages = land(PIPEDRIVE, "deal_stages", vendor, THE_10TH)

    assert [(stage["stage_id"], stage["entered_at"].isoformat()) for stage in stages] == [
        ("1", "2026-03-01T10:00:00"),
        ("2", "2026-03-02T11:00:00"),
        ("3", "2026-03-05T12:00:00"),
    ]
    assert {stage["_day"] for stage in stages} == {date(2026, 3, 10)}


def test_a_deal_that_never_moved_has_been_in_its_stage_since_it_was_made(vendor: Vendor) -> None:
    only_deals(vendor, "pipedrive/deals__one_open")
    vendor.answers(CHANGELOG, recorded("pipedrive/v1__empty"))

    [stage] = land(PIPEDRIVE, "deal_stages", vendor, THE_10TH)

    assert (stage["stage_id"], stage["entered_at"]) == ("3", datetime.fromisoformat("2026-03-01T10:00"))


def test_participants_of_a_deal_land_beside_its_main_person(vendor: Vendor) -> None:
    deal = json.loads(recorded("pipedrive/deals__two").body)["data"][0]
    counted = [{**deal, "id": number, "person_id": 11, "participants_count": number} for number in (1, 2, 3)]
    answer = {"success": True, "data": counted, "additional_data": {"next_cursor": None}}
    more = {"pagination": {"more_items_in_collection": True, "next_start": 2}}
    first = {"success": True, "data": [{"person_id": {"value": one}} for one in (11, 12)], "additional_data": more}
    vendor.answers(DEALS, Reply(json.dumps(answer).encode()), recorded("pipedrive/empty"))
    vendor.answers(ARCHIVED, recorded("pipedrive/empty"))
    vendor.answers(
        "GET /api/v1/deals/3/participants",
        Reply(json.dumps(first).encode()),
        Reply(b'{"success": true, "data": [{"person_id": 13}]}'),
    )
    vendor.answers("GET /api/v1/deals/2/participants", recorded("pipedrive/error_404_deal", 404))

    deals = {one["deal_id"]: one["participant_ids"] for one in land(PIPEDRIVE, "deals", vendor, THE_10TH)}

    # Whoever is alone is asked for no others, and a deal that is gone meanwhile stays as it was listed.
    assert deals == {"1": None, "2": None, "3": "12;13"}
    assert vendor.requests[0].query["include_fields"] == "participants_count"


def test_a_deal_deleted_meanwhile_takes_no_other_with_it(vendor: Vendor) -> None:
    only_deals(vendor, "pipedrive/deals__two")
    vendor.answers(CHANGELOG, recorded("pipedrive/error_404_deal", 404))
    vendor.answers("GET /api/v1/deals/502/changelog", recorded("pipedrive/v1__empty"))

    assert [stage["deal_id"] for stage in read(PIPEDRIVE, "deal_stages", vendor, THE_10TH)] == [502]


def test_products_are_asked_for_a_hundred_deals_at_a_time_and_a_deal_without_any_says_so(vendor: Vendor) -> None:
    one = json.loads(recorded("pipedrive/deals__one_open").body)
    many = {**one, "data": [{**one["data"][0], "id": 501 + number} for number in range(120)]}
    empty = recorded("pipedrive/empty")
    plain = Reply(json.dumps(many).encode())
    vendor.answers(DEALS, lambda asked: empty if asked.query.get("status") == "deleted" else plain)
    vendor.answers(ARCHIVED, empty)
    vendor.answers("GET /api/v2/deals/products", recorded("pipedrive/deal_products__two"), empty)

    found = land(PIPEDRIVE, "deal_products", vendor, THE_10TH)

    tiles, gutter = (row for row in found if row["deal_product_id"])
    assert (tiles["amount"], tiles["quantity"], tiles["is_enabled"]) == (Decimal("300.15"), 3, True)
    assert (gutter["product_name"], gutter["is_enabled"]) == ("Gutter", False)
    asked = vendor.asked("/api/v2/deals/products")
    assert [len(request.query["deal_ids"].split(",")) for request in asked] == [100, 20]
    without = {row["deal_id"] for row in found if not row["deal_product_id"] and not row["_reject_reason"]}
    assert without == {str(501 + number) for number in range(120)} - {tiles["deal_id"], gutter["deal_id"]}


def test_an_activity_tells_when_it_was_done(vendor: Vendor) -> None:
    vendor.answers("GET /api/v2/activities", recorded("pipedrive/activities__two"))

    call, task = land(PIPEDRIVE, "activities", vendor, THE_10TH)

    assert (call["person_id"], call["done_at"]) == ("77", datetime.fromisoformat("2026-03-10T09:20"))
    assert (task["is_done"], task["done_at"]) == (False, None)


def test_stages_have_the_name_of_their_pipeline_and_users_who_left_are_read_too(vendor: Vendor) -> None:
    vendor.answers("GET /api/v2/pipelines", recorded("pipedrive/pipelines"))
    vendor.answers("GET /api/v2/stages", recorded("pipedrive/stages"))
    vendor.answers("GET /api/v1/users", recorded("pipedrive/users"))

    new, _ = land(PIPEDRIVE, "stages", vendor, THE_10TH)

    assert (new["stage_name"], new["pipeline_name"], new["probability"]) == ("New", "Sales", Decimal("0.1"))
    assert [(one["user_id"], one["is_active"]) for one in land(PIPEDRIVE, "users", vendor, THE_10TH)] == [
        ("9", True),
        ("8", False),
    ]


# ---------------------------------------------------------------- limits and errors


@pytest.mark.meets("rate_limit")
def test_too_many_requests_wait_for_the_end_of_the_two_seconds(vendor: Vendor) -> None:
    waits: list[float] = []
    limited = recorded("pipedrive/error_429", 429, x_ratelimit_remaining="0", x_ratelimit_reset="1")
    vendor.answers(PERSONS, limited, recorded("pipedrive/persons__page_2_last"))

    assert names_read(vendor, waits) == ["Cy"]
    assert waits == [1]


@pytest.mark.parametrize(
    "header",
    [{"x-ratelimit-remaining": "17"}, {"x-daily-ratelimit-token-remaining": "0"}, {"x-daily-requests-left": "0"}],
)
def test_a_used_up_day_is_left_to_the_scheduler(vendor: Vendor, header: dict[str, str]) -> None:
    vendor.answers(PERSONS, Reply(recorded("pipedrive/error_429").body, 429, header))

    with pytest.raises(RetryLater, match="midnight") as later:
        read(PIPEDRIVE, "persons", vendor, THE_10TH)

    assert later.value.after == timedelta(hours=1)
    assert len(vendor.requests) == 1


def test_the_wall_before_pipedrive_is_waited_for(vendor: Vendor) -> None:
    waits: list[float] = []
    vendor.answers(PERSONS, recorded("pipedrive/error_403_wall.html", 403), recorded("pipedrive/persons__page_2_last"))

    assert names_read(vendor, waits) == ["Cy"]
    assert waits == [300]


@pytest.mark.meets("transient_5xx", "cut_body")
def test_faults_cut_bodies_and_null_are_asked_again(vendor: Vendor) -> None:
    waits: list[float] = []
    vendor.answers(
        PERSONS,
        recorded("pipedrive/error_500", 500),
        recorded("pipedrive/error_500", 503),
        recorded("pipedrive/persons__page_2_last", is_cut=True),
        Reply(b"null"),
        recorded("pipedrive/persons__page_2_last"),
    )

    assert names_read(vendor, waits) == ["Cy"]
    assert len(waits) == 4


@pytest.mark.meets("permanent_error")
@pytest.mark.parametrize(
    ("fixture", "status", "message"),
    [
        ("pipedrive/error_400_bad_request", 400, "refused"),
        ("pipedrive/error_401_unauthorized", 401, "unauthorized access"),
        ("pipedrive/error_402_closed", 402, "not paid for"),
        ("pipedrive/error_403_scope", 403, "may not read"),
        ("pipedrive/error_500", 501, "does not know"),
    ],
)
def test_what_a_person_must_change_is_not_asked_twice(vendor: Vendor, fixture: str, status: int, message: str) -> None:
    vendor.answers(PERSONS, recorded(fixture, status))

    with pytest.raises(FixSettings, match=message) as refused:
        read(PIPEDRIVE, "persons", vendor, THE_10TH)

    assert len(vendor.requests) == 1
    assert SECRET not in str(refused.value)


def test_an_address_out_of_service_is_a_change(vendor: Vendor) -> None:
    vendor.answers(PERSONS, recorded("pipedrive/error_410_gone", 410))

    with pytest.raises(SourceChanged, match="out of service"):
        read(PIPEDRIVE, "persons", vendor, THE_10TH)


@pytest.mark.meets("drift")
def test_a_field_that_vanished_from_every_person_is_noticed(vendor: Vendor) -> None:
    vendor.answers(PERSONS, recorded("pipedrive/persons__renamed_field"))

    with pytest.raises(SourceChanged, match="no record has 'emails'") as changed:
        land(PIPEDRIVE, "persons", vendor, THE_10TH)

    assert "buyer@" not in str(changed.value)
    assert landed_rows(PIPEDRIVE, "persons") == []


# ---------------------------------------------------------------- applications


def application(vendor: Vendor) -> tuple[Connection, Account]:
    extra = {"client_secret": "client-secret", "token_url": f"{vendor.url}/oauth/token"}
    return Connection(vendor.url, "client", SECRET, extra), Account("pipedrive", "8123", "x", "nordhaus")


@pytest.mark.meets("expired_auth")
def test_an_expired_token_of_an_application_is_renewed_with_basic_and_stored(vendor: Vendor) -> None:
    vendor.answers("POST /oauth/token", recorded("pipedrive/oauth_token"))
    vendor.answers(
        PERSONS, recorded("pipedrive/error_401_unauthorized", 401), recorded("pipedrive/persons__page_2_last")
    )
    connection, account = application(vendor)

    client = PIPEDRIVE.connect(connection, account)
    rows = [row for page in PIPEDRIVE.table("persons").read(client, account, THE_10TH) for row in page]

    assert [row["name"] for row in rows] == ["Cy"]
    first, second = vendor.asked("/oauth/token")
    assert first.headers["authorization"].startswith("Basic ")
    assert (first.form["refresh_token"], second.form["refresh_token"]) == (SECRET, "refresh-token-1")


def test_a_token_of_another_company_is_refused(vendor: Vendor) -> None:
    token = json.loads(recorded("pipedrive/oauth_token").body)
    elsewhere = {**token, "api_domain": "https://other.pipedrive.com"}
    vendor.answers("POST /oauth/token", Reply(json.dumps(elsewhere).encode()))
    connection, account = application(vendor)

    with pytest.raises(FixSettings, match=r"belongs to https://other\.pipedrive\.com"):
        PIPEDRIVE.connect(connection, account).get("/api/v2/persons")

    assert vendor.asked("/api/v2/persons") == []
