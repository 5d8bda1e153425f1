"""Manual files: workbooks and Parquet are read exactly, and what cannot be read is refused by name."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extractors.errors import FixSettings
from tests.extractors.sources.manual.drop import SPEND, accepted, drop, rejected, rows, spend, utc, workbook


def test_cells_of_a_workbook_are_read_exactly(tmp_path: Path) -> None:
    workbook(
        drop(tmp_path, "spend", "a.xlsx"),
        [
            ["brand", "date", "platform", "campaign_name", "spend", "currency", "campaign_id", "clicks"],
            ["nordhaus", date(2026, 3, 1), "tv", "A", 0.1 + 0.2, "EUR", 12345678901, 7],
            ["nordhaus", utc("2026-03-02T00:00"), "tv", "B", 1234.56, "EUR", "00017", 8.0],
            ["nordhaus", "2026-03-03", "tv", "-C", "19.99", "EUR", None, None],
        ],
    )

    assert [
        (row["date"], row["campaign_name"], row["spend"], row["campaign_id"], row["clicks"])
        for row in accepted(tmp_path, "spend")
    ] == [
        (date(2026, 3, 1), "A", Decimal("0.3"), "12345678901", 7),
        (date(2026, 3, 2), "B", Decimal("1234.56"), "00017", 8),
        (date(2026, 3, 3), "-C", Decimal("19.99"), None, None),
    ]


def test_a_time_cell_has_no_offset_and_is_rejected(tmp_path: Path) -> None:
    workbook(
        drop(tmp_path, "inquiries", "a.xlsx"),
        [
            ["brand", "inquiry_id", "kind", "occurred_at", "answered"],
            ["nordhaus", 1, "chat", utc("2026-03-01T10:05"), None],
            ["nordhaus", 2, "chat", "2026-03-01T10:05:00+01:00", True],
        ],
    )

    [row] = accepted(tmp_path, "inquiries")
    assert (row["inquiry_id"], row["occurred_at"], row["answered"]) == ("2", utc("2026-03-01T09:05"), True)
    assert "without an offset" in rejected(tmp_path, "inquiries")[0]


def test_cells_that_lost_their_value_are_rejected(tmp_path: Path) -> None:
    header = ["brand", "date", "platform", "campaign_name", "spend", "currency", "campaign_id"]
    workbook(
        drop(tmp_path, "spend", "a.xlsx"),
        [
            header,
            ["nordhaus", date(2026, 3, 1), "tv", "A", "=1+1", "EUR", None],
            ["nordhaus", date(2026, 3, 1), "tv", "A", 1, "EUR", 1.2345678901234567e17],
            ["nordhaus", date(2026, 3, 1), "tv", "#N/A", 1, "EUR", None],
        ],
    )

    formula, digits, error = rejected(tmp_path, "spend")
    assert formula.startswith("spend is a formula without a saved result")
    assert digits.startswith("campaign_id is a number of more than 15 digits")
    assert error.startswith("campaign_name is an error of Excel's")


def test_every_filled_sheet_is_read_and_empty_cells_around_the_table_do_not_matter(tmp_path: Path) -> None:
    header = ["brand", "month", "channel", None]
    workbook(
        drop(tmp_path, "plan", "a.xlsx"),
        [header, ["nordhaus", date(2026, 3, 1), "Paid Search", None], [None, None, None], ["  "]],
        [],
        [[], header, ["nordhaus", "2026-04", "Paid Search"]],
    )

    assert [row["month"] for row in accepted(tmp_path, "plan")] == [date(2026, 3, 1), date(2026, 4, 1)]
    assert rejected(tmp_path, "plan") == []


def test_a_workbook_without_a_table_is_refused_by_its_sheet(tmp_path: Path) -> None:
    workbook(drop(tmp_path, "plan", "a.xlsx"), [["Notes of Monday"]])

    with pytest.raises(FixSettings, match=r"plan/a\.xlsx, sheet 'Sheet': .* no column 'Notes of Monday'"):
        rows(tmp_path, "plan")


@pytest.mark.meets("cut_body")
def test_a_workbook_that_is_none_is_refused(tmp_path: Path) -> None:
    drop(tmp_path, "plan", "a.xlsx").write_bytes(b"\xd0\xcf\x11\xe0 encrypted by Excel")

    with pytest.raises(FixSettings, match=r"plan/a\.xlsx: not a readable XLSX workbook"):
        rows(tmp_path, "plan")


def test_parquet_is_read_by_its_types(tmp_path: Path) -> None:
    moment = pa.array([1772355900_000000], pa.timestamp("us", tz="Europe/Berlin"))
    pq.write_table(
        pa.table(
            {
                "brand": ["nordhaus"],
                "inquiry_id": pa.array([17], pa.int64()),
                "kind": pa.array(["chat"]).dictionary_encode(),
                "occurred_at": moment,
                "answered": [True],
                "duration_seconds": pa.array([61.0], pa.float64()),
            }
        ),
        drop(tmp_path, "inquiries", "a.parquet"),
    )

    [row] = accepted(tmp_path, "inquiries")
    assert (row["inquiry_id"], row["occurred_at"]) == ("17", utc("2026-03-01T09:05"))
    assert (row["answered"], row["duration_seconds"]) == (True, 61)


def test_a_parquet_time_without_a_zone_is_rejected_and_money_is_exact(tmp_path: Path) -> None:
    pq.write_table(
        pa.table(
            {
                "brand": ["nordhaus", "nordhaus"],
                "deal_id": ["1", "2"],
                "created_at": pa.array([1772355900_000000, None], pa.timestamp("us")),
                "amount": pa.array([0.1, float("nan")], pa.float64()),
                "margin": pa.array([Decimal("1.10"), None], pa.decimal128(10, 2)),
            }
        ),
        drop(tmp_path, "deals", "a.parquet"),
    )

    first, second = rows(tmp_path, "deals")
    assert (first["amount"], first["margin"]) == (Decimal("0.1"), Decimal("1.10"))
    assert first["_reject_reason"].startswith("created_at is a time without an offset")
    assert (second["amount"], second["_reject_reason"]) == (None, "created_at is missing")


@pytest.mark.meets("cut_body")
def test_a_parquet_file_that_is_none_is_refused(tmp_path: Path) -> None:
    drop(tmp_path, "deals", "a.parquet").write_text("brand,deal_id,created_at\n")

    with pytest.raises(FixSettings, match=r"deals/a\.parquet"):
        rows(tmp_path, "deals")


def test_an_unknown_column_is_refused_by_file_and_name(tmp_path: Path) -> None:
    spend(drop(tmp_path, "spend", "march.csv"), header=f"{SPEND},Budget")

    with pytest.raises(FixSettings, match=r"spend/march\.csv: spend has no column 'Budget'"):
        rows(tmp_path, "spend")


@pytest.mark.meets("drift")
def test_a_missing_required_column_is_refused_by_file_and_name(tmp_path: Path) -> None:
    spend(drop(tmp_path, "spend", "march.csv"), header="brand,date,platform,campaign_name,spend")

    with pytest.raises(FixSettings, match=r"spend/march\.csv: the column 'currency' is missing"):
        rows(tmp_path, "spend")


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("brand,date,platform,campaign_name,spend,currency,date", "column 'date' is there twice"),
        ("brand,date,,campaign_name,spend,currency", "column 3 has no name"),
        ("", "the file is empty"),
    ],
)
def test_a_header_that_is_none_is_refused(tmp_path: Path, header: str, message: str) -> None:
    spend(drop(tmp_path, "spend", "march.csv"), header=header)

    with pytest.raises(FixSettings, match=message):
        rows(tmp_path, "spend")


@pytest.mark.parametrize(
    ("fixture", "campaign", "amount"),
    [("spend__semicolons.csv", "A100", "1450.00"), ("spend__latin_1.csv", "Frühling", "10")],
)
def test_a_file_in_another_notation_is_read_by_it(tmp_path: Path, fixture: str, campaign: str, amount: str) -> None:
    drop(tmp_path, "spend", "march.csv", fixture)

    [row] = accepted(tmp_path, "spend")
    assert (row["campaign_name"], row["spend"]) == (campaign, Decimal(amount))


@pytest.mark.meets("permanent_error")
def test_a_quotation_mark_that_is_not_closed_is_told_with_its_line(tmp_path: Path) -> None:
    drop(tmp_path, "spend", "march.csv", "spend__open_quotation.csv")

    with pytest.raises(FixSettings, match="line 2 is not CSV"):
        rows(tmp_path, "spend")


def test_a_file_in_utf_16_is_read(tmp_path: Path) -> None:
    text = f"{SPEND}\nnordhaus,2026-03-01,tv,Frühling,10,EUR\n"
    drop(tmp_path, "spend", "march.csv").write_text(text, encoding="utf-16")

    assert [row["campaign_name"] for row in accepted(tmp_path, "spend")] == ["Frühling"]


@pytest.mark.parametrize("name", ["march.csv.gz", "march.zip", "march.rar", "march.7z", "march.numbers"])
def test_a_file_that_surely_holds_data_and_is_not_read_is_refused(tmp_path: Path, name: str) -> None:
    drop(tmp_path, "spend", name).write_bytes(b"\xd0\xcf\x11\xe0")

    with pytest.raises(FixSettings, match=rf"spend/{name}: \.\w+ files are not read"):
        rows(tmp_path, "spend")
