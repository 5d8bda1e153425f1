"""Which files of the drop are read, in which order, and what is passed over and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from extractors.errors import FixSettings
from extractors.model import Account
from extractors.settings import data_dir, home
from handwritten.words import nearest

TEXTS = (".csv", ".tsv", ".tab", ".txt")
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
PARQUET = (".parquet", ".pq")
READABLE = TEXTS + WORKBOOKS + PARQUET
UNFINISHED = (".crdownload", ".part", ".partial", ".download", ".tmp")
PACKED = (".gz", ".zip", ".7z", ".rar", ".bz2", ".xz", ".zst", ".numbers")
"""Files that surely hold data and are not read: refused by name."""
OPTIONS = ("folder", "time_zone")
TOGETHER_NANOSECONDS = 2 * 10**9
"""Files changed within so short a time were copied together: which is newer, their times do not say."""
SETTINGS = ("mapping.yml", "mapping.yaml")


@dataclass
class Found:
    """The files of one table."""

    files: list[Path] = field(default_factory=list)
    """Oldest first."""
    passed_over: list[str] = field(default_factory=list)
    """What was not read, with the reason."""
    refused: list[str] = field(default_factory=list)
    """What surely holds data and cannot be read, with the cure."""


def folder_of(account: Account) -> Path:
    """The drop of an account: its option ``folder``, or ``manual`` inside the data folder."""
    for option in account.options:
        if option not in OPTIONS:
            meant = nearest(option, OPTIONS)
            raise FixSettings(
                f"manual, account {account.account}: there is no option {option!r}; there are {', '.join(OPTIONS)}."
                + (f" Did you mean {meant!r}?" if meant else "")
            )
    named = account.options.get("folder")
    if named is None:
        return data_dir() / "manual"
    if not isinstance(named, str) or not named:
        raise FixSettings(f"manual, account {account.account}: 'folder' must be the path of a folder.")
    return home() / Path(named).expanduser()


def found_in(folder: Path, table: str, tables: Sequence[str]) -> Found:
    """The files of a table's folder; of the drop itself what lies beside the tables' folders, told once."""
    found = Found()
    if not folder.exists():
        found.passed_over.append(f"the folder {folder} is not there")
        return found
    if not folder.is_dir():
        raise FixSettings(f"{folder} is a file. The drop must be a folder, with a folder for each table in it.")
    _look_beside(folder, table, tables, found)
    of_table = folder / table
    if not of_table.exists():
        return found
    if not of_table.is_dir():
        raise FixSettings(f"{of_table} is a file. It must be a folder, with the files of {table} in it.")
    for entry in sorted(of_table.iterdir(), key=lambda one: natural(one.name)):
        _sort_in(entry, found)
    found.files = oldest_first(found.files)
    return found


def _look_beside(folder: Path, table: str, tables: Sequence[str], found: Found) -> None:
    for entry in sorted(folder.iterdir()):
        if entry.name in tables or _is_hidden(entry):
            continue
        meant = nearest(entry.name, tables)
        if entry.is_dir() and meant == table:
            found.passed_over.append(f"the folder {entry.name} is read by nobody; call it {meant}")
        elif table == tables[0] and entry.is_dir() and meant is None:
            found.passed_over.append(f"the folder {entry.name} is read by nobody; the tables are {', '.join(tables)}")
        elif table == tables[0] and entry.is_file() and entry.suffix.lower() in (*READABLE, *PACKED, ".json"):
            found.passed_over.append(f"{entry.name} lies beside the tables' folders; put it into one of them")


def _sort_in(entry: Path, found: Found) -> None:
    suffix, name = entry.suffix.lower(), f"{entry.parent.name}/{entry.name}"
    if _is_hidden(entry) or entry.name in SETTINGS or suffix == ".md":
        return
    if entry.is_dir():
        parts = [one for one in sorted(entry.iterdir()) if one.suffix.lower() in PARQUET and not _is_hidden(one)]
        if suffix in PARQUET and parts:
            found.files.extend(parts)
        elif any(one.suffix.lower() in READABLE for one in entry.iterdir()):
            found.passed_over.append(f"{name} is a folder; put its files into {entry.parent.name}")
        else:
            found.passed_over.append(f"{name} is a folder")
    elif suffix in READABLE and not entry.exists():
        found.refused.append(f"{name}: it is a link to a file that is not there. Put the file there, or take it out.")
    elif suffix in READABLE:
        found.files.append(entry)
    elif suffix in UNFINISHED:
        found.passed_over.append(f"{name} is not there as a whole yet")
    elif suffix in PACKED:
        found.refused.append(
            f"{name}: {suffix} files are not read. Unpack it, or save it as CSV, XLSX or Parquet; "
            "or move it out of the folder."
        )
    else:
        kind = f"{suffix} files are" if suffix else "a file without an ending is"
        found.passed_over.append(f"{name}: {kind} not read")


def _is_hidden(entry: Path) -> bool:
    # Excel keeps "~$name.xlsx" beside an open workbook; a leading dot marks what is not meant for us, and Spark's
    # "_SUCCESS" is no data.
    return entry.name.startswith((".", "~$", "_"))


def oldest_first(files: Sequence[Path]) -> list[Path]:
    """The files by the time of their last change; those changed together by name, ``a (2)`` after ``a``."""
    changed = {file: _changed(file) for file in files}
    ordered: list[Path] = []
    together: list[Path] = []
    for file in sorted(files, key=lambda one: changed[one]):
        if together and changed[file] - changed[together[-1]] > TOGETHER_NANOSECONDS:
            ordered += sorted(together, key=lambda one: natural(one.name))
            together = []
        together.append(file)
    return ordered + sorted(together, key=lambda one: natural(one.name))


def _changed(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except FileNotFoundError:
        # Taken away a moment ago: whoever reads it tells.
        return 0


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """Sorts ``report`` before ``report (1)`` and that before ``report (10)``."""
    stem = Path(name).stem.lower()
    pieces = re.split(r"(\d+)", stem)
    return tuple((int(piece), "") if piece.isdigit() else (-1, piece) for piece in pieces)


def label_of(path: Path) -> str:
    """The file under its table's folder, as a person looks for it."""
    if path.parent.suffix.lower() in PARQUET:
        return f"{path.parent.parent.name}/{path.parent.name}/{path.name}"
    return f"{path.parent.name}/{path.name}"
