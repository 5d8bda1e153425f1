"""Follows the rows of a cell down to the landed records whose values are in it, model by model."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from warehouse.statements import Model
from warehouse.trace.expressions import PARENT
from warehouse.trace.lineage import LANDED_PREFIX, Lineage
from warehouse.trace.model import Alike, Reading

TELLING = re.compile(r"_id$|_date$|_day$|^day$|^brand$|^account$|^_account$")
"""Columns by which a source tells its records apart."""
MOST_VALUES = 200


@dataclass
class Found:
    """The rows of one model that the cell was made of; they lie in ``table``."""

    model: Model
    table: str
    row_count: int
    needed: set[str]
    """The columns whose values are in the cell; ``*`` where rows are counted."""


@dataclass
class Trace:
    """All that was found of one cell: its own table first, landed tables last."""

    found: dict[Model, Found] = field(default_factory=dict)

    @property
    def landed(self) -> list[Found]:
        """The landed tables, those with most records first."""
        landed = [one for one in self.found.values() if one.model[0].startswith(LANDED_PREFIX)]
        return sorted(landed, key=lambda one: (-one.row_count, one.model))


def follow(lineage: Lineage, mart: Model, condition: str, values: Iterable[str]) -> Trace:
    """The rows behind the rows of a mart that fulfil the condition; ``values`` are the columns that are asked for.

    What only decides, a rate or the name of a campaign, is not followed further: ``deciding`` finds its rows.
    """
    return _Follower(lineage).follow(mart, condition, set(values))


def deciding(lineage: Lineage, found: Found, reading: Reading, without: str = "") -> str:
    """The statement that finds the rows which one reading of a model added to those of the cell."""
    rows = lineage.rows_of((reading.schema, reading.table))
    return f"select * from {rows} as parent_row where {condition_of(lineage, found, reading)}{without}"


def is_followed(found: Found, reading: Reading) -> bool:
    """Whether the values of the cell come through this reading."""
    return any(reading.carries.get(child) for child in found.needed)


class _Follower:
    def __init__(self, lineage: Lineage) -> None:
        self.lineage = lineage
        self.trace = Trace()
        self.needed: dict[Model, set[str]] = {}
        self.incoming: dict[Model, list[tuple[Found, Reading]]] = {}

    def follow(self, mart: Model, condition: str, values: set[str]) -> Trace:
        """Fill ``trace``."""
        self.lineage.clear()
        order = self.lineage.ancestors(mart)
        rows = self.lineage.rows_of(mart)
        self.lineage.execute(f"create temp table {_name(0)} as select * from {rows} where {condition}")
        self._note(mart, _name(0), values)
        for number, model in enumerate(order[1:], 1):
            if incoming := self.incoming.get(model):
                self._find(model, _name(number), incoming)
        return self.trace

    def _note(self, model: Model, table: str, needed: set[str]) -> None:
        """Take over what was found of a model, and ask the parents that its values come from."""
        (count,) = self.lineage.one(f"select count(*) from {table}")
        if not count:
            return
        found = self.trace.found[model] = Found(model, table, count, needed)
        readings = self.lineage.readings(model).own
        alive = _alive(self.lineage, found, readings)
        for place, reading in enumerate(readings):
            if place in alive and is_followed(found, reading):
                parent = (reading.schema, reading.table)
                carried = {column for child in needed for column in reading.carries.get(child, ())}
                self.incoming.setdefault(parent, []).append((found, reading))
                self.needed.setdefault(parent, set()).update(carried)
        joined = {place for one in readings for beside in one.beside for place, _ in beside.others}
        for place in sorted(joined):
            self.lineage.execute(
                f"create temp table {table}_{place} as {deciding(self.lineage, found, readings[place])}"
            )

    def _find(self, model: Model, table: str, incoming: Sequence[tuple[Found, Reading]]) -> None:
        wanted = dict.fromkeys(condition_of(self.lineage, found, reading) for found, reading in incoming)
        rows = self.lineage.rows_of(model)
        if model[0].startswith(LANDED_PREFIX):
            rows = self.lineage.landed_rows(model, [found.table for found, _ in incoming])
        elif model not in self.lineage.tables:
            rows = _worked_out(self.lineage, model, incoming)
        if model in self.lineage.tables:
            ids = " union ".join(f"select parent_row.rowid from {rows} as parent_row where {one}" for one in wanted)
            where = f"rowid in ({ids})"
        else:
            where = " or ".join(f"({one})" for one in wanted)
        self.lineage.execute(f"create temp table {table} as select * from {rows} as parent_row where {where}")
        self._note(model, table, self.needed[model])


def _alive(lineage: Lineage, child: Found, readings: Sequence[Reading]) -> set[int]:
    """The places of the readings that some row may have come from: of a union, mostly one."""
    conditions = {
        place: " and ".join(
            f"({one.parent}) is not distinct from ({one.child})"
            for one in reading.alike
            if one.child and PARENT not in one.parent
        )
        for place, reading in enumerate(readings)
    }
    asked = {place: condition for place, condition in conditions.items() if condition}
    if not asked:
        return set(conditions)
    whether = ", ".join(f"bool_or({condition})" for condition in asked.values())
    answers = lineage.one(f"select {whether} from {child.table} as child_row")
    return set(conditions) - {place for place, answer in zip(asked, answers, strict=True) if not answer}


def _worked_out(lineage: Lineage, model: Model, incoming: Sequence[tuple[Found, Reading]]) -> str:
    """A view of those rows alone that may be behind the rows of its children: all of it may take long to work out."""
    if model not in lineage.statements:
        return lineage.rows_of(model)
    wanted: dict[Model, list[str]] = {}
    for child, reading in incoming:
        told = {
            one.parent.removeprefix(f"{PARENT}."): one.child
            for one in reading.alike
            if one.child and not one.may_be_missing and re.fullmatch(rf"{PARENT}\.\w+", one.parent)
        }
        if not told:
            return lineage.rows_of(model)
        given = ", ".join(f"{what} as {name}" for name, what in told.items())
        from_child = f"(select {given} from {child.table} as child_row)"
        for below in lineage.readings(model).all:
            alike = [
                one
                for one in below.alike
                if re.fullmatch(rf"{PARENT}\.\w+", one.parent)
                and not one.may_be_missing
                and set(re.findall(r"child_row\.(\w+)", one.child)) <= set(told)
            ]
            same = " and ".join(f"({one.parent}) is not distinct from ({one.child})" for one in alike)
            condition = f"exists (select 1 from {from_child} as child_row where {same})" if same else "true"
            wanted.setdefault((below.schema, below.table), []).append(condition)
    return f"({lineage.statement_over(model, {one: _any(lineage, one, asked) for one, asked in wanted.items()})})"


def _any(lineage: Lineage, model: Model, conditions: Sequence[str]) -> str:
    asked = dict.fromkeys(conditions)
    rows = lineage.rows_of(model)
    where = "" if "true" in asked else " where " + " or ".join(asked)
    return f"(select * from {rows} as parent_row{where})"


def _few_values(lineage: Lineage, child: Found, alike: Sequence[Alike]) -> list[str]:
    """The same said with the values themselves where they are few: a view is then worked out for those rows alone."""
    plain = [
        (name, one.child)
        for one in alike
        if (name := one.parent.removeprefix(f"{PARENT}.")).isidentifier() and TELLING.search(name)
    ]
    if not plain or child.row_count > MOST_VALUES:
        return []
    lists = ", ".join(
        f"list(distinct {what}) || case when bool_or({what} is null) then [null] else [] end" for _, what in plain
    )
    said = []
    for (name, _), values in zip(plain, lineage.one(f"select {lists} from {child.table} as child_row"), strict=True):
        if values and None not in values:
            said.append(f"{PARENT}.{name} in ({', '.join(_literal(value) for value in values)})")
    return said


def _literal(value: object) -> str:
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def condition_of(lineage: Lineage, child: Found, reading: Reading) -> str:
    """What holds of each row of the parent that a row of the child was made of, as SQL over ``parent_row``."""
    said = [one.parent for one in reading.alike if not one.child]
    alike = [one for one in reading.alike if one.child]
    unsure = [one for one in alike if one.may_be_missing]
    if unsure:
        asked = ", ".join(f"count(*) filter (({one.child}) is null)" for one in unsure)
        missing = lineage.one(f"select {asked} from {child.table} as child_row")
        lacking = [one for one, count in zip(unsure, missing, strict=True) if count]
        alike = [one for one in alike if one not in lacking]
    parent = (reading.schema, reading.table)
    if parent not in lineage.tables:
        said += _few_values(lineage, child, alike)
        # To plan the comparison of all columns of a view takes longer than to work it out.
        telling = [one for one in alike if TELLING.search(one.parent) or PARENT not in one.parent]
        if any(one.parent.endswith("_id") for one in telling):
            alike = telling
    if alike:
        same = " and ".join(f"({one.parent}) is not distinct from ({one.child})" for one in alike)
        said.append(f"exists (select 1 from {child.table} as child_row where {same})")
    for beside in reading.beside:
        others = " union all ".join(
            "select "
            + ", ".join(f"({text}) as given_{at}" for at, text in enumerate(texts))
            + f" from {child.table}_{place} as parent_row"
            for place, texts in beside.others
        )
        same = " and ".join(
            f"({text}) is not distinct from beside_row.given_{at}" for at, text in enumerate(beside.parent)
        )
        said.append(f"exists (select 1 from ({others}) as beside_row where {same})")
    return " and ".join(f"({one})" for one in said) or "true"


def _name(number: int) -> str:
    return f"rows_{number}"
