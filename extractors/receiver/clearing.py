"""Clears days of the spool that have been landed and have had their time: a slow leak of disk would stop us.

A day is cleared when its landed file was written an hour or more after the day ended (so nothing can have
come later) and the kept days have passed. A day that was never landed is kept, however old.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

DAYS_KEPT = 30
SETTLED = timedelta(hours=1)


def clear_landed(spool: Path, landing: Path, now: datetime, days_kept: int = DAYS_KEPT) -> list[Path]:
    """Remove the days that may go; returns their folders."""
    cleared = []
    for half_gone in list(spool.glob("*/*/.day=*")):
        shutil.rmtree(half_gone)
    for source, account, day, folder in _days(spool):
        over = datetime.combine(day + timedelta(days=1), time.min, UTC)
        if now < over + timedelta(days=days_kept) or not _is_landed(landing, source, account, day, over + SETTLED):
            continue
        # A reader sees the day whole or not at all.
        leaving = folder.with_name(f".{folder.name}")
        folder.rename(leaving)
        shutil.rmtree(leaving)
        cleared.append(folder)
    return cleared


def _days(spool: Path) -> Iterator[tuple[str, str, date, Path]]:
    for folder in sorted(spool.glob("*/*/day=*")):
        yield folder.parent.parent.name, folder.parent.name, date.fromisoformat(folder.name[4:]), folder


def _is_landed(landing: Path, source: str, account: str, day: date, after: datetime) -> bool:
    """Whether every table of the source has the day's file, written late enough."""
    tables = [table for table in (landing / source).glob("*") if (table / "_contract.parquet").exists()]
    files = [table / f"account={account}" / f"day={day}.parquet" for table in tables]
    return bool(files) and all(
        file.exists() and datetime.fromtimestamp(file.stat().st_mtime, UTC) >= after for file in files
    )
