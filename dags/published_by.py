"""Look, at the hour by which the night is to be published, whether it was; and tell somebody where it was not.

The hour is `LEADGEN_PUBLISHED_BY` (08:00 where nothing is set), in Airflow's own time zone. Whom to tell stands in the
connection `leadgen_tell`. When the task fails, nothing was published: look at the newest run of `build_warehouse`,
whose log ends with the sentence that says why, correct that, and clear it there. Clearing this task only looks again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import CronTriggerTimetable, dag, task

from dags.schedule import PUBLISHED_BY, TIME_ZONE

HOUR, MINUTE = PUBLISHED_BY.split(":")


@dag(
    dag_id="published_by",
    doc_md=__doc__,
    schedule=CronTriggerTimetable(f"{int(MINUTE)} {int(HOUR)} * * *", timezone=TIME_ZONE),
    # Without a first day it begins with the next hour, and not with one that went by before it was there.
    start_date=None,
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    tags=["build"],
    default_args={"owner": "marketing-data", "retries": 0, "execution_timeout": timedelta(minutes=10)},
)
def published_by() -> None:
    """One task: it reads which day readers see."""

    @task
    def look(**context: Any) -> None:
        from dags.look import look_for_run

        look_for_run(context)

    look()


published_by()
