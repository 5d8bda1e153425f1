"""What the marts say of cases that elsewhere get lost, doubled or mixed up."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest

from tests.dbt_project.credited_market import HASH_KEY, NOON, CreditedMarket, days
from tests.dbt_project.credited_people import ODD_CAMPAIGN, ODD_CHANNEL
from tests.dbt_project.test_credit import MODELS

SLICE = "attribution_model = 'linear' and date_basis = 'conversion'"


def money_of(market: CreditedMarket, sale: str, column: str) -> list[Decimal | None]:
    """The parts of a sale's money under linear, in the order of the path."""
    found = market.rows(
        f"select {column} as part from marts.attributed_sales "
        f"where sale_id = '{sale}' and attribution_model = 'linear' order by touch_number"
    )
    return [row["part"] for row in found]


def keyed(text: str) -> str:
    """The hash of a contact detail, of use only to who holds the key."""
    inner = sha256((HASH_KEY + text).encode()).hexdigest()
    return sha256((HASH_KEY + inner).encode()).hexdigest()


def performance(market: CreditedMarket, where: str) -> list[dict[str, Any]]:
    """Rows of channel_performance."""
    return market.rows(f"select * from marts.channel_performance where {where}")


@pytest.mark.parametrize(
    ("sale", "column", "parts"),
    [
        ("thirds", "revenue_credit", ["33.33", "33.33", "33.34"]),
        ("thirds", "margin_credit", ["0", "0", "-0.01"]),
        ("thirds again", "revenue_credit", ["0.01", "0.01", "0"]),
        ("thirds again", "margin_credit", [None, None, None]),
        ("thirds once more", "revenue_credit", ["25.71", "25.71", "25.703456"]),
        ("worth nothing", "revenue_credit", ["0"]),
        ("no touch buys", "revenue_credit", ["100"]),
    ],
)
def test_money_is_shared_in_cents_and_nothing_is_left_over(
    credited: CreditedMarket, sale: str, column: str, parts: list[str | None]
) -> None:
    assert money_of(credited, sale, column) == [None if part is None else Decimal(part) for part in parts]


def test_who_buys_three_times_is_one_new_customer(credited: CreditedMarket) -> None:
    found = credited.rows(
        "select sum(credit) as sales, sum(credit) filter (is_first_sale) as first_sales "
        "from marts.attributed_sales where person_id = 'thirds' and attribution_model = 'position_based'"
    )
    assert found[0] == {"sales": pytest.approx(3), "first_sales": pytest.approx(1)}


@pytest.mark.parametrize(
    ("date_basis", "entries"),
    [
        ("conversion", [(NOON - days(2), 0, "0", "0"), (NOON, 1, "60.10", "6"), (NOON + days(20), -1, "-60.10", "-6")]),
        ("touch", [(NOON - days(2), 0, "0", "0")]),
    ],
)
def test_a_sale_that_was_given_back_is_subtracted_on_the_day_of_it(
    credited: CreditedMarket, date_basis: str, entries: list[tuple[datetime, int, str, str]]
) -> None:
    found = credited.rows(
        "select date, first_sale_credit, revenue, margin from marts.channel_performance "
        f"where attribution_model = 'linear' and date_basis = '{date_basis}' and channel = 'Shop Window' "
        "order by date"
    )
    assert [tuple(row.values()) for row in found] == [
        (day.date(), count, Decimal(revenue), Decimal(margin)) for day, count, revenue, margin in entries
    ]


def test_a_day_on_which_more_was_cancelled_than_sold_has_no_cost_per_sale(credited: CreditedMarket) -> None:
    (row,) = performance(credited, f"{SLICE} and channel = 'Shop Window' and sale_credit < 0")
    assert [row[ratio] for ratio in ("cac", "cpo", "roas", "romi", "cost_share")] == [None] * 5


def test_spend_without_a_result_stands_in_every_slice(credited: CreditedMarket) -> None:
    found = performance(credited, "campaign_id = 'wasted'")
    assert len(found) == 2 * len(MODELS)
    for row in found:
        assert (row["spend"], row["impressions"], row["clicks"]) == (Decimal("12.345678"), 1000, 10)
        assert row["romi"] == -1
        assert [row[ratio] for ratio in ("cpl", "cost_per_qualified_lead", "cac", "cpo", "cost_share")] == [None] * 5


def test_a_result_without_spend_on_its_day_is_kept_and_has_no_ratio(credited: CreditedMarket) -> None:
    (row,) = performance(credited, f"{SLICE} and channel = 'Channel 0' and sale_credit > 0 and date = '2026-06-01'")
    assert row["date"] == NOON.date()
    assert (row["spend"], row["revenue"]) == (0, Decimal("33.33"))
    assert (row["roas"], row["romi"], row["cpo"]) == (None, None, 0)


def test_spend_of_nothing_has_no_return(credited: CreditedMarket) -> None:
    assert {row["roas"] for row in performance(credited, "campaign_id = 'free'")} == {None}


def test_spend_meets_its_credit_on_the_day_of_the_touch(credited: CreditedMarket) -> None:
    name = ODD_CAMPAIGN.replace("'", "''")
    (row,) = performance(credited, f"campaign_id = '{name}' and attribution_model = 'linear' and date_basis = 'touch'")
    assert (row["channel"], row["campaign_name"]) == (ODD_CHANNEL, ODD_CAMPAIGN)
    assert (row["spend"], row["visit_count"], row["lead_credit"]) == (10, 1, 0.5)
    assert (row["qualified_lead_credit"], row["cost_per_qualified_lead"]) == (0.5, 20)
    by_conversion = performance(credited, f"campaign_id = '{name}' and {SLICE} and lead_credit > 0")
    assert [(row["date"], row["spend"]) for row in by_conversion] == [(NOON.date(), 0)]


def test_margin_that_is_not_known_makes_no_romi(credited: CreditedMarket) -> None:
    (row,) = performance(credited, f"{SLICE} and channel = 'Channel 1' and date = '2026-06-02'")
    assert (row["revenue"], row["margin"], row["romi"]) == (Decimal("0.01"), None, None)


def test_a_person_who_asks_without_a_touch_of_his_own_counts_under_his_last_one(credited: CreditedMarket) -> None:
    found = credited.rows(
        "select inquiry_id, touchpoint_id, channel from marts.inquiries "
        "where inquiry_id in ('customer', 'detailed') order by inquiry_id"
    )
    assert [tuple(row.values()) for row in found] == [
        ("customer", "t3", "Channel 2"),
        ("detailed", None, "unattributed"),
    ]


def test_spam_and_customers_are_inquiries_but_ads_were_not_paid_for_them(credited: CreditedMarket) -> None:
    found = credited.rows(
        "select inquiry_id, is_valid, is_existing_customer from marts.inquiries "
        "where inquiry_id in ('spam', 'customer', 'detailed') order by inquiry_id"
    )
    assert [tuple(row.values()) for row in found] == [
        ("customer", False, True),
        ("detailed", True, False),
        ("spam", False, False),
    ]


def test_calls_are_missed_after_fifteen_seconds_and_abandoned_before(credited: CreditedMarket) -> None:
    found = credited.rows("select call_state, response_seconds from marts.inquiries where kind = 'call' order by 1")
    assert [tuple(row.values()) for row in found] == [("abandoned", 3600), ("missed", None)]


def test_contact_details_are_shown_as_masks_and_keyed_hashes(credited: CreditedMarket) -> None:
    (row,) = credited.rows("select * from marts.inquiries where inquiry_id = 'detailed'")
    assert (row["email_masked"], row["phone_masked"]) == ("a***@f***.example", "+49*****67")
    assert (row["tracking_number_masked"], row["self_reported_source"]) == ("+49*****78", "Bob, ***, ***")
    assert row["email_hash"] == keyed("ann.lee@firma.example")
    assert row["phone_hash"] == keyed("+491701234567")
    (row,) = credited.rows("select * from marts.inquiries where inquiry_id = 'unreadable'")
    assert (row["email_masked"], row["phone_masked"], row["email_hash"]) == ("***", "***", None)


def test_no_mart_holds_a_raw_contact_detail(credited: CreditedMarket) -> None:
    columns = credited.rows(
        "select table_name, column_name from information_schema.columns "
        "where table_schema = 'marts' and data_type = 'VARCHAR'"
    )
    raw = (
        "ann.lee@",
        "Ann.Lee@",
        "1701234567",
        "0170 /",
        "0171 /",
        "Ann Lee",
        "Firma Lee",
        "@mail.example",
        "(at)",
        "call me",
    )
    for column in columns:
        texts = credited.rows(f"select distinct {column['column_name']} as text from marts.{column['table_name']}")
        shown = [row["text"] for row in texts if row["text"] and any(part in row["text"] for part in raw)]
        assert shown == [], column


def test_a_flag_says_what_to_fix_and_is_counted_once(credited: CreditedMarket) -> None:
    found = credited.rows("select flag, severity, what_to_fix from marts.inquiry_flags order by flag")
    assert [tuple(row.values()) for row in found] == [
        ("contact_missing", "high", "Ask for a number"),
        ("number_withheld", "medium", None),
    ]
    (row,) = credited.rows("select flags, flag_count from marts.inquiries where inquiry_id = 'unreadable'")
    assert row == {"flags": "contact_missing,number_withheld", "flag_count": 2}


def test_a_journey_shows_what_came_after_the_lead_but_counts_what_came_before(credited: CreditedMarket) -> None:
    found = credited.rows(
        "select touchpoint_id, touch_number, path_length, is_before_lead from marts.lead_journeys "
        "where lead_id = 'edges' order by touch_number"
    )
    assert [tuple(row.values()) for row in found] == [
        ("e2 first second", 1, 2, True),
        ("e3 last second", 2, 2, True),
        ("e4 too late", 3, 2, False),
    ]


def test_reconciliation_names_the_account_that_never_landed_and_the_one_that_stopped(credited: CreditedMarket) -> None:
    found = credited.rows(
        "select account, quantity, landed, rejected, staged, difference, is_stale, note "
        "from marts.reconciliation where quantity like 'rows%' order by account"
    )
    assert [tuple(row.values())[:7] for row in found] == [
        ("g1", "rows_campaign_days", 9, 2, 7, 0, True),
        ("g2", "rows", 0, 0, 0, 0, True),
    ]
    assert found[0]["note"].startswith("The newest day that landed is 2026-06-20")
    assert found[1]["note"].startswith("Nothing has ever landed from this account.")


def test_reconciliation_says_which_days_were_kept_aside(credited: CreditedMarket) -> None:
    (found,) = credited.rows("select * from marts.reconciliation where starts_with(quantity, 'held_days')")
    assert (found["account"], found["brand"], found["quantity"]) == ("g1", "nord", "held_days_campaign_days")
    assert (found["landed"], found["rejected"], found["staged"], found["difference"]) == (3, 3, 0, 0)
    assert found["note"].endswith("See them with: leadgen held.")


def test_reconciliation_holds_every_model_to_what_was_sold(credited: CreditedMarket) -> None:
    found = credited.rows(
        "select quantity, staged, published, difference from marts.reconciliation where source = 'warehouse' "
        "and coalesce(brand, 'nord') = 'nord'"
    )
    assert len(found) == len(MODELS) * 3 + 1
    assert {row["difference"] for row in found} == {0}
    (spend,) = [row for row in found if row["quantity"] == "channel_performance_spend"]
    assert spend["published"] == Decimal("22.345678")


def test_rejects_say_how_often_and_why(credited: CreditedMarket) -> None:
    found = credited.rows("select table_name, record_key_hash, reason, row_count from marts.rejects")
    assert [tuple(row.values()) for row in found] == [("campaign_days", "abc", "clicks is no number", 2)]


def test_an_unattributed_lead_stands_on_its_own_day_in_both_bases(credited: CreditedMarket) -> None:
    found = performance(
        credited,
        "channel = 'unattributed' and attribution_model = 'linear' and lead_credit > 0 and date = '2026-06-01'",
    )
    assert {(row["date_basis"], row["date"], row["lead_credit"]) for row in found} == {
        ("conversion", NOON.date(), 4.0),
        ("touch", NOON.date(), 4.0),
    }


def test_the_key_of_the_hashes_is_written_nowhere(credited: CreditedMarket) -> None:
    written = [*credited.target.rglob("*"), *(credited.folder / "logs").rglob("*"), credited.database]
    holding = [file for file in written if file.is_file() and HASH_KEY.encode() in file.read_bytes()]
    assert holding == []
