"""Pulling over HTTP and landing directly give the same rows, table by table, every column but the moment."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

NOT_IN_THE_MARKET = {
    "google_ads/lead_form_submission_data", "hubspot/deleted_contacts", "hubspot/deleted_deals",
    "hubspot/deleted_line_items", "hubspot/form_submissions",
}  # fmt: skip
"""Tables that this market fills nothing into: its forms are other vendors', and in few days nobody deletes a record."""

WORDS = {"contact_found_by", "context", "message"}
MADE_BY_READERS: dict[str, set[str]] = {
    "meta_ads/leads": {*WORDS, "answers"},
    "callrail/form_submissions": {*WORDS, "answers"},
    "typeform/responses": {
        *WORDS - {"context"}, "click_ids", "referrer", "self_reported_source",
        "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content",
    },
}  # fmt: skip
"""Columns that a reader makes of the payload, and that landing directly leaves out."""


def tables() -> list[str]:
    """Every table of the sources that this market has accounts of, and the rates, which need none."""
    from extractors.sources import SOURCES
    from sandbox.config import ACCOUNTS

    served = {"ecb", *(source for accounts in ACCOUNTS.values() for source in accounts)}
    every = [f"{name}/{table.name}" for name in SOURCES if name in served for table in SOURCES[name].tables]
    return [table for table in every if table not in NOT_IN_THE_MARKET]


@pytest.mark.parametrize("table", tables())
def test_both_ways_land_the_same_rows(landed: tuple[Path, Path], table: str) -> None:
    pulled, direct = (
        f"read_parquet('{root}/{table}/account=*/day=*.parquet', hive_partitioning = false)" for root in landed
    )
    columns, direct_columns = (
        sorted(duckdb.sql(f"select column_name, column_type from (describe from {files})").fetchall())
        for files in (pulled, direct)
    )
    # What a reader makes of the payload (a form's words, its tags) only a pull has; models find it empty in the other.
    assert {name for name, _ in columns} - {name for name, _ in direct_columns} == MADE_BY_READERS.get(table, set())
    assert set(direct_columns) <= set(columns)
    # Compared by name: the two ways may write the columns in another order.
    named = ", ".join(name for name, _ in direct_columns if name != "_landed_at")

    only_pulled = duckdb.sql(f"select {named} from {pulled} except all select {named} from {direct}")
    only_direct = duckdb.sql(f"select {named} from {direct} except all select {named} from {pulled}")

    differing = (only_pulled.limit(3).fetchall(), only_direct.limit(3).fetchall())
    assert differing == ([], [])
    row = duckdb.sql(f"select count(*) from {pulled}").fetchone()
    assert row is not None
    assert row[0] > 0


@pytest.mark.parametrize("table", tables())
def test_both_ways_write_the_same_files(landed: tuple[Path, Path], table: str) -> None:
    pulled, direct = (
        sorted(str(file.relative_to(root)) for file in (root / table).glob("account=*/day=*.parquet"))
        for root in landed
    )

    assert pulled == direct
