"""Words where a value was not known: the cell is empty and told, and only what decides about a row takes it along."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from extractors.model import Connection
from extractors.run import land_table
from extractors.sources.manual import MANUAL
from tests.extractors.sources.manual.drop import MARCH, drop, office, spend
from tests.extractors.sources.vendor import landed_rows

WORDS = ("TBD", "ca. 500", "?")
ROWS = {
    "inquiries": "brand,inquiry_id,kind,occurred_at,X\nnordhaus,i1,call,2026-03-03 10:00,{}\n",
    "deals": "brand,deal_id,created_at,X\nnordhaus,d1,2026-03-03 10:00,{}\n",
    "deal_items": "brand,deal_id,product,X\nnordhaus,d1,Roof,{}\n",
    "plan": "brand,month,channel,currency,X\nnordhaus,2026-03,Paid Search,EUR,{}\n",
    "receipts": "brand,store,receipt_id,sold_at,amount,currency,X\nnordhaus,s,r1,2026-03-03 10:00,5,EUR,{}\n",
    "receipt_items": "brand,store,receipt_id,line,X\nnordhaus,s,r1,1,{}\n",
    "tracking_numbers": "brand,tracking_number,kind,channel,X\nnordhaus,+49301,static,Offline,{}\n",
}
NEEDLESS = [
    ("inquiries", "first_response_at"), ("deals", "qualified_at"), ("deals", "opportunity_at"), ("deals", "amount"),
    ("deals", "margin"), ("deal_items", "quantity"), ("deal_items", "amount"), ("deal_items", "margin"),
    ("plan", "spend"), ("plan", "inquiries"), ("plan", "leads"), ("plan", "sales"), ("plan", "revenue"),
    ("receipts", "margin"), ("receipt_items", "quantity"), ("receipt_items", "amount"), ("receipt_items", "margin"),
]  # fmt: skip
DECISIVE = [
    ("deals", "won_at"), ("deals", "lost_at"), ("deals", "cancelled_at"), ("deals", "currency"), ("receipts", "kind"),
    ("tracking_numbers", "held_from"), ("tracking_numbers", "held_to"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def brands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One brand with its clock."""
    config = tmp_path / "config"
    config.mkdir()
    lines = "brand,name,time_zone,currency,phone_region,language,site_hosts\nnordhaus,N,Europe/Berlin,EUR,DE,de,\n"
    (config / "brands.csv").write_text(lines, encoding="utf-8")
    monkeypatch.setenv("LEADGEN_CONFIG", str(config))


def landed(folder: Path, table: str, column: str, word: str) -> list[tuple[str | None, str | None, object]]:
    """Why rows were rejected, what was emptied in them, and the column, as landed."""
    file = drop(folder / "drop", table, "a.csv")
    header, _, row = ROWS[table].partition("\n")
    spend(file, row.format(word).strip(), header=header.replace("X", column))
    os.utime(file, (time.time() - 3600,) * 2)
    land_table(MANUAL, office(folder / "drop"), table, MARCH, Connection(MANUAL.base_url))
    return [(row["_reject_reason"], row["_column_rejects"], row[column]) for row in landed_rows(MANUAL, table)]


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(("table", "column"), NEEDLESS)
def test_a_cell_that_the_row_can_do_without_is_empty_and_told(
    tmp_path: Path, table: str, column: str, word: str
) -> None:
    [(rejected, emptied, value)] = landed(tmp_path, table, column, word)

    assert (rejected, value) == (None, None)
    assert (emptied or "").startswith(f"{column} ")


@pytest.mark.parametrize(("table", "column"), DECISIVE)
def test_a_cell_without_which_a_row_says_something_else_takes_it_along(tmp_path: Path, table: str, column: str) -> None:
    [(rejected, _, _)] = landed(tmp_path, table, column, "see note")

    assert (rejected or "").startswith(f"{column} ")


def test_a_deal_whose_margin_nobody_knows_is_the_sale_that_it_was(tmp_path: Path) -> None:
    file = drop(tmp_path / "drop", "deals", "a.csv")
    spend(
        file,
        "nordhaus,d1,2026-03-03 10:00,2026-03-09 10:00,1200,tbd",
        header="brand,deal_id,created_at,won_at,amount,margin",
    )
    os.utime(file, (time.time() - 3600,) * 2)
    told = land_table(MANUAL, office(tmp_path / "drop"), "deals", MARCH, Connection(MANUAL.base_url))

    [row] = landed_rows(MANUAL, "deals")
    assert (row["amount"], row["margin"], row["won_at"].day, row["_reject_reason"]) == (1200, None, 9, None)
    assert (told.rejects, told.column_rejects) == (0, 1)
    assert any("margin" in note for note in told.notes)
