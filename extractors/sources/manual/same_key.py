"""Decides between rows of one key: of two files the newer one counts, inside a file its mapping says what is done.

Without a word in a mapping, rows of one file that differ are refused: neither is known to be the right one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from extractors.model import Row, Table
from extractors.sources.manual.findings import Reading

MOST_TOLD = 5
CURE = "with other values; take one of them out, or say same_key: add (or newest) in mapping.yml"
SUMMED = ("decimal", "integer")


def settled(reading: Reading, table: Table, rows: Sequence[Row]) -> list[Row]:
    """The rows that stand: some as they came, some added up, some with the reason why they are refused."""
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[name] for name in table.key), []).append(row)
    stand: list[Row] = []
    disagreements: list[str] = []
    added = alike = 0
    values = [name for name in table.columns if not name.startswith("_") and name not in table.key]
    for group in groups.values():
        newest = max(reading.rank.get(row["_file"], -1) for row in group)
        of_newest = [row for row in group if reading.rank.get(row["_file"], -1) == newest]
        older = [row for row in group if reading.rank.get(row["_file"], -1) != newest]
        policy = reading.same_key.get(of_newest[0]["_file"])
        if policy == "refuse" and older:
            stand += [_refused(row, of_newest[0] if row in older else older[0], reading) for row in group]
            continue
        for row in older:
            if changed := _differing(row, of_newest[0], values):
                disagreements.append(
                    f"{_place(row)} and {_place(of_newest[0])} disagree on {', '.join(changed)} of the same "
                    f"{_key_name(table)}: the file changed later counts"
                )
        if len(of_newest) == 1:
            stand += of_newest
        elif policy == "add":
            stand.append(_sum(of_newest, table))
            added += len(of_newest) - 1
        elif policy == "newest" or not any(_differing(row, of_newest[0], values) for row in of_newest):
            stand.append(of_newest[-1])
            alike += len(of_newest) - 1
        else:
            first, second = of_newest[:2]
            stand += [_refused(row, second if row is first else first, reading) for row in of_newest]
    _tell(reading, disagreements, added, alike)
    return stand


def _tell(reading: Reading, disagreements: list[str], added: int, alike: int) -> None:
    reading.notes += disagreements[:MOST_TOLD]
    if len(disagreements) > MOST_TOLD:
        reading.notes.append(f"{len(disagreements) - MOST_TOLD:,} more rows of two files disagree")
    if added:
        reading.notes.append(f"{added:,} rows were added to a row with the same key, as the mapping says")
    if alike:
        reading.notes.append(f"{alike:,} rows are in one file twice and count once")


def _differing(row: Row, other: Row, values: Sequence[str]) -> list[str]:
    return [name for name in values if row[name] != other[name]]


def _refused(row: Row, other: Row, reading: Reading) -> Row:
    reason = f"the same key as in {_place(other)}, {CURE}"
    # Counted as one reason, whatever the other line is.
    reading.reject(row["_file"], row["_line"], f"the same key as another row, {CURE}")
    payload = {name: value for name, value in row.items() if value is not None and (name[0] != "_" or name in FILE)}
    return {**row, "_reject_reason": reason, "_payload": _text_of(payload)}


FILE = ("_file", "_line")


def _text_of(payload: Row) -> str:
    return json.dumps(payload, default=str, ensure_ascii=False)


def _place(row: Row) -> str:
    return f"{row['_file']}, line {row['_line']}"


def _key_name(table: Table) -> str:
    return " and ".join(table.key[:3]) + (" and so on" if len(table.key) > 3 else "")


def _sum(rows: Sequence[Row], table: Table) -> Row:
    """The numbers together; of everything else the first value that there is."""
    total = dict(rows[0])
    for name, kind in table.columns.items():
        if name.startswith("_") or name in table.key:
            continue
        there = [row[name] for row in rows if row[name] is not None]
        if there and kind in SUMMED:
            total[name] = sum(there, Decimal(0) if kind == "decimal" else 0)
        elif there:
            total[name] = there[0]
    return total
