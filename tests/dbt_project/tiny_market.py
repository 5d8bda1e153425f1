"""A landing zone of a few records, written by the extractors' own writer, and the dbt project built on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from extractors.landing.contracts import write_contracts
from extractors.landing.writer import LandingWriter
from extractors.model import Account, Row, Window
from extractors.sources import SOURCES

PROJECT = Path(__file__).parents[2] / "dbt_project"
STAGED = ("staging", "shapes", "intermediate/spend", "intermediate/landing")
"""The folders of models that the phase ``stage`` builds."""
LANDED_AT = datetime(2026, 4, 1, 3, tzinfo=UTC)


class TinyMarket:
    """One data folder. Nothing in it is shared with another test."""

    def __init__(self, folder: Path, project: Path = PROJECT) -> None:
        self.folder = folder
        self.project = project
        self.database = folder / "build" / "tiny.duckdb"
        write_contracts(folder / "landing", SOURCES.values())
        rules = folder / "build" / "rules"
        rules.mkdir(parents=True)
        for file in (project / "seeds").glob("*.csv"):
            shutil.copy(file, rules)
        self.write_rule("accounts", ["source,account,brand"])

    def write_rule(self, name: str, lines: Sequence[str]) -> None:
        """Replace a rule file."""
        (self.folder / "build" / "rules" / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def land(self, source: str, table: str, day: date, rows: list[Row], landed_at: datetime = LANDED_AT) -> None:
        """Commit one day of one table, as a pull of that day does."""
        account = Account(source=source, account="a1", connection="none", brand="nordhaus")
        declared = SOURCES[source].table(table)
        with LandingWriter(
            self.folder / "landing", source, declared, account, Window(day, day), "run", landed_at
        ) as writer:
            writer.add([{"_payload": {"row": number}, **row} for number, row in enumerate(rows)])
            writer.commit()

    def build(self, *selected: str) -> None:
        """Build these models with their tests; a failure shows what dbt said."""
        environment = {
            **os.environ,
            "LEADGEN_DATA": str(self.folder),
            "LEADGEN_LANDING": str(self.folder / "landing"),
            "LEADGEN_BUILD_DB": str(self.database),
            "DO_NOT_TRACK": "1",
        }
        command = [
            str(Path(sys.executable).with_name("dbt")), "--no-use-colors", "build", "--select", *selected,
            # The unit tests need no record of this market: test_every_unit_test_of_the_models_holds runs them all.
            "--indirect-selection", "buildable", "--exclude-resource-type", "unit_test",
            "--no-write-json", "--log-level-file", "info",
            "--project-dir", str(self.project), "--profiles-dir", str(self.project),
            "--target-path", str(self.folder / "target"), "--log-path", str(self.folder / "logs"),
            "--vars", "{as_of_day: '2026-03-31', run_id: tiny}",
        ]  # fmt: skip
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]

    def rows(self, query: str) -> list[Mapping[str, Any]]:
        """What a query finds in the build database."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            found = connection.execute(query)
            names = [column[0] for column in found.description or []]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
