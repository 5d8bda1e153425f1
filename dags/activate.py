"""Tell the ad platforms of `activations.yml` what became of their clicks, after each publication.

One task per platform, each in a pool of its own: a platform that is down holds up no other, and nothing else waits for
this DAG. A task tells what was not told yet and corrects what changed; what a platform refused for what it is stays
refused until it changes. When a task fails, its log says which account and why: correct the connection or
`activations.yml` and clear the task. It sends nothing twice: the ledger says what was told (`leadgen activations
status`), and what was on its way is repeated under the key by which the platform knows a repetition.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import dag, task

from dags.callbacks import said_when_retried, told_when_failed
from dags.retries import RetryByCure
from dags.schedule import WAREHOUSE, activation_pool, destinations_told


@dag(
    dag_id="activate",
    doc_md=__doc__,
    schedule=[WAREHOUSE],
    start_date=None,
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    tags=["activate"],
    default_args={
        "owner": "marketing-data",
        "retries": 3,
        "retry_delay": timedelta(minutes=10),
        "retry_policy": RetryByCure(),
        "execution_timeout": timedelta(hours=2),
        "on_failure_callback": told_when_failed,
        "on_retry_callback": said_when_retried,
    },
)
def activate() -> None:
    """A task for each platform; none waits for another."""
    for name in destinations_told():

        @task(task_id=name, pool=activation_pool(name))
        def tell(destination: str) -> dict[str, int]:
            from dags.tell_platforms import tell_for_run

            return tell_for_run(destination)

        tell(name)


# Nobody is told anything where nobody said whom.
if destinations_told():
    activate()
