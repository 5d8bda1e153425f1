"""Runs the examples of models on empty tables, without any build: ``python -m tests.dbt_project.unit_tests MODEL``."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from extractors.landing.contracts import write_contracts
from extractors.sources import SOURCES
from tests.dbt_project.credited_market import STEPS
from tests.dbt_project.two_brands import add_second_brands

ROOT = Path(__file__).parents[2]
AS_OF_DAY = "2026-03-31"
MADE_BY_DBT = "select table_name from information_schema.tables where table_schema not in ('steps', 'checks')"


class DbtStopped(Exception):
    """dbt could not begin: the project cannot be read, or a model not be made. The message is dbt's."""


class UnitTests:
    """The unit tests of a project, on a database of empty tables: they need their types alone."""

    def __init__(self, project: Path, folder: Path) -> None:
        """``project`` is the folder of dbt_project; what is written goes into ``folder``."""
        self.project = project
        self.folder = folder
        self._database = folder / "build.duckdb"
        self._landing = folder / "build" / "landing"
        self._begin_with_nothing()
        # One model counts the rows of others that are no parents of it: it is made when they are there.
        self._make(self._missing())
        if left := self._missing():
            said = self._make(left)
            if "ERROR=0" not in said:
                raise DbtStopped(said)

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

    def _begin_with_nothing(self) -> None:
        write_contracts(self._landing, SOURCES.values())
        rules = self.folder / "build" / "rules"
        rules.mkdir(parents=True)
        for file in (self.project / "seeds").glob("*.csv"):
            shutil.copy(file, rules)
        (rules / "accounts.csv").write_text("source,account,brand\n", encoding="utf-8")
        with duckdb.connect(str(self._database)) as database:
            database.execute(STEPS)

    def _missing(self) -> list[str]:
        with duckdb.connect(str(self._database), read_only=True) as database:
            # What the steps in Python make has the names of marts, too.
            made = {name for (name,) in database.execute(MADE_BY_DBT).fetchall()}
        return sorted({file.stem for file in (self.project / "models").rglob("*.sql")} - made)

    def _make(self, models: Sequence[str]) -> str:
        return self._dbt("run", "--empty", "--select", *models) if models else ""

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
            # A copy of the project alone has the steps between its models from here.
            "PYTHONPATH": os.pathsep.join([str(self.project.parent), str(ROOT)]),
            "LEADGEN_DATA": str(self.folder),
            "LEADGEN_LANDING": str(self._landing),
            "LEADGEN_BUILD_DB": str(self._database),
            "DO_NOT_TRACK": "1",
        }


def main(
    models: Annotated[list[str] | None, typer.Argument(help="Only the examples of these models.")] = None,
) -> None:
    """Run the examples of models, each of them also beside another brand. Needs no build and no demo."""
    with tempfile.TemporaryDirectory(prefix="examples-") as folder:
        project = Path(shutil.copytree(ROOT / "dbt_project", Path(folder) / "dbt_project"))
        add_second_brands(project)
        failed = UnitTests(project, Path(folder) / "units").failed(models or ())
    for said in failed.values():
        print(said)
    raise typer.Exit(bool(failed))


if __name__ == "__main__":
    typer.run(main)
