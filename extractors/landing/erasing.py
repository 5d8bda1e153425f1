"""Keeps whoever was forgotten out of the landing zone: what is being landed now, and what was landed before.

A pull reads the list when it begins a table and once more before it puts the days in place, under a lock that an
erasure takes for itself: whatever is in place when the erasure begins to rewrite is rewritten, and whatever comes
after knows the list. A file is replaced by one rename, so a process that is killed leaves each file old or new.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from extractors.disk import flush_folder
from extractors.errors import FixSettings
from extractors.landing.erased_rows import ErasedRows
from extractors.model import Source
from extractors.private import private_file
from extractors.settings import erasures_file, hash_key
from forgotten.listed import ForgottenList, UnreadableList, read_list

PLACES = ("", "_held", "_previous")
"""Folders of the landing zone that have its tables: what is read, what was held back, what was replaced."""


def load_list() -> ForgottenList:
    """The list as it is now. Without it nothing is landed: whoever it names would be back."""
    try:
        return read_list(erasures_file(), hash_key())
    except UnreadableList as unreadable:
        raise FixSettings(
            f"{unreadable} Nothing is landed until then: who was forgotten would be brought back."
        ) from None


def stamp() -> tuple[int, int, int] | None:
    """Equal as long as nobody writes the list."""
    try:
        status = erasures_file().stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


@dataclass
class Rewritten:
    """What an erasure did, or would do, in one table."""

    place: str
    table: str
    files: int = 0
    rows: int = 0


def rewrite(file: Path, erased: ErasedRows, *, dry: bool = False) -> int:
    """Write the file again without whoever was forgotten; returns how many rows are others now."""
    return replace_rows(file, erased.apply, dry=dry, first=erased)


def replace_rows(
    file: Path,
    change: Callable[[pa.RecordBatch], pa.RecordBatch],
    *,
    dry: bool = False,
    first: ErasedRows | None = None,
) -> int:
    """Write a landed file again with changed rows; returns how many are others now.

    Group by group. A group that ``change`` gives back as it is was not changed, and a file without a change is only
    read; of one in which nobody is ``first`` suspected, only the columns that are asked.
    """
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    with pq.ParquetFile(file) as landed:
        groups, hit = range(landed.num_row_groups), {}
        for number in groups:
            if first and not first.is_anybody_in(landed.read_row_group(number, first.asked(landed.schema_arrow.names))):
                continue
            rows = landed.read_row_group(number)
            new = _changed(rows, change)
            if new is not rows:
                hit[number] = _differing(rows, new)
        if not hit or dry:
            return sum(hit.values())
        said = {name: value for name, value in (landed.metadata.metadata or {}).items() if name != b"ARROW:schema"}
        private_file(part)
        try:
            with pq.ParquetWriter(part, landed.schema_arrow.with_metadata(said), compression="zstd") as writer:
                for number in groups:
                    rows = landed.read_row_group(number)
                    new = _changed(rows, change) if number in hit else rows
                    writer.write_table(new.replace_schema_metadata(said))
            flush_folder(part)
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
    return sum(hit.values())


def _changed(rows: pa.Table, change: Callable[[pa.RecordBatch], pa.RecordBatch]) -> pa.Table:
    batches = rows.combine_chunks().to_batches()
    if not batches:
        return rows
    new = change(batches[0])
    return rows if new is batches[0] else pa.Table.from_batches([new], rows.schema)


def _differing(one: pa.Table, other: pa.Table) -> int:
    """In how many rows a text is another."""
    differs = pa.array([False] * len(one))
    for name in [field.name for field in one.schema if field.type == pa.string()]:
        left, right = one[name].combine_chunks(), other[name].combine_chunks()
        same = pc.or_(pc.fill_null(pc.equal(left, right), False), pc.and_(pc.is_null(left), pc.is_null(right)))
        differs = pc.or_(differs, pc.invert(same))
    return int(pc.sum(differs).as_py())


def forget_landed(
    root: Path,
    sources: Iterable[Source],
    listed: ForgottenList,
    *,
    dry: bool = False,
    told: Callable[[], None] = lambda: None,
) -> list[Rewritten]:
    """Rewrite every landed file in which somebody on the list is; returns what was changed, by place and table."""
    done = []
    for source in sources:
        for table in source.tables:
            if not ErasedRows(listed, source.name, table, "").is_needed:
                continue
            for place in PLACES:
                here = Rewritten(place or "landing", f"{source.name}.{table.name}")
                for folder in sorted((root / place / source.name / table.name).glob("account=*")):
                    account = folder.name.removeprefix("account=")
                    of_account = ErasedRows(listed, source.name, table, account, source.tables)
                    for file in sorted(folder.glob("day=*.parquet")):
                        rows = _rewritten(file, of_account, dry)
                        here.files += bool(rows)
                        here.rows += rows
                        told()
                    if not dry:
                        flush_folder(folder)
                if here.files:
                    done.append(here)
    return done


def _rewritten(file: Path, erased: ErasedRows, dry: bool) -> int:
    try:
        return rewrite(file, erased, dry=dry)
    except pa.ArrowException:
        raise FixSettings(
            f"{file} cannot be read, so nobody knows who is in it. Remove it, and pull its day again."
        ) from None
    except FileNotFoundError:
        # What was replaced long ago is cleared by the pulls.
        return 0
