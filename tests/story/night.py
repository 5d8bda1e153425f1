"""A small invented market, served over HTTP, and the commands that a person runs to read it and to build from it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from sandbox.config import connections, write_config
from tests.sandbox.serving import Server

ROOT = Path(__file__).parents[2]
HASH_KEY = "a key of this test's own"
FIRST_DAY, LAST_DAY = "2026-01-01", "2026-03-31"


@dataclass
class Night:
    """The folders of a run, and what a shell would know: where the config is, where the data, how to connect."""

    folder: Path
    market: Path
    server: Server
    days: tuple[str, str] = (FIRST_DAY, LAST_DAY)
    all_sources: bool = False
    environment: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        write_config(self.market, self.folder / "config", all_sources=self.all_sources)
        self.environment = {
            **os.environ,
            **connections(self.server.url, self.market),
            "LEADGEN_CONFIG": str(self.folder / "config"),
            "LEADGEN_DATA": str(self.data),
            "LEADGEN_HASH_KEY": HASH_KEY,
            "DO_NOT_TRACK": "1",
        }

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def python(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """``python -m ...`` as a person would type it."""
        return subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def pull(self, **environment: str) -> subprocess.CompletedProcess[str]:
        """Read every source for the market's days."""
        return self.python("extractors", "pull", "--from", self.days[0], "--to", self.days[1], **environment)

    def build(self) -> subprocess.CompletedProcess[str]:
        """Build, check and publish."""
        return self.python("warehouse", "build", "--to", self.days[1])

    def rows(self, query: str) -> list[dict[str, Any]]:
        """What a query finds in the published warehouse, with the market's own tables beside it."""
        with duckdb.connect() as reader:
            reader.execute(f"attach '{self.data / 'warehouse.duckdb'}' as published (read_only)")
            reader.execute(f"attach '{self.market / 'wire.duckdb'}' as wire (read_only)")
            reader.execute(f"attach '{self.market / 'truth.duckdb'}' as truth (read_only)")
            reader.execute("use published.marts")
            found = reader.execute(query)
            names = [column[0] for column in found.description or []]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def said(done: subprocess.CompletedProcess[str]) -> str:
    """What a command said, for a test that failed."""
    return f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
