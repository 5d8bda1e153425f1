"""Manual rows: what is taken, what is rejected with its reason, what the document promises."""

from __future__ import annotations

import csv
import os
import re
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.model import Account, Connection
from extractors.run import land_table
from extractors.sources.manual import MANUAL
from extractors.sources.manual.sheets import ROWS_PER_BLOCK
from extractors.sources.manual.written import CONVERT, NO_CLOCK, Notation, Unfit
from tests.extractors.sources.manual.drop import (
    MARCH,
    accepted,
    drop,
    office,
    pages,
    rejected,
    rows,
    spend,
    utc,
    workbook,
)
from tests.extractors.sources.vendor import landed_rows

DOCUMENT = Path(__file__).parents[4] / "docs" / "manual-files.md"


def test_good_rows_land_and_bad_ones_are_rejected_with_column_and_reason(tmp_path: Path) -> None:
    drop(tmp_path, "inquiries", "march.csv", "inquiries__bom_and_bad_rows.csv")

    land_table(MANUAL, office(tmp_path), "inquiries", MARCH, Connection(MANUAL.base_url))

    first, second, *others = landed_rows(MANUAL, "inquiries")
    assert [first["inquiry_id"], second["inquiry_id"]] == ["chat-17", "call-2"]
    assert [first["occurred_at"], second["occurred_at"]] == [utc("2026-03-01T09:05"), utc("2026-03-02T06:30")]
    assert (second["name"], second["answered"], second["duration_seconds"]) == ("Müller, Ann", True, 61)
    assert (first["_reject_reason"], second["_reject_reason"]) == (None, None)
    assert [row["_reject_reason"] for row in others] == [
        f"occurred_at {NO_CLOCK}",
        "kind is none of form, call, chat, email, lead_ad, walk_in",
        "inquiry_id is missing",
        None,
        "the row has 5 cells where the first row names 9",
    ]


def test_a_row_without_an_answer_or_a_length_is_taken_without_it(tmp_path: Path) -> None:
    drop(tmp_path, "inquiries", "march.csv", "inquiries__bom_and_bad_rows.csv")

    landed = land_table(MANUAL, office(tmp_path), "inquiries", MARCH, Connection(MANUAL.base_url))

    said = "answered is none of true, false, 1, 0, yes, no; duration_seconds is not a whole number"
    [row] = [row for row in landed_rows(MANUAL, "inquiries") if row["_column_rejects"]]
    assert (row["_column_rejects"], row["answered"], row["duration_seconds"]) == (said, None, None)
    assert landed.column_rejects == 1
    assert any(note.startswith(f"1 rows taken without a value: {said}") for note in landed.notes)


def test_of_two_rows_with_the_same_key_the_later_one_counts(tmp_path: Path) -> None:
    spend(drop(tmp_path, "spend", "a.csv"), "nordhaus,2026-03-01,tv,A,1,EUR", "nordhaus,2026-03-02,tv,A,2,EUR")
    spend(drop(tmp_path, "spend", "b.csv"), "nordhaus,2026-03-01,tv,A,3,EUR")

    landed = land_table(MANUAL, office(tmp_path), "spend", MARCH, Connection(MANUAL.base_url))

    assert (landed.rows, landed.duplicates, landed.rejects) == (2, 1, 0)
    assert {row["date"]: row["spend"] for row in landed_rows(MANUAL, "spend")} == {
        date(2026, 3, 1): 3,
        date(2026, 3, 2): 2,
    }


def test_a_row_taken_out_of_its_file_is_gone_after_the_next_pull(tmp_path: Path) -> None:
    file = drop(tmp_path, "spend", "a.csv")
    spend(file, "nordhaus,2026-03-01,tv,A,1,EUR", "nordhaus,2026-03-02,tv,A,2,EUR")
    land_table(MANUAL, office(tmp_path), "spend", MARCH, Connection(MANUAL.base_url))
    spend(file, "nordhaus,2026-03-02,tv,A,2,EUR")
    land_table(MANUAL, office(tmp_path), "spend", MARCH, Connection(MANUAL.base_url))

    assert [row["date"] for row in landed_rows(MANUAL, "spend")] == [date(2026, 3, 2)]


def test_a_rejected_row_keeps_its_key_and_what_was_written(tmp_path: Path) -> None:
    drop(tmp_path, "inquiries", "march.csv", "inquiries__bom_and_bad_rows.csv")

    [odd_kind] = [row for row in rows(tmp_path, "inquiries") if row["inquiry_id"] == "call-4"]

    assert odd_kind["kind"] is None
    assert odd_kind["_payload"]["kind"] == "phone"


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    drop(tmp_path, "inquiries", "march.csv", "inquiries__bom_and_bad_rows.csv")

    assert accepted(tmp_path, "inquiries")[0]["name"] == '=cmd|"/c calc"!A1'


def test_numbers_are_read_as_they_are_written_and_days_that_may_be_two_are_rejected(tmp_path: Path) -> None:
    drop(tmp_path, "spend", "march.csv", "spend__odd_numbers_and_days.csv")

    assert [(row["date"], row["spend"], row["clicks"]) for row in accepted(tmp_path, "spend")] == [
        (date(2026, 3, 1), Decimal("1450.00"), None),
        (date(2026, 3, 2), Decimal("1450.00"), None),
        (date(2026, 3, 3), Decimal("1450.00"), None),
        (date(2026, 3, 6), Decimal("1000"), None),
        (date(2026, 3, 7), Decimal("0.5"), 12),
    ]
    assert rejected(tmp_path, "spend") == [
        "date may be day/month or month/day; say 'dates' in mapping.yml, or write it like 2026-03-31",
        "date is not in the calendar",
    ]


def test_no_reason_shows_the_value(tmp_path: Path) -> None:
    spend(drop(tmp_path, "spend", "a.csv"), "nordhaus,2026-03-01,tv,A,canary@mail.example,EUR")

    assert "canary" not in rejected(tmp_path, "spend")[0]


def test_all_files_of_a_folder_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    spend(drop(tmp_path, "spend", "b.csv"), "nordhaus,2026-03-02,tv,B,2,EUR")
    spend(drop(tmp_path, "spend", "a.CSV"), "nordhaus,2026-03-01,tv,A,1,EUR")
    workbook(
        drop(tmp_path, "spend", "c.xlsx"),
        [
            ["brand", "date", "platform", "campaign_name", "spend", "currency"],
            ["n", date(2026, 3, 3), "tv", "C", 3, "EUR"],
        ],
    )

    assert [row["campaign_name"] for row in rows(tmp_path, "spend")] == ["A", "B", "C"]


@pytest.mark.meets("empty_answer")
def test_a_missing_folder_and_an_empty_one_are_no_rows(tmp_path: Path) -> None:
    (tmp_path / "plan").mkdir()

    assert rows(tmp_path, "plan") == []
    assert rows(tmp_path, "spend") == []
    assert rows(tmp_path / "nowhere", "spend") == []


def test_a_header_without_rows_is_no_rows(tmp_path: Path) -> None:
    spend(drop(tmp_path, "spend", "a.csv"))

    assert rows(tmp_path, "spend") == []


def test_hidden_files_and_those_of_an_open_excel_are_passed_over(tmp_path: Path) -> None:
    for name in (".gitkeep", "~$spend.xlsx", ".hidden.csv", "README.md"):
        drop(tmp_path, "spend", name).write_text("not ours")

    assert rows(tmp_path, "spend") == []


def test_without_the_option_the_folder_is_in_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    spend(drop(tmp_path / "manual", "spend", "a.csv"), "nordhaus,2026-03-01,tv,A,1,EUR")
    account = Account("manual", "office", "manual")
    client = MANUAL.connect(Connection(MANUAL.base_url), account)

    assert len(list(MANUAL.table("spend").read(client, account, MARCH))) == 1


def test_a_relative_folder_begins_at_the_checkout_wherever_the_command_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(drop(tmp_path / "named", "spend", "a.csv"), "nordhaus,2026-03-01,tv,A,1,EUR")
    relative = os.path.relpath(tmp_path / "named", Path(__file__).parents[4])
    account = Account("manual", "office", "manual", options={"folder": relative})
    (tmp_path / "elsewhere" / "deeper").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "elsewhere" / "deeper")
    client = MANUAL.connect(Connection(MANUAL.base_url), account)

    assert len(list(MANUAL.table("spend").read(client, account, MARCH))) == 1


def test_a_month_may_be_written_with_or_without_its_first_day(tmp_path: Path) -> None:
    spend(
        drop(tmp_path, "plan", "a.csv"),
        "nordhaus,2026-03,Paid Search",
        "nordhaus,2026-04-01,Paid Search",
        "nordhaus,2026-04-15,Paid Search",
        "nordhaus,2026-13,Paid Search",
        header="brand,month,channel",
    )

    assert [row["month"] for row in accepted(tmp_path, "plan")] == [date(2026, 3, 1), date(2026, 4, 1)]
    assert rejected(tmp_path, "plan") == [
        "month is not a month like 2026-03 or 2026-03-01",
        "month is not in the calendar",
    ]


def test_a_number_held_by_the_day_is_held_whole_days(tmp_path: Path) -> None:
    spend(
        drop(tmp_path, "tracking_numbers", "a.csv"),
        "nordhaus,+493055500002,static,2026-03-01,2026-03-31",
        "nordhaus,+493055500003,pool,2026-03-01T09:00:00+01:00,2026-03-01T09:30:00",
        "nordhaus,+493055500004,static,2026-03-01,9999-12-31",
        header="brand,tracking_number,kind,held_from,held_to",
    )

    first, last = accepted(tmp_path, "tracking_numbers")
    assert (first["held_from"], first["held_to"]) == (utc("2026-03-01T00:00"), utc("2026-04-01T00:00"))
    assert last["held_to"] == utc("9999-12-31T00:00")
    assert rejected(tmp_path, "tracking_numbers") == [f"held_to {NO_CLOCK}"]


@pytest.mark.meets("last_page")
def test_a_million_rows_come_a_page_at_a_time(tmp_path: Path) -> None:
    with drop(tmp_path, "spend", "a.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["brand", "date", "platform", "campaign_name", "spend", "currency"])
        for number in range(2 * ROWS_PER_BLOCK + 1):
            writer.writerow(["nordhaus", "2026-03-01", "tv", f"campaign number {number} of a long name", "1", "EUR"])

    lengths = [sum(1 for _ in page) for page in pages(tmp_path, "spend")]
    assert sum(lengths) == 2 * ROWS_PER_BLOCK + 1
    assert max(lengths) < 2 * ROWS_PER_BLOCK


@pytest.mark.parametrize("table", [table.name for table in MANUAL.tables])
def test_the_document_names_every_column_and_its_example_is_accepted(tmp_path: Path, table: str) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    chapter = re.split(r"\n##+ ", text.split(f"### `{table}`")[1])[0]
    named = re.findall(r"^\| (?!column|---)(.*?) \|", chapter, re.MULTILINE)
    columns = [name.strip("* ") for cell in named for name in cell.split(",")]
    required = [name.strip("* ") for cell in named if "**" in cell for name in cell.split(",")]
    [example] = re.findall(r"```csv\n(.*?)```", chapter, re.DOTALL)
    drop(tmp_path, table, "example.csv").write_text(example, encoding="utf-8")

    assert sorted(columns) == sorted(name for name in MANUAL.table(table).columns if not name.startswith("_"))
    assert sorted(required) == sorted(MANUAL.table(table).required)
    assert len(accepted(tmp_path, table)) == len(example.splitlines()) - 1


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12))
def test_a_decimal_written_out_is_read_back_exactly(amount: Decimal) -> None:
    assert CONVERT["decimal"](format(amount, "f"), Notation(decimal=".")) == amount


@given(st.text())
def test_whatever_is_written_is_converted_or_refused(text: str) -> None:
    for convert in CONVERT.values():
        with suppress(Unfit):
            convert(text, Notation())
