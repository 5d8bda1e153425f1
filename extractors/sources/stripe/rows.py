"""Rows out of Stripe's records, whichever of the two shapes of 2025 they have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from extractors.fields import Fields, picked
from extractors.model import Row
from extractors.sources.stripe.columns import CHARGE, CHECKOUT_SESSION, CUSTOMER, DISPUTE, INVOICE, INVOICE_LINE, REFUND
from extractors.times import from_unix

OWN = ("click_id", "inquiry_id")
"""What the customer's own system may have written into the metadata."""

CHANGED = "_changed"
"""Beside the record's own fields: the second of the change that it lands for."""

Record = dict[str, Any]
Own = Mapping[str, str]
Rows = Callable[[Record, Own], list[Row]]


def customers(customer: Record, own: Own) -> list[Row]:
    """The customer; of a deleted one only the id is left."""
    return [_row(customer, CUSTOMER, is_deleted=bool(customer.get("deleted")), **_own(customer, own, OWN))]


def charges(charge: Record, own: Own) -> list[Row]:
    """The charge, with the address that its payer gave."""
    billing = charge.get("billing_details") or {}
    return [
        _row(
            charge,
            CHARGE,
            customer_id=_id_of(charge.get("customer")),
            payment_intent_id=_id_of(charge.get("payment_intent")),
            # Gone since the version of March 2025: the invoice's payments name the charge instead.
            invoice_id=_id_of(charge.get("invoice")),
            email=billing.get("email") or charge.get("receipt_email"),
            phone=billing.get("phone"),
            **_own(charge, own, ("inquiry_id",)),
        )
    ]


def checkout_sessions(session: Record, own: Own) -> list[Row]:
    """The page on which somebody paid, with what the site had told it: a charge does not repeat that."""
    person = session.get("customer_details") or {}
    return [
        _row(
            session,
            CHECKOUT_SESSION,
            **{f"{name}_id": _id_of(session.get(name)) for name in ("customer", "payment_intent", "invoice")},
            email=person.get("email") or session.get("customer_email"),
            phone=person.get("phone"),
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
    moments = invoice.get("status_transitions") or {}
    parent = (invoice.get("parent") or {}).get("subscription_details") or {}
    return [
        _row(
            invoice,
            INVOICE,
            customer_id=_id_of(invoice.get("customer")),
            # Under its parent since the version of March 2025.
            subscription_id=_id_of(invoice.get("subscription") or parent.get("subscription")),
            **{name: from_unix(moments.get(name)) for name in ("finalized_at", "paid_at", "voided_at")},
            **_own(invoice, own, ("inquiry_id",)),
        )
    ]


def invoice_payments(invoice: Record, own: Own) -> list[Row]:
    """What was paid on the invoice, each with its charge or its payment intent; a row without one where nothing was."""
    updated_at = from_unix(invoice.get(CHANGED))
    rows = [
        {
            "invoice_id": invoice["id"],
            "payment_id": payment.get("id"),
            "charge_id": _id_of((payment.get("payment") or {}).get("charge")),
            "payment_intent_id": _id_of((payment.get("payment") or {}).get("payment_intent")),
            "status": payment.get("status"),
            "amount_paid_minor": payment.get("amount_paid"),
            "updated_at": updated_at,
            "_payload": payment,
        }
        for payment in (invoice.get("payments") or {}).get("data") or []
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
        for line in (invoice.get("lines") or {}).get("data") or [{}]
    ]


def _row(record: Record, fields: Fields, **also: Any) -> Row:
    payload = {name: value for name, value in record.items() if name != CHANGED}
    moments = {"created_at": from_unix(record.get("created")), "updated_at": from_unix(record.get(CHANGED))}
    return {**picked(record, fields), **moments, **also, "_payload": payload}


def _id_of(value: Any) -> Any:
    """A reference is an id, or the record itself where it was asked for."""
    return value.get("id") if isinstance(value, dict) else value


def _own(record: Record, own: Own, columns: Sequence[str]) -> Row:
    metadata = record.get("metadata") or {}
    return {column: metadata.get(own.get(column, column)) for column in columns}
