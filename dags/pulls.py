"""A share of the demo's pulls: extract DAGs one after the other in a process of its own, with a line for each.

``python -m dags.pulls --home data/airflow --first-day 2026-01-01 --last-day 2026-06-30 extract_ecb extract_matomo``
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from dags import run_local
from dags.child import python_module
from dags.outcome import RunOutcome


class PullFailed(Exception):
    """A source could not be pulled; the message is what its DAG said first."""


@contextlib.contextmanager
def pulling(
    dag_ids: Sequence[str], home: Path, first_day: str, last_day: str, say: Callable[[str], None]
) -> Iterator[Callable[[], None]]:
    """Run the DAGs in a child while the block runs; gives a function that waits for its end, or is ``PullFailed``."""
    days = ("--first-day", first_day, "--last-day", last_day)
    lines: list[str] = []
    with python_module("dags.pulls", "--home", home, *days, *dag_ids, stdout=subprocess.PIPE) as child:

        def hear() -> None:
            for line in child.stdout or ():
                lines.append(line.rstrip())
                say(lines[-1])

        hearing = threading.Thread(target=hear, daemon=True)
        hearing.start()

        def finish() -> None:
            hearing.join()
            if child.wait() != 0:
                raise PullFailed(lines[-1] if lines else f"{', '.join(dag_ids)} could not be run")

        yield finish


def landed(run: RunOutcome) -> str:
    """What a pull brought, in one line; or the first error."""
    if run.state != "success":
        return next((task.error for task in run.tasks if task.error), run.state)
    counted = [task.returned for task in run.tasks if isinstance(task.returned, dict)]
    rows, rejects, requests = (sum(one[name] for one in counted) for name in ("rows", "rejects", "requests"))
    line = f"{rows:>8,} rows in {requests:,} requests"
    return f"{line}, {rejects:,} rejected" if rejects else line


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the DAGs in their order until one fails; 0 when none did."""
    parser = argparse.ArgumentParser(prog="python -m dags.pulls", description="Run extract DAGs without a scheduler.")
    parser.add_argument("dag_ids", nargs="+", metavar="DAG")
    parser.add_argument("--home", type=Path, required=True, help="Airflow's folder: its database and its logs")
    parser.add_argument("--first-day", required=True)
    parser.add_argument("--last-day", required=True)
    asked = parser.parse_args(arguments)
    # Airflow talks on the standard output too; only our lines are for whoever started this.
    told = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    run_local.settle_airflow(asked.home.resolve())
    if not (asked.home / "airflow.db").exists():
        run_local.make_database()
    dags = run_local.load_dags(retries=False)
    for dag_id in asked.dag_ids:
        run = run_local.run_once(dags[dag_id], {"first_day": asked.first_day, "last_day": asked.last_day})
        told.write(f"{dag_id:<20} {landed(run)}\n")
        if run.state != "success":
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
