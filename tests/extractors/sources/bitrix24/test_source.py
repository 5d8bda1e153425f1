"""Bitrix24: pages by id, errors inside batches that succeeded, limits that are a 503, secrets in the address."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from extractors.errors import FixSettings, RetryLater, SkipAccount, SourceChanged
from extractors.model import Account, Client, Connection, Row, Window
from extractors.sources.bitrix24 import BITRIX24
from extractors.sources.bitrix24.errors import classify
from tests.extractors.sources.vendor import (
    SECRET,
    Reply,
    Request,
    Vendor,
    land,
    landed_rows,
    recorded,
    unhurried,
)

HOOK = f"/rest/1/{SECRET}"
ITEMS = f"POST {HOOK}/crm.item.list.json"
BATCH = f"POST {HOOK}/batch.json"
THE_10TH = Window(date(2026, 3, 10), date(2026, 3, 10))
FAST = {"requests_per_second": 200}


def landed(vendor: Vendor, table: str, **options: Any) -> list[Row]:
    return land(BITRIX24, table, vendor, THE_10TH, **FAST, **options)


def read(vendor: Vendor, table: str, waits: list[float]) -> list[Row]:
    client, account = unhurried(BITRIX24, vendor, classify, waits)
    return [row for page in BITRIX24.table(table).read(client, account, THE_10TH) for row in page]


def test_people_have_their_addresses_and_numbers_apart(vendor: Vendor) -> None:
    vendor.answers(ITEMS, recorded("bitrix24/contacts__one"))

    anna, ben = landed(vendor, "contacts", contact_fields={"click_id": "ufCrm_1700000001"})

    assert (anna["contact_id"], anna["first_name"], anna["email"]) == ("81", "Анна", "anna@example.test")
    assert (anna["phone"], anna["second_phone"]) == ("+7 (500) 555-00-06", "85005550007")
    assert (anna["click_id"], ben["click_id"], ben["email"]) == ("SYN-GCLID", None, None)
    assert anna["updated_at"] == datetime.fromisoformat("2026-03-10T09:30")
    [request] = vendor.requests
    assert request.json["entityTypeId"] == 3
    assert request.json["filter"] == {
        ">=updatedTime": "2026-03-10T00:00:00+00:00",
        "<updatedTime": "2026-03-11T00:00:00+00:00",
        ">id": 0,
    }
    assert (request.json["start"], request.json["order"]) == (-1, {"id": "ASC"})
    assert "ufCrm_1700000001" in request.json["select"]


@pytest.mark.meets("last_page")
def test_the_last_page_is_the_one_that_is_not_full(vendor: Vendor) -> None:
    moment = "2026-03-10T12:30:00+03:00"

    def deals(request: Request) -> Reply:
        above = request.json["filter"][">id"]
        page = [{"id": number, "updatedTime": moment} for number in range(1, 121) if number > above][:50]
        return Reply(json.dumps({"result": {"items": page}, "total": 0}).encode())

    vendor.answers(ITEMS, deals)

    assert [int(row["deal_id"]) for row in landed(vendor, "deal_ids")] == list(range(1, 121))
    assert [request.json["filter"][">id"] for request in vendor.requests] == [0, 50, 100]


def test_a_page_that_comes_again_and_again_ends(vendor: Vendor) -> None:
    page = [{"id": number} for number in range(1, 51)]
    vendor.answers(ITEMS, Reply(json.dumps({"result": {"items": page}}).encode()))

    with pytest.raises(RetryLater, match="same as the one before"):
        read(vendor, "deal_ids", [])


@pytest.mark.meets("empty_answer")
def test_a_day_without_changes_lands_empty(vendor: Vendor) -> None:
    vendor.answers(ITEMS, recorded("bitrix24/empty__items"))

    assert landed(vendor, "deals") == []


def test_deals_have_exact_money_their_source_and_the_customers_own_fields(vendor: Vendor) -> None:
    vendor.answers(ITEMS, recorded("bitrix24/deals__two"))
    own = {"cost_of_goods": "ufCrm_1700000002", "cancelled_at": "ufCrm_1700000003"}

    won, new = landed(vendor, "deals", deal_fields=own)

    assert (won["amount"], won["cost_of_goods"], won["currency"]) == (Decimal("1500.5"), Decimal("900.1"), "EUR")
    assert won["cancelled_at"] == datetime.fromisoformat("2026-03-09T21:00")
    assert (won["category_id"], won["stage_id"], won["is_closed"]) == ("1", "C1:WON", True)
    assert (won["utm_source"], won["utm_campaign"], won["lead_id"]) == ("google", "roofing", "37")
    assert (new["cost_of_goods"], new["cancelled_at"], new["is_closed"]) == (None, None, False)


def test_an_own_field_that_was_removed_is_noticed(vendor: Vendor) -> None:
    vendor.answers(ITEMS, recorded("bitrix24/deals__two"))

    with pytest.raises(SourceChanged, match="no record has 'ufCrm_9'"):
        landed(vendor, "deals", deal_fields={"cost_of_goods": "ufCrm_9"})


def test_every_person_of_a_deal_lands_and_the_main_one_is_known(vendor: Vendor) -> None:
    vendor.answers(ITEMS, recorded("bitrix24/deals__two"))

    assert [(tie["deal_id"], tie["contact_id"], tie["is_main"]) for tie in landed(vendor, "deal_contacts")] == [
        ("501", "81", True),
        ("501", "82", False),
        # It has nobody: that is said, or the last one who left would stay.
        ("502", None, False),
    ]


def test_leads_and_the_history_of_stages_land(vendor: Vendor) -> None:
    vendor.answers(ITEMS, recorded("bitrix24/leads__one"))
    vendor.answers(f"POST {HOOK}/crm.stagehistory.list.json", recorded("bitrix24/stage_history__two"))

    [lead] = landed(vendor, "leads")
    new, won = landed(vendor, "deal_stages")

    assert (lead["email"], lead["stage_id"], lead["last_name"]) == ("cy@example.test", "CONVERTED", None)
    assert (new["stage_id"], won["stage_id"], won["semantics"]) == ("C1:NEW", "C1:WON", "S")
    assert won["entered_at"] == datetime.fromisoformat("2026-03-10T09:30")


def test_products_are_asked_for_in_batches_past_one_answer(vendor: Vendor) -> None:
    vendor.answers(ITEMS, recorded("bitrix24/deals__two"))
    vendor.answers(BATCH, recorded("bitrix24/product_rows__batch_first"), recorded("bitrix24/product_rows__batch_rest"))

    without, tiles, gutter = sorted(landed(vendor, "product_rows"), key=lambda row: row["product_row_id"] or "")

    assert (without["deal_id"], without["product_row_id"], without["_reject_reason"]) == ("502", None, None)
    assert (tiles["deal_id"], tiles["price"], tiles["quantity"]) == ("501", Decimal("100.05"), 3)
    assert gutter["product_name"] == "Gutter"
    first, second = (request.json["cmd"] for request in vendor.asked(f"{HOOK}/batch.json"))
    assert sorted(first) == ["d501", "d502"]
    assert second == {"d501": "crm.item.productrow.list?filter[%3DownerType]=D&filter[%3DownerId]=501&start=50"}


@pytest.mark.parametrize(
    ("fixture", "error", "message"),
    [
        ("bitrix24/product_rows__batch_failed", RetryLater, "INTERNAL_SERVER_ERROR"),
        ("bitrix24/product_rows__batch_refused", FixSettings, "ACCESS_DENIED"),
    ],
)
def test_a_command_that_failed_inside_a_batch_is_an_error(
    vendor: Vendor, fixture: str, error: type[Exception], message: str
) -> None:
    vendor.answers(ITEMS, recorded("bitrix24/deals__two"))
    vendor.answers(BATCH, recorded(fixture))

    with pytest.raises(error, match=message):
        read(vendor, "product_rows", [])


def test_activities_stages_and_users_land(vendor: Vendor) -> None:
    vendor.answers(f"POST {HOOK}/crm.activity.list.json", recorded("bitrix24/activities__two"))
    vendor.answers(f"POST {HOOK}/crm.category.list.json", recorded("bitrix24/categories"))
    vendor.answers(
        f"POST {HOOK}/crm.status.list.json", recorded("bitrix24/stages__general"), recorded("bitrix24/stages__roofs")
    )
    vendor.answers(
        f"POST {HOOK}/user.get.json", recorded("bitrix24/users__page_1"), recorded("bitrix24/users__page_2_last")
    )

    call, mail = landed(vendor, "activities")
    stages = landed(vendor, "stages")

    assert (call["direction"], call["is_completed"], mail["is_completed"], mail["started_at"]) == (
        "2",
        True,
        False,
        None,
    )
    assert [(one["category_id"], one["stage_id"], one["semantics"]) for one in stages] == [
        ("0", "NEW", None),
        ("1", "C1:WON", "S"),
        ("1", "C1:LOSE", "F"),
    ]
    asked = [request.json["filter"]["ENTITY_ID"] for request in vendor.asked(f"{HOOK}/crm.status.list.json")]
    assert asked == ["DEAL_STAGE", "DEAL_STAGE_1"]
    assert [(one["user_id"], one["email"]) for one in landed(vendor, "users")] == [
        ("9", "kim@nordhaus.example"),
        ("8", None),
    ]


# ---------------------------------------------------------------- limits and errors


@pytest.mark.meets("rate_limit", "transient_5xx", "cut_body")
def test_limits_faults_and_cut_bodies_are_asked_again(vendor: Vendor) -> None:
    waits: list[float] = []
    vendor.answers(
        ITEMS,
        recorded("bitrix24/error_503_query_limit", 503),
        recorded("bitrix24/error_500_internal", 500),
        recorded("bitrix24/error_500_internal", 200),
        recorded("bitrix24/contacts__one", is_cut=True),
        recorded("bitrix24/contacts__one"),
    )

    assert len(read(vendor, "contacts", waits)) == 2
    assert waits[0] == 2
    assert len(waits) == 4


def test_a_method_that_computed_too_long_is_left_to_the_scheduler(vendor: Vendor) -> None:
    vendor.answers(ITEMS, recorded("bitrix24/error_429_operation_time", 429))

    with pytest.raises(RetryLater, match="computed for too long") as later:
        read(vendor, "contacts", [])

    assert later.value.after is not None
    assert later.value.after > timedelta(minutes=5)
    assert len(vendor.requests) == 1


@pytest.mark.meets("permanent_error")
@pytest.mark.parametrize(
    ("fixture", "status", "message"),
    [
        ("bitrix24/error_400_field", 400, r"Unknown field definition \[updatedtime\]"),
        ("bitrix24/error_401_no_auth", 401, "NO_AUTH_FOUND"),
        ("bitrix24/error_401_expired_token", 401, "expired"),
        ("bitrix24/error_403_access_denied", 403, "commercial plan"),
        ("bitrix24/error_403_scope", 403, "lacks a scope"),
        ("bitrix24/error_500_portal_deleted", 500, "portal was deleted"),
        ("bitrix24/error_503_overload", 503, "by hand"),
        ("bitrix24/renamed_portal.html", 200, "renamed or suspended"),
        ("bitrix24/renamed_portal.html", 302, "renamed or suspended"),
    ],
)
def test_what_a_person_must_change_is_not_asked_twice(vendor: Vendor, fixture: str, status: int, message: str) -> None:
    vendor.answers(ITEMS, recorded(fixture, status))

    with pytest.raises(FixSettings, match=message) as refused:
        read(vendor, "contacts", [])

    assert len(vendor.requests) == 1
    # The secret is a part of the address, and addresses are shown.
    assert SECRET not in str(refused.value)


def test_users_are_left_out_where_the_webhook_lacks_the_scope(vendor: Vendor) -> None:
    vendor.answers(f"POST {HOOK}/user.get.json", recorded("bitrix24/error_403_scope", 403))

    with pytest.raises(SkipAccount, match="may not list the users"):
        read(vendor, "users", [])


@pytest.mark.meets("drift")
def test_a_field_that_vanished_from_every_contact_is_noticed(vendor: Vendor) -> None:
    vendor.answers(ITEMS, recorded("bitrix24/contacts__renamed_field"))

    with pytest.raises(SourceChanged, match="no record has 'fm'") as changed:
        landed(vendor, "contacts")

    assert "buyer@" not in str(changed.value)
    assert landed_rows(BITRIX24, "contacts") == []


def test_an_answer_without_its_list_is_noticed(vendor: Vendor) -> None:
    vendor.answers(ITEMS, Reply(b'{"result": {"rows": []}}'))

    with pytest.raises(SourceChanged, match="no list 'items'"):
        read(vendor, "contacts", [])


# ---------------------------------------------------------------- applications


def application(vendor: Vendor) -> tuple[Client, Account]:
    extra = {"client_secret": "client-secret", "token_url": f"{vendor.url}/oauth/token/"}
    account = Account("bitrix24", "5", "x", "nordhaus", FAST)
    return BITRIX24.connect(Connection(vendor.url, "local.1", SECRET, extra), account), account


@pytest.mark.meets("expired_auth")
def test_an_expired_token_of_an_application_is_renewed_and_stored(vendor: Vendor) -> None:
    vendor.answers("GET /oauth/token/", recorded("bitrix24/oauth_token"))
    vendor.answers(
        "POST /rest/crm.item.list.json",
        recorded("bitrix24/error_401_expired_token", 401),
        recorded("bitrix24/contacts__one"),
    )
    client, account = application(vendor)

    rows = [row for page in BITRIX24.table("contacts").read(client, account, THE_10TH) for row in page]

    assert len(rows) == 2
    first, second = vendor.asked("/oauth/token/")
    assert (first.query["refresh_token"], second.query["refresh_token"]) == (SECRET, "refresh-token-1")
    assert vendor.asked("/rest/crm.item.list.json")[-1].query == {"auth": "access-token-1"}


def test_a_portal_that_is_not_paid_for_is_told(vendor: Vendor) -> None:
    vendor.answers("GET /oauth/token/", recorded("bitrix24/oauth_payment_required", 403))
    client, _ = application(vendor)

    with pytest.raises(FixSettings, match="PAYMENT_REQUIRED"):
        client.post_json("crm.item.list.json", {})


def test_a_token_of_another_portal_is_refused(vendor: Vendor) -> None:
    token = json.loads(recorded("bitrix24/oauth_token").body)
    elsewhere = {**token, "client_endpoint": "https://other.bitrix24.com/rest/"}
    vendor.answers("GET /oauth/token/", Reply(json.dumps(elsewhere).encode()))
    client, _ = application(vendor)

    with pytest.raises(FixSettings, match=r"belongs to https://other\.bitrix24\.com"):
        client.post_json("crm.item.list.json", {})

    assert vendor.asked("/rest/crm.item.list.json") == []
