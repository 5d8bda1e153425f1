"""Files as people had them: each case by its name, with what is to be read of it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from extractors.errors import FixSettings
from extractors.model import Account, Connection, Window
from extractors.run import LandedTable, land_table
from extractors.sources.manual import MANUAL
from tests.extractors.sources.manual.drop import (
    FIXTURES,
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

BRANDS = (
    "brand,name,time_zone,currency,phone_region,language,site_hosts\n"
    "nordhaus,Nordhaus,Europe/Berlin,EUR,DE,de,\n"
    "clearwater,Clearwater,America/Phoenix,USD,US,en,\n"
)


@pytest.fixture
def brands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two brands with their clocks."""
    config = tmp_path / "config"
    config.mkdir()
    (config / "brands.csv").write_text(BRANDS, encoding="utf-8")
    monkeypatch.setenv("LEADGEN_CONFIG", str(config))
    return config


def case(tmp_path: Path, name: str) -> Path:
    """A drop with the files of a case, written long ago."""
    folder = tmp_path / name
    shutil.copytree(FIXTURES / "cases" / name, folder)
    for file in folder.rglob("*.*"):
        os.utime(file, (time.time() - 3600, time.time() - 3600))
    return folder


def land(folder: Path, table: str, brand: str | None = None) -> LandedTable:
    account = replace(office(folder), brand=brand)
    return land_table(MANUAL, account, table, MARCH, Connection(MANUAL.base_url))


def of_brand(folder: Path, table: str, brand: str = "nordhaus") -> list[Mapping[str, object]]:
    account = Account("manual", "office", "manual", brand=brand, options={"folder": str(folder)})
    return [row for page in pages(folder, table, account) for row in page]


@pytest.mark.parametrize(
    ("name", "count", "amount"),
    [
        ("x_strict", 1, "1450"),
        ("x_patternext", 1, "1450"),
        ("x_notes", 1, "1450"),
        ("x_emptyformula2", 1, "1450"),
        ("sepline", 1, "1450"),
        ("trailing_cols", 1, "1450"),
        ("p_float32", 2, "1670.65"),
        ("p_nan", 2, "30.75"),
        ("p_date_tz", 2, "30.75"),
    ],
)
def test_a_file_that_was_refused_or_lost_is_read(tmp_path: Path, name: str, count: int, amount: str) -> None:
    read = accepted(case(tmp_path, name), "spend")

    assert (len(read), sum(row["spend"] for row in read)) == (count, Decimal(amount))


@pytest.mark.parametrize("name", ["x_badref", "x_badxml", "x_crc", "x_ss"])
def test_a_workbook_that_is_damaged_is_named_and_the_other_file_is_landed(tmp_path: Path, name: str) -> None:
    folder = case(tmp_path, name)
    spend(folder / "spend" / "good.csv", "nordhaus,2026-03-01,tv,A,1,EUR")

    with pytest.raises(FixSettings, match=r"spend/a\.xlsx: not a readable XLSX workbook .* 1 rows of spend are landed"):
        land(folder, "spend")

    assert [row["campaign_name"] for row in landed_rows(MANUAL, "spend")] == ["A"]


def test_the_landed_rows_of_a_file_that_is_damaged_since_stay(tmp_path: Path) -> None:
    workbook(
        drop(tmp_path, "spend", "a.xlsx"),
        [
            ["brand", "date", "platform", "campaign_name", "spend", "currency"],
            ["nordhaus", "2026-03-01", "tv", "X", 7, "EUR"],
        ],
    )
    spend(drop(tmp_path, "spend", "b.csv"), "nordhaus,2026-03-01,tv,B,1,EUR")
    land(tmp_path, "spend")
    drop(tmp_path, "spend", "a.xlsx").write_bytes(b"PK cut")
    spend(drop(tmp_path, "spend", "b.csv"), "nordhaus,2026-03-01,tv,B,2,EUR")

    with pytest.raises(FixSettings, match="stays"):
        land(tmp_path, "spend")

    assert {row["campaign_name"]: row["spend"] for row in landed_rows(MANUAL, "spend")} == {"X": 7, "B": 2}


def test_what_was_read_of_a_file_before_it_broke_is_not_landed(tmp_path: Path) -> None:
    lines = [f"nordhaus,2026-03-01,tv,c{number},1,EUR" for number in range(40_000)]
    spend(drop(tmp_path, "spend", "a.csv"), *lines, 'nordhaus,2026-03-01,tv,"open,1,EUR')
    spend(drop(tmp_path, "spend", "b.csv"), "nordhaus,2026-03-01,tv,B,1,EUR")

    with pytest.raises(FixSettings, match=r"spend/a\.csv: line 40002 is not CSV"):
        land(tmp_path, "spend")

    assert [row["campaign_name"] for row in landed_rows(MANUAL, "spend")] == ["B"]


def test_p_date_far_and_fs_years_reject_days_that_are_typing_errors(tmp_path: Path) -> None:
    assert rejected(case(tmp_path, "p_date_far"), "spend") == ["date is not in the calendar"]
    half_year = Window(date(2026, 1, 1), date(2026, 6, 30))
    folder = case(tmp_path, "fs_years")
    read = [row for page in pages(folder, "spend", window=half_year) for row in page if "_reject_reason" in row]
    assert [(row["_line"], row["_reject_reason"]) for row in read] == [
        (2, "date lies after 2026-06-30, the last day asked for"),
        (3, "date lies before 2000-01-01; is the year right?"),
        (4, "date lies before 2000-01-01; is the year right?"),
        (5, "date is not in the calendar"),
        (14, "currency is no currency; write three letters such as EUR"),
        (16, "brand is missing"),
    ]


def test_p_deal_badzone_is_read_in_utc_and_whole_floats_are_ids(tmp_path: Path) -> None:
    first, second = accepted(case(tmp_path, "p_deal_badzone"), "deals")

    assert (first["deal_id"], second["deal_id"], first["phone"], second["phone"]) == ("500", "501", "79031234567", None)
    assert first["created_at"] == utc("2026-03-01T10:00:00.123456")


@pytest.mark.parametrize(("name", "ids"), [("p_floatid", ["1234567890", None]), ("p_nan", ["123456", None])])
def test_a_whole_float_is_its_number_and_nan_is_nothing(tmp_path: Path, name: str, ids: list[str | None]) -> None:
    assert [row["campaign_id"] for row in accepted(case(tmp_path, name), "spend")] == ids


def test_crm_renamed_times_are_those_of_the_brand(tmp_path: Path, brands: Path) -> None:
    read = accepted(case(tmp_path, "crm_renamed"), "deals")

    assert [(row["deal_id"], row["created_at"], row["won_at"]) for row in read] == [
        ("1", utc("2026-03-03T07:00"), utc("2026-03-20T14:30")),
        ("2", utc("2026-03-02T23:00"), utc("2026-03-19T23:00")),
        ("3", utc("2026-03-03T07:00"), None),
        ("4", utc("2026-03-03T08:00"), utc("2026-03-19T23:00")),
        ("5", utc("2026-03-03T08:00"), utc("2026-03-20T10:00")),
        ("6", utc("2026-03-03T07:00"), utc("2026-03-20T09:00")),
        ("7", utc("2026-03-03T08:00"), None),
        ("8", utc("2026-03-03T08:00"), None),
        ("9", utc("2026-03-03T08:00"), None),
    ]
    assert [row["amount"] for row in read[3:6]] == [4200, 4200, Decimal("4200.5")]


def test_only_the_hour_that_comes_twice_and_the_one_that_never_comes_need_an_offset(
    tmp_path: Path, brands: Path
) -> None:
    spend(
        drop(tmp_path, "deals", "a.csv"),
        "nordhaus,1,2025-10-26 02:30:00",
        "nordhaus,2,2025-10-26 03:30:00",
        "nordhaus,3,2025-10-26T02:30:00+01:00",
        "nordhaus,4,2026-03-29 02:30:00",
        "clearwater,5,2025-10-26 02:30:00",
        header="brand,deal_id,created_at",
    )

    assert {row["deal_id"]: row["created_at"] for row in accepted(tmp_path, "deals")} == {
        "2": utc("2025-10-26T02:30"),
        "3": utc("2025-10-26T01:30"),
        "5": utc("2025-10-26T09:30"),
    }
    assert [one.split(" ")[6] for one in rejected(tmp_path, "deals")] == ["clock", "clock"]


def test_gads_utf8_is_recognised_by_its_headers_and_totals_are_passed_over(tmp_path: Path) -> None:
    folder = case(tmp_path, "gads_utf8")

    [row] = of_brand(folder, "spend")
    landed = land(folder, "spend", "nordhaus")

    assert (row["brand"], row["platform"], row["date"], row["campaign_name"], row["campaign_id"]) == (
        "nordhaus", "google_ads", date(2026, 3, 1), "Roof | Search", "123456",
    )  # fmt: skip
    assert (row["spend"], row["currency"], row["impressions"], row["clicks"]) == (Decimal("1234.5"), "EUR", 12345, 210)
    assert any("Google Ads report" in note for note in landed.notes)
    assert any("totals passed over: 1" in note for note in landed.notes)


def test_gads_utf16_names_the_line_whose_cells_are_broken(tmp_path: Path) -> None:
    landed = land(case(tmp_path, "gads_utf16"), "spend", "nordhaus")

    assert (landed.rows, landed.rejects) == (0, 1)
    assert any("the row has 7 cells" in note and "line 4" in note for note in landed.notes)


def test_a_google_ads_export_in_utf_16_with_tabs_is_read(tmp_path: Path) -> None:
    text = (
        "Kampagnenbericht\n1. März 2026 - 31. März 2026\n"
        "Tag\tKampagne\tWährungscode\tKosten\tImpressionen\tKlicks\n"
        '01.03.2026\tDach | Suche\tEUR\t"1.234,50"\t12.345\t210\n'
        "02.03.2026\tDach | Suche\tEUR\t8,00\t --\t1\n"
        "Gesamt: Kampagnen\t --\tEUR\t1.242,50\t12.345\t211\n"
    )
    drop(tmp_path, "spend", "gads.csv").write_text(text, encoding="utf-16")

    assert [(row["date"], row["spend"], row["impressions"]) for row in of_brand(tmp_path, "spend")] == [
        (date(2026, 3, 1), Decimal("1234.5"), 12345),
        (date(2026, 3, 2), Decimal("8"), None),
    ]


def test_gads_rows_are_read_as_far_as_each_says_one_thing(tmp_path: Path) -> None:
    folder = case(tmp_path, "gads_rows")

    assert [row["spend"] for row in accepted(folder, "spend")] == [
        Decimal(amount) for amount in ("1450", "1234.5", "12", "-12", "-12", "12", "12.5", "1450")
    ]
    assert [
        (row["_line"], row["_reject_reason"].split(" ")[0]) for row in rows(folder, "spend") if "_reject_reason" in row
    ] == [
        (4, "spend"),
        (9, "date"),
        (10, "date"),
        (13, "date"),
    ]


def test_fs_dup_order_the_newer_file_counts_and_both_are_named(tmp_path: Path) -> None:
    folder = case(tmp_path, "fs_dup_order")

    landed = land(folder, "spend")

    assert {row["campaign_name"]: row["spend"] for row in landed_rows(MANUAL, "spend")} == {"x": 250, "y": 1}
    [note] = [one for one in landed.notes if "disagree" in one]
    assert "spend/report.csv, line 2 and spend/report (1).csv, line 2 disagree on spend" in note


def test_the_file_changed_last_counts_whatever_it_is_called(tmp_path: Path) -> None:
    folder = case(tmp_path, "fs_dup_order")
    os.utime(folder / "spend" / "report.csv", (time.time() - 60, time.time() - 60))

    land(folder, "spend")

    assert {row["campaign_name"]: row["spend"] for row in landed_rows(MANUAL, "spend")} == {"x": 100, "y": 1}


def test_fs_dup_devices_rows_of_one_key_are_refused_or_added_up(tmp_path: Path) -> None:
    folder = case(tmp_path, "fs_dup_devices")
    refused = land(folder, "spend")
    (folder / "spend" / "mapping.yml").write_text("same_key: add\n")
    added = land(folder, "spend")

    assert (refused.rows, refused.rejects) == (0, 3)
    [note] = [one for one in refused.notes if "same key" in one]
    assert note.startswith("3 rows rejected: the same key as another row, with other values")
    assert "(first in spend/report.csv, line 2)" in note
    assert (added.rows, added.rejects) == (1, 0)
    assert [(row["spend"], row["clicks"]) for row in landed_rows(MANUAL, "spend")] == [(175, 17)]


def test_fs_dup_case_a_brand_in_other_letters_is_the_brand_and_another_is_rejected(
    tmp_path: Path, brands: Path
) -> None:
    folder = case(tmp_path, "fs_dup_case")

    assert {row["brand"] for row in accepted(folder, "spend")} == {"nordhaus"}
    [reason] = rejected(folder, "spend")
    assert reason == "brand is no brand of brands.csv; write it as there, or add it. Did you mean 'nordhaus'?"


def test_allrej_a_file_whose_rows_are_all_rejected_does_not_replace_them(tmp_path: Path) -> None:
    folder = case(tmp_path, "allrej")
    assert land(folder, "spend").rows == 301
    text = (folder / "spend" / "a.csv").read_text(encoding="utf-8")
    (folder / "spend" / "a.csv").write_text(text.replace(".2026", ".someday").replace("2026-", "someday-"))

    again = land(folder, "spend")

    assert again.rows == 301
    assert any("spend/a.csv has 0 good rows where 300 are landed" in note for note in again.notes)


def test_half2_a_file_that_is_still_written_is_not_read(tmp_path: Path) -> None:
    folder = case(tmp_path, "half2")
    os.utime(folder / "spend" / "a.csv")

    with pytest.raises(FixSettings, match="its last line has no end, and it was changed less than a minute ago"):
        land(folder, "spend")


@pytest.mark.parametrize("kept", [25, 10, 0])
def test_a_file_that_was_cut_or_emptied_does_not_replace_the_whole_one(tmp_path: Path, kept: int) -> None:
    file = drop(tmp_path, "spend", "a.csv")
    lines = [f"nordhaus,2026-03-{day:02},tv,A,1450.75,EUR" for day in range(1, 31)]
    spend(file, *lines)
    spend(drop(tmp_path, "spend", "b.csv"), "nordhaus,2026-03-01,tv,B,1,EUR")
    land(tmp_path, "spend")
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: text.index(lines[kept]) + (30 if kept else 0)])
    os.utime(file, (time.time() - 3600, time.time() - 3600))
    spend(drop(tmp_path, "spend", "b.csv"), "nordhaus,2026-03-01,tv,B,2,EUR")

    again = land(tmp_path, "spend")

    assert sum(row["spend"] for row in landed_rows(MANUAL, "spend")) == 30 * Decimal("1450.75") + 2
    assert any("so what is landed stays" in note for note in again.notes)


def test_a_placeholder_is_nothing(tmp_path: Path) -> None:
    lines = [f"nordhaus,d{place},2026-03-01T10:00:00Z,{word},{word}" for place, word in enumerate(WORDS)]
    spend(drop(tmp_path, "deals", "a.csv"), *lines, header="brand,deal_id,created_at,contact_id,phone")

    read = accepted(tmp_path, "deals")

    assert len(read) == len(WORDS)
    assert {(row["contact_id"], row["phone"]) for row in read} == {(None, None)}


WORDS = ("NULL", "-", "0", "N/A", "None", "nan", "NaN", "n/a", "--", "null", "(null)", "0.0", "—", " - ", "#N/A")


def test_files_and_folders_that_nobody_reads_are_told(tmp_path: Path) -> None:
    for name in ("march.csv", "Spend/a.csv", "spends/a.csv", "spend/2026/a.csv", "spend/b.json", "spend/noending",
                 "spend/c.csv.bak", "spend/d.csv.crdownload"):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x\n")
    pq_folder = tmp_path / "spend" / "e.parquet"
    pq_folder.mkdir()
    shutil.copy(FIXTURES / "cases" / "p_nan" / "spend" / "a.parquet", pq_folder / "part-00000.parquet")

    landed = land(tmp_path, "spend")

    [note] = [one for one in landed.notes if one.startswith("passed over")]
    for name in (
        "march.csv",
        "Spend",
        "spends",
        "spend/2026",
        "spend/b.json",
        "spend/noending",
        "c.csv.bak",
        "crdownload",
    ):
        assert name in note
    assert landed.rows == 2


def test_an_option_or_a_folder_that_is_misspelt_is_refused(tmp_path: Path) -> None:
    account = Account("manual", "office", "manual", options={"foldr": str(tmp_path)})
    (tmp_path / "spend").write_text("a file\n")

    with pytest.raises(FixSettings, match="Did you mean 'folder'"):
        land_table(MANUAL, account, "spend", MARCH, Connection(MANUAL.base_url))
    with pytest.raises(FixSettings, match="is a file"):
        land(tmp_path, "spend")


def test_the_rejected_rows_can_be_corrected_and_dropped_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    folder = tmp_path / "drop"
    spend(
        drop(folder, "spend", "a.csv"),
        "nordhaus,2026-03-01,tv,A,1,EUR",
        "nordhaus,yesterday,tv,B,2,EUR",
        "nordhaus,2026-03-03,tv,C,two,EUR",
    )
    landed = land(folder, "spend")
    file = tmp_path / "data" / "rejects" / "manual" / "office" / "spend.csv"

    assert file.read_text(encoding="utf-8").splitlines() == [
        "brand,date,platform,campaign_name,spend,currency,_file,_line,_reason",
        "nordhaus,yesterday,tv,B,2,EUR,spend/a.csv,3,date is not a day like 2026-03-31",
        "nordhaus,2026-03-03,tv,C,two,EUR,spend/a.csv,4,spend is not a number; write it like 1234.50",
    ]
    assert any(str(file) in note for note in landed.notes)
    corrected = file.read_text(encoding="utf-8").replace("yesterday", "2026-03-02").replace("two", "3")
    drop(folder, "spend", "corrected.csv").write_text(corrected, encoding="utf-8")
    assert land(folder, "spend").rows == 3


def test_the_line_of_a_row_is_that_of_the_file(tmp_path: Path) -> None:
    drop(tmp_path, "spend", "a.csv").write_text(
        "Report\n\nbrand,date,platform,campaign_name,spend,currency\n"
        'nordhaus,2026-03-01,tv,"two\nlines",1,EUR\n\nnordhaus,2026-03-01,tv\nnordhaus,never,tv,B,1,EUR\n'
    )

    assert [(row["_line"], "_reject_reason" in row) for row in rows(tmp_path, "spend")] == [
        (4, False),
        (7, True),
        (8, True),
    ]


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("(12.00)", "-12"), ("-12.00", "-12"), ("12.00-", "-12"), ("€ 12.50", "12.5"), ("12,50 €", "12.5"),
        ("1 450.00", "1450"), ("1\u00a0450,00", "1450"), ("1'450.00", "1450"), ("1.234.567", "1234567"),
        ("1,234,567.8", "1234567.8"), ("EUR 7", "7"), ("−3", "-3"), ("(1,234.50 €)", "-1234.5"), ("1e2", "100"),
    ],
)  # fmt: skip
def test_money_is_read_as_people_write_it(tmp_path: Path, written: str, amount: str) -> None:
    spend(drop(tmp_path, "spend", "a.csv"), f'nordhaus,2026-03-01,tv,A,"{written}",EUR')

    assert [row["spend"] for row in accepted(tmp_path, "spend")] == [Decimal(amount)]


@pytest.mark.parametrize("written", ["1,234", "12.3.4", "1,2,3", "$€5", "twelve", "1 45"])
def test_a_number_that_may_be_two_or_is_none_is_rejected(tmp_path: Path, written: str) -> None:
    spend(drop(tmp_path, "spend", "a.csv"), f'nordhaus,2026-03-01,tv,A,"{written}",EUR')

    assert len(rejected(tmp_path, "spend")) == 1


def test_an_amount_in_the_sign_of_another_currency_is_rejected(tmp_path: Path) -> None:
    spend(drop(tmp_path, "spend", "a.csv"), "nordhaus,2026-03-01,tv,A,£5,EUR", "nordhaus,2026-03-02,tv,A,£5,GBP")

    assert rejected(tmp_path, "spend") == ["spend is in GBP and currency says another one"]


def test_the_first_of_several_numbers_and_addresses_counts(tmp_path: Path) -> None:
    spend(
        drop(tmp_path, "deals", "a.csv"),
        'nordhaus,1,2026-03-01T10:00:00Z,"+49 30 5550101; +49 151 5550102","a@x.example, b@x.example"',
        header="brand,deal_id,created_at,phone,email",
    )

    [row] = accepted(tmp_path, "deals")
    assert (row["phone"], row["email"]) == ("+49 30 5550101", "a@x.example")
