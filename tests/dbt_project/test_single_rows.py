"""A single row that is odd stops nobody: it is set aside or dated as well as can be, and told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from extractors.landing.writer import LandingWriter
from extractors.model import Account, Row, Window
from extractors.sources import SOURCES
from tests.dbt_project.tiny_market import LANDED_AT, STAGED, TinyMarket

DAY, NEXT_DAY = date(2026, 3, 1), date(2026, 3, 2)
AT_TEN, AT_NOON = "2026-03-01T10:00:00Z", "2026-03-01T12:00:00Z"


def land_google(tiny: TinyMarket, account: str, day: date, cost: int) -> None:
    """One customer's day, read by an account of ours."""
    row = {"customer_id": "111", "campaign_id": "7", "campaign_name": "Roofs", "cost_micros": cost * 1_000_000}
    rows: dict[str, Row] = {
        "campaign_days": {**row, "day": str(day), "ad_network_type": "SEARCH", "device": "MOBILE"},
        "customer": {"customer_id": "111", "currency_code": "EUR"},
    }
    for table, one in rows.items():
        read_by = Account(source="google_ads", account=account, connection="none", brand="nordhaus")
        declared = SOURCES["google_ads"].table(table)
        with LandingWriter(
            tiny.folder / "landing", "google_ads", declared, read_by, Window(day, day), "run", LANDED_AT
        ) as writer:
            writer.add([{"_payload": {}, **one}])
            writer.commit()


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> TinyMarket:
    """Google's customer 111 read by itself on one day and by its manager on two, and records without their moment."""
    tiny = TinyMarket(tmp_path_factory.mktemp("single"))
    tiny.write_rule(
        "accounts",
        ["source,account,brand", "google_ads,111,nordhaus", "google_ads,900,nordhaus", "hubspot,a1,nordhaus"],
    )
    land_google(tiny, "111", DAY, 10)
    land_google(tiny, "900", DAY, 10)
    land_google(tiny, "900", NEXT_DAY, 7)
    deal = {"amount": "100", "currency": "eur", "pipeline_id": "1", "stage_id": "2", "updated_at": AT_NOON}
    tiny.land("hubspot", "deals", DAY, [{**deal, "deal_id": "1"}, {**deal, "deal_id": "2", "created_at": AT_TEN}])
    call = {"direction": "OUTBOUND", "status": "COMPLETED", "contact_id": "7", "updated_at": AT_NOON}
    tiny.land("hubspot", "calls", DAY, [{**call, "call_id": "1"}, {**call, "call_id": "2", "occurred_at": AT_TEN}])
    visit = {"visitor_id": "v", "site_id": "1", "visited_day": str(DAY)}
    tiny.land(
        "matomo", "visits", DAY, [{**visit, "visit_id": "1"}, {**visit, "visit_id": "2", "first_action_at": AT_TEN}]
    )
    tiny.build(*(f"path:models/{folder}" for folder in STAGED), "int_spend__converted")
    return tiny


def test_a_google_customer_that_two_accounts_read_is_paid_for_once_on_the_days_that_both_read(
    market: TinyMarket,
) -> None:
    found = market.rows(
        "select account, spend_date, spend_original from intermediate.int_spend__converted order by spend_date"
    )
    assert [tuple(row.values()) for row in found] == [("111", DAY, Decimal(10)), ("900", NEXT_DAY, Decimal(7))]


def test_what_counts_in_the_other_account_is_known_with_its_money(market: TinyMarket) -> None:
    (aside,) = market.rows("select account, kept_account, spend_original from shapes.int_spend__read_twice")
    (landed,) = market.rows(
        "select sum(spend_as_landed) as landed, sum(spend_rejected) as refused from shapes.spend__unioned "
        "where account = '900'"
    )
    assert tuple(aside.values()) == ("900", "111", Decimal(10))
    assert tuple(landed.values()) == (Decimal(17), Decimal(10))


def test_a_deal_that_does_not_say_when_it_was_made_is_dated_by_the_first_moment_that_it_says(
    market: TinyMarket,
) -> None:
    found = market.rows("select source_deal_id, hour(created_at) as hour from shapes.deals__unioned order by 1")
    assert [tuple(row.values()) for row in found] == [("1", 12), ("2", 10)]


def test_a_call_without_a_moment_answers_nothing(market: TinyMarket) -> None:
    calls = market.rows("select source_record_id from shapes.responses__unioned")
    assert [row["source_record_id"] for row in calls] == ["2"]


def test_a_visit_without_a_moment_is_refused_and_told(market: TinyMarket) -> None:
    visits = market.rows("select source_visit_id from shapes.visits__unioned")
    (refused,) = market.rows("select reason from intermediate.int_rejects__gathered where table_name = 'visits'")
    assert [row["source_visit_id"] for row in visits] == ["2"]
    assert "first_action_at" in refused["reason"]
