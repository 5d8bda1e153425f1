"""One DAG per source: read the run's day and the days the vendor still corrects, for every account.

When a task fails, the last line of its log names the cure:

* `RetryLater`: the source was busy or down. Airflow asks again by itself, as late as the source wished.
* `QuotaGone`: the day's quota is used up. The task gives its slot back and goes on when the quota is there again.
* `FixSettings`: a credential or an option is wrong. Correct the connection or `accounts.yml`, clear the task.
* `SourceChanged`: the source answers in a shape we don't know. Read its change log; a release is needed.

A **skipped** task is an account or a table that we may not read: its log says which right is missing.
One account that fails holds up neither the others nor the build; the warehouse marks its numbers as stale.

Reading a day again replaces that day and touches nothing else, so any task may be cleared at any time; a day that
comes back empty or much smaller is put aside, and the log says with which command it is taken. To
read other days than the run's own, trigger the DAG with `first_day` and `last_day`, both included.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Asset, CronDataIntervalTimetable, dag, task

from dags.retries import RetryByCure
from dags.schedule import FIRST_NIGHT, NIGHTLY, TIME_ZONE, a_day
from extractors.model import Source
from extractors.sources import SOURCES

ACCOUNT_OF_TASK = "{{ task.op_kwargs['account'] }}"


def extract_dag(source: Source) -> DAG:
    """The DAG of one source: its accounts, and one task per table, mapped over them."""

    @dag(
        dag_id=f"extract_{source.name}",
        doc_md=f"{__doc__}\nWhere this source is documented: {source.docs or 'nowhere; the data is yours'}\n",
        schedule=CronDataIntervalTimetable(NIGHTLY, timezone=TIME_ZONE),
        start_date=FIRST_NIGHT,
        catchup=False,
        max_active_runs=1,
        params={
            "first_day": a_day("First day to read. Empty: the run's own, and those still corrected."),
            "last_day": a_day("Last day to read. Empty: the run's own."),
        },
        tags=["extract", source.kind],
        default_args={
            "owner": "marketing-data",
            "retries": 5,
            "retry_delay": timedelta(minutes=2),
            "retry_exponential_backoff": 2.0,
            "max_retry_delay": timedelta(hours=1),
            "retry_policy": RetryByCure(),
            "execution_timeout": timedelta(hours=4),
        },
    )
    def extract() -> None:
        @task(doc_md="The accounts of this source that `accounts.yml` lists.")
        def accounts() -> list[str]:
            from extractors.settings import load_accounts

            return [account.account for account in load_accounts(SOURCES) if account.source == source.name]

        listed = accounts()
        for table in source.tables:
            landed = Asset(f"landing/{source.name}/{table.name}")

            @task(task_id=table.name, pool=source.name, outlets=[landed], map_index_template=ACCOUNT_OF_TASK)
            def land(account: str, table_name: str, **context: Any) -> dict[str, Any]:
                # Imported here, because Airflow reads this file again and again.
                from dags.land import land_for_run

                return land_for_run(source, account, table_name, context)

            land.partial(table_name=table.name).expand(account=listed)

    return extract()


for _source in SOURCES.values():
    extract_dag(_source)
