"""What a person asks of the ledgers: how it stands, and what became of one conversion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from activations.errors import NothingToTell
from activations.ledger import ledger_file, read_ledger
from activations.plan import open_publication
from handwritten.activations import Told


def standing_of(told: Told) -> Iterator[str]:
    """Rows by milestone and where they stand, with the money that the platform knows."""
    with duckdb.connect() as database:
        read_ledger(database, ledger_file(told.destination, told.account), "ledger")
        rows = database.execute(
            """
            with rows as (
                select activation_id, max(milestone) as milestone,
                    case when max_by(step, n) = 'intent' then 'no_answer_yet' else max_by(state, n) end as state,
                    max_by(action, n) as action, coalesce(max_by(reason, n), '') as reason,
                    max_by(cast(value as decimal(20, 6)), n) filter (where step = 'intent') as value,
                    max_by(currency, n) filter (where step = 'intent') as currency
                from ledger group by activation_id
            )
            select milestone, action, state, reason, currency, count(*), sum(value) from rows group by all order by all
            """
        ).fetchall()
    if not rows:
        yield "nothing was told yet"
    for milestone, action, state, reason, currency, count, value in rows:
        money = f" {value:,.2f} {currency}" if value is not None and currency else ""
        yield f"{milestone:<12} {action:<8} {state:<14} {count:>8,}{money}  {reason}".rstrip()


def history_of(listed: Sequence[Told], conversion_id: str) -> Iterator[str]:
    """Of each account: by which rule it was left out, or every line of its ledger."""
    with open_publication() as database:
        is_known = False
        for told in listed:
            name = f"{told.destination} account {told.account}"
            rule = database.execute(
                "select milestone, outcome from private.activations where destination = ? and account = ? "
                "and conversion_id = ?",
                [told.destination, told.account, conversion_id],
            ).fetchall()
            read_ledger(database, ledger_file(told.destination, told.account), "ledger")
            lines = database.execute(
                "select noted_at, step, action, state, reason, value, currency, receipt from ledger "
                "where activation_id in (select activation_id from ledger where conversion_id = ?) order by n",
                [conversion_id],
            ).fetchall()
            is_known |= bool(rule or lines)
            for milestone, outcome in rule:
                yield f"{name}: {milestone}: {outcome}"
            for at, step, action, state, reason, value, currency, receipt in lines:
                said = " ".join(str(one) for one in (action, state, reason, value, currency, receipt) if one)
                yield f"{name}:   {at:%Y-%m-%d %H:%M:%S} {step} {said}"
    if not is_known:
        raise NothingToTell(f"Nobody is to be told of a conversion {conversion_id!r}.")
