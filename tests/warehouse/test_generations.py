"""Generations: what they are called, in which order they are, what is healed, and what is left alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from tests.warehouse.builds import finished_build
from warehouse import build
from warehouse.__main__ import app
from warehouse.errors import BuildError, ChecksNotPassed, NothingPublished, OlderDay
from warehouse.lock import claim
from warehouse.pipeline_steps import begin_phase
from warehouse.publish import generations, publish
from warehouse.publish.generations import files_of, kept, rollback, served
from warehouse.run import BuildRun
from warehouse.settings import data_dir, generations_dir, parquet_dir, private_link, snapshots_dir, warehouse_link

EARLIER = date(2026, 6, 10)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own."""
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    return tmp_path


def shown() -> int:
    """The number that readers see."""
    with duckdb.connect(str(warehouse_link()), read_only=True) as reader:
        row = reader.execute("select any_value(number) from marts.inquiries").fetchone()
    assert row is not None
    return int(row[0])


def names() -> list[str]:
    return [generation.name for generation in kept()]


def lay_out_as_before(name: str) -> None:
    """Give a generation the layout, the links and the note that it had before generations had folders."""
    files, folder = files_of(name), generations_dir()
    note = asdict(next(one for one in kept() if one.name == name))
    for newer in ("number", "was_served"):
        del note[newer]
    for file, called in (
        (files.warehouse, f"{name}.duckdb"),
        (files.private, f"{name}.private.duckdb"),
        (files.snapshot, f"{name}.snapshot.parquet"),
    ):
        file.replace(folder / called)
    (folder / f"{name}.json").write_text(json.dumps(note))
    shutil.rmtree(folder / name)
    for link, called in ((warehouse_link(), f"{name}.duckdb"), (private_link(), f"{name}.private.duckdb")):
        link.unlink()
        link.symlink_to(Path("generations") / called)


def test_the_database_is_called_warehouse_whichever_generation_readers_see() -> None:
    for number in (1, 2):
        publish(finished_build(f"r{number}", number))
        asked = "import sys, duckdb; print(duckdb.connect(sys.argv[1], read_only=True).sql(sys.argv[2]).fetchall())"
        for link, query in (
            (warehouse_link(), "select current_database(), any_value(number) from warehouse.marts.inquiries"),
            (private_link(), "select current_database(), count(*) from warehouse_private.main.contact_details"),
        ):
            said = subprocess.run(
                [sys.executable, "-c", asked, str(link), query], capture_output=True, text=True, check=True
            ).stdout
            counted = number if link == warehouse_link() else 1
            assert said.strip() == str([(link.stem, counted)])


def test_generations_of_the_layout_before_are_served_gone_back_to_and_forgotten() -> None:
    for number in (1, 2):
        publish(finished_build(f"r{number}", number))
    for number in (1, 2):
        lay_out_as_before(f"r{number}")

    assert shown() == 2
    publish(finished_build("r3", 3))
    assert (shown(), names()) == (3, ["r1", "r2", "r3"])
    assert (rollback().name, shown()) == ("r2", 2)
    assert private_link().resolve().name == "r2.private.duckdb"
    for number in (4, 5):
        publish(finished_build(f"r{number}", number))
    assert names() == ["r3", "r4", "r5"]
    assert not [file.name for file in generations_dir().iterdir() if file.name.startswith(("r1", "r2"))]


def test_a_publisher_of_before_that_died_after_the_flip_is_made_good() -> None:
    publish(finished_build("r1", 1))
    lay_out_as_before("r1")
    (generations_dir() / "r1.json").unlink()
    (generations_dir() / ".r2.duckdb.part").write_bytes(b"half")

    publish(finished_build("r2", 2))

    assert (names(), shown()) == (["r1", "r2"], 2)
    assert not list(generations_dir().glob(".*"))


def test_generations_are_in_the_order_of_their_numbers_though_the_clock_is_set_back() -> None:
    for number in (1, 2):
        publish(finished_build(f"r{number}", number))
    for one in kept():
        # What a clock that was years ahead had written.
        files_of(one.name).note.write_text(json.dumps(asdict(replace(one, published_at="2036-01-01 00:00:00.000000"))))

    publish(finished_build("r3", 3))

    assert names() == ["r1", "r2", "r3"]
    assert (rollback().name, shown()) == ("r2", 2)


def test_what_a_person_keeps_among_the_generations_stays() -> None:
    publish(finished_build("r1", 1))
    shutil.copy(warehouse_link(), generations_dir() / "before-the-audit.duckdb")
    shutil.copytree(generations_dir() / "r1", generations_dir() / "r1 of the audit")
    (generations_dir() / "notes").mkdir()
    (generations_dir() / "notes" / "why.txt").write_text("kept by hand")

    for number in range(2, 6):
        publish(finished_build(f"r{number}", number))

    left = {file.name for file in generations_dir().iterdir()}
    assert left == {"r3", "r4", "r5", "before-the-audit.duckdb", "r1 of the audit", "notes"}


@pytest.mark.parametrize("step", ["rollback", "publish"])
def test_a_link_that_a_copy_took_the_place_of_is_a_link_again(step: str) -> None:
    for number in (1, 2):
        publish(finished_build(f"r{number}", number))
    for link in (warehouse_link(), private_link()):
        copied = link.resolve().read_bytes()
        link.unlink()
        link.write_bytes(copied)
    current = parquet_dir() / "current"
    whole = current.resolve()
    current.unlink()
    shutil.copytree(whole, current)

    told = served()
    assert told is not None
    assert told.name == "r2"
    if step == "rollback":
        assert rollback().name == "r1"
    else:
        publish(finished_build("r3", 3))

    assert all(link.is_symlink() for link in (warehouse_link(), private_link(), current))
    assert shown() == (1 if step == "rollback" else 3)
    assert not [file for file in parquet_dir().iterdir() if file.name.startswith(".")]


@pytest.mark.parametrize("content", [b"", b"no note"])
def test_a_generation_whose_note_is_lost_is_no_hindrance(content: bytes) -> None:
    for number in (1, 2):
        publish(finished_build(f"r{number}", number))
    files_of("r2").note.write_bytes(content)

    assert (rollback().name, shown()) == ("r1", 1)
    publish(finished_build("r3", 3))
    assert shown() == 3


def test_a_served_generation_that_is_damaged_and_has_lost_its_note_is_followed_by_the_next() -> None:
    publish(finished_build("r1", 1))
    publish(finished_build("r2", 2))
    files_of("r2").note.unlink()
    files_of("r2").warehouse.chmod(0o644)
    files_of("r2").warehouse.write_bytes(b"not a database")

    publish(finished_build("r3", 3))

    assert shown() == 3


@pytest.mark.parametrize("lost", ["check_landed", "check_inquiries", "check_marts"])
def test_a_build_that_has_not_passed_a_check_is_not_published(lost: str) -> None:
    publish(finished_build("r1", 1))
    phases = ["stage", "check_landed", "identify", "model", "check_inquiries", "attribute", "check_marts"]
    run = finished_build("r2", 2, passed=[phase for phase in phases if phase != lost])

    with pytest.raises(ChecksNotPassed, match=f"has not passed {lost}, .*leadgen build --to 2026-06-30"):
        publish(run)

    assert shown() == 1


def test_a_build_whose_check_failed_is_not_published_by_hand() -> None:
    publish(finished_build("r1", 1))
    run = finished_build("r2", 2)
    claim(run)
    with pytest.raises((BuildError, duckdb.Error)):
        # The marts of this build lack nearly every column that is checked.
        build.check_marts(run)

    with pytest.raises(ChecksNotPassed, match="has not passed check_marts"):
        publish(run)

    assert shown() == 1


def test_a_phase_that_runs_again_takes_what_stood_on_it_out_of_what_passed() -> None:
    run = finished_build("r1", 1)
    begin_phase(run, "model")

    with pytest.raises(ChecksNotPassed, match="has not passed model, check_inquiries, attribute, check_marts"):
        publish(run)


def test_a_build_is_published_to_the_day_that_it_was_built_to() -> None:
    finished_build("r1", 1)

    with pytest.raises(ChecksNotPassed, match=r"was made to 2026-06-30, not to 2026-07-01. Say: --to 2026-06-30"):
        publish(BuildRun("r1", date(2026, 7, 1)))
    with pytest.raises(NothingPublished):
        rollback()


def test_a_build_that_knows_less_than_readers_see_is_published_only_where_somebody_asks_for_it() -> None:
    publish(finished_build("r1", 1))
    older = finished_build("r2", 2, day=EARLIER)

    with pytest.raises(OlderDay, match=r"as of 2026-06-30.*leadgen build --to 2026-06-30.*--to-older-day"):
        publish(older)
    assert shown() == 1

    publish(replace(older, to_older_day=True))
    assert shown() == 2


def test_the_command_refuses_an_older_day_before_it_builds_and_takes_it_by_name() -> None:
    publish(finished_build("r1", 1))
    finished_build("r2", 2, day=EARLIER)
    words = ["publish", "--run-id", "r2", "--to", str(EARLIER)]
    (data_dir() / "build" / "claim.json").write_text(json.dumps({"run_id": "r2", "since": "today"}))

    refused = CliRunner().invoke(app, words)
    assert refused.exit_code == 1
    assert refused.output.startswith("OlderDay Readers see the warehouse as of 2026-06-30")
    taken = CliRunner().invoke(app, [*words, "--to-older-day"])
    # The report of a build this small fails afterwards.
    assert shown() == 2, taken.output


def test_a_disk_that_is_full_from_the_start_ends_in_one_sentence_and_in_what_it_needs() -> None:
    publish(finished_build("r1", 1))
    run = finished_build("r2", 2)
    begun = generations_dir() / ".r0.part"
    begun.mkdir()
    (begun / "warehouse.duckdb").write_bytes(b"0" * 1_000_000)
    script = (
        "import resource, signal, sys\n"
        "from datetime import date\n"
        "from warehouse.publish import publish\n"
        "from warehouse.run import BuildRun\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
        "try:\n    publish(BuildRun('r2', date(2026, 6, 30)))\n"
        "except Exception as failed:\n    print(type(failed).__name__, failed)\n"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    needed = generations.bytes_of("r1")
    assert said.startswith("PublishFailed The generation r2 could not be written below")
    assert f"bytes are free and about {needed:,} are needed" in said
    assert "Readers keep the one they have" in said
    assert not begun.exists()
    assert (shown(), names()) == (1, ["r1"])
    publish(run)
    assert shown() == 2


def test_a_damaged_snapshot_is_named_and_the_one_before_it_serves(caplog: pytest.LogCaptureFixture) -> None:
    from warehouse.publish.snapshots import recall_snapshot
    from warehouse.run import open_build

    for number, day in ((1, date(2026, 6, 22)), (2, date(2026, 6, 23))):
        publish(finished_build(f"r{number}", number, day=day))
    damaged = snapshots_dir() / "2026-06-23.parquet"
    damaged.write_bytes(b"PAR1")
    run = finished_build("r3", 3, day=date(2026, 6, 24))

    recall_snapshot(run)

    with open_build(run) as database:
        recalled = database.execute("select as_of_day::varchar, value::int from steps.previous_snapshot").fetchall()
    assert recalled == [("2026-06-22", 1)]
    assert [line for line in caplog.messages if str(damaged) in line and "leadgen build --to 2026-06-23" in line]
    assert not os.access(damaged, os.F_OK)
