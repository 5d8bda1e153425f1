"""A brand that rows were landed of, and that was taken out of brands.csv, is not built as one of UTC."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import duckdb
import pytest

from warehouse.checks.landed import CHECKS
from warehouse.checks.suite import refuse_failed, run_checks
from warehouse.errors import CheckFailed
from warehouse.run import BuildRun
from warehouse.settings import DBT_PROJECT

MODEL = DBT_PROJECT / "models" / "intermediate" / "landing" / "int_brands__resolved.sql"
OF_BRANDS = [check for check in CHECKS if check.name == "a_brand_is_listed"]


def resolved(run: BuildRun, listed: list[str], landed: list[str]) -> dict[str, bool]:
    """What the model says of each brand, of which these are listed and these have inquiries."""
    sql = MODEL.read_text(encoding="utf-8")
    run.database.parent.mkdir(parents=True)
    with duckdb.connect(str(run.database)) as database:
        for name in sorted(set(re.findall(r"ref\('(\w+)'\)", sql))):
            database.execute(
                f"create table {name} (brand text, name text, time_zone text, currency text, phone_region text,"
                " language text, site_hosts text, account text, spend_date date, platform text, campaign_id text,"
                " campaign_name text)"
            )
        for table, brands in (("stg_rules__brands", listed), ("inquiries__unioned", landed)):
            for brand in brands:
                database.execute(f"insert into {table} (brand, time_zone) values (?, 'Europe/Berlin')", [brand])
        database.execute("create schema intermediate")
        query = re.sub(r"\{\{ ref\('(\w+)'\) \}\}", r"\1", sql)
        query = re.sub(r"\{\{ stable_id\(\[(.*?)\]\) \}\}", lambda ids: f"({ids[1].replace(chr(39), '')})", query)
        database.execute(f"create table intermediate.int_brands__resolved as {query}")
        rows = database.execute("select brand, is_listed from intermediate.int_brands__resolved").fetchall()
    return dict(rows)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> BuildRun:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    return BuildRun("night", date(2026, 3, 3))


def test_a_landed_brand_without_a_line_stops_the_build(run: BuildRun) -> None:
    found = resolved(run, listed=["nordhaus"], landed=["nordhaus", "clearwater"])

    assert found == {"nordhaus": True, "clearwater": False}
    with pytest.raises(CheckFailed, match="A brand that data was landed of has no line"):
        refuse_failed("check_landed", run_checks(run, "landed", OF_BRANDS))


@pytest.mark.parametrize(
    ("listed", "landed"), [(["nordhaus", "clearwater"], ["clearwater"]), ([], ["clearwater"]), (["nordhaus"], [])]
)
def test_brands_that_are_listed_or_of_which_none_is_are_built(
    run: BuildRun, listed: list[str], landed: list[str]
) -> None:
    assert all(resolved(run, listed, landed).values())
    assert refuse_failed("check_landed", run_checks(run, "landed", OF_BRANDS))
