"""Which build it is, and the only connection to its private database."""

from __future__ import annotations

import gc
import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from warehouse import settings
from warehouse.errors import FixRules, NothingLanded

PHASES = (
    "prepare", "stage", "check_landed", "identify", "model", "check_inquiries", "attribute", "check_marts", "publish"
)  # fmt: skip
"""The phases of a build in their order."""

SAFE_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,199}", re.ASCII)


@dataclass(frozen=True)
class BuildRun:
    """One build: all it knows beside this lies on disk, so that each phase may run in its own process."""

    run_id: str
    as_of_day: date
    """The last day that the build may know."""
    to_older_day: bool = False
    """Publish although readers see a newer day: somebody asked for the older one by name."""

    def __post_init__(self) -> None:
        # The id becomes a file name.
        if not SAFE_RUN_ID.fullmatch(self.run_id):
            raise FixRules(f"The run id {self.run_id!r} must be 1 to 200 letters, digits, dashes or underscores.")

    @property
    def database(self) -> Path:
        """The private database of this build. All have one name, because what dbt keeps of the project holds it."""
        return settings.build_dir() / "runs" / self.run_id / "build.duckdb"


@contextmanager
def open_build(run: BuildRun, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build's database, closed at the end: DuckDB lets in one writer."""
    if not run.database.exists():
        raise NothingLanded(f"There is no build {run.run_id} at {run.database}. Begin it with its phase 'prepare'.")
    connection = duckdb.connect(run.database, read_only=read_only)
    try:
        connection.execute("set TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()


@contextmanager
def garbage_kept() -> Iterator[None]:
    """Look for garbage more seldom: dbt and Great Expectations make so many objects, nearly all to stay, that the
    search takes a sixth of their time."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def die_if_asked(step: str) -> None:
    """End this process as a power cut would, where a test wants to see what is left."""
    if settings.kill_at() == step:
        os.kill(os.getpid(), signal.SIGKILL)
