"""The demo: an invented market, served over HTTP, pulled by the real DAGs, built, published and shown.

``python -m dags.demo --folder data/demo``. Everything lies in that folder, and the market, which is the vendors' side,
in ``data/demo-market`` beside it; nothing leaves this machine.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from dags import market, pulls, run_local
from dags.child import python_module
from dags.console import Console
from dags.fingerprint import fingerprint
from dags.outcome import TaskOutcome

FIRST_DAY = "2026-01-01"
LAST_DAY = "2026-06-30"


class DemoFailed(Exception):
    """The build did not succeed; the message is its first error."""


def run_demo(folder: Path, first_day: str, last_day: str, console: Console) -> None:
    """Invent, serve, pull, build and publish; no child outlives this call."""
    made, config = market_beside(folder), folder / "config"
    os.environ.update(LEADGEN_DATA=str(folder), LEADGEN_CONFIG=str(config))
    console.say(f"inventing a market of three brands, {first_day} to {last_day}")
    generate = ("generate", "--out", made, "--first-day", first_day, "--last-day", last_day)
    with python_module("sandbox", *generate) as generating:
        # Airflow takes about as long to load as the market takes to invent, so both happen at once.
        run_local.settle_airflow(folder / "airflow")
        run_local.make_database()
        run_local.warm_up()
        market.finish(generating, "invented")
    with market.served(made) as port:
        console.say(f"serving it in its vendors' own formats at http://127.0.0.1:{port}")
        market.configure(made, port, config)
        from extractors.settings import load_accounts
        from extractors.sources import SOURCES
        from sandbox.config import connections
        from warehouse.build import warm_up

        os.environ.update(connections(f"http://127.0.0.1:{port}"))
        # The other sources have no account in this market.
        pulled = sorted({f"extract_{account.source}" for account in load_accounts(SOURCES)})
        with contextlib.ExitStack() as children:
            finishes = []
            # Two at once, as many as the cores of a small machine; each with Airflow's database to itself.
            for number in (0, 1):
                home = folder / f"airflow-{number}"
                run_local.copy_database(folder / "airflow", home)
                child = pulls.pulling(pulled[number::2], home, first_day, last_day, console.say)
                finishes.append(children.enter_context(child))
            # Meanwhile this process loads what the build needs.
            build_warehouse = run_local.load_dags(retries=False)["build_warehouse"]
            warm_up()
            for finish in finishes:
                finish()
    run = run_local.run_once(build_warehouse, {"as_of_day": last_day}, phase_line(console))
    if run.state != "success":
        raise DemoFailed(f"{run.dag_id}: " + next((task.error for task in run.tasks if task.error), run.state))


def market_beside(folder: Path) -> Path:
    """Where the vendors keep what they know: who is searched for below the data folder is not searched for there."""
    return folder.with_name(f"{folder.name}-market")


def phase_line(console: Console) -> Callable[[TaskOutcome], None]:
    """Says each phase of the build as it ends."""
    return lambda task: console.say(f"build_warehouse      {task.task_id:<15} {task.seconds:6.1f} s")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; 0 when the warehouse was published and shown."""
    parser = argparse.ArgumentParser(prog="python -m dags.demo", description="The pipeline on a market.")
    parser.add_argument("--folder", type=Path, default=Path("data/demo"))
    parser.add_argument("--first-day", default=FIRST_DAY)
    parser.add_argument("--last-day", default=LAST_DAY)
    asked = parser.parse_args(arguments)
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> NoReturn:
        stopped.set()
        raise KeyboardInterrupt

    for asked_to in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked_to, stop)
    folder = asked.folder.resolve()
    console = Console(folder / "logs" / "demo.log")
    try:
        with console.quiet():
            run_demo(folder, asked.first_day, asked.last_day, console)
    except (KeyboardInterrupt, DemoFailed, market.MarketFailed, pulls.PullFailed) as failed:
        # An interrupted task looks to Airflow like any that failed.
        if stopped.is_set():
            print("demo: stopped", file=sys.stderr)
            return 130
        print(f"demo: {failed}. What the tools said: {console.log}", file=sys.stderr)
        return 1
    shown = subprocess.run([sys.executable, "-m", "warehouse", "report"], check=False).returncode
    print(f"\nEvery published number together: {fingerprint(folder / 'warehouse.duckdb')}")
    return shown


if __name__ == "__main__":
    sys.exit(main())
