"""Three nights on the real scheduler, told as they were published; a proof that is run by hand, in half an hour.

``python -m tests.dags.three_nights --folder NEW_FOLDER``. It needs a C compiler and Debian's package postgresql.

The services of docker-compose.yml run with a clock that is moved from one hour of interest to the next; their
schedules, retries, queues and backfills are Airflow's own. Two sources with two accounts each are read from the
sandbox: one account is slow in the first night, one is dead in the second, June is read again and days are backfilled
after it, and a run by hand goes on during the third. What was published at the end must equal a clean rebuild, but for
the tables that tell of the builds before.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import psycopg2  # type: ignore[import-untyped]
import yaml

from dags import market
from dags.child import python_module
from dags.fingerprint import TELL_OF_NIGHTS, of_tables
from tests.airflow_stack import BIN, ROOT, SECRETS, Stack, postgres, services

FIRST_DAY, LAST_DAY = "2026-06-01", "2026-06-29"
SOURCES = ("callrail", "typeform")
LOOKED_AT = (*(f"extract_{source}" for source in SOURCES), "build_warehouse", "published_by")
AWAKE = "select dag_id from dag where not is_paused"


def set_clock(clock: Path, text: str) -> None:
    """Let it be this moment for all who look at this file."""
    ahead = (datetime.fromisoformat(text).replace(tzinfo=UTC) - datetime.now(UTC)).total_seconds()
    part = clock.with_suffix(".part")
    part.write_text(f"{ahead:.0f}")
    part.chmod(0o644)
    part.replace(clock)


class Night:
    """The services, their clock, and what was seen."""

    def __init__(self, stack: Stack, clock: Path, sandbox: int, patience: int) -> None:
        self.stack, self.clock, self.sandbox, self.patience = stack, clock, sandbox, patience
        self.seen: list[str] = []

    def now(self) -> datetime:
        """The time that the services have."""
        return datetime.now(UTC) + timedelta(seconds=float(self.clock.read_text()))

    def set_clock(self, text: str) -> None:
        """Move the services' clock forward to this moment."""
        set_clock(self.clock, text)
        self.say("the clock is set")

    def say(self, line: str) -> None:
        print(f"{self.now():%m-%d %H:%M:%S}  {line}", flush=True)

    def airflow(self, *words: str) -> str:
        """A command of Airflow's, as a person types it."""
        done = subprocess.run(
            [BIN / "airflow", *words], env=self.stack.environment("scheduler"), capture_output=True, text=True
        )
        if done.returncode:
            raise SystemExit(f"airflow {' '.join(words)}: {done.stderr[-2000:]}")
        return done.stdout

    def asked(self, query: str) -> list[tuple[Any, ...]]:
        """What Airflow's own database says."""
        with contextlib.closing(
            psycopg2.connect(
                host="127.0.0.1", port=self.stack.ports["5432"], user="airflow", dbname="airflow",
                password=SECRETS["POSTGRES_PASSWORD"],
            )
        ) as database, database.cursor() as cursor:  # fmt: skip
            cursor.execute(query)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found

    def runs(self, dag_id: str) -> list[tuple[str, str]]:
        """The runs of a DAG and their states, oldest first."""
        return self.asked(f"select run_id, state from dag_run where dag_id = '{dag_id}' order by id")

    def wait(self, what: str, until: Callable[[], bool]) -> None:
        limit = time.monotonic() + self.patience
        while not until():
            self.look()
            if time.monotonic() > limit:
                raise SystemExit(f"{what} did not happen in {self.patience} s")
            time.sleep(5)
        self.look()
        self.say(what)

    def ended(self, dag_id: str, count: int) -> Callable[[], bool]:
        """Whether so many runs of the DAG have ended, and none goes on."""

        def are() -> bool:
            states = [state for _, state in self.runs(dag_id)]
            return len(states) >= count and set(states) <= {"success", "failed"}

        return are

    def look(self) -> None:
        """Note a publication that was not there before."""
        link = self.stack.folder / "data" / "warehouse.duckdb"
        if not link.exists():
            return
        with duckdb.connect(str(link.resolve()), read_only=True) as reader:
            run_id, day = reader.execute("select run_id, as_of_day::varchar from marts.publication").fetchall()[0]
            newest = reader.execute(
                "select source, account, max(newest_day)::varchar from marts.reconciliation "
                "where source in ('callrail', 'typeform') group by all order by all"
            ).fetchall()
        told = f"{run_id} as of {day}: " + ", ".join(f"{s} {a} to {d}" for s, a, d in newest)
        if told not in self.seen:
            self.seen.append(told)
            self.say(f"PUBLISHED {told}")

    def fault(self, **fault: Any) -> None:
        """Let the sandbox answer wrongly; without anything, rightly again."""
        order = urllib.request.Request(
            f"http://127.0.0.1:{self.sandbox}/__sandbox__/faults",
            data=json.dumps(fault).encode() if fault else None,
            headers={"content-type": "application/json"},
            method="POST" if fault else "DELETE",
        )
        urllib.request.urlopen(order, timeout=10).close()
        self.say(f"the sandbox fails: {fault}" if fault else "the sandbox fails no more")

    def table(self, dag_id: str) -> None:
        for run_id, state in self.runs(dag_id):
            tasks = self.asked(
                "select task_id || coalesce(' ' || nullif(map_index, -1), ''), state from task_instance "
                f"where dag_id = '{dag_id}' and run_id = '{run_id}' and state <> 'success' order by 1"
            )
            other = ", ".join(f"{task} {ended}" for task, ended in tasks)
            print(f"    {dag_id}  {run_id}  {state}  {other}", flush=True)


def three_nights(night: Night) -> None:
    """What happens, in its order."""
    callrail, typeform, build = "extract_callrail", "extract_typeform", "build_warehouse"
    # Night of 27 June, which DAGs that are new begin with at once: an account is slow until after 06:15.
    night.wait("callrail is done with the night, typeform is not", night.ended(callrail, 1))
    assert not night.runs(build), "the build did not wait for a slow account"
    night.set_clock("2026-06-28 06:14:50")
    night.wait("06:15: built without the slow account", night.ended(build, 1))
    night.fault()
    night.set_clock("2026-06-28 06:59:50")
    night.wait("the slow account has landed", night.ended(typeform, 1))
    night.wait("one more build", night.ended(build, 2))
    night.set_clock("2026-06-28 07:59:50")
    night.wait("08:00: published", night.ended("published_by", 1))

    # Night of 28 June: an account is dead; the night is complete without it.
    night.fault(source="callrail", kind="revoked", account="ACCCLEAR", times=0)
    night.set_clock("2026-06-29 03:14:50")
    night.wait("both sources are done", lambda: all(night.ended(one, 2)() for one in (callrail, typeform)))
    assert night.runs(callrail)[-1][1] == "failed", "the dead account did not fail"
    night.wait("built once both were done", night.ended(build, 3))
    night.fault()
    night.set_clock("2026-06-29 06:14:50")
    night.wait("06:15: nothing new to build", night.ended(build, 4))

    # June is read again in the morning, and an old day is backfilled: nobody publishes anything of that by itself.
    days = json.dumps({"first_day": "2026-06-05", "last_day": "2026-06-11"})
    for dag_id in (callrail, typeform):
        night.airflow("dags", "trigger", dag_id, "--conf", days)
    night.airflow(
        "backfill", "create", "--dag-id", typeform, "--from-date", "2026-06-20", "--to-date", "2026-06-22",
        "--max-active-runs", "1",
    )  # fmt: skip
    night.wait(
        "June was read again, two days were backfilled",
        lambda: all(night.ended(*one)() for one in ((callrail, 3), (typeform, 5))),
    )
    time.sleep(30)
    assert len(night.runs(build)) == 4, "a re-read or a backfill began a build"

    # Night of 29 June, with a run by hand at the same time.
    night.set_clock("2026-06-30 03:14:50")
    night.wait("the night of typeform has begun", lambda: len(night.runs(typeform)) >= 6)
    night.airflow("dags", "trigger", typeform)
    night.wait(
        "both sources are done, and the run by hand",
        lambda: all(night.ended(*one)() for one in ((callrail, 4), (typeform, 7))),
    )
    assert {state for _, state in night.runs(typeform)} == {"success"}, (
        "a run of the source whose account was slow failed"
    )
    night.wait("built", night.ended(build, 5))
    time.sleep(45)
    night.wait("all builds ended", night.ended(build, 5))


def leadgen(connections: Mapping[str, str], config: Path, data: Path, *words: str) -> None:
    """A command as a person types it, with the right clock."""
    environment = {
        **os.environ, **connections, "LEADGEN_DATA": str(data), "LEADGEN_CONFIG": str(config),
        "LEADGEN_HASH_KEY": SECRETS["LEADGEN_HASH_KEY"], "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    done = subprocess.run([BIN / "leadgen", *words], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"leadgen {words[0]}: {done.stdout[-1500:]}{done.stderr[-1500:]}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the nights; 0 when what they published equals a clean rebuild."""
    from sandbox.config import connections

    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--patience", type=int, default=3000, help="seconds to wait for one thing to happen")
    asked = parser.parse_args(arguments)
    asked.folder.mkdir(parents=True)
    made, clock = asked.folder / "market-made", asked.folder / "clock"
    with python_module("sandbox", "generate", "--out", made, "--first-day", FIRST_DAY, "--last-day", LAST_DAY) as one:
        market.finish(one, "invented")
    set_clock(clock, "2026-06-28 03:20:00")
    shim = asked.folder / "moved_clock.so"
    source = Path(__file__).with_name("moved_clock.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", shim, source, "-ldl"], check=True)
    for file in (ROOT / "dags").glob("*.py"):
        # A file that was written after what the clock says is read again without end.
        os.utime(file, (0, 0))
    moved = {"LD_PRELOAD": str(shim), "MOVED_CLOCK": str(clock)}
    with market.served(made) as port, postgres(moved) as database, services(asked.folder / "stack", database) as stack:
        market.configure(made, port, stack.folder / "config")
        accounts = yaml.safe_load((stack.folder / "config" / "accounts.yml").read_text())["accounts"]
        chosen = [one for one in accounts if one["source"] in SOURCES]
        (stack.folder / "config" / "accounts.yml").write_text(yaml.safe_dump({"accounts": chosen}))
        reached = connections(f"http://127.0.0.1:{port}")
        stack.settings.update(
            {**reached, **moved},
            # A clock that jumps over hours is no sign of a dead process, nor of a DAG that went away.
            AIRFLOW__EXECUTION_API__JWT_EXPIRATION_TIME="1000000",
            AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT="1000000",
            AIRFLOW__DAG_PROCESSOR__STALE_DAG_THRESHOLD="1000000",
            AIRFLOW__DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT="1000000",
            AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL="1000000",
        )
        config, data = stack.folder / "config", stack.folder / "data"
        leadgen(reached, config, data, "pull", "--from", FIRST_DAY, "--to", "2026-06-26")
        night = Night(stack, clock, port, asked.patience)
        night.fault(source="typeform", kind="server_error", account="clearwater", times=0)
        stack.run("init")
        for service in ("api-server", "scheduler", "dag-processor"):
            stack.start(service)
        for service in ("api-server", "scheduler"):
            assert stack.becomes_healthy(service, asked.patience), stack.log(service)
        night.wait("the DAGs are there", lambda: {dag for (dag,) in night.asked(AWAKE)} >= set(LOOKED_AT))
        try:
            three_nights(night)
        finally:
            for dag_id in LOOKED_AT:
                night.table(dag_id)
        published = of_tables(data / "warehouse.duckdb")
        for words in (("pull", "--from", FIRST_DAY, "--to", LAST_DAY), ("contracts",), ("build", "--to", LAST_DAY)):
            leadgen(reached, config, asked.folder / "clean", *words)
        clean = of_tables(asked.folder / "clean" / "warehouse.duckdb")
    other = {table for table in published.keys() | clean.keys() if published.get(table) != clean.get(table)}
    print(f"of {len(clean)} tables other than in a clean rebuild: {', '.join(sorted(other)) or 'none'}")
    return 1 if other - TELL_OF_NIGHTS else 0


if __name__ == "__main__":
    sys.exit(main())
