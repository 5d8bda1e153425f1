"""A day that comes back empty or much smaller is held back; a day that was replaced can be brought back."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from extractors.__main__ import app
from extractors.landing import versions
from extractors.landing.versions import Versions, suspicious_days
from extractors.landing.writer import LandingWriter
from extractors.model import Account, Row, Table, Window
from extractors.settings import landing_dir
from extractors.sources import SOURCES
from tests.extractors.landing.test_writer import WEEK, landed, row, rows_of, table

TUESDAY, THURSDAY = date(2026, 3, 3), date(2026, 3, 5)
ONE_DAY = Window(TUESDAY, TUESDAY)


def orders(count: int, first: int = 0, day: date = TUESDAY) -> list[Row]:
    """So many orders of a day."""
    return [row(f"{day} {number}", ordered_at=f"{day}T10:00:00Z") for number in range(first, first + count)]


def ids(root: Path) -> list[str]:
    return [one["order_id"] for one in rows_of(root)]


def versions_of(root: Path, of: Table | None = None) -> Versions:
    return Versions(root, "shop", of or table(), "A1")


def test_a_day_that_comes_back_empty_stays_and_what_came_is_held(tmp_path: Path) -> None:
    landed(tmp_path, [orders(20)])

    counts = landed(tmp_path, [])

    assert len(ids(tmp_path)) == 20
    assert (counts.rows, counts.held) == (0, {TUESDAY: (20, 0, 0)})
    assert versions_of(tmp_path).days_in(versions_of(tmp_path).held) == [TUESDAY]


def test_a_day_that_loses_most_rows_is_held_and_its_neighbour_lands(tmp_path: Path) -> None:
    landed(tmp_path, [orders(40), orders(40, day=THURSDAY)])

    counts = landed(tmp_path, [orders(19), orders(30, day=THURSDAY)])

    assert counts.held == {TUESDAY: (40, 19, 0)}
    assert counts.rows == 30
    assert len(ids(tmp_path)) == 70


def test_the_few_rows_of_a_small_account_do_not_all_go_at_once(tmp_path: Path) -> None:
    few = [orders(1, day=day) for day in WEEK.days()]
    landed(tmp_path, few)

    assert list(landed(tmp_path, []).held) == WEEK.days()
    assert len(ids(tmp_path)) == 7
    assert landed(tmp_path, few[3:]).held == {}


def test_days_of_few_rows_are_held_together(tmp_path: Path) -> None:
    few = [orders(3, day=day) for day in WEEK.days()]
    landed(tmp_path, few)

    counts = landed(tmp_path, few[:2])

    assert list(counts.held) == WEEK.days()[2:]
    assert len(ids(tmp_path)) == 21


@pytest.mark.parametrize(("before", "now"), [(4, 0), (19, 1), (40, 20)])
def test_a_few_rows_may_go(tmp_path: Path, before: int, now: int) -> None:
    landed(tmp_path, [orders(before)])

    counts = landed(tmp_path, [orders(now)])

    assert counts.held == {}
    assert len(ids(tmp_path)) == now


def test_rows_that_no_longer_fit_the_contract_do_not_replace_those_that_did(tmp_path: Path) -> None:
    landed(tmp_path, [orders(30)])

    counts = landed(tmp_path, [[{**one, "amount": "free"} for one in orders(30)]])

    assert counts.held == {TUESDAY: (30, 0, 30)}
    assert (counts.rejects, len(ids(tmp_path))) == (0, 30)


def test_the_next_whole_answer_replaces_the_day_and_clears_what_was_held(tmp_path: Path) -> None:
    landed(tmp_path, [orders(30)])
    landed(tmp_path, [])

    counts = landed(tmp_path, [orders(28)])

    assert counts.held == {}
    assert len(ids(tmp_path)) == 28
    assert not any(versions_of(tmp_path).held.iterdir())


def test_a_record_that_changed_again_leaves_its_day_without_alarm(tmp_path: Path) -> None:
    changes = table("changes")
    landed(tmp_path, [orders(30)], of=changes)

    # All but one have moved to the day on which they changed last.
    counts = landed(tmp_path, [orders(1), orders(29, first=1, day=THURSDAY)], of=changes)

    assert counts.held == {}
    assert len(ids(tmp_path)) == 30


def test_of_changed_records_nothing_at_all_is_an_alarm(tmp_path: Path) -> None:
    changes = table("changes")
    landed(tmp_path, [orders(30)], of=changes)

    assert landed(tmp_path, [], of=changes).held == {TUESDAY: (30, 0, 0)}
    assert len(ids(tmp_path)) == 30


def test_what_people_take_out_of_their_own_files_is_gone_but_not_everything_at_once() -> None:
    plan = SOURCES["manual"].table("plan")

    assert suspicious_days(plan, {TUESDAY: 100}, {TUESDAY: 3}) == set()
    assert suspicious_days(plan, {TUESDAY: 100}, {TUESDAY: 0}) == {TUESDAY}


def test_a_snapshot_that_shrinks_is_held_and_the_older_one_is_still_read(tmp_path: Path) -> None:
    snapshot = table("snapshot")
    landed(tmp_path, [orders(30)], ONE_DAY, snapshot)

    counts = landed(tmp_path, [orders(2)], Window(THURSDAY, THURSDAY), snapshot)

    assert counts.held == {THURSDAY: (30, 2, 0)}
    assert versions_of(tmp_path, snapshot).days_in(versions_of(tmp_path).folder) == [TUESDAY]
    landed(tmp_path, [orders(29)], Window(THURSDAY, THURSDAY), snapshot)
    assert len(ids(tmp_path)) == 29
    assert not any(versions_of(tmp_path).held.iterdir())


def test_exactly_one_replaced_version_is_kept_and_costs_no_copy(tmp_path: Path) -> None:
    landed(tmp_path, [orders(1)], ONE_DAY)
    second = landed(tmp_path, [orders(2)], ONE_DAY)
    file = versions_of(tmp_path).folder / "day=2026-03-03.parquet"
    inode = file.stat().st_ino

    landed(tmp_path, [orders(3)], ONE_DAY)

    (kept,) = versions_of(tmp_path).previous.iterdir()
    assert kept.stat().st_ino == inode
    assert versions.rows_in(kept) == second.rows == 2


def test_a_replaced_version_is_kept_for_its_days_and_no_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    landed(tmp_path, [orders(1)], ONE_DAY)
    landed(tmp_path, [orders(2)], ONE_DAY)
    versions_of(tmp_path).clear()
    assert len(list(versions_of(tmp_path).previous.iterdir())) == 1

    monkeypatch.setattr(versions, "KEPT_DAYS", -1)
    versions_of(tmp_path).clear()

    assert list(versions_of(tmp_path).previous.iterdir()) == []
    assert len(ids(tmp_path)) == 2


@pytest.mark.parametrize("grain", ["day", "snapshot"])
def test_bringing_back_twice_undoes_it(tmp_path: Path, grain: str) -> None:
    of = table(grain)
    landed(tmp_path, [orders(5)], ONE_DAY, of)
    landed(tmp_path, [orders(9)], ONE_DAY if grain == "day" else Window(THURSDAY, THURSDAY), of)
    one = versions_of(tmp_path, of)
    seen = []

    for _ in range(3):
        (day,) = one.days_in(one.previous)
        one.restore(day)
        seen.append(len(ids(tmp_path)))

    assert seen == [5, 9, 5]
    assert not list(tmp_path.rglob("*.part"))


def killed_at(step: int, do: Callable[[], Any]) -> bool:
    """Do it in a child that is killed before the file system changes for the ``step``-th time; False when it ended."""
    child = os.fork()
    if child == 0:
        done = 0

        def counted(real: Callable[..., Any]) -> Callable[..., Any]:
            def call(*arguments: Any, **options: Any) -> Any:
                nonlocal done
                done += 1
                if done == step:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*arguments, **options)

            return call

        os.link, os.replace, os.unlink = counted(os.link), counted(os.replace), counted(os.unlink)
        do()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def bring_back(one: Versions) -> None:
    for day in one.days_in(one.previous):
        one.restore(day)


@pytest.mark.parametrize("grain", ["day", "snapshot"])
@pytest.mark.parametrize(("what", "in_the_end"), [("land", 20), ("hold", 30), ("accept", 1), ("restore", 25)])
def test_killed_at_any_step_a_day_has_its_old_rows_or_its_new_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, grain: str, what: str, in_the_end: int
) -> None:
    # Only a power cut needs it, and here it would be asked for hundreds of times.
    monkeypatch.setattr(os, "sync", lambda: None)
    of = table(grain)
    later = ONE_DAY if grain == "day" else Window(THURSDAY, THURSDAY)

    def shown() -> int:
        """The rows that are read: of a snapshot those of the newest file."""
        newest = max(one["_day"] for one in rows_of(root))
        read = [one["order_id"] for one in rows_of(root) if one["_day"] == newest]
        assert len(set(read)) == len(read)
        return len(read)

    step, was_killed = 0, True
    while was_killed:
        step += 1
        root = tmp_path / str(step)
        landed(root, [orders(25)], ONE_DAY, of)
        landed(root, [orders(30, day=later.last_day)], later, of)
        if what == "accept":
            landed(root, [orders(1, day=later.last_day)], later, of)
        one = versions_of(root, of)
        todo: dict[str, Callable[[], Any]] = {
            "land": lambda: landed(root, [orders(20, day=later.last_day)], later, of),  # noqa: B023
            "hold": lambda: landed(root, [], later, of),  # noqa: B023
            "accept": lambda: one.accept(later.last_day),  # noqa: B023
            "restore": lambda: bring_back(one),  # noqa: B023
        }

        was_killed = killed_at(step, todo[what])

        assert shown() in ((30, in_the_end) if was_killed else (in_the_end,))
        if was_killed:
            # The next night ends as one that was never disturbed.
            landed(root, [orders(31, day=later.last_day)], later, of)
            assert shown() == 31
            assert one.days_in(one.held) == []
            assert len(one.days_in(one.previous)) == 1
    assert step > 1


@pytest.fixture
def aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A landing zone in which two days of an account's calls came back too small and one was replaced."""
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    calls = SOURCES["callrail"].table("calls")
    account = Account("callrail", "C1", "callrail", brand="nordhaus")

    def land(*counts: int) -> None:
        with LandingWriter(landing_dir(), "callrail", calls, account, WEEK, "run1") as writer:
            for day, count in zip(WEEK.days(), counts, strict=False):
                call = {"started_at": f"{day}T10:00:00Z", "direction": "inbound", "is_answered": True}
                writer.add([{"call_id": f"{day} {number}", **call} for number in range(count)])
            writer.commit()

    land(40, 40, 5, 60)
    land(1, 2, 6, 60)
    return landing_dir() / "callrail" / "calls" / "account=C1"


def command(*words: str) -> tuple[int, str]:
    ended = CliRunner().invoke(app, words, env={"COLUMNS": "200"})
    return ended.exit_code, ended.output


def test_the_days_that_were_held_are_listed_with_their_rows(aside: Path) -> None:
    code, said = command("held")

    lines = [line.split() for line in said.splitlines() if "2026-" in line]
    assert code == 0
    assert [[word for word in line if word[0].isalnum()] for line in lines] == [
        ["callrail", "C1", "calls", "2026-03-02", "40", "1"],
        ["callrail", "C1", "calls", "2026-03-03", "40", "2"],
    ]


def test_one_command_takes_what_was_held_and_another_brings_the_days_back(aside: Path) -> None:
    assert command("accept", "--source", "callrail", "--account", "C1", "--to", "2026-03-02")[0] == 0
    assert versions.rows_in(aside / "day=2026-03-02.parquet") == 1
    assert versions.rows_in(aside / "day=2026-03-03.parquet") == 40

    days = ("--from", "2026-03-02", "--to", "2026-03-04")
    code, said = command("restore", "--source", "callrail", "--table", "calls", *days)

    assert (code, said.splitlines()[-1]) == (0, "2 days brought back.")
    assert versions.rows_in(aside / "day=2026-03-02.parquet") == 40
    assert versions.rows_in(aside / "day=2026-03-04.parquet") == 5


def test_what_was_held_can_be_refused_and_then_there_is_nothing_to_take(aside: Path) -> None:
    assert command("refuse", "--source", "callrail")[0] == 0

    code, said = command("accept", "--source", "callrail")

    assert (code, said.strip()) == (1, "0 days taken.")
    assert versions.rows_in(aside / "day=2026-03-02.parquet") == 40


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--source", "nowhere"), "there is no source 'nowhere'"),
        (("--source", "callrail", "--table", "cals"), "callrail has no table 'cals'"),
    ],
)
def test_a_name_that_is_none_is_refused_in_words(words: tuple[str, ...], says: str) -> None:
    code, said = command("restore", *words)

    assert code == 2
    assert says in said
