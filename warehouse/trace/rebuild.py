"""Makes a cell again from the landed records that a trace found, by the statements that made it.

From the landed records upwards each model is asked of the rows that were made below it alone. Beside them it is given,
as the build left them, the rows that only decide: rates, names, rules, and those among which one was chosen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from warehouse.statements import Model
from warehouse.trace.cell import Cell
from warehouse.trace.declared import DECLARED, ENDS
from warehouse.trace.follow import Found, Trace, condition_of, is_followed
from warehouse.trace.lineage import LANDED_PREFIX, Lineage
from warehouse.trace.model import Reading

NEARLY = 1e-9
"""Of a sum of floating numbers: their order is nobody's."""


@dataclass(frozen=True)
class Rebuilt:
    """What came out."""

    value: Any
    is_same: bool
    deciding_rows: int
    """The rows that were given, beside the landed records."""


def rebuild(lineage: Lineage, cell: Cell, trace: Trace, without: tuple[Model, str] | None = None) -> Rebuilt:
    """The cell, made again; ``without`` leaves out the landed records of one table that fulfil a condition."""
    return _Rebuilder(lineage, trace, without).rebuild(cell)


class _Rebuilder:
    def __init__(self, lineage: Lineage, trace: Trace, without: tuple[Model, str] | None) -> None:
        self.lineage, self.trace, self.without = lineage, trace, without
        self.made: dict[Model, str] = {}
        self.deciding_rows = 0

    def rebuild(self, cell: Cell) -> Rebuilt:
        """Every model, parents first, then the cell."""
        for number, model in enumerate(reversed(list(self.trace.found))):
            self.made[model] = self._make(model, f"made_{number}")
        is_number = isinstance(cell.value, Decimal | float | int) and not isinstance(cell.value, bool)
        what = f"sum({cell.column})" if is_number else f"min({cell.column})"
        (value,) = self.lineage.one(f"select {what} from {self.made[cell.mart]} where {cell.condition}")
        return Rebuilt(value, is_alike(value, cell.value), self.deciding_rows)

    def _make(self, model: Model, name: str) -> str:
        found = self.trace.found[model]
        if model[0].startswith(LANDED_PREFIX):
            left_out = f" where not ({self.without[1]})" if self.without and self.without[0] == model else ""
            rows = f"select * exclude (landed_file, file_row_number) from {found.table}{left_out}"
        elif model in ENDS or model in DECLARED or model not in self.lineage.statements:
            rows = f"select * from {found.table}"
        else:
            rows = self.lineage.statement_over(model, self._inputs(found, name))
        self.lineage.execute(f"create or replace temp table {name} as {self._wanted(model, rows)}")
        return name

    def _wanted(self, model: Model, rows: str) -> str:
        """Of what a statement made, the rows that became rows of the models above, or of the cell."""
        asked = [
            condition_of(self.lineage, child, reading)
            for child in self.trace.found.values()
            for reading in self.lineage.readings(child.model).own
            if (reading.schema, reading.table) == model and is_followed(child, reading)
        ]
        where = " or ".join(f"({one})" for one in dict.fromkeys(asked)) or "true"
        return f"select * from ({rows}) as parent_row where {where}"

    def _inputs(self, found: Found, name: str) -> dict[Model, str]:
        """What the statement of a model reads in place of each parent."""
        readings = self.lineage.readings(found.model)
        followed = {(one.schema, one.table) for one in readings.own if is_followed(found, one)}
        prepared = self._prepared(found, readings.all, name)
        inputs: dict[Model, str] = {}
        for parent in dict.fromkeys((one.schema, one.table) for one in readings.all):
            given = self._given(found, parent, readings.all, prepared)
            made = self.made.get(parent) if parent in followed else None
            if made is None:
                inputs[parent] = f"({given})"
            elif parent[0].startswith(LANDED_PREFIX):
                inputs[parent] = made
            else:
                its = self.trace.found[parent].table
                inputs[parent] = f"(select * from {made} union all by name ({given} except all select * from {its}))"
        for parent, rows in inputs.items():
            if parent not in followed and rows.startswith("("):
                (count,) = self.lineage.one(f"select count(*) from {rows}")
                self.deciding_rows += count
        return inputs

    def _prepared(self, found: Found, readings: Iterable[Reading], name: str) -> Found:
        """The child, with the rows of those readings that others are joined to."""
        listed = list(readings)
        child = Found(found.model, f"{name}_child", found.row_count, found.needed)
        self.lineage.execute(f"create or replace temp table {child.table} as select * from {found.table}")
        for place in sorted({place for one in listed for beside in one.beside for place, _ in beside.others}):
            reading = listed[place]
            rows = self.lineage.rows_of((reading.schema, reading.table))
            condition = condition_of(self.lineage, child, reading)
            self.lineage.execute(
                f"create or replace temp table {child.table}_{place} as "
                f"select * from {rows} as parent_row where {condition}"
            )
        return child

    def _given(self, found: Found, parent: Model, readings: Iterable[Reading], child: Found) -> str:
        if parent[0].startswith(LANDED_PREFIX) and parent in self.trace.found:
            return f"select * exclude (landed_file, file_row_number) from {self.trace.found[parent].table}"
        asked = dict.fromkeys(
            condition_of(self.lineage, child, one) for one in readings if (one.schema, one.table) == parent
        )
        where = " or ".join(f"({one})" for one in asked)
        return f"select * from {self.lineage.rows_of(parent)} as parent_row where {where}"


def is_alike(one: Any, other: Any) -> bool:
    """Whether two values are the same: to the last digit, and floating numbers nearly."""
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= NEARLY * max(1.0, abs(one), abs(other))
    return bool(one == other)
