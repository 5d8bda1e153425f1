"""Runs the real DAGs once, in this process, with Airflow's own executor of ``dag.test`` and a private SQLite.

No scheduler, no web server: for the demo, for the tests, and for trying a change on one machine. Call
``settle_airflow`` before anything imports Airflow, because Airflow reads its settings at its first import.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dags.outcome import RunOutcome, TaskOutcome

if TYPE_CHECKING:
    from airflow.sdk import DAG

DAGS_FOLDER = Path(__file__).parent


def settle_airflow(home: Path) -> None:
    """Give Airflow a home of its own below ``home``: its database, its settings and its logs."""
    home.mkdir(parents=True, exist_ok=True)
    os.environ.update(
        AIRFLOW_HOME=str(home),
        AIRFLOW__CORE__DAGS_FOLDER=str(DAGS_FOLDER),
        AIRFLOW__CORE__LOAD_EXAMPLES="False",
        AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{home}/airflow.db",
        AIRFLOW__LOGGING__BASE_LOG_FOLDER=str(home / "logs"),
        AIRFLOW__LOGGING__COLORED_CONSOLE_LOG="False",
        DO_NOT_TRACK="1",
    )


def make_database() -> None:
    """Make Airflow's tables if they are missing, and the pools that the DAGs name."""
    from airflow.utils.db import initdb

    from dags.setup_pools import setup_pools

    initdb()
    setup_pools()


def copy_database(home: Path, target: Path) -> None:
    """Give the Airflow home ``target`` the database of ``home`` as it is now, instead of what it had."""
    target.mkdir(parents=True, exist_ok=True)
    for old in target.glob("airflow.db*"):
        old.unlink()
    # A copy of the file alone would miss what SQLite still holds in its log beside it.
    with (
        contextlib.closing(sqlite3.connect(home / "airflow.db")) as source,
        contextlib.closing(sqlite3.connect(target / "airflow.db")) as copy,
    ):
        source.backup(copy)


def warm_up() -> None:
    """Let the server that tasks speak to, here inside this process, answer once: that takes it seconds."""
    import httpx
    from airflow.sdk.execution_time.supervisor import in_process_api_server

    server = in_process_api_server()
    httpx.Client(transport=server.transport, base_url="http://in-process.invalid").get("/health")


def load_dags(*, retries: bool = True) -> dict[str, DAG]:
    """Every DAG of the folder by its id; a file that does not load is an error here.

    Without ``retries`` a task fails at its first error, instead of waiting for a better hour.
    """
    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk.definitions.mappedoperator import MappedOperator

    bag = DagBag(str(DAGS_FOLDER), bundle_path=DAGS_FOLDER, bundle_name="dags-folder")
    if bag.import_errors:
        raise ImportError("; ".join(f"{file}: {error}" for file, error in bag.import_errors.items()))
    for task in (task for dag in bag.dags.values() if not retries for task in dag.tasks):
        if isinstance(task, MappedOperator):
            task.partial_kwargs["retries"] = 0
        else:
            task.retries = 0
    return dict(bag.dags)


def run_once(dag: DAG, params: Mapping[str, Any], watch: Callable[[TaskOutcome], None] | None = None) -> RunOutcome:
    """Run the DAG to its end with these params, retries included; ``watch`` hears of each task that ended."""
    from dags.watch import watched_tasks

    with watched_tasks(watch or (lambda _: None)) as tasks:
        # Every param is named, because Airflow keeps the values of the run before in this process.
        run = dag.test(run_conf={**dict.fromkeys(dag.params), **params})
    return RunOutcome(dag.dag_id, str(run.state), tuple(tasks))
