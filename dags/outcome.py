"""How a DAG run and its tasks ended; plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class TaskOutcome:
    """How one try of a task instance ended, what it returned, or why it failed."""

    task_id: str
    map_index: int
    state: str
    try_number: int
    seconds: float
    returned: Any = None
    error: str = ""


@dataclass(frozen=True)
class RunOutcome:
    """How one DAG run ended."""

    dag_id: str
    state: str
    tasks: tuple[TaskOutcome, ...]

    def ended(self, state: str) -> list[TaskOutcome]:
        """The tries that ended in that state."""
        return [task for task in self.tasks if task.state == state]
