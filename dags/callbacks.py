"""What Airflow calls when a task fails: its sentence becomes the last line of the log, and is kept for the message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def told_when_failed(context: Mapping[str, Any]) -> None:
    """A task has failed and is not tried again."""
    # Imported here, because Airflow reads this file with every DAG, again and again.
    from dags.telling import tell_failed

    tell_failed(context)


def said_when_retried(context: Mapping[str, Any]) -> None:
    """A task has failed and is tried again."""
    from dags.telling import say_last

    say_last(context)
