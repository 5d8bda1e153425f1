"""Takes forgotten people out of the ledgers, and leaves what their withdrawal still needs until it is answered.

A platform takes a conversion back by the id that it was told by. So that id stays in the ledger until the platform has
answered, and no longer than ``WAIT_DAYS``; where nothing can be taken back it goes at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

from activations.destination_list import DESTINATIONS
from activations.emptied import blank_ids, forget_lines
from activations.ledger import ledger_file, ledger_held, read_ledger
from activations.plan import ALWAYS_DAYS, read_erased
from activations.settings import activations_dir, erased_conversions
from activations.standing import STANDING
from handwritten.activations import Told

WAIT_DAYS = 30
"""What a platform has not answered by then is not waited for: a person is forgotten within a month."""
PATIENCE = 600.0
"""Seconds for which an erasure waits for a sender."""

OF_FORGOTTEN = """
    create or replace table of_forgotten as
    with
    theirs as (
        select lines.activation_id, min(erased.erased_at) as erased_at,
            bool_or(coalesce(lines.click_id, lines.lead_ad_id, lines.device_id) is not null) as is_known_by_id
        from ledger as lines
        left join erased on lines.conversion_id = erased.conversion_id
        where lines.step = 'intent'
        group by lines.activation_id
        having bool_or(erased.conversion_id is not null) or bool_or(
            lines.click_id in (select id from listed)
            or lines.lead_ad_id in (select id from listed)
            or lines.device_id in (select id from listed)
        )
    )
    select theirs.activation_id,
        $can_correct
        and theirs.is_known_by_id
        and coalesce(theirs.erased_at > $oldest, false)
        and standing.is_known
        and standing.accepted_action is distinct from 'retract'
        and coalesce(standing.happened_at > $now - to_days($correction_days), true)
        and (
            standing.step = 'intent'
            or standing.action <> 'retract'
            or standing.state not in ('failed', 'uncorrectable')
        ) as is_waiting
    from theirs
    inner join standing using (activation_id)
"""


@dataclass
class InLedgers:
    """Lines of the ledgers that are about forgotten people."""

    lines: int = 0
    """They lost, or would lose, by what somebody is known."""
    waiting: int = 0
    """Conversions that keep it until a platform has answered their withdrawal."""


def ledgers() -> list[Path]:
    """Every ledger, also of accounts that nobody is told of any more."""
    return sorted(activations_dir().glob("*/*.jsonl"))


def forget_told(
    told: Sequence[Told], is_listed: Callable[[str], bool], now: datetime, *, dry: bool = False
) -> InLedgers:
    """Take everybody out of every ledger whose conversions an erasure listed, or whose ids are on the list."""
    found = InLedgers()
    asked = {ledger_file(one.destination, one.account) for one in told}
    for file in ledgers():
        if dry:
            _count(found, file, _forgettable(file, is_listed, now, can_correct=file in asked), dry=True)
            continue
        with ledger_held(file, PATIENCE):
            file.with_name(f".{file.name}.part").unlink(missing_ok=True)
            _count(found, file, _forgettable(file, is_listed, now, can_correct=file in asked), dry=False)
    return found


def forget_answered(file: Path, now: datetime) -> int:
    """What a sender does at its end, the ledger in its hands: what no withdrawal needs any more goes."""
    if not erased_conversions():
        return 0
    gone, _ = _forgettable(file, lambda one: False, now, can_correct=True)
    return forget_lines(file, gone) if gone else 0


def expire_ids(before: date, *, dry: bool = False) -> int:
    """Take the ids out of the lines of what was told before that day; returns how many lines had one."""
    lines = 0
    for file in ledgers():
        if dry:
            lines += blank_ids(file, before, dry=True)
        else:
            with ledger_held(file, PATIENCE):
                lines += blank_ids(file, before)
    return lines


def _count(found: InLedgers, file: Path, forgettable: tuple[set[str], int], *, dry: bool) -> None:
    gone, waiting = forgettable
    found.waiting += waiting
    if gone and dry:
        with duckdb.connect() as database:
            read_ledger(database, file, "ledger")
            rows = database.execute(
                "select count(*) from ledger "
                "where step = 'intent' and list_contains(?, activation_id) and is_forgotten is not true",
                [sorted(gone)],
            ).fetchone()
            found.lines += rows[0] if rows else 0
    elif gone:
        found.lines += forget_lines(file, gone)


def _forgettable(
    file: Path, is_listed: Callable[[str], bool], now: datetime, *, can_correct: bool
) -> tuple[set[str], int]:
    """The activations whose lines may lose it now, and how many still wait for an answer."""
    destination = DESTINATIONS.get(file.parent.name)
    with duckdb.connect() as database:
        read_ledger(database, file, "ledger")
        database.execute(STANDING)
        read_erased(database)
        ids = database.execute(
            "select distinct id from (select unnest([click_id, lead_ad_id, device_id]) as id from ledger) "
            "where id is not null"
        ).fetchall()
        database.execute("create table listed (id varchar)")
        if known := [one for (one,) in ids if is_listed(one)]:
            database.execute("insert into listed select unnest(?)", [known])
        database.execute(
            OF_FORGOTTEN,
            {
                "can_correct": can_correct and destination is not None and destination.correction != "none",
                "now": now.replace(tzinfo=None),
                "correction_days": (destination.correction_days if destination else None) or ALWAYS_DAYS,
                "oldest": now.replace(tzinfo=None) - timedelta(days=WAIT_DAYS),
            },
        )
        rows = database.execute("select activation_id, is_waiting from of_forgotten").fetchall()
    return {one for one, is_waiting in rows if not is_waiting}, sum(is_waiting for _, is_waiting in rows)
