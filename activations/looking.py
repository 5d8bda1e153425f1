"""What a person asks of the ledgers: how it stands, and what became of one conversion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from activations.errors import NothingToTell
from activations.ledger import ledger_file, read_ledger
from activations.plan import open_publication
from activations.standing import STANDING
from handwritten.activations import Told

# What platforms told later of their requests: the newest word of each, and those of which there is none yet.
HEARD = """
    with newest as (
        select receipt, told_as, max_by(state, n) as state, max_by(good, n) as good, max_by(bad, n) as bad
        from ledger where step = 'heard' group by receipt, told_as
    ),
    counted as (
        select receipt, told_as, if(state in ('processing', 'gone'), state, 'counts') as state, '' as reason,
            if(state in ('processing', 'gone'), null, coalesce(good, 0)) as rows
        from newest
        union all
        select receipt, told_as, 'came to nothing', said.key, said.value
        from (select receipt, told_as, unnest(map_entries(bad)) as said from newest)
    )
    select coalesce(told_as, ''), state, reason, count(distinct receipt), sum(rows)
    from counted group by all order by all
"""


def standing_of(told: Told) -> Iterator[str]:
    """Rows by milestone and where they stand, with the money that the platform knows."""
    with duckdb.connect() as database:
        read_ledger(database, ledger_file(told.destination, told.account), "ledger")
        database.execute(STANDING)
        rows = database.execute(
            """
            select milestone, action, if(step = 'intent', 'no_answer_yet', state), coalesce(reason, ''), currency,
                count(*), sum(try_cast(value as decimal(20, 6)))
            from standing group by all order by all
            """
        ).fetchall()
        heard = database.execute(HEARD).fetchall()
    if not rows:
        yield "nothing was told yet"
    for milestone, action, state, reason, currency, count, value in rows:
        money = f" {value:,.2f} {currency}" if value is not None and currency else ""
        yield f"{milestone:<12} {action:<8} {state:<14} {count:>8,}{money}  {reason}".rstrip()
    for told_as, state, reason, requests, count in heard:
        rows_said = f" {count:>8,}" if count is not None else ""
        yield f"heard of {requests:,} requests: {told_as or 'all'}: {state}{rows_said}  {reason}".rstrip()


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
                "where activation_id in (select activation_id from ledger where conversion_id = $one) "
                "or step = 'heard' and receipt in (select receipt from ledger where step = 'outcome' and activation_id "
                "in (select activation_id from ledger where conversion_id = $one)) order by n",
                {"one": conversion_id},
            ).fetchall()
            is_known |= bool(rule or lines)
            for milestone, outcome in rule:
                yield f"{name}: {milestone}: {outcome}"
            for at, step, action, state, reason, value, currency, receipt in lines:
                said = " ".join(str(one) for one in (action, state, reason, value, currency, receipt) if one)
                yield f"{name}:   {at:%Y-%m-%d %H:%M:%S} {step} {said}"
    if not is_known:
        raise NothingToTell(f"Nobody is to be told of a conversion {conversion_id!r}.")
