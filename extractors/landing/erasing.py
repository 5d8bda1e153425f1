"""Keeps whoever was forgotten out of the landing zone: what is being landed now, and what was landed before.

A pull reads the list when it begins a table and once more before it puts the days in place, under a lock that an
erasure takes for itself: whatever is in place when the erasure begins to rewrite is rewritten, and whatever comes
after knows the list. A file is replaced by one rename, so a process that is killed leaves each file old or new.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from extractors.errors import FixSettings
from extractors.landing.erased_rows import ErasedRows
from extractors.landing.versions import flush_folder
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
    """Write the file again without whoever was forgotten; returns how many rows are others now.

    Group by group; a file that nobody is in is only read.
    """
    part, changed = file.with_name(f".{file.name}.{os.getpid()}.part"), 0
    with pq.ParquetFile(file) as landed:
        groups = range(landed.num_row_groups)
        hit = {}
        for number in groups:
            rows = landed.read_row_group(number)
            new = _apply(rows, erased)
            if new is not rows:
                hit[number] = sum(not same for same in _same(rows, new))
        changed = sum(hit.values())
        if not hit or dry:
            return changed
        private_file(part)
        try:
            said = {name: value for name, value in (landed.metadata.metadata or {}).items() if name != b"ARROW:schema"}
            with pq.ParquetWriter(part, landed.schema_arrow.with_metadata(said), compression="zstd") as writer:
                for number in groups:
                    rows = landed.read_row_group(number)
                    new = _apply(rows, erased) if number in hit else rows
                    writer.write_table(new.replace_schema_metadata(said))
            handle = os.open(part, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
    return changed


def _apply(rows: pa.Table, erased: ErasedRows) -> pa.Table:
    batch = rows.combine_chunks().to_batches()
    if not batch:
        return rows
    new = erased.apply(batch[0])
    return rows if new is batch[0] else pa.Table.from_batches([new], rows.schema)


def _same(one: pa.Table, other: pa.Table) -> Iterator[bool]:
    texts = [field.name for field in one.schema if field.type == pa.string()]
    return (a == b for a, b in zip(one.select(texts).to_pylist(), other.select(texts).to_pylist(), strict=True))


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
