"""Build, check and publish the warehouse, once every source is done with the night or at 06:15, whichever comes first.

The tasks are the steps of one build, in order; each reads what the one before left
in this run's private database:

* `prepare`                       - take the business rules as they are now
* `stage`, `check_landed`         - the landing zone in our shapes; refuse landed data that contradicts itself
* `identify`, `model`             - who is behind each inquiry; touchpoints, leads and sales
* `check_inquiries`               - flag every inquiry that is poorly identified, and say why
* `attribute`, `check_marts`      - share the credit; refuse numbers that do not add up
* `publish`                       - verify the new generation and point the readers at it

When a task fails, readers keep yesterday's warehouse, whole. Its log ends with one sentence that says what
did not hold; correct that (a rule file, an account, a source's days) and clear the run from `prepare` on.

A source that has not come by 06:15 does not stop the build: its day is missing, and `reconciliation` says so. When it
comes, one more build takes it, and others that come within the next quarter of an hour. A run is **skipped** where
readers see all that is landed already: at 06:15 after a whole night, or after a second announcement of the same.
Started by hand, it builds.

The warehouse is as of the newest night that is due or published, whatever days were read again. To build as of another
day, trigger the DAG with `as_of_day`, and where that is older than what readers see, with `to_older_day`. To return to
the generation before this one: `leadgen rollback`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, Param, dag, task

from dags.callbacks import told_when_failed
from dags.schedule import BUILD_AT_THE_LATEST, BUILD_POOL, NIGHT_LANDED, TIME_ZONE, WAREHOUSE, a_day

PHASES = (
    "stage",
    "check_landed",
    "identify",
    "model",
    "check_inquiries",
    "attribute",
    "check_marts",
    "publish",
)


@dag(
    dag_id="build_warehouse",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable(BUILD_AT_THE_LATEST, timezone=TIME_ZONE), assets=[NIGHT_LANDED]
    ),
    # Without a first day it begins with the next hour, and not with one that went by before it was there.
    start_date=None,
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    params={
        "as_of_day": a_day("Last day to build. Empty: the newest night that is due or published."),
        "to_older_day": Param(False, type=["null", "boolean"], description="Publish although readers see a newer day."),
    },
    tags=["build"],
    default_args={
        "owner": "marketing-data",
        "pool": BUILD_POOL,
        # The same input gives the same output, so a phase that failed would fail again.
        "retries": 0,
        "execution_timeout": timedelta(hours=4),
        "on_failure_callback": told_when_failed,
    },
)
def build_warehouse() -> None:
    """One task per phase, in a line: DuckDB has one writer."""

    @task
    def prepare(**context: Any) -> dict[str, Any]:
        from dags.build import prepare_for_run

        return prepare_for_run(context)

    build = prepare()
    before = build
    for phase in PHASES:
        outlets = [WAREHOUSE] if phase == "publish" else []

        @task(task_id=phase, outlets=outlets)
        def run_phase(phase: str, build: Any, **context: Any) -> None:
            from dags.build import run_phase_of

            run_phase_of(phase, build, context)

        done = run_phase(phase, build)
        before >> done
        before = done


build_warehouse()
