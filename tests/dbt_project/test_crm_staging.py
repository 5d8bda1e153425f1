"""What CRMs and Stripe say, brought into the shapes that all deals have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.dbt_project.tiny_market import STAGED, TinyMarket

FIRST, SECOND = date(2026, 3, 1), date(2026, 3, 2)
AT_TEN, NEXT_DAY = "2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z"


def land_pipedrive(tiny: TinyMarket) -> None:
    """A deal won and later deleted, and one that goes on; both of one person."""
    deal = {"created_at": AT_TEN, "pipeline_id": "1", "currency": "eur", "person_id": "77"}
    won = {**deal, "deal_id": "501", "amount": "100", "status": "won", "stage_id": "2", "won_at": AT_TEN}
    going_on = {**deal, "deal_id": "502", "amount": "2000", "status": "open", "stage_id": "2"}
    tiny.land("pipedrive", "deals", FIRST, [{**one, "updated_at": AT_TEN} for one in (won, going_on)])
    tiny.land(
        "pipedrive",
        "deals",
        SECOND,
        [{**won, "status": "deleted", "is_deleted": True, "updated_at": NEXT_DAY}],
    )
    tiny.land(
        "pipedrive",
        "deal_stages",
        FIRST,
        [{"deal_id": "502", "stage_id": "2", "entered_at": AT_TEN, "updated_at": AT_TEN}],
    )
    stages = [{"stage_id": "2", "pipeline_id": "1", "stage_name": "Qualified lead"}]
    tiny.land("pipedrive", "stages", SECOND, stages)
    person = {"person_id": "77", "name": "Ann", "email": "ann@mail.example", "created_at": AT_TEN}
    tiny.land("pipedrive", "persons", FIRST, [{**person, "updated_at": AT_TEN}])
    line = {"deal_id": "502", "updated_at": AT_TEN, "currency": "eur", "quantity": "1"}
    tiny.land(
        "pipedrive",
        "deal_products",
        FIRST,
        [
            {**line, "deal_product_id": "31", "product_name": "Tiles", "amount": "1500", "is_enabled": True},
            {**line, "deal_product_id": "32", "product_name": "Gutter", "amount": "50", "is_enabled": False},
        ],
    )
    done = {"person_id": "77", "is_done": True, "done_at": AT_TEN, "updated_at": AT_TEN, "owner_id": "9"}
    tiny.land(
        "pipedrive",
        "activities",
        FIRST,
        [{**done, "activity_id": "61", "type": "call"}, {**done, "activity_id": "62", "type": "task"}],
    )
    tiny.land("pipedrive", "users", SECOND, [{"user_id": "9", "email": "Kim@nordhaus.example"}])


def land_amocrm(tiny: TinyMarket) -> None:
    """A lead that was won, one that was deleted afterwards, one of whom only the present stage is known."""
    lead = {"created_at": AT_TEN, "updated_at": AT_TEN, "pipeline_id": "11", "currency": "rub"}
    tiny.land(
        "amocrm",
        "leads",
        FIRST,
        [
            {**lead, "lead_id": "71", "amount": "100", "status_id": "142", "yclid": "SYN-1"},
            {**lead, "lead_id": "72", "amount": "200", "status_id": "142"},
            {**lead, "lead_id": "73", "amount": "300", "status_id": "61"},
        ],
    )
    moved = {"type": "lead_status_changed", "entity_type": "lead", "before_pipeline_id": "11", "created_at": NEXT_DAY}
    moved |= {"before_status_id": "61", "after_pipeline_id": "11", "after_status_id": "142"}
    called = {"type": "outgoing_call", "created_at": NEXT_DAY, "created_by": "7"}
    tiny.land(
        "amocrm",
        "events",
        SECOND,
        [
            {**moved, "event_id": "a", "entity_id": "71"},
            {"event_id": "b", "type": "lead_deleted", "entity_type": "lead", "entity_id": "72", "created_at": NEXT_DAY},
            {**called, "event_id": "c", "entity_type": "lead", "entity_id": "71"},
            {**called, "event_id": "d", "entity_type": "contact", "entity_id": "81"},
            {**called, "event_id": "e", "entity_type": "lead", "entity_id": "73"},
        ],
    )
    stages = [("61", "Qualified"), ("142", "Done"), ("143", "Gone")]
    tiny.land(
        "amocrm",
        "pipelines",
        SECOND,
        [{"pipeline_id": "11", "status_id": number, "status_name": name} for number, name in stages],
    )
    contact = {"name": "Anna", "created_at": AT_TEN, "updated_at": AT_TEN, "phone": "+1 500 555 0006"}
    tiny.land("amocrm", "contacts", FIRST, [{**contact, "contact_id": "81"}])
    tie = {"lead_id": "71", "contact_id": "81", "is_main": True, "updated_at": AT_TEN}
    tiny.land("amocrm", "lead_contacts", FIRST, [tie])
    product = {"lead_id": "71", "product_id": "901", "catalog_id": "77", "quantity": "2", "updated_at": AT_TEN}
    tiny.land("amocrm", "lead_products", FIRST, [product])
    tiles = {"catalog_id": "77", "product_id": "901", "name": "Tiles", "price": "50.25"}
    tiny.land("amocrm", "products", SECOND, [tiles])


def land_bitrix24(tiny: TinyMarket) -> None:
    """A deal that was won in a pipeline whose stages have names of its own, and one that is counted no more."""
    deal = {"created_at": AT_TEN, "updated_at": AT_TEN, "category_id": "1", "currency": "EUR", "contact_id": "81"}
    early, late = datetime(2026, 3, 2, 3, tzinfo=UTC), datetime(2026, 3, 3, 3, tzinfo=UTC)
    deals = [{**deal, "deal_id": number, "amount": "100", "stage_id": "C1:DONE"} for number in ("501", "502")]
    tiny.land("bitrix24", "deals", FIRST, deals, early)
    tiny.land("bitrix24", "deal_ids", SECOND, [{"deal_id": "501"}], late)
    entered = {"deal_id": "501", "category_id": "1", "entered_at": NEXT_DAY}
    tiny.land("bitrix24", "deal_stages", SECOND, [{**entered, "entry_id": "9001", "stage_id": "C1:DONE"}])
    stage = {"category_id": "1", "stage_id": "C1:DONE", "stage_name": "Erledigt", "semantics": "S"}
    tiny.land("bitrix24", "stages", SECOND, [stage])
    tiny.land("bitrix24", "deal_contacts", FIRST, [{"deal_id": "501", "contact_id": "81", "updated_at": AT_TEN}])
    contact = {"contact_id": "81", "created_at": AT_TEN, "updated_at": AT_TEN, "click_id": "SYN-2"}
    tiny.land("bitrix24", "contacts", FIRST, [contact])
    item = {"product_row_id": "31", "deal_id": "501", "product_name": "Tiles", "price": "50.25", "quantity": "2"}
    tiny.land("bitrix24", "product_rows", FIRST, [{**item, "updated_at": AT_TEN}])
    done = {"is_completed": True, "started_at": AT_TEN, "updated_at": AT_TEN, "owner_id": "501", "owner_type_id": "2"}
    tiny.land(
        "bitrix24",
        "activities",
        FIRST,
        [{**done, "activity_id": "61", "direction": "2"}, {**done, "activity_id": "62", "direction": "1"}],
    )


def land_salesforce(tiny: TinyMarket) -> None:
    """An opportunity whose amount was corrected after it was won; a lead that became a contact; a merged contact."""
    known = {"created_at": AT_TEN, "updated_at": AT_TEN, "is_deleted": False}
    won = {"stage_name": "Closed Won", "is_won": True, "is_closed": True, "amount": "120.5"}
    tiny.land("salesforce", "opportunities", FIRST, [{**known, **won, "opportunity_id": "006A"}])
    entry = {"opportunity_id": "006A", "stage_name": "Closed Won", "is_deleted": False}
    tiny.land("salesforce", "opportunity_history", FIRST, [{**entry, "entry_id": "1", "entered_at": AT_TEN}])
    tiny.land("salesforce", "opportunity_history", SECOND, [{**entry, "entry_id": "2", "entered_at": NEXT_DAY}])
    stage = {"api_name": "Closed Won", "label": "Gewonnen", "is_won": True, "is_closed": True}
    tiny.land(
        "salesforce",
        "stages",
        SECOND,
        [{**stage, "stage_id": "1", "is_active": False}, {**stage, "stage_id": "2", "is_active": True}],
    )
    tiny.land(
        "salesforce",
        "contacts",
        FIRST,
        [
            {**known, "contact_id": "003A", "email": "ann@mail.example"},
            {**known, "contact_id": "003B", "is_deleted": True, "master_record_id": "003A"},
        ],
    )
    tiny.land("salesforce", "leads", FIRST, [{**known, "lead_id": "00QA", "converted_contact_id": "003A"}])
    tie = {**known, "opportunity_id": "006A", "contact_id": "003A", "is_main": True}
    tiny.land("salesforce", "opportunity_contacts", FIRST, [{**tie, "tie_id": "1"}, {**tie, "tie_id": "2"}])
    done = {**known, "is_closed": True, "who_id": "003A", "type": "Call", "completed_at": AT_TEN}
    tiny.land(
        "salesforce",
        "tasks",
        FIRST,
        [{**done, "task_id": "out", "call_type": "Outbound"}, {**done, "task_id": "in", "call_type": "Inbound"}],
    )
    line = {**known, "opportunity_id": "006A", "product_name": "Tiles", "quantity": "2", "amount": "100.5"}
    tiny.land("salesforce", "opportunity_products", FIRST, [{**line, "line_id": "1"}])


def land_stripe(tiny: TinyMarket) -> None:
    """A charge of an invoice that lost a line and part of its money, one in yen, one given back whole."""
    paid = {"status": "succeeded", "currency": "eur", "is_paid": True, "is_live": True, "created_at": AT_TEN}
    euro = {
        **paid,
        "charge_id": "ch_1",
        "customer_id": "cus_1",
        "payment_intent_id": "pi_1",
        "amount_minor": 12050,
        "amount_captured_minor": 12050,
    }
    yen = {**paid, "charge_id": "ch_2", "currency": "jpy", "amount_minor": 5000, "email": "guest@mail.example"}
    yen["amount_captured_minor"] = yen["amount_minor"]
    gone = {**paid, "charge_id": "ch_3", "amount_minor": 700, "amount_captured_minor": 700}
    gone["amount_refunded_minor"] = gone["amount_minor"]
    tiny.land("stripe", "charges", FIRST, [{**one, "updated_at": AT_TEN} for one in (euro, yen, gone)])
    refunded = {**euro, "amount_refunded_minor": 2050, "updated_at": NEXT_DAY}
    tiny.land("stripe", "charges", SECOND, [refunded])
    customer = {"customer_id": "cus_1", "email": "ann@mail.example", "click_id": "SYN-3", "created_at": AT_TEN}
    tiny.land("stripe", "customers", FIRST, [{**customer, "inquiry_id": "L-1", "updated_at": AT_TEN}])
    payment = {"invoice_id": "in_1", "payment_id": "inpay_1", "payment_intent_id": "pi_1"}
    tiny.land("stripe", "invoice_payments", SECOND, [{**payment, "updated_at": NEXT_DAY}])
    line = {"invoice_id": "in_1", "currency": "eur", "quantity": "2"}
    tiles = {**line, "line_id": "il_1", "description": "Tiles", "amount_minor": 12050}
    gutter = {**line, "line_id": "il_2", "description": "Gutter", "amount_minor": 900}
    tiny.land("stripe", "invoice_lines", FIRST, [{**one, "updated_at": AT_TEN} for one in (tiles, gutter)])
    tiny.land("stripe", "invoice_lines", SECOND, [{**tiles, "updated_at": NEXT_DAY}])


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> TinyMarket:
    """A few records of each, built once for all tests of this file."""
    tiny = TinyMarket(tmp_path_factory.mktemp("tiny"))
    land_pipedrive(tiny)
    land_amocrm(tiny)
    land_bitrix24(tiny)
    land_salesforce(tiny)
    land_stripe(tiny)
    tiny.build(*(f"path:models/{folder}" for folder in STAGED))
    return tiny


def deals(market: TinyMarket, source: str) -> dict[str, Mapping[str, Any]]:
    found = market.rows(f"select * from shapes.deals__unioned where source = '{source}'")
    return {row["source_deal_id"]: row for row in found}


def column(market: TinyMarket, table: str, source: str, name: str) -> list[Any]:
    rows = market.rows(f"select {name} as one from shapes.{table} where source = '{source}' order by all")
    return [row["one"] for row in rows]


def test_a_deal_deleted_in_pipedrive_is_gone_and_the_other_has_its_milestones(market: TinyMarket) -> None:
    found = deals(market, "pipedrive")

    assert list(found) == ["502"]
    assert found["502"]["qualified_at"] == datetime.fromisoformat("2026-03-01T10:00")
    assert (found["502"]["won_at"], found["502"]["currency"]) == (None, "EUR")
    assert column(market, "deal_contacts__unioned", "pipedrive", "source_contact_id") == ["77"]


def test_what_a_deal_of_pipedrive_sells_and_who_answered(market: TinyMarket) -> None:
    items = market.rows("select * from shapes.deal_items__unioned where source = 'pipedrive'")

    assert [(item["product"], item["amount_original"]) for item in items] == [("Tiles", Decimal(1500))]
    # A task is nothing that the customer notices.
    assert column(market, "responses__unioned", "pipedrive", "source_record_id") == ["61"]
    assert column(market, "contacts__unioned", "pipedrive", "email_raw") == ["ann@mail.example"]
    employees = market.rows("select employee from shapes.int_employees__listed")
    assert [row["employee"] for row in employees] == ["9"]


def test_the_first_stage_of_an_amocrm_lead_is_the_one_that_its_first_move_left(market: TinyMarket) -> None:
    found = deals(market, "amocrm")

    assert sorted(found) == ["71", "73"]
    assert found["71"]["qualified_at"] == datetime.fromisoformat("2026-03-01T10:00")
    assert found["71"]["won_at"] == datetime.fromisoformat("2026-03-02T10:00")
    assert (found["73"]["qualified_at"], found["73"]["won_at"]) == (datetime.fromisoformat("2026-03-01T10:00"), None)


def test_an_amocrm_person_has_the_click_of_the_first_lead_and_whoever_called_answered(market: TinyMarket) -> None:
    assert column(market, "contacts__unioned", "amocrm", "click_id") == ["SYN-1"]
    # A lead without a person was called too, and nobody knows whom.
    assert column(market, "responses__unioned", "amocrm", "source_record_id") == ["c", "d"]
    items = market.rows("select * from shapes.deal_items__unioned where source = 'amocrm'")
    assert [(item["product"], item["amount_original"], item["currency"]) for item in items] == [
        ("Tiles", Decimal("100.5"), "RUB")
    ]


def test_a_bitrix24_deal_is_won_by_the_meaning_of_its_stage_and_gone_when_it_is_counted_no_more(
    market: TinyMarket,
) -> None:
    found = deals(market, "bitrix24")

    assert list(found) == ["501"]
    assert found["501"]["won_at"] == datetime.fromisoformat("2026-03-02T10:00")
    assert column(market, "contacts__unioned", "bitrix24", "click_id") == ["SYN-2"]
    assert column(market, "deal_items__unioned", "bitrix24", "amount_original") == [Decimal("100.5")]
    # What came in is no answer.
    assert column(market, "responses__unioned", "bitrix24", "source_record_id") == ["61"]


def test_a_salesforce_opportunity_corrected_afterwards_was_won_when_it_was_won(market: TinyMarket) -> None:
    found = deals(market, "salesforce")

    assert found["006A"]["won_at"] == datetime.fromisoformat("2026-03-01T10:00")
    assert (found["006A"]["amount_original"], found["006A"]["source_contact_id"]) == (Decimal("120.5"), "003A")
    assert column(market, "deal_contacts__unioned", "salesforce", "source_contact_id") == ["003A"]
    assert column(market, "deal_items__unioned", "salesforce", "amount_original") == [Decimal("100.5")]
    assert column(market, "responses__unioned", "salesforce", "source_record_id") == ["out"]


def test_a_merged_contact_and_a_converted_lead_are_other_names_of_the_contact(market: TinyMarket) -> None:
    people = market.rows(
        "select source_contact_id, merged_contact_ids from shapes.contacts__unioned"
        " where source = 'salesforce' order by all"
    )

    assert [tuple(row.values()) for row in people] == [("003A", "003B"), ("00QA", "003A")]


def test_a_paid_charge_of_stripe_is_a_deal_of_what_is_left_of_it_in_its_own_currency(market: TinyMarket) -> None:
    found = deals(market, "stripe")

    assert {number: (deal["amount_original"], deal["currency"]) for number, deal in found.items()} == {
        "ch_1": (Decimal(100), "EUR"),
        "ch_2": (Decimal(5000), "JPY"),
        # Given back whole it is cancelled, and keeps what it was sold for.
        "ch_3": (Decimal(7), "EUR"),
    }
    assert (found["ch_1"]["won_at"], found["ch_1"]["cancelled_at"]) == (
        datetime.fromisoformat("2026-03-01T10:00"),
        None,
    )
    assert found["ch_3"]["cancelled_at"] == datetime.fromisoformat("2026-03-01T10:00")
    assert (found["ch_1"]["source_inquiry_id"], found["ch_2"]["email_raw"]) == ("L-1", "guest@mail.example")


def test_a_customer_of_stripe_has_a_click_and_bought_what_the_newest_invoice_says(market: TinyMarket) -> None:
    items = market.rows("select * from shapes.deal_items__unioned where source = 'stripe'")

    assert [(item["product"], item["amount_original"]) for item in items] == [("Tiles", Decimal("120.5"))]
    assert column(market, "contacts__unioned", "stripe", "click_id") == ["SYN-3"]
    assert column(market, "deal_contacts__unioned", "stripe", "source_contact_id") == ["cus_1"]
