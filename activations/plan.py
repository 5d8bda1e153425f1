"""What is to be told now: the published rows held against what was told before. Sets, in a database of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from activations.decisions import BEYOND_WINDOW, FORGOTTEN, MOVED, WANTED, WITHOUT_KEY
from activations.errors import NothingToTell, TooMuchGone
from activations.ledger import ledger_file, read_ledger
from activations.model import Destination, Telling
from activations.settings import config_dir, erased_conversions, private_publication
from activations.standing import STANDING
from forgotten.listed import FILE as FORGOTTEN_LIST
from handwritten.activations import Told

MOST_GONE_SHARE = 0.5
FEW_GONE = 20
"""So many may be gone whatever their share."""

ALWAYS_DAYS = 365 * 100
SKEW_MINUTES = 5
"""By so much a platform's clock may be behind ours."""

TELLING = (
    "activation_id", "milestone", "conversion_id", "told_as", "happened_at", "value", "currency", "click_id_type",
    "click_id", "clicked_at", "lead_ad_id", "device_id", "email", "phone", "ad_user_data", "ad_personalization",
    "is_spam",
)  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """What one account is to be told, in the order in which it goes; and what is not, by rule."""

    run_id: str
    as_of_day: str
    tellings: list[Telling]
    unclear: list[Telling]
    """They may have arrived, and the platform would no longer know a repetition for one."""
    left_out: Mapping[str, int]
    """Rule -> rows."""


def open_publication(file: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A database of its own with the private publication beside it, to be read."""
    file = file or private_publication()
    if not file.exists():
        raise NothingToTell(f"{file} does not exist. Build and publish first: leadgen build.")
    database = duckdb.connect()
    database.execute(f"attach '{str(file).replace(chr(39), chr(39) * 2)}' as private (read_only)")
    found = database.execute(
        "select count(*) from duckdb_tables() where database_name = 'private' and table_name = 'activations'"
    ).fetchone()
    if not found or not found[0]:
        raise NothingToTell(f"{file} was published before there were activations. Build again: leadgen build.")
    return database


def plan_for(
    database: duckdb.DuckDBPyConnection,
    destination: Destination,
    told: Told,
    now: datetime,
    *,
    about_to_be_erased: Collection[str] = (),
    windows: Mapping[str, timedelta] | None = None,
) -> Plan:
    """Hold what is published for the account against its ledger.

    Conversions that are about to be erased are planned like erased ones, of which the contact is still there.
    ``windows`` says how long after a click the platform counts a conversion, by what it is told as.
    """
    published = database.execute("select run_id, as_of_day from private.publication").fetchone()
    assert published
    run_id, as_of_day = str(published[0]), str(published[1])
    read_ledger(database, ledger_file(destination.name, told.account), "ledger")
    database.execute(STANDING)
    database.execute(
        "create or replace table published as select * from private.activations where destination = ? and account = ?",
        [destination.name, told.account],
    )
    for told_as, window in (windows or {}).items():
        for query in BEYOND_WINDOW:
            database.execute(query, {"told_as": told_as, "seconds": int(window / timedelta(seconds=1))})
    read_erased(database)
    if about_to_be_erased:
        at = now.astimezone(UTC).replace(tzinfo=None)
        database.execute("insert into erased select unnest(?), ?", [sorted(about_to_be_erased), at])
    database.execute(FORGOTTEN)
    database.execute(
        WANTED,
        {
            "corrects_by_contact": destination.corrects_by_contact and not about_to_be_erased,
            "now": now.astimezone(UTC).replace(tzinfo=None),
            "resend_hours": destination.resend_hours if destination.resend_hours is not None else 24 * ALWAYS_DAYS,
            "click_hours": destination.click_hours,
            "correction_hours": destination.correction_hours,
            "correction_days": destination.correction_days if destination.correction_days is not None else ALWAYS_DAYS,
            "skew_minutes": SKEW_MINUTES,
            "margin": int(destination.event_margin / timedelta(seconds=1)),
        },
    )
    database.execute(WITHOUT_KEY, {"can_correct": destination.correction != "none"})
    database.execute(MOVED)
    _refuse_too_much_gone(database, destination, told, as_of_day)
    # What had an intent and no outcome goes again as it was intended.
    intended = {"value": "cast(intended_value as decimal(20, 6))", "currency": "intended_currency"}
    tellings = [
        *_decided(database, "repeat", "standing_action", **intended),
        *_decided(database, "locate", "standing_action", **intended),
        *_decided(database, "send", "'send'"),
        *_decided(database, "restate", "'restate'"),
        *_decided(database, "retract", "'retract'", value="null", currency="coalesce(currency, accepted_currency)"),
    ]
    unclear = _decided(database, "unclear", "standing_action", **intended)
    left_out = database.execute(
        "select decision, count(*) from told_now "
        "where decision not in ('send', 'repeat', 'locate', 'restate', 'retract', 'unclear') group by all order by all"
    ).fetchall()
    return Plan(run_id, as_of_day, tellings, unclear, dict(left_out))


def read_erased(database: duckdb.DuckDBPyConnection) -> None:
    """Make ``erased``, the conversions of forgotten people, and ``tokens``, what stands in the place of their ids."""
    database.execute("create or replace table erased (conversion_id varchar, erased_at timestamp)")
    if files := [str(file) for file in erased_conversions()]:
        database.execute(
            "insert into erased select conversion_id, min(erased_at) from read_parquet(?) group by conversion_id",
            [files],
        )
    database.execute("create or replace table tokens (token varchar)")
    file = config_dir() / FORGOTTEN_LIST
    if file.exists():
        database.execute(
            "insert into tokens select distinct token from read_csv(?, header = true, all_varchar = true) "
            "where kind = 'id' and token <> ''",
            [str(file)],
        )


class Erased:
    """Whose conversions were erased by now: an erasure does not wait for whoever is telling."""

    def __init__(self) -> None:
        self._files: list[tuple[str, int]] = []
        self._conversions: frozenset[str] = frozenset()

    def by_now(self) -> frozenset[str]:
        """Their ids. Read anew when an erasure was written since."""
        files = [(str(file), file.stat().st_mtime_ns) for file in erased_conversions()]
        if files != self._files:
            with duckdb.connect() as database:
                read_erased(database)
                found = database.execute("select conversion_id from erased").fetchall()
            self._files, self._conversions = files, frozenset(one for (one,) in found)
        return self._conversions


def _decided(database: duckdb.DuckDBPyConnection, decision: str, action: str, **instead: str) -> list[Telling]:
    """The rows of a decision, the oldest first: they expire first."""
    columns = ", ".join(instead.get(name, name) for name in TELLING)
    rows = database.execute(
        f"select {action}, {columns} from told_now where decision = ? order by happened_at, activation_id", [decision]
    ).fetchall()
    return [_telling(row[0], row[1:], decision) for row in rows]


def _telling(action: str, cells: tuple[object, ...], decision: str) -> Telling:
    named = dict(zip(TELLING, cells, strict=True))
    for name in ("happened_at", "clicked_at"):
        if isinstance(moment := named[name], datetime):
            named[name] = moment.replace(tzinfo=UTC)
    is_alone = decision == "locate"
    is_repeat = is_alone or decision in ("repeat", "unclear")
    return Telling(action=action, is_repeat=is_repeat, is_alone=is_alone, **named)  # type: ignore[arg-type]


def _refuse_too_much_gone(
    database: duckdb.DuckDBPyConnection, destination: Destination, told: Told, as_of_day: str
) -> None:
    """A sale whose deal was deleted is taken back; half of all sales at once are rather a build gone wrong."""
    found = database.execute(
        """
        select
            count(*) filter (
                where told_now.decision = 'retract' and published.activation_id is null and not told_now.is_forgotten
            ),
            count(*) filter (where standing.accepted_action is not null),
            (select max(as_of_day) from ledger)
        from standing
        left join told_now using (activation_id)
        left join published using (activation_id)
        """
    ).fetchone()
    gone, accepted, newest = found or (0, 0, None)
    if gone and newest is not None and str(newest) > as_of_day:
        raise TooMuchGone(
            f"{destination.name} account {told.account}: readers see {as_of_day}, and it was told as of {newest}. "
            "Publish the newer day first: what is only not there yet would be taken back."
        )
    if gone > FEW_GONE and gone > accepted * MOST_GONE_SHARE:
        raise TooMuchGone(
            f"{destination.name} account {told.account}: {gone} of {accepted} conversions that were told are not "
            "published any more. Nothing was sent. If a milestone was taken out of activations.yml, put it back."
        )
