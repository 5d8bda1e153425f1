"""176 arrivals as people's links, mails, apps, tills and logins make them, and the channel that each of them is."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from tests.dbt_project.tiny_market import TinyMarket

DAY = date(2026, 3, 2)


def arrivals() -> list[dict[str, str]]:
    """The rows of the list."""
    with Path(__file__).with_name("arrivals.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> TinyMarket:
    """Every arrival as a visit of a device of its own, and as a form on the page that it came to."""
    tiny = TinyMarket(tmp_path_factory.mktemp("arrivals"))
    tiny.write_rule(
        "brands",
        [
            "brand,name,time_zone,currency,phone_region,language,site_hosts",
            "nordhaus,Nordhaus,UTC,EUR,DE,de,www.shop.example;*.shop-finance.example",
        ],
    )
    tiny.land(
        "manual",
        "visits",
        DAY,
        [
            {
                "brand": "nordhaus",
                "visit_id": one["arrival"],
                "started_at": "2026-03-02T10:00:00Z",
                "client_id": f"device of {one['arrival']}",
                "landing_url": one["landing_url"],
                "referrer": one["referrer"] or None,
            }
            for one in arrivals()
        ],
    )
    tiny.land(
        "webhook",
        "inquiries",
        DAY,
        [
            {
                "inquiry_id": one["arrival"],
                "sender": "tally",
                "received_at": "2026-03-02T10:05:00Z",
                "occurred_at": "2026-03-02T10:05:00Z",
                "page_url": one["landing_url"],
                "referrer": one["referrer"] or None,
            }
            for one in arrivals()
        ],
    )
    tiny.build("+int_visits__channelled", "+int_inquiries__parsed")
    return tiny


def test_every_visit_is_of_the_channel_that_its_address_and_referrer_say(market: TinyMarket) -> None:
    found = {
        row["arrival"]: row["channel"]
        for row in market.rows(
            """
            select listed.source_visit_id as arrival, visits.channel
            from intermediate.int_visits__channelled as visits
            inner join shapes.visits__unioned as listed on visits.visit_id = listed.visit_id
            """
        )
    }
    assert found == {one["arrival"]: one["channel"] for one in arrivals()}


def test_every_form_is_of_the_same_channel_as_the_visit_to_its_page(market: TinyMarket) -> None:
    found = {
        row["arrival"]: row["channel"]
        for row in market.rows(
            """
            select listed.source_record_id as arrival, coalesce(signals.channel, 'Direct') as channel
            from intermediate.int_inquiries__parsed as inquiries
            inner join shapes.inquiries__unioned as listed on inquiries.inquiry_id = listed.inquiry_id
            left join intermediate.int_signals__channelled as signals on inquiries.signal_id = signals.signal_id
            """
        )
    }
    assert found == {one["arrival"]: one["channel"] for one in arrivals()}
