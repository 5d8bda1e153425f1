"""What is exported is what is published: typed, and never a formula."""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from warehouse import settings
from warehouse.errors import CannotExport, NothingPublished
from warehouse.publish.export import SHEET_ROWS, export, question_query, table_query

FORMULA = '=HYPERLINK("http://evil.example";"click")'


@pytest.fixture(autouse=True)
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A warehouse with a table of every type that a mart has."""
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    with duckdb.connect(str(settings.warehouse_link())) as database:
        database.execute(
            """
            create schema marts;
            create table marts.leads (
                name varchar, lead_date date, created_at timestamp, revenue decimal(20, 6), credit double,
                inquiry_count bigint, is_won boolean, note varchar
            );
            insert into marts.leads values
                (?, '2026-03-01', '2026-03-01 10:11:12', 12.5, 0.25, 3, true, null),
                ('+49 sale', '2026-03-02', null, null, null, null, false, 'a' || chr(7) || 'b');
            """,
            [FORMULA],
        )
    return tmp_path


def test_a_sheet_has_dates_numbers_and_texts_that_compute_nothing(tmp_path: Path) -> None:
    assert export(table_query("leads"), tmp_path / "leads.xlsx") == 2

    sheet = load_workbook(tmp_path / "leads.xlsx")["data"]
    heading, first, second = sheet.iter_rows()
    assert [cell.value for cell in heading][:3] == ["name", "lead_date", "created_at"]
    assert [cell.value for cell in first] == [
        FORMULA, datetime.fromisoformat("2026-03-01"), datetime.fromisoformat("2026-03-01T10:11:12"), 12.5, 0.25, 3,
        True, None,
    ]  # fmt: skip
    assert (first[0].data_type, first[0].quotePrefix) == ("s", True)
    assert (first[1].number_format, first[3].data_type) == ("yyyy-mm-dd", "n")
    assert (second[0].value, second[0].data_type, second[7].value) == ("+49 sale", "s", "ab")


def test_a_sheet_takes_as_many_rows_as_it_holds_and_no_file_is_left_of_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert SHEET_ROWS + 1 == 2**20
    monkeypatch.setattr("warehouse.publish.export.SHEET_ROWS", 2)
    assert export("select range as n from range(2)", tmp_path / "two.xlsx") == 2
    with pytest.raises(CannotExport, match=r"A sheet holds 2 rows and there are more\. Write \.csv or \.parquet\."):
        export("select range as n from range(3)", tmp_path / "three.xlsx")
    assert [file.name for file in tmp_path.glob("*.xlsx")] == ["two.xlsx"]
    assert not list(tmp_path.glob("*three*"))


def test_a_line_of_csv_computes_nothing_in_a_spreadsheet(tmp_path: Path) -> None:
    export(table_query("leads"), tmp_path / "leads.csv")

    with (tmp_path / "leads.csv").open(encoding="utf-8", newline="") as lines:
        first, second = csv.DictReader(lines)
    assert first["name"] == "'" + FORMULA
    assert (first["lead_date"], Decimal(first["revenue"]), first["note"]) == ("2026-03-01", Decimal("12.5"), "")
    assert second["name"] == "'+49 sale"


def test_parquet_keeps_every_value_and_type(tmp_path: Path) -> None:
    export("select name, lead_date, revenue from marts.leads order by lead_date", tmp_path / "leads.parquet")

    assert pq.read_table(tmp_path / "leads.parquet").to_pylist()[0] == {
        "name": FORMULA, "lead_date": date(2026, 3, 1), "revenue": Decimal("12.500000"),
    }  # fmt: skip


def test_a_question_of_the_document_is_its_query() -> None:
    assert question_query(2).startswith("select handling, count(*) as inquiries\nfrom marts.inquiry_handling")


@pytest.mark.parametrize(
    ("query", "name", "says"),
    [
        ("select * from read_text('/etc/passwd')", "x.csv", "does not run"),
        ("select * from marts.sails", "x.csv", "sails"),
        ("select 1 as one", "x.txt", "end the name with"),
    ],
)
def test_what_cannot_be_exported_is_told_and_leaves_no_file(tmp_path: Path, query: str, name: str, says: str) -> None:
    with pytest.raises(CannotExport, match=says):
        export(query, tmp_path / name)

    assert [file.name for file in tmp_path.iterdir()] == ["warehouse.duckdb"]


@pytest.mark.parametrize("ask", [lambda: table_query("leads; drop"), lambda: question_query(999)])
def test_a_name_that_is_none_is_told(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(CannotExport):
        ask()


def test_before_the_first_publication_there_is_nothing_to_export(tmp_path: Path) -> None:
    settings.warehouse_link().unlink()

    with pytest.raises(NothingPublished):
        export("select 1", tmp_path / "x.csv")
