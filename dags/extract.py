"""One DAG per source: read the run's day and the days the vendor still corrects, for every account.

When a task fails, the last line of its log names the cure:

* `RetryLater`: the source was busy or down. Airflow asks again by itself, as late as the source wished.
* `QuotaGone`: the day's quota is used up. The task gives its slot back and goes on when the quota is there again.
* `FixSettings`: a credential or an option is wrong. Correct the connection or `accounts.yml`, clear the task.
* `SourceChanged`: the source answers in a shape we don't know. Read its change log; a release is needed.

A **skipped** task is an account or a table that we may not read: its log says which right is missing.
One account that fails holds up neither the others nor the build; the warehouse marks its numbers as stale.

The task `close` ends each run: it says once that this source is done with the night, and the build begins when all are.
A run for other days than the night's, and the runs of a backfill, say nothing: the next build takes what they read,
and to have it at once, trigger `build_warehouse`.

Reading a day again replaces that day and touches nothing else, so any task may be cleared at any time; a day that
comes back empty or much smaller is put aside, and the log says with which command it is taken. To
read other days than the run's own, trigger the DAG with `first_day` and `last_day`, both included.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Asset, AssetAlias, CronDataIntervalTimetable, dag, task
from airflow.sdk.configuration import conf

from dags.callbacks import said_when_retried, told_when_failed
from dags.retries import RetryByCure
from dags.schedule import ANY_NIGHT, FIRST_NIGHT, NIGHTLY, TIME_ZONE, a_day, accounts_by_source
from extractors.errors import FixSettings
from extractors.model import Source
from extractors.sources import SOURCES

ACCOUNT_OF_TASK = "{{ task.op_kwargs['account'] }}"

MOST_MAPPED = conf.getint("core", "max_map_length")


def extract_dag(source: Source, account_count: int, *, is_paused: bool) -> DAG:
    """The DAG of one source: its accounts, one task per table, mapped over them, and one that says all are done."""

    @dag(
        dag_id=f"extract_{source.name}",
        doc_md=f"{__doc__}\nWhere this source is documented: {source.docs or 'nowhere; the data is yours'}\n",
        schedule=CronDataIntervalTimetable(NIGHTLY, timezone=TIME_ZONE),
        start_date=FIRST_NIGHT,
        catchup=False,
        max_active_runs=1,
        is_paused_upon_creation=is_paused,
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
            "on_failure_callback": told_when_failed,
            "on_retry_callback": said_when_retried,
        },
    )
    def extract() -> None:
        def accounts(part: int) -> list[str]:
            from extractors.settings import load_accounts

            listed = [account.account for account in load_accounts(SOURCES) if account.source == source.name]
            return listed[part * MOST_MAPPED : (part + 1) * MOST_MAPPED]

        @task(
            outlets=[Asset(f"landing/{source.name}"), AssetAlias(ANY_NIGHT)],
            doc_md="Says once, when every table of every account is done, that the source is done with the night.",
        )
        def close(**context: Any) -> None:
            from dags.close import close_for_run

            close_for_run(source, context)

        closing = close()
        # Airflow maps no task over more accounts than its core.max_map_length.
        for part in range(-(-account_count // MOST_MAPPED)):
            suffix = f"_{part + 1}" if part else ""
            listed = task(task_id=f"accounts{suffix}", doc_md="The accounts of this source that `accounts.yml` lists.")(
                accounts
            )(part)
            for table in source.tables:

                @task(task_id=f"{table.name}{suffix}", pool=source.name, map_index_template=ACCOUNT_OF_TASK)
                def land(account: str, table_name: str, **context: Any) -> dict[str, Any]:
                    # Imported here, because Airflow reads this file again and again.
                    from dags.land import land_for_run

                    return land_for_run(source, account, table_name, context)

                land.partial(table_name=table.name).expand(account=listed) >> closing
        # It runs whatever became of the accounts, and their failure stays that of the run.
        closing.as_teardown()

    return extract()


def _make_dags() -> None:
    """A DAG for each source that ``accounts.yml`` lists.

    Where that file cannot be read, those that were there go on, to say so in their logs; no other begins to run.
    """
    try:
        listed, is_readable = accounts_by_source(), True
    except FixSettings:
        listed, is_readable = dict.fromkeys(SOURCES, 1), False
    for name, account_count in listed.items():
        extract_dag(SOURCES[name], account_count, is_paused=not is_readable)


_make_dags()
