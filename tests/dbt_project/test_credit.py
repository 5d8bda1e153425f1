"""Who gets how much under each attribution model, worked out by hand and by the real models."""

from __future__ import annotations

import pytest

from tests.dbt_project.credited_market import CreditedMarket
from tests.dbt_project.golden_journeys import JOURNEYS, Journey
from tests.dbt_project.tiny_market import PROJECT

MODELS_BY_HAND = (
    "first_touch", "last_touch", "last_non_direct", "first_paid", "last_paid", "linear", "linear_distinct",
    "position_based", "time_decay", "u_shaped", "w_shaped", "full_path",
)  # fmt: skip
MODELS = (
    *MODELS_BY_HAND, "u_shaped_40_20_40", "w_shaped_close", "custom", "markov", "markov_order_2", "shapley",
    "shapley_rate",
)  # fmt: skip


def credit_of(market: CreditedMarket, table: str, conversion: str, attribution_model: str) -> dict[str | None, float]:
    """Credit by touchpoint of one lead or sale."""
    found = market.rows(
        f"select touchpoint_id, credit from marts.attributed_{table}s "
        f"where {table}_id = '{conversion}' and attribution_model = '{attribution_model}'"
    )
    return {row["touchpoint_id"]: row["credit"] for row in found}


@pytest.mark.parametrize("attribution_model", MODELS_BY_HAND)
@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.name)
def test_each_touch_gets_its_share(credited: CreditedMarket, journey: Journey, attribution_model: str) -> None:
    table = "sale" if journey.is_sale else "lead"
    assert credit_of(credited, table, f"{journey.name}: {table}", attribution_model) == pytest.approx(
        journey.credit(attribution_model), abs=1e-12
    )


def test_the_listed_models_are_those_that_have_a_file(credited: CreditedMarket) -> None:
    files = (PROJECT / "models" / "intermediate" / "attribution").glob("int_credit__*.sql")
    with_file = {file.stem.removeprefix("int_credit__") for file in files} - {"unioned", "unattributed", "widened"}
    listed = credited.rows("select attribution_model from intermediate.int_attribution_models__listed")
    assert {row["attribution_model"] for row in listed} == with_file == set(MODELS)


@pytest.mark.parametrize(
    ("mart", "conversion_types"), [("lead", "('lead')"), ("sale", "('first_sale', 'repeat_sale')")]
)
def test_the_published_rows_are_those_of_the_models_and_no_others(
    credited: CreditedMarket, mart: str, conversion_types: str
) -> None:
    by_the_models = f"""
        select conversion_id, attribution_model, touch_number, credit, unattributed_reason
        from intermediate.int_credit__unioned
        inner join intermediate.int_conversions__unioned using (conversion_number)
        where conversion_type in {conversion_types}
    """
    published = f"""
        select {mart}_id, attribution_model, touch_number, credit, unattributed_reason
        from marts.attributed_{mart}s
    """
    assert credited.rows(f"({by_the_models}) except all ({published})") == []
    assert credited.rows(f"({published}) except all ({by_the_models})") == []
    assert credited.rows(f"select count(distinct attribution_model) as models from ({published})") == [
        {"models": len(MODELS)}
    ]


@pytest.mark.parametrize("attribution_model", MODELS)
@pytest.mark.parametrize(
    ("lead", "reason"),
    [
        ("no touch", "no_touch"),
        ("nobody known", "person_unknown"),
        ("long ago", "outside_lookback"),
        ("afterwards", "only_later_touches"),
    ],
)
def test_a_lead_that_nothing_earned_says_why(
    credited: CreditedMarket, lead: str, reason: str, attribution_model: str
) -> None:
    assert credited.rows(
        "select touchpoint_id, touch_number, channel, credit, unattributed_reason, touch_date, path_length "
        f"from marts.attributed_leads where lead_id = '{lead}' and attribution_model = '{attribution_model}'"
    ) == [
        {
            "touchpoint_id": None,
            "touch_number": None,
            "channel": "unattributed",
            "credit": 1.0,
            "unattributed_reason": reason,
            "touch_date": None,
            "path_length": None,
        }
    ]


def test_both_edges_of_the_window_earn_and_nothing_beyond_them(credited: CreditedMarket) -> None:
    assert credit_of(credited, "lead", "edges", "linear") == {"e2 first second": 0.5, "e3 last second": 0.5}


def test_touches_of_one_second_stand_in_the_order_of_their_ids(credited: CreditedMarket) -> None:
    assert credit_of(credited, "lead", "same second", "first_touch") == {"s1": 1.0}
    assert credit_of(credited, "lead", "same second", "last_touch") == {"s3": 1.0}


def test_a_sale_of_nothing_is_credited(credited: CreditedMarket) -> None:
    assert credit_of(credited, "sale", "worth nothing", "last_touch") == {"w1": 1.0}
