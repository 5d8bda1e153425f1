"""The functions that dbt takes from Python, so that a rule has one implementation; see ``plugins`` in profiles.yml."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from crawleruseragents import is_crawler
from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb.func import ARROW, SPECIAL

from warehouse.steps import names

WORDS = duckdb.list_type(duckdb.sqltypes.VARCHAR)
LONGEST_AGENT = 1000
"""Signs of a browser's name that are held against the list of programs: what is longer says no more."""


class Plugin(BasePlugin):  # type: ignore[misc]
    """Adds the functions to each database that dbt opens."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Called by dbt for each connection."""
        add_functions(conn)


def add_functions(connection: duckdb.DuckDBPyConnection) -> None:
    """Rules in Python, and the package's list of programs, as functions of SQL, a batch of rows a call.

    What is null agrees with nothing, fits nothing and is no program.
    """
    text, number, truth = duckdb.sqltypes.VARCHAR, duckdb.sqltypes.INTEGER, duckdb.sqltypes.BOOLEAN
    functions: tuple[tuple[str, Any, list[Any], Any], ...] = (
        ("person_name_words", _name_words, [text], WORDS),
        ("person_word_count", _word_counts, [text], number),
        ("person_names_agree", _names_agree, [WORDS, WORDS], truth),
        ("is_listed_program", _are_programs, [text], truth),
        ("fits_pattern", _fits_pattern, [text, text], truth),
    )
    for name, function, given, made in functions:
        connection.create_function(name, function, given, made, type=ARROW, null_handling=SPECIAL)


def _name_words(texts: pa.Array) -> pa.Array:
    return pa.array([names.name_words(text) for text in texts.to_pylist()], pa.list_(pa.string()))


def _word_counts(texts: pa.Array) -> pa.Array:
    return pa.array([names.word_count(text) for text in texts.to_pylist()], pa.int32())


def _names_agree(one: pa.Array, other: pa.Array) -> pa.Array:
    pairs = zip(one.to_pylist(), other.to_pylist(), strict=True)
    return pa.array(
        [bool(mine and theirs) and names.names_agree(frozenset(mine), frozenset(theirs)) for mine, theirs in pairs],
        pa.bool_(),
    )


def _are_programs(agents: pa.Array) -> pa.Array:
    return pa.array(
        [bool(agent) and bool(is_crawler(agent[:LONGEST_AGENT])) for agent in agents.to_pylist()], pa.bool_()
    )


def _fits_pattern(texts: pa.ChunkedArray, patterns: pa.ChunkedArray) -> pa.Array:
    """Whether each whole text fits its pattern. DuckDB prepares a pattern that is no constant anew for each row."""
    texts, patterns = pa.concat_arrays(texts.chunks), pa.concat_arrays(patterns.chunks)
    fits = pa.nulls(len(texts), pa.bool_())
    for pattern in patterns.unique().drop_null().to_pylist():
        asked = pc.fill_null(pc.equal(patterns, pattern), False)
        found = pc.match_substring_regex(pc.filter(texts, asked), f"^(?:{pattern})$")
        fits = pc.replace_with_mask(fits, asked, found)
    return pc.fill_null(fits, False)
