"""Takes back, before a person is erased, what a platform was told by their contact alone and knows by nothing else.

The contact leaves once more, hashed, to take the conversion back. After the erasure nobody has it, and the platform
would keep the conversion. Where a platform was told by a click, the ledger keeps that until it has answered.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from activations.destination_list import DESTINATIONS
from activations.errors import ActivationError, NothingToTell
from activations.forgetting import PATIENCE
from activations.ledger import ledger_of
from activations.model import Job
from activations.plan import open_publication, plan_for
from activations.sending import Connect, Report, connection_from_environment, tell_all
from handwritten.activations import Told


@dataclass
class TakenBack:
    """What came of it."""

    taken_back: int = 0
    too_early: int = 0
    """They were told so shortly ago that the platform would find nothing to take back."""
    failed: int = 0


def take_back_by_contact(
    told: Sequence[Told],
    conversions: Collection[str],
    now: datetime,
    connect: Connect = connection_from_environment,
) -> TakenBack:
    """Take back these conversions wherever the contact is all that the platform knows them by."""
    found = TakenBack()
    for one in told:
        if not DESTINATIONS[one.destination].corrects_by_contact or not conversions:
            continue
        try:
            _take_back(one, conversions, now, connect, found)
        except NothingToTell:
            # Nothing was published yet: nothing was told.
            continue
    return found


def _take_back(told: Told, conversions: Collection[str], now: datetime, connect: Connect, found: TakenBack) -> None:
    destination = DESTINATIONS[told.destination]
    report = Report(told.destination, told.account)
    with open_publication() as database:
        published = database.execute("select run_id, as_of_day from private.publication").fetchone()
        assert published
        with ledger_of(
            destination.name,
            told.account,
            run=str(published[0]),
            as_of_day=str(published[1]),
            normaliser=destination.normaliser,
            wait=PATIENCE,
        ) as ledger:
            plan = plan_for(database, destination, told, now, about_to_be_erased=conversions)
            by_contact = {
                activation_id
                for (activation_id,) in database.execute(
                    "select activation_id from told_now where list_contains(?, conversion_id) "
                    "and coalesce(click_id, lead_ad_id, device_id) is null "
                    "and coalesce(email, phone) is not null and decision in ('retract', 'correction_too_early')",
                    [sorted(conversions)],
                ).fetchall()
            }
            wanted = [one for one in plan.tellings if one.action == "retract" and one.activation_id in by_contact]
            found.too_early += len(by_contact) - len(wanted)
            if not wanted:
                return
            try:
                tell_all(destination, Job(told, now), wanted, ledger, report, connect)
            except ActivationError as error:
                report.stopped = str(error)
    taken = sum(rows for (_, state, _), rows in report.outcomes.items() if state in ("accepted", "warned"))
    found.taken_back += taken
    found.failed += len(wanted) - taken
