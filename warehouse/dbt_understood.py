"""The dbt project as dbt understands it: read once for all data folders, and again where one of its files changed.

dbt itself reads all files anew when a variable or the place of the data changes, which takes as long as a small build.
Here it reads them for no day and no place; each phase takes a copy and says where its data lies.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from warehouse import settings
from warehouse.run import BuildRun

DATA, LANDING = "/the/data/folder", "/the/landing/zone"
"""Stand in what was read for the places of a build."""

NO_RUN = {"as_of_day": "2026-01-01", "run_id": ""}


def understood(options: Callable[[dict[str, str], Path], list[str]]) -> tuple[Any, Any]:
    """A fresh copy of the project for the data folder of now, and what went wrong where there is none.

    ``options`` are those of each command of dbt, for these variables and this folder of what dbt writes.
    """
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    folder = _folder()
    kept = folder / f"understood-{_recipe()}.msgpack"
    try:
        packed = kept.read_bytes()
    except FileNotFoundError:
        with _alone(folder):
            if not kept.exists() and (failure := _read(folder, kept, options(NO_RUN, folder))):
                return None, failure
            packed = kept.read_bytes()
    manifest = Manifest.from_msgpack(packed, decoder=extended_mashumuro_decoder)
    _put_in_place(manifest)
    return manifest, None


def _folder() -> Path:
    """Beside the project, for every data folder; with the logs where the project may not be written."""
    project = settings.DBT_PROJECT
    folder = (project / "target" if os.access(project, os.W_OK) else settings.logs_dir() / "dbt") / "understood"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _read(folder: Path, kept: Path, options: Sequence[str]) -> Any:
    """Have dbt read what changed since it last did; what went wrong, or nothing."""
    from dbt.cli.main import dbtRunner

    # The same for everybody, and nobody's key.
    places = {
        "LEADGEN_DATA": DATA,
        "LEADGEN_LANDING": LANDING,
        "LEADGEN_BUILD_DB": str(folder / BuildRun("none", date.min).database.name),
        "LEADGEN_HASH_KEY": "",
    }
    before = {name: os.environ.pop(name, None) for name in places}
    os.environ.update(places)
    try:
        outcome = dbtRunner().invoke(["parse", "--no-write-json", *options])
    finally:
        for name, value in before.items():
            del os.environ[name]
            if value is not None:
                os.environ[name] = value
    if not outcome.success:
        return outcome
    for old in folder.glob("understood-*.msgpack"):
        old.unlink(missing_ok=True)
    part = folder / "new.msgpack"
    part.write_bytes((folder / "partial_parse.msgpack").read_bytes())
    part.replace(kept)
    return None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two that read the project at once would write over each other."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _put_in_place(manifest: Any) -> None:
    """Say where the sources lie in this data folder."""
    places = {DATA: os.environ["LEADGEN_DATA"], LANDING: os.environ["LEADGEN_LANDING"]}
    for source in manifest.sources.values():
        for said in (source.meta, source.config.meta):
            if "external_location" in said:
                for place, real in places.items():
                    said["external_location"] = said["external_location"].replace(place, real)


def _recipe() -> str:
    """Everything that decides how the project is understood: its files and dbt itself."""
    digest = hashlib.sha256(
        json.dumps([version("dbt-core"), version("dbt-duckdb"), str(settings.DBT_PROJECT)]).encode()
    )
    for kind in ("*.sql", "*.yml", "*.md"):
        for file in sorted(settings.DBT_PROJECT.rglob(kind)):
            # What dbt made of the files lies among them.
            if not file.is_relative_to(settings.DBT_PROJECT / "target"):
                digest.update(f"{file}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()[:32]
