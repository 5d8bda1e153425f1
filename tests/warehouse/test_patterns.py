"""A pattern of the rule files reads a text alike whether DuckDB or our function asks it, also over many batches."""

from __future__ import annotations

import csv

import duckdb
import pytest

from warehouse import settings
from warehouse.steps.dbt_functions import add_functions

TEXTS = [
    "a",
    "",
    "ab",
    "a\nb",
    "a\n",
    "\n",
    "ä",
    "日本",
    "a|b",
    "A",
    "x.y",
    "rank higher",
    "see www.spam.example",
    None,
]
PATTERNS = [
    "a",
    "",
    ".*",
    "a|ab",
    "a|b",
    "[a-z]+",
    ".*b",
    "ä|日本",
    r"x\.y",
    "a.b",
    "(?s)a.b",
    "(?i)a",
    "^a$",
    "a$|b",
    None,
]
"""What differs where a pattern is only looked for, where ends are those of lines, or where ``|`` reaches too far."""


@pytest.fixture
def database() -> duckdb.DuckDBPyConnection:
    """A database with the functions of dbt."""
    connection = duckdb.connect()
    add_functions(connection)
    return connection


def test_every_text_fits_the_patterns_that_duckdb_says_it_fits(database: duckdb.DuckDBPyConnection) -> None:
    with (settings.DBT_PROJECT / "seeds" / "spam_patterns.csv").open(encoding="utf-8") as file:
        shipped = [row["pattern"] for row in csv.DictReader(file)]
    differing = database.execute(
        "select text, pattern from (select unnest(?::text[]) as text), (select unnest(?::text[]) as pattern) "
        "where fits_pattern(text, pattern) is distinct from coalesce(regexp_full_match(text, pattern), false)",
        [TEXTS, [*PATTERNS, *shipped]],
    ).fetchall()

    assert shipped
    assert differing == []


def test_rows_of_many_batches_are_told_by_their_own_pattern(database: duckdb.DuckDBPyConnection) -> None:
    found = database.execute(
        "select count(*) filter (fits_pattern(text, pattern)), count(*) from ("
        "  select range::text as text, case range % 3 when 0 then '[0-9]*7' when 1 then 'x' end as pattern"
        "  from range(30000)) as numbered"
    ).fetchone()

    # A third of them have the pattern, and a tenth of those end with 7.
    assert found == (1000, 30000)
