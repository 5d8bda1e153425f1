"""Writes the landing zone: one file per table, account and day, in place whole or not at all.

Accepted and rejected rows of a day lie in the same file, so that one rename commits both. Landing a day
again replaces that day and nothing else; one that would lose most of its rows is held back instead. Nobody
reads a file whose name begins with a dot.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from extractors.disk import flush_folder
from extractors.errors import FixSettings
from extractors.landing.batches import batch_of, batch_of_columns, schema_of
from extractors.landing.column_file import ColumnFile, Settle, Written
from extractors.landing.erased_rows import ErasedRows
from extractors.landing.erasing import load_list, rewrite, stamp
from extractors.landing.turns import landing_held
from extractors.landing.types_seen import TypesSeen
from extractors.landing.versions import (
    Held,
    Versions,
    file_name,
    rows_by_part,
    rows_in,
    rows_left,
    rows_of,
    rows_of_others,
    shrunk_parts,
    suspicious_days,
)
from extractors.model import Account, Page, Table, Window
from extractors.private import private_file, private_folder
from extractors.settings import SAFE_NAME

BYTES_IN_MEMORY = 16 << 20
"""Rows that may wait for their file, over all days together; also the rows of a row group. Sorting doubles it."""

NOTES = ["_reject_reason", "_column_rejects"]

SPILL = pa.ipc.IpcWriteOptions(compression="lz4")


@dataclass
class Counts:
    """What a window brought."""

    rows: int = 0
    rejects: int = 0
    duplicates: int = 0
    column_rejects: int = 0
    """Accepted rows in which a column is empty because its value could not be read."""
    held: dict[date, Held] = field(default_factory=dict)
    """Days that stay as they were, because too few rows came back; the other numbers are without them."""
    shrunk: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Parts of the account that stay as they were, because too few rows came back: the rows of each then and now."""


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
        siblings: Sequence[Table] = (),
    ) -> None:
        for name in (source, table.name, account.account):
            # Each becomes a folder, so none may hold anything that a path gives a meaning to.
            if not SAFE_NAME.fullmatch(name):
                raise FixSettings(f"{source}: an account is named by letters, digits, dots, dashes and underscores.")
        self.counts, self.types = Counts(), TypesSeen()
        self._table, self._account, self._window = table, account, window
        self._versions = Versions(root, source, table, account.account)
        self._folder = self._versions.folder
        self._counted: dict[date, Counts] = {}
        self._run_id = run_id
        self._landed_at = (landed_at or datetime.now(UTC)).replace(tzinfo=None)
        self._schema = schema_of(table)
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_bytes = 0
        self._columns: ColumnFile | None = None
        self.everything: Path | None = None
        """After ``commit_columns``: the file with all that came, also where it was held back."""
        self._spilled: set[date] = set()
        self._part = f".{run_id}-{os.getpid()}"
        self._root, self._siblings = root, siblings
        self._listed_at = stamp()
        self._erased = self._erased_rows()

    def __enter__(self) -> LandingWriter:
        private_folder(self._folder)
        self._versions.clear()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._columns:
            self._columns.close()
        for part in self._folder.glob(f"{self._part}.*"):
            part.unlink(missing_ok=True)
        with suppress(OSError):
            # Nothing was ever landed of this account: its folder would say that something was.
            self._folder.rmdir()

    def add(self, page: Page) -> None:
        """Take the rows of one page; a row that does not fit the contract becomes a reject."""
        if not isinstance(page, list):
            # Only snapshots come as columns: all of their rows are of one day.
            self._columns = self._columns or self._column_file("columns")
            rows = batch_of_columns(self._table, self._account, self._window, self._landed_at, page)
            self._columns.add(self._erased.apply(rows))
            return
        if page:
            rows = batch_of(self._table, self._account, self._window, self._landed_at, page, self.types)
            self._waiting.append(self._erased.apply(rows))
            # Counted as they come: some vendors tell each record in a page of its own.
            self._waiting_bytes += self._waiting[-1].nbytes
        if self._waiting_bytes >= BYTES_IN_MEMORY:
            self._spill()

    def commit(
        self,
        gone: Collection[date] = (),
        awaited: Collection[date] = (),
        partly_gone: Collection[date] = (),
        parts_read: Collection[str] = (),
    ) -> Counts:
        """Put every day of the window in place, also those without rows; return what was landed.

        A day that is ``gone`` at the source and brought no rows keeps the file that it has. One that is
        ``partly_gone`` keeps the rows whose keys did not come again. One that is still ``awaited`` gets none: an
        empty file would say that nothing happened. Where the account has parts, the rows of those that were not read
        go over into the new file.
        """
        days = [self._window.last_day] if self._table.grain == "snapshot" else self._window.days()
        for day in sorted(partly_gone):
            self._keep_landed(day)
        if self._table.part and parts_read:
            untold = [day for day in days if day not in {*gone, *awaited, *partly_gone}]
            self._keep_others(self._table.part, parts_read, untold)
        if self._spilled:
            self._spill()
        waiting = dict(self._waiting_by_day())
        ready: list[tuple[date, Path]] = []
        empty: bytes | None = None
        for day in days:
            part = private_file(self._folder / f"{self._part}.{day}.part")
            if day in self._spilled:
                self._write_spilled(day, part)
            elif day in waiting:
                self._write(day, waiting.pop(day), part)
            elif day in awaited or (day in gone and self._versions.replaced_by(day)):
                continue
            else:
                empty = empty or self._empty_file(day)
                part.write_bytes(empty)
            ready.append((day, part))
        self._hold([day for day, _ in ready])
        # One flush of everything costs less than one for each of hundreds of files.
        os.sync()
        with landing_held(self._root, alone=False):
            self._erase_late(part for _, part in ready)
            for day, part in ready:
                if day in self.counts.held:
                    self._versions.hold(part, day)
                else:
                    self._versions.put(part, day)
        flush_folder(self._folder)
        return self.counts

    def _erased_rows(self) -> ErasedRows:
        return ErasedRows(load_list(), self._versions.source, self._table, self._account.account, self._siblings)

    def _erase_late(self, parts: Iterable[Path]) -> None:
        """Take out whoever was forgotten while we read."""
        if stamp() != self._listed_at:
            erased = self._erased_rows()
            for part in parts:
                rewrite(part, erased)

    def _column_file(self, name: str) -> ColumnFile:
        return ColumnFile(self._folder / f"{self._part}.{name}.part", self._schema, self._table)

    def commit_columns(
        self,
        settle: Settle | None,
        parts_kept: Collection[str] = (),
        parts_unfinished: Collection[str] = (),
        parts: Collection[str] = (),
    ) -> Counts:
        """Put a snapshot in place whose pages came as columns; return what was landed.

        What was landed of ``parts_kept`` goes over into it. Where one of the other ``parts`` would lose too many of its
        rows, what was landed of it goes over too, and the file without that is held back.
        """
        day = self._window.last_day
        file = self._versions.replaced_by(day)
        columns, name = self._columns or self._column_file("columns"), "columns"
        self._columns = columns
        if columns.parts_seen & set(parts_kept):
            # What could be read of a part before it broke is not the part.
            columns, name = self._copied(columns, name, "unbroken", parts_kept), "unbroken"
        if file and self._table.part and parts_kept:
            self._take_over(columns, rows_of(file, self._table.part, parts_kept, self._schema))
        whole = self._folder / f"{self._part}.{name}.part"
        written = columns.finish(lambda done: self._metadata_of(day, done), settle)
        # Nobody drops hundreds of snapshots at a time.
        os.sync()
        with landing_held(self._root, alone=False):
            return self._put_columns(written, settle, whole, file, day, name, parts_kept, parts_unfinished, parts)

    def _put_columns(
        self,
        written: Written,
        settle: Settle | None,
        whole: Path,
        file: Path | None,
        day: date,
        name: str,
        parts_kept: Collection[str],
        parts_unfinished: Collection[str],
        parts: Collection[str],
    ) -> Counts:
        self._erase_late([whole])
        before = rows_by_part(file, self._table.part) if file and self._table.part else {}
        now = {part: written.by_part.get(part, 0) for part in parts if part not in parts_kept}
        for part in sorted(shrunk_parts(before, now, parts_unfinished)):
            self.counts.shrunk[part] = (before[part], now[part])
        if file and self._table.part and self.counts.shrunk:
            columns = self._copied(None, name, "kept", self.counts.shrunk)
            self._take_over(columns, rows_of(file, self._table.part, self.counts.shrunk, self._schema))
            columns.finish(lambda done: self._metadata_of(day, done), settle)
            self._erase_late([self._folder / f"{self._part}.kept.part"])
            self._hold([day])
            if day not in self.counts.held:
                self._versions.put(self._folder / f"{self._part}.kept.part", day)
            is_held = True
        else:
            self._hold([day])
            is_held = day in self.counts.held
            if not is_held:
                self._versions.put(whole, day)
        if is_held:
            self._versions.hold(whole, day)
        self.everything = (self._versions.held if is_held else self._versions.folder) / file_name(day)
        flush_folder(self._folder)
        return self.counts

    def _copied(self, sealed: ColumnFile | None, name: str, other: str, without: Collection[str]) -> ColumnFile:
        """Another file in the making, with the rows of the one but for those parts."""
        if sealed:
            sealed.seal()
        self._columns = copy = self._column_file(other)
        left_out = pa.array(sorted(without), pa.string())
        with pq.ParquetFile(self._folder / f"{self._part}.{name}.part") as file:
            for rows in file.iter_batches():
                copy.add(rows.filter(pc.invert(pc.is_in(rows[self._table.part], left_out))))
        return copy

    def _take_over(self, columns: ColumnFile, rows: pa.Table) -> None:
        of_day = pa.repeat(pa.scalar(self._window.last_day, pa.date32()), len(rows))
        rows = rows.set_column(rows.schema.get_field_index("_day"), "_day", of_day)
        for batch in rows.combine_chunks().to_batches():
            columns.add(batch)

    def _metadata_of(self, day: date, written: Written) -> dict[str, str]:
        return self._noted(day, Counts(written.accepted, written.rejected, self._duplicates(written), written.emptied))

    @staticmethod
    def _duplicates(written: Written) -> int:
        return written.read - written.accepted - written.rejected

    def _keep_landed(self, day: date) -> None:
        """Take again what is landed of a day and did not come now, neither to be accepted nor to be rejected."""
        if file := self._versions.replaced_by(day):
            came = [pa.Table.from_batches(self._waiting, self._schema)]
            came += self._read_spilled(day) if day in self._spilled else []
            kept = rows_left(file, self._table.key, came, self._schema)
            self._waiting += kept.combine_chunks().to_batches()

    def _keep_others(self, part: str, parts_read: Collection[str], days: list[date]) -> None:
        """Take over what is landed of parts of the account that were not read: nobody says that it is wrong now."""
        for day in days:
            file = self._versions.replaced_by(day)
            rows = rows_of_others(file, part, parts_read, self._schema) if file else None
            if rows:
                # A snapshot's file is of another day.
                of_day = pa.repeat(pa.scalar(day, pa.date32()), len(rows))
                rows = rows.set_column(rows.schema.get_field_index("_day"), "_day", of_day)
                self._waiting += rows.combine_chunks().to_batches()

    def _hold(self, days: list[date]) -> None:
        """Find the days that would lose too much, and count the others as landed."""
        counted = {day: self._counted.get(day, Counts()) for day in days}
        now = {day: counts.rows for day, counts in counted.items()}
        before = {day: rows_in(file) for day in days if (file := self._versions.replaced_by(day))}
        for day in sorted(suspicious_days(self._table, before, now)):
            self.counts.held[day] = Held(before[day], now[day], counted[day].rejects)
        for counts in (counts for day, counts in counted.items() if day not in self.counts.held):
            self.counts.rows += counts.rows
            self.counts.rejects += counts.rejects
            self.counts.duplicates += counts.duplicates
            self.counts.column_rejects += counts.column_rejects

    def _waiting_by_day(self) -> Iterator[tuple[date, pa.Table]]:
        """The rows in memory, day by day, in the order in which they came. None wait any longer."""
        if not self._waiting:
            return
        rows = pa.Table.from_batches(self._waiting, self._schema)
        self._waiting, self._waiting_bytes = [], 0
        # Arrow's order is stable: what came last stays last.
        rows = rows.take(pc.sort_indices(rows, sort_keys=[("_day", "ascending")]))
        starts = np.unique(rows["_day"].to_numpy(), return_index=True)[1].tolist()
        for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
            yield rows["_day"][start].as_py(), rows.slice(start, end - start)

    def _spill(self) -> None:
        """Append the rows in memory to their days' files on disk, each opened for that moment only."""
        for day, rows in self._waiting_by_day():
            self._spilled.add(day)
            with (
                private_file(self._spill_file(day)).open("ab") as file,
                pa.ipc.new_stream(file, self._schema, options=SPILL) as stream,
            ):
                stream.write_table(rows)
        # Arrow would keep what it was given, for the next time.
        pa.default_memory_pool().release_unused()

    def _spill_file(self, day: date) -> Path:
        return self._folder / f"{self._part}.{day}.spill.part"

    def _read_spilled(self, day: date) -> Iterator[pa.Table]:
        with self._spill_file(day).open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(0)
            while file.tell() < end:
                yield pa.ipc.open_stream(file).read_all()

    def _write(self, day: date, rows: pa.Table, part: Path) -> None:
        """Write a day that fits into memory: each key once, the last one read."""
        kept, metadata = self._counts(day, rows)
        if kept is not None:
            rows = rows.take(pa.array(kept))
        pq.write_table(rows.replace_schema_metadata(metadata), part, compression="zstd")

    def _write_spilled(self, day: date, part: Path) -> None:
        """Write a day from disk: its keys are held in memory, the rows pass through."""
        counted = [*self._table.key, *NOTES]
        kept, metadata = self._counts(day, pa.concat_tables(rows.select(counted) for rows in self._read_spilled(day)))
        start, group = 0, []
        with pq.ParquetWriter(part, self._schema.with_metadata(metadata), compression="zstd") as writer:
            for rows in self._read_spilled(day):
                here, start = start, start + len(rows)
                if kept is not None:
                    places = kept[np.searchsorted(kept, here) : np.searchsorted(kept, start)]
                    rows = rows.take(pa.array(places - here))
                group.append(rows)
                if sum(rows.nbytes for rows in group) >= BYTES_IN_MEMORY:
                    writer.write_table(pa.concat_tables(group))
                    group = []
            if group:
                writer.write_table(pa.concat_tables(group))
        self._spill_file(day).unlink()
        pa.default_memory_pool().release_unused()

    def _kept(self, keys: pa.Table) -> Any:
        """Which rows stay, in their order (an int64 array); None when no accepted key comes twice."""
        accepted = pc.is_null(keys["_reject_reason"])
        places = np.arange(len(keys), dtype=np.int64)
        table = keys.select(self._table.key).append_column("_place", pa.array(places)).filter(accepted)
        last = table.group_by(list(self._table.key)).aggregate([("_place", "max")])["_place_max"].to_numpy()
        if len(last) == len(table):
            return None
        rejected = places[~accepted.to_numpy()]
        return np.sort(np.concatenate([last, rejected]))

    def _counts(self, day: date, rows: pa.Table) -> tuple[Any, dict[str, str]]:
        """Which rows of the day stay, as ``_kept`` says it, and what is counted of them: here and in the file."""
        kept = self._kept(rows)
        notes = rows.select(NOTES) if kept is None else rows.select(NOTES).take(pa.array(kept))
        rejects = len(notes) - notes["_reject_reason"].null_count
        emptied = notes.filter(pc.is_null(notes["_reject_reason"]))["_column_rejects"]
        counts = Counts(len(notes) - rejects, rejects, len(rows) - len(notes), len(emptied) - emptied.null_count)
        return kept, self._noted(day, counts)

    def _noted(self, day: date, counts: Counts) -> dict[str, str]:
        """Count the day, and say it in the file too."""
        self._counted[day] = counts
        return {
            "leadgen.run_id": self._run_id,
            "leadgen.window": f"{self._window.first_day}/{self._window.last_day}",
            "leadgen.landed_rows": str(counts.rows),
            "leadgen.rejected_rows": str(counts.rejects),
            "leadgen.duplicate_rows": str(counts.duplicates),
            "leadgen.column_reject_rows": str(counts.column_rejects),
            "leadgen.api_version": str(self._account.options.get("api_version", "default")),
        }

    def _empty_file(self, day: date) -> bytes:
        """A file that says: asked, and there was nothing."""
        sink = pa.BufferOutputStream()
        empty = self._schema.empty_table()
        pq.write_table(empty.replace_schema_metadata(self._counts(day, empty)[1]), sink)
        return bytes(sink.getvalue())
