"""What lies in the Postgres behind the views: the schemas of the generations, the note of each, the readers' roles."""

from __future__ import annotations

import logging
from datetime import timedelta

from adbc_driver_postgresql.dbapi import Connection, Cursor, Error

from warehouse.publish.generations import Generation
from warehouse.publish.postgres.tables import literal, name
from warehouse.publish.postgres.views import PRIVATE, PUBLIC, ROLES

log = logging.getLogger(__name__)

NOTES = f"{PUBLIC}_publisher.generations"
STILL_NEEDED = "2BP01"
"""What Postgres says where something of somebody else stands on what is to be dropped."""


def schemas(number: int) -> dict[str, str]:
    """The schema that readers know -> that of the generation of this number."""
    return {PUBLIC: f"{PUBLIC}_g{number}", PRIVATE: f"{PUBLIC}_g{number}_private"}


def prepare(cursor: Cursor) -> None:
    """The roles, the readers' schemas and our own, where they are not there yet."""
    for role in dict.fromkeys(role for roles in ROLES.values() for role in roles):
        cursor.execute(f"select 1 from pg_roles where rolname = {literal(role)}")
        if not cursor.fetchall():
            cursor.execute(f"create role {name(role)} nologin")
    for schema in (*ROLES, f"{PUBLIC}_publisher"):
        # Asked first: who may not create schemas may still publish into those that somebody made.
        cursor.execute(f"select 1 from pg_namespace where nspname = {literal(schema)}")
        if not cursor.fetchall():
            cursor.execute(f"create schema {name(schema)}")
    for schema, roles in ROLES.items():
        cursor.execute(f"grant usage on schema {name(schema)} to {', '.join(map(name, roles))}")
    cursor.execute(
        f"create table if not exists {NOTES} ("
        "number integer generated always as identity primary key,"
        " generation text not null, published_at text not null, loaded_at timestamptz not null default now(),"
        " shown_at timestamptz, replaced_at timestamptz, unique (generation, published_at))"
    )


def find(cursor: Cursor, served: Generation) -> int | None:
    """The number under which the generation is there, whole; none where it is not."""
    cursor.execute(
        f"select number from {NOTES} where generation = {literal(served.name)}"
        f" and published_at = {literal(served.published_at)}"
    )
    row = cursor.fetchone()
    return None if row is None else int(row[0])


def begin(cursor: Cursor, served: Generation) -> int:
    """Note a generation and make its schemas, in the transaction that loads it."""
    cursor.execute(
        f"insert into {NOTES} (generation, published_at) values"
        f" ({literal(served.name)}, {literal(served.published_at)}) returning number"
    )
    row = cursor.fetchone()
    assert row is not None
    number = int(row[0])
    for schema in schemas(number).values():
        cursor.execute(f"create schema {name(schema)}")
    return number


def note_shown(cursor: Cursor, number: int) -> None:
    """Note, in the transaction of the switch, that the views show this one."""
    cursor.execute(
        f"update {NOTES} set replaced_at = now() where shown_at is not null and replaced_at is null"
        f" and number <> {number}"
    )
    cursor.execute(
        f"update {NOTES} set shown_at = case when replaced_at is null then coalesce(shown_at, now()) else now() end,"
        f" replaced_at = null where number = {number}"
    )


def drop_old(database: Connection, cursor: Cursor, grace: timedelta) -> list[str]:
    """Drop what was replaced longer ago than the grace period, and what was loaded and never shown, one by one."""
    cursor.execute(
        f"select number, generation from {NOTES} where shown_at is null"
        f" or replaced_at <= now() - interval '{int(grace.total_seconds())} seconds' order by number"
    )
    dropped = []
    for number, generation in cursor.fetchall():
        try:
            for schema in schemas(number).values():
                cursor.execute(f"select tablename from pg_tables where schemaname = {literal(schema)}")
                tables = [f"{name(schema)}.{name(table)}" for (table,) in cursor.fetchall()]
                if tables:
                    cursor.execute(f"drop table {', '.join(tables)}")
                cursor.execute(f"drop schema if exists {name(schema)}")
            cursor.execute(f"delete from {NOTES} where number = {number}")
            database.commit()
        except Error as refused:
            if refused.sqlstate != STILL_NEEDED:
                raise
            database.rollback()
            log.warning(
                "The schemas of the generation %s are kept: something stands on their tables. Let it stand on the"
                " views of the schema %s.", generation, PUBLIC,
            )  # fmt: skip
        else:
            dropped.append(generation)
    return dropped
