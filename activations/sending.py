"""Tells one account what its plan says: an intent on disk, the request, the outcome on disk, batch after batch."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby

import duckdb

from activations.destination_list import DESTINATIONS
from activations.errors import ActivationError
from activations.forgetting import forget_answered
from activations.hearing import hear, waiting_of
from activations.ledger import Ledger, ledger_of, read_ledger
from activations.model import Action, Destination, Job, Outcome, Telling
from activations.plan import Erased, Plan, open_publication, plan_for
from activations.settings import connection_named
from extractors.errors import ExtractError
from extractors.http.client import HttpClient
from extractors.model import Connection
from extractors.redaction import safe_logger
from handwritten.activations import Told

log = safe_logger(__name__)

Connect = Callable[[Destination, Told], Connection]


@dataclass
class Report:
    """What came of telling one account."""

    destination: str
    account: str
    planned: Counter[str] = field(default_factory=Counter)
    """Action -> rows."""
    outcomes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Action, state and reason -> rows."""
    left_out: dict[str, int] = field(default_factory=dict)
    """Rule -> rows."""
    heard: Counter[tuple[str, str]] = field(default_factory=Counter)
    """State and reason -> rows that the platform told of after it had taken them. Usual, and no fault of this run."""
    deaf: str = ""
    """Why it could not be asked what became of what it was told."""
    stopped: str = ""
    """Why it ended before its end."""
    error: Exception | None = None
    """The same as what it was: its type says whether to try again."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing went wrong that a person should know."""
        return not self.stopped and not any(state in ("failed", "unclear") for _, state, _ in self.outcomes)


def connection_from_environment(destination: Destination, told: Told) -> Connection:
    """The connection of an account where there is no Airflow."""
    return connection_named(told.connection, destination.base_url)


def show(told: Told, now: datetime) -> tuple[Plan, Report]:
    """What would go, without a request and without a line in the ledger."""
    destination = DESTINATIONS[told.destination]
    with open_publication() as database:
        plan = plan_for(database, destination, told, now)
    report = Report(told.destination, told.account, left_out=dict(plan.left_out))
    report.planned.update(one.action for one in plan.tellings)
    return plan, report


def check(told: Told, now: datetime, connect: Connect = connection_from_environment) -> Report:
    """Ask the platform whether it would take what would go, where it knows such a question. Nothing is kept of it."""
    destination = DESTINATIONS[told.destination]
    plan, report = show(told, now)
    if not destination.can_check:
        report.stopped = f"{destination.name} knows no check: what would go is only shown"
        return report
    job = Job(told, now, is_check=True)
    client = destination.connect(connect(destination, told), told)
    try:
        for action, batch in _batches(destination, plan.tellings):
            for outcomes in destination.deliver(client, job, batch):
                report.outcomes.update((action, one.state, one.reason) for one in outcomes)
    except ExtractError as error:
        report.stopped = str(error)
    finally:
        client.close()
    return report


def tell(told: Told, now: datetime, connect: Connect = connection_from_environment) -> Report:
    """Tell the account all that its plan says. What the platform cannot take now is left for the next time."""
    destination = DESTINATIONS[told.destination]
    with open_publication() as database:
        published = database.execute("select run_id, as_of_day from private.publication").fetchone()
        assert published
        with ledger_of(
            destination.name,
            told.account,
            run=str(published[0]),
            as_of_day=str(published[1]),
            normaliser=destination.normaliser,
        ) as ledger:
            heard, deaf = _hear(database, destination, Job(told, now), ledger, connect)
            plan = plan_for(database, destination, told, now)
            if windows := _windows(destination, Job(told, now), plan, connect):
                plan = plan_for(database, destination, told, now, windows=windows)
            report = Report(told.destination, told.account, left_out=dict(plan.left_out), heard=heard, deaf=deaf)
            report.planned.update(one.action for one in plan.tellings)
            unclear = [
                Outcome(one.activation_id, "unclear", "no_answer_and_too_late_to_repeat") for one in plan.unclear
            ]
            _note(ledger, report, "send", unclear, now)
            if plan.tellings:
                tell_all(destination, Job(told, now), plan.tellings, ledger, report, connect)
            forget_answered(ledger.file, now)
    return report


def ready(told: Told, now: datetime, connect: Connect = connection_from_environment) -> list[str] | None:
    """What is missing before the account can be told, in sentences; None where the platform knows no such question."""
    destination = DESTINATIONS[told.destination]
    client = destination.connect(connect(destination, told), told)
    try:
        return None if destination.ready is None else list(destination.ready(client, Job(told, now)))
    except ExtractError as error:
        return [str(error)]
    finally:
        client.close()


def _hear(
    database: duckdb.DuckDBPyConnection, destination: Destination, job: Job, ledger: Ledger, connect: Connect
) -> tuple[Counter[tuple[str, str]], str]:
    """What became of earlier requests. A platform that does not say is told all the same."""
    read_ledger(database, ledger.file, "ledger")
    if destination.later is None or not waiting_of(database, destination, job.now):
        return Counter(), ""
    try:
        # A client of its own: what it may have left behind is no question of what is told.
        client = destination.connect(connect(destination, job.told), job.told)
        try:
            return hear(destination, client, job, ledger), ""
        finally:
            client.close()
    except (ExtractError, ActivationError) as error:
        log.warning("%s account %s: %s", destination.name, job.told.account, error)
        return Counter(), str(error)


def _windows(destination: Destination, job: Job, plan: Plan, connect: Connect) -> Mapping[str, timedelta]:
    """How long after a click the platform counts what is to be sent; nothing where it cannot be asked."""
    if destination.click_windows is None or not any(one.action == "send" and one.clicked_at for one in plan.tellings):
        return {}
    try:
        client = destination.connect(connect(destination, job.told), job.told)
        try:
            return destination.click_windows(client, job)
        finally:
            client.close()
    except (ExtractError, ActivationError) as error:
        # It is told all the same: whatever is the matter, the sending will say it.
        log.warning("%s account %s: %s", destination.name, job.told.account, error)
        return {}


def tell_all(
    destination: Destination,
    job: Job,
    tellings: Sequence[Telling],
    ledger: Ledger,
    report: Report,
    connect: Connect,
) -> None:
    """Tell these, batch after batch; what came of each is in the ledger and in the report."""
    client: HttpClient | None = None
    waiting: set[str] = set()
    action: Action = "send"
    erased = Erased()
    try:
        for action, planned in _batches(destination, tellings):
            gone = erased.by_now() if action == "send" else ()
            batch = [one for one in planned if one.conversion_id not in gone]
            if len(batch) < len(planned):
                report.left_out["forgotten"] = report.left_out.get("forgotten", 0) + len(planned) - len(batch)
            if not batch:
                continue
            ledger.intend(batch, job.now)
            # What may have arrived before is not known to be absent because it was refused now.
            waiting = {one.activation_id for one in batch if not one.is_repeat}
            if action != "send" and destination.correction == "none":
                reason = f"{destination.name}_knows_no_correction"
                known = [Outcome(one.activation_id, "uncorrectable", reason) for one in batch]
                _note(ledger, report, action, known, job.now)
                waiting.clear()
                continue
            if client is None:
                client = destination.connect(connect(destination, job.told), job.told)
            for outcomes in destination.deliver(client, job, batch):
                _note(ledger, report, action, outcomes, job.now)
                waiting -= {one.activation_id for one in outcomes}
    except (ExtractError, ActivationError) as error:
        # What may have arrived stays an intent: the next run repeats it under the same key.
        if waiting and (client is None or not client.may_have_arrived):
            refused = [Outcome(one, "deferred", "not_sent") for one in sorted(waiting)]
            _note(ledger, report, action, refused, job.now)
        report.stopped, report.error = str(error), error
        log.warning("%s account %s: %s", destination.name, job.told.account, error)
    finally:
        if client is not None:
            client.close()


def _note(ledger: Ledger, report: Report, action: str, outcomes: Sequence[Outcome], now: datetime) -> None:
    if outcomes:
        ledger.note(action, outcomes, now)
        report.outcomes.update((action, one.state, one.reason) for one in outcomes)


def _batches(destination: Destination, tellings: Sequence[Telling]) -> Iterator[tuple[Action, list[Telling]]]:
    for (action, is_alone), group in groupby(tellings, key=lambda one: (one.action, one.is_alone)):
        rows = list(group)
        size = 1 if is_alone else destination.batch
        if destination.requests_at_once:
            size = min(size, max(1, math.ceil(len(rows) / destination.requests_at_once)))
        for start in range(0, len(rows), size):
            yield action, rows[start : start + size]


def utc_now() -> datetime:
    """The moment of a sending: how old a click is, is no question of the night."""
    return datetime.now(UTC).replace(microsecond=0)
