"""The published generations: which one readers see, which ones there are, and the way back.

A generation is a folder: the warehouse, its contact details, its snapshot and a note, which is written first and gets
a mark when readers see the generation; its Parquet files lie in a folder of the same name elsewhere. Generations have
numbers, and are in their order: a clock may be set back. What is no generation of ours is nobody's business here.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb

from warehouse import settings
from warehouse.errors import NothingPublished, OlderDay
from warehouse.lock import locked
from warehouse.run import BuildRun, die_if_asked

KEPT_GENERATIONS = 3

NOTE = "generation.json"


@dataclass(frozen=True)
class Generation:
    """A generation, as its note tells it."""

    name: str
    run_id: str
    as_of_day: str
    published_at: str
    """UTC, as the clock of that day had it."""
    is_withdrawn: bool = False
    """Somebody went back behind it; nobody goes back to it."""
    number: int = 0
    """Each generation has one more than the newest before it. Those written before there were numbers have 0."""
    was_served: bool = True
    """Readers saw it. What has no such mark was never seen by anybody."""

    @property
    def warehouse(self) -> Path:
        """The file that readers open."""
        return files_of(self.name).warehouse

    @property
    def order(self) -> tuple[int, str]:
        """Sorts generations from the oldest to the newest."""
        return self.number, self.published_at


@dataclass(frozen=True)
class Files:
    """Where the parts of a generation lie. BI tools show the name of the file as that of the database."""

    warehouse: Path
    private: Path
    snapshot: Path
    note: Path


def files_of(name: str) -> Files:
    """The parts of a generation; those written before generations had folders lie side by side."""
    folder = settings.generations_dir()
    if (folder / f"{name}.duckdb").is_file() and not (folder / name).is_dir():
        return Files(
            folder / f"{name}.duckdb",
            folder / f"{name}.private.duckdb",
            folder / f"{name}.snapshot.parquet",
            folder / f"{name}.json",
        )
    return files_in(folder / name)


def files_in(folder: Path) -> Files:
    """The parts of the generation in this folder."""
    return Files(
        folder / settings.warehouse_link().name,
        folder / settings.private_link().name,
        folder / "snapshot.parquet",
        folder / NOTE,
    )


def making_folder(name: str) -> Path:
    """Where a generation is made, or taken apart; no reader knows it."""
    return settings.generations_dir() / f".{name}.part"


def parquet_folder(name: str) -> Path:
    """The published tables of a generation as Parquet."""
    return settings.parquet_dir() / name


def begin(run_id: str, as_of_day: str, published_at: str) -> Generation:
    """Begin a generation: its number, its folder and its note."""
    made = Generation(_free_name(run_id), run_id, as_of_day, published_at, number=_next_number(), was_served=False)
    folder = making_folder(made.name)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _write(files_in(folder).note, made)
    return made


def _free_name(run_id: str) -> str:
    """The run's id, or where a run is published again, its id and a number.

    A name is never used twice: under the old name readers may have the old file open, and DuckDB would go on
    showing it to them.
    """
    name, number = run_id, 1
    folder = settings.generations_dir()
    while any(place.exists() for place in (folder / name, folder / f"{name}.duckdb", parquet_folder(name))):
        number += 1
        name = f"{run_id}-{number}"
    return name


def serve(name: str) -> None:
    """Turn the links to this generation, the one that most readers use last.

    All are made beside the old ones first: on a full disk none is turned. A copy in the place of a link makes room.
    """
    beside = {}
    for link, target in _links(name).items():
        beside[link] = link.with_name(f".{link.name}.new")
        beside[link].unlink(missing_ok=True)
        beside[link].symlink_to(target)
    for link, new in beside.items():
        if link == settings.warehouse_link():
            die_if_asked("flip_warehouse")
        if link.is_dir() and not link.is_symlink():
            aside = link.with_name(f".{link.name}.part")
            shutil.rmtree(aside, ignore_errors=True)
            link.replace(aside)
            shutil.rmtree(aside, ignore_errors=True)
        new.replace(link)
        flush(link.parent)


def _links(name: str) -> dict[Path, Path]:
    """Every link, and where it must lead for this generation. Relative, so that the folder may be moved."""
    files = files_of(name)
    return {
        settings.private_link(): files.private.relative_to(settings.data_dir()),
        settings.parquet_dir() / "current": Path(name),
        settings.warehouse_link(): files.warehouse.relative_to(settings.data_dir()),
    }


def served() -> Generation | None:
    """The generation that readers see; None before the first."""
    link = settings.warehouse_link()
    if not link.exists():
        return None
    if not link.is_symlink():
        return _copied(link)
    target = link.readlink()
    name = target.parent.name if target.name == link.name else target.name.removesuffix(".duckdb")
    # Where its note is lost, it is the newest: that is what readers see.
    return _read(files_of(name).note) or replace(_published(name), number=_next_number())


def refuse_older(run: BuildRun) -> None:
    """A build that knows less than readers see is not for them, unless somebody asked for it by name."""
    current = served()
    if current and not run.to_older_day and run.as_of_day.isoformat() < current.as_of_day:
        raise OlderDay(
            f"Readers see the warehouse as of {current.as_of_day}, and the build {run.run_id} knows no day after "
            f"{run.as_of_day}: it would take the days since then from them. What was read again of older days is in "
            f"any build: leadgen build --to {current.as_of_day}. Say --to-older-day if the older day itself is wanted."
        )


def kept() -> list[Generation]:
    """The generations that readers saw and that can still be opened, oldest first."""
    return sorted((one for one in _noted() if one.was_served and one.warehouse.exists()), key=lambda one: one.order)


def write_note(generation: Generation) -> None:
    """Remember that readers saw it."""
    _write(files_of(generation.name).note, replace(generation, was_served=True))


def rollback() -> Generation:
    """Let readers see the generation published before the current one; returns it.

    The one left is withdrawn: going back again goes further back, also after a new one was published.
    """
    settings.build_dir().mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(settings.build_dir() / "publishing", "A rollback"):
        current = served()
        # Where the link is lost, all that readers saw can be gone back to.
        older = [
            one
            for one in kept()
            if not one.is_withdrawn and (current is None or (one.order < current.order and one.name != current.name))
        ]
        if not older:
            if current is None:
                raise NothingPublished("Nothing was published yet. Build first: leadgen build --to DAY.")
            raise NothingPublished(f"There is no generation older than {current.name} to go back to.")
        serve(older[-1].name)
        if current:
            write_note(replace(current, is_withdrawn=True))
        return older[-1]


def forget_old() -> None:
    """Keep the newest generations and the one served. A reader that has another one open goes on reading it."""
    current = served()
    names = [one.name for one in kept()[-KEPT_GENERATIONS:]]
    if current:
        names.append(current.name)
    _remove(one.name for one in kept() if one.name not in names)


def forget_all_but_served() -> list[str]:
    """Keep the generation that readers see and no other, returned or not; returns the names of those that went."""
    settings.build_dir().mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(settings.build_dir() / "publishing", "An erasure"):
        current = served()
        remove_begun()
        gone = [one.name for one in _noted() if not (current and one.name == current.name)]
        _remove(gone)
        return gone


def settle() -> None:
    """Bring everything back to what readers see, wherever a publisher died: files, then notes and links.

    Files first: on a full disk nothing can be written before they are gone.
    """
    remove_begun()
    current = served()
    if current:
        if _read(files_of(current.name).note) != replace(current, was_served=True):
            write_note(current)
        if any(not link.is_symlink() or link.readlink() != target for link, target in _links(current.name).items()):
            serve(current.name)


def remove_begun() -> None:
    """Remove what a publisher made that no reader ever saw, and what one was taking apart."""
    current = served()
    _remove(one.name for one in _noted() if not one.was_served and not (current and current.name == one.name))
    for folder in (settings.generations_dir(), settings.parquet_dir()):
        for begun in folder.glob(".*.part*"):
            name = begun.name.removeprefix(".").removesuffix(".part")
            if begun.is_dir() and not begun.is_symlink():
                shutil.rmtree(begun, ignore_errors=True)
                # Its Parquet files were whole before it was.
                if not files_of(name).warehouse.exists():
                    shutil.rmtree(parquet_folder(name), ignore_errors=True)
            else:
                begun.unlink(missing_ok=True)


def bytes_of(name: str) -> int:
    """The room that a generation takes."""
    files = files_of(name)
    parts = (files.warehouse, files.private, files.snapshot, *parquet_folder(name).glob("*.parquet"))
    return sum(part.stat().st_size for part in parts if part.exists())


def _remove(names: Iterable[str]) -> None:
    for name in list(names):
        files = files_of(name)
        if files.note.name == NOTE:
            # Taken apart under a name that says so: a process that is killed here leaves nothing to guess about.
            shutil.rmtree(making_folder(name), ignore_errors=True)
            with suppress(OSError):
                files.note.parent.replace(making_folder(name))
            shutil.rmtree(making_folder(name), ignore_errors=True)
        else:
            for file in (files.warehouse, files.private, files.snapshot, files.note):
                file.unlink(missing_ok=True)
        shutil.rmtree(parquet_folder(name), ignore_errors=True)


def flush(file: Path) -> None:
    """Wait until the file, or the names in the folder, are on the disk."""
    handle = os.open(file, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _noted() -> Iterator[Generation]:
    """Every generation that has a note under its own name: a copy of one that a person made has another's."""
    for note in settings.generations_dir().glob("*.json"):
        if (found := _read(note)) and found.name == note.name.removesuffix(".json"):
            yield found
    for note in settings.generations_dir().glob(f"*/{NOTE}"):
        folder = note.parent
        if folder.name.startswith(".") or folder.is_symlink():
            continue
        found = _read(note) or _published(folder.name)
        if found.name == folder.name:
            yield found


def _next_number() -> int:
    return 1 + max((one.number for one in _noted()), default=0)


def _write(note: Path, generation: Generation) -> None:
    aside = note.with_suffix(".part")
    aside.write_text(json.dumps(asdict(generation)), encoding="utf-8")
    flush(aside)
    aside.replace(note)
    flush(note.parent)


def _read(file: Path) -> Generation | None:
    try:
        return Generation(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _published(name: str) -> Generation:
    """What the file itself says, where its note is lost; where the file cannot be read either, its name alone."""
    found = _publication(files_of(name).warehouse)
    return Generation(name, *found) if found else Generation(name, name, "", "")


def _copied(file: Path) -> Generation | None:
    """The generation that a file in the place of the link was copied from, by a tool that follows links."""
    found = _publication(file)
    if found is None:
        return None
    run_id, _, published_at = found
    return next((one for one in kept() if one.run_id == run_id and _same_moment(one.published_at, published_at)), None)


def _same_moment(one: str, other: str) -> bool:
    try:
        return datetime.fromisoformat(one) == datetime.fromisoformat(other)
    except ValueError:
        return False


def _publication(file: Path) -> tuple[str, str, str] | None:
    try:
        with duckdb.connect(str(file), read_only=True) as reader:
            return reader.execute(
                "select run_id, as_of_day::varchar, published_at::varchar from marts.publication"
            ).fetchone()
    except duckdb.Error:
        return None
