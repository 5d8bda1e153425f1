"""The published generations: what each is called, which one readers see, and the way back.

A generation is four things of one name: the warehouse, its contact details, its Parquet files, its snapshot. Beside
them lies a note that it was served, written last: what has no note was never seen by anybody.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import duckdb

from warehouse import settings
from warehouse.errors import NothingPublished
from warehouse.lock import locked
from warehouse.run import die_if_asked

KEPT_GENERATIONS = 3


@dataclass(frozen=True)
class Generation:
    """A generation that readers see or have seen."""

    name: str
    run_id: str
    as_of_day: str
    published_at: str
    """UTC; generations are in the order of these."""
    is_withdrawn: bool = False
    """Somebody went back behind it; nobody goes back to it."""

    @property
    def warehouse(self) -> Path:
        """The file that readers open."""
        return warehouse_file(self.name)


def warehouse_file(name: str) -> Path:
    """The published tables of a generation."""
    return settings.generations_dir() / f"{name}.duckdb"


def private_file(name: str) -> Path:
    """The contact details of a generation."""
    return settings.generations_dir() / f"{name}.private.duckdb"


def snapshot_file(name: str) -> Path:
    """What a generation says of each month, for the nights after it."""
    return settings.generations_dir() / f"{name}.snapshot.parquet"


def parquet_folder(name: str) -> Path:
    """The published tables of a generation as Parquet."""
    return settings.parquet_dir() / name


def free_name(run_id: str) -> str:
    """The run's id, or where a run is published again, its id and a number.

    A name is never used twice: under the old name readers may have the old file open, and DuckDB would go on
    showing it to them.
    """
    name, number = run_id, 1
    while warehouse_file(name).exists() or parquet_folder(name).exists():
        number += 1
        name = f"{run_id}-{number}"
    return name


def serve(name: str) -> None:
    """Turn the links to this generation, the one that most readers use last.

    All are made beside the old ones first: on a full disk none is turned.
    """
    beside = {}
    for link, target in _links(name).items():
        beside[link] = link.with_name(f".{link.name}.new")
        beside[link].unlink(missing_ok=True)
        beside[link].symlink_to(target)
    for link, new in beside.items():
        if link == settings.warehouse_link():
            die_if_asked("flip_warehouse")
        new.replace(link)
        flush(link.parent)


def _links(name: str) -> dict[Path, Path]:
    """Every link, and where it must lead for this generation. Relative, so that the folder may be moved."""
    return {
        settings.private_link(): Path("generations") / private_file(name).name,
        settings.parquet_dir() / "current": Path(name),
        settings.warehouse_link(): Path("generations") / warehouse_file(name).name,
    }


def served() -> Generation | None:
    """The generation that readers see; None before the first."""
    link = settings.warehouse_link()
    if not link.exists():
        return None
    name = link.readlink().name.removesuffix(".duckdb")
    return _read(_note(name)) or _published(name)


def kept() -> list[Generation]:
    """The generations that can still be opened, oldest first."""
    notes = (_read(file) for file in settings.generations_dir().glob("*.json"))
    return sorted((one for one in notes if one and one.warehouse.exists()), key=lambda one: one.published_at)


def write_note(generation: Generation) -> None:
    """Remember that readers saw it."""
    note = _note(generation.name)
    aside = note.with_suffix(".part")
    aside.write_text(json.dumps(asdict(generation)), encoding="utf-8")
    aside.replace(note)


def rollback() -> Generation:
    """Let readers see the generation published before the current one; returns it.

    The one left is withdrawn: going back again goes further back, also after a new one was published.
    """
    settings.build_dir().mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(settings.build_dir() / "publishing", "A rollback"):
        current = served()
        if current is None:
            raise NothingPublished("Nothing was published yet. Build first: leadgen build --to DAY.")
        older = [
            one
            for one in kept()
            if one.published_at < current.published_at and not one.is_withdrawn and one.name != current.name
        ]
        if not older:
            raise NothingPublished(f"There is no generation older than {current.name} to go back to.")
        serve(older[-1].name)
        write_note(replace(current, is_withdrawn=True))
        return older[-1]


def forget_old() -> None:
    """Keep the newest generations and the one served. A reader that has another one open goes on reading it."""
    current = served()
    names = [one.name for one in kept()[-KEPT_GENERATIONS:]]
    if current:
        names.append(current.name)
    _remove_all_but(names)


def settle() -> None:
    """Bring everything back to what readers see, wherever a publisher died: notes, links and files."""
    current = served()
    if current:
        write_note(current)
        if any(not link.is_symlink() or link.readlink() != target for link, target in _links(current.name).items()):
            serve(current.name)
    _remove_all_but([one.name for one in kept()])


def _remove_all_but(names: Iterable[str]) -> None:
    keep = set(names)
    # What was in the making has a name that begins with a dot, and is kept by nobody.
    for file in settings.generations_dir().glob("*"):
        if file.name.split(".")[0] not in keep:
            file.unlink(missing_ok=True)
    for folder in settings.parquet_dir().glob("*"):
        if folder.is_dir() and not folder.is_symlink() and folder.name not in keep:
            shutil.rmtree(folder, ignore_errors=True)


def flush(file: Path) -> None:
    """Wait until the file, or the names in the folder, are on the disk."""
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _note(name: str) -> Path:
    return settings.generations_dir() / f"{name}.json"


def _read(file: Path) -> Generation | None:
    try:
        return Generation(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _published(name: str) -> Generation:
    """What the file itself says: the publisher died before it could write the note."""
    with duckdb.connect(str(warehouse_file(name)), read_only=True) as reader:
        row = reader.execute(
            "select run_id, as_of_day::varchar, published_at::varchar from marts.publication"
        ).fetchone()
    assert row is not None
    return Generation(name, *row)
