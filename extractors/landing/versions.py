"""The versions of a landed day that nobody reads: the one that was replaced last, and one that was held back.

They lie outside the folders that the models read, ``landing/_previous/...`` and ``landing/_held/...``, under the
path that the day has in the landing zone. Every step is one rename: a process that is killed leaves the old
version of a day or the new one.
"""

from __future__ import annotations

import os
import shutil
import time
import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from extractors.disk import flush_folder
from extractors.errors import FixSettings
from extractors.landing.turns import landing_held
from extractors.model import Source, Table
from extractors.private import private_file, private_folder

LEAST_ROWS = 20
"""Of fewer rows than this most may go: a few test leads that were deleted are no accident."""
LEAST_ROWS_TO_NONE = 5
"""Fewer rows than this may go all."""
KEPT_DAYS = 14
"""A replaced version is kept for so many days after it was replaced."""
STALE_PART_SECONDS = 24 * 3600


class Held(NamedTuple):
    """The rows of a day that was held back."""

    landed: int
    came: int
    refused: int
    """Those that came too and did not fit the contract."""


def suspicious_days(table: Table, before: Mapping[date, int], now: Mapping[date, int]) -> set[date]:
    """The days that would lose too much: accepted rows by day, as they are landed and as they came back.

    A day alone, or all the days that are replaced together, must have had ``LEAST_ROWS`` and come back with
    fewer than half, or ``LEAST_ROWS_TO_NONE`` and come back with none. A table that
    shrinks by nature is only held when it had ``LEAST_ROWS`` and nothing at all came back.
    """
    had, has = sum(before.values()), sum(now.get(day, 0) for day in before)
    if table.shrinks:
        return {day for day in before if before[day]} if had >= LEAST_ROWS and not any(now.values()) else set()
    is_all = _is_much_less(had, has)
    return {
        day
        for day, rows in before.items()
        if now.get(day, 0) < rows and (is_all or _is_much_less(rows, now.get(day, 0)))
    }


def _is_much_less(before: int, now: int) -> bool:
    return before >= (LEAST_ROWS if now else LEAST_ROWS_TO_NONE) and 2 * now < before


def shrunk_parts(before: Mapping[str, int], now: Mapping[str, int], unfinished: Collection[str]) -> set[str]:
    """The parts of an account that are there and would lose too much: accepted rows of each.

    One that may be cut off loses too much with its first row.
    """
    return {
        part
        for part, rows in before.items()
        if part in now and (_is_much_less(rows, now[part]) or (part in unfinished and now[part] < rows))
    }


def rows_by_part(file: Path, part: str) -> dict[str, int]:
    """The accepted rows of a landed file by the part of the account; none of a file that does not say the part."""
    counts: Counter[str] = Counter()
    try:
        with pq.ParquetFile(file, read_dictionary=[part]) as landed:
            if part not in landed.schema_arrow.names:
                return {}
            for number in range(landed.num_row_groups):
                rows = landed.read_row_group(number, columns=[part, "_reject_reason"])
                of_parts = rows.filter(pc.is_null(rows["_reject_reason"]))[part].combine_chunks().value_counts()
                counts.update(
                    {one["values"].as_py(): one["counts"].as_py() for one in of_parts if one["values"].is_valid}
                )
    except (OSError, pa.ArrowException):
        return {}
    return dict(counts)


def rows_in(file: Path) -> int:
    """The accepted rows of a landed file, out of its footer; 0 for one that cannot be read."""
    try:
        footer = pq.read_metadata(file)
    except (OSError, pa.ArrowException):
        return 0
    said = (footer.metadata or {}).get(b"leadgen.landed_rows")
    return int(footer.num_rows if said is None else said)


def landed_rows(file: Path, schema: pa.Schema) -> pa.Table:
    """The accepted rows of a landed file as they would be landed now; none of a file that cannot be read."""
    try:
        landed = pq.ParquetFile(file).read()
    except (OSError, pa.ArrowException):
        return schema.empty_table()
    landed = landed.filter(pc.is_null(landed["_reject_reason"]))
    # A column that is new since then is empty in it.
    columns = [
        landed[one.name].cast(one.type) if one.name in landed.column_names else pa.nulls(len(landed), one.type)
        for one in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def rows_of_others(file: Path, part: str, parts_read: Collection[str], schema: pa.Schema) -> pa.Table:
    """The accepted rows of a landed file whose ``part`` is another than those.

    Rows landed before they said which part they are of are the account's own, and so none of these.
    """
    landed = landed_rows(file, schema)
    is_other = pc.invert(pc.is_in(landed[part], pa.array(sorted(parts_read), pa.string())))
    return landed.filter(pc.and_(pc.is_valid(landed[part]), is_other))


def rows_of(file: Path, part: str, parts: Collection[str], schema: pa.Schema) -> pa.Table:
    """The accepted rows of a landed file whose ``part`` is one of those."""
    landed = landed_rows(file, schema)
    return landed.filter(pc.is_in(landed[part], pa.array(sorted(parts), pa.string())))


def rows_left(file: Path, key: Sequence[str], came: Iterable[pa.Table], schema: pa.Schema) -> pa.Table:
    """The accepted rows of a landed file whose keys are not among those that came, accepted or rejected."""
    landed = landed_rows(file, schema)
    keys = {tuple(row.values()) for rows in came for row in rows.select(key).to_pylist()}
    kept = [tuple(row.values()) not in keys for row in landed.select(key).to_pylist()]
    return landed.filter(pa.array(kept, pa.bool_()))


@dataclass(frozen=True)
class Versions:
    """The versions of one table and account."""

    root: Path
    """The landing zone."""
    source: str
    table: Table
    account: str

    @property
    def folder(self) -> Path:
        """Where the versions lie that are read."""
        return self._below(self.root)

    @property
    def previous(self) -> Path:
        """Where the replaced versions lie."""
        return self._below(self.root / "_previous")

    @property
    def held(self) -> Path:
        """Where the versions lie that were held back."""
        return self._below(self.root / "_held")

    def _below(self, folder: Path) -> Path:
        return folder / self.source / self.table.name / f"account={self.account}"

    def replaced_by(self, day: date) -> Path | None:
        """The file that a landing of the day replaces: of a snapshot the newest there is, whatever its day."""
        pattern = "day=*.parquet" if self.table.grain == "snapshot" else file_name(day)
        return max(self.folder.glob(pattern), default=None)

    def hold(self, part: Path, day: date) -> None:
        """Put a new version aside, in place of one that was held before it."""
        private_folder(self.held)
        part.replace(self.held / file_name(day))
        if self.table.grain == "snapshot":
            _remove(self.held, but=file_name(day))

    def put(self, part: Path, day: date) -> None:
        """Put a new version in place and keep the one it replaces. What was held of the day is out of date."""
        is_snapshot = self.table.grain == "snapshot"
        replaced = self.replaced_by(day)
        if replaced is not None:
            private_folder(self.previous)
            _also_at(replaced, self.previous / replaced.name)
        for held in self.held.glob("day=*.parquet" if is_snapshot else file_name(day)):
            if held != part:
                held.unlink(missing_ok=True)
        part.replace(self.folder / file_name(day))
        if is_snapshot:
            _remove(self.folder, but=file_name(day))
            if replaced is not None:
                _remove(self.previous, but=replaced.name)

    def accept(self, day: date) -> None:
        """Take the version that was held."""
        private_folder(self.folder)
        with landing_held(self.root, alone=False):
            self.put(self.held / file_name(day), day)
        flush_folder(self.folder)

    def refuse(self, day: date) -> None:
        """Drop the version that was held; what is landed stays."""
        (self.held / file_name(day)).unlink(missing_ok=True)

    def restore(self, day: date) -> None:
        """Bring back the previous version of a day; what it replaces becomes the previous one."""
        with landing_held(self.root, alone=False):
            self._restore(day)

    def _restore(self, day: date) -> None:
        kept, now = self.previous / file_name(day), self.replaced_by(day)
        if now is not None and now.samefile(kept):
            # A process was killed before it replaced the day, or after it had brought it back.
            kept.unlink()
            return
        private_folder(self.folder)
        part, aside = (folder / f".{uuid.uuid4().hex}.part" for folder in (self.folder, self.previous))
        _also_at(kept, part)
        if now is not None and now.name == kept.name:
            _also_at(now, aside)
            part.replace(now)
            aside.replace(kept)
        else:
            # A snapshot of another day: while both are there the newer one is read.
            part.replace(self.folder / kept.name)
            if now is not None:
                now.replace(self.previous / now.name)
            kept.unlink()
        flush_folder(self.folder)

    def clear(self) -> None:
        """Drop what was replaced more than ``KEPT_DAYS`` ago, and the parts that killed runs left behind."""
        parts = [(folder, ".*.part", STALE_PART_SECONDS) for folder in (self.folder, self.previous, self.held)]
        for folder, pattern, seconds in [*parts, (self.previous, "day=*.parquet", KEPT_DAYS * 86400)]:
            for file in folder.glob(pattern):
                with suppress(FileNotFoundError):
                    # The status of a file changes when it is written, and when it is linked or replaced.
                    if time.time() - file.stat().st_ctime > seconds:
                        file.unlink()

    def days_in(self, folder: Path) -> list[date]:
        """The days that have a version in the folder, oldest first."""
        return sorted(date.fromisoformat(file.stem.removeprefix("day=")) for file in folder.glob("day=*.parquet"))


def landed_accounts(root: Path, source: Source, tables: Collection[str], account: str) -> Iterator[Versions]:
    """The tables of a source that have a version of any kind, by account; all where none is named."""
    for table in source.tables:
        if tables and table.name not in tables:
            continue
        pattern = f"account={account or '*'}"
        folders = [top / source.name / table.name for top in (root, root / "_held", root / "_previous")]
        found = {folder.name.removeprefix("account=") for top in folders for folder in top.glob(pattern)}
        yield from (Versions(root, source.name, table, name) for name in sorted(found))


def file_name(day: date) -> str:
    """The file of a day, in whatever folder."""
    return f"day={day}.parquet"


def _also_at(file: Path, place: Path) -> None:
    """Give the file another place too, in one step, whatever was there."""
    part = place.with_name(f".{uuid.uuid4().hex}.part")
    try:
        os.link(file, part)
    except OSError:
        if not file.exists():
            raise FixSettings(f"{file.name} is not there any more. Was it changed at the same time?") from None
        # Not every file system has links.
        shutil.copyfile(file, private_file(part))
    part.replace(place)
    # Renaming one name of a file to another name of it does nothing.
    part.unlink(missing_ok=True)


def _remove(folder: Path, but: str = "") -> None:
    for file in folder.glob("day=*.parquet"):
        if file.name != but:
            file.unlink(missing_ok=True)
