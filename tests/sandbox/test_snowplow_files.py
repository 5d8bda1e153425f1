"""The files that the sandbox writes as a Snowplow loader does, as the extractor reads them."""

from __future__ import annotations

import gzip
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from extractors.errors import RetryLater
from extractors.model import Window
from sandbox.snowplow_files import write_events
from tests.sandbox.pulling import pulled
from tests.sandbox.serving import Server
from tests.sandbox.tiny_wire import write_tiny_wire

THE_1ST = Window(date(2026, 3, 1), date(2026, 3, 1))


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_wire(tmp_path_factory.mktemp("tiny") / "wire.duckdb").parent


@pytest.fixture
def files(market: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the loader writes to; the data folder is the test's own."""
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    assert write_events(market, tmp_path / "files", "nordhaus") == 10
    return tmp_path / "files"


def landed(files: Path, window: Window = THE_1ST) -> list[dict[str, Any]]:
    # Files are read from the disk; nobody is asked.
    return pulled(Server("http://sandbox.invalid"), "snowplow", "events", window=window, options={"folder": str(files)})


def test_every_page_of_matomo_s_visits_lands_and_the_pings_do_not(files: Path) -> None:
    rows = sorted(landed(files), key=lambda row: row["derived_at"])

    assert [row["derived_at"] for row in rows] == [
        datetime.fromisoformat(f"2026-03-01T10:0{minute}") for minute in range(5)
    ]
    assert {(row["event"], row["client_id"], row["mkt_click_id"], row["mkt_network"]) for row in rows} == {
        ("page_view", "0a1b2c3d4e5f6071", "Gcl-1", "Google")
    }
    assert len({row["event_id"] for row in rows}) == len({row["session_id"] for row in rows}) == 5
    assert {row["_reject_reason"] for row in rows} == {None}


def test_the_same_market_makes_the_same_files_under_the_day_of_the_run(files: Path, market: Path) -> None:
    [path] = (path for path in files.rglob("*") if path.is_file())
    before = gzip.decompress(path.read_bytes())

    write_events(market, files, "nordhaus")

    assert path.parent.name == "run=2026-03-01-04-00-00"
    assert gzip.decompress(path.read_bytes()) == before
    assert write_events(market, files.parent / "other", "clearwater") == 0


def test_a_file_that_is_not_whole_is_left_for_later(files: Path) -> None:
    [path] = (path for path in files.rglob("*") if path.is_file())
    path.write_bytes(path.read_bytes()[:-40])

    with pytest.raises(RetryLater, match="not whole"):
        landed(files)


def test_a_line_of_another_shape_becomes_a_reject_and_takes_no_other_with_it(files: Path) -> None:
    (files / "late.tsv").write_text("web\tweb\t2026-03-01 10:00:00.000\n", encoding="utf-8")

    rows = landed(files)

    assert [row["_reject_reason"] is None for row in rows].count(True) == 5
    [reject] = [row["_reject_reason"] for row in rows if row["_reject_reason"]]
    assert "3 columns where an enriched event has 131" in reject
