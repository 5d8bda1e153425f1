"""A poster before one of three shops, in a hundred invented worlds: the interval holds what it brought."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest

from sandbox import FIRST_DAY, LAST_DAY
from sandbox.generate import STEPS
from tests.dbt_project.dbt_here import dbt_here
from tests.dbt_project.tiny_market import PROJECT

WORLDS = 100
DAYS = (LAST_DAY - FIRST_DAY).days + 1


@pytest.fixture(scope="module")
def estimates(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """Each world a brand: what the model makes of its shops' days, beside what was true in it."""
    database = worlds()
    folder = tmp_path_factory.mktemp("compiled")
    compiled = dbt_here(
        "compile", "--select", "store_campaign_estimates",
        data=folder, database=folder / "build.duckdb", variables={"as_of_day": str(LAST_DAY), "run_id": "worlds"},
        target=folder / "target", project=PROJECT,
    )  # fmt: skip
    assert compiled.is_success, compiled.said
    (statement,) = (one.node.compiled_code for one in compiled.results if one.node.resource_type == "model")
    read = {'"build"."marts"."store_days"': "store_days", '"build"."shapes"."store_tools__unioned"': "tools"}
    for relation, table in read.items():
        assert relation in statement
        statement = statement.replace(relation, table)
    database.execute(f"create table estimates as {statement}")
    return database


def worlds() -> duckdb.DuckDBPyConnection:
    """The days of the shops and their campaigns, each world under the name of its seed."""
    found = [world(seed) for seed in range(WORLDS)]
    database = duckdb.connect()
    for name in ("store_days", "tools"):
        tables = pa.concat_tables([one[name] for one in found])
        database.execute(f"create table {name} as from tables")
        assert len(tables) >= WORLDS
    return database


def world(seed: int) -> dict[str, pa.Table]:
    """What the sandbox invents of this seed, as the marts would have it of counters without fault."""
    with duckdb.connect() as database:
        settings = {"seed": seed, "first_day": str(FIRST_DAY), "last_day": str(LAST_DAY), "day_count": DAYS}
        for name, value in settings.items():
            database.execute(f"set variable {name} = {value!r}")
        for step in ("01_programme", "10_shop_visitors"):
            database.execute((STEPS / f"{step}.sql").read_text(encoding="utf-8"))
        days = f"""
            select 'world {seed}' as brand, store, date, count(*) as open_hour_count, 0::bigint as uncounted_hour_count,
                sum(visitor_count)::bigint as visitor_count, sum(visitor_count)::bigint as receipt_count,
                sum(visitor_count)::decimal(20, 6) as sold_amount
            from shop_hours group by all
        """
        tools = f"""
            select 'world {seed}' as brand, store, 'Offline' as channel, 'billboard' as platform, campaign_name,
                first_date::timestamp as held_from, (last_date + 1)::timestamp as held_to, effect_share as true_share
            from shop_campaigns
        """
        return {"store_days": database.sql(days).to_arrow_table(), "tools": database.sql(tools).to_arrow_table()}


def test_the_interval_holds_the_truth_in_at_least_ninety_of_a_hundred_worlds(
    estimates: duckdb.DuckDBPyConnection,
) -> None:
    held, width, tried = estimates.execute(
        """
        select count_if(true_share between effect_share_low and effect_share_high),
            median(effect_share_high - effect_share_low), count(*)
        from estimates inner join tools using (brand)
        where outcome = 'visitors'
        """
    ).fetchall()[0]

    assert tried == WORLDS
    assert held >= 90
    # An interval that holds everything would say nothing.
    assert width < 0.25


def test_an_estimate_is_right_on_average(estimates: duckdb.DuckDBPyConnection) -> None:
    off = estimates.execute(
        """
        select avg(ln(1 + effect_share) - ln(1 + true_share)) from estimates inner join tools using (brand)
        where outcome = 'visitors'
        """
    ).fetchall()[0][0]

    assert abs(off) < 0.015
