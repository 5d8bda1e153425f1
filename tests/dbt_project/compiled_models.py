"""The attribution models' own SQL as dbt compiles it, to be run on any touches and conversions.

A build by dbt takes a minute; its compiled statements take half a second on a few journeys.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tests.dbt_project.credited_market import CreditedMarket
from warehouse.steps.channel_effects import write_channel_effects

JOURNEYS = "path:models/intermediate/journeys"
KEPT = ("stg_rules__", "int_brands__resolved")
"""Tables that keep their rows: the rules, and the brands."""


@dataclass(frozen=True)
class Statement:
    """What makes one model: its relation, whether it is a view, and its query."""

    relation: str
    is_view: bool
    query: str


class CompiledModels:
    """The statements from touches to credit in their order, and the empty tables that they read."""

    def __init__(self, market: CreditedMarket) -> None:
        """``market`` has all its tables, with rows or without."""
        self._database = market.database
        done = market.dbt("compile", "--select", JOURNEYS, "+int_credit__unioned", "--quiet")
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
        nodes = json.loads((market.target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
        waiting = {
            key: node
            for key, node in nodes.items()
            if key.startswith("model.")
            and ("/journeys/" in node["path"] or node["name"].startswith(("int_credit__", "int_attribution_models__")))
            # Says the same as the union, side by side.
            and node["name"] != "int_credit__widened"
        }
        self.journeys: list[Statement] = []
        self.credit: list[Statement] = []
        while waiting:
            key = next(key for key, node in waiting.items() if not waiting.keys() & set(node["depends_on"]["nodes"]))
            node = waiting.pop(key)
            made = Statement(node["relation_name"], node["config"]["materialized"] == "view", node["compiled_code"])
            (self.journeys if "/journeys/" in node["path"] else self.credit).append(made)

    def open(self, path: Path | str = ":memory:") -> duckdb.DuckDBPyConnection:
        """A database with the tables that the statements read."""
        made_here = {statement.relation for statement in (*self.journeys, *self.credit)}
        connection = duckdb.connect()
        connection.execute(f"attach '{path}' as credited; attach '{self._database}' as made (read_only)")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'made'"
        ).fetchall()
        for schema, table in tables:
            connection.execute(f"create schema if not exists credited.{schema}")
            if f'"credited"."{schema}"."{table}"' not in made_here:
                rows = "" if table.startswith(KEPT) else "limit 0"
                connection.execute(f'create table credited.{schema}."{table}" as from made.{schema}."{table}" {rows}')
        connection.execute("detach made; use credited")
        connection.execute("set TimeZone = 'UTC'; set preserve_insertion_order = false")
        return connection

    def run(self, connection: duckdb.DuckDBPyConnection) -> None:
        """From the touches and conversions that lie in the database to ``int_credit__unioned`` and what it reads."""
        for _, text in self.texts(self.journeys):
            connection.execute(text)
        write_channel_effects(connection)
        for _, text in self.texts(self.credit):
            connection.execute(text)

    def texts(self, statements: Sequence[Statement]) -> list[tuple[str, str]]:
        """Name and text of statements that make models, whether or not they are there."""
        return [
            (
                one.relation.rpartition(".")[2].strip('"'),
                f"create or replace {'view' if one.is_view else 'table'} {one.relation} as {one.query}",
            )
            for one in statements
        ]
