"""Stripe: pages behind the last record, changes by events, old and new shapes, minor units as they come."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from extractors.errors import FixSettings, RetryLater, SourceChanged
from extractors.model import Row, Window
from extractors.sources.stripe import STRIPE
from extractors.sources.stripe.errors import classify
from tests.extractors.sources.vendor import SECRET, Reply, Vendor, land, landed_rows, recorded, unhurried

CHARGES = "GET /v1/charges"
EVENTS = "GET /v1/events"
THE_10TH = Window(date(2026, 3, 10), date(2026, 3, 10))


def landed(vendor: Vendor, table: str, **options: Any) -> list[Row]:
    return land(STRIPE, table, vendor, THE_10TH, requests_per_second=200, **options)


def read(vendor: Vendor, table: str, waits: list[float]) -> list[Row]:
    client, account = unhurried(STRIPE, vendor, classify, waits)
    return [row for page in STRIPE.table(table).read(client, account, THE_10TH) for row in page]


def quiet(vendor: Vendor) -> None:
    """Nothing changed after it was made."""
    vendor.answers(EVENTS, recorded("stripe/empty"))


@pytest.mark.meets("last_page")
def test_charges_on_the_last_page_are_read_too(vendor: Vendor) -> None:
    quiet(vendor)
    vendor.answers(CHARGES, recorded("stripe/charges__page_1"), recorded("stripe/charges__page_2_last"))

    euro, yen, failed = landed(vendor, "charges", metadata={"inquiry_id": "lead_id"})

    assert (euro["charge_id"], euro["amount_minor"], euro["email"]) == ("ch_SYN3", 12050, "x@example.test")
    assert (euro["created_at"], euro["inquiry_id"]) == (datetime.fromisoformat("2026-03-10T09:30"), "L-1")
    assert (yen["currency"], yen["amount_minor"], yen["email"]) == ("jpy", 5000, "guest@example.test")
    assert (yen["customer_id"], yen["phone"], yen["inquiry_id"]) == (None, "+15005550006", None)
    assert (failed["status"], failed["customer_id"], failed["invoice_id"]) == ("failed", "cus_SYN1", "in_OLD")
    first, second = vendor.asked("/v1/charges")
    assert (first.query.get("starting_after"), second.query["starting_after"]) == (None, "ch_SYN2")
    assert (first.query["created[gte]"], first.query["created[lt]"]) == ("1773100800", "1773187200")
    assert first.headers["stripe-version"] == "2026-08-26.dahlia"
    assert first.headers["authorization"] == f"Bearer {SECRET}"


@pytest.mark.meets("empty_answer")
def test_a_day_without_charges_lands_empty(vendor: Vendor) -> None:
    quiet(vendor)
    vendor.answers(CHARGES, recorded("stripe/empty"))

    assert landed(vendor, "charges") == []


def test_a_charge_refunded_weeks_later_lands_again_on_the_day_of_the_refund(vendor: Vendor) -> None:
    vendor.answers(CHARGES, recorded("stripe/empty"))
    vendor.answers(EVENTS, recorded("stripe/events__refunded_twice"))
    vendor.answers("GET /v1/charges/ch_OLD", recorded("stripe/charge__refunded"))

    [charge] = landed(vendor, "charges")

    assert (charge["amount_refunded_minor"], charge["_day"]) == (12050, date(2026, 3, 10))
    assert charge["updated_at"] == datetime.fromisoformat("2026-03-10T09:40")
    assert charge["created_at"] == datetime.fromisoformat("2026-01-29T09:30")
    # Two events of one day are one change.
    assert len(vendor.asked("/v1/charges/ch_OLD")) == 1
    assert "charge.refunded" in parse_qs(vendor.asked("/v1/events")[0].query_text)["types[]"]


def test_a_refund_stays_when_its_day_is_read_again_after_its_event_is_gone(vendor: Vendor) -> None:
    vendor.answers(CHARGES, recorded("stripe/empty"), recorded("stripe/charges__page_2_last"))
    vendor.answers(EVENTS, recorded("stripe/events__refunded_twice"), recorded("stripe/empty"))
    vendor.answers("GET /v1/charges/ch_OLD", recorded("stripe/charge__refunded"))
    landed(vendor, "charges")

    again = {row["charge_id"]: row["amount_refunded_minor"] for row in landed(vendor, "charges")}

    assert again == {"ch_OLD": 12050, "ch_SYN1": 0}


def test_a_day_whose_events_are_kept_is_replaced_whole(vendor: Vendor) -> None:
    yesterday = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)
    event = json.loads(recorded("stripe/events__refunded_twice").body)["data"][0]
    told = {"object": "list", "has_more": False, "data": [{**event, "created": int(yesterday.timestamp())}]}
    vendor.answers(CHARGES, recorded("stripe/empty"))
    vendor.answers(EVENTS, Reply(json.dumps(told).encode()), recorded("stripe/empty"))
    vendor.answers("GET /v1/charges/ch_OLD", recorded("stripe/charge__refunded"))
    window = Window(yesterday.date(), yesterday.date())

    assert [row["charge_id"] for row in land(STRIPE, "charges", vendor, window)] == ["ch_OLD"]
    assert land(STRIPE, "charges", vendor, window) == []


def test_a_charge_listed_on_its_day_is_not_asked_for_again_because_it_succeeded(vendor: Vendor) -> None:
    vendor.answers(CHARGES, recorded("stripe/charges__page_2_last"))
    vendor.answers(EVENTS, recorded("stripe/events__of_a_new_charge"))

    assert [row["charge_id"] for row in landed(vendor, "charges")] == ["ch_SYN1"]
    assert vendor.asked("/v1/charges/ch_SYN1") == []


def test_a_record_that_is_gone_takes_no_other_with_it(vendor: Vendor) -> None:
    vendor.answers(CHARGES, recorded("stripe/charges__page_2_last"))
    vendor.answers(EVENTS, recorded("stripe/events__refunded_twice"))
    vendor.answers("GET /v1/charges/ch_OLD", recorded("stripe/error_404_resource_missing", 404))

    assert [row["charge_id"] for row in landed(vendor, "charges")] == ["ch_SYN1"]


def test_a_deleted_customer_says_so(vendor: Vendor) -> None:
    vendor.answers("GET /v1/customers", recorded("stripe/customers__one"))
    vendor.answers(EVENTS, recorded("stripe/events__customer_deleted"))
    vendor.answers("GET /v1/customers/cus_GONE", recorded("stripe/customer__deleted"))

    known, gone = landed(vendor, "customers", metadata={"click_id": "gclid"})

    assert (known["click_id"], known["is_deleted"]) == ("SYN-GCLID", False)
    assert (gone["customer_id"], gone["is_deleted"], gone["created_at"]) == ("cus_GONE", True, None)


def test_a_checkout_session_has_what_the_site_told_it_and_its_payment(vendor: Vendor) -> None:
    quiet(vendor)
    vendor.answers("GET /v1/checkout/sessions", recorded("stripe/checkout_sessions__two"))

    paid, left = landed(vendor, "checkout_sessions", metadata={"inquiry_id": "lead_id"})

    assert (paid["client_reference_id"], paid["inquiry_id"], paid["payment_intent_id"]) == ("INQ-7", "L-9", "pi_SYN1")
    assert (paid["email"], paid["phone"], paid["amount_minor"]) == ("x@example.test", "+15005550006", 12050)
    assert (left["status"], left["email"], left["amount_minor"]) == ("open", "y@example.test", None)
    assert "checkout.session.completed" in parse_qs(vendor.asked("/v1/events")[0].query_text)["types[]"]


def test_refunds_and_disputes_have_their_charge(vendor: Vendor) -> None:
    quiet(vendor)
    vendor.answers("GET /v1/refunds", recorded("stripe/refunds__one"))
    vendor.answers("GET /v1/disputes", recorded("stripe/disputes__one"))

    [refund], [dispute] = landed(vendor, "refunds"), landed(vendor, "disputes")

    assert (refund["charge_id"], refund["amount_minor"], refund["status"]) == ("ch_SYN3", 2050, "succeeded")
    assert (dispute["charge_id"], dispute["status"]) == ("ch_SYN3", "lost")


def test_invoices_of_both_shapes_have_their_payments_and_subscriptions(vendor: Vendor) -> None:
    quiet(vendor)
    vendor.answers("GET /v1/invoices", recorded("stripe/invoices__both_shapes"))

    new, old, _ = landed(vendor, "invoices")
    payments = landed(vendor, "invoice_payments")

    assert (new["subscription_id"], old["subscription_id"]) == ("sub_NEW", "sub_OLD")
    assert (new["amount_paid_minor"], new["paid_at"]) == (12050, datetime.fromisoformat("2026-03-10T09:31"))
    assert [(one["invoice_id"], one["charge_id"], one["payment_intent_id"]) for one in payments] == [
        ("in_NEW", None, "pi_SYN1"),
        ("in_OLD", "ch_SYN1", "pi_OLD"),
        # Paid outside Stripe: that no charge paid for it is said.
        ("in_BAND", None, None),
    ]
    assert [(one["status"], one["_reject_reason"]) for one in payments] == [("paid", None), (None, None), (None, None)]
    assert vendor.asked("/v1/invoices")[-1].query["expand[]"] == "data.payments"


def test_an_invoice_paid_in_many_parts_has_them_all(vendor: Vendor) -> None:
    quiet(vendor)
    vendor.answers("GET /v1/invoices", recorded("stripe/invoices__many_payments"))
    vendor.answers("GET /v1/invoice_payments", recorded("stripe/invoice_payments__all"))

    first, second = landed(vendor, "invoice_payments")

    assert (first["payment_intent_id"], second["charge_id"]) == ("pi_SYN1", "ch_SYN3")
    assert vendor.asked("/v1/invoice_payments")[0].query["invoice"] == "in_PARTS"


def test_a_version_that_knows_no_payments_is_not_asked_for_them(vendor: Vendor) -> None:
    quiet(vendor)
    vendor.answers("GET /v1/invoices", recorded("stripe/invoices__both_shapes"))

    landed(vendor, "invoice_payments", api_version="2024-06-20")

    [asked] = vendor.asked("/v1/invoices")
    assert (asked.headers["stripe-version"], asked.query.get("expand[]")) == ("2024-06-20", None)


def test_an_invoice_of_many_lines_is_read_to_its_last(vendor: Vendor) -> None:
    quiet(vendor)
    vendor.answers("GET /v1/invoices", recorded("stripe/invoices__many_lines"))
    vendor.answers(
        "GET /v1/invoices/in_LONG/lines",
        recorded("stripe/invoice_lines__page_1"),
        recorded("stripe/invoice_lines__page_2_last"),
    )

    assert [(line["invoice_id"], line["description"]) for line in landed(vendor, "invoice_lines")] == [
        ("in_LONG", "Tiles"),
        ("in_LONG", "Gutter"),
    ]


# ---------------------------------------------------------------- limits and errors


def test_a_record_at_the_pages_end_that_vanished_begins_the_list_again(vendor: Vendor) -> None:
    quiet(vendor)
    vendor.answers(
        CHARGES,
        recorded("stripe/charges__page_1"),
        recorded("stripe/error_400_resource_missing", 400),
        recorded("stripe/charges__page_1"),
        recorded("stripe/charges__page_2_last"),
    )

    assert sorted(row["charge_id"] for row in landed(vendor, "charges")) == ["ch_SYN1", "ch_SYN2", "ch_SYN3"]


@pytest.mark.meets("rate_limit", "transient_5xx", "cut_body")
def test_limits_faults_and_cut_bodies_are_asked_again(vendor: Vendor) -> None:
    waits: list[float] = []
    quiet(vendor)
    vendor.answers(
        CHARGES,
        recorded("stripe/error_429_rate_limit", 429, stripe_rate_limited_reason="global-rate"),
        recorded("stripe/error_500_api", 500),
        recorded("stripe/error_409_idempotency", 409),
        recorded("stripe/charges__page_2_last", is_cut=True),
        recorded("stripe/charges__page_2_last"),
    )

    assert len(read(vendor, "charges", waits)) == 1
    assert len(waits) == 4


@pytest.mark.parametrize(
    ("fixture", "status"), [("error_500_api", 500), ("error_429_lock_timeout", 429), ("error_409_idempotency", 409)]
)
def test_stripes_word_on_whether_to_try_again_is_obeyed(vendor: Vendor, fixture: str, status: int) -> None:
    vendor.answers(CHARGES, recorded(f"stripe/{fixture}", status, stripe_should_retry="false"))

    with pytest.raises(RetryLater, match="not to try again now"):
        read(vendor, "charges", [])

    assert len(vendor.requests) == 1


@pytest.mark.meets("expired_auth", "permanent_error")
@pytest.mark.parametrize(
    ("fixture", "status", "message"),
    [
        ("stripe/error_400_parameter", 400, "parameter_invalid_integer"),
        ("stripe/error_401_key", 401, "wrong or was revoked"),
        ("stripe/error_401_expired", 401, "wrong or was revoked"),
    ],
)
def test_what_a_person_must_change_is_not_asked_twice(vendor: Vendor, fixture: str, status: int, message: str) -> None:
    vendor.answers(CHARGES, recorded(fixture, status))

    with pytest.raises(FixSettings, match=message) as refused:
        landed(vendor, "charges")

    assert len(vendor.requests) == 1
    assert SECRET not in str(refused.value)


def test_a_right_that_the_key_lacks_is_named_and_stripes_support_can_be_asked_why(vendor: Vendor) -> None:
    vendor.answers("GET /v1/disputes", recorded("stripe/error_403_permission", 403, request_id="req_SYN1"))

    with pytest.raises(FixSettings, match=r"lacks the right rak_charge_read .*request req_SYN1\)"):
        read(vendor, "disputes", [])


def test_every_right_that_a_table_needs_is_named_in_the_settings() -> None:
    for right in ("customers", "charges", "refunds", "disputes", "checkout sessions", "invoices", "events"):
        assert right in STRIPE.settings["password"], right


@pytest.mark.meets("drift")
def test_a_field_that_vanished_from_every_charge_is_noticed(vendor: Vendor) -> None:
    vendor.answers(CHARGES, recorded("stripe/charges__renamed_field"))

    with pytest.raises(SourceChanged, match="no record has 'amount_captured'") as changed:
        landed(vendor, "charges")

    assert "x@example" not in str(changed.value)
    assert landed_rows(STRIPE, "charges") == []


def test_an_empty_page_that_promises_more_is_noticed(vendor: Vendor) -> None:
    body = {"object": "list", "has_more": True, "data": []}
    vendor.answers(CHARGES, Reply(json.dumps(body).encode()))

    with pytest.raises(SourceChanged, match="empty page"):
        read(vendor, "charges", [])


def test_a_credit_note_says_how_what_it_takes_off_went_back(vendor: Vendor) -> None:
    quiet(vendor)
    vendor.answers("GET /v1/credit_notes", recorded("stripe/credit_notes__both_shapes"))

    new, old = landed(vendor, "credit_notes")

    assert (new["invoice_id"], new["amount_minor"], new["post_payment_minor"]) == ("in_SYN1", 5000, 4000)
    assert (new["outside_minor"], new["refunded_minor"], new["is_refunded"]) == (1500, 2500, True)
    assert new["effective_at"] == datetime.fromisoformat("2026-03-10T00:00")
    assert (old["invoice_id"], old["refunded_minor"], old["is_refunded"]) == ("in_SYN1", None, True)
    assert (old["balance_transaction_id"], old["effective_at"]) == ("cbtxn_SYN1", None)
    assert parse_qs(vendor.asked("/v1/events")[0].query_text)["types[]"] == [
        "credit_note.updated",
        "credit_note.voided",
    ]


def test_a_payment_that_was_only_written_down_names_neither_a_charge_nor_an_intent(vendor: Vendor) -> None:
    quiet(vendor)
    body = json.loads(recorded("stripe/invoices__both_shapes").body)
    record = {"type": "payment_record", "payment_record": "pr_SYN1"}
    written = {"id": "inpay_SYN9", "status": "paid", "amount_paid": 700, "payment": record}
    body["data"] = [{**body["data"][0], "payments": {"object": "list", "has_more": False, "data": [written]}}]
    vendor.answers("GET /v1/invoices", Reply(json.dumps(body).encode()))

    [payment] = landed(vendor, "invoice_payments")

    assert (payment["payment_id"], payment["amount_paid_minor"], payment["status"]) == ("inpay_SYN9", 700, "paid")
    assert (payment["charge_id"], payment["payment_intent_id"]) == (None, None)
