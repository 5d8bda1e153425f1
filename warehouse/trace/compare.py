"""Tells which records of a number came, went or changed since the build before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from warehouse.statements import Model
from warehouse.trace.cell import Cell, shown
from warehouse.trace.follow import Trace
from warehouse.trace.lineage import Lineage

OF_THE_READING = ("landed_at", "landed_day")
"""Columns that say when a record was read, and nothing of it."""


@dataclass(frozen=True)
class Changes:
    """Of one staged table, how many records of the number came, went and changed, and the first by their ids."""

    model: Model
    came: int
    went: int
    changed: int
    samples: tuple[str, ...]


def changes(new: Lineage, traced: Trace, old: Lineage, before: Trace) -> Iterator[Changes]:
    """What is different of the staged records, table by table; those that a build keeps as views are left out."""
    for model in sorted({*traced.found, *before.found}):
        if model[0] != "staging" or not (model in new.tables and model in old.tables):
            continue
        for lineage, trace, name in ((new, traced, "records_now"), (old, before, "records_before")):
            rows = trace.found[model].table if model in trace.found else f"{lineage.rows_of(model)} limit 0"
            arrow = lineage.execute(f"select * from {rows}").to_arrow_table()
            new.connection.register(name, arrow)
        yield _different(new, model)
        for name in ("records_now", "records_before"):
            new.connection.unregister(name)


def _different(lineage: Lineage, model: Model) -> Changes:
    described = lineage.execute("describe records_now").fetchall()
    names = [row[0] for row in described if row[0] not in OF_THE_READING]
    ids = [name for name in names if name == "account" or name.endswith(("_id", "date"))] or names
    columns, keys = ", ".join(names), ", ".join(ids)
    lineage.execute(
        f"create or replace temp table only_now as select {columns} from records_now "
        f"except all select {columns} from records_before"
    )
    lineage.execute(
        f"create or replace temp table only_before as select {columns} from records_before "
        f"except all select {columns} from records_now"
    )
    same = " and ".join(f"one.{name} is not distinct from other.{name}" for name in ids)
    matched = f"exists (select 1 from {{}} as other where {same})"
    there = matched.format("only_before")
    (came, changed) = lineage.one(
        f"select count(*) filter (not {there}), count(*) filter ({there}) from only_now as one"
    )
    (went,) = lineage.one(f"select count(*) from only_before as one where not {matched.format('only_now')}")
    samples = lineage.execute(
        f"select distinct {keys} from (select {keys} from only_now union all select {keys} from only_before)"
        " order by all limit 3"
    ).fetchall()
    told = tuple(
        ", ".join(f"{name} {value}" for name, value in zip(ids, row, strict=True) if value is not None)
        for row in samples
    )
    return Changes(model, came, went, changed, told)


def tell_changes(cell: Cell, before: object, found: Iterator[Changes]) -> Iterator[str]:
    """The lines of it."""
    yield f"In the build before: {shown(before)}. Now: {shown(cell.value)}."
    is_any = False
    for one in found:
        if one.came or one.went or one.changed:
            is_any = True
            yield f"  {'.'.join(one.model)}: {one.came:,} came, {one.went:,} went, {one.changed:,} changed"
            yield from (f"    {sample}" for sample in one.samples)
    if not is_any:
        yield "  No record of it came, went or changed; what decides about them did, if the number did."
