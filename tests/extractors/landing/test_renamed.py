"""An account under another name: every day moves once, and what was read later under the new name stays."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from extractors.errors import FixSettings
from extractors.landing.renamed import rename_account
from extractors.landing.writer import LandingWriter
from extractors.model import Account, Row, Window
from extractors.settings import landing_dir, state_dir
from extractors.sources import SOURCES

CALLRAIL = SOURCES["callrail"]
MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path / "config"))


def land(account: str, table: str, day: date, **row: object) -> None:
    """Land one row of a day."""
    declared = CALLRAIL.table(table)
    of = Account("callrail", account, "callrail", brand="nordhaus")
    with LandingWriter(landing_dir(), "callrail", declared, of, Window(day, day), "r") as writer:
        writer.add([{"_payload": {}, **row}])
        writer.commit()


def landed(table: str) -> dict[str, list[Row]]:
    """The rows of each file below the accounts' folders."""
    folder = landing_dir() / "callrail" / table
    return {
        str(file.relative_to(folder)): pq.ParquetFile(file).read().to_pylist()
        for file in sorted(folder.glob("account=*/*.parquet"))
    }


def test_a_day_moves_with_its_rows_and_one_that_was_read_under_the_new_name_stays() -> None:
    for account, day, call in [("old", MONDAY, "c1"), ("old", TUESDAY, "c2"), ("new", TUESDAY, "c3")]:
        land(account, "calls", day, call_id=call, started_at=f"{day}T10:00:00Z")

    assert rename_account(landing_dir(), CALLRAIL, "old", "new") == 2

    found = landed("calls")
    assert list(found) == ["account=new/day=2026-03-02.parquet", "account=new/day=2026-03-03.parquet"]
    assert [[(row["call_id"], row["_account"]) for row in rows] for rows in found.values()] == [
        [("c1", "new")],
        [("c3", "new")],
    ]


def test_an_older_snapshot_gives_way_to_one_of_the_new_name() -> None:
    land("old", "trackers", TUESDAY, tracker_id="t1", name="old")
    land("new", "trackers", MONDAY, tracker_id="t1", name="new")

    rename_account(landing_dir(), CALLRAIL, "old", "new")

    assert list(landed("trackers")) == ["account=new/day=2026-03-02.parquet"]


def test_what_is_known_of_the_vendors_fields_goes_along() -> None:
    land("old", "calls", MONDAY, call_id="c1", started_at=f"{MONDAY}T10:00:00Z")
    known = state_dir() / "fields" / "callrail.calls.old.json"
    known.parent.mkdir(parents=True, exist_ok=True)
    known.write_text("[]", encoding="utf-8")

    rename_account(landing_dir(), CALLRAIL, "old", "new")

    assert [file.name for file in known.parent.iterdir()] == ["callrail.calls.new.json"]


@pytest.mark.parametrize("name", ["old", "a/b", "", ".."])
def test_the_same_name_and_one_that_is_no_folder_s_are_refused(name: str) -> None:
    with pytest.raises(FixSettings, match="is no other name"):
        rename_account(landing_dir(), CALLRAIL, "old", name)
