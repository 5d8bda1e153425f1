"""Lets Airflow forget its old runs, with what their tasks handed on and were told: by Airflow's own command."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date

from erasure.errors import NotSearched
from warehouse import settings
from warehouse.errors import FixRules

HIDES_ITS_DATABASE = "_AIRFLOW_PROCESS_CONTEXT"
CONNECTION = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
TABLES = (
    "asset_event", "dag_run", "import_error", "job", "log", "task_instance", "task_instance_history",
    "task_reschedule", "trigger", "xcom",
)  # fmt: skip
"""What tells of runs; lists of DAGs and their versions are no matter of age."""
CLEANED = re.compile(r"Found (\d+) rows meeting deletion criteria")


def expire_runs(before: date, *, dry: bool) -> int:
    """Remove what Airflow keeps of runs before that day; returns how many rows. The newest run of a DAG stays."""
    address = settings.airflow_database()
    if not address:
        raise FixRules(
            "retention.yml names runs, and where Airflow keeps them is not known here. Set LEADGEN_AIRFLOW_DATABASE."
        )
    moment = f"{before.isoformat()}T00:00:00Z"
    # A task of Airflow's is not let at its database; this is no task any more.
    environment = {name: value for name, value in os.environ.items() if name != HIDES_ITS_DATABASE}
    done = subprocess.run(
        [
            sys.executable, "-m", "airflow", "db", "clean", "--clean-before-timestamp", moment, "--skip-archive",
            "--tables", ",".join(TABLES), "--yes", *(["--dry-run"] if dry else []),
        ],
        env={**environment, CONNECTION: address},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )  # fmt: skip
    if done.returncode != 0:
        # Its words may hold the address, the password within.
        raise NotSearched(
            f"airflow db clean ended with {done.returncode}, so its runs before {before} are still there. Try it by "
            "hand: airflow db clean --dry-run."
        )
    return sum(int(rows) for rows in CLEANED.findall(done.stdout + done.stderr))
