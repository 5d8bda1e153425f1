"""The demo: an invented market, served over HTTP, pulled by the real DAGs, built, published and shown.

``python -m dags.demo --folder data/demo``. Everything lies in that folder; nothing leaves this machine.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from dags import market, run_local
from dags.console import Console
from dags.fingerprint import fingerprint
from dags.outcome import RunOutcome, TaskOutcome

FIRST_DAY = "2026-01-01"
LAST_DAY = "2026-06-30"


class DemoFailed(Exception):
    """A DAG did not succeed; the message is its first error."""


def run_demo(folder: Path, first_day: str, last_day: str, console: Console) -> None:
    """Invent, serve, pull, build and publish; no child outlives this call."""
    made, config = folder / "market", folder / "config"
    os.environ.update(LEADGEN_DATA=str(folder), LEADGEN_CONFIG=str(config))
    console.say(f"inventing a market of two brands, {first_day} to {last_day}")
    with market.sandbox("generate", "--out", made, "--first-day", first_day, "--last-day", last_day) as generating:
        # Airflow takes about as long to load as the market takes to invent, so both happen at once.
        run_local.settle_airflow(folder / "airflow")
        run_local.make_database()
        run_local.warm_up()
        market.finish(generating, "invented")
    with market.served(made) as port:
        console.say(f"serving it in its vendors' own formats at http://127.0.0.1:{port}")
        market.configure(made, port, config)
        from extractors.settings import load_accounts
        from sandbox import connections

        os.environ.update(connections(f"http://127.0.0.1:{port}"))
        dags = run_local.load_dags(retries=False)
        # The other sources have no account in this market.
        for dag_id in sorted({f"extract_{account.source}" for account in load_accounts()}):
            run = run_local.run_once(dags[dag_id], {"first_day": first_day, "last_day": last_day})
            console.say(f"{dag_id:<20} {landed(run)}")
            must_succeed(run)
    run = run_local.run_once(dags["build_warehouse"], {"as_of_day": last_day}, phase_line(console))
    must_succeed(run)


def landed(run: RunOutcome) -> str:
    """What a pull brought, in one line."""
    counted = [task.returned for task in run.tasks if isinstance(task.returned, dict)]
    rows, rejects, requests = (sum(one[name] for one in counted) for name in ("rows", "rejects", "requests"))
    line = f"{rows:>8,} rows in {requests:,} requests"
    return f"{line}, {rejects:,} rejected" if rejects else line


def phase_line(console: Console) -> Callable[[TaskOutcome], None]:
    """Says each phase of the build as it ends."""
    return lambda task: console.say(f"build_warehouse      {task.task_id:<15} {task.seconds:6.1f} s")


def must_succeed(run: RunOutcome) -> None:
    """Refuse to go on after a DAG that failed: the demo would show half of a market."""
    if run.state != "success":
        raise DemoFailed(f"{run.dag_id}: " + next((task.error for task in run.tasks if task.error), run.state))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; 0 when the warehouse was published and shown."""
    parser = argparse.ArgumentParser(prog="python -m dags.demo", description="The pipeline on a market.")
    parser.add_argument("--folder", type=Path, default=Path("data/demo"))
    parser.add_argument("--first-day", default=FIRST_DAY)
    parser.add_argument("--last-day", default=LAST_DAY)
    asked = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    folder = asked.folder.resolve()
    console = Console(folder / "logs" / "demo.log")
    try:
        with console.quiet():
            run_demo(folder, asked.first_day, asked.last_day, console)
    except KeyboardInterrupt:
        print("demo: stopped", file=sys.stderr)
        return 130
    except (DemoFailed, market.MarketFailed) as failed:
        print(f"demo: {failed}. What the tools said: {console.log}", file=sys.stderr)
        return 1
    shown = subprocess.run([sys.executable, "-m", "warehouse", "report"], check=False).returncode
    print(f"\nEvery published number together: {fingerprint(folder / 'warehouse.duckdb')}")
    return shown


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
