"""Runs the examples of models on empty tables, without any build: ``python -m tests.dbt_project.unit_tests MODEL``."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from extractors.landing.contracts import write_contracts
from extractors.sources import SOURCES
from tests.dbt_project.credited_market import STEPS
from tests.dbt_project.dbt_here import Ran, dbt_here
from tests.dbt_project.two_brands import add_second_brands

ROOT = Path(__file__).parents[2]
AS_OF_DAY = "2026-03-31"


class DbtStopped(Exception):
    """dbt could not begin: the project cannot be read, or a model not be made. The message is dbt's."""


class UnitTests:
    """The unit tests of a project, on a database of empty tables: they need their types alone."""

    def __init__(self, project: Path, folder: Path, models: Sequence[str] = ()) -> None:
        """``project`` is the folder of dbt_project; what is written goes into ``folder``.

        The tables are those that these ``models`` stand on, or all.
        """
        self.project = project
        self.folder = folder
        self._database = folder / "build.duckdb"
        self._landing = folder / "build" / "landing"
        self._begin_with_nothing()
        made = self._make([f"+{model}" for model in models])
        # One model counts the rows of others that are no parents of it: it is made when they are there.
        if left := [one.node.name for one in made.results if str(one.status) in ("error", "skipped")]:
            made = self._make(left)
        if not made.is_success:
            raise DbtStopped(made.said)

    def failed(self, models: Sequence[str] = ()) -> dict[str, str]:
        """Run those of these models, or all; returns the model of each that failed, and what dbt says of it."""
        ran = self._dbt("test", "--select", *([f"{model},test_type:unit" for model in models] or ["test_type:unit"]))
        if not ran.results:
            raise DbtStopped(f"No unit test was found. {ran.said}")
        return {
            one.node.unique_id.split(".")[2]: f"{one.node.unique_id}: {one.message}"
            for one in ran.results
            if str(one.status) not in ("pass", "success")
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

    def _make(self, models: Sequence[str]) -> Ran:
        return self._dbt("run", "--empty", *(["--select", *models] if models else []))

    def _dbt(self, command: str, *words: str) -> Ran:
        return dbt_here(
            command, *words,
            data=self.folder, database=self._database, variables={"as_of_day": AS_OF_DAY, "run_id": "unit"},
            target=self.folder / "target", project=self.project,
        )  # fmt: skip


def main(
    models: Annotated[list[str] | None, typer.Argument(help="Only the examples of these models.")] = None,
) -> None:
    """Run the examples of models, each of them also beside another brand. Needs no build and no demo."""
    with tempfile.TemporaryDirectory(prefix="examples-") as folder:
        project = Path(shutil.copytree(ROOT / "dbt_project", Path(folder) / "dbt_project"))
        add_second_brands(project)
        failed = UnitTests(project, Path(folder) / "units", models or ()).failed(models or ())
    for said in failed.values():
        print(said)
    raise typer.Exit(bool(failed))


if __name__ == "__main__":
    typer.run(main)
