"""Arrivals as links, mails, apps, tills and logins make them, and the channel and campaign that each of them is."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from extractors.sources.manual.reading import spend_platforms
from tests.dbt_project.tiny_market import PROJECT, TinyMarket

DAY = date(2026, 3, 2)


def listed(name: str) -> list[dict[str, str]]:
    """The rows of a list that lies beside this file."""
    with Path(__file__).with_name(f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def arrivals() -> list[dict[str, str]]:
    """272 addresses and the pages before them."""
    return listed("arrivals")


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
        ]
        + [
            {
                "brand": one["brand"],
                "visit_id": one["visit_id"],
                "started_at": f"{one['day']}T10:00:00Z",
                "client_id": f"device of {one['visit_id']}",
                "landing_url": f"https://www.shop.example/roof?{one['query']}",
            }
            for one in listed("campaigns_visited")
        ],
    )
    tiny.land(
        "manual",
        "spend",
        DAY,
        [
            {
                **{column: one[column] or None for column in ("brand", "platform", "campaign_name", "campaign_id")},
                "date": date.fromisoformat(one["date"]),
                "spend": Decimal(one["spend"]),
                "currency": "EUR",
            }
            for one in listed("campaigns_spent")
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
            where visits.brand = 'nordhaus'
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


def test_a_visit_is_of_the_campaign_that_its_evidence_leaves_or_of_none(market: TinyMarket) -> None:
    found = market.rows(
        """
        select
            visits.brand, listed.source_visit_id as visit_id, visits.channel, coalesce(visits.platform, '') as platform,
            case when visits.is_campaign_resolved then coalesce(visits.campaign_id, visits.campaign_name) else '' end
                as campaign,
            coalesce(visits.campaign_candidates, '') as candidates
        from intermediate.int_visits__channelled as visits
        inner join shapes.visits__unioned as listed on visits.visit_id = listed.visit_id
        where visits.brand <> 'nordhaus'
        order by all
        """
    )
    wanted = [
        {name: text for name, text in one.items() if name not in ("day", "query")}
        for one in listed("campaigns_visited")
    ]
    assert list(map(dict, found)) == sorted(wanted, key=lambda one: (one["brand"], one["visit_id"]))


def test_money_stands_in_the_channel_of_the_platform_by_whatever_name_people_call_it(market: TinyMarket) -> None:
    found = market.rows(
        """
        select distinct brand, campaign_key, channel
        from intermediate.int_campaigns__named
        order by all
        """
    )
    wanted = {
        (one["brand"], one["campaign_id"] or one["campaign_name"].lower(), one["channel"])
        for one in listed("campaigns_spent")
    }
    assert [(row["brand"], row["campaign_key"], row["channel"]) for row in found] == sorted(wanted)


def test_a_file_of_spend_reads_each_word_as_the_models_do(market: TinyMarket) -> None:
    found = market.rows("select source_key, spend_platform from intermediate.int_platforms__worded")
    assert {row["source_key"]: row["spend_platform"] for row in found} == spend_platforms(PROJECT / "seeds")
    assert spend_platforms(PROJECT / "seeds")["youtubeads"] == "youtube"
