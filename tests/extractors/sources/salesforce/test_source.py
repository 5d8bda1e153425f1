"""Salesforce: cursors, halved windows, fields that an organisation lacks, sessions that end with a refusal."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from extractors.errors import FixSettings, RetryLater, SkipAccount, SourceChanged
from extractors.http.auth import NoAuth
from extractors.http.client import HttpClient
from extractors.model import Account, Connection, Row, Window
from extractors.run import land_table
from extractors.sources.salesforce import OWN_OF_OPPORTUNITIES, SALESFORCE
from extractors.sources.salesforce.columns import OPPORTUNITY
from extractors.sources.salesforce.errors import Rules
from tests.extractors.sources.vendor import SECRET, Reply, Request, Vendor, landed_rows, recorded

QUERY = "GET /services/data/v67.0/queryAll"
NEXT = "GET /services/data/v67.0/query/01gSYN-2000"
TOKEN = "POST /services/oauth2/token"
THE_10TH = Window(date(2026, 3, 10), date(2026, 3, 10))


def describe(vendor: Vendor, kind: str, fixture: str = "") -> None:
    vendor.answers(
        f"GET /services/data/v67.0/sobjects/{kind}/describe", recorded(f"salesforce/describe__{fixture or kind}")
    )


def token(vendor: Vendor) -> None:
    body = json.loads(recorded("salesforce/oauth_token").body)
    vendor.answers(TOKEN, Reply(json.dumps({**body, "instance_url": vendor.url}).encode()))


def opened(vendor: Vendor, extra: dict[str, str] | None = None, **options: Any) -> tuple[Connection, Account]:
    account = Account("salesforce", "ACC1", "x", "nordhaus", options)
    return Connection(vendor.url, "consumer-key", SECRET, extra or {}), account


def landed(vendor: Vendor, table: str, **options: Any) -> list[Row]:
    token(vendor)
    connection, account = opened(vendor, **options)
    land_table(SALESFORCE, account, table, THE_10TH, connection)
    return landed_rows(SALESFORCE, table)


def read(vendor: Vendor, table: str, waits: list[float]) -> list[Row]:
    """With the source's rules, and without waiting."""
    _, account = opened(vendor)
    client = HttpClient(
        vendor.url, name="salesforce/ACC1", auth=NoAuth(), classify=Rules(80).classify, sleep=waits.append
    )
    return [row for page in SALESFORCE.table(table).read(client, account, THE_10TH) for row in page]


@pytest.mark.meets("last_page")
def test_contacts_on_the_last_page_are_read_too_merged_ones_among_them(vendor: Vendor) -> None:
    describe(vendor, "Contact")
    vendor.answers(QUERY, recorded("salesforce/contacts__page_1"))
    vendor.answers(NEXT, recorded("salesforce/contacts__page_2_last"))

    ann, merged, last = landed(vendor, "contacts", contact_fields={"click_id": "GCLID__c"})

    assert (ann["contact_id"], ann["email"], ann["click_id"]) == ("003SYN00000000AAA", "ann@example.test", "SYN-GCLID")
    assert (merged["is_deleted"], merged["master_record_id"]) == (True, ann["contact_id"])
    assert (last["last_name"], last["updated_at"]) == ("Last", datetime.fromisoformat("2026-03-10T09:30"))
    assert (ann["home_phone"], ann["other_phone"]) == ("+1 500 555 0017", "+1 500 555 0018")
    assert "attributes" not in json.loads(ann["_payload"])
    [asked] = vendor.asked("/services/data/v67.0/queryAll")
    assert asked.query["q"].endswith(
        "WHERE SystemModstamp >= 2026-03-10T00:00:00Z AND SystemModstamp < 2026-03-11T00:00:00Z"
        " ORDER BY SystemModstamp, Id"
    )
    assert asked.headers["authorization"] == "Bearer access-token-1"
    # The address of a cursor is complete: nothing is added to it.
    assert vendor.asked(NEXT.split()[1])[0].query == {}


def test_a_field_that_an_organisation_hides_stays_empty(vendor: Vendor) -> None:
    describe(vendor, "Contact")
    vendor.answers(QUERY, recorded("salesforce/contacts__page_2_last"))

    [contact] = landed(vendor, "contacts")

    assert contact["city"] is None
    assert "MailingCity" not in vendor.asked("/services/data/v67.0/queryAll")[0].query["q"]


@pytest.mark.meets("drift")
def test_a_field_that_was_renamed_is_noticed_by_name(vendor: Vendor) -> None:
    describe(vendor, "Contact", "Contact_without_email")

    with pytest.raises(SourceChanged, match="Contact shows no field 'Email'"):
        landed(vendor, "contacts")

    assert landed_rows(SALESFORCE, "contacts") == []


def test_an_own_field_that_is_missing_is_told_by_name(vendor: Vendor) -> None:
    describe(vendor, "Contact")

    with pytest.raises(FixSettings, match="Contact has no field YCLID__c"):
        landed(vendor, "contacts", contact_fields={"click_id": "YCLID__c"})


def test_opportunities_have_exact_money_and_the_customers_own_fields(vendor: Vendor) -> None:
    describe(vendor, "Opportunity", "Opportunity_one_currency")
    vendor.answers(QUERY, recorded("salesforce/opportunities__two"))
    own = {"cost_of_goods": "Cost__c", "cancelled_at": "Cancelled__c"}

    won, deleted = landed(vendor, "opportunities", opportunity_fields=own)

    assert (won["amount"], won["cost_of_goods"], won["currency"]) == (Decimal("1200.5"), Decimal("900.1"), None)
    assert (won["is_won"], won["close_date"]) == (True, date(2026, 3, 12))
    assert won["cancelled_at"] == datetime.fromisoformat("2026-03-10")
    assert (deleted["amount"], deleted["is_deleted"], deleted["cancelled_at"]) == (None, True, None)


def test_the_history_and_the_stages_land(vendor: Vendor) -> None:
    describe(vendor, "OpportunityHistory")
    describe(vendor, "OpportunityStage")
    vendor.answers(QUERY, recorded("salesforce/opportunity_history__two"), recorded("salesforce/stages"))

    first, won = landed(vendor, "opportunity_history")
    [stage] = landed(vendor, "stages")

    assert (first["stage_name"], won["stage_name"], won["entered_at"].hour) == ("Prospecting", "Closed Won", 9)
    assert (stage["api_name"], stage["label"], stage["is_won"]) == ("Closed Won", "Gewonnen", True)


@pytest.mark.meets("empty_answer")
def test_a_day_without_changes_lands_empty(vendor: Vendor) -> None:
    describe(vendor, "Contact")
    vendor.answers(QUERY, recorded("salesforce/empty"))

    assert landed(vendor, "contacts") == []


def test_a_query_that_takes_too_long_is_asked_in_halves(vendor: Vendor) -> None:
    def answer(request: Request) -> Reply:
        is_whole_day = "2026-03-10T00:00:00Z" in request.query["q"] and "2026-03-11T00" in request.query["q"]
        if is_whole_day:
            return recorded("salesforce/error_400_query_timeout", 400)
        return recorded("salesforce/contacts__page_2_last" if "03-11T00" in request.query["q"] else "salesforce/empty")

    describe(vendor, "Contact")
    vendor.answers(QUERY, answer)

    assert [row["last_name"] for row in read(vendor, "contacts", [])] == ["Last"]
    halves = [request.query["q"] for request in vendor.asked("/services/data/v67.0/queryAll")][1:]
    assert ["2026-03-10T12:00:00Z" in half for half in halves] == [True, True]


def test_a_query_that_always_takes_too_long_is_given_up(vendor: Vendor) -> None:
    describe(vendor, "Contact")
    vendor.answers(QUERY, recorded("salesforce/error_400_query_timeout", 400))

    with pytest.raises(RetryLater, match="at once"):
        read(vendor, "contacts", [])

    assert len(vendor.asked("/services/data/v67.0/queryAll")) == 7


def test_a_cursor_that_died_begins_again(vendor: Vendor) -> None:
    describe(vendor, "Contact")
    vendor.answers(QUERY, recorded("salesforce/contacts__page_1"))
    vendor.answers(NEXT, recorded("salesforce/error_400_locator", 400), recorded("salesforce/contacts__page_2_last"))

    assert len(landed(vendor, "contacts")) == 3


# ---------------------------------------------------------------- limits and errors


@pytest.mark.meets("rate_limit", "transient_5xx", "cut_body")
def test_limits_faults_and_cut_bodies_are_asked_again(vendor: Vendor) -> None:
    waits: list[float] = []
    describe(vendor, "Contact")
    vendor.answers(
        QUERY,
        recorded("salesforce/error_403_concurrent", 403),
        recorded("salesforce/error_500_unknown", 500),
        recorded("salesforce/maintenance.html", 503),
        recorded("salesforce/contacts__page_2_last", is_cut=True),
        recorded("salesforce/contacts__page_2_last"),
    )

    assert len(read(vendor, "contacts", waits)) == 1
    assert waits[0] == 10
    assert len(waits) == 4


def test_used_up_requests_are_left_to_the_scheduler(vendor: Vendor) -> None:
    describe(vendor, "Contact")
    vendor.answers(QUERY, recorded("salesforce/error_403_total_requests", 403))

    with pytest.raises(RetryLater, match="24 hours") as later:
        read(vendor, "contacts", [])

    assert later.value.after is not None
    assert later.value.after.total_seconds() >= 3600


@pytest.mark.meets("permanent_error")
@pytest.mark.parametrize(
    ("fixture", "status", "message"),
    [
        ("salesforce/error_400_malformed", 400, "MALFORMED_QUERY"),
        ("salesforce/error_400_invalid_field", 400, r"missing or hidden \(Emial\)"),
        ("salesforce/error_403_api_disabled", 403, "API_DISABLED_FOR_ORG"),
        ("salesforce/error_404_type", 404, "NOT_FOUND"),
    ],
)
def test_what_a_person_must_change_is_not_asked_twice(vendor: Vendor, fixture: str, status: int, message: str) -> None:
    describe(vendor, "Contact")
    vendor.answers(QUERY, recorded(fixture, status))

    with pytest.raises(FixSettings, match=message):
        read(vendor, "contacts", [])

    assert len(vendor.asked("/services/data/v67.0/queryAll")) == 1


@pytest.mark.parametrize(("fixture", "status"), [("error_400_invalid_type", 400), ("error_404_type", 404)])
def test_an_object_that_an_organisation_lacks_or_hides_is_left_out(vendor: Vendor, fixture: str, status: int) -> None:
    vendor.answers(
        "GET /services/data/v67.0/sobjects/OpportunityLineItem/describe", recorded(f"salesforce/{fixture}", status)
    )

    with pytest.raises(SkipAccount, match="no OpportunityLineItem"):
        read(vendor, "opportunity_products", [])


def test_a_user_who_may_not_see_the_opportunities_has_the_wrong_rights(vendor: Vendor) -> None:
    describe = "GET /services/data/v67.0/sobjects/Opportunity/describe"
    vendor.answers(describe, recorded("salesforce/error_404_type", 404))

    with pytest.raises(FixSettings, match="no Opportunity, or the user may not read it"):
        read(vendor, "opportunities", [])


def test_an_answer_that_is_not_done_and_leads_nowhere_is_noticed(vendor: Vendor) -> None:
    describe(vendor, "Contact")
    vendor.answers(QUERY, Reply(b'{"totalSize": 2, "done": false, "records": []}'))

    with pytest.raises(SourceChanged, match="nextRecordsUrl"):
        read(vendor, "contacts", [])


def test_a_version_that_is_none_is_refused_before_anything_is_asked(vendor: Vendor) -> None:
    with pytest.raises(FixSettings, match="api_version"):
        landed(vendor, "contacts", api_version="../v1")

    assert vendor.requests == []


# ---------------------------------------------------------------- sessions


@pytest.mark.meets("expired_auth")
def test_a_session_that_ended_is_renewed_once(vendor: Vendor) -> None:
    describe(vendor, "Contact")
    vendor.answers(QUERY, recorded("salesforce/error_401_session", 401), recorded("salesforce/contacts__page_2_last"))

    assert len(landed(vendor, "contacts")) == 1
    first, second = vendor.asked("/services/oauth2/token")
    assert first.form == second.form
    assert first.form["grant_type"] == "client_credentials"


def test_a_session_that_stays_refused_needs_a_person(vendor: Vendor) -> None:
    describe(vendor, "Contact")
    vendor.answers(QUERY, recorded("salesforce/error_401_session", 401))

    with pytest.raises(FixSettings, match="session has ended"):
        landed(vendor, "contacts")

    assert len(vendor.asked("/services/data/v67.0/queryAll")) == 2


def test_with_rotation_on_the_next_run_uses_the_next_refresh_token(vendor: Vendor) -> None:
    body = json.loads(recorded("salesforce/oauth_token").body) | {"instance_url": vendor.url}

    def answer(number: int) -> Callable[[Request], Reply]:
        text = json.dumps({**body, "access_token": f"a-{number}", "refresh_token": f"refresh-{number}"})
        return lambda request: Reply(text.encode())

    describe(vendor, "Contact")
    vendor.answers(TOKEN, answer(1), answer(2))
    vendor.answers(QUERY, recorded("salesforce/error_401_session", 401), recorded("salesforce/contacts__page_2_last"))
    connection, account = opened(vendor, {"refresh_token": "refresh-0"})

    land_table(SALESFORCE, account, "contacts", THE_10TH, connection)

    assert [request.form["refresh_token"] for request in vendor.asked("/services/oauth2/token")] == [
        "refresh-0",
        "refresh-1",
    ]


@pytest.mark.parametrize(
    ("fixture", "extra", "message"),
    [
        ("salesforce/oauth_invalid_client", {}, "invalid_client.*id and the secret"),
        ("salesforce/oauth_invalid_grant", {"refresh_token": "refresh-0"}, "invalid_grant.*Give consent again"),
    ],
)
def test_a_dead_credential_names_the_cure(vendor: Vendor, fixture: str, extra: dict[str, str], message: str) -> None:
    vendor.answers(TOKEN, recorded(fixture, 400))
    connection, account = opened(vendor, extra)

    with pytest.raises(FixSettings, match=message) as dead:
        SALESFORCE.connect(connection, account).get("/services/data/v67.0/limits")

    assert SECRET not in str(dead.value)


def test_a_token_of_another_instance_is_refused(vendor: Vendor) -> None:
    body = json.loads(recorded("salesforce/oauth_token").body)
    vendor.answers(TOKEN, Reply(json.dumps({**body, "instance_url": "https://other.my.salesforce.com"}).encode()))
    connection, account = opened(vendor)

    with pytest.raises(FixSettings, match=r"belongs to https://other\.my\.salesforce\.com"):
        SALESFORCE.connect(connection, account).get("/services/data/v67.0/limits")


@pytest.mark.parametrize(
    ("answer", "currency"),
    [
        (Reply(b'{"done": true, "records": [{"DefaultCurrencyIsoCode": "CAD"}]}'), "CAD"),
        (Reply(b'[{"errorCode": "INVALID_TYPE", "message": "no Organization"}]', 400), None),
        (Reply(b'{"done": true, "records": []}'), None),
    ],
)
def test_an_opportunity_of_an_organisation_with_one_currency_is_in_that_one(
    vendor: Vendor, answer: Reply, currency: str | None
) -> None:
    fields = [field.name for column, field in OPPORTUNITY.items() if column not in OWN_OF_OPPORTUNITIES]
    shown = [{"name": name} for name in fields if name != "CurrencyIsoCode"]
    record = dict.fromkeys(fields) | {"Id": "006SYN", "Amount": 100, "SystemModstamp": "2026-03-10T09:30:00Z"}
    record.pop("CurrencyIsoCode")
    vendor.answers(
        "GET /services/data/v67.0/sobjects/Opportunity/describe", Reply(json.dumps({"fields": shown}).encode())
    )
    vendor.answers(QUERY, answer, Reply(json.dumps({"done": True, "records": [record]}).encode()))

    assert [row["currency"] for row in landed(vendor, "opportunities")] == [currency]
