"""From which rows of its parents a row was made: asked of those alone, the statement gives the same row again."""

from __future__ import annotations

import random

import duckdb
import pytest

from warehouse.trace.model import Alike, CannotRead, Reading
from warehouse.trace.readings import readings_of

COLUMNS = {"s": {"a": {"k": "INTEGER", "g": "INTEGER", "v": "INTEGER"}, "b": {"k": "INTEGER", "w": "INTEGER"}}}
STATEMENTS = {
    "a rename and a filter": "select k as key, v + 1 as more from s.a where v > 2",
    "a group": "select g, sum(v) as v, count(*) as c from s.a group by all",
    "a group by a calculation": "select g % 2 as odd, sum(v) as v from s.a group by g % 2",
    "an inner join": "select a.g, b.w, a.v from s.a as a inner join s.b as b on a.k = b.k",
    "a left join": "select a.g, a.k, b.w from s.a as a left join s.b as b on a.k = b.k and b.w > 3",
    "a left join that must miss": "select a.g, a.k from s.a as a left join s.b as b on a.k = b.k where b.k is null",
    "a coalesced left join": "select a.k, coalesce(b.w, 0) as w from s.a as a left join s.b as b on a.k = b.k",
    "a full join": "select coalesce(a.k, b.k) as k, a.v, b.w from s.a as a full outer join s.b as b on a.k = b.k",
    "a window": "select k, v, sum(v) over (partition by g) as whole from s.a",
    "a named window": "select k, v, sum(v) over whole as total from s.a window whole as (partition by g)",
    "a window over all": "select k, row_number() over (order by k, v) as n from s.a",
    "a chosen row": "select g, k, v from s.a qualify row_number() over (partition by g order by v desc, k) = 1",
    "a union": "select k, 'a' as kind from s.a union all select k, 'b' from s.b",
    "a union by name": "select k, g from s.a union all by name select w as g, k from s.b",
    "steps that read each other": """
        with x as (select g, sum(v) as v from s.a group by g), y as (select x.g, x.v, b.w from x join s.b on x.g = b.k)
        select y.g, y.v, y.w, x.v as again from y left join x on y.w = x.g
    """,
    "a step that is joined to itself": """
        with x as (select k, g, v from s.a) select one.k, other.v from x as one join x as other on one.g = other.k
    """,
    "a condition with exists": "select k, v from s.a where exists (select 1 from s.b where b.k = a.k)",
    "a share": "select g, k, v * 1.0 / sum(v) over (partition by g) as share from s.a",
    "a maximum among groups": "select g, sum(v) as v, max(sum(v)) over () as most from s.a group by g",
}


def _found(database: duckdb.DuckDBPyConnection, readings: list[Reading], table: str) -> str:
    """The rows of a parent that some reading finds for the row in `child`, without what was joined beside."""
    some = []
    for reading in readings:
        if reading.table != table:
            continue
        said = [one.parent for one in reading.alike if not one.child]
        same = [_same(database, one) for one in reading.alike if one.child]
        some.append(
            " and ".join([*said, f"exists (select 1 from child as child_row where {' and '.join(same) or 'true'})"])
        )
    return f"select * from s.{table} as parent_row where {' or '.join(f'({one})' for one in some) or 'false'}"


def _same(database: duckdb.DuckDBPyConnection, one: Alike) -> str:
    if one.may_be_missing:
        empty = database.execute(f"select bool_or(({one.child}) is null) from child as child_row").fetchone()
        if empty and empty[0]:
            return "true"
    return f"({one.parent}) is not distinct from ({one.child})"


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_rows_that_were_found_alone_give_the_same_row_again(name: str) -> None:
    statement, dice = STATEMENTS[name], random.Random(name)
    with duckdb.connect() as database:
        database.execute("create schema s; create schema t")
        rows_a = [(dice.randint(1, 6), dice.choice([1, 2, 3, None]), dice.randint(0, 9)) for _ in range(14)]
        rows_b = [(dice.randint(1, 7), dice.choice([1, 2, 4, 5, None])) for _ in range(8)]
        database.execute("create table s.a (k integer, g integer, v integer); create table s.b (k integer, w integer)")
        database.executemany("insert into s.a values (?, ?, ?)", rows_a)
        database.executemany("insert into s.b values (?, ?)", rows_b)
        found = readings_of(statement, COLUMNS)
        output = database.execute(statement)
        names = [one[0] for one in output.description or []]
        for row in set(output.fetchall()):
            given = zip(names, row, strict=True)
            values = ", ".join(f"{'null' if value is None else repr(value)} as {one}" for one, value in given)
            database.execute(f"create or replace temp table child as select {values}")
            for table in ("a", "b"):
                database.execute(f"create or replace table t.{table} as {_found(database, found.all, table)}")
            again = database.execute(statement.replace("s.", "t.")).fetchall()
            assert row in again


def test_of_a_group_only_its_own_rows_are_found() -> None:
    (reading,) = readings_of("select g, sum(v) as v from s.a group by g", COLUMNS).own

    assert reading.alike == [Alike("parent_row.g", "child_row.g")]
    assert reading.carries["v"] == ["v"]


def test_a_row_among_which_another_was_chosen_decides_and_is_no_part_of_it() -> None:
    found = readings_of("select g, k from s.a qualify row_number() over (partition by g order by v) = 1", COLUMNS)

    assert {one.parent for one in found.own[0].alike} == {"parent_row.g", "parent_row.k"}
    assert {one.parent for one in found.all[0].alike} == {"parent_row.g"}


def test_what_is_no_statement_is_refused() -> None:
    with pytest.raises(CannotRead):
        readings_of("select from where", COLUMNS)
