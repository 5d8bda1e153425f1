"""The plain data tests of a phase, asked model by model: which of them hold. What does not is dbt's to say.

A test by dbt takes thirty times what its query does, and hundreds of them are a third of a small build.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

PLAIN = ("ERROR", None, None, "count(*)", "!= 0", "!= 0")
"""Severity, where, limit, fail_calc, warn_if and error_if of a test that says nothing of its own about them."""


@dataclass(frozen=True)
class Held:
    """A test of the graph that found no row that must not be."""

    test: str
    seconds: float


@dataclass
class Questions:
    """What is asked of one model: by test of the graph, an expression that is true of the whole table or not."""

    relation: str
    of_all_rows: dict[str, str] = field(default_factory=dict)
    """Answered together while the rows are read once."""
    of_groups: dict[str, str] = field(default_factory=dict)
    """Answered one by one, because each holds all keys in memory."""

    def tests(self) -> tuple[str, ...]:
        """The tests of the graph that are asked here."""
        return (*self.of_all_rows, *self.of_groups)


def plain_questions(nodes: Mapping[str, Any], tests: Collection[str]) -> list[Questions]:
    """What these tests ask, model by model, as far as this file knows their kind; the others are left to dbt."""
    models: dict[str, Questions] = {}
    for name in tests:
        test = nodes[name]
        model = nodes.get(getattr(test, "attached_node", None) or "")
        if model is None or model.config.materialized not in ("table", "view") or not _is_plain(test):
            continue
        asked = models.setdefault(model.relation_name, Questions(model.relation_name))
        kind, said = test.test_metadata.name, test.test_metadata.kwargs
        if kind in OF_ALL_ROWS:
            asked.of_all_rows[name] = OF_ALL_ROWS[kind](said)
        elif kind in OF_GROUPS:
            asked.of_groups[name] = OF_GROUPS[kind](said, model.relation_name)
    return list(models.values())


def held(connection: Any, questions: Collection[Questions]) -> Iterator[Held]:
    """The tests that hold, with their share of the seconds; not those whose model is missing or cannot be asked."""
    for asked in questions:
        yield from _held(connection, asked.of_all_rows, f" from {asked.relation}")
        for name, holds in asked.of_groups.items():
            yield from _held(connection, {name: holds}, "")


def _held(connection: Any, holds: Mapping[str, str], rows: str) -> Iterator[Held]:
    if not holds:
        return
    started = time.monotonic()
    try:
        found = connection.execute(f"select {', '.join(holds.values())}{rows}").fetchone() or ()
    except duckdb.Error:
        return
    seconds = (time.monotonic() - started) / len(holds)
    yield from (Held(name, seconds) for name, does_hold in zip(holds, found, strict=True) if does_hold is True)


def _is_plain(test: Any) -> bool:
    said = test.config
    settings = (said.severity.upper(), said.where, said.limit, said.fail_calc, said.warn_if, said.error_if)
    return settings == PLAIN and not said.store_failures


def _no_nulls(said: Mapping[str, Any]) -> str:
    return f"count(*) = count({said['column_name']})"


def _only_listed(said: Mapping[str, Any]) -> str:
    texts = ("'" + str(value).replace("'", "''") + "'" for value in said["values"])
    values = texts if said.get("quote", True) else map(str, said["values"])
    return f"count(*) filter (where {said['column_name']} not in ({', '.join(values)})) = 0"


def _each_once(said: Mapping[str, Any], relation: str) -> str:
    column = said["column_name"]
    return f"not exists (select 1 from {relation} where {column} is not null group by {column} having count(*) > 1)"


def _together_once(said: Mapping[str, Any], relation: str) -> str:
    columns = ", ".join(said["columns"])
    return f"not exists (select 1 from {relation} group by {columns} having count(*) > 1)"


OF_ALL_ROWS: dict[str, Callable[[Mapping[str, Any]], str]] = {"not_null": _no_nulls, "accepted_values": _only_listed}
OF_GROUPS: dict[str, Callable[[Mapping[str, Any], str], str]] = {
    "unique": _each_once,
    "unique_together": _together_once,
}
