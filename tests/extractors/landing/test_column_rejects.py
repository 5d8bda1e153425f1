"""A value that cannot be read: whether it takes its row along, and what is said about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from extractors.landing import writer as landing
from extractors.landing.versions import Versions
from tests.extractors.landing.test_writer import ACCOUNT, WEEK, landed, row, rows_of, table


def noted(root: Path) -> list[tuple[Any, ...]]:
    """Of every landed row its number of pieces, why it was rejected, and what is missing in it."""
    return [(one["order_id"], one["pieces"], one["_reject_reason"], one["_column_rejects"]) for one in rows_of(root)]


def test_an_optional_column_that_cannot_be_read_is_empty_and_the_row_stays(tmp_path: Path) -> None:
    counts = landed(tmp_path, [[row(pieces="three", is_paid="perhaps"), row("o2")]])

    assert noted(tmp_path) == [
        ("o1", None, None, "pieces does not fit into a column of type integer; is_paid is neither true nor false"),
        ("o2", 3, None, None),
    ]
    assert (counts.rows, counts.rejects, counts.column_rejects) == (2, 0, 1)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [({"pieces": "1.5"}, "pieces is not a whole number"), ({"is_paid": "maybe"}, "is_paid is neither true nor false")],
)
def test_what_was_wrong_with_the_value_is_said(tmp_path: Path, broken: dict[str, Any], reason: str) -> None:
    landed(tmp_path, [[row("good"), row("odd", **broken)]])

    assert [(one["order_id"], one["_column_rejects"]) for one in rows_of(tmp_path)] == [("good", None), ("odd", reason)]


@pytest.mark.parametrize("broken", [{"amount": "much"}, {"order_id": ["o1"]}, {"ordered_at": "yesterday"}])
def test_without_its_key_its_day_or_a_required_column_a_row_is_rejected(tmp_path: Path, broken: dict[str, Any]) -> None:
    counts = landed(tmp_path, [[row(**broken), row("o2")]])

    [rejected] = [one for one in rows_of(tmp_path) if one["_reject_reason"]]
    assert next(iter(broken)) in rejected["_reject_reason"]
    assert (counts.rows, counts.rejects, counts.column_rejects) == (1, 1, 0)


def test_of_a_record_that_changes_the_newer_version_counts_also_where_one_of_its_columns_is_empty(
    tmp_path: Path,
) -> None:
    landed(tmp_path, [[row(pieces="3"), row(pieces="n/a")]], of=table("changes"))

    assert noted(tmp_path) == [("o1", None, None, "pieces does not fit into a column of type integer")]


def test_a_version_that_is_rejected_says_that_an_older_one_stays_in_force(tmp_path: Path) -> None:
    landed(tmp_path, [[row(amount="n/a")]], of=table("changes"))

    [rejected] = rows_of(tmp_path)
    assert rejected["_reject_reason"].endswith("; a version of it that landed before stays in force")


def test_the_counts_are_the_same_where_rows_pass_through_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landing, "BYTES_IN_MEMORY", 1)

    counts = landed(tmp_path, [[row(pieces="three")], [row("o2", amount="much")], [row(pieces="four")]])

    assert (counts.rows, counts.rejects, counts.duplicates, counts.column_rejects) == (1, 1, 1, 1)
    file = next((tmp_path / "shop/orders/account=A1").glob("day=2026-03-03.parquet"))
    assert pq.read_metadata(file).metadata[b"leadgen.column_reject_rows"] == b"1"


def test_a_file_landed_before_the_note_existed_is_taken_over_with_an_empty_one(tmp_path: Path) -> None:
    landed(tmp_path, [[row("o1"), row("o2")]])
    folder = Versions(tmp_path, "shop", table(), ACCOUNT.account).folder
    for file in folder.glob("day=*.parquet"):
        pq.write_table(pq.ParquetFile(file).read().drop_columns(["_column_rejects"]), file)

    with landing.LandingWriter(tmp_path, "shop", table(), ACCOUNT, WEEK, "run2") as writer:
        writer.add([row("o1", pieces="many")])
        writer.commit(partly_gone=WEEK.days())

    assert sorted(noted(tmp_path)) == [
        ("o1", None, None, "pieces does not fit into a column of type integer"),
        ("o2", 3, None, None),
    ]
