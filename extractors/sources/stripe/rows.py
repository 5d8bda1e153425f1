"""Rows out of Stripe's records, whichever of the two shapes of 2025 they have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from extractors.fields import Fields, picked
from extractors.http.answers import part
from extractors.model import Row
from extractors.records import object_in, objects_in, value_in
from extractors.sources.stripe.columns import (
    CHARGE,
    CHECKOUT_SESSION,
    CREDIT_NOTE,
    CUSTOMER,
    DISPUTE,
    INVOICE,
    INVOICE_LINE,
    REFUND,
)
from extractors.times import from_unix

OWN = ("click_id", "inquiry_id")
"""What the customer's own system may have written into the metadata."""

MOMENTS = ("finalized_at", "paid_at", "voided_at")

CHANGED = "_changed"
"""Beside the record's own fields: the second of the change that it lands for."""
CAPTURED = "_captured"
"""And the second in which what had been authorised before was captured, where that is what changed."""

Record = dict[str, Any]
Own = Mapping[str, str]
Rows = Callable[[Record, Own], list[Row]]


def customers(customer: Record, own: Own) -> list[Row]:
    """The customer; of a deleted one only the id is left."""
    return [_row(customer, CUSTOMER, is_deleted=bool(customer.get("deleted")), **_own(customer, own, OWN))]


def charges(charge: Record, own: Own) -> list[Row]:
    """The charge, with the address that its payer gave."""
    return [
        _row(
            charge,
            CHARGE,
            customer_id=_id_of(charge.get("customer")),
            payment_intent_id=_id_of(charge.get("payment_intent")),
            # Gone since the version of March 2025: the invoice's payments name the charge instead.
            invoice_id=_id_of(charge.get("invoice")),
            email=value_in(charge, "billing_details", "email") or charge.get("receipt_email"),
            phone=value_in(charge, "billing_details", "phone"),
            captured_at=from_unix(charge.get(CAPTURED)),
            **_own(charge, own, ("inquiry_id",)),
        )
    ]


def checkout_sessions(session: Record, own: Own) -> list[Row]:
    """The page on which somebody paid, with what the site had told it: a charge does not repeat that."""
    return [
        _row(
            session,
            CHECKOUT_SESSION,
            **{f"{name}_id": _id_of(session.get(name)) for name in ("customer", "payment_intent", "invoice")},
            email=value_in(session, "customer_details", "email") or session.get("customer_email"),
            phone=value_in(session, "customer_details", "phone"),
            **_own(session, own, ("inquiry_id",)),
        )
    ]


def refunds(refund: Record, own: Own) -> list[Row]:
    """The refund with its charge."""
    return [_row(refund, REFUND, charge_id=_id_of(refund.get("charge")))]


def disputes(dispute: Record, own: Own) -> list[Row]:
    """The dispute with its charge."""
    return [_row(dispute, DISPUTE, charge_id=_id_of(dispute.get("charge")))]


def invoices(invoice: Record, own: Own) -> list[Row]:
    """The invoice without its lines."""
    moments = {name: value_in(invoice, "status_transitions", name) for name in MOMENTS}
    parent = part(invoice, "parent", "subscription_details")
    return [
        _row(
            invoice,
            INVOICE,
            customer_id=_id_of(invoice.get("customer")),
            # Under its parent since the version of March 2025.
            subscription_id=_id_of(invoice.get("subscription") or parent.get("subscription")),
            **{name: from_unix(moment) for name, moment in moments.items()},
            **_own(invoice, own, ("inquiry_id",)),
        )
    ]


def credit_notes(note: Record, own: Own) -> list[Row]:
    """The note with its invoice, and how much of it went back as refunds: one of them, or since 2025 a list."""
    refunds = objects_in(note, "refunds")
    return [
        _row(
            note,
            CREDIT_NOTE,
            invoice_id=_id_of(note.get("invoice")),
            customer_id=_id_of(note.get("customer")),
            refunded_minor=_sum(refund.get("amount_refunded") for refund in refunds) if refunds else None,
            is_refunded=bool(refunds or note.get("refund")),
            balance_transaction_id=_id_of(note.get("customer_balance_transaction")),
            effective_at=from_unix(note.get("effective_at")),
        )
    ]


def _sum(amounts: Iterable[Any]) -> int:
    return sum(amount for amount in amounts if isinstance(amount, int))


def invoice_payments(invoice: Record, own: Own) -> list[Row]:
    """What was paid on the invoice, each with its charge or its payment intent; a row without one where nothing was."""
    updated_at = from_unix(invoice.get(CHANGED))
    rows = [
        {
            "invoice_id": invoice["id"],
            "payment_id": payment.get("id"),
            "charge_id": _id_of(value_in(payment, "payment", "charge")),
            "payment_intent_id": _id_of(value_in(payment, "payment", "payment_intent")),
            "status": payment.get("status"),
            "amount_paid_minor": payment.get("amount_paid"),
            "updated_at": updated_at,
            "_payload": payment,
        }
        for payment in objects_in(object_in(invoice, "payments"), "data")
    ]
    older = {name: _id_of(invoice.get(name)) for name in ("charge", "payment_intent")}
    if not rows:
        # As it was before March 2025, and null where no charge paid for it.
        row = {"invoice_id": invoice["id"], "payment_id": older["charge"] or older["payment_intent"]}
        row |= {"charge_id": older["charge"], "payment_intent_id": older["payment_intent"]}
        rows.append({**row, "updated_at": updated_at, "_payload": older})
    return rows


def invoice_lines(invoice: Record, own: Own) -> list[Row]:
    """The invoice's lines; a row without one where it has none: the last may have been taken off."""
    updated_at = from_unix(invoice.get(CHANGED))
    return [
        {**picked(line, INVOICE_LINE), "invoice_id": invoice["id"], "updated_at": updated_at, "_payload": line}
        for line in objects_in(object_in(invoice, "lines"), "data") or [{}]
    ]


def _row(record: Record, fields: Fields, **also: Any) -> Row:
    payload = {name: value for name, value in record.items() if name not in (CHANGED, CAPTURED)}
    moments = {"created_at": from_unix(record.get("created")), "updated_at": from_unix(record.get(CHANGED))}
    return {**picked(record, fields), **moments, **also, "_payload": payload}


def _id_of(value: Any) -> Any:
    """A reference is an id, or the record itself where it was asked for."""
    return value.get("id") if isinstance(value, dict) else value


def _own(record: Record, own: Own, columns: Sequence[str]) -> Row:
    return {column: value_in(record, "metadata", own.get(column, column)) for column in columns}
