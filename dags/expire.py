"""Forget by age, every night after the publish: people, payloads, logs, held days, exports, ids in ledgers, runs.

The days stand in `config/retention.yml`; without that file nothing is forgotten. It waits in the pool of the builds,
because people who became too old take a build of their own, and nothing of them is left in what was published before.

When the task fails, its log ends with one sentence that says what to do: correct the file, or wait for what is running.
Then clear the task: what was begun is finished, and what is done is not done twice.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, dag, task

from dags.callbacks import told_when_failed
from dags.schedule import BUILD_POOL, EXPIRES_AT, TIME_ZONE


@dag(
    dag_id="expire",
    doc_md=__doc__,
    schedule=CronTriggerTimetable(EXPIRES_AT, timezone=TIME_ZONE),
    # Without a first day it begins with the next hour, and not with one that went by before it was there.
    start_date=None,
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    tags=["build"],
    default_args={
        "owner": "marketing-data",
        "pool": BUILD_POOL,
        "retries": 0,
        "execution_timeout": timedelta(hours=6),
        "on_failure_callback": told_when_failed,
    },
)
def expire() -> None:
    """One task: it forgets what is too old on the day of the night that is due."""

    @task
    def forget_the_old(**context: Any) -> None:
        # Imported here, because Airflow reads this file again and again.
        from dags.schedule import night_due
        from dags.tell_platforms import connection_of
        from erasure.retention import expire as expire_on

        expire_on(night_due(context["dag_run"].run_after), connect=connection_of)

    forget_the_old()


expire()
