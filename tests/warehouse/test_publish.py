"""Publishing: readers see the old or the new warehouse, whole, whatever happens to the publisher."""

from __future__ import annotations

import os
import resource
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.builds import finished_build
from warehouse import build
from warehouse.errors import NothingPublished, PublishFailed
from warehouse.lock import claim
from warehouse.publish import STEPS, publish
from warehouse.publish.generations import rollback
from warehouse.publish.verify import Contents, differences, fingerprints
from warehouse.settings import (
    build_dir,
    generations_dir,
    parquet_dir,
    private_link,
    report_dir,
    snapshots_dir,
    warehouse_link,
)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own."""
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    return tmp_path


def shown() -> int:
    """The number that readers see."""
    with duckdb.connect(str(warehouse_link().resolve()), read_only=True) as reader:
        row = reader.execute("select any_value(number) from marts.inquiries").fetchone()
    assert row is not None
    return int(row[0])


def test_readers_see_the_marts_their_descriptions_and_who_published_them() -> None:
    publish(finished_build("r1"))

    with duckdb.connect(str(warehouse_link()), read_only=True) as reader:
        tables = {name for (name,) in reader.execute("select table_name from duckdb_tables()").fetchall()}
        described = reader.execute("select comment from duckdb_tables() where table_name = 'inquiries'").fetchone()
        publication = reader.execute("select run_id, as_of_day::varchar, row_count from marts.publication").fetchone()
    assert tables == {"inquiries", "attributed_leads", "channel_performance", "pipeline_steps", "publication"}
    assert described == ("What came in. It's one row per inquiry.",)
    assert publication == ("r1", "2026-06-30", 3000)
    assert (parquet_dir() / "current" / "inquiries.parquet").exists()
    assert warehouse_link().is_symlink()
    assert not warehouse_link().readlink().is_absolute()


def test_the_file_is_of_a_version_that_older_drivers_open_and_nobody_writes_to() -> None:
    publish(finished_build("r1"))

    # The version of the storage stands at byte 12 of the file; 64 is that of DuckDB 1.0.
    header = warehouse_link().resolve().read_bytes()[:20]
    assert header[8:12] == b"DUCK"
    assert int.from_bytes(header[12:20], "little") == 64
    assert stat.S_IMODE(warehouse_link().resolve().stat().st_mode) == 0o444


def test_contact_details_are_apart_and_for_their_owner_alone() -> None:
    publish(finished_build("r1"))

    assert stat.S_IMODE(private_link().resolve().stat().st_mode) == 0o600
    with duckdb.connect(str(private_link().resolve()), read_only=True) as reader:
        assert reader.execute("select full_name, email, phone from contact_details").fetchall() == [
            ("Jane", "jane@mail.example", "+4915112345678")
        ]
    public = warehouse_link().resolve().read_bytes()
    assert b"jane@mail" not in public
    assert b"4915112345678" not in public


def test_three_generations_are_kept_and_one_can_go_back() -> None:
    for number in range(1, 6):
        publish(finished_build(f"r{number}", number))

    assert shown() == 5
    assert {file.parent.name for file in generations_dir().glob("*/warehouse.duckdb")} == {"r3", "r4", "r5"}
    assert rollback().name == "r4"
    assert shown() == 4
    assert (parquet_dir() / "current").resolve().name == "r4"


def test_without_a_warehouse_there_is_nothing_to_go_back_to() -> None:
    with pytest.raises(NothingPublished, match="leadgen build"):
        rollback()


PUBLISH = "from tests.warehouse.builds import finished_build\nfrom warehouse.publish import publish\nimport sys\n"


@pytest.mark.parametrize("step", STEPS)
def test_a_publisher_killed_at_any_step_leaves_a_whole_warehouse(step: str) -> None:
    publish(finished_build("r1", 1))

    killed = subprocess.run(
        [sys.executable, "-c", PUBLISH + "publish(finished_build('r2', 2))"],
        env={**os.environ, "LEADGEN_KILL_AT": step},
        check=False,
    )

    assert killed.returncode == -signal.SIGKILL
    assert shown() == (2 if step in ("note", "keep", "forget") else 1)
    publish(finished_build("r3", 3))
    assert shown() == 3


def test_a_full_disk_leaves_yesterdays_warehouse_and_says_where() -> None:
    publish(finished_build("r1", 1))
    run = finished_build("r2", 2, rows=200_000)
    child = os.fork()
    if child == 0:
        # No file of this process may grow beyond 100 kB: what a full disk feels like.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        try:
            publish(run)
        except PublishFailed as failed:
            os._exit(7 if "could not be written below" in str(failed) else 8)
        os._exit(0)
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 7
    assert shown() == 1
    assert not list(generations_dir().glob(".*"))


def test_a_page_that_cannot_be_written_does_not_fail_a_publish_that_readers_see(
    caplog: pytest.LogCaptureFixture,
) -> None:
    run = finished_build("r1", 1)
    build_dir().mkdir(exist_ok=True)
    claim(run)
    report_dir().write_text("somebody's own file")

    assert build.publish(run) == warehouse_link()

    assert shown() == 1
    (told,) = caplog.messages
    assert told.startswith("Readers see the warehouse of r1; only the page")
    assert str(report_dir()) in told


def test_a_snapshot_that_cannot_be_kept_does_not_fail_a_publish_that_readers_see(
    caplog: pytest.LogCaptureFixture,
) -> None:
    snapshots_dir().write_text("somebody's own file")

    publish(finished_build("r1", 1))

    assert shown() == 1
    (told,) = caplog.messages
    assert "its note or its snapshot was not kept" in told
    # The next publish is as good as any.
    snapshots_dir().unlink()
    publish(finished_build("r2", 2))
    assert shown() == 2
    assert len(list(snapshots_dir().glob("*.parquet"))) == 1


POLLING = """
import select, sys, duckdb
link, reads, seen = sys.argv[1], 0, set()
held = duckdb.connect(link, read_only=True) if sys.argv[2] == "holding" else None
first = held.execute("select any_value(number) from marts.inquiries").fetchone() if held else None
print("reading", flush=True)
# Until the test closes this process's input.
while not select.select([sys.stdin], [], [], 0)[0]:
    with duckdb.connect(link, read_only=True) as reader:
        reader.execute("begin")
        numbers = {
            reader.execute(f"select min(number), max(number), count(*) from marts.{table}").fetchone()
            for table in ("inquiries", "attributed_leads", "channel_performance")
        }
        published = reader.execute("select row_count from marts.publication").fetchone()
    assert len(numbers) == 1, numbers
    (low, high, count), = numbers
    assert low == high and count == 1000 and published == (3000,)
    reads += 1
    seen.add(low)
if held:
    assert held.execute("select any_value(number) from marts.inquiries").fetchone() == first
print(reads, len(seen))
"""


def test_readers_that_poll_during_ten_publishes_never_see_an_error_or_a_half() -> None:
    publish(finished_build("r0", 100))
    link = str(warehouse_link())
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", POLLING, link, how],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for how in ("coming and going", "coming and going", "holding")
    ]
    for reader in readers:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "reading\n", reader.communicate()
    for number in range(1, 11):
        publish(finished_build(f"r{number}", number))
        time.sleep(0.1)

    results = [(*reader.communicate(timeout=60), reader.returncode) for reader in readers]
    assert [(error, code) for _, error, code in results] == [("", 0)] * 3
    for output, _, _ in results:
        reads, generations = map(int, output.split())
        assert reads > 20
        assert generations > 1


def test_a_publisher_killed_before_readers_turn_has_the_rest_turned_already() -> None:
    publish(finished_build("r1", 1))

    killed = subprocess.run(
        [sys.executable, "-c", PUBLISH + "publish(finished_build('r2', 2))"],
        env={**os.environ, "LEADGEN_KILL_AT": "flip_warehouse"},
        check=False,
    )

    assert killed.returncode == -signal.SIGKILL
    assert shown() == 1
    assert private_link().resolve().parent.name == "r2"
    assert (parquet_dir() / "current").resolve().name == "r2"


def test_nobody_goes_back_to_what_was_withdrawn() -> None:
    for number in (1, 2, 3):
        publish(finished_build(f"r{number}", number))

    assert rollback().name == "r2"
    publish(finished_build("r4", 4))
    assert rollback().name == "r2"
    assert shown() == 2


def held_in(reader: duckdb.DuckDBPyConnection) -> Contents:
    """What a generation holds, as it was written."""
    return {
        "marts": fingerprints(reader, "marts", ["attributed_leads", "channel_performance", "inquiries"]),
        "stored": fingerprints(reader, "stored", ["attributed_leads"]),
    }


def test_one_changed_cell_is_a_difference_though_the_rows_are_as_many() -> None:
    publish(finished_build("r1"))
    with duckdb.connect(str(warehouse_link().resolve()), read_only=True) as reader:
        written = held_in(reader)
    assert differences(str(warehouse_link().resolve()), written) == []

    served = warehouse_link().resolve()
    served.chmod(0o644)
    with duckdb.connect(str(served)) as database:
        database.execute("update marts.inquiries set number = 2 where id = 7")

    assert differences(str(served), written) == ["inquiries has 1000 rows of other contents than the 1000 built."]


def test_what_a_view_shows_is_held_against_what_was_built() -> None:
    publish(finished_build("r1"))
    served = warehouse_link().resolve()
    with duckdb.connect(str(served), read_only=True) as reader:
        written = held_in(reader)

    served.chmod(0o644)
    with duckdb.connect(str(served)) as database:
        database.execute("update stored.attributed_leads set number = 2 where id = 7")
    assert differences(str(served), written) == [
        "attributed_leads has 1000 rows of other contents than the 1000 built."
    ]
    with duckdb.connect(str(served)) as database:
        database.execute("update stored.attributed_leads set number = 1 where id = 7")
    assert differences(str(served), written) == []
    with duckdb.connect(str(served)) as database:
        database.execute("create or replace view marts.attributed_leads as select number, 7 as id "
                         "from stored.attributed_leads")  # fmt: skip
    assert differences(str(served), written) == [
        "attributed_leads has 1000 rows of other contents than the 1000 built."
    ]


def test_a_view_is_read_whatever_the_file_is_called_and_is_whole_in_parquet(tmp_path: Path) -> None:
    publish(finished_build("r1"))
    copy = tmp_path / "another name.duckdb"
    copy.write_bytes(warehouse_link().resolve().read_bytes())
    counted = "select count(*), max(number) from {}marts.attributed_leads"

    with duckdb.connect(str(copy), read_only=True) as reader:
        assert reader.execute(counted.format("")).fetchall() == [(1000, 1)]
        assert reader.execute("select table_type from information_schema.tables where table_schema = 'marts' "
                              "and table_name = 'attributed_leads'").fetchall() == [("VIEW",)]  # fmt: skip
        assert reader.execute("select comment from duckdb_views() where view_name = 'attributed_leads'").fetchall() == [
            ("Which contacts earned the leads.",)
        ]
        assert reader.execute("select comment from duckdb_columns() where schema_name = 'marts' "
                              "and table_name = 'attributed_leads' order by column_name").fetchall() == [
            ("Who it is.",), (None,)
        ]  # fmt: skip
    with duckdb.connect() as other:
        other.execute(f"attach '{copy}' as w (read_only)")
        assert other.execute(counted.format("w.")).fetchall() == [(1000, 1)]
        parquet = parquet_dir() / "current" / "attributed_leads.parquet"
        assert other.execute(f"select count(*), max(number) from '{parquet}'").fetchall() == [(1000, 1)]


def test_rows_that_are_missing_and_a_note_that_does_not_fit_are_differences() -> None:
    publish(finished_build("r1"))
    served = warehouse_link().resolve()
    with duckdb.connect(str(served), read_only=True) as reader:
        written = held_in(reader)

    served.chmod(0o644)
    with duckdb.connect(str(served)) as database:
        database.execute("delete from marts.inquiries where id = 7; update marts.publication set row_count = 2999")

    assert differences(str(served), written) == [
        "inquiries has 999 rows of other contents than the 1000 built.",
        "The row about the publication does not fit.",
    ]
