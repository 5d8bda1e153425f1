"""Each test that adds something up fails when it doesn't add up."""

from __future__ import annotations

import json

import duckdb
import pytest

from tests.dbt_project.credited_market import CreditedMarket
from tests.dbt_project.tiny_market import PROJECT

# One fault for each test, small enough that only adding up shows it.
FAULTS = {
    "credit_of_each_conversion_adds_up_to_one": """
        update stored.attributed_leads set linear = linear + 0.0000001
        where lead_id = 'same second' and touch_number = 2
    """,
    "revenue_credited_equals_revenue_sold": """
        update stored.attributed_sales set time_decay_revenue = time_decay_revenue + 0.01
        where sale_id = 'thirds' and touch_number = 1
    """,
    "channel_performance_holds_all_that_was_credited": """
        update marts.channel_performance set visit_count = visit_count + 1
        where channel = 'Channel 0' and attribution_model = 'full_path' and visit_count = 1
    """,
    "channel_effects_credit_every_conversion_with_a_touch": """
        update marts.channel_effects set credited_count = credited_count + 0.00001
        where brand = 'chain' and attribution_model = 'markov' and channel = 'A'
    """,
    "model_comparison_shares_what_the_marts_credit": """
        update marts.model_comparison set credit = credit + 0.00001
        where brand = 'chain' and attribution_model = 'linear' and channel = 'A' and conversion_type = 'lead'
    """,
    "every_inquiry_comes_from_a_listed_table": """
        update shapes.inquiries__unioned set source_table = 'nobody knows' where inquiry_id = 'no touch asks'
    """,
    "spend_in_the_marts_equals_spend_converted": """
        update marts.channel_performance set spend = spend + 0.000001
        where campaign_id = 'wasted' and attribution_model = 'last_paid' and date_basis = 'touch'
    """,
    "spend_converted_equals_spend_landed": """
        update shapes.spend__unioned set spend_as_landed = spend_as_landed + 0.000001 where spend_as_landed = 10
    """,
    "inquiries_that_came_in_are_published_once_with_one_grade": """
        insert into shapes.inquiries__unioned (inquiry_id) values ('forgotten')
    """,
    "identification_trend_counts_every_inquiry_once_in_each_dimension": """
        update marts.identification_trend set grade_b_count = grade_b_count - 1, grade_c_count = grade_c_count + 1
        where dimension = 'form' and grade_b_count > 0
    """,
    "identification_worklist_holds_every_flag_of_its_days": """
        update marts.identification_worklist set inquiry_count = inquiry_count + 1 where flag = 'contact_missing'
    """,
    "leads_consist_of_published_inquiries": """
        update marts.inquiries set lead_id = null where inquiry_id = 'no touch asks'
    """,
    "journeys_hold_only_touches_of_their_person": """
        update intermediate.int_touchpoints__unioned set person_id = 'a stranger' where touchpoint_id = 'e4 too late'
    """,
    "inquiries_published_are_handled_once": """
        delete from marts.inquiry_handling where inquiry_id = 'no touch asks'
    """,
    "lost_inquiries_are_those_that_handling_calls_lost": """
        update marts.lost_inquiry_cost set inquiry_count = inquiry_count + 1
    """,
    "funnel_holds_all_leads_and_inquiries": """
        update marts.sales_funnel set lead_count = lead_count + 1
    """,
    "causes_lead_from_our_numbers_to_the_claims": """
        update marts.claim_causes set conversions = conversions + 0.000001 where cause = 'counted'
    """,
    "claims_hold_what_platforms_tell_and_the_report_counts": """
        update marts.spend set platform_conversions = 1 where campaign_id = 'wasted'
    """,
    "platform_calls_hold_every_call": """
        insert into staging.stg_google_ads__call_view (brand, call_id) values ('nord', 'counted nowhere')
    """,
    "receipts_have_one_evidence_each": """
        update marts.receipt_evidence set revenue = revenue + 0.000001 where evidence = 'asked'
    """,
    "products_make_the_revenue_of_sales": """
        update marts.product_abc set revenue = revenue + 0.000001
    """,
    "expired_clicks_are_all_counted": """
        update marts.tool_waste set click_count = click_count + 1 where campaign_id = 'wasted'
    """,
    "cohort_maturity_holds_all_credit_with_a_touch": """
        update marts.cohort_maturity set credit = credit + 0.00001
        where brand = 'chain' and attribution_model = 'linear' and channel = 'A' and conversion_type = 'lead'
    """,
    "restatements_lead_from_the_snapshot_to_todays_numbers": """
        update marts.restatements set difference = difference + 0.00001
        where metric = 'spend' and value_before > 0
    """,
    "spend_holds_what_performance_holds": """
        update marts.spend set spend = spend + 0.000001 where campaign_id = 'wasted'
    """,
    "search_terms_add_up_to_spend": """
        insert into marts.search_terms (
            brand, source, account, spend_date, channel, platform, campaign_id, search_term, is_told, spend, currency,
            spend_original, currency_original, impressions, clicks, platform_conversions
        )
        values (
            'nord', 'google_ads', 'g1', date '2026-06-01', 'Paid Search', 'google_ads', 'wasted', 'roof', true,
            0.000001, 'EUR', 0.000001, 'EUR', 0, 0, 0
        )
    """,
    "channel_days_hold_one_slice_of_performance": """
        update marts.channel_days set revenue = revenue + 0.000001 where channel = 'Channel 0'
    """,
    "leads_are_those_that_are_credited": """
        update marts.leads set lead_date = lead_date - 1 where lead_id = 'same second'
    """,
    "plan_and_scorecard_hold_what_performance_holds": """
        update marts.plan_vs_actual set spend = spend + 0.000001 where spend > 0
    """,
}


@pytest.fixture(scope="module")
def failed(credited: CreditedMarket, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The tests that fail on a copy of the warehouse with all faults in it."""
    damaged = credited.copied(tmp_path_factory.mktemp("damaged"))
    with duckdb.connect(str(damaged.database)) as connection:
        for fault in FAULTS.values():
            connection.execute(fault)
    damaged.dbt("test", "--select", "test_type:singular")
    results = json.loads((damaged.target / "run_results.json").read_text(encoding="utf-8"))["results"]
    return {result["unique_id"].split(".")[2] for result in results if result["status"] == "fail"}


@pytest.mark.parametrize("name", FAULTS)
def test_a_sum_that_is_off_is_noticed(failed: set[str], name: str) -> None:
    assert name in failed


def test_every_test_that_adds_up_has_its_fault_here(credited: CreditedMarket) -> None:
    assert {file.stem for file in (PROJECT / "tests").glob("*.sql")} == set(FAULTS)
