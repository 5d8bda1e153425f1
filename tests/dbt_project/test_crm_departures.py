"""What left a CRM without saying so, pulled night by night over a socket: ties, lines, deals, contacts, histories."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.dbt_project.crm_worlds.nights import CRMS, lived
from tests.dbt_project.crm_worlds.world import DEPARTURES, KEPT, LEAVING, at
from tests.dbt_project.tiny_market import TinyMarket


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> TinyMarket:
    """All five CRMs, each pulled after each state."""
    return lived(tmp_path_factory.mktemp("departures"), LEAVING, CRMS)


def during(*told: tuple[str, list[Any]]) -> dict[str, list[Any]]:
    """What is found from each of these states on, until the next one that is named."""
    found: dict[str, list[Any]] = {}
    for state in DEPARTURES:
        found[state] = next((value for since, value in told if since == state), [*found.values()][-1] if found else [])
    return found


def by_state(told: TinyMarket, query: str) -> dict[str, Any]:
    """What a query finds, by the state of the world; the last build's own account left out."""
    found = told.rows(f"select account, found from ({query}) where account <> 'now' order by all")
    return {state: [row["found"] for row in found if row["account"] == state] for state in DEPARTURES}


def deal(source: str, number: int) -> str:
    """A deal by its number, as the vendor writes it: HubSpot numbers a merged one anew."""
    return {"hubspot": f"{9000 + number + (100 if number == 8 else 0)}", "salesforce": f"006{number}"}.get(
        source, str(number)
    )


def sold(told: TinyMarket, source: str, number: int) -> dict[str, Any]:
    """What the deal sold, by state."""
    return by_state(
        told,
        f"""
        select account, amount_original as found from shapes.deals__unioned
        where source = '{source}' and source_deal_id = '{deal(source, number)}'
            and won_at is not null and cancelled_at is null
        """,
    )


@pytest.mark.parametrize("source", CRMS)
def test_what_was_sold_is_right_after_each_departure(told: TinyMarket, source: str) -> None:
    sums = by_state(
        told,
        f"""
        select account, sum(amount_original) as found from shapes.deals__unioned
        where source = '{source}' and won_at is not null and cancelled_at is null group by account
        """,
    )
    assert sums == {state: [Decimal(amount)] for state, amount in KEPT.items()}


@pytest.mark.parametrize("source", CRMS)
@pytest.mark.parametrize(
    ("shape", "column", "begun", "back"),
    [("deal_contacts", "source_contact_id", ["21", "22"], ["29"]),
     ("deal_items", "product", ["Gutter", "Tiles"], ["Roof"])],
)  # fmt: skip
def test_all_ties_and_lines_of_a_deal_leave_in_one_night_and_others_come(
    told: TinyMarket, source: str, shape: str, column: str, begun: list[str], back: list[str]
) -> None:
    found = by_state(
        told,
        f"""
        select distinct account, replace({column}, '003', '') as found from shapes.{shape}__unioned
        where source = '{source}' and source_deal_id = '{deal(source, 1)}'
        """,
    )
    assert found == {"begun": begun, "cut": [], "gone on": [], "removed": [], "back": back}


@pytest.mark.parametrize("source", CRMS)
def test_a_deal_that_was_delivered_is_sold_until_it_is_deleted_there(told: TinyMarket, source: str) -> None:
    assert sold(told, source, 2) == during(("begun", [Decimal(500)]), ("removed", []))


@pytest.mark.parametrize("source", CRMS)
def test_a_deal_that_comes_out_of_the_bin_was_sold_when_it_was(told: TinyMarket, source: str) -> None:
    found = by_state(
        told,
        f"""
        select account, won_at as found from shapes.deals__unioned
        where source = '{source}' and source_deal_id = '{deal(source, 3)}' and won_at is not null
        """,
    )
    won_at = at("begun", 9).replace(tzinfo=None)
    assert found == {"begun": [won_at], "cut": [], "gone on": [], "removed": [], "back": [won_at]}


@pytest.mark.parametrize("source", CRMS)
def test_a_deal_belongs_to_the_contact_into_which_its_own_was_merged_though_nobody_read_that_one(
    told: TinyMarket, source: str
) -> None:
    found = by_state(
        told,
        f"""
        select distinct account, replace(source_contact_id, '003', '') as found from shapes.deal_contacts__unioned
        where source = '{source}' and source_deal_id = '{deal(source, 4)}'
        """,
    )
    assert found == during(("begun", ["25"]), ("gone on", ["99"]))


@pytest.mark.parametrize("source", CRMS)
def test_a_deal_whose_history_nobody_has_any_more_was_won_when_it_was_closed(told: TinyMarket, source: str) -> None:
    found = by_state(
        told,
        f"""
        select account, won_at::date as found from shapes.deals__unioned
        where source = '{source}' and source_deal_id = '{deal(source, 5)}' and not coalesce(is_imported, false)
        """,
    )
    assert found == during(("begun", [date(2026, 1, 10)]))


@pytest.mark.parametrize("source", CRMS)
def test_a_deal_that_was_opened_again_is_no_sale_also_after_it_was_in_the_bin(told: TinyMarket, source: str) -> None:
    assert sold(told, source, 6) == during(("begun", [Decimal(1300)]), ("gone on", []))


@pytest.mark.parametrize("source", CRMS)
def test_a_deal_that_went_into_one_that_nobody_had_read_is_sold_once(told: TinyMarket, source: str) -> None:
    assert sold(told, source, 7) == during(("begun", [Decimal(1500)]), ("removed", []))
    assert sold(told, source, 8) == during(("begun", []), ("removed", [Decimal(1600)]))
