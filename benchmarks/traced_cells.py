"""Random cells of all marts: how many are traced, made again from their records alone, and how fast.

    python -m benchmarks.traced_cells --cells 1000 --seed 7

Reads the newest build of the data folder (LEADGEN_DATA). Of each cell one landed record is left out: the number
changes, or the record is shown to be irrelevant to it.
"""

from __future__ import annotations

import argparse
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from warehouse.errors import BuildError
from warehouse.trace.cell import Cell, find_cell, open_newest
from warehouse.trace.declared import ENDS
from warehouse.trace.follow import Trace, follow
from warehouse.trace.lineage import Lineage
from warehouse.trace.rebuild import rebuild

TELLING = ("VARCHAR", "DATE", "TIMESTAMP", "BOOLEAN", "BIGINT", "INTEGER")
"""The types of columns by which a row is named."""


@dataclass
class Outcome:
    """What came of one cell."""

    mart: str
    column: str
    seconds: float = 0.0
    ends: str = ""
    """``records``: traced to landed records; else where the trace ended, or what went wrong."""
    records: int = 0
    again: str = ""
    """``same``, ``other``, or what went wrong."""
    dropped: str = ""
    """``changed``, ``irrelevant``, or nothing where there was no record."""


def main() -> None:
    """Print the shares, and write every cell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--to", type=Path, help="a file of JSON lines for what came of each cell")
    parser.add_argument("--limit", type=float, default=20, help="seconds after which a step of a cell is given up")
    parser.add_argument("--without-rebuild", action="store_true", help="trace alone: for the time that it takes")
    asked = parser.parse_args()
    lineage, dice = open_newest(), random.Random(asked.seed)
    outcomes: list[Outcome] = []
    try:
        marts = sorted(
            table
            for schema, table in lineage.statements
            if schema == "marts" and not table.startswith("int_")
            if lineage.one(f"select count(*) from {lineage.rows_of((schema, table))}")[0]
        )
        # What statements say is found out once and kept: it is no part of the time of a cell.
        for mart in marts:
            lineage.ancestors(("marts", mart))
        lineage.keep()
        for _ in range(asked.cells):
            outcome = _tried(lineage, dice, dice.choice(marts), not asked.without_rebuild, asked.limit)
            outcomes.append(outcome)
            if asked.to:
                with asked.to.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(outcome)) + "\n")
    finally:
        lineage.close()
    _report(outcomes)


def _tried(lineage: Lineage, dice: random.Random, mart: str, again: bool, limit: float) -> Outcome:
    columns = lineage.columns_of_model(("marts", mart))
    rows = lineage.rows_of(("marts", mart))
    (count,) = lineage.one(f"select count(*) from {rows}")
    answer = lineage.execute(f"select * from {rows} order by all limit 1 offset {dice.randrange(count)}")
    row = dict(zip(columns, answer.fetchone() or (), strict=True))
    column = dice.choice([name for name in columns if row[name] is not None])
    outcome = Outcome(mart, column)
    where = {
        name: _text(value) for name, value in row.items() if columns[name] in TELLING and name != column and value != ""
    }
    try:
        cell = find_cell(lineage, mart, where, column)
        started = time.monotonic()
        with _at_most(lineage, limit):
            trace = follow(lineage, cell.mart, cell.condition, [column])
        outcome.seconds = round(time.monotonic() - started, 3)
        outcome.records = sum(one.row_count for one in trace.landed)
        outcome.ends = "records" if trace.landed else _end(trace)
        if again:
            with _at_most(lineage, limit):
                outcome.again = "same" if rebuild(lineage, cell, trace).is_same else "other"
            if trace.landed and outcome.again == "same":
                with _at_most(lineage, limit):
                    outcome.dropped = _without_one(lineage, dice, cell, trace)
    except (BuildError, duckdb.Error) as failed:
        said = f"{type(failed).__name__}: {str(failed).splitlines()[0][:160]}"
        if outcome.ends:
            outcome.again = outcome.again or said
        else:
            outcome.ends = said
    return outcome


@contextmanager
def _at_most(lineage: Lineage, seconds: float) -> Iterator[None]:
    """Give up what the database does inside the block after so long."""
    timer = threading.Timer(seconds, lineage.connection.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _without_one(lineage: Lineage, dice: random.Random, cell: Cell, trace: Trace) -> str:
    found = dice.choice(trace.landed)
    file, row = lineage.one(
        f"select landed_file, file_row_number from {found.table} order by all limit 1"
        f" offset {dice.randrange(found.row_count)}"
    )
    condition = f"landed_file = '{file}' and file_row_number = {row}"
    return "irrelevant" if rebuild(lineage, cell, trace, (found.model, condition)).is_same else "changed"


def _end(trace: Trace) -> str:
    """Why no landed record was found: where the trace ended."""
    ends = [".".join(model) for model in trace.found if model in ENDS]
    rules = [".".join(model) for model in trace.found if model[0] == "rule_files"]
    return ", ".join(ends or rules) or "nothing landed"


def _text(value: Any) -> str:
    return value.isoformat(sep=" ") if isinstance(value, datetime) else "" if value is None else str(value)


def _report(outcomes: list[Outcome]) -> None:
    count = len(outcomes)
    seconds = sorted(one.seconds for one in outcomes)
    print(f"cells                   {count}")
    print(f"traced to records       {sum(one.ends == 'records' for one in outcomes) / count:.1%}")
    for end, number in Counter(one.ends for one in outcomes if one.ends != "records").most_common():
        print(f"  ends: {end}: {number}")
    for result, number in Counter(one.again for one in outcomes if one.again).most_common():
        print(f"  made again: {result}: {number / count:.1%}")
    for result, number in Counter(one.dropped for one in outcomes if one.dropped).most_common():
        print(f"  without a record: {result}: {number}")
    print(f"seconds                 median {seconds[count // 2]:.2f}, 95 of 100 {seconds[int(count * 0.95)]:.2f}")
    other = Counter(one.mart for one in outcomes if one.again not in ("", "same"))
    print("not the same: " + ", ".join(f"{mart} {number}" for mart, number in other.most_common()))


if __name__ == "__main__":
    main()
