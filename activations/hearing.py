"""Asks a platform what became of requests that it took, and writes down what it says.

It tells counts and no rows. Of a request of one row they are that row's; where all came to nothing, everybody's;
of the rest nobody knows which, so each of them is asked for alone the next time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import duckdb

from activations.ledger import Ledger, read_ledger
from activations.model import Destination, Heard, Job, Outcome, State, Waiting
from extractors.http.client import HttpClient

# A request is waited for until what is heard of it is final.
WAITING = """
    with taken as (
        select receipt, count(distinct activation_id) as rows, max(noted_at) as noted_at,
            list_sort(list(distinct told_as)) as told_as
        from (
            select outcomes.receipt, outcomes.activation_id, outcomes.noted_at, intents.told_as
            from ledger as outcomes
            inner join (
                select activation_id, max_by(told_as, n) as told_as from ledger where step = 'intent' group by all
            ) as intents using (activation_id)
            where outcomes.step = 'outcome' and outcomes.state in ('accepted', 'warned') and outcomes.receipt <> ''
        )
        group by receipt
    ),
    heard as (
        select receipt, max_by(is_final, n) as is_final from ledger where step = 'heard' group by receipt
    )
    select taken.receipt, taken.rows, taken.noted_at, taken.told_as
    from taken
    left join heard using (receipt)
    where heard.is_final is not true and taken.noted_at <= ? and taken.noted_at >= ?
    order by taken.noted_at, taken.receipt
"""

# What was heard of each request last, to be compared with what it says now.
KNOWN = """
    select receipt, coalesce(told_as, ''), max_by(state, n), coalesce(max_by(good, n), 0),
        coalesce(max_by(bad, n), map {}), coalesce(max_by(is_final, n), false)
    from ledger where step = 'heard' group by all
"""

ROWS = """
    select distinct activation_id, action from ledger
    where step = 'outcome' and state in ('accepted', 'warned') and receipt = ? order by activation_id
"""


def waiting_of(database: duckdb.DuckDBPyConnection, destination: Destination, now: datetime) -> list[Waiting]:
    """The requests of which the platform may tell more by now, the oldest first."""
    at = now.astimezone(UTC).replace(tzinfo=None)
    found = database.execute(WAITING, [at - destination.later_after, at - destination.later_until]).fetchall()
    return [
        Waiting(receipt, rows, noted_at.replace(tzinfo=UTC), tuple(told_as))
        for receipt, rows, noted_at, told_as in found
    ]


def hear(destination: Destination, client: HttpClient, job: Job, ledger: Ledger) -> Counter[tuple[str, str]]:
    """Ask about every request that is waited for; state and reason -> rows that were heard of now."""
    counted: Counter[tuple[str, str]] = Counter()
    with duckdb.connect() as database:
        read_ledger(database, ledger.file, "ledger")
        waiting = waiting_of(database, destination, job.now)
        if not waiting or destination.later is None:
            return counted
        known = {
            (receipt, told_as): (state, good, _counts(bad), bool(is_final))
            for receipt, told_as, state, good, bad, is_final in database.execute(KNOWN).fetchall()
        }
        for heard in destination.later(client, job, waiting):
            is_news = known.get((heard.receipt, heard.told_as)) != (
                heard.state, heard.good, dict(heard.bad), heard.is_final
            )  # fmt: skip
            if not is_news:
                continue
            # First whose they are: a request that is done with is not asked about again.
            for action, outcomes in _rows_of(database, heard).items():
                ledger.note(action, outcomes, job.now, step="later")
            ledger.hear([heard], job.now)
            counted[heard.state, ""] += heard.good
            counted.update({("came to nothing", reason): rows for reason, rows in heard.bad.items()})
    return +counted


def _rows_of(database: duckdb.DuckDBPyConnection, heard: Heard) -> Mapping[str, Sequence[Outcome]]:
    """What follows for the rows of a request, by what was asked of each."""
    if not heard.is_by_request or not heard.is_final or (not heard.bad and heard.state != "failed"):
        return {}
    rows = database.execute(ROWS, [heard.receipt]).fetchall()
    found: dict[str, list[Outcome]] = {}
    for activation_id, action in rows:
        # What is there already is no loss of a sending, and one of a correction.
        bad = {reason: count for reason, count in heard.bad.items() if action != "send" or reason not in heard.already}
        if bad or not heard.bad:
            state, reason = _state_of(heard, bad, len(rows))
            found.setdefault(action, []).append(Outcome(activation_id, state, reason, heard.receipt))
    return found


def _state_of(heard: Heard, bad: Mapping[str, int], rows: int) -> tuple[State, str]:
    """What a row of so many comes to, of which these came to nothing."""
    said = ", ".join(sorted(bad)) or heard.state
    if rows > 1 and (sum(bad.values()) < rows or heard.is_as_one):
        return "unlocated", f"later: one of {rows}: {said}"
    return "deferred" if bad and set(bad) <= heard.again else "failed", f"later: {said}"


def _counts(bad: Mapping[str, int] | None) -> dict[str, int]:
    return dict(bad or {})
