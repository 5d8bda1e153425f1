"""Two shops of the credited market: a dead door, a return on another day, and receipts with every kind of evidence."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.dbt_project.credited_market import NOON, CreditedMarket, days

MONDAY = datetime.fromisoformat("2026-03-02T00:00:00")


def add_shops(market: CreditedMarket) -> None:
    """S1 has two doors, of which B is dead from eleven on; S2 has a till and no counter."""
    market.add("shapes.stores__unioned", brand="nord", store="S1", monday="10:00-12:00", tuesday="closed")
    for hour, door, enters, staff in ((10, "A", 41, 1), (10, "B", 12, 2), (11, "A", 30, 0), (11, "B", 0, 0)):
        market.add(
            "shapes.store_visits__unioned",
            brand="nord",
            store="S1",
            entrance=door,
            entrance_role="outer",
            from_local=MONDAY.replace(hour=hour),
            enters=enters,
            staff_enters=staff,
            status="ok",
        )
    market.add("shapes.store_tools__unioned", brand="nord", store="S1", channel="Offline", promotion_code="LOCAL7")
    market.add("staging.stg_rules__self_reported_channels", answer_pattern=".*radio.*", channel="Offline")
    _receipt(market, "1", hour=10, amount=100, promotion_code="LOCAL7", employee="Ida", loyalty_card="LC")
    _receipt(market, "2", hour=10, amount=50, employee="Ida")
    _receipt(market, "3", hour=11, amount=30, employee="Bo", self_reported_source="on the radio")
    _receipt(market, "4", hour=11, amount=70, employee="Bo")
    _receipt(market, "5", hour=11, amount=70, kind="void", source_returned_receipt_id="4")
    _receipt(market, "6", day=1, hour=10, amount=20, kind="return", source_returned_receipt_id="1")
    _receipt(market, "1", hour=9, amount=10, store="S2", email_raw="buyer@x.example")
    market.add("shapes.receipt_items__unioned", receipt_id="S1 1", line_number=1, quantity=3)
    market.add("steps.emails", raw_email="buyer@x.example", email_normalised="buyer@x.example", is_valid=True)
    market.add(
        "intermediate.int_identifiers__normalised",
        brand="nord",
        record_type="inquiry",
        record_id="of the buyer",
        identifier_type="email",
        identifier_value="buyer@x.example",
    )
    market.add(
        "intermediate.int_people__resolved",
        brand="nord",
        record_type="inquiry",
        record_id="of the buyer",
        person_id="buyer",
    )
    market.touch("buyer", "b1", NOON.replace(month=2), channel="Paid Search", campaign_name="Roofs")
    market.touch("buyer", "b2", NOON - days(1), channel="Email")


def _receipt(market: CreditedMarket, number: str, hour: int, amount: int, day: int = 0, **columns: Any) -> None:
    store = columns.setdefault("store", "S1")
    columns.setdefault("kind", "sale")
    market.add(
        "shapes.receipts__unioned",
        receipt_id=f"{store} {number}",
        brand="nord",
        source="manual",
        account="a1",
        source_receipt_id=number,
        sold_local=MONDAY.replace(hour=hour) + days(day),
        amount_original=amount,
        currency="EUR",
        **columns,
    )
