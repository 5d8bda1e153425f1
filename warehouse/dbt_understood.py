"""The dbt project as dbt understands it: read once for all data folders, and again where one of its files changed.

dbt itself reads all files anew when a variable or the place of the data changes, which takes as long as a small build.
Here it reads them for no day and no place; each phase takes a copy and says where its data lies.
"""

from __future__ import annotations

import copy
import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
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
    recipe = _recipe()
    if recipe not in _in_memory:
        packed, failure = _packed(recipe, options)
        if failure:
            return None, failure
        from dbt.contracts.graph.manifest import Manifest
        from dbt.parser.manifest import extended_mashumuro_decoder

        _in_memory.clear()
        _in_memory[recipe] = Manifest.from_msgpack(packed, decoder=extended_mashumuro_decoder)
    manifest = _copied(_in_memory[recipe])
    _put_in_place(manifest)
    return manifest, None


_in_memory: dict[str, Any] = {}
"""By its recipe, the project as it was unpacked last, which nobody changes: unpacking takes half a second."""


def _copied(manifest: Any) -> Any:
    """A copy to be worked on: all that a phase changes of it is its own."""
    return replace(
        manifest,
        nodes={name: _node(node) for name, node in manifest.nodes.items()},
        sources={name: copy.deepcopy(source) for name, source in manifest.sources.items()},
        **{
            name: dict(kept)
            for name, kept in vars(manifest).items()
            if isinstance(kept, MutableMapping) and name not in ("nodes", "sources") and not name.startswith("_")
        },
        # What looks up nodes by their names finds them in this copy.
        **{name: None for name in vars(manifest) if name.endswith("_lookup")},
        _macros_by_name=None,
        _macros_by_package=None,
    )


def _node(node: Any) -> Any:
    """dbt and a phase add to the lists of a node, and replace all else."""
    made = copy.copy(node)
    for name, value in vars(node).items():
        if isinstance(value, list):
            setattr(made, name, list(value))
    return made


def _packed(recipe: str, options: Callable[[dict[str, str], Path], list[str]]) -> tuple[bytes, Any]:
    """What dbt read of the project, now or before, and what went wrong where it cannot read it."""
    folder = _folder()
    kept = folder / f"understood-{recipe}.msgpack"
    try:
        return kept.read_bytes(), None
    except FileNotFoundError:
        with _alone(folder):
            if not kept.exists() and (failure := _read(folder, kept, options(NO_RUN, folder))):
                return b"", failure
            return kept.read_bytes(), None


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
