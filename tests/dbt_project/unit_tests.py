"""Runs the unit tests of models on a copy of a build, with the models that the build had no need of, empty."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

AS_OF_DAY = "2026-03-31"


class DbtStopped(Exception):
    """dbt could not begin: the project cannot be read, or a model not be made. The message is dbt's."""


class UnitTests:
    """The unit tests of a project, on a copy of a build's database: they need its tables for their types alone."""

    def __init__(self, project: Path, folder: Path, database: Path, landing: Path) -> None:
        """``project`` is the folder of dbt_project; what is written goes into ``folder``."""
        self.project = project
        self.folder = folder
        self._database = folder / "build.duckdb"
        self._landing = landing
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(database, self._database)
        self._make_what_was_left_out()

    def failed(self, models: Sequence[str] = ()) -> dict[str, str]:
        """Run those of these models, or all; returns the model of each that failed, and what dbt says of it."""
        results = self.folder / "target" / "run_results.json"
        results.unlink(missing_ok=True)
        said = self._dbt("test", "--select", *([f"{model},test_type:unit" for model in models] or ["test_type:unit"]))
        if not results.exists():
            raise DbtStopped(said)
        found = json.loads(results.read_text(encoding="utf-8"))["results"]
        if not found:
            raise DbtStopped(f"No unit test was found. {said}")
        return {
            one["unique_id"].split(".")[2]: f"{one['unique_id']}: {one['message']}"
            for one in found
            if one["status"] not in ("pass", "success")
        }

    def _make_what_was_left_out(self) -> None:
        with duckdb.connect(str(self._database), read_only=True) as database:
            made = {name for (name,) in database.execute("select table_name from information_schema.tables").fetchall()}
        missing = sorted({file.stem for file in (self.project / "models").rglob("*.sql")} - made)
        if missing:
            said = self._dbt("run", "--empty", "--select", *missing)
            if "ERROR=0" not in said:
                raise DbtStopped(said)

    def _dbt(self, command: str, *words: str) -> str:
        done = subprocess.run(
            [
                str(Path(sys.executable).with_name("dbt")), "--no-use-colors", command, *words,
                "--project-dir", str(self.project), "--profiles-dir", str(self.project),
                "--target-path", str(self.folder / "target"), "--log-path", str(self.folder / "logs"),
                "--vars", f"{{as_of_day: '{AS_OF_DAY}', run_id: unit}}",
            ],
            cwd=self.project.parent, env=self._environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.stdout[-4000:] + done.stderr[-1000:]

    def _environment(self) -> Mapping[str, str]:
        return {
            **os.environ,
            "PYTHONPATH": str(self.project.parent),
            "LEADGEN_DATA": str(self._landing.parents[1]),
            "LEADGEN_LANDING": str(self._landing),
            "LEADGEN_BUILD_DB": str(self._database),
            "DO_NOT_TRACK": "1",
        }
