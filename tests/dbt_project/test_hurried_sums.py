"""The sum and the join that a hurried person writes over the tables for adding up are right."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.dbt_project.credited_market import CreditedMarket

RATIOS = {"cpl", "cac", "cpo", "roas", "romi", "cost_share", "cost_per_qualified_lead"}
BY_HURRY = {
    "spend of spend": "select sum(spend) from marts.spend",
    "spend of channel_days": "select sum(spend) from marts.channel_days",
    "spend by campaign, then all": "select sum(s) from (select sum(spend) as s from marts.spend group by campaign_id)",
}


def number(market: CreditedMarket, query: str) -> Decimal:
    """The one number that a query finds."""
    [row] = market.rows(query)
    [found] = row.values()
    return Decimal(str(found))


@pytest.mark.parametrize("query", BY_HURRY.values(), ids=list(BY_HURRY))
def test_spend_without_any_filter_is_the_money_that_was_spent(credited: CreditedMarket, query: str) -> None:
    assert number(credited, query) == Decimal("22.345678")


def test_leads_without_any_filter_are_all_leads_once(credited: CreditedMarket) -> None:
    leads = number(credited, "select count(distinct lead_id) from marts.attributed_leads")

    assert number(credited, "select count(*) from marts.leads") == leads
    assert round(number(credited, "select sum(lead_credit) from marts.channel_days"), 6) == leads


def test_leads_joined_with_sales_do_not_double_the_money(credited: CreditedMarket) -> None:
    joined = "from marts.leads left join marts.sales using (lead_id) where not sales.is_cancelled"

    assert number(credited, f"select sum(sales.revenue) {joined}") == number(
        credited, "select sum(revenue) from marts.leads"
    )


def test_leads_joined_with_their_inquiries_lose_no_inquiry_of_theirs(credited: CreditedMarket) -> None:
    joined = "select count(*) from marts.leads inner join marts.inquiries using (lead_id)"

    assert number(credited, joined) == number(credited, "select sum(inquiry_count) from marts.leads")


@pytest.mark.parametrize("table", ["landing_page_days", "audience_days"])
def test_visits_without_any_filter_are_all_visits_and_what_they_earned(credited: CreditedMarket, table: str) -> None:
    by_visit = (
        "from marts.attributed_{} as credited inner join intermediate.int_touchpoints__unioned as touches "
        "using (touchpoint_id) where attribution_model = 'last_non_direct' and touches.touch_kind = 'visit'"
    )
    leads = number(credited, f"select sum(credit) {by_visit.format('leads')}")
    sales = number(credited, f"select sum(credit) {by_visit.format('sales')} and not is_cancelled")

    assert number(credited, f"select sum(visit_count) from marts.{table}") == number(
        credited, "select sum(visit_count) from marts.channel_days"
    )
    assert leads > 0
    assert round(number(credited, f"select sum(lead_credit) from marts.{table}"), 6) == round(leads, 6)
    assert sales > 0
    assert round(number(credited, f"select sum(sale_credit) from marts.{table}"), 6) == round(sales, 6)


@pytest.mark.parametrize("column", ["spend", "revenue", "margin"])
def test_money_in_euro_is_all_money_of_the_brands_that_count_in_euro(credited: CreditedMarket, column: str) -> None:
    in_euro = number(credited, f"select sum({column}) from marts.channel_days where currency = 'EUR'")

    assert in_euro > 0
    assert number(credited, f"select sum({column}_eur) from marts.channel_days where currency = 'EUR'") == in_euro


def test_what_may_be_added_up_holds_no_ratio_and_no_model(credited: CreditedMarket) -> None:
    tables = ("spend", "search_terms", "leads", "channel_days", "landing_page_days", "audience_days", "open_deals")
    for table in tables:
        columns = credited.rows(
            "select column_name from information_schema.columns "
            f"where table_schema = 'marts' and table_name = '{table}'"
        )
        assert {row["column_name"] for row in columns} & (RATIOS | {"attribution_model", "date_basis"}) == set()
