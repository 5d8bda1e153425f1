"""amoCRM: empty answers in three shapes, pages by their link, events, and tokens that change at each use."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import pytest

from extractors.errors import FixSettings, RetryLater, SkipAccount, SourceChanged
from extractors.model import Account, Connection, Row, Window
from extractors.sources.amocrm import AMOCRM
from extractors.sources.amocrm.errors import classify
from tests.extractors.sources.vendor import (
    SECRET,
    Reply,
    Vendor,
    land,
    landed_rows,
    read,
    recorded,
    unhurried,
)

CONTACTS = "GET /api/v4/contacts"
LEADS = "GET /api/v4/leads"
THE_10TH = Window(date(2026, 3, 10), date(2026, 3, 10))


def names_read(vendor: Vendor, waits: list[float]) -> list[Any]:
    client, account = unhurried(AMOCRM, vendor, classify, waits)
    rows: list[Row] = [row for page in AMOCRM.table("contacts").read(client, account, THE_10TH) for row in page]
    return [row["name"] for row in rows]


def serve_leads(vendor: Vendor) -> None:
    vendor.answers(LEADS, recorded("amocrm/leads__two"))
    vendor.answers("GET /api/v4/account", recorded("amocrm/account"))


@pytest.mark.meets("last_page")
def test_contacts_on_the_last_page_are_read_too(vendor: Vendor) -> None:
    vendor.answers(CONTACTS, recorded("amocrm/contacts__page_1"), recorded("amocrm/contacts__page_2_last"))

    anna, ben, cy = land(AMOCRM, "contacts", vendor, THE_10TH)

    assert (anna["contact_id"], anna["name"], anna["email"]) == ("81", "Анна", "anna@example.test")
    assert (anna["phone"], anna["second_phone"]) == ("+7 (500) 555-00-06", "8 500 555 00 07")
    assert (ben["email"], ben["phone"], cy["name"]) == (None, None, "Cy")
    assert anna["updated_at"] == datetime.fromisoformat("2026-03-10T09:30")
    assert [request.query["page"] for request in vendor.requests] == ["1", "2"]
    asked = vendor.requests[0]
    assert asked.query["filter[updated_at][from]"] == "1773100800"
    assert asked.query["filter[updated_at][to]"] == "1773187199"
    assert asked.headers["authorization"] == f"Bearer {SECRET}"


@pytest.mark.meets("empty_answer")
@pytest.mark.parametrize("nothing", [Reply(status=204), recorded("amocrm/contacts__php_empty")])
def test_a_day_without_changes_lands_empty(vendor: Vendor, nothing: Reply) -> None:
    vendor.answers(CONTACTS, nothing)

    assert land(AMOCRM, "contacts", vendor, THE_10TH) == []


def test_a_last_page_that_ran_past_the_end_ends_the_list(vendor: Vendor) -> None:
    vendor.answers(CONTACTS, recorded("amocrm/contacts__page_1"), Reply(status=204))

    assert len(read(AMOCRM, "contacts", vendor, THE_10TH)) == 2


def test_leads_have_the_accounts_currency_their_source_and_the_reason_they_were_lost(vendor: Vendor) -> None:
    serve_leads(vendor)

    won, lost, going_on = land(
        AMOCRM, "leads", vendor, THE_10TH, lead_fields={"cost_of_goods": "501", "cancelled_at": "502"}
    )

    assert (won["amount"], won["currency"], won["cost_of_goods"]) == (Decimal("1500.5"), "RUB", Decimal("900.1"))
    assert (won["utm_source"], won["yclid"], won["gclid"]) == ("yandex", "SYN-YCLID", None)
    assert won["cancelled_at"] == datetime.fromisoformat("2026-03-10T09:30")
    assert (lost["status_id"], lost["loss_reason"], lost["cancelled_at"]) == ("143", "Too late", None)
    assert (going_on["closed_at"], going_on["loss_reason"]) == (None, None)


def test_people_and_products_of_leads_land_beside_them(vendor: Vendor) -> None:
    serve_leads(vendor)

    ties = land(AMOCRM, "lead_contacts", vendor, THE_10TH)
    product, *without = land(AMOCRM, "lead_products", vendor, THE_10TH)

    assert [(tie["lead_id"], tie["contact_id"], tie["is_main"], tie["_reject_reason"]) for tie in ties] == [
        ("71", "82", False, None),
        ("71", "81", True, None),
        # It has nobody: that is said, or the last one who left would stay.
        ("72", None, None, None),
        ("73", None, None, None),
    ]
    assert [(one["lead_id"], one["product_id"], one["_reject_reason"]) for one in without] == [
        ("72", None, None),
        ("73", None, None),
    ]
    assert (product["product_id"], product["catalog_id"], product["quantity"]) == ("901", "77", Decimal("2.5"))


def test_events_tell_both_stages_of_a_move(vendor: Vendor) -> None:
    vendor.answers("GET /api/v4/events", recorded("amocrm/events__page_1"), recorded("amocrm/events__page_2_last"))

    moved, deleted, called = land(AMOCRM, "events", vendor, THE_10TH)

    assert (moved["before_status_id"], moved["after_status_id"], moved["after_pipeline_id"]) == ("61", "142", "11")
    assert (deleted["type"], deleted["after_status_id"]) == ("lead_deleted", None)
    assert (called["entity_type"], called["type"]) == ("contact", "outgoing_call")
    types = parse_qs(vendor.requests[0].query_text)["filter[type][]"]
    assert {"lead_status_changed", "lead_deleted", "outgoing_call"} <= set(types)


def test_stages_products_and_users_land_whole(vendor: Vendor) -> None:
    vendor.answers("GET /api/v4/leads/pipelines", recorded("amocrm/pipelines"))
    vendor.answers("GET /api/v4/catalogs/77/elements", recorded("amocrm/products"))
    vendor.answers("GET /api/v4/users", recorded("amocrm/users"))

    first, won = land(AMOCRM, "pipelines", vendor, THE_10TH)
    [tiles] = land(AMOCRM, "products", vendor, THE_10TH, catalogs=[77])

    assert (first["pipeline_name"], first["status_name"]) == ("Sales", "Первичный контакт")
    assert (won["pipeline_id"], won["status_id"]) == ("11", "142")
    assert (tiles["catalog_id"], tiles["name"], tiles["price"]) == ("77", "Tiles", Decimal("600.2"))
    assert land(AMOCRM, "users", vendor, THE_10TH)[0]["email"] == "kim@nordhaus.example"


def test_without_catalogues_there_are_no_products_and_nothing_is_asked(vendor: Vendor) -> None:
    assert land(AMOCRM, "products", vendor, THE_10TH) == []
    assert vendor.requests == []


# ---------------------------------------------------------------- limits and errors


@pytest.mark.meets("rate_limit", "transient_5xx", "cut_body")
def test_limits_walls_faults_and_cut_bodies_are_asked_again(vendor: Vendor) -> None:
    waits: list[float] = []
    vendor.answers(
        CONTACTS,
        recorded("amocrm/error_429_limit", 429),
        recorded("amocrm/error_403_wall.html", 403),
        recorded("amocrm/error_504", 504),
        recorded("amocrm/contacts__page_2_last", is_cut=True),
        recorded("amocrm/contacts__page_2_last"),
    )

    assert names_read(vendor, waits) == ["Cy"]
    # A wall answers those who ask again too soon.
    assert waits[0] >= 5
    assert waits[1] == 300
    assert len(waits) == 4


def test_where_amocrm_says_how_long_to_wait_it_is_obeyed(vendor: Vendor) -> None:
    waits: list[float] = []
    vendor.answers(
        CONTACTS, recorded("amocrm/error_429_limit", 429, retry_after="17"), recorded("amocrm/contacts__page_2_last")
    )

    assert names_read(vendor, waits) == ["Cy"]
    assert waits == [17]


@pytest.mark.meets("permanent_error")
@pytest.mark.parametrize(
    ("fixture", "status", "message"),
    [
        ("amocrm/error_400_filter", 400, "Bad Request"),
        ("amocrm/error_401_unauthorized", 401, "Unauthorized"),
        ("amocrm/error_402_payment", 402, "not paid for"),
        ("amocrm/error_403_forbidden", 403, "no right"),
    ],
)
def test_what_a_person_must_change_is_not_asked_twice(vendor: Vendor, fixture: str, status: int, message: str) -> None:
    vendor.answers(CONTACTS, recorded(fixture, status))

    with pytest.raises(FixSettings, match=message) as refused:
        read(AMOCRM, "contacts", vendor, THE_10TH)

    assert len(vendor.requests) == 1
    assert SECRET not in str(refused.value)


def test_users_are_left_out_where_the_token_is_no_administrators(vendor: Vendor) -> None:
    vendor.answers("GET /api/v4/users", recorded("amocrm/error_403_forbidden", 403))

    with pytest.raises(SkipAccount, match="administrator"):
        read(AMOCRM, "users", vendor, THE_10TH)


def test_a_source_that_stays_down_is_given_up(vendor: Vendor) -> None:
    vendor.answers(CONTACTS, recorded("amocrm/error_504", 504))

    with pytest.raises(RetryLater, match="in a row"):
        names_read(vendor, [])


@pytest.mark.meets("drift")
def test_a_field_that_vanished_from_every_contact_is_noticed(vendor: Vendor) -> None:
    vendor.answers(CONTACTS, recorded("amocrm/contacts__renamed_field"))

    with pytest.raises(SourceChanged, match="no record has 'custom_fields_values'") as changed:
        land(AMOCRM, "contacts", vendor, THE_10TH)

    assert "buyer@" not in str(changed.value)
    assert landed_rows(AMOCRM, "contacts") == []


def test_an_answer_without_its_list_is_noticed(vendor: Vendor) -> None:
    vendor.answers(CONTACTS, Reply(b'{"_page": 1, "items": []}'))

    with pytest.raises(SourceChanged, match="no '_embedded'"):
        read(AMOCRM, "contacts", vendor, THE_10TH)


# ---------------------------------------------------------------- integrations


def integration(vendor: Vendor) -> tuple[Connection, Account]:
    extra = {"client_secret": "client-secret", "redirect_uri": "https://nordhaus.example/amo"}
    return Connection(vendor.url, "client", SECRET, extra), Account("amocrm", "31", "x", "nordhaus")


@pytest.mark.meets("expired_auth")
def test_an_expired_token_is_renewed_once_and_the_next_run_goes_on_with_the_new_pair(vendor: Vendor) -> None:
    tokens = json.loads(recorded("amocrm/oauth_token").body)
    second = {**tokens, "access_token": "access-token-2", "refresh_token": "refresh-token-2"}
    vendor.answers("POST /oauth2/access_token", recorded("amocrm/oauth_token"), Reply(json.dumps(second).encode()))
    vendor.answers(
        CONTACTS,
        recorded("amocrm/error_401_unauthorized", 401),
        recorded("amocrm/contacts__page_2_last"),
    )
    connection, account = integration(vendor)

    for _ in range(2):
        client = AMOCRM.connect(connection, account)
        assert [row["name"] for page in AMOCRM.table("contacts").read(client, account, THE_10TH) for row in page]

    asked = [request.json for request in vendor.asked("/oauth2/access_token")]
    assert [one["refresh_token"] for one in asked] == [SECRET, "refresh-token-1"]
    assert asked[0]["redirect_uri"] == "https://nordhaus.example/amo"
    assert vendor.asked("/api/v4/contacts")[-1].headers["authorization"] == "Bearer access-token-2"


def test_a_dead_refresh_token_names_the_cure(vendor: Vendor) -> None:
    vendor.answers("POST /oauth2/access_token", recorded("amocrm/oauth_refused", 400))
    connection, account = integration(vendor)

    with pytest.raises(FixSettings, match="Give consent again") as dead:
        AMOCRM.connect(connection, account).get("/api/v4/contacts")

    assert SECRET not in str(dead.value)


def test_an_account_that_moved_is_told_to_correct_its_address(vendor: Vendor) -> None:
    vendor.answers("POST /oauth2/access_token", recorded("amocrm/oauth_refused", 404))
    connection, account = integration(vendor)

    with pytest.raises(FixSettings, match=r"with 404 .* Has the account moved\? Check the connection's host"):
        AMOCRM.connect(connection, account).get("/api/v4/contacts")


def test_an_account_without_its_own_address_is_told_which_one_is_meant() -> None:
    with pytest.raises(FixSettings, match=r"has no host.*https://acme\.amocrm\.ru"):
        AMOCRM.connect(Connection("", password=SECRET), Account("amocrm", "31", "amocrm_x", "nordhaus"))
