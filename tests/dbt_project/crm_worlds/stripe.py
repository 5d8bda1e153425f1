"""A story of Stripe's own: it knows no merges and no pipelines, but partial captures, refunds, disputes, transfers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.dbt_project.crm_worlds.told import json_reply, seconds
from tests.dbt_project.crm_worlds.world import STATES, World, at
from tests.extractors.sources.vendor import Reply, Request, Vendor

TABLES = (
    "charges", "refunds", "disputes", "invoices", "invoice_payments", "invoice_lines", "credit_notes", "customers",
)  # fmt: skip
KEPT = {
    # 100 at once, 200 captured of 300 that were authorised; an invoice of 400 is open.
    "created": 300,
    # 20 of the first are given back, the invoice is paid by a transfer.
    "changed": 680,
    # Nobody merges in Stripe; another 30 of the first are given back, and of 60 that were held 50 are captured.
    "merged": 700,
    # The bank takes the second back; of the invoice 90 are taken off, 40 of them for what is bought next.
    "moved": 450,
    # The customer is deleted, and a note written on the dispute: what he bought stays sold. A note was a mistake.
    "deleted": 450,
}
"""What was sold and kept in each state, added up by hand."""


def serve(vendor: Vendor, world: Callable[[], World]) -> None:
    """Answer as Stripe would, in whatever state the world is."""

    def now() -> int:
        return STATES.index(world().state)

    def records(path: str) -> dict[str, dict[str, Any]]:
        return {one["id"]: one for one in TELL[path](now())}

    def listed(path: str) -> Callable[[Request], Reply]:
        def answer(request: Request) -> Reply:
            first, end = int(request.query["created[gte]"]), int(request.query["created[lt]"])
            return _list([one for one in records(path).values() if first <= one["created"] < end])

        return answer

    def one(path: str, record: str) -> Callable[[Request], Reply]:
        return lambda _: json_reply(records(path)[record])

    def events(request: Request) -> Reply:
        first, end = int(request.query["created[gte]"]), int(request.query["created[lt]"])
        asked = request.query_text
        found = [
            {"id": f"evt_{place}", "type": kind, "created": seconds(moment), "data": {"object": {"id": record}}}
            for place, (kind, record, moment) in enumerate(EVENTS)
            if kind in asked and first <= seconds(moment) < end
        ]
        return _list(found)

    vendor.answers("GET /v1/events", events)
    for path, told in TELL.items():
        vendor.answers(f"GET /v1/{path}", listed(path))
        for record in {record["id"] for number in range(len(STATES)) for record in told(number)}:
            vendor.answers(f"GET /v1/{path}/{record}", one(path, record))


EVENTS: list[tuple[str, str, datetime]] = [
    ("charge.refunded", "ch_1", at("changed")),
    ("invoice.paid", "in_1", at("changed")),
    ("charge.refunded", "ch_1", at("merged")),
    ("charge.captured", "ch_3", at("merged")),
    ("charge.dispute.closed", "dp_1", at("moved")),
    ("charge.dispute.updated", "dp_1", at("deleted")),
    ("credit_note.voided", "cn_3", at("deleted")),
    ("customer.deleted", "cus_1", at("deleted")),
]


AMOUNTS = ("amount_captured", "amount_refunded")


def _charges(now: int) -> list[dict[str, Any]]:
    first = {
        "id": "ch_1",
        "amount": 10000,
        "amount_captured": 10000,
        "amount_refunded": (0, 2000, 5000, 5000, 5000)[now],
    }
    # What was not captured is counted as given back.
    second = {"id": "ch_2", "amount": 30000, "amount_captured": 20000, "amount_refunded": 10000}
    is_captured = now >= STATES.index("merged")
    held = {"id": "ch_3", "amount": 6000, "captured": is_captured}
    held |= {"amount_captured": 5000, "amount_refunded": 1000} if is_captured else dict.fromkeys(AMOUNTS, 0)
    also = {"currency": "eur", "status": "succeeded", "paid": True, "customer": "cus_1"}
    also |= {"livemode": True, "billing_details": {}, "created": seconds(at("created"))}
    return [{"captured": True, **one, **also} for one in (first, second, held)]


def _refunds(now: int) -> list[dict[str, Any]]:
    told = [("re_1", 2000, at("changed")), ("re_2", 3000, at("merged"))]
    return [
        {
            "id": name,
            "charge": "ch_1",
            "amount": amount,
            "currency": "eur",
            "status": "succeeded",
            "created": seconds(moment),
        }
        for name, amount, moment in told[: min(now, 2)]
    ]


def _disputes(now: int) -> list[dict[str, Any]]:
    if now < STATES.index("merged"):
        return []
    status = "lost" if now >= STATES.index("moved") else "needs_response"
    dispute = {"id": "dp_1", "charge": "ch_2", "amount": 20000, "currency": "eur", "status": status}
    return [{**dispute, "created": seconds(at("merged"))}]


def _invoices(now: int) -> list[dict[str, Any]]:
    is_paid = now >= STATES.index("changed")
    line = {"id": "il_1", "amount": 40000, "currency": "eur", "description": "Roof", "quantity": 1}
    return [
        {
            "id": "in_1",
            "customer": "cus_1",
            "status": "paid" if is_paid else "open",
            "currency": "eur",
            "total": 40000,
            "amount_paid": 40000 if is_paid else 0,
            "livemode": True,
            "created": seconds(at("created")),
            "status_transitions": {"paid_at": seconds(at("changed")) if is_paid else None},
            "lines": {"data": [line]},
            # Marked as paid by hand: no payment of Stripe's.
            "payments": {"data": []},
        }
    ]


def _credit_notes(now: int) -> list[dict[str, Any]]:
    if now < STATES.index("moved"):
        return []
    is_void = now >= STATES.index("deleted")
    told: list[tuple[str, int, dict[str, Any]]] = [
        ("cn_1", 5000, {"out_of_band_amount": 5000}),
        ("cn_2", 4000, {"customer_balance_transaction": "cbtxn_1"}),
    ]
    # Before the invoice was paid: it was paid for less.
    told += [
        ("cn_3", 1000, {"type": "pre_payment", "post_payment_amount": 0, "status": "void" if is_void else "issued"})
    ]
    return [
        {
            "id": name,
            "invoice": "in_1",
            "customer": "cus_1",
            "amount": amount,
            "currency": "eur",
            "status": "issued",
            "type": "post_payment",
            "post_payment_amount": amount,
            "out_of_band_amount": None,
            "customer_balance_transaction": None,
            "refunds": [],
            "livemode": True,
            "created": seconds(at("moved")),
            **also,
        }
        for name, amount, also in told
    ]


def _customers(now: int) -> list[dict[str, Any]]:
    if now >= STATES.index("deleted"):
        return [{"id": "cus_1", "deleted": True, "created": seconds(at("created"))}]
    person = {"id": "cus_1", "email": "ann@mail.example", "name": "Ann", "phone": None}
    return [{**person, "created": seconds(at("created"))}]


TELL = {
    "charges": _charges,
    "refunds": _refunds,
    "disputes": _disputes,
    "invoices": _invoices,
    "credit_notes": _credit_notes,
    "customers": _customers,
}


def _list(records: list[dict[str, Any]]) -> Reply:
    return json_reply({"object": "list", "has_more": False, "data": records})
