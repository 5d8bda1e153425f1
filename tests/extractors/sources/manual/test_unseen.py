"""Files as the users of other importers had them: what is read of each, or how it is refused."""

from __future__ import annotations

import gzip
import os
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from extractors.errors import FixSettings
from extractors.sources.manual import check_files
from extractors.sources.manual.check_file import Checked
from tests.extractors.sources.manual.drop import SPEND, accepted, drop, office, pages, rejected, spend, utc

DEALS = "brand,deal_id,created_at,contact_id,phone"


@pytest.fixture(autouse=True)
def brands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One brand with its clock."""
    config = tmp_path / "config"
    config.mkdir()
    header, row = (
        "brand,name,time_zone,currency,phone_region,language,site_hosts",
        "nordhaus,N,Europe/Berlin,EUR,DE,de,",
    )
    (config / "brands.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    monkeypatch.setenv("LEADGEN_CONFIG", str(config))


def old(path: Path) -> None:
    """Nobody writes it any longer."""
    os.utime(path, (time.time() - 3600, time.time() - 3600))


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("1. Mär 2026", 1), ("2 мар. 2026", 2), ("3 марта 2026 г.", 3), ("4 mar. 2026", 4), ("5 de marzo de 2026", 5),
        ("6-Mar-2026", 6), ("07-Mär-26", 7), ("08/Mar/2026", 8), ('"Sonntag, 8. März 2026"', 8), ("Mar 9 2026", 9),
        ("20260304", 4), ("2026-3-5", 5), ("2026.03.06", 6), ("2026-03-07T00:00:00", 7), ("3/31/2026", 31),
        ("31/03/2026", 31), ("Tue Mar 10 2026", 10), ("=\"2026-03-11\"", 11), ("'2026-03-12", 12),
    ],
)  # fmt: skip
def test_a_day_is_read_as_people_write_it(tmp_path: Path, written: str, day: int) -> None:
    spend(drop(tmp_path, "spend", "a.csv"), f"nordhaus,{written},tv,A,1,EUR")
    assert [row["date"] for row in accepted(tmp_path, "spend")] == [date(2026, 3, day)]


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("46082", "Excel's number of one; format the column as a date"), ("2026-W10", "not a day"),
        ("Mar-26", "not a day"), ("Q1 2026", "not a day"), ("29.02.2026", "not in the calendar"),
        ("03/04/2026", "may be day/month or month/day; say 'dates' in mapping.yml"),
    ],
)  # fmt: skip
def test_what_is_no_day_or_may_be_two_is_told(tmp_path: Path, written: str, reason: str) -> None:
    spend(drop(tmp_path, "spend", "a.csv"), f"nordhaus,{written},tv,A,1,EUR")
    [told] = rejected(tmp_path, "spend")
    assert reason in told


def test_days_of_both_orders_in_one_column_are_read_where_each_shows_its_own(tmp_path: Path) -> None:
    lines = [f"nordhaus,{day},tv,A,1,EUR" for day in ("12/31/2025", "31/01/2026", "03/04/2026")]
    spend(drop(tmp_path, "spend", "a.csv"), *lines)
    assert [row["date"] for row in accepted(tmp_path, "spend")] == [date(2025, 12, 31), date(2026, 1, 31)]
    assert len(rejected(tmp_path, "spend")) == 1


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("3/15/2026 2:05 PM", "2026-03-15T13:05"), ("3/15/2026 12:05 AM", "2026-03-14T23:05"),
        ("2026-03-01 2:05 p.m.", "2026-03-01T13:05"), ("Mar 1, 2026, 2:05 PM", "2026-03-01T13:05"),
        ("Mar 1, 2026 at 2:05 PM", "2026-03-01T13:05"), ("01.03.2026 10:00 Uhr", "2026-03-01T09:00"),
        ("2026-03-01 10:00 CET", "2026-03-01T09:00"), ("2026-03-01 10:00 MSK", "2026-03-01T07:00"),
        ("2026-03-01 10:00 AM EST", "2026-03-01T15:00"), ("2026-03-01 10:00 Europe/Moscow", "2026-03-01T07:00"),
        ("2026-03-01 10:00 UTC+3", "2026-03-01T07:00"), ("2026-03-01 10:00 (GMT+05:30)", "2026-03-01T04:30"),
        ("Sun Mar 01 2026 10:00:00 GMT+0100 (CET)", "2026-03-01T09:00"),
        ("Sun, 01 Mar 2026 10:00:00 +0000", "2026-03-01T10:00"),
        ("2026-03-10 10:00 America/New_York", "2026-03-10T14:00"),
        ("1772359200", "2026-03-01T10:00"), ("1772359200000", "2026-03-01T10:00"),
    ],
)  # fmt: skip
def test_a_moment_is_read_as_people_and_programs_write_it(tmp_path: Path, written: str, moment: str) -> None:
    spend(drop(tmp_path, "deals", "a.csv"), f'nordhaus,1,"{written}",,', header=DEALS)
    assert [row["created_at"] for row in accepted(tmp_path, "deals")] == [utc(moment)]


@pytest.mark.parametrize("zone", ["CST", "IST", "BST", "XYZ", "Europe/Berlinn"])
def test_letters_that_several_zones_share_are_no_offset(tmp_path: Path, zone: str) -> None:
    spend(drop(tmp_path, "deals", "a.csv"), f"nordhaus,1,2026-03-01 10:00 {zone},,", header=DEALS)
    [told] = rejected(tmp_path, "deals")
    assert "names a time zone that is none or may be several" in told


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1\u2009234,50", "1234.5"), ("1\u202f234,50", "1234.5"), ("1\u00a0234.5", "1234.5"), ("1'234.50", "1234.5"),
        ("1’234.50", "1234.5"), ("1,23,456.78", "123456.78"), ("12,34,567", "1234567"), ("0.125", "0.125"),
        ("€(5.00)", "-5"), ("-€5.00", "-5"), (".5", "0.5"), ("1.234,5", "1234.5"), ("='", None), ("15%", None),
        ("5k", None), ("< 5", None), ("inf", None), ("1e400", None), ("0x1F", None), ("1_000", None), ("٣", None),
        ("1,2,34", None), ("1,23,45", None), ('=""7.5""', "7.5"),
    ],
)  # fmt: skip
def test_an_amount_is_read_or_refused(tmp_path: Path, written: str, amount: str | None) -> None:
    spend(drop(tmp_path, "spend", "a.csv"), f'nordhaus,2026-03-01,tv,A,"{written}",EUR')
    assert [row["spend"] for row in accepted(tmp_path, "spend")] == ([Decimal(amount)] if amount else [])
    assert len(rejected(tmp_path, "spend")) == (0 if amount else 1)


def test_a_point_before_three_digits_is_no_decimal_where_nothing_shows_it(tmp_path: Path) -> None:
    lines = [f"nordhaus,2026-03-0{day},tv,A,{amount},EUR" for day, amount in enumerate(("1.234", "5.678"), 1)]
    spend(drop(tmp_path, "spend", "a.csv"), *lines)
    assert (
        rejected(tmp_path, "spend")
        == ["spend may be thousands or decimals; say 'decimal' in mapping.yml, or write it like 1234.50"] * 2
    )

    spend(drop(tmp_path, "spend", "a.csv"), *lines, "nordhaus,2026-03-03,tv,A,0.5,EUR")
    assert [row["spend"] for row in accepted(tmp_path, "spend")] == [Decimal("1.234"), Decimal("5.678"), Decimal("0.5")]

    spend(drop(tmp_path, "spend", "a.csv"), *lines, 'nordhaus,2026-03-03,tv,A,"0,5",EUR')
    assert [row["spend"] for row in accepted(tmp_path, "spend")] == [1234, 5678, Decimal("0.5")]


@pytest.mark.parametrize(
    "written", ['="00123"', '"=""00123"""', "'00123", "\u200b00123", "\ufeff00123", "\u202a00123\u202c"]
)
def test_marks_that_only_say_that_a_cell_is_text_are_no_part_of_an_id(tmp_path: Path, written: str) -> None:
    spend(drop(tmp_path, "deals", "a.csv"), f"nordhaus,{written},2026-03-01,{written},{written}", header=DEALS)
    [row] = accepted(tmp_path, "deals")
    assert (row["deal_id"], row["contact_id"], row["phone"]) == ("00123", "00123", "00123")


def test_a_name_that_begins_with_an_apostrophe_or_a_sign_keeps_it(tmp_path: Path) -> None:
    names = ["'t Hooft", "=A1", "-sale", "+1", "@home"]
    spend(drop(tmp_path, "spend", "a.csv"), *(f"nordhaus,2026-03-01,tv,{name},1,EUR" for name in names))
    assert [row["campaign_name"] for row in accepted(tmp_path, "spend")] == names


LINE = "nordhaus,2026-03-01,tv,A,1,EUR"
WHOLE = f"{SPEND}\n{LINE}\n"


@pytest.mark.parametrize(
    "content",
    [
        WHOLE.replace("\n", "\r").encode(), WHOLE.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + WHOLE.encode(),
        WHOLE.encode("utf-16"), WHOLE.replace(",", "\t").encode("utf-16"), WHOLE.replace(",", "\t").encode(),
        WHOLE.replace(",", ";").encode(), WHOLE.replace(",", "|").encode(),
        b"\xef\xbb\xbf\xef\xbb\xbf" + WHOLE.encode(),
        WHOLE.replace("brand,date", "Brand , Date\u00a0").encode(), f"sep=,\n{WHOLE}".encode(), f"\n\n{WHOLE}".encode(),
        f"{SPEND}\n\ufeff{LINE}\n".encode(), f"Report\n1 March 2026\n\n{WHOLE}".encode(),
        f"{WHOLE},,,,,\n".encode(),
    ],
)  # fmt: skip
def test_a_file_is_read_whatever_its_marks_line_ends_and_separators(tmp_path: Path, content: bytes) -> None:
    file = drop(tmp_path, "spend", "a.csv")
    file.write_bytes(content)
    old(file)
    [row] = accepted(tmp_path, "spend")
    assert (row["brand"], row["date"], row["campaign_name"], row["spend"]) == ("nordhaus", date(2026, 3, 1), "A", 1)


def _zip(path: Path) -> None:
    with ZipFile(path, "w") as archive:
        archive.writestr("a.csv", WHOLE)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"<!DOCTYPE html><html><body>Log in</body></html>", "a web page or XML"),
        ("a.csv", b'\xef\xbb\xbf<?xml version="1.0"?><report/>', "a web page or XML"),
        ("a.xls", b'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table/></html>', "a web page or XML"),
        ("a.csv", b'{"error": {"code": 403}}', "it is JSON"), ("a.csv", b"%PDF-1.4\n", "it is a PDF"),
        ("a.csv", gzip.compress(WHOLE.encode(), mtime=0), r"packed by gzip\. Unpack it"),
        ("a.csv", b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n", "Run git lfs pull"),
        ("a.csv", b"PAR1\x00\x00", r"ending \.parquet"), ("a.csv", b"\xd0\xcf\x11\xe0\xa1\xb1", r"ending \.xls"),
        ("a.csv", b"SQLite format 3\x00", "Export the table"), ("a.zip", b"PK\x03\x04", "Unpack it"),
        ("a.numbers", b"PK\x03\x04", "save it as CSV, XLSX or Parquet"), ("a.ods", b"PK\x03\x04", "not a readable ODS"),
        ("a.csv", f"{SPEND},spend\n{LINE},2\n".encode(), "'spend' is there twice"),
        ("a.csv", f'{SPEND}\nnordhaus,2026-03-01,tv,"A,1,EUR\n{LINE}\n'.encode(), "line 2 is not CSV"),
        ("a.csv", b"", "the file is empty"), ("a.csv", f"{LINE}\n{LINE}\n".encode(), "spend has no column 'nordhaus'"),
    ],
)  # fmt: skip
def test_a_file_that_is_something_else_is_refused_by_what_it_is(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    file = drop(tmp_path, "spend", name)
    file.write_bytes(content)
    old(file)
    with pytest.raises(FixSettings, match=said):
        accepted(tmp_path, "spend")


def test_a_workbook_called_csv_is_refused_by_its_ending(tmp_path: Path) -> None:
    _zip(drop(tmp_path, "spend", "a.csv"))
    with pytest.raises(FixSettings, match=r"an Excel workbook or a ZIP archive\. Give it the ending \.xlsx"):
        accepted(tmp_path, "spend")


def test_a_link_to_nowhere_stops_no_other_file(tmp_path: Path) -> None:
    drop(tmp_path, "spend", "a.csv").symlink_to(tmp_path / "gone.csv")
    spend(drop(tmp_path, "spend", "b.csv"), LINE)
    with pytest.raises(FixSettings, match=r"spend/a\.csv: it is a link to a file that is not there") as told:
        accepted(tmp_path, "spend")
    assert "b.csv" not in str(told.value)


def test_a_line_break_in_a_cell_is_no_new_row(tmp_path: Path) -> None:
    lines = (
        'nordhaus,2026-03-01,tv,"A\nB",1,EUR',
        'nordhaus,2026-03-01,tv,"A\r\nB",2,EUR',
        'nordhaus,2026-03-01,tv,22" x,3,EUR',
    )
    spend(drop(tmp_path, "spend", "a.csv"), *lines)
    assert [(row["campaign_name"], row["spend"]) for row in accepted(tmp_path, "spend")] == [
        ("A\nB", 1),
        ("A\r\nB", 2),
        ('22" x', 3),
    ]


def _serial(book: openpyxl.Workbook) -> None:
    book.worksheets[0].append(["nordhaus", 46082, "tv", "A", 5, "EUR"])


def _formula(book: openpyxl.Workbook) -> None:
    book.worksheets[0].append(["nordhaus", date(2026, 3, 1), "tv", "A", "=2+3", "EUR"])


def _mac(book: openpyxl.Workbook) -> None:
    book.epoch = CALENDAR_MAC_1904
    book.worksheets[0].append(["nordhaus", date(2026, 3, 1), "tv", "A", 5, "EUR"])


def _title(book: openpyxl.Workbook) -> None:
    sheet = book.worksheets[0]
    sheet.append(["nordhaus", date(2026, 3, 1), "tv", "A", 5, "EUR"])
    sheet.insert_rows(1)
    sheet["A1"] = "Report"
    sheet.merge_cells("A1:F1")


@pytest.mark.parametrize(
    ("made", "amounts", "reason"),
    [
        (_mac, [5], ""),
        (_title, [5], ""),
        (_serial, [], "Excel's number of one"),
        (_formula, [], "without a saved result"),
    ],
)
def test_a_workbook_is_read_or_its_cells_are_refused(
    tmp_path: Path, made: Callable[[openpyxl.Workbook], None], amounts: list[int], reason: str
) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(SPEND.split(","))
    made(book)
    book.save(drop(tmp_path, "spend", "a.xlsx"))
    assert [row["spend"] for row in accepted(tmp_path, "spend")] == amounts
    assert all(reason in one for one in rejected(tmp_path, "spend"))
    assert len(rejected(tmp_path, "spend")) == 1 - len(amounts)


def test_a_file_that_is_taken_away_while_another_is_read_is_named(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        spend(drop(tmp_path, "spend", name), LINE.replace(",A,", f",{name},"))
    read = iter(pages(tmp_path, "spend"))
    assert [row["campaign_name"] for row in next(read)] == ["a.csv"]
    (tmp_path / "spend" / "b.csv").unlink()
    with pytest.raises(FixSettings, match=r"spend/b\.csv: it was taken away while it was read\. Pull again"):
        list(read)


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    file = drop(tmp_path, "spend", "a.csv")
    spend(file, *(LINE.replace(",A,", f",a campaign with a long name {number},") for number in range(60_000)))
    read = iter(pages(tmp_path, "spend"))
    next(read)
    with file.open("a", encoding="utf-8") as more:
        more.write(f"{LINE}\n")
    with pytest.raises(FixSettings, match=r"spend/a\.csv: it was changed while it was read"):
        list(read)


META = '"Campaign name","Reporting starts","Reporting ends","Amount spent (EUR)",Impressions'


def test_the_money_of_several_days_is_not_that_of_the_first(tmp_path: Path) -> None:
    lines = ("Roof,2026-03-02,2026-03-08,70,9", "Roof,2026-03-09,2026-03-09,3,1", ",2026-03-02,2026-03-09,73,10")
    spend(drop(tmp_path, "spend", "meta.csv"), *lines, header=META)

    [row] = accepted(tmp_path, "spend")

    assert (row["date"], row["spend"]) == (date(2026, 3, 9), 3)
    assert rejected(tmp_path, "spend") == ["date is the first of several days (to 2026-03-08); export by day"]


def test_a_row_of_totals_is_told_by_what_it_lacks(tmp_path: Path) -> None:
    spend(drop(tmp_path, "spend", "meta.csv"), "Roof,2026-03-09,2026-03-09,3,1", ",,,3,1", header=META)

    assert [row["spend"] for row in accepted(tmp_path, "spend")] == [3]
    assert rejected(tmp_path, "spend") == []


@pytest.mark.parametrize(
    ("days", "period"),
    [
        (("02", "09", "16", "23"), "week"), (("02", "03", "10", "17"), None), (("02", "09"), None),
        (("02", "09", "23"), None),
    ],
)  # fmt: skip
def test_a_report_by_week_is_doubted(tmp_path: Path, days: tuple[str, ...], period: str | None) -> None:
    spend(drop(tmp_path, "spend", "a.csv"), *(f"nordhaus,2026-03-{day},tv,A,1,EUR" for day in days))

    [checked] = checked_in(tmp_path, "spend")

    assert len(checked.reading.files[0].days) == len(days)
    assert [f"lie a {period} apart" in one for one in checked.sentences() if "apart" in one] == [True] * bool(period)


def test_notes_below_a_report_are_no_rows_and_one_column_shows_how_the_others_write_days(tmp_path: Path) -> None:
    drop(tmp_path, "deals", "report.csv").write_text(
        "Opportunity ID,Opportunity Name,Amount Currency,Amount,Close Date,Created Date,Stage\n"
        '0065g00000ABCDE,Big,EUR,"1,000.00",3/31/2026,3/2/2026,Closed Won\n\n\nAll won deals\n'
        "Copyright (c) 2000-2026 salesforce.com\nGenerated By: Ann 4/1/2026\nNordhaus\n"
    )

    [row] = accepted(tmp_path, "deals")

    assert rejected(tmp_path, "deals") == []
    assert row["created_at"] == utc("2026-03-01T23:00:00")


def test_what_is_checked_counts_a_month_by_the_clock_of_the_brand(tmp_path: Path) -> None:
    drop(tmp_path, "deals", "d.csv").write_text(
        "brand,deal_id,created_at,amount,currency\nnordhaus,1,2026-03-01 00:30,7,EUR\n"
    )

    [checked] = checked_in(tmp_path, "deals")

    assert list(checked.money) == [("2026-03", "nordhaus", "EUR")]


def test_files_of_one_folder_may_name_their_columns_in_any_order(tmp_path: Path) -> None:
    spend(drop(tmp_path, "spend", "a.csv"), "nordhaus,2026-03-01,tv,A,1,EUR")
    spend(
        drop(tmp_path, "spend", "b.csv"),
        "2,EUR,A,tv,2026-03-02,nordhaus",
        header="spend,currency,campaign_name,platform,date,brand",
    )

    [checked] = checked_in(tmp_path, "spend")

    assert checked.money == {("2026-03", "nordhaus", "tv", "EUR"): Decimal(3)}


@pytest.mark.parametrize(
    ("header", "currency"),
    [
        ("Cost", "EUR"), ("Cost (£)", "GBP"), ("Cost, zł", "PLN"), ("Cost [USD]", "USD"), ("Cost CHF", "CHF"),
        ("Cost (руб.)", "RUB"), ("Cost ₽", "RUB"), ("Cost (€)", "EUR"),
    ],
)  # fmt: skip
def test_the_money_of_a_report_is_in_the_currency_of_its_header(tmp_path: Path, header: str, currency: str) -> None:
    spend(drop(tmp_path, "spend", "a.csv"), "2026-03-01,A,1", header=f'Day,Campaign,"{header}"')

    assert [row["currency"] for row in accepted(tmp_path, "spend")] == [currency]


def test_a_mark_that_several_currencies_have_is_none_where_the_brand_has_another(tmp_path: Path) -> None:
    spend(drop(tmp_path, "spend", "a.csv"), "2026-03-01,A,1", header="Day,Campaign,Cost ($)")

    with pytest.raises(FixSettings, match="a Google Ads report without 'currency'"):
        accepted(tmp_path, "spend")


def test_a_dollar_where_the_row_says_euro_is_refused(tmp_path: Path) -> None:
    path = drop(tmp_path, "spend", "a.csv")
    spend(
        path, "nordhaus,2026-03-01,tv,A,$5,EUR", "nordhaus,2026-03-01,tv,B,$6,CAD", "nordhaus,2026-03-01,tv,C,7 kr,SEK"
    )

    assert [row["spend"] for row in accepted(tmp_path, "spend")] == [6, 7]
    assert rejected(tmp_path, "spend") == ["spend is in $ and currency says another one"]


def test_a_report_by_week_is_told_by_what_stands_above_it(tmp_path: Path) -> None:
    above = '"Report Name:","Campaign"\n"Report Aggregation:","Weekly"\n'
    path = drop(tmp_path, "spend", "ms.csv")
    path.write_text(f'{above}"Gregorian date","Campaign","Spend","Currency code"\n"3/15/2026","A","10.00","EUR"\n')

    [checked] = checked_in(tmp_path, "spend")

    assert [line for line in checked.sentences() if "its days lie a week apart" in line]


def test_a_report_without_days_is_told_to_be_exported_by_day(tmp_path: Path) -> None:
    spend(drop(tmp_path, "spend", "a.csv"), "2026-03-02,A,1,EUR", header="Week,Campaign,Cost,Currency code")

    with pytest.raises(FixSettings, match=r"a Google Ads report without the column 'Day'\. Export it by day with it"):
        accepted(tmp_path, "spend")


def test_stages_without_a_meaning_are_told_with_their_deals(tmp_path: Path) -> None:
    header = "Record ID,Deal Name,Deal Stage,Close Date,Create Date,Amount"
    deals = (
        "1,A,Signed,2026-03-09,2026-03-01,5",
        "2,B,Signed,2026-03-09,2026-03-01,6",
        "3,C,Closed Won,2026-03-09,2026-03-01,7",
    )
    drop(tmp_path, "deals", "d.csv").write_text("\n".join([header, *deals]) + "\n")

    [checked] = checked_in(tmp_path, "deals")

    [told] = [line for line in checked.sentences() if "stay open" in line]
    assert "in the stages 'Signed' (2). If one of them is an end" in told


def checked_in(folder: Path, table: str) -> list[Checked]:
    """What check-file says of the folder of a table."""
    return check_files(folder / table, [office(folder)], date(2026, 12, 31))
