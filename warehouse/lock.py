"""One build at a time: a lock that dies with its process, and a note that says who holds it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from warehouse import settings
from warehouse.errors import BuildBusy, DiskRefused, NothingLanded, one_sentence
from warehouse.run import BuildRun


@contextmanager
def locked(folder: Path, what: str) -> Iterator[None]:
    """Hold the folder's lock, or say at once who does. A phase inside a build holds it a second time."""
    note = folder / "holder.json"
    with one_sentence(f"{what} cannot begin in {folder}"):
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "lock", is_singleton=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise BuildBusy(f"{_holder(note)} Two never mix: wait for it, then begin again.") from None
    try:
        # The note only tells others who has the lock: a full disk must not keep the lock from working.
        with suppress(DiskRefused):
            if lock.lock_counter == 1:
                _write(note, {"what": what, "process": os.getpid(), "host": socket.gethostname(), "since": _now()})
        yield
    finally:
        if lock.lock_counter == 1:
            with suppress(OSError):
                note.unlink(missing_ok=True)
        lock.release()


def claim(run: BuildRun) -> None:
    """From now on this run owns the rules and the logs; an older run finds that it was overtaken."""
    _write(_claim_file(), {"run_id": run.run_id, "since": _now()})


def refuse_overtaken(run: BuildRun) -> None:
    """A phase of a run that another run has overtaken must not go on: the rules are the other's."""
    owner = _read(_claim_file())
    if not owner:
        raise NothingLanded(f"The build {run.run_id} was not begun. Begin it with its phase 'prepare'.")
    if owner["run_id"] != run.run_id:
        raise BuildBusy(
            f"The build {owner['run_id']} began at {owner['since']} and has the rules and the checks now. "
            f"Begin {run.run_id} again with its phase 'prepare'."
        )


def holder_of(folder: Path) -> str | None:
    """Who holds the folder's lock now, as a sentence; None when nobody does."""
    if not (folder / "lock").exists():
        return None
    lock = FileLock(folder / "lock", is_singleton=True)
    try:
        with lock.acquire(timeout=0):
            return None
    except Timeout:
        return _holder(folder / "holder.json")


def _holder(note: Path) -> str:
    held = _read(note)
    if not held:
        return "Another process has just begun."
    return f"{held['what']} runs as process {held['process']} on {held['host']} since {held['since']}."


def _claim_file() -> Path:
    return settings.build_dir() / "claim.json"


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _write(file: Path, content: dict[str, Any]) -> None:
    aside = file.with_suffix(".part")
    with one_sentence(f"{file} cannot be written"):
        aside.write_text(json.dumps(content), encoding="utf-8")
        aside.replace(file)


def _read(file: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return content
