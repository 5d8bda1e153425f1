"""What must hold of the landed data before anything is made of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from warehouse.checks.suite import Check, refuse_failed, run_checks
from warehouse.pipeline_steps import PipelineStep
from warehouse.run import BuildRun

CHECKS = (
    Check(
        "something_was_landed",
        "intermediate.int_landing__counted",
        "ExpectTableRowCountToBeBetween",
        {"min_value": 1},
        "Nothing was landed by any account",
    ),
    Check(
        "few_rows_are_rejected",
        "intermediate.int_landing__counted",
        "UnexpectedRowsExpectation",
        {
            "unexpected_rows_query": "select source, account, table_name from {batch} "
            # What is landed holds what is rejected.
            "where rejected_rows > 20 and rejected_rows > landed_rows - rejected_rows"
        },
        "A table rejects more rows than it accepts: the mart rejects says why",
        "warning",
    ),
    Check(
        "spend_is_not_negative",
        "intermediate.int_spend__named",
        "ExpectColumnValuesToBeBetween",
        {"column": "spend_original", "min_value": 0, "mostly": 0.99},
        "More than one spend row in a hundred is below zero: credits, or a sign that a file turned round",
        "warning",
    ),
    Check(
        "spend_has_a_day",
        "intermediate.int_spend__named",
        "ExpectColumnValuesToNotBeNull",
        {"column": "spend_date"},
        "Spend without a day cannot be shown",
    ),
    Check(
        "spend_has_a_currency",
        "intermediate.int_spend__named",
        "ExpectColumnValuesToNotBeNull",
        {"column": "currency"},
        "Spend without a currency is taken to be in the brand's own: is the account's own table landed?",
        "warning",
    ),
    Check(
        "a_brand_is_listed",
        "intermediate.int_brands__resolved",
        "UnexpectedRowsExpectation",
        {"unexpected_rows_query": "select brand from {batch} where not is_listed"},
        "A brand that data was landed of has no line in brands.csv, and its days would be those of UTC: keep the line "
        "of a brand that is gone, or leave its accounts out under former_accounts",
    ),
    Check(
        "an_inquiry_has_a_brand",
        "shapes.inquiries__unioned",
        "ExpectColumnValuesToNotBeNull",
        {"column": "brand"},
        "Inquiries without a brand belong to nobody",
    ),
    Check(
        "an_inquiry_has_one_row",
        "shapes.inquiries__unioned",
        "ExpectColumnValuesToBeUnique",
        {"column": "inquiry_id"},
        "An inquiry was staged twice",
    ),
    Check(
        "an_inquiry_is_of_a_known_kind",
        "shapes.inquiries__unioned",
        "ExpectColumnValuesToBeInSet",
        {"column": "kind", "value_set": ["form", "call", "chat", "email", "lead_ad", "walk_in"]},
        "An inquiry is of a kind that we do not know",
    ),
    Check(
        "a_visit_has_a_moment",
        "shapes.visits__unioned",
        "ExpectColumnValuesToNotBeNull",
        {"column": "started_at"},
        "Visits without a moment cannot be ordered",
    ),
    Check(
        "a_rate_is_positive",
        "intermediate.int_rates__daily",
        "ExpectColumnValuesToBeBetween",
        {"column": "rate_to_eur", "min_value": 0, "strict_min": True},
        "An exchange rate is not above zero",
    ),
)


def check(run: BuildRun, functions: Callable[[Any], None]) -> list[PipelineStep]:
    """Run the checks; a critical one that does not hold is ``CheckFailed``."""
    return refuse_failed("check_landed", run_checks(run, "landed", CHECKS, functions=functions))
