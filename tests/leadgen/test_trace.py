"""A number is traced to its landed records, and shows nobody's contact unless it is asked to."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from leadgen.__main__ import app
from tests.warehouse.trace.market import DEALS, EMAIL, NAME, PHONE, made

ASKED = ["trace", "days", "--column", "revenue", "--where", "brand=n", "--where", "date=2026-06-01"]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of a build of two days."""
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    made()
    return tmp_path


def _said(*more: str) -> str:
    ran = CliRunner().invoke(app, [*ASKED, *more])
    assert ran.exit_code == 0, ran.output
    return ran.output


def test_a_number_is_followed_to_the_day_file_and_the_vendors_own_record(data: Path) -> None:
    said = _said()

    assert said.startswith("days.revenue = 280.30 (1 row")
    assert "2  intermediate.int_sales__built" in said
    assert "2  hubspot/deals, account 1, in 1 day file of 2026-06-01 to 2026-06-01" in said
    assert "account=1/day=2026-06-01.parquet, row 1" in said
    assert "deal_id d1: {" in said
    assert '"amount": "100.10"' in said
    assert "d3" not in said


def test_the_rate_that_decided_is_shown(data: Path) -> None:
    assert "rate: brand n, rate 2.0" in _said()


def test_a_contact_shows_only_where_it_is_asked_for(data: Path) -> None:
    masked, whole = _said(), _said("--private")

    for contact in (EMAIL, PHONE, NAME):
        assert contact not in masked
        assert contact in whole


def test_all_records_are_written_and_without_private_only_their_places(data: Path) -> None:
    _said("--all", str(data / "all"))
    with duckdb.connect() as reader:
        read = reader.execute(f"select * from '{data}/all/hubspot__deals.parquet' order by file_row_number")
        names = [one[0] for one in read.description or []]
        assert len(read.fetchall()) == 2
    assert names == ["_brand", "_account", "_day", "_landed_at", "landed_file", "file_row_number"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["trace", "nothing", "--column", "x"], "No table of the schema marts is called 'nothing'"),
        (["trace", "days", "--column", "x"], "days has no column x. It has brand, date"),
        (["trace", "days", "--column", "revenue", "--where", "brand=q"], "No row of days is brand=q"),
    ],
)
def test_what_is_not_there_is_said_in_a_sentence(data: Path, words: list[str], sentence: str) -> None:
    ran = CliRunner().invoke(app, words)

    assert ran.exit_code == 1
    assert sentence in " ".join(ran.output.split())


def test_a_changed_number_says_which_records_came_went_and_changed(data: Path) -> None:
    made("next", DEALS.replace("('d1', 100.10", "('d1', 110.10").replace("'d2'", "'d9'"))
    said = _said("--changed")

    assert "In the build before: 280.30. Now: 220.20." in said
    assert "staging.stg_hubspot__deals: 0 came, 1 went, 1 changed" in said
    assert "    account 1, deal_id d1" in said


def test_nothing_to_compare_with_is_said(data: Path) -> None:
    ran = CliRunner().invoke(app, [*ASKED, "--changed"])

    assert ran.exit_code == 1
    assert "Only one build is kept" in ran.output


def test_a_statement_that_is_not_understood_is_named_where_the_trace_ends(data: Path) -> None:
    (database,) = data.glob("build/runs/*/build.duckdb")
    with duckdb.connect(str(database)) as writer:
        writer.execute("update lineage.statements set statement = 'select from where' where table_name = 'days'")

    assert "1  marts.days - the trace ends here: its statement is not understood (" in _said()


def test_a_build_without_statements_says_to_build_again(data: Path) -> None:
    (database,) = data.glob("build/runs/*/build.duckdb")
    with duckdb.connect(str(database)) as writer:
        writer.execute("drop table lineage.statements; drop schema lineage")

    ran = CliRunner().invoke(app, ASKED)

    assert ran.exit_code == 1
    assert "Build again" in ran.output
