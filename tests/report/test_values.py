"""What the pages say is what SQL says of the warehouse, under every switch."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.report.looking import Looking, number
from tests.report.published_market import FORMULA, SCRIPT

LANGUAGE = {"nord": "de", "pool": "en"}
FIRST_DAY = {"4w": "2026-06-03", "12w": "2026-04-08", "all": "2026-01-01", "2026-05": "2026-05-01"}
LAST_DAY = {"2026-05": "2026-05-31"}
SUMS = """
    select
        sum(spend) as spend, sum(valid_inquiry_count) as valid_inquiry_count, sum(lead_credit) as lead_credit,
        sum(sale_credit) as sale_credit, sum(first_sale_credit) as first_sale_credit, sum(revenue) as revenue,
        nullif(sum(spend), 0) / nullif(sum(valid_inquiry_count), 0) as cpl,
        nullif(sum(spend), 0) / sum(first_sale_credit) as cac,
        sum(revenue) / nullif(sum(spend), 0) as roas
    from marts.channel_performance
    where brand = $brand and attribution_model = $model and date_basis = $basis
        and date between $first::date and $last::date
"""
HEADINGS = {
    "Spend": "spend", "Valid inquiries": "valid_inquiry_count", "Leads": "lead_credit", "Sales": "sale_credit",
    "New customers": "first_sale_credit", "Revenue": "revenue", "CPL": "cpl", "CAC": "cac", "ROAS": "roas",
}  # fmt: skip
SWITCHES = [
    ("nord", "12w", "last_non_direct", "conversion"),
    ("pool", "12w", "last_non_direct", "conversion"),
    ("nord", "4w", "linear", "conversion"),
    ("nord", "2026-05", "last_non_direct", "touch"),
    ("pool", "all", "linear", "touch"),
]


def sums(warehouse: Path, switches: tuple[str, str, str, str], more: str = "") -> list[dict[str, Any]]:
    """What SQL says."""
    brand, period, model, basis = switches
    asked = {
        "brand": brand, "model": model, "basis": basis, "first": FIRST_DAY[period],
        "last": LAST_DAY.get(period, "2026-06-30"),
    }  # fmt: skip
    return rows(warehouse, SUMS.replace("select", f"select {more or 'null'} as name,", 1) + " group by 1", asked)


def rows(warehouse: Path, query: str, asked: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """Rows by column."""
    with duckdb.connect(str(warehouse), read_only=True) as reader:
        found = reader.execute(query, asked)
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def holds(text: str, value: Any, language: str) -> bool:
    """Whether a written number is the value."""
    shown = number(text, language)
    if shown is None or value is None:
        return shown is None and value is None
    return shown.is_about(Decimal(str(value)))


@pytest.mark.parametrize("switches", SWITCHES, ids="-".join)
def test_each_tile_is_the_sum_or_the_ratio_of_sums(
    looking: Looking, warehouse: Path, switches: tuple[str, str, str, str]
) -> None:
    looking.open("overview")
    for name, value in zip(("brand", "period", "model", "basis"), switches, strict=True):
        looking.choose(name, value)
    [expected] = sums(warehouse, switches)

    shown = {metric: looking.tile(metric) for metric in expected if metric not in {"name", "first_sale_credit"}}

    assert {
        metric: text for metric, text in shown.items() if not holds(text, expected[metric], LANGUAGE[switches[0]])
    } == {}


@pytest.mark.parametrize("switches", SWITCHES, ids="-".join)
def test_channels_and_their_campaigns_are_those_of_the_marts(
    looking: Looking, warehouse: Path, switches: tuple[str, str, str, str]
) -> None:
    language = LANGUAGE[switches[0]]
    looking.open("channels", 1280, **dict(zip(("brand", "period", "model", "basis"), switches, strict=True)))
    looking.ask("for (const closed of document.querySelectorAll('button.open')) closed.click()")
    shown = looking.table("Channels, their campaigns and ad groups")

    wanted = [
        *sums(warehouse, switches, "channel"),
        *sums(warehouse, switches, "coalesce(campaign_name, '(no campaign)')"),
    ]
    [all_of_them] = sums(warehouse, switches)
    for row in [*wanted, {**all_of_them, "name": "All"}]:
        cells = shown[row["name"]]
        assert all(holds(cells[heading], row[metric], language) for heading, metric in HEADINGS.items()), (row, cells)
    assert {SCRIPT, "Brand", FORMULA} <= set(shown)


def test_every_chart_follows_every_switch(looking: Looking, warehouse: Path) -> None:
    """The table behind a chart holds the same numbers as the chart."""
    looking.open("channels", brand="nord", period="4w")
    for switches in (("nord", "4w", "last_non_direct", "conversion"), ("pool", "all", "linear", "touch")):
        for name, value in zip(("brand", "period", "model", "basis"), switches, strict=True):
            looking.choose(name, value)
        behind = looking.table("Revenue by channel")
        for row in sums(warehouse, switches, "channel"):
            assert holds(behind[row["name"]]["Revenue"], row["revenue"], LANGUAGE[switches[0]]), row


def test_weeks_add_up_to_the_period_and_end_with_the_day_of_the_report(looking: Looking, warehouse: Path) -> None:
    looking.open("overview", brand="pool", period="4w")
    weeks = looking.table("Spend by week")
    found = rows(
        warehouse,
        "select (date '2026-06-30' - date) // 7 as week, sum(spend) as spend from marts.channel_days "
        "where brand = 'pool' and date >= date '2026-06-03' group by week order by week desc",
    )

    assert list(weeks) == [f"7 days from Jun {day}, 2026" for day in (3, 10, 17, 24)]
    assert all(holds(shown["Spend"], row["spend"], "en") for shown, row in zip(weeks.values(), found, strict=True))


def test_the_change_is_that_on_as_many_weeks_before(looking: Looking, warehouse: Path) -> None:
    looking.open("overview", brand="nord", period="4w")
    said = looking.ask("return document.querySelector('.tile[data-metric=revenue] .change').textContent")
    [change] = rows(
        warehouse,
        """select sum(revenue) filter (date >= '2026-06-03') / sum(revenue) filter (date < '2026-06-03') - 1 as change
        from marts.channel_days where brand = 'nord' and date >= date '2026-05-06'""",
    )

    assert "the 4 weeks before" in said
    assert holds(said.partition(" on ")[0], change["change"], "de")


def test_the_plan_counts_the_channels_that_have_one(looking: Looking) -> None:
    looking.open("plan", brand="nord", period="2026-06")

    assert {name: looking.tile(f"{name}_of_plan") for name in ("spend", "leads", "sales", "revenue")} == {
        "spend": "90\u00a0%", "leads": "120\u00a0%", "sales": "50\u00a0%", "revenue": "125\u00a0%",
    }  # fmt: skip


def test_a_channels_share_follows_the_model(looking: Looking) -> None:
    looking.open("models", brand="nord")
    before = looking.table("Range of each channel over all models")
    looking.choose("model", "linear")
    after = looking.table("Range of each channel over all models")

    assert (before["Email"]["Share"], after["Email"]["Share"]) == ("40\u00a0%", "70\u00a0%")
    assert before["Email"]["Lowest model"] == after["Email"]["Lowest model"] == "10\u00a0%"


def test_journeys_are_counted_and_one_is_told(looking: Looking) -> None:
    looking.open("journeys", brand="nord", period="4w")

    assert looking.tile("leads") == "5"
    assert looking.tile("won_share") == "40\u00a0%"
    assert looking.table("Most frequent paths")["Paid Search → Email → Direct"]["Won"] == "2"
    assert looking.ask("return document.querySelectorAll('.story li').length") == 4


def test_what_is_stale_and_what_was_set_aside_is_told_with_its_cure(looking: Looking) -> None:
    looking.open("health", brand="nord")
    said = looking.ask("return document.querySelector('main').innerText")

    assert "Nothing has come since 28 June." in said
    assert said.count("Deal d7 has no rate.") == 1
    assert "The two sides agree." not in said


def test_what_platforms_can_be_told_is_a_share_of_all_with_what_to_mend(looking: Looking) -> None:
    looking.open("health", brand="nord")

    assert looking.table("What ad platforms can be told") == {
        "google_ads 1: lead": {"Conversions": "4", "Can be told": "0", "Share": "0\u00a0%", "Value": "–"},
        "google_ads 1: sale": {
            "Conversions": "40", "Can be told": "30", "Share": "75\u00a0%", "Value": "30.000\u00a0€",
        },
    }  # fmt: skip
    assert looking.table("Why the others cannot be told, and what to mend") == {
        rule: {
            "Platform and conversion": f"google_ads 1: {milestone}", "Conversions": rows, "Share": f"{share}\u00a0%",
            "What to do": f"Mend {rule.replace(' ', '_')}",
        }
        for rule, milestone, rows, share in (
            ("consent missing", "sale", "9", "23"), ("spam", "lead", "4", "100"), ("cancelled", "sale", "1", "2,5"),
        )
    }  # fmt: skip
    looking.choose("brand", "pool")
    assert list(looking.table("What ad platforms can be told")) == ["google_ads 1: sale"]


def test_a_problem_is_told_with_its_money_and_leads_to_its_page(looking: Looking) -> None:
    looking.open("problems", brand="nord")
    said = looking.ask("return document.querySelector('.problem').innerText")
    looking.ask("document.querySelector('.problem a').click()")
    looking.wait()

    assert "✗ problem" in said
    assert "1.234\u00a0€" in said
    assert looking.ask("return document.querySelector('h1').textContent") == "Handling"


def test_a_waterfall_leads_from_our_number_to_the_claim_and_its_sentence_says_why(looking: Looking) -> None:
    looking.open("claims", brand="pool", period="2026-05")
    title = "Google Ads, leads: from our number to the claim"
    read = looking.table(title)
    letter = looking.ask("return document.querySelector('.letter').textContent")

    assert [(cause, row["Conversions"]) for cause, row in read.items()] == [
        ("We count", "120"), ("refused consent", "-18"), ("clicked too long ago for it", "-9"),
        ("had a later contact with us", "21"), ("spam", "6"), ("unexplained", "-3"), ("It claims", "117"),
    ]  # fmt: skip
    assert letter == (
        "Google Ads, leads, all of May: 117 are claimed and we count 120. Not in the claim: 18 refused consent; "
        "9 clicked too long ago for it. In the claim alone: 21 had a later contact with us; 6 spam. Unexplained: -3."
    )
