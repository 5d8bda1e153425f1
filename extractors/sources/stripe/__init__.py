"""Stripe: charges, refunds, disputes, invoices with lines, payments and credit notes, customers, checkout sessions.

API: https://docs.stripe.com/api (the version is pinned, and the option api_version changes it). Nothing lists what
changed: a record lands on the day it was made, and again on each day on which an event tells that it changed.
Events are kept for 30 days; their objects have the shape of another version, so the record itself is asked for. Of an
older day only what was made then can be read again: what else was landed of it stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from pyrate_limiter import Duration, Rate

from extractors.errors import RetryLater, SourceChanged
from extractors.fields import changes_table, expect_fields, own_fields
from extractors.http.answers import Gone
from extractors.http.auth import BearerToken
from extractors.http.client import HttpClient, Restart
from extractors.http.limits import rates_of
from extractors.http.paging import cursor_pages
from extractors.model import Account, Client, Connection, Row, Source, Window
from extractors.records import Odd, all_rows_made, id_in, object_in, rows_made
from extractors.sources.stripe.columns import (
    CHARGE,
    CHECKOUT_SESSION,
    CREDIT_NOTE,
    CUSTOMER,
    DISPUTE,
    INVOICE,
    INVOICE_LINE,
    INVOICE_PAYMENT,
    REFUND,
)
from extractors.sources.stripe.errors import classify
from extractors.sources.stripe.rows import (
    CAPTURED,
    CHANGED,
    OWN,
    Record,
    Rows,
    charges,
    checkout_sessions,
    credit_notes,
    customers,
    disputes,
    invoice_lines,
    invoice_payments,
    invoices,
    refunds,
)
from extractors.times import days_before, end_of, from_unix, start_of, unix

DEFAULT_VERSION = "2026-08-26.dahlia"
PAGE_SIZE = 100
RESTARTS = 3
EVENTS_KEPT = timedelta(days=30)
PAYMENTS_SINCE = "2025-03-31"
"""Before this version an invoice had one charge, and no payments that could be asked for."""

Complete = Callable[[Client, Record], Record]


def _as_it_came(client: Client, record: Record) -> Record:
    """Most records are whole."""
    return record


def _reader(
    path: str,
    events: Sequence[str],
    expected: Sequence[str],
    rows: Rows,
    expand: str = "",
    complete: Complete = _as_it_came,
) -> Callable[[Client, Account, Window], Iterator[list[Row]]]:
    """A reader of the records that were made or changed on the window's days."""

    def read(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
        own = own_fields(account, "metadata", OWN)
        where = f"stripe: {path}"
        client.partly_gone |= days_before(window, EVENTS_KEPT)
        has_expand = bool(expand) and _version(account) >= PAYMENTS_SINCE
        params = {"expand[]": f"data.{expand}"} if has_expand else {}
        listed: set[tuple[str, str]] = set()
        for page in _listed(client, path, {**params, **_between(window)}):
            expect_fields(where, page, ("id", "created", *expected))
            listed |= {(str(record.get("id")), _day(record.get("created"))) for record in page}
            yield all_rows_made(
                where, page, lambda record: rows({**complete(client, record), CHANGED: record.get("created")}, own)
            )
        # The last change of a day tells of all of that day's.
        changed: dict[tuple[str, str], int] = {}
        captured: dict[tuple[str, str], int] = {}
        for page in _listed(client, "/v1/events", {"types[]": list(events), **_between(window)}):
            expect_fields("stripe: events", page, ("id", "type", "created", "data"))
            told = rows_made("stripe: events", page, _told)
            yield [event for event in told if "_reject_reason" in event]
            for event in told:
                if "_reject_reason" not in event:
                    key = (event["record"], _day(event["moment"]))
                    changed[key] = max(changed.get(key, 0), event["moment"])
                    if event["type"] == "charge.captured":
                        captured[key] = event["moment"]
        # What was made that day was listed as it is now.
        for (record_id, day), moment in sorted(changed.items()):
            if (record_id, day) in listed:
                continue
            record = _one(client, f"{path}/{record_id}", {"expand[]": expand} if has_expand else {})
            if record is not None:
                expect_fields(where, [record], ("id",))
                changed_record = {**record, CHANGED: moment, CAPTURED: captured.get((record_id, day))}
                yield all_rows_made(where, [changed_record], lambda one: rows(complete(client, one), own))

    return read


def _one(client: Client, path: str, params: Mapping[str, Any]) -> Record | None:
    try:
        record = client.get(path, params)
    except Gone:
        return None
    if not isinstance(record, dict):
        raise SourceChanged(f"stripe: {path}: an object was expected, and it is {type(record).__name__}.")
    return record


def _told(event: Record) -> Row:
    """Which record an event is about, and when it happened."""
    moment = event["created"]
    if isinstance(moment, bool) or not isinstance(moment, int):
        raise Odd(f"created is {type(moment).__name__}, not a moment")
    record = id_in(object_in(object_in(event, "data"), "object"))
    return {"record": record, "moment": moment, "type": event.get("type")}


def _day(seconds: Any) -> str:
    """The day in UTC; what is no moment has none."""
    return str(from_unix(seconds))[:10]


def _version(account: Account) -> str:
    return str(account.options.get("api_version", DEFAULT_VERSION))


def _between(window: Window) -> dict[str, int]:
    return {"created[gte]": unix(start_of(window)), "created[lt]": unix(end_of(window))}


def _listed(client: Client, path: str, params: Mapping[str, Any]) -> Iterator[list[Record]]:
    """Page behind the last record; when that one was removed meanwhile, the list is read from its start."""

    def fetch(cursor: str | None) -> Any:
        return client.get(path, {**params, "limit": PAGE_SIZE, **({"starting_after": cursor} if cursor else {})})

    def following(answer: Mapping[str, Any]) -> str | None:
        page = answer["data"]
        if not answer.get("has_more"):
            return None
        if not page:
            raise SourceChanged(f"stripe: {path}: an empty page says that there are more.")
        return str(page[-1].get("id"))

    for attempt in range(RESTARTS):
        try:
            yield from cursor_pages(f"stripe: {path}", fetch, "data", following)
            return
        except Restart:
            if attempt == RESTARTS - 1:
                raise RetryLater(f"stripe: {path}: records vanished {RESTARTS} times in a row.") from None


def _with_all_lines(client: Client, invoice: Record) -> Record:
    """An invoice shows its first lines only."""
    if object_in(invoice, "lines").get("has_more") is not True:
        return invoice
    pages = _listed(client, f"/v1/invoices/{invoice['id']}/lines", {})
    return {**invoice, "lines": {"data": [line for page in pages for line in page]}}


def _with_all_payments(client: Client, invoice: Record) -> Record:
    """An invoice shows its first payments only."""
    if object_in(invoice, "payments").get("has_more") is not True:
        return invoice
    pages = _listed(client, "/v1/invoice_payments", {"invoice": invoice["id"]})
    return {**invoice, "payments": {"data": [payment for page in pages for payment in page]}}


def connect(connection: Connection, account: Account) -> Client:
    """A client that carries the key and asks in one version, whatever the account's own is."""
    headers = {"Stripe-Version": _version(account)}
    if account.options.get("connected_account"):
        headers["Stripe-Account"] = str(account.options["connected_account"])
    return HttpClient(
        connection.base_url.rstrip("/").removesuffix("/v1"),
        name=f"stripe/{account.account}",
        auth=BearerToken(connection.password),
        classify=classify,
        rates=rates_of(account, Rate(20, Duration.SECOND)),
        headers=headers,
        secrets=connection.secrets(),
    )


INVOICE_EVENTS = (
    *("invoice.updated", "invoice.finalized", "invoice.paid", "invoice.voided", "invoice.marked_uncollectible"),
    "invoice.payment_succeeded",
)
OF_SESSIONS = ("client_reference_id", "status", "currency", "amount_total", "payment_intent", "customer_details")
OF_INVOICES = ("total", "amount_paid", "currency", "status", "status_transitions", "lines")

STRIPE = Source(
    name="stripe",
    kind="crm",
    base_url="https://api.stripe.com",
    docs="https://docs.stripe.com/api",
    settings={
        "password": "Stripe: Developers > API keys, restricted key with the right to read customers, charges and "
        "refunds, disputes, checkout sessions, invoices, credit notes and all events"
    },
    connect=connect,
    tables=(
        changes_table(
            "customers",
            ("customer_id",),
            CUSTOMER,
            _reader("/v1/customers", ("customer.updated", "customer.deleted"), ("email", "name", "phone"), customers),
            removals=("flag",),
        ),
        changes_table(
            "charges",
            ("charge_id",),
            CHARGE,
            _reader(
                "/v1/charges",
                ("charge.captured", "charge.succeeded", "charge.refunded", "charge.updated", "charge.failed"),
                ("amount", "amount_captured", "currency", "status", "paid", "customer", "billing_details"),
                charges,
            ),
            required=("amount_minor",),
            removals=("never",),
        ),
        changes_table(
            "checkout_sessions",
            ("session_id",),
            CHECKOUT_SESSION,
            _reader(
                "/v1/checkout/sessions",
                ("checkout.session.completed", "checkout.session.async_payment_succeeded", "checkout.session.expired"),
                OF_SESSIONS,
                checkout_sessions,
            ),
            removals=("never",),
        ),
        changes_table(
            "refunds",
            ("refund_id",),
            REFUND,
            _reader(
                "/v1/refunds",
                ("refund.updated", "refund.failed"),
                ("amount", "currency", "status", "charge"),
                refunds,
            ),
            required=("amount_minor",),
            removals=("never",),
        ),
        changes_table(
            "disputes",
            ("dispute_id",),
            DISPUTE,
            _reader(
                "/v1/disputes",
                ("charge.dispute.updated", "charge.dispute.closed", "charge.dispute.funds_reinstated"),
                ("amount", "currency", "status", "charge"),
                disputes,
            ),
            required=("amount_minor",),
            removals=("never",),
        ),
        changes_table(
            "invoices",
            ("invoice_id",),
            INVOICE,
            _reader("/v1/invoices", INVOICE_EVENTS, OF_INVOICES, invoices),
            removals=("flag",),
        ),
        changes_table(
            "credit_notes",
            ("credit_note_id",),
            CREDIT_NOTE,
            _reader(
                "/v1/credit_notes",
                ("credit_note.updated", "credit_note.voided"),
                ("amount", "currency", "status", "invoice", "type"),
                credit_notes,
            ),
            required=("amount_minor",),
            removals=("flag",),
        ),
        changes_table(
            "invoice_payments",
            ("invoice_id", "payment_id"),
            INVOICE_PAYMENT,
            _reader("/v1/invoices", INVOICE_EVENTS, OF_INVOICES, invoice_payments, "payments", _with_all_payments),
            removals=("parent",),
            has_empty_keys=True,
        ),
        changes_table(
            "invoice_lines",
            ("invoice_id", "line_id"),
            INVOICE_LINE,
            _reader("/v1/invoices", INVOICE_EVENTS, OF_INVOICES, invoice_lines, complete=_with_all_lines),
            removals=("parent",),
            has_empty_keys=True,
        ),
    ),
)
