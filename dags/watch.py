"""Hears from Airflow how each task ended, while a DAG runs in this process."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from airflow.listeners import hookimpl
from airflow.sdk.listener import get_listener_manager

from dags.outcome import TaskOutcome

if TYPE_CHECKING:
    from airflow.sdk.execution_time.task_runner import RuntimeTaskInstance


@contextlib.contextmanager
def watched_tasks(watch: Callable[[TaskOutcome], None]) -> Iterator[list[TaskOutcome]]:
    """The tries that end inside the block; each is also told to ``watch`` at once."""
    listener = TaskListener(watch)
    get_listener_manager().pm.register(listener)
    try:
        yield listener.tasks
    finally:
        get_listener_manager().pm.unregister(listener)


class TaskListener:
    """Keeps how each try of each task ended, with its error, which Airflow's database does not hold."""

    def __init__(self, watch: Callable[[TaskOutcome], None]) -> None:
        self.tasks: list[TaskOutcome] = []
        self._watch = watch

    @hookimpl
    def on_task_instance_success(self, task_instance: RuntimeTaskInstance) -> None:
        returned = task_instance.xcom_pull(task_ids=task_instance.task_id, map_indexes=task_instance.map_index)
        self._keep(task_instance, returned=returned)

    @hookimpl
    def on_task_instance_skipped(self, task_instance: RuntimeTaskInstance) -> None:
        self._keep(task_instance)

    @hookimpl
    def on_task_instance_failed(self, task_instance: RuntimeTaskInstance, error: str | BaseException | None) -> None:
        self._keep(task_instance, error=f"{type(error).__name__}: {error}" if error else "")

    def _keep(self, task: RuntimeTaskInstance, returned: Any = None, error: str = "") -> None:
        seconds = (task.end_date - task.start_date).total_seconds() if task.end_date else 0.0
        outcome = TaskOutcome(
            task_id=task.task_id,
            map_index=-1 if task.map_index is None else task.map_index,
            state=task.state.value if task.state else "",
            try_number=task.try_number,
            seconds=seconds,
            returned=returned,
            error=error,
        )
        self.tasks.append(outcome)
        self._watch(outcome)
