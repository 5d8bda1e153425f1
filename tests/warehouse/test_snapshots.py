"""What was published on a day is there on the next night, and nothing else is taken for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from tests.warehouse.builds import finished_build
from warehouse.publish import publish
from warehouse.publish.generations import rollback
from warehouse.publish.snapshots import KEPT_SNAPSHOTS, recall_snapshot
from warehouse.run import BuildRun, open_build
from warehouse.settings import snapshots_dir

MONDAY, TUESDAY, WEDNESDAY = (date(2026, 6, day) for day in (22, 23, 24))
KILLED = """
from datetime import date
from tests.warehouse.builds import finished_build
from warehouse.publish import publish
publish(finished_build('r2', 2, day=date(2026, 6, 23)))
"""


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own."""
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    return tmp_path


def recalled(run: BuildRun) -> list[tuple[date, int]]:
    """The day and the number that this build is compared with."""
    recall_snapshot(run)
    with open_build(run) as database:
        return database.execute("select as_of_day, value::int from steps.previous_snapshot").fetchall()


def publish_day(run_id: str, number: int, day: date) -> None:
    publish(finished_build(run_id, number, day=day))


def test_a_first_build_has_nothing_to_compare_with() -> None:
    assert recalled(finished_build("r1", day=MONDAY)) == []


def test_a_night_is_compared_with_the_newest_day_before_it_and_never_with_itself() -> None:
    publish_day("r1", 1, MONDAY)
    publish_day("r2", 2, TUESDAY)

    assert recalled(finished_build("r3", day=WEDNESDAY)) == [(TUESDAY, 2)]
    assert recalled(finished_build("r4", day=TUESDAY)) == [(MONDAY, 1)]
    assert recalled(finished_build("r5", day=MONDAY)) == []


def test_of_a_day_that_was_published_twice_the_last_counts() -> None:
    publish_day("r1", 1, MONDAY)
    publish_day("r2", 2, MONDAY)

    assert recalled(finished_build("r3", day=TUESDAY)) == [(MONDAY, 2)]


def test_a_build_that_is_not_published_leaves_no_snapshot() -> None:
    publish_day("r1", 1, MONDAY)
    finished_build("r2", 2, day=TUESDAY)

    assert recalled(finished_build("r3", day=WEDNESDAY)) == [(MONDAY, 1)]


def test_after_a_rollback_what_readers_see_again_counts() -> None:
    publish_day("r1", 1, MONDAY)
    publish_day("r2", 2, TUESDAY)
    rollback()

    assert recalled(finished_build("r3", day=WEDNESDAY)) == [(MONDAY, 1)]


@pytest.mark.parametrize(("step", "found"), [("snapshot", (MONDAY, 1)), ("flip", (MONDAY, 1)), ("keep", (TUESDAY, 2))])
def test_a_night_after_a_killed_publisher_is_compared_with_what_readers_see(step: str, found: tuple[date, int]) -> None:
    publish_day("r1", 1, MONDAY)
    killed = subprocess.run([sys.executable, "-c", KILLED], env={**os.environ, "LEADGEN_KILL_AT": step}, check=False)

    assert killed.returncode == -signal.SIGKILL
    assert recalled(finished_build("r3", day=WEDNESDAY)) == [found]


def test_the_oldest_days_are_forgotten(data: Path) -> None:
    publish_day("r1", 1, MONDAY)
    whole = snapshots_dir() / f"{MONDAY}.parquet"
    for number in range(KEPT_SNAPSHOTS):
        os.link(whole, snapshots_dir() / f"2025-01-{number + 1:02}.parquet")
    publish_day("r2", 2, TUESDAY)

    kept = sorted(file.name for file in snapshots_dir().iterdir())
    assert len(kept) == KEPT_SNAPSHOTS
    assert kept[-2:] == [f"{MONDAY}.parquet", f"{TUESDAY}.parquet"]
