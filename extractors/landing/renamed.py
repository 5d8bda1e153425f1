"""Gives what is landed of an account another name: the same account is never two in the landing zone.

A process that is killed in between leaves some days under either name; said again, the rest follows.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from extractors.disk import flush_folder
from extractors.errors import FixSettings
from extractors.landing.versions import Versions, landed_accounts
from extractors.model import Source
from extractors.private import private_file, private_folder
from extractors.settings import SAFE_NAME, spool_dir, state_dir


def rename_account(root: Path, source: Source, old: str, new: str) -> int:
    """Move every day of every kind to the new name; how many were moved.

    A day, or a snapshot, that is landed under the new name already was read later: it stays, and the old one goes.
    """
    if not SAFE_NAME.fullmatch(new) or old == new:
        raise FixSettings(f"{source.name}: {new!r} is no other name. Take the 'account' that accounts.yml has now.")
    moved = sum(_rename_table(versions, new) for versions in landed_accounts(root, source, (), old))
    for table in source.tables:
        known = state_dir() / "fields" / f"{source.name}.{table.name}.{old}.json"
        with suppress(FileNotFoundError):
            known.replace(known.with_name(f"{source.name}.{table.name}.{new}.json"))
    for received in sorted((spool_dir() / source.name / old).glob("day=*/*")):
        target = spool_dir() / source.name / new / received.parent.name
        # A process gives its files a name that no other process gives.
        received.replace(private_folder(target) / received.name)
        moved += 1
    return moved


def _rename_table(versions: Versions, new: str) -> int:
    moved = 0
    renamed = Versions(versions.root, versions.source, versions.table, new)
    for folder, target in _folders(versions, renamed):
        files = sorted(folder.glob("day=*.parquet"))
        has_newer = versions.table.grain == "snapshot" and any(target.glob("day=*.parquet"))
        for file in files:
            if not has_newer and not (private_folder(target) / file.name).exists():
                _write_renamed(file, target / file.name, new)
            file.unlink()
        moved += len(files)
        if files and target.exists():
            flush_folder(target)
        for left in folder.glob(".*.part"):
            left.unlink(missing_ok=True)
        with suppress(OSError):
            folder.rmdir()
    return moved


def _folders(old: Versions, new: Versions) -> Iterator[tuple[Path, Path]]:
    yield old.folder, new.folder
    yield old.held, new.held
    yield old.previous, new.previous


def _write_renamed(file: Path, target: Path, account: str) -> None:
    """Write the rows with the account's new name: the models tell accounts apart by what the rows say."""
    try:
        rows = pq.ParquetFile(file).read()
    except (OSError, pa.ArrowException):
        raise FixSettings(f"{file} cannot be read. Remove it, and read its day again under the new name.") from None
    place = rows.schema.get_field_index("_account")
    rows = rows.set_column(place, rows.schema.field(place), pa.repeat(pa.scalar(account, pa.string()), len(rows)))
    part = private_file(target.with_name(f".{uuid.uuid4().hex}.part"))
    pq.write_table(rows, part, compression="zstd")
    part.replace(target)
