"""Writes the landing zone: one file per table, account and day, in place whole or not at all.

Accepted and rejected rows of a day lie in the same file, so that one rename commits both. Landing a day
again replaces that day and nothing else. Nobody reads a file whose name begins with a dot.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from extractors.columns import ARROW, array_of
from extractors.model import Account, Row, Source, Table, Window

log = logging.getLogger(__name__)

ROWS_IN_MEMORY = 50_000
"""Rows that may wait for their file, over all days together."""
STALE_PART_SECONDS = 24 * 3600

_encode = msgspec.json.Encoder(decimal_format="number").encode

OWN_COLUMNS: tuple[tuple[str, pa.DataType], ...] = (
    ("_brand", pa.string()),
    ("_account", pa.string()),
    ("_day", pa.date32()),
    ("_landed_at", pa.timestamp("us")),
    ("_payload", pa.string()),
    ("_reject_reason", pa.string()),
)


@dataclass
class Counts:
    """What a window brought."""

    rows: int = 0
    rejects: int = 0
    duplicates: int = 0


@dataclass
class _Day:
    """One day's rows on their way to their file."""

    batches: list[pa.RecordBatch] = field(default_factory=list)
    waiting: int = 0
    writer: pq.ParquetWriter | None = None


def schema_of(table: Table) -> pa.Schema:
    """The columns of a landed file: the table's own, then ours."""
    return pa.schema([*((name, ARROW[kind]) for name, kind in table.columns.items()), *OWN_COLUMNS])


def write_contracts(root: Path, sources: Iterable[Source]) -> None:
    """For every table a file without rows, so that who reads the landing zone always finds its columns."""
    for source in sources:
        for table in source.tables:
            folder = root / source.name / table.name
            folder.mkdir(parents=True, exist_ok=True)
            target, schema = folder / "_contract.parquet", schema_of(table)
            if not target.exists() or not pq.read_schema(target).equals(schema):
                part = folder / f".contract.{os.getpid()}.part"
                pq.write_table(schema.empty_table(), part)
                part.replace(target)


def read_parquet_pages(path: Path, rows_per_page: int) -> tuple[list[str], Iterator[list[Row]]]:
    """The column names of a Parquet file that a person dropped, and its rows a page at a time."""
    file = pq.ParquetFile(path)
    return list(file.schema_arrow.names), (batch.to_pylist() for batch in file.iter_batches(batch_size=rows_per_page))


class LandingWriter:
    """Takes the pages of one table, account and window, and commits every day of it.

    Used as a context: what is not committed when it ends leaves the landing zone as it was.
    """

    def __init__(
        self,
        root: Path,
        source: str,
        table: Table,
        account: Account,
        window: Window,
        run_id: str,
        landed_at: datetime | None = None,
    ) -> None:
        self.counts = Counts()
        self._table, self._account, self._window = table, account, window
        self._folder = root / source / table.name / f"account={account.account}"
        self._run_id = run_id
        self._landed_at = (landed_at or datetime.now(UTC)).replace(tzinfo=None)
        self._schema = schema_of(table)
        self._days: dict[date, _Day] = {}
        self._waiting = 0
        self._part = f".{run_id}-{os.getpid()}"

    def __enter__(self) -> LandingWriter:
        self._folder.mkdir(parents=True, exist_ok=True)
        for part in self._folder.glob(".*.part"):
            # A killed run leaves its parts behind; a living one has touched its parts lately.
            if time.time() - part.stat().st_mtime > STALE_PART_SECONDS:
                part.unlink(missing_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for day in self._days.values():
            if day.writer is not None:
                day.writer.close()
        for part in self._folder.glob(f"{self._part}.*"):
            part.unlink(missing_ok=True)
        with suppress(OSError):
            # Nothing was ever landed of this account: its folder would say that something was.
            self._folder.rmdir()

    def add(self, page: list[Row]) -> None:
        """Take the rows of one page; a row that does not fit the contract becomes a reject."""
        if not page:
            return
        batch = self._batch(page)
        days = batch.column(batch.schema.get_field_index("_day"))
        for day in pc.unique(days).to_pylist():
            rows = batch.filter(pc.equal(days, day)) if len(pc.unique(days)) > 1 else batch
            waiting = self._days.setdefault(day, _Day())
            waiting.batches.append(rows)
            waiting.waiting += len(rows)
        self._waiting += len(page)
        if self._waiting >= ROWS_IN_MEMORY:
            for day, waiting in self._days.items():
                self._spill(day, waiting)
            self._waiting = 0

    def commit(self) -> Counts:
        """Put every day of the window in place, also those without rows; return what was landed."""
        ready: list[tuple[Path, Path]] = []
        empty: bytes | None = None
        days = [self._window.last_day] if self._table.grain == "snapshot" else self._window.days()
        for day in days:
            part, target = self._folder / f"{self._part}.{day}.part", self._folder / f"day={day}.parquet"
            if day in self._days:
                self._finish(day, part)
            else:
                empty = empty or self._empty_file()
                part.write_bytes(empty)
            ready.append((part, target))
        # One flush for all the files costs less than one for each.
        os.sync()
        for part, target in ready:
            part.replace(target)
        if self._table.grain == "snapshot":
            for older in self._folder.glob("day=*.parquet"):
                if older != ready[0][1]:
                    older.unlink()
        _flush_folder(self._folder)
        return self.counts

    def _batch(self, page: list[Row]) -> pa.RecordBatch:
        """The page as columns."""
        reasons: dict[int, list[str]] = {}
        arrays: dict[str, pa.Array] = {}
        for name, kind in self._table.columns.items():
            arrays[name], problems = array_of([row.get(name) for row in page], kind)
            for place, problem in problems.items():
                reasons.setdefault(place, []).append(f"{name} {problem}")
        for place, row in enumerate(page):
            if row.get("_reject_reason"):
                reasons.setdefault(place, []).append(row["_reject_reason"])
        optional = ("manual",)
        needed = [*self._table.required, *(() if self._account.source in optional else self._table.key)]
        for name in dict.fromkeys(needed):
            if arrays[name].null_count:
                for place in _places(pc.is_null(arrays[name])):
                    said = "; ".join(reasons.get(place, ())).split("; ")
                    if not any(reason.startswith(f"{name} ") for reason in said):
                        reasons.setdefault(place, []).append(f"{name} is missing")
        days = self._days_of(arrays, reasons, len(page))
        brand = [self._account.brand] * len(page)
        values = [
            *arrays.values(),
            pa.array(brand, pa.string()),
            pa.array([self._account.account] * len(page), pa.string()),
            days,
            pa.array([self._landed_at] * len(page), pa.timestamp("us")),
            pa.array([_payload(row) for row in page], pa.string()),
            pa.array(["; ".join(reasons[n]) if n in reasons else None for n in range(len(page))], pa.string()),
        ]
        return pa.RecordBatch.from_arrays(values, schema=self._schema)

    def _days_of(self, arrays: Mapping[str, pa.Array], reasons: dict[int, list[str]], length: int) -> pa.Array:
        """The day of each row; a row without one, or of a day that nobody asked for, is rejected."""
        last = pa.scalar(self._window.last_day, pa.date32())
        if self._table.day is None:
            return pa.array([self._window.last_day] * length, pa.date32())
        days = arrays[self._table.day].cast(pa.date32(), safe=False)
        first = pa.scalar(self._window.first_day, pa.date32())
        inside = pc.fill_null(pc.and_(pc.greater_equal(days, first), pc.less_equal(days, last)), False)
        for place in _places(pc.invert(inside)):
            if not days[place].is_valid:
                if not any(text.startswith(f"{self._table.day} ") for text in reasons.get(place, ())):
                    reasons.setdefault(place, []).append(f"{self._table.day} is missing")
            else:
                reasons.setdefault(place, []).append(
                    f"{self._table.day} lies outside the days asked for, {self._window.first_day} to "
                    f"{self._window.last_day}"
                )
        return pc.if_else(inside, days, last)

    def _spill(self, day: date, waiting: _Day) -> None:
        """Move the rows that wait in memory to the day's part on disk."""
        if not waiting.batches:
            return
        if waiting.writer is None:
            path = self._folder / f"{self._part}.{day}.spill.part"
            waiting.writer = pq.ParquetWriter(path, self._schema, compression="zstd")
        waiting.writer.write_table(pa.Table.from_batches(waiting.batches, self._schema))
        waiting.batches, waiting.waiting = [], 0

    def _finish(self, day: date, part: Path) -> None:
        """Write the day's part: each key once, the last one read."""
        waiting = self._days[day]
        if waiting.writer is None:
            whole = pa.Table.from_batches(waiting.batches, self._schema)
            kept = self._kept(whole.select([*self._table.key, "_reject_reason"]))
            rows = whole if kept is None else whole.take(pa.array(kept))
            metadata = self._metadata(whole["_reject_reason"].null_count, len(whole), len(rows))
            pq.write_table(rows.replace_schema_metadata(metadata), part, compression="zstd")
            return
        self._spill(day, waiting)
        waiting.writer.close()
        waiting.writer = None
        spilled = self._folder / f"{self._part}.{day}.spill.part"
        keys = pq.read_table(spilled, columns=[*self._table.key, "_reject_reason"])
        kept = self._kept(keys)
        metadata = self._metadata(
            keys["_reject_reason"].null_count, len(keys), len(keys) if kept is None else len(kept)
        )
        file, start = pq.ParquetFile(spilled), 0
        with pq.ParquetWriter(part, self._schema.with_metadata(metadata), compression="zstd") as writer:
            for batch in file.iter_batches(batch_size=ROWS_IN_MEMORY):
                if kept is not None:
                    here = kept[np.searchsorted(kept, start) : np.searchsorted(kept, start + len(batch))]
                    start += len(batch)
                    batch = batch.take(pa.array(here - (start - len(batch)))) if len(here) else batch.slice(0, 0)
                writer.write_batch(batch)
        spilled.unlink()

    def _kept(self, keys: pa.Table) -> Any:
        """Which rows stay, in their order (an int64 array); None when no key comes twice."""
        accepted = pc.is_null(keys["_reject_reason"])
        places = pa.array(np.arange(len(keys), dtype=np.int64))
        table = keys.select(self._table.key).append_column("_place", places).filter(accepted)
        last = table.group_by(list(self._table.key)).aggregate([("_place", "max")])["_place_max"].to_numpy()
        if len(last) == len(table):
            return None
        rejected = places.filter(pc.invert(accepted)).to_numpy()
        return np.sort(np.concatenate([last, rejected]))

    def _metadata(self, accepted: int, read: int, kept: int) -> dict[str, str]:
        """Count the day, and say it in the file too."""
        rejects, duplicates = read - accepted, read - kept
        self.counts.rows += accepted - duplicates
        self.counts.rejects += rejects
        self.counts.duplicates += duplicates
        return {
            "leadgen.run_id": self._run_id,
            "leadgen.window": f"{self._window.first_day}/{self._window.last_day}",
            "leadgen.landed_rows": str(accepted - duplicates),
            "leadgen.rejected_rows": str(rejects),
            "leadgen.duplicate_rows": str(duplicates),
            "leadgen.api_version": str(self._account.options.get("api_version", "default")),
        }

    def _empty_file(self) -> bytes:
        """A file that says: asked, and there was nothing."""
        sink = pa.BufferOutputStream()
        pq.write_table(self._schema.with_metadata(self._metadata(0, 0, 0)).empty_table(), sink)
        return bytes(sink.getvalue())


def _places(mask: pa.Array) -> list[int]:
    """Where the mask is true."""
    return pc.indices_nonzero(mask).to_pylist()  # type: ignore[no-any-return]


def _payload(row: Row) -> str | None:
    payload = row.get("_payload")
    if payload is None or isinstance(payload, str):
        return payload
    return payload.decode() if isinstance(payload, bytes) else _encode(payload).decode()


def _flush_folder(folder: Path) -> None:
    """Make the renames themselves survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
