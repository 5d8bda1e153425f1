"""What Stripe knows of a deal that was won in HubSpot: its customer, charge, invoice, refund, dispute and events.

Of every third deal half was paid back after five days; of every seventh the charge was disputed then, and lost two days
later. Of ten deals one, whose number ends with 7, was authorised for a quarter more than was captured; and one, whose
number ends with 3, was paid by a transfer: its invoice was marked as paid, and there is no charge. Of every second one
of those a tenth was taken off eight days later by a credit note, and sent back by a transfer.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sandbox.stories.retold import Retold

LINES_SHOWN = 10
DAY = 86_400

Record = dict[str, Any]


def unix(moment: datetime) -> int:
    """The moment's second; without a zone it is in UTC."""
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


class Sale:
    """A won deal as Stripe saw it until now."""

    def __init__(self, deal: Retold, contact: Record, now: int) -> None:
        told = deal.payload["properties"]
        self.key, self.contact, self.now = deal.key, contact, now
        self.minor = int(Decimal(told.get("amount") or 0) * 100)
        self.currency = str(told.get("deal_currency_code") or "eur").lower()
        self.created = unix(deal.moment)
        closed = told.get("closedate")
        self.paid = unix(datetime.fromisoformat(closed)) if closed else self.created
        later, number = self.paid + 5 * DAY, int(deal.key)
        self.refunded = later if number % 3 == 0 and later < now else None
        self.disputed = later if number % 7 == 0 and later < now else None
        self.is_transferred, self.uncaptured = number % 10 == 3, self.minor // 4 if number % 10 == 7 else 0
        if self.is_transferred:
            self.refunded = self.disputed = None
        noted = self.paid + 8 * DAY
        self.credited = noted if self.is_transferred and number // 10 % 2 and noted < now else None
        self.lost = later + 2 * DAY if self.disputed and later + 2 * DAY < now else None

    def customer(self) -> Record:
        """Who paid."""
        names = [self.contact.get(name) for name in ("firstname", "lastname")]
        return {
            **self._record("cus", "customer", self.created),
            "email": self.contact.get("email"),
            "name": " ".join(filter(None, names)) or None,
            "phone": self.contact.get("phone"),
            "metadata": {},
        }

    def charge(self) -> Record:
        """What was paid, and how much of it went back."""
        customer = self.customer()
        return {
            **self._record("ch", "charge", self.paid),
            "amount": self.minor + self.uncaptured,
            "amount_captured": self.minor,
            # What was never captured is counted as given back.
            "amount_refunded": self.uncaptured + (self.minor // 2 if self.refunded else 0),
            "currency": self.currency,
            "status": "succeeded",
            "paid": True,
            "captured": True,
            "refunded": False,
            "disputed": bool(self.disputed),
            "customer": customer["id"],
            "billing_details": {name: customer[name] for name in ("email", "name", "phone")},
            "receipt_email": None,
            "description": None,
            "payment_intent": f"pi_SYN{self.key}",
            "balance_transaction": f"txn_SYN{self.key}",
            "payment_method_details": {"type": "card"},
            "failure_code": None,
            "metadata": {"deal_id": self.key},
        }

    def refund(self) -> Record:
        """What went back."""
        made = self._record("re", "refund", self.refunded or 0)
        told = {"amount": self.minor // 2, "currency": self.currency, "charge": f"ch_SYN{self.key}"}
        return {**made, **told, "status": "succeeded", "reason": "requested_by_customer", "metadata": {}}

    def dispute(self) -> Record:
        """What the payer's bank wants back."""
        made = self._record("dp", "dispute", self.disputed or 0)
        told = {"amount": self.minor, "currency": self.currency, "charge": f"ch_SYN{self.key}"}
        return {**made, **told, "status": "lost" if self.lost else "needs_response", "reason": "fraudulent"}

    def credit_note(self) -> Record:
        """What was taken off the invoice and sent back outside Stripe."""
        amount = self.minor // 10
        return {
            **self._record("cn", "credit_note", self.credited or 0),
            "number": f"SYN-{self.key}-CN-01",
            "invoice": f"in_SYN{self.key}",
            "customer": f"cus_SYN{self.key}",
            "amount": amount,
            "total": amount,
            "currency": self.currency,
            "status": "issued",
            "type": "post_payment",
            "reason": "order_change",
            "pre_payment_amount": 0,
            "post_payment_amount": amount,
            "out_of_band_amount": amount,
            "refunds": [],
            "customer_balance_transaction": None,
            "effective_at": None,
            "voided_at": None,
            "metadata": {},
        }

    def lines(self) -> list[Record]:
        """The invoice's two lines."""
        amounts = (self.minor // 2, self.minor - self.minor // 2)
        return [
            {
                "id": f"il_SYN{self.key}{letter}",
                "object": "line_item",
                "amount": amount,
                "currency": self.currency,
                "description": name,
                "quantity": 1,
                "invoice": f"in_SYN{self.key}",
                "metadata": {},
            }
            for letter, name, amount in zip("ab", ("Tiles", "Work"), amounts, strict=True)
        ]

    def payments(self) -> list[Record]:
        """What was paid on the invoice through Stripe."""
        if self.is_transferred:
            return []
        told = {"amount_paid": self.minor, "currency": self.currency, "invoice": f"in_SYN{self.key}", "status": "paid"}
        payment = {"type": "charge", "charge": f"ch_SYN{self.key}"}
        return [{**self._record("inpay", "invoice_payment", self.paid), **told, "payment": payment}]

    def invoice(self, is_expanded: bool = False, lines_shown: int = LINES_SHOWN) -> Record:
        """The invoice, its payments only where they are asked for."""
        lines = self.lines()
        invoice = {
            **self._record("in", "invoice", self.paid),
            "number": f"SYN-{self.key}",
            "customer": f"cus_SYN{self.key}",
            "customer_email": self.contact.get("email"),
            "status": "paid",
            "currency": self.currency,
            "total": self.minor,
            "amount_due": self.minor,
            "amount_paid": self.minor,
            "amount_remaining": 0,
            "billing_reason": "manual",
            "status_transitions": {"finalized_at": self.paid, "paid_at": self.paid, "voided_at": None},
            "parent": None,
            "metadata": {},
            "lines": {"object": "list", "data": lines[:lines_shown], "has_more": len(lines) > lines_shown},
        }
        if is_expanded:
            invoice["payments"] = {"object": "list", "data": self.payments(), "has_more": False}
        return invoice

    def events(self) -> list[Record]:
        """What changed later, each with the record as it is now."""
        told = [("invoice.paid", self.paid, self.invoice())]
        if self.refunded:
            told.append(("charge.refunded", self.refunded, self.charge()))
        if self.disputed:
            told.append(("charge.dispute.created", self.disputed, self.dispute()))
        if self.lost:
            told.append(("charge.dispute.closed", self.lost, self.dispute()))
        return [
            {
                "id": f"evt_SYN{self.key}{kind.replace('.', '')}",
                "object": "event",
                "type": kind,
                "created": moment,
                "api_version": "2024-06-20",
                "data": {"object": record},
                "livemode": True,
            }
            for kind, moment, record in told
        ]

    def _record(self, prefix: str, kind: str, created: int) -> Record:
        return {"id": f"{prefix}_SYN{self.key}", "object": kind, "created": created, "livemode": True}
