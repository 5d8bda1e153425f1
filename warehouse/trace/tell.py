"""Tells what a cell was made of: step by step, down to the landed records and what decided about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from warehouse.trace.cell import Cell, shown
from warehouse.trace.declared import ENDS
from warehouse.trace.follow import Found, Trace, deciding, is_followed
from warehouse.trace.lineage import LANDED_PREFIX, Lineage

Payload = Callable[[str, str, dict[str, Any]], str]
"""What to show of a landed record, by its source, its table and its columns."""

SAMPLES = 3
DECIDES = {
    "stg_rules__campaign_map": "campaign map", "stg_rules__channel_rules": "channel rule",
    "stg_rules__platform_channels": "channel of the platform", "stg_rules__identity_overrides": "override",
    "stg_rules__stage_map": "stage map", "stg_rules__lookback_windows": "lookback window",
    "int_campaign_aliases__resolved": "campaign alias", "int_campaigns__named": "campaign",
    "int_rates__daily": "rate", "int_people__resolved": "person", "int_signals__channelled": "channel",
    "int_brands__resolved": "brand",
}  # fmt: skip
"""The tables whose rows decide about others, and what a row of them is called."""
LEFT_OUT = ("email", "phone", "name", "node")
"""Columns that may hold a contact, by a part of their name; names of campaigns are let through."""


def tell(lineage: Lineage, cell: Cell, trace: Trace, payload: Payload) -> Iterator[str]:
    """The lines of the story."""
    rows = "1 row" if cell.row_count == 1 else f"the sum of {cell.row_count:,} rows"
    yield f"{cell.mart[1]}.{cell.column} = {shown(cell.value)} ({rows}, where {cell.condition})"
    yield ""
    yield "Made of, step by step:"
    for found in trace.found.values():
        if not found.model[0].startswith(LANDED_PREFIX):
            yield f"  {found.row_count:>9,}  {'.'.join(found.model)}{_end(lineage, found)}"
    yield ""
    yield "Landed records:"
    if not trace.landed:
        yield "  none: nothing that was landed has a part in it."
    for found in trace.landed:
        yield from _landed(lineage, found, payload)
    if decided := list(_decided(lineage, trace)):
        yield ""
        yield "Decided by:"
        yield from decided


def write_all(lineage: Lineage, trace: Trace, folder: Path, private: bool) -> int:
    """Write the landed records, one Parquet file per landed table; without ``private`` their keys and places alone."""
    folder.mkdir(parents=True, exist_ok=True)
    for found in trace.landed:
        source, table = found.model[0].removeprefix(LANDED_PREFIX), found.model[1]
        what = "*" if private else "_brand, _account, _day, _landed_at, landed_file, file_row_number"
        target = str(folder / f"{source}__{table}.parquet").replace("'", "''")
        lineage.execute(f"copy (select {what} from {found.table}) to '{target}' (format parquet, compression zstd)")
    return sum(found.row_count for found in trace.landed)


def _end(lineage: Lineage, found: Found) -> str:
    """Why the trace ends at a model, where it does before a landed record."""
    if found.model in ENDS:
        return f" - the trace ends here: {ENDS[found.model]}"
    if found.model in lineage.unread:
        return f" - the trace ends here: its statement is not understood ({lineage.unread[found.model]})"
    return ""


def _landed(lineage: Lineage, found: Found, payload: Payload) -> Iterator[str]:
    source, table = found.model[0].removeprefix(LANDED_PREFIX), found.model[1]
    for account, files, records, first, last, landed in lineage.execute(
        f"select _account, count(distinct landed_file), count(*), min(_day), max(_day), max(_landed_at)"
        f" from {found.table} group by all order by all"
    ).fetchall():
        yield (
            f"  {records:>9,}  {source}/{table}, account {account}, in {files:,} day file{'s' if files > 1 else ''}"
            f" of {first} to {last}, landed until {landed:%Y-%m-%d %H:%M} UTC"
        )
    answer = lineage.execute(f"select * from {found.table} order by _day, landed_file, file_row_number limit {SAMPLES}")
    names = [one[0] for one in answer.description or []]
    for row in answer.fetchall():
        record = dict(zip(names, row, strict=True))
        place = Path(record["landed_file"])
        yield f"             {place.parent.name}/{place.name}, row {record['file_row_number'] + 1}"
        yield f"             {payload(source, table, record)}"


def _decided(lineage: Lineage, trace: Trace) -> Iterator[str]:
    seen: set[str] = set()
    for found in trace.found.values():
        for reading in lineage.readings(found.model).own:
            if reading.table not in DECIDES or (is_followed(found, reading) and reading.table != "int_rates__daily"):
                continue
            answer = lineage.execute(f"select * from ({deciding(lineage, found, reading)}) limit {SAMPLES}")
            names = [one[0] for one in answer.description or []]
            for row in answer.fetchall():
                line = f"  {DECIDES[reading.table]}: {_brief(dict(zip(names, row, strict=True)))}"
                if line not in seen:
                    seen.add(line)
                    yield line


def _brief(row: dict[str, Any]) -> str:
    told = {
        name: value
        for name, value in row.items()
        if value is not None and (name == "campaign_name" or not any(part in name for part in LEFT_OUT))
    }
    return ", ".join(f"{name} {value}" for name, value in list(told.items())[:6])
