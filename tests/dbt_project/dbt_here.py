"""dbt in this process, on the project as it was read once: to load dbt and to read the project takes as long as models.

What is found of the project by ``warehouse.dbt_understood`` is the same for every folder of data.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from dbt.cli.main import dbtRunner

from warehouse import settings
from warehouse.dbt_runner import close_database, common_options, only_what_is_told
from warehouse.dbt_understood import understood
from warehouse.run import garbage_kept


@dataclass(frozen=True)
class Ran:
    """How a command of dbt ended."""

    is_success: bool
    said: str
    """What went wrong, one line for each model and test that did."""
    results: tuple[Any, ...] = ()


def dbt_here(
    command: str, *words: str, data: Path, database: Path, variables: dict[str, str], target: Path, project: Path
) -> Ran:
    """Run a command of dbt over the data folder and its build, of the name that each build's database has."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEADGEN_DATA", str(data))
        patch.setattr(settings, "DBT_PROJECT", project)
        with settings.dbt_environment(database), garbage_kept(), only_what_is_told():
            try:
                manifest, failure = understood(common_options)
                if failure:
                    return Ran(False, str(failure.exception))
                manifest.build_flat_graph()
                outcome = dbtRunner(manifest=manifest).invoke([command, *common_options(variables, target), *words])
            finally:
                close_database()
    results = tuple(getattr(outcome.result, "results", ()))
    wrong = [f"{one.node.name}: {one.message}" for one in results if str(one.status) in ("error", "fail", "skipped")]
    return Ran(bool(outcome.success), "\n".join([str(outcome.exception or ""), *wrong])[-5000:], results)
