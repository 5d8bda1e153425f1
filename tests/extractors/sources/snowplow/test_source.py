"""Snowplow: files in a folder, events by their day, and lines that are no events."""

from __future__ import annotations

import gzip
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from extractors.errors import ExtractError, FixSettings, RetryLater
from extractors.model import Account, Connection, Row, Window
from extractors.run import land_table
from extractors.sources.snowplow import SNOWPLOW
from tests.extractors.sources.vendor import fixture, landed_rows

THE_10TH = Window(date(2026, 3, 10), date(2026, 3, 10))
TWO_DAYS = Window(date(2026, 3, 10), date(2026, 3, 11))


def file_of(name: str) -> bytes:
    return fixture(f"snowplow/{name}.tsv").read_bytes()


def put(folder: Path, name: str, content: bytes) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def land(folder: Path, window: Window = THE_10TH, **options: Any) -> list[Row]:
    account = Account("snowplow", "ACC1", "", brand="nordhaus", options={"folder": str(folder), **options})
    land_table(SNOWPLOW, account, "events", window, Connection(SNOWPLOW.base_url))
    return landed_rows(SNOWPLOW, "events")


def test_events_land_on_the_day_on_which_they_were_collected(tmp_path: Path) -> None:
    put(tmp_path, "part-0.tsv", file_of("events__one_day"))

    first, form, again, next_day = land(tmp_path, TWO_DAYS)

    assert (first["event_id"], first["client_id"], first["session_id"]) == ("e-1", "c-1", "s-1")
    assert first["derived_at"] == datetime.fromisoformat("2026-03-10T10:00:05.123")
    assert (first["page_title"], first["mkt_campaign"], first["mkt_click_id"]) == ('The "roof"', "brand", "SYN-1")
    assert (first["session_number"], first["user_id"]) == (3, None)
    assert (form["event_name"], form["user_id"]) == ("submit_form", "customer-7")
    assert (again["event_id"], again["collector_at"] > first["collector_at"]) == ("e-1", True)
    assert (next_day["event_id"], next_day["_day"]) == ("e-4", date(2026, 3, 11))
    assert {row["_reject_reason"] for row in (first, form, again, next_day)} == {None}


def test_pings_and_addresses_of_networks_are_left_in_the_file(tmp_path: Path) -> None:
    put(tmp_path, "part-0.tsv", file_of("events__one_day"))

    rows = land(tmp_path)

    assert [row["event_id"] for row in rows] == ["e-1", "e-3", "e-1"]
    assert "192.0.2.1" not in json.dumps([row["_payload"] for row in rows])


@pytest.mark.meets("last_page")
def test_packed_files_are_read_whatever_their_name_and_marks_of_loaders_are_not(tmp_path: Path) -> None:
    put(tmp_path, "run=2026-03-10-04-00-00/part-00000", gzip.compress(file_of("events__one_day")))
    put(tmp_path, "run=2026-03-10-04-00-00/_SUCCESS", b"")
    put(tmp_path, ".part-1.tsv", file_of("events__one_day"))

    assert len(land(tmp_path)) == 3


def test_files_that_are_dated_long_before_or_after_are_not_opened(tmp_path: Path) -> None:
    put(tmp_path, "run=2026-03-11-04-00-00/part-0.tsv", file_of("events__one_day"))
    put(tmp_path, "run=2026-01-01-04-00-00/part-0.gz", gzip.compress(file_of("events__one_day"))[:50])

    assert len(land(tmp_path)) == 3


def test_a_folder_that_was_cleared_leaves_what_was_landed(tmp_path: Path) -> None:
    put(tmp_path / "drop", "part-0.tsv", file_of("events__one_day"))
    before = land(tmp_path / "drop")
    (tmp_path / "drop" / "part-0.tsv").unlink()

    assert land(tmp_path / "drop") == before


def test_a_line_that_is_no_event_is_rejected_and_the_others_land(tmp_path: Path) -> None:
    put(tmp_path, "part-0.tsv", file_of("events__short_line"))

    good, short = land(tmp_path)

    assert (good["event_id"], good["_reject_reason"]) == ("e-1", None)
    assert "the line has 4 columns where an enriched event has 131" in short["_reject_reason"]


@pytest.mark.meets("drift")
def test_a_time_of_another_form_is_rejected(tmp_path: Path) -> None:
    put(tmp_path, "part-0.tsv", file_of("events__odd_time"))

    [row] = land(tmp_path)

    assert "collector_at" in row["_reject_reason"]


@pytest.mark.meets("cut_body")
def test_a_packed_file_that_is_not_whole_is_left_for_later(tmp_path: Path) -> None:
    put(tmp_path, "part-0.gz", gzip.compress(file_of("events__one_day"))[:-20])

    with pytest.raises(RetryLater, match=r"part-0\.gz: the file is not whole"):
        land(tmp_path)

    assert landed_rows(SNOWPLOW, "events") == []


@pytest.mark.meets("empty_answer")
def test_an_empty_folder_lands_an_empty_day(tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()

    assert land(tmp_path / "drop") == []


@pytest.mark.meets("permanent_error")
def test_a_relative_folder_begins_at_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(FixSettings, match=f"there is no folder {Path(__file__).parents[4]}/data/not-there"):
        land(Path("data/not-there"))


def test_a_folder_that_is_not_there_is_for_a_person(tmp_path: Path) -> None:
    with pytest.raises(FixSettings, match="there is no folder") as refused:
        land(tmp_path / "nowhere")

    assert isinstance(refused.value, ExtractError)
