"""A brand's days off are those of its country or region, and nobody is late on New Year's Day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from warehouse.errors import FixRules
from warehouse.rules import lay_out_rules
from warehouse.run import BuildRun, open_build
from warehouse.steps.public_holidays import days_off, write_public_holidays

RUN = BuildRun("holidays", date(2026, 6, 30))


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration folder, and a build with three brands and an inquiry in the last hour of 2025 in UTC."""
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path))
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    RUN.database.parent.mkdir(parents=True)
    with duckdb.connect(str(RUN.database)) as database:
        database.execute(
            """
            create schema intermediate; create schema shapes;
            create table intermediate.int_brands__resolved as
            select * from (values ('nord', 'DE'), ('solar', 'AU'), ('nowhere', null)) as t (brand, phone_region);
            create table shapes.inquiries__unioned as
            select 'nord' as brand, timestamp '2025-12-31 23:30:00' as occurred_at
            """
        )
    return tmp_path


def found(brand: str) -> set[date]:
    """The days off of a brand that the step wrote."""
    with open_build(RUN, read_only=True) as database:
        rows = database.execute("select holiday from steps.public_holidays where brand = ?", [brand]).fetchall()
    return {day for (day,) in rows}


def test_each_brand_has_the_days_of_its_own_country(config: Path) -> None:
    lay_out_rules()
    assert write_public_holidays(RUN) > 0
    assert {date(2026, 1, 1), date(2026, 5, 1), date(2025, 12, 25)} <= found("nord")
    assert date(2026, 1, 26) in found("solar") - found("nord")
    assert date(2026, 3, 8) not in found("nord")
    assert found("nowhere") == set()


def test_a_region_has_days_that_its_country_has_not_and_none_is_none(config: Path) -> None:
    (config / "holiday_regions.csv").write_text("brand,region,note\nNord,de-be,\nsolar,none,\n", encoding="utf-8")
    lay_out_rules()
    write_public_holidays(RUN)
    assert date(2026, 3, 8) in found("nord")
    assert found("solar") == set()


def test_a_region_that_nobody_knows_is_said_with_its_cure(config: Path) -> None:
    (config / "holiday_regions.csv").write_text("brand,region,note\nnord,DE-XX,\n", encoding="utf-8")
    lay_out_rules()
    with pytest.raises(FixRules, match=r"region is 'DE-XX' and must be a country such as DE"):
        write_public_holidays(RUN)


def test_a_country_that_the_package_does_not_know_has_no_days() -> None:
    assert days_off("ZZ", range(2026, 2027)) == {}
