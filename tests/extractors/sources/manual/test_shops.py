"""Files of shops: counters and tills as they export them, by the shop's own clock."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from pathlib import Path

import pytest

from extractors.sources.manual import MANUAL
from extractors.sources.manual.written import Notation, Unfit, clock, opening_hours
from tests.extractors.sources.manual.drop import accepted, drop, rejected, workbook


def write(folder: Path, table: str, text: str, mapping: str = "constants: {brand: nordhaus}") -> None:
    drop(folder, table, "export.csv").write_text(text, encoding="utf-8")
    drop(folder, table, "mapping.yml").write_text(mapping, encoding="utf-8")


def test_an_export_of_a_counter_is_known_by_its_headers(tmp_path: Path) -> None:
    write(
        tmp_path, "store_visits", "store;entrance;date;hour;in;out\nS1;A;2026-03-07;10;41;39\nS1;A;2026-03-07;11;0;0\n"
    )

    first, second = accepted(tmp_path, "store_visits")
    assert (first["store"], first["entrance"], first["from_at"], first["hour"]) == (
        "S1",
        "A",
        "2026-03-07 00:00:00",
        "10:00:00",
    )
    assert (first["enters"], first["exits"], second["enters"]) == (41, 39, 0)


def test_a_russian_counter_is_read_with_its_days(tmp_path: Path) -> None:
    write(
        tmp_path,
        "store_visits",
        "Магазин;Вход;Дата;Час;Вошло;Вышло\nТверская;0;07.03.2026;10:00-11:00;12;11\n",
    )

    [row] = accepted(tmp_path, "store_visits")
    assert (row["store"], row["entrance"], row["from_at"], row["hour"]) == (
        "Тверская",
        "0",
        "2026-03-07 00:00:00",
        "10:00:00",
    )


def test_what_shoppertrak_says_of_a_counter_stays_beside_its_number(tmp_path: Path) -> None:
    write(
        tmp_path,
        "store_visits",
        "siteID,date,entrance,code,exits,enters,startTime\n"
        "S1,20260307,EP 01,01,9,11,100000\nS1,20260307,EP 01,02,7,8,101500\nS1,20260307,EP 01,02,7,8,101500\n",
    )

    rows = accepted(tmp_path, "store_visits")
    assert [(row["hour"], row["enters"], row["status"]) for row in rows[:2]] == [
        ("10:00:00", 11, "ok"),
        ("10:15:00", 8, "doubtful"),
    ]


def test_the_hour_that_comes_twice_has_its_offset_or_is_one_key(tmp_path: Path) -> None:
    drop(tmp_path, "store_visits", "export.csv").write_text(
        "brand,store,from_at,enters\n"
        "nordhaus,S1,2026-10-25T02:00:00+02:00,3\nnordhaus,S1,2026-10-25T02:00:00+01:00,4\n"
        "nordhaus,S1,2026-10-25 03:00,5\nnordhaus,S1,2026-02-30 03:00,5\n",
        encoding="utf-8",
    )

    assert [row["from_at"] for row in accepted(tmp_path, "store_visits")] == [
        "2026-10-25 02:00:00+02:00",
        "2026-10-25 02:00:00+01:00",
        "2026-10-25 03:00:00",
    ]
    assert rejected(tmp_path, "store_visits") == ["from_at is not in the calendar"]


def test_a_fiscal_export_is_in_kopecks_and_what_the_shop_bought_is_no_sale(tmp_path: Path) -> None:
    write(
        tmp_path,
        "receipts",
        "retailPlace;kktRegId;fiscalDriveNumber;fiscalDocumentNumber;dateTime;operationType;totalSum;buyerPhoneOrAddress\n"
        "Тверская;0001 ;9252;17;2026-03-07T10:20:00;1;119000;+79261112233\n"
        "Тверская;0001 ;9252;18;2026-03-07T10:21:00;2;19000;\n"
        "Тверская;0001 ;9252;19;2026-03-07T10:22:00;3;500;\n"
        "Тверская;0001 ;9252;20;2026-03-07T10:22:00;9;500;\n",
    )

    sold, returned, bought = accepted(tmp_path, "receipts")
    assert (sold["receipt_id"], sold["till"], sold["sold_at"]) == ("9252|17", "0001", "2026-03-07 10:20:00")
    assert (sold["amount"], sold["money_in"], sold["currency"]) == (Decimal(119000), "minor", "RUB")
    assert (sold["kind"], returned["kind"], bought["kind"]) == ("sale", "return", "other")
    assert sold["phone"] == "+79261112233"
    assert rejected(tmp_path, "receipts") == ["kind is none of sale, return, void, other"]


def test_an_excel_sheet_of_hours_is_read(tmp_path: Path) -> None:
    sheet: list[list[object]] = [
        ["brand", "store", "entrance", "from_at", "hour", "enters"],
        ["nordhaus", 1, 2, "2026-03-07", time(10), 5],
    ]
    workbook(drop(tmp_path, "store_visits", "a.xlsx"), sheet)

    [row] = accepted(tmp_path, "store_visits")
    assert (row["store"], row["entrance"], row["hour"], row["enters"]) == ("1", "2", "10:00:00", 5)


def test_a_zone_that_is_none_and_hours_that_end_before_they_begin_are_told(tmp_path: Path) -> None:
    header = "brand,store,time_zone,monday\n"
    drop(tmp_path, "stores", "a.csv").write_text(
        f"{header}nordhaus,S1,Europe/Berlin,10:00 - 20:00\nnordhaus,S2,Berlin,10:00-20:00\n"
        "nordhaus,S3,Europe/Berlin,20:00-04:00\n",
        encoding="utf-8",
    )

    rows = accepted(tmp_path, "stores")
    assert [(row["time_zone"], row["monday"]) for row in rows] == [
        ("Europe/Berlin", "10:00-20:00"),
        (None, "10:00-20:00"),
        ("Europe/Berlin", None),
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [("10", "10:00:00"), ("9:30", "09:30:00"), ("101500", "10:15:00"), ("10-11", "10:00:00"), (time(9), "09:00:00")],
)
def test_an_hour_may_be_written_in_many_ways(written: object, read: str) -> None:
    assert clock(written, Notation()) == read


@pytest.mark.parametrize("written", ["25", "noon", "10:75", ""])
def test_what_is_no_hour_is_refused(written: str) -> None:
    with pytest.raises(Unfit):
        clock(written, Notation())


@pytest.mark.parametrize(
    ("written", "read"), [("09:00-00:00", "09:00-24:00"), ("Closed", "closed"), ("9-18", "09:00-18:00")]
)
def test_opening_hours_are_a_span_or_closed(written: str, read: str) -> None:
    assert opening_hours(written, Notation()) == read


def test_nobody_pays_for_shops_who_has_none(tmp_path: Path) -> None:
    assert [row for table in ("stores", "store_visits", "receipts") for row in accepted(tmp_path, table)] == []
    assert {"stores", "store_visits", "receipts", "receipt_items", "store_tools"} <= {one.name for one in MANUAL.tables}
