"""Each CRM told through five states of the world, pulled night by night over a socket: what was sold after each."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.dbt_project.crm_worlds import stripe
from tests.dbt_project.crm_worlds.nights import CRMS, TOLD, lived
from tests.dbt_project.crm_worlds.world import SOLD, STATES, WORLDS, at, day_of
from tests.dbt_project.tiny_market import TinyMarket


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> TinyMarket:
    """All six, each pulled after each state."""
    return lived(tmp_path_factory.mktemp("states"), WORLDS, TOLD)


def kept(told: TinyMarket, source: str) -> dict[str, Any]:
    """What was sold and kept, by the state of the world."""
    rows = told.rows(
        f"""
        select account, sum(amount_original) as amount from shapes.deals__unioned
        where source = '{source}' and won_at is not null and cancelled_at is null and account <> 'now' group by account
        """
    )
    return {row["account"]: row["amount"] for row in rows}


@pytest.mark.parametrize("source", CRMS)
def test_what_was_sold_is_right_after_each_state_of_the_world(told: TinyMarket, source: str) -> None:
    assert kept(told, source) == {state: Decimal(amount) for state, amount in SOLD.items()}


def test_what_was_sold_and_kept_in_stripe_is_right_after_each_state_of_the_world(told: TinyMarket) -> None:
    assert kept(told, "stripe") == {state: Decimal(amount) for state, amount in stripe.KEPT.items()}


def test_money_that_was_held_is_sold_when_it_was_captured_and_a_lost_dispute_keeps_its_day(told: TinyMarket) -> None:
    moments = told.rows(
        """
        select account, source_deal_id, won_at as moment from shapes.deals__unioned
        where source = 'stripe' and source_deal_id = 'ch_3' and account <> 'now'
        union all
        select account, source_deal_id, returned_at as moment from shapes.deal_returns__unioned
        where source = 'stripe' and source_deal_id = 'ch_2' and account <> 'now'
        """
    )
    captured, lost = (at(state).replace(tzinfo=None) for state in ("merged", "moved"))
    assert {(row["account"], row["source_deal_id"]): row["moment"] for row in moments} == {
        **dict.fromkeys([(state, "ch_3") for state in ("merged", "moved", "deleted")], captured),
        # A note that is written on it later moves no money.
        **dict.fromkeys([(state, "ch_2") for state in ("moved", "deleted")], lost),
    }


@pytest.mark.parametrize("source", CRMS)
def test_a_deal_was_won_when_it_was_and_not_when_it_was_pulled_or_moved_on(told: TinyMarket, source: str) -> None:
    rows = told.rows(
        f"""
        select account, won_at from shapes.deals__unioned
        where source = '{source}' and amount_original = 400 and won_at is not null and account <> 'now'
        """
    )
    won_at = at("changed", 9).replace(tzinfo=None)
    assert {row["account"]: row["won_at"] for row in rows} == dict.fromkeys(("changed", "merged", "moved"), won_at)


@pytest.mark.parametrize("source", CRMS)
def test_a_sale_that_was_brought_over_from_elsewhere_was_won_when_it_was_closed_there(
    told: TinyMarket, source: str
) -> None:
    rows = told.rows(
        f"""
        select account, amount_original, won_at::date as day from shapes.deals__unioned
        where source = '{source}' and is_imported and account <> 'now' order by all
        """
    )
    day = next(deal.closed_on for deal in WORLDS["created"].deals.values() if deal.closed_on)
    assert [tuple(row.values()) for row in rows] == [(state, Decimal(1000), day) for state in sorted(STATES)]


@pytest.mark.parametrize("source", CRMS)
def test_the_crm_itself_decided(told: TinyMarket, source: str) -> None:
    rows = told.rows(
        f"""
        select distinct stage_decided_by from shapes.deals__unioned
        where source = '{source}' and won_at is not null
        """
    )
    assert [row["stage_decided_by"] for row in rows] == ["vendor"]


def of_second_deal(told: TinyMarket, source: str, shape: str, column: str) -> dict[str, list[Any]]:
    rows = told.rows(
        f"""
        select account, list(distinct {column} order by {column}) as found from shapes.{shape}__unioned
        where source = '{source}' and source_deal_id in ('2', '9002', '9102', '0062') and account <> 'now'
        group by account
        """
    )
    return {row["account"]: row["found"] for row in rows}


@pytest.mark.parametrize("source", CRMS)
def test_the_last_contact_of_a_deal_leaves_with_its_tie(told: TinyMarket, source: str) -> None:
    contact = "00312" if source == "salesforce" else "12"
    assert of_second_deal(told, source, "deal_contacts", "source_contact_id") == {"created": [contact]}


@pytest.mark.parametrize("source", CRMS)
def test_everybody_whom_a_deal_is_tied_to_is_known(told: TinyMarket, source: str) -> None:
    rows = told.rows(
        f"""
        select count(distinct source_contact_id) as persons from shapes.deal_contacts__unioned
        where source = '{source}' and source_deal_id like '%3' and account = 'changed'
        """
    )
    assert [row["persons"] for row in rows] == [2]


@pytest.mark.parametrize("source", CRMS)
def test_the_last_product_of_a_deal_leaves_with_its_line(told: TinyMarket, source: str) -> None:
    assert of_second_deal(told, source, "deal_items", "product") == {"created": ["Gutter"]}


def test_what_stripe_gave_back_has_the_days_on_which_it_did(told: TinyMarket) -> None:
    rows = told.rows(
        """
        select source_deal_id, returned_at::date as day, amount_original from shapes.deal_returns__unioned
        where account = 'deleted' order by all
        """
    )
    assert [tuple(row.values()) for row in rows] == [
        ("ch_1", day_of("changed"), Decimal(20)),
        ("ch_1", day_of("merged"), Decimal(30)),
        ("ch_2", day_of("moved"), Decimal(200)),
        ("in_1", day_of("moved"), Decimal(50)),
    ]


def test_what_an_invoice_paid_elsewhere_sold_is_known(told: TinyMarket) -> None:
    rows = told.rows(
        "select source_deal_id, product, amount_original from shapes.deal_items__unioned"
        " where source = 'stripe' and account = 'changed'"
    )
    assert [tuple(row.values()) for row in rows] == [("in_1", "Roof", Decimal(400))]
