"""The rejected rows of a snapshot as CSV: each with its reason, to be corrected and dropped again.

A cell that could be read stands there as we read it, one that could not as it was written.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq

from extractors.model import Row, Table

REASON = "_reason"
"""Columns that begin so are passed over when the file is dropped again."""


def write_rejects(landed: Path, table: Table, target: Path) -> int:
    """Write the rejected rows of a landed file; the file of the pull before goes, also where none were rejected."""
    rows = list(_rejected(landed))
    if not rows:
        target.unlink(missing_ok=True)
        return 0
    ours = [name for name in table.columns if not name.startswith("_")]
    shown = [name for name in ours if any(_cell(row, name) for row in rows)]
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*shown, "_file", "_line", REASON])
        for row in rows:
            cells = [_cell(row, name) for name in shown]
            writer.writerow([*cells, row.get("_file"), row.get("_line"), row["_reject_reason"]])
    part.replace(target)
    return len(rows)


def _rejected(landed: Path) -> Iterator[Row]:
    with pq.ParquetFile(landed) as file:
        for number in range(file.num_row_groups):
            reasons = file.read_row_group(number, columns=["_reject_reason"])["_reject_reason"]
            if reasons.null_count < len(reasons):
                yield from file.read_row_group(number).filter(pc.is_valid(reasons)).to_pylist()


def _cell(row: Row, name: str) -> Any:
    value = row.get(name)
    if value is None:
        written = row.get("_written")
        if written is None:
            written = row["_written"] = json.loads(row["_payload"]) if row.get("_payload") else {}
        return written.get(name) if isinstance(written, dict) else None
    if isinstance(value, datetime):
        return f"{value.isoformat()}Z"
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value).lower() if isinstance(value, bool) else str(value)
