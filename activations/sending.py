"""Tells one account what its plan says: an intent on disk, the request, the outcome on disk, batch after batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby

from activations.destination_list import DESTINATIONS
from activations.errors import ActivationError
from activations.forgetting import forget_answered
from activations.ledger import Ledger, ledger_of
from activations.model import Action, Destination, Job, Outcome, Telling
from activations.plan import Plan, open_publication, plan_for
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
            plan = plan_for(database, destination, told, now)
            report = Report(told.destination, told.account, left_out=dict(plan.left_out))
            report.planned.update(one.action for one in plan.tellings)
            unclear = [
                Outcome(one.activation_id, "unclear", "no_answer_and_too_late_to_repeat") for one in plan.unclear
            ]
            _note(ledger, report, "send", unclear, now)
            if plan.tellings:
                _tell(destination, Job(told, now), plan.tellings, ledger, report, connect)
            forget_answered(ledger.file, now)
    return report


def _tell(
    destination: Destination,
    job: Job,
    tellings: Sequence[Telling],
    ledger: Ledger,
    report: Report,
    connect: Connect,
) -> None:
    client: HttpClient | None = None
    waiting: set[str] = set()
    action: Action = "send"
    try:
        for action, batch in _batches(destination, tellings):
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
    for action, group in groupby(tellings, key=lambda one: one.action):
        rows = list(group)
        for start in range(0, len(rows), destination.batch):
            yield action, rows[start : start + destination.batch]


def utc_now() -> datetime:
    """The moment of a sending: how old a click is, is no question of the night."""
    return datetime.now(UTC).replace(microsecond=0)
