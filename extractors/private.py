"""Makes folders and files that only their owner may enter and read: what is landed names people."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from extractors.settings import data_dir

FOLDER_MODE, FILE_MODE = 0o700, 0o600


def private_folder(folder: Path) -> Path:
    """Make the folder and those above it that are missing: for their owner alone below the data folder.

    The data folder itself stays open, because readers of the warehouse go through it.
    """
    data = data_dir()
    for one in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        # Another process may make it at the same time.
        with suppress(FileExistsError):
            one.mkdir(mode=FOLDER_MODE if data in one.parents else 0o777)
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is no folder")
    return folder


def private_file(file: Path) -> Path:
    """Make the file before it is written: whoever opens it to write keeps who may read it."""
    file.touch(mode=FILE_MODE)
    return file


def shut(folder: Path) -> None:
    """Let nobody but its owner in any longer, as far as the folder is ours."""
    with suppress(OSError):
        if folder.stat().st_mode & 0o077:
            folder.chmod(FOLDER_MODE)
