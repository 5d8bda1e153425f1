"""The landed files as one build reads them: pinned when it begins, so that days may be replaced while it runs.

A pull replaces a file by a rename, so the old contents live on under the name that is given to them here. That costs a
folder entry per file and no room; where the file system knows no second names, or the file is somebody else's, it is
copied.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from warehouse import settings

READ_BESIDE_TABLES = frozenset({"_held"})
"""Of the folders whose name begins with ``_``, those that the models read too."""

NO_SECOND_NAME = frozenset(
    {errno.EPERM, errno.EACCES, errno.EXDEV, errno.EMLINK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP}
)
"""What a file system or a kernel answers that gives this file no second name."""


def pin_landing() -> int:
    """Pin every Parquet file that is landed now; returns how many there are.

    All are pinned beside the build before and take its place at once. A process that is killed here leaves a build that
    was not begun, and the next one begins anew.
    """
    pinned = settings.pinned_landing_dir()
    making, before = (pinned.with_name(f".{pinned.name}.{what}") for what in ("new", "old"))
    for left in (making, before):
        shutil.rmtree(left, ignore_errors=True)
    making.mkdir(mode=0o700, parents=True)
    count = _pin(settings.landing_dir(), making)
    with suppress(FileNotFoundError):
        pinned.replace(before)
    making.replace(pinned)
    shutil.rmtree(before, ignore_errors=True)
    return count


def _pin(landing: Path, target: Path) -> int:
    count = 0
    for source in _folders(landing):
        if not source.name.startswith("_") or source.name in READ_BESIDE_TABLES:
            count += _pin_folder(source.path, target / source.name)
    return count


def _pin_folder(folder: str, target: Path) -> int:
    """Pin the folder and what lies below it, without the files that are only being written."""
    target.mkdir()
    count, below = 0, list[os.DirEntry[str]]()
    for entry in _entries(folder):
        if entry.is_dir():
            below.append(entry)
        elif entry.name.endswith(".parquet") and not entry.name.startswith("."):
            count += _pin_file(entry, target / entry.name)
    return count + sum(_pin_folder(entry.path, target / entry.name) for entry in below)


def _pin_file(file: os.DirEntry[str], target: Path) -> int:
    """Pin one file; 0 where it was taken away between the look into its folder and now."""
    try:
        os.link(os.path.realpath(file) if file.is_symlink() else file, target)
    except FileNotFoundError:
        return 0
    except OSError as refused:
        if refused.errno not in NO_SECOND_NAME:
            raise
        try:
            # What is open is read to its end, also when another file takes its name meanwhile.
            shutil.copyfile(file, target)
        except FileNotFoundError:
            return 0
    return 1


def _folders(folder: Path) -> Iterator[os.DirEntry[str]]:
    return (entry for entry in _entries(str(folder)) if entry.is_dir())


def _entries(folder: str) -> list[os.DirEntry[str]]:
    """What lies in the folder, in the order of the names."""
    with os.scandir(folder) as found:
        return sorted(found, key=lambda entry: entry.name)
