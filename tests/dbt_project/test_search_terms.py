"""What people searched for, from three vendors' records to one shape: nobody's day twice, each in its own currency."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.dbt_project.tiny_market import TinyMarket

FIRST = date(2026, 3, 1)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> TinyMarket:
    folder: Path = tmp_path_factory.mktemp("terms")
    tiny = TinyMarket(folder)
    customer = {"currency_code": "EUR", "time_zone": "Europe/Berlin"}
    tiny.land("google_ads", "customer", FIRST, [{**customer, "customer_id": "11"}])
    spent = {"day": FIRST, "campaign_id": "7", "campaign_name": "Roofs", "cost_micros": 9_000_000}
    tiny.land("google_ads", "campaign_days", FIRST, [{**spent, "customer_id": "11"}])
    searched = {"customer_id": "11", "day": FIRST, "campaign_id": "7", "ad_group_id": "31", "criterion_id": "77"}
    searched |= {"keyword_text": "roof", "match_type": "BROAD", "search_term": "cheap roof", "clicks": 1}
    tiny.land(
        "google_ads",
        "search_term_days",
        FIRST,
        [
            {**searched, "search_term_match_type": "BROAD", "cost_micros": 2_000_001},
            {**searched, "search_term_match_type": "NEAR_PHRASE", "cost_micros": 1_000_000},
            {**searched, "search_term": "tiles", "search_term_match_type": "BROAD", "cost_micros": "much"},
        ],
    )
    bing = {"day": FIRST, "campaign_id": "70", "ad_group_id": "5", "keyword_id": "8", "keyword": "roof"}
    bing |= {"bid_match_type": "Broad", "search_term": "roof near me", "clicks": 1, "conversions": 1}
    tiny.land(
        "microsoft_ads",
        "search_term_days",
        FIRST,
        [
            {**bing, "delivered_match_type": "Exact", "spend": "1.10", "conversions_qualified": "0.5"},
            {**bing, "delivered_match_type": "Phrase", "spend": "2.25"},
        ],
    )
    tiny.land(
        "microsoft_ads",
        "campaign_days",
        FIRST,
        [{"day": FIRST, "campaign_id": "70", "currency_code": "usd", "spend": "9.00", "device_type": "Computer"}],
    )
    asked = {"day": FIRST, "campaign_id": "40", "campaign_name": "Крыши", "ad_group_id": "5", "criterion": "крыша"}
    tiny.land(
        "yandex_direct",
        "search_term_days",
        FIRST,
        [
            {**asked, "match_type": "KEYWORD", "search_term": "крыша спб", "clicks": 2, "cost_micros": 5_000_000},
            {**asked, "match_type": "SYNONYM", "search_term": "крыша спб", "clicks": 1, "cost_micros": 1_000_000},
            {**asked, "search_term": None, "clicks": 1, "cost_micros": 3_000_000},
        ],
    )
    tiny.land("yandex_direct", "client", FIRST, [{"login": "nordhaus-ads", "currency": "RUB"}])
    tiny.build("+search_terms__unioned")
    return tiny


def test_a_term_has_its_money_once_in_its_account_s_currency_however_it_was_matched(market: TinyMarket) -> None:
    rows = market.rows(
        "select source, keyword, match_type, search_term, spend_original, currency, clicks, platform_conversions "
        "from shapes.search_terms__unioned order by source"
    )

    assert [tuple(row.values()) for row in rows] == [
        ("google_ads", "roof", "broad", "cheap roof", Decimal("3.000001"), "EUR", 2, None),
        ("microsoft_ads", "roof", "broad", "roof near me", Decimal("3.35"), "USD", 2, Decimal("1.5")),
        ("yandex_direct", "крыша", None, "крыша спб", Decimal(6), "RUB", 3, None),
    ]


def test_what_cannot_be_read_and_what_has_no_term_is_left_to_the_campaign(market: TinyMarket) -> None:
    terms = market.rows("select distinct search_term from shapes.search_terms__unioned")

    assert {row["search_term"] for row in terms}.isdisjoint({"tiles", None})
