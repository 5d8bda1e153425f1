"""Publishes to a Postgres what readers of the file see: a schema per generation, and views that turn to it at once.

A generation is loaded in one transaction, under a name that no reader may use. In another one, all views of the
schemas `warehouse` and `warehouse_private` turn to it; a view of somebody's own on them stays. What was shown before
is kept for a while, to go back to. Killing the process at any step leaves readers with a whole generation, and what
was left behind is used or removed by the next run.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb
from adbc_driver_postgresql import dbapi
from adbc_driver_postgresql.dbapi import Connection, Cursor

from warehouse import settings
from warehouse.errors import BuildBusy, NothingPublished, PublishFailed
from warehouse.publish import generations
from warehouse.publish.generations import Generation
from warehouse.publish.postgres import store
from warehouse.publish.postgres.address import Address, address
from warehouse.publish.postgres.promises import promises
from warehouse.publish.postgres.published_to import note_published_to
from warehouse.publish.postgres.tables import Table, add_keys, create, load, tables_in
from warehouse.publish.postgres.views import PRIVATE, PUBLIC, Turn, lock, refuse_losses, turn_to
from warehouse.run import die_if_asked

log = logging.getLogger(__name__)

STEPS = (
    "postgres_prepare", "postgres_load", "postgres_keys", "postgres_loaded", "postgres_switch", "postgres_switched",
    "postgres_drop",
)  # fmt: skip
"""Before each of them the process may die; from ``postgres_drop`` on, readers see the new generation."""

GRACE = timedelta(hours=1)
"""For so long what was shown before is kept, beside the one shown."""

LOCK_WAIT_MS = 400
"""A switch waits so long for readers, and new readers for it: less than the second after which Postgres looks for
who waits for whom, and ends one of them, perhaps the reader."""
SWITCH_TRIES = 150
BREATH_SECONDS = 0.3
BUSY_WAIT = "60s"
OLDEST = 15
LOCK_REFUSED = "55P03"

NOT_FOR_READERS = frozenset({"activations", "publication"})
"""Tables of the private file that only our own programs read."""


@dataclass(frozen=True)
class Shown:
    """What Postgres shows now."""

    generation: str
    schema: str
    rows: int
    """Rows that were loaded for it; 0 where it was there already."""
    dropped: tuple[str, ...] = ()
    """Generations that were removed."""


def publish(connection: str | None = None, *, grace: timedelta = GRACE) -> Shown:
    """Let readers of Postgres see the generation that readers of the file see."""
    where = address(connection)
    served = generations.served()
    if served is None:
        raise NothingPublished("There is no published warehouse yet. Build one: leadgen build --to DAY.")
    with _connected(where) as database, database.cursor() as cursor:
        _refuse_old(cursor, where)
        die_if_asked("postgres_prepare")
        # Before the first row: whoever is forgotten later has to be looked for there.
        note_published_to(where)
        _claim(database, cursor, where)
        store.prepare(cursor)
        database.commit()
        number, rows = store.find(cursor, served), 0
        parts = _parts(served)
        if number is None:
            number, rows = _load(cursor, served, parts)
            database.commit()
        die_if_asked("postgres_switch")
        _switch(database, cursor, number, parts, where)
        die_if_asked("postgres_drop")
        dropped = store.drop_old(database, cursor, grace)
        return Shown(served.name, store.schemas(number)[PUBLIC], rows, tuple(dropped))


@dataclass(frozen=True)
class _Part:
    """A file of a generation, and the schema in which its readers find it."""

    file: Path
    duck_schema: str
    shown_in: str
    tables: list[Table]


def _parts(served: Generation) -> list[_Part]:
    files = generations.files_of(served.name)
    parts = []
    for file, duck_schema, shown_in, promised, leave_out in (
        (files.warehouse, "marts", PUBLIC, promises(), frozenset[str]()),
        (files.private, "main", PRIVATE, {}, NOT_FOR_READERS),
    ):
        with duckdb.connect(file, read_only=True) as reader:
            parts.append(_Part(file, duck_schema, shown_in, tables_in(reader, duck_schema, promised, leave_out)))
    return parts


def _load(cursor: Cursor, served: Generation, parts: list[_Part]) -> tuple[int, int]:
    """All rows of the generation, in the transaction that is open; its number and how many rows there are."""
    die_if_asked("postgres_load")
    number, rows = store.begin(cursor, served), 0
    schemas = store.schemas(number)
    for part in parts:
        schema = schemas[part.shown_in]
        with duckdb.connect(part.file, read_only=True) as reader:
            reader.execute("set TimeZone = 'UTC'")
            for table in part.tables:
                create(cursor, schema, table)
                rows += load(cursor, reader, part.duck_schema, schema, table)
    die_if_asked("postgres_keys")
    for part in parts:
        for table in part.tables:
            add_keys(cursor, schemas[part.shown_in], table)
    die_if_asked("postgres_loaded")
    return number, rows


def _switch(database: Connection, cursor: Cursor, number: int, parts: list[_Part], where: Address) -> None:
    """Turn all views in one transaction, as soon as no reader is in the middle of one."""
    turns = [Turn(part.shown_in, store.schemas(number)[part.shown_in], part.tables) for part in parts]
    for turn in turns:
        refuse_losses(cursor, turn)
    database.commit()
    for _ in range(SWITCH_TRIES):
        try:
            cursor.execute(f"set local lock_timeout = {LOCK_WAIT_MS}")
            lock(cursor, turns)
            for turn in turns:
                turn_to(cursor, turn)
            store.note_shown(cursor, number)
            die_if_asked("postgres_switched")
            database.commit()
        except dbapi.Error as refused:
            database.rollback()
            if refused.sqlstate != LOCK_REFUSED:
                raise
            time.sleep(BREATH_SECONDS)
        else:
            return
    raise BuildBusy(
        f"{where}: somebody has a transaction open in which a view of {PUBLIC} was read, and readers are not thrown "
        "out. What is new is loaded and not shown. End that transaction, then: leadgen publish --to postgres."
    )


def _refuse_old(cursor: Cursor, where: Address) -> None:
    """A key whose nulls are equal is new in 15."""
    cursor.execute("select current_setting('server_version_num')::integer")
    row = cursor.fetchone()
    assert row is not None
    if row[0] < OLDEST * 10_000:
        raise PublishFailed(f"{where} is of the version {row[0] // 10_000}. Take {OLDEST} or a newer one.")


def _claim(database: Connection, cursor: Cursor, where: Address) -> None:
    """Be the only publisher, until this connection ends."""
    try:
        cursor.execute(f"set lock_timeout = '{BUSY_WAIT}'")
        cursor.execute("select pg_advisory_lock(hashtext('leadgen publish'))")
        cursor.fetchall()
        cursor.execute("set lock_timeout = 0")
        database.commit()
    except dbapi.Error as refused:
        if refused.sqlstate != LOCK_REFUSED:
            raise
        raise BuildBusy(f"{where}: another publication is under way there. Wait for it, then publish again.") from None


@contextmanager
def _connected(where: Address) -> Iterator[Connection]:
    """A connection, closed at the end; what Postgres refuses becomes one sentence without password and data."""
    try:
        with closing(dbapi.connect(where.uri)) as database:
            yield database
    except dbapi.Error as refused:
        # No cause is kept: the driver's own text holds the statement, and the values that were refused.
        raise PublishFailed(
            f"{where} refused: {_reason(where, refused)}. Its readers keep what they have. "
            "Mend that, then: leadgen publish --to postgres."
        ) from None


def _reason(where: Address, refused: dbapi.Error) -> str:
    """What the server or the network said, in one line; of the rest, which may hold anything, its kind alone."""
    for begin in ("ERROR:", "FATAL:", "Failed to connect:"):
        _, found, said = str(refused).partition(begin)
        if found:
            return where.without_secrets(said.strip().partition("\n")[0].rstrip("."))
    return f"{type(refused).__name__} {refused.sqlstate or ''}".strip()


def follow() -> Shown | None:
    """Publish to Postgres too, where a setting asks for it each time."""
    return publish() if settings.follows_in_postgres() else None


def forget_others() -> list[str]:
    """Let Postgres show what the file shows and keep nothing older, where it is published to."""
    return list(publish(grace=timedelta(0)).dropped) if settings.postgres_connection() and generations.served() else []
