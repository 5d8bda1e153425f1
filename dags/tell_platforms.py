"""What a task of ``activate`` does: tell each account of one platform, and fail with the first that could not be."""

from __future__ import annotations

import logging
from collections import Counter

from activations.destination_list import DESTINATIONS
from activations.model import Destination
from activations.sending import tell, utc_now
from activations.settings import config_dir
from dags.connections import connection_named
from extractors.model import Connection
from handwritten.activations import Told, read_activations

log = logging.getLogger(__name__)


def tell_for_run(destination: str) -> dict[str, int]:
    """Tell every account of the platform; what was said, counted by action and state."""
    counted: Counter[str] = Counter()
    failed: list[Exception] = []
    for told in read_activations(config_dir(), DESTINATIONS):
        if told.destination != destination:
            continue
        report = tell(told, utc_now(), connection_of)
        for (action, state, reason), rows in sorted(report.outcomes.items()):
            log.info("%s account %s: %s %s %s %s", destination, told.account, rows, action, state, reason)
            counted[f"{action} {state}"] += rows
        # One account that cannot be told holds up no other.
        if report.error is not None:
            failed.append(report.error)
    if failed:
        raise failed[0]
    return dict(counted)


def connection_of(destination: Destination, told: Told) -> Connection:
    """The connection of an account, as Airflow keeps it."""
    return connection_named(told.connection, destination.base_url, destination.settings)
