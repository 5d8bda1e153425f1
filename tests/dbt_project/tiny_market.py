"""A landing zone of a few records, written by the extractors' own writer, and the dbt project built on it."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extractors.landing.contracts import write_contracts
from extractors.landing.writer import LandingWriter
from extractors.model import Account, Row, Window
from extractors.sources import SOURCES
from warehouse import settings
from warehouse.dbt_choice import Wanted, with_all_before
from warehouse.dbt_runner import build_wanted
from warehouse.errors import ModelFailed
from warehouse.run import BuildRun
from warehouse.steps.dbt_functions import add_functions

PROJECT = Path(__file__).parents[2] / "dbt_project"
STAGED = ("staging", "shapes", "intermediate/spend", "intermediate/landing")
"""The folders of models that the phase ``stage`` builds."""
LANDED_AT = datetime(2026, 4, 1, 3, tzinfo=UTC)
RUN = BuildRun("tiny", date(2026, 3, 31))


class TinyMarket:
    """One data folder. Nothing in it is shared with another test."""

    def __init__(self, folder: Path, project: Path = PROJECT) -> None:
        self.folder = folder
        self.project = project
        # Where a step in Python looks for it.
        self.database = folder / "build" / "runs" / RUN.run_id / "build.duckdb"
        self.database.parent.mkdir(parents=True)
        write_contracts(folder / "landing", SOURCES.values())
        (folder / "build" / "landing").symlink_to(folder / "landing")
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

    def build(self, *selected: str, without_rows_too: bool = False) -> None:
        """Build these models with their tests; a failure shows what dbt said.

        ``selected`` as dbt has it: a model, ``+model`` with all before it, ``path:models/folder``, two of them with a
        comma for what is in both. What nothing was landed for is built only where asked for.
        """
        landed = {path.parts[-3] for path in (self.folder / "landing").glob("*/*/account=*")}
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("LEADGEN_DATA", str(self.folder))
            patch.setattr(settings, "DBT_PROJECT", self.project)
            try:
                build_wanted(RUN, "stage", _wanted(selected), [] if without_rows_too else [*set(SOURCES) - landed])
            except ModelFailed as failed:
                log = (self.folder / "logs" / "dbt" / "dbt.log").read_text(encoding="utf-8")
                raise AssertionError(f"{failed}\n{log[-4000:]}") from failed

    def rows(self, query: str) -> list[Mapping[str, Any]]:
        """What a query finds in the build database."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            # Views call them.
            add_functions(connection)
            found = connection.execute(query)
            names = [column[0] for column in found.description or []]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _wanted(selected: Sequence[str]) -> Wanted:
    def part(nodes: Mapping[str, Any], text: str) -> set[str]:
        if text.startswith("path:"):
            within = text.removeprefix("path:") + "/"
            return {name for name, node in nodes.items() if node.original_file_path.startswith(within)}
        named = {name for name, node in nodes.items() if node.name == text.removeprefix("+")}
        assert named, f"there is no {text}"
        return set(with_all_before(nodes, named)) if text.startswith("+") else named

    def wanted(nodes: Mapping[str, Any]) -> Collection[str]:
        found = set.union(*(set.intersection(*(part(nodes, one) for one in text.split(","))) for text in selected))
        return {name for name in found if name in nodes and nodes[name].resource_type == "model"}

    return wanted
