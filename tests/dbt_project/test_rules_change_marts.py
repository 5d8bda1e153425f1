"""What the business decides is one line of one rule file: an edit and a rebuild change the marts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest

from extractors.model import Connection
from extractors.run import land_table
from extractors.sources.manual import MANUAL
from tests.dbt_project.credited_market import NOON, CreditedMarket
from tests.extractors.sources.manual.drop import MARCH, drop, office

EDITED = {
    "business_settings": ("brand,setting,value,note", ",dormant_days,0,"),
    "programme_channels": ("brand,channel,note", "nord,Zeppelin,"),
    "problem_thresholds": ("problem_number,problem,threshold,note", "1,no_whole_programme,1,"),
}
CHANNEL_RULE = {
    "channel_rules": (
        "rule_order,channel,source_list,source_pattern,medium_pattern,campaign_pattern,click_id,referrer_kind,note",
        "1,Carrier Pigeon,,,pigeon,,,,",
    )
}
"""Rule file to its header and the one line that replaces what is shipped."""


# A stage's guess is a setting too, and so all deals depend on the file of settings: what the market filled by hand
# between the landing zone and the marts stays.
WHAT_SETTINGS_DECIDE = (
    "int_settings__chosen", *(f"stg_rules__{rule}" for rule in EDITED),
    *(f"stg_rules__{rule}+,path:models/marts" for rule in EDITED), "--exclude", "inquiries", "identification_trend",
)  # fmt: skip


def rebuild(market: CreditedMarket, rules: Mapping[str, tuple[str, str]], *selected: str) -> None:
    """Replace rule files by one line each and build what depends on them, or the models named."""
    for rule, lines in rules.items():
        (market.folder / "build" / "rules" / f"{rule}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = market.dbt("run", "--select", *(selected or (f"stg_rules__{rule}+" for rule in rules)))
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


@pytest.fixture(scope="module")
def edited(credited: CreditedMarket, tmp_path_factory: pytest.TempPathFactory) -> CreditedMarket:
    """The same warehouse after an edit of three rule files and a rebuild of what depends on them."""
    market = credited.copied(tmp_path_factory.mktemp("edited"))
    rebuild(market, EDITED, *WHAT_SETTINGS_DECIDE)
    return market


def test_fewer_quiet_days_make_more_customers_dormant(credited: CreditedMarket, edited: CreditedMarket) -> None:
    count = "select count(*) as customers from marts.dormant_customers"
    quiet = "select count(*) as customers from marts.customer_rfm where recency_days > 0"
    everybody = edited.rows(quiet)[0]["customers"]
    assert credited.rows(count)[0]["customers"] < everybody
    assert edited.rows(count)[0]["customers"] == everybody


def test_a_channel_that_is_added_to_the_programme_was_never_tried(edited: CreditedMarket) -> None:
    wanted = edited.rows("select channel, state from marts.channel_coverage where brand = 'nord' and is_in_programme")
    assert wanted == [{"channel": "Zeppelin", "state": "never_tried"}]


def test_a_threshold_that_nothing_exceeds_leaves_no_problem(credited: CreditedMarket, edited: CreditedMarket) -> None:
    found = "select bool_or(is_problem) as found from marts.problem_scorecard where problem_number = 1"
    assert credited.rows(found) == [{"found": True}]
    assert edited.rows(found) == [{"found": False}]


def test_a_channel_rule_names_the_channel_of_visits_before_it(credited: CreditedMarket, tmp_path: Path) -> None:
    market = credited.copied(tmp_path)
    with duckdb.connect(str(market.database)) as database:
        database.execute(
            "insert into intermediate.int_visits__parsed (signal_id, visit_id, brand, client_id, started_at, source,"
            " medium, referrer_kind, is_malformed) values ('s', 'v', 'nord', 'c', ?, 'loft', 'pigeon', 'none', false)",
            [NOON],
        )

    rebuild(market, CHANNEL_RULE)

    counted = "select distinct visit_count from marts.channel_performance where channel = 'Carrier Pigeon'"
    assert market.rows(counted) == [{"visit_count": 1}]


def test_a_plan_that_is_written_anew_replaces_what_was_planned(
    edited: CreditedMarket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(edited.folder))

    for spend in (100, 250):
        plan = drop(tmp_path, "plan", "plan.csv")
        plan.write_text(f"brand,month,channel,spend,currency\nnord,2026-03,Display,{spend},EUR\n", encoding="utf-8")
        land_table(MANUAL, office(tmp_path), "plan", MARCH, Connection(MANUAL.base_url))
    done = edited.dbt("run", "--select", "stg_manual__plan", "plan__manual", "plan__unioned", "plan_vs_actual")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]

    planned = "select channel, planned_spend::integer as spend from marts.plan_vs_actual where planned_spend > 0"
    assert edited.rows(planned) == [{"channel": "Display", "spend": 250}]
