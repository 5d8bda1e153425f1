"""One sale without a rate, and one of which a part was given back: neither stops a build, and months stay closed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import duckdb
import pytest

from tests.dbt_project.credited_market import BUILT_LAST, CreditedMarket

SOLD_AT, GIVEN_BACK = datetime.fromisoformat("2026-05-20T12:00"), datetime.fromisoformat("2026-06-10T09:00")
NO_RATE = """
    insert into intermediate.int_sales__built by name
    select
        'no rate' as sale_id, 'no rate' as deal_id, 'nord' as brand, 'stripe' as source, 's1' as account,
        'no rate' as source_deal_id, 'no rate' as person_id, ? as sold_at, ?::date as sale_date, 'EUR' as currency,
        12.345 as revenue_original, 'KWD' as currency_original, true as is_rate_missing, true as is_first_sale,
        false as is_cancelled
"""
IN_PART = """
    insert into intermediate.int_sales__built by name
    select
        'in part' as sale_id, 'in part' as deal_id, 'nord' as brand, 'stripe' as source, 's1' as account,
        'in part' as source_deal_id, 'in part' as person_id, ? as sold_at, ?::date as sale_date, 'EUR' as currency,
        61.00 as revenue, 61.00 as revenue_original, 29.00 as revenue_returned, 'EUR' as currency_original,
        false as is_rate_missing, true as is_first_sale, false as is_cancelled
"""
RETURNED = """
    insert into shapes.deal_returns__unioned by name
    select 'in part' as deal_id, 'nord' as brand, ? as returned_at, 29.00 as amount_original
"""


@pytest.fixture(scope="module")
def sold(credited: CreditedMarket, tmp_path_factory: pytest.TempPathFactory) -> CreditedMarket:
    """The same market with both sales, built with every test of the marts."""
    market = credited.copied(tmp_path_factory.mktemp("sold"))
    with duckdb.connect(str(market.database)) as connection:
        connection.execute(NO_RATE, [SOLD_AT, SOLD_AT])
        connection.execute(IN_PART, [SOLD_AT, SOLD_AT])
        connection.execute(RETURNED, [GIVEN_BACK])
    done = market.dbt(
        "build", "--select", "path:models/intermediate/journeys", *BUILT_LAST,
        "--indirect-selection", "buildable", "--exclude-resource-type", "unit_test",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return market


def test_a_sale_without_a_rate_is_published_with_an_empty_revenue(sold: CreditedMarket) -> None:
    (shown,) = sold.rows("select revenue, is_rate_missing, revenue_original from marts.sales where sale_id = 'no rate'")
    assert tuple(shown.values()) == (None, True, Decimal("12.345"))


def test_what_was_given_back_in_part_is_subtracted_on_its_day_and_the_months_add_up(
    credited: CreditedMarket, sold: CreditedMarket
) -> None:
    by_month = """
        select date_trunc('month', date)::date as month, sum(revenue) as revenue, sum(sale_credit) as sales
        from marts.channel_performance
        where brand = 'nord' and attribution_model = 'linear' and date_basis = 'conversion' group by all
    """
    before, after = ({row["month"]: row for row in market.rows(by_month)} for market in (credited, sold))
    nothing = {"revenue": Decimal(0), "sales": 0}

    def gained(month: date) -> tuple[Decimal, float]:
        old, new = before.get(month, nothing), after[month]
        return new["revenue"] - old["revenue"], round(float(new["sales"]) - float(old["sales"]), 6)

    sold_in, returned_in = SOLD_AT.date().replace(day=1), GIVEN_BACK.date().replace(day=1)
    # What was sold in the month stays there; the other sale has no revenue that anybody knows.
    assert gained(sold_in) == (Decimal(90), 2)
    assert gained(returned_in) == (Decimal(-29), 0)
