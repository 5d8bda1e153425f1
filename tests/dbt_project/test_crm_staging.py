"""What CRMs and Stripe say, brought into the shapes that all deals have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.dbt_project.tiny_market import TinyMarket

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


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> TinyMarket:
    """A few records of each, built once for all tests of this file."""
    tiny = TinyMarket(tmp_path_factory.mktemp("tiny"))
    land_pipedrive(tiny)
    tiny.build("path:models/staging", "path:models/intermediate/unioned", "path:models/intermediate/crm")
    return tiny


def deals(market: TinyMarket, source: str) -> dict[str, Mapping[str, Any]]:
    found = market.rows(f"select * from intermediate.int_deals__unioned where source = '{source}'")
    return {row["source_deal_id"]: row for row in found}


def column(market: TinyMarket, table: str, source: str, name: str) -> list[Any]:
    rows = market.rows(f"select {name} as one from intermediate.{table} where source = '{source}' order by all")
    return [row["one"] for row in rows]


def test_a_deal_deleted_in_pipedrive_is_gone_and_the_other_has_its_milestones(market: TinyMarket) -> None:
    found = deals(market, "pipedrive")

    assert list(found) == ["502"]
    assert found["502"]["qualified_at"] == datetime.fromisoformat("2026-03-01T10:00")
    assert (found["502"]["won_at"], found["502"]["currency"]) == (None, "EUR")
    assert column(market, "int_deal_contacts__unioned", "pipedrive", "source_contact_id") == ["77"]


def test_what_a_deal_of_pipedrive_sells_and_who_answered(market: TinyMarket) -> None:
    items = market.rows("select * from intermediate.int_deal_items__unioned where source = 'pipedrive'")

    assert [(item["product"], item["amount_original"]) for item in items] == [("Tiles", Decimal(1500))]
    # A task is nothing that the customer notices.
    assert column(market, "int_responses__unioned", "pipedrive", "source_record_id") == ["61"]
    assert column(market, "int_contacts__unioned", "pipedrive", "email_raw") == ["ann@mail.example"]
    employees = market.rows("select employee from intermediate.int_employees__listed")
    assert [row["employee"] for row in employees] == ["9"]
