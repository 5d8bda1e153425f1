"""Turns a page of rows into columns, our own beside the table's: what does not fit is named, and kept.

A value that cannot be read takes its row along only where the row is nothing without it: in the key, the day and the
required columns. Elsewhere the column is empty in that row, and ``_column_rejects`` says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from extractors.landing.columns import ARROW, array_of
from extractors.landing.types_seen import TypesSeen
from extractors.model import Account, ColumnPage, Row, Table, Window

OWN_COLUMNS: tuple[tuple[str, pa.DataType], ...] = (
    ("_brand", pa.string()),
    ("_account", pa.string()),
    ("_day", pa.date32()),
    ("_landed_at", pa.timestamp("us")),
    ("_payload", pa.string()),
    ("_reject_reason", pa.string()),
    ("_column_rejects", pa.string()),
)

STAYS = "; a version of it that landed before stays in force"
"""Of a table of changes nothing else tells that a record goes on as it was."""

_encode = msgspec.json.Encoder(decimal_format="number").encode


def schema_of(table: Table) -> pa.Schema:
    """The columns of a landed file: the table's own, then ours."""
    return pa.schema([*((name, ARROW[kind]) for name, kind in table.columns.items()), *OWN_COLUMNS])


@dataclass
class _Reasons:
    """What is wrong with rows of a page, by their place in it."""

    said: dict[int, list[str]] = field(default_factory=dict)

    def add(self, place: int, reason: str) -> None:
        self.said.setdefault(place, []).append(reason)

    def names(self, place: int, column: str) -> bool:
        """Whether something was said about this column of the row already."""
        reasons = "; ".join(self.said.get(place, ())).split("; ")
        return any(reason.startswith(f"{column} ") for reason in reasons)

    def column(self, rows: int, also: str = "") -> pa.Array:
        """A sentence for each row that something is wrong with, null for the others."""
        if not self.said:
            return pa.nulls(rows, pa.string())
        said = {place: "; ".join(reasons) + also for place, reasons in self.said.items()}
        return pa.array([said.get(place) for place in range(rows)], pa.string())


def batch_of(
    table: Table, account: Account, window: Window, landed_at: datetime, page: list[Row], types: TypesSeen | None = None
) -> pa.RecordBatch:
    """The page as columns of ``schema_of``; a row that does not fit the contract says why in ``_reject_reason``.

    ``types`` goes on counting which columns could be read.
    """
    rows, reasons, emptied, types = len(page), _Reasons(), _Reasons(), types or TypesSeen()
    decisive = {*table.key, *table.required, table.day}
    types.rows += rows
    arrays: dict[str, pa.Array] = {}
    for name, kind in table.columns.items():
        arrays[name], problems = array_of([row.get(name) for row in page], kind)
        if name not in table.optional:
            types.read[name] += rows - arrays[name].null_count
            types.unread[name] += len(problems)
        for place, problem in problems.items():
            (reasons if name in decisive else emptied).add(place, f"{name} {problem}")
    refused = {place for place, row in enumerate(page) if row.get("_reject_reason")}
    for place in refused:
        reasons.add(place, page[place]["_reject_reason"])
    _add_missing(table, arrays, reasons, refused)
    payloads = pa.array([_payload(row) for row in page], pa.string())
    return _batch(table, account, window, landed_at, arrays, reasons, refused, payloads, emptied.column(rows))


def batch_of_columns(
    table: Table, account: Account, window: Window, landed_at: datetime, page: ColumnPage
) -> pa.RecordBatch:
    """The same of a page that came as columns: they have their types already."""
    rows, reasons = len(page), _Reasons({place: [reason] for place, reason in page.reasons.items()})
    arrays = {name: page.columns[name].cast(ARROW[kind]) for name, kind in table.columns.items()}
    _add_missing(table, arrays, reasons, set())
    kept = {place: _payload({"_payload": record}) for place, record in page.payloads.items()}
    payloads = (
        pa.array([kept.get(place) for place in range(rows)], pa.string()) if kept else pa.nulls(rows, pa.string())
    )
    emptied = _Reasons({place: [reason] for place, reason in page.emptied.items()}).column(rows)
    return _batch(table, account, window, landed_at, arrays, reasons, set(), payloads, emptied)


def _batch(
    table: Table,
    account: Account,
    window: Window,
    landed_at: datetime,
    arrays: Mapping[str, pa.Array],
    reasons: _Reasons,
    refused: set[int],
    payloads: pa.Array,
    emptied: pa.Array,
) -> pa.RecordBatch:
    rows = len(payloads)
    values = [
        *arrays.values(),
        pa.repeat(pa.scalar(account.brand, pa.string()), rows),
        pa.repeat(pa.scalar(account.account, pa.string()), rows),
        _days_of(table, window, arrays, reasons, refused, rows),
        pa.repeat(pa.scalar(landed_at, pa.timestamp("us")), rows),
        payloads,
        reasons.column(rows, STAYS if table.grain == "changes" else ""),
        emptied,
    ]
    return pa.RecordBatch.from_arrays(values, schema=schema_of(table))


def _add_missing(table: Table, arrays: Mapping[str, pa.Array], reasons: _Reasons, refused: set[int]) -> None:
    needed = [*table.required, *(() if table.has_empty_keys else table.key)]
    for name in dict.fromkeys(needed):
        for place in _places(pc.is_null(arrays[name])) if arrays[name].null_count else ():
            # Of a record that its reader could not read nobody knows what else it had.
            if place not in refused and not reasons.names(place, name):
                reasons.add(place, f"{name} is missing")


def _days_of(
    table: Table, window: Window, arrays: Mapping[str, pa.Array], reasons: _Reasons, refused: set[int], rows: int
) -> pa.Array:
    """The day of each row; a row without one, or of a day that nobody asked for, is rejected on the last day."""
    first, last = (pa.scalar(day, pa.date32()) for day in (window.first_day, window.last_day))
    if table.day is None:
        return pa.repeat(last, rows)
    days = arrays[table.day].cast(pa.date32(), safe=False)
    inside = pc.fill_null(pc.and_(pc.greater_equal(days, first), pc.less_equal(days, last)), False)
    for place in _places(pc.invert(inside)):
        if days[place].is_valid:
            asked = f"{window.first_day} to {window.last_day}"
            reasons.add(place, f"{table.day} lies outside the days asked for, {asked}")
        elif place not in refused and not reasons.names(place, table.day):
            reasons.add(place, f"{table.day} is missing")
    return pc.if_else(inside, days, last)


def _places(mask: pa.Array) -> list[int]:
    """Where the mask is true."""
    return pc.indices_nonzero(mask).to_pylist()  # type: ignore[no-any-return]


def _payload(row: Row) -> str | None:
    payload = row.get("_payload")
    if payload is None or isinstance(payload, str):
        return payload
    return payload.decode() if isinstance(payload, bytes) else _encode(payload).decode()
