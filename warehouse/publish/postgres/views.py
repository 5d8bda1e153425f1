"""The views that readers know: they stay, and all turn to another generation in one transaction.

Their columns are only ever added to. What is gone or of another type stops the switch: a view, a chart or a query of
somebody else may stand on it, and only a person can say that none does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adbc_driver_postgresql.dbapi import Cursor

from warehouse.errors import ColumnsGone
from warehouse.publish.postgres.tables import Table, literal, name

PUBLIC, PRIVATE = "warehouse", "warehouse_private"
"""The schemas that readers know."""
ROLES = {PUBLIC: ("bi_reader", "pii_reader"), PRIVATE: ("pii_reader",)}
"""Who reads each of them."""


@dataclass(frozen=True)
class Turn:
    """The views of one schema that readers know, and the tables that they are to show."""

    schema: str
    generation: str
    tables: Sequence[Table]


def columns_of_views(cursor: Cursor, schema: str) -> dict[str, dict[str, str]]:
    """Each view of the schema with its columns in order, and their types."""
    cursor.execute(
        "select views.relname, columns.attname, format_type(columns.atttypid, columns.atttypmod)"
        " from pg_class as views"
        " join pg_namespace as schemas on schemas.oid = views.relnamespace"
        " join pg_attribute as columns on columns.attrelid = views.oid"
        f" where schemas.nspname = {literal(schema)} and views.relkind = 'v'"
        " and columns.attnum > 0 and not columns.attisdropped"
        " order by views.relname, columns.attnum"
    )
    found: dict[str, dict[str, str]] = {}
    for view, column, kind in cursor.fetchall():
        found.setdefault(view, {})[column] = kind
    return found


def ours(cursor: Cursor, schema: str) -> set[str]:
    """The views of the schema that show a generation; somebody else's may stand beside them."""
    cursor.execute(
        "select distinct views.relname from pg_class as views"
        " join pg_namespace as schemas on schemas.oid = views.relnamespace"
        " join pg_rewrite as rules on rules.ev_class = views.oid"
        " join pg_depend as needs on needs.classid = 'pg_rewrite'::regclass and needs.objid = rules.oid"
        " join pg_class as tables on tables.oid = needs.refobjid and needs.refclassid = 'pg_class'::regclass"
        " join pg_namespace as homes on homes.oid = tables.relnamespace"
        f" where schemas.nspname = {literal(schema)} and views.relkind = 'v'"
        f" and homes.nspname ~ '^{PUBLIC}_g[0-9]+(_private)?$'"
    )
    return {view for (view,) in cursor.fetchall()}


def refuse_losses(cursor: Cursor, turn: Turn) -> None:
    """Stop where a reader would lose a table or a column, or find another type in it."""
    known, mine = columns_of_views(cursor, turn.schema), ours(cursor, turn.schema)
    new = {table.name: {column.name: column.type for column in table.columns} for table in turn.tables}
    said = [f"{turn.schema}.{view} is somebody else's view" for view in sorted(known.keys() - mine) if view in new]
    said += [f"{turn.schema}.{view} is gone" for view in sorted(mine - new.keys())]
    for view in sorted(mine & new.keys()):
        for column, kind in known[view].items():
            if column not in new[view]:
                said.append(f"{turn.schema}.{view}.{column} is gone")
            elif new[view][column] != kind:
                said.append(f"{turn.schema}.{view}.{column} was {kind} and is {new[view][column]}")
    if said:
        raise ColumnsGone(
            f"Readers of Postgres would lose something: {'; '.join(said)}. They keep the generation that they have. "
            "Where nobody needs it any more, drop the view that shows it, with what stands on it, and publish again."
        )


def lock(cursor: Cursor, turns: Iterable[Turn]) -> None:
    """Take every view of ours before the first is changed: who reads one of them ends first, and sees no other half."""
    views = [f"{name(turn.schema)}.{name(view)}" for turn in turns for view in sorted(ours(cursor, turn.schema))]
    if views:
        cursor.execute(f"lock table {', '.join(views)} in access exclusive mode")


def turn_to(cursor: Cursor, turn: Turn) -> None:
    """Let the views show these tables, and let their readers read them."""
    known = columns_of_views(cursor, turn.schema)
    statements = []
    for table in turn.tables:
        before = known.get(table.name, {})
        # Postgres takes new columns at the end alone.
        columns = [*before, *(column.name for column in table.columns if column.name not in before)]
        view = f"{name(turn.schema)}.{name(table.name)}"
        statements += [
            f"create or replace view {view} as select {', '.join(map(name, columns))}"
            f" from {name(turn.generation)}.{name(table.name)}",
            f"grant select on {view} to {', '.join(ROLES[turn.schema])}",
            f"comment on view {view} is {literal(table.comment.strip())}",
        ]
        statements += [
            f"comment on column {view}.{name(column.name)} is {literal(column.comment.strip())}"
            for column in table.columns
        ]
    # Together: each of a thousand would go to the server and back while readers wait.
    cursor.execute(f"do {literal('begin ' + '; '.join(statements) + '; end')}")
