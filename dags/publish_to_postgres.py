"""Publish to Postgres what readers of the file see, after each publication.

It is here where `LEADGEN_PUBLISH_TO` names postgres. Nothing waits for it, and readers of the file lose nothing by it.
When the task fails, its log ends with one sentence that says what to do: correct the connection, end the transaction
of a reader, or drop a view that shows a column which is gone. Then clear the task: readers of Postgres keep what they
have until then, and what is shown there already is not loaded twice.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import dag, task

from dags.callbacks import told_when_failed
from dags.schedule import WAREHOUSE, publishes_to_postgres


@dag(
    dag_id="publish_to_postgres",
    doc_md=__doc__,
    schedule=[WAREHOUSE],
    start_date=None,
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    tags=["build"],
    default_args={
        "owner": "marketing-data",
        "retries": 3,
        "retry_delay": timedelta(minutes=10),
        "execution_timeout": timedelta(hours=2),
        "on_failure_callback": told_when_failed,
    },
)
def publish_to_postgres() -> None:
    """One task: it loads the generation and turns the views to it."""

    @task
    def publish(**context: Any) -> dict[str, str | int]:
        # Imported here, because Airflow reads this file again and again.
        from dags.schedule import night_due
        from dags.telling import tell_shown
        from warehouse.publish import postgres

        shown = postgres.publish()
        tell_shown(night_due(context["dag_run"].run_after))
        return {"generation": shown.generation, "schema": shown.schema, "rows": shown.rows}

    publish()


if publishes_to_postgres():
    publish_to_postgres()
