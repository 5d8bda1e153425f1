"""What was published of a closed month changes overnight: the mart says which number, by how much, and why."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dbt_project.credited_market import NOON, CreditedMarket, days
from warehouse.publish.snapshots import rule_fingerprints, write_previous

LAST_NIGHT = date(2026, 6, 30)
"""June is over that night."""
REBUILT = (
    "path:models/intermediate/journeys", "path:models/intermediate/attribution", "int_leads__credited",
    "attributed_leads", "int_sales__credited", "attributed_sales", "inquiries",
    "channel_performance", "int_month_records__gathered", "int_snapshot__taken", "restatements",
    "restatements_lead_from_the_snapshot_to_todays_numbers",
)  # fmt: skip
CHANGES = (
    "update intermediate.int_spend__converted set spend = 15, spend_original = 15 where campaign_id = 'wasted'",
    f"""
    insert into intermediate.int_touchpoints__unioned
        (touchpoint_id, brand, person_id, touched_at, touch_date, touch_kind, channel, matched_by)
    values ('e3 found', 'nord', 'edges', timestamp '{NOON - days(2)}', date '{(NOON - days(2)).date()}', 'visit',
        'Referral', 'same_client_id')
    """,
    "update intermediate.int_touchpoints__unioned set person_id = 'thirds' where person_id = 'worth nothing'",
    "update intermediate.int_sales__built set person_id = 'thirds' where person_id = 'worth nothing'",
    "insert into steps.person_history values ('nord', 'worth nothing', 'thirds', 1, date '2026-07-01')",
    "update intermediate.int_touchpoints__unioned set channel = 'Display' where brand = 'chain' and channel = 'A'",
)


@pytest.fixture(scope="module")
def next_night(credited: CreditedMarket, tmp_path_factory: pytest.TempPathFactory) -> CreditedMarket:
    """The same warehouse a night after it was published: cost, a touch, people and a rule are others in it."""
    market = credited.copied(tmp_path_factory.mktemp("next_night"))
    snapshot = market.folder / f"{LAST_NIGHT}.parquet"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("LEADGEN_DATA", str(market.folder))
        with duckdb.connect(str(market.database)) as database:
            write_previous(database, None, rule_fingerprints())
            take_snapshot(database, snapshot)
            add_rule(market.folder / "build" / "rules" / "channel_rules.csv")
            write_previous(database, snapshot, rule_fingerprints())
            for statement in CHANGES:
                database.execute(statement)
    done = market.dbt("build", "--select", *REBUILT, "--indirect-selection", "empty", "--exclude", "test_type:unit")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return market


def take_snapshot(database: duckdb.DuckDBPyConnection, snapshot: Path) -> None:
    """Write what the market was built to, with its rules."""
    database.execute(
        f"""
        copy (
            select date '{LAST_NIGHT}' as as_of_day, * from intermediate.int_snapshot__taken
            union all by name
            select date '{LAST_NIGHT}' as as_of_day, 'rule' as kind, rule_file as name, fingerprint
            from steps.rule_fingerprints
        ) to '{snapshot}' (format parquet)
        """
    )


def add_rule(file: Path) -> None:
    """Let another source be Display."""
    header, *rules = file.read_text(encoding="utf-8").splitlines()
    rule = {"rule_order": "1", "channel": "Display", "source_pattern": "a"}
    line = ",".join(rule.get(name, "") for name in header.split(","))
    file.write_text("\n".join([header, line, *rules]) + "\n", encoding="utf-8")


def causes(market: CreditedMarket, where: str) -> list[dict[str, Any]]:
    """The causes of these rows."""
    return market.rows(f"select distinct cause from marts.restatements where {where} order by all")


def test_spend_that_the_platform_restated_says_so(next_night: CreditedMarket) -> None:
    (row,) = next_night.rows(
        "select month, channel, cause, compared_day, cast(difference as text) as difference from marts.restatements "
        "where metric = 'spend'"
    )
    assert row == {
        "month": date(2026, 3, 1),
        "channel": "Paid Search",
        "cause": "restated_spend",
        "compared_day": LAST_NIGHT,
        "difference": "2.654322",
    }


def test_a_touch_that_came_late_moves_credit_between_channels_and_adds_none(next_night: CreditedMarket) -> None:
    linear = "brand = 'nord' and metric = 'lead_credit' and attribution_model = 'linear'"
    moved = next_night.rows(f"select cause, channel, difference from marts.restatements where {linear}")

    assert {row["cause"] for row in moved} == {"late_touch"}
    assert {row["channel"] for row in moved} == {"Email", "Referral"}
    assert sum(row["difference"] for row in moved) == 0


def test_people_who_were_merged_share_their_touches(next_night: CreditedMarket) -> None:
    sold = "brand = 'nord' and metric in ('sale_credit', 'revenue')"
    assert causes(next_night, sold) == [{"cause": "merged_person"}]


def test_a_changed_channel_rule_is_named(next_night: CreditedMarket) -> None:
    ruled = next_night.rows(
        "select distinct cause, changed_rules from marts.restatements where brand = 'chain' and channel = 'Display'"
    )
    assert ruled == [{"cause": "changed_rule", "changed_rules": "channel_rules"}]


def test_every_change_of_the_night_is_explained(next_night: CreditedMarket) -> None:
    assert causes(next_night, "cause in ('unexplained', 'late_record')") == []
