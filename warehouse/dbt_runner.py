"""The only door to dbt: builds folders of models in this process and says in one sentence what failed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from warehouse import settings
from warehouse.dbt_choice import CHOSEN, Wanted, choose, in_folders, is_test
from warehouse.dbt_tests import held, plain_questions
from warehouse.dbt_understood import understood
from warehouse.errors import ModelFailed
from warehouse.pipeline_steps import PipelineStep
from warehouse.run import BuildRun, garbage_kept, open_build
from warehouse.statements import keep_statements

FAILED = ("error", "fail", "runtime error")
SHOWN_FAILURES = 3
ASKED_AGAIN = "asked_again"
"""The tag of the tests that did not hold when all plain ones were asked."""


def build_models(
    run: BuildRun, phase: str, folders: Sequence[str], never_landed: Sequence[str] = ()
) -> list[PipelineStep]:
    """Build and test the models of these folders below ``models/``; raise where one does not hold.

    What only sources that ``never_landed`` anything would fill is left out.

    A test runs with the last of its models, also where those lie in folders of different phases.
    """
    return build_wanted(run, phase, in_folders(folders), never_landed)


def build_wanted(run: BuildRun, phase: str, wanted: Wanted, never_landed: Sequence[str] = ()) -> list[PipelineStep]:
    """Build and test what is wanted of the graph, as ``build_models`` does."""
    results, holding = _invoke(run, wanted, never_landed)
    steps = [
        PipelineStep(
            phase=phase,
            step=result.node.name,
            kind=str(result.node.resource_type).rpartition(".")[2],
            status=str(result.status),
            seconds=float(result.execution_time),
            table=f"{result.node.schema}.{result.node.alias}",
        )
        for result in results
    ]
    steps += [PipelineStep(phase, name, "test", "pass", seconds) for name, seconds in holding]
    keep_statements(
        run, {(one.node.schema, one.node.alias): one.node.compiled_code for one in results if _is_made(one)}
    )
    # What is not built where nothing else failed stands on an ephemeral model that did not compile.
    failed = [result for result in results if str(result.status) in FAILED] or [
        result for result in results if str(result.status) == "skipped"
    ]
    if failed:
        # A model that broke breaks what is built on it; the first in the file's order is the cause.
        failed.sort(key=lambda result: str(result.status) != "error")
        sentences = [_sentence(run, result) for result in failed[:SHOWN_FAILURES]]
        if more := len(failed) - len(sentences):
            sentences.append(f"{more} more failed; {settings.logs_dir() / 'dbt' / 'dbt.log'} lists them.")
        raise FailedSteps(" ".join(sentences), steps)
    return steps


def _is_made(result: Any) -> bool:
    return str(result.node.resource_type).rpartition(".")[2] == "model" and str(result.status) == "success"


class FailedSteps(ModelFailed):
    """A model or test failed; carries what ran, so that the run's table shows it."""

    def __init__(self, message: str, steps: list[PipelineStep]) -> None:
        super().__init__(message)
        self.steps = steps


def read_project() -> None:
    """Have dbt read the project ahead of a build, which then begins at once; does nothing where it has not changed."""
    with settings.dbt_environment(BuildRun("none", date.min).database), garbage_kept(), only_what_is_told():
        try:
            understood(common_options)
        finally:
            close_database()


def common_options(variables: dict[str, str], target: Path | None = None) -> list[str]:
    """What every command of dbt is told."""
    return [
        "--vars",
        json.dumps(variables),
        "--project-dir",
        str(settings.DBT_PROJECT),
        "--profiles-dir",
        str(settings.DBT_PROJECT),
        "--log-path",
        str(settings.logs_dir() / "dbt"),
        "--log-level",
        "none",
        # The statements themselves lie in target/; at this level the log holds no row of anybody's.
        "--log-level-file",
        "info",
        "--no-use-colors",
        "--threads",
        "2",
        "--target-path",
        str(target or settings.logs_dir() / "dbt" / "target"),
    ]


def _invoke(run: BuildRun, wanted: Wanted, never_landed: Sequence[str]) -> tuple[list[Any], list[tuple[str, float]]]:
    """What dbt says of each model and test, and the tests that hold without its help, with their seconds.

    The plain tests are asked when all models are there. Where one does not hold, dbt asks it again: its word counts.
    """
    options = common_options({"as_of_day": run.as_of_day.isoformat(), "run_id": run.run_id})
    with settings.dbt_environment(run.database), garbage_kept(), only_what_is_told():
        try:
            manifest, failure = understood(common_options)
            if failure:
                raise _not_read(failure)
            choose(manifest, wanted, never_landed)
            chosen = [name for name, node in manifest.nodes.items() if CHOSEN in node.tags and is_test(node)]
            questions = plain_questions(manifest.nodes, chosen)
            aside = {name: manifest.nodes[name] for asked in questions for name in asked.tests()}
            for name in aside:
                del manifest.nodes[name]
            results = _built(manifest, CHOSEN, options)
            holding = {one.test: one.seconds for one in held(_connection(), questions)}
            failed = {result.node.unique_id for result in results if str(result.status) in (*FAILED, "skipped")}
            again = [name for name, test in aside.items() if name not in holding and test.attached_node not in failed]
            if again:
                for name in again:
                    manifest.nodes[name] = aside[name]
                    aside[name].tags.append(ASKED_AGAIN)
                results += _built(manifest, ASKED_AGAIN, options)
        finally:
            close_database()
    return results, [(aside[name].name, seconds) for name, seconds in holding.items()]


def _built(manifest: Any, tag: str, options: Sequence[str]) -> list[Any]:
    """Have dbt build and test what carries the tag."""
    # Loading dbt takes seconds, and most commands need none of it.
    from dbt.cli.main import dbtRunner

    # What macros ask of the graph; dbt itself makes it only where it reads the files.
    manifest.build_flat_graph()
    what = ["--no-write-json", "--select", f"tag:{tag}", "--indirect-selection", "empty"]
    outcome = dbtRunner(manifest=manifest).invoke(["build", *options, *what])
    if outcome.result is None or not hasattr(outcome.result, "results"):
        raise _not_read(outcome)
    return list(outcome.result.results)


def _not_read(outcome: Any) -> ModelFailed:
    return ModelFailed(f"dbt could not read the project: {_without_values(str(outcome.exception))}")


def _connection() -> Any:
    """The build's database with all that dbt gave it: views call functions of ours."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    return DuckDBConnectionManager.env().handle().cursor()


@contextmanager
def only_what_is_told() -> Iterator[None]:
    """Let dbt make no message of what its log does not hold: it writes dozens for each model, and then drops them."""
    from dbt_common.events import event_manager_client
    from dbt_common.events.base_types import BaseEvent, EventLevel
    from dbt_common.events.event_manager import EventManager

    class OnlyTold(EventManager):
        def fire_event(self, e: BaseEvent, level: EventLevel | None = None, *more: Any, **named: Any) -> None:
            if (level or e.level_tag()) not in (EventLevel.TEST, EventLevel.DEBUG):
                super().fire_event(e, level, *more, **named)

    before = event_manager_client.get_event_manager()
    event_manager_client.ctx_set_event_manager(OnlyTold())
    try:
        yield
    finally:
        event_manager_client.ctx_set_event_manager(before)


def close_database() -> None:
    """dbt-duckdb keeps the file open for its process; the steps between the phases must open it too."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    if DuckDBConnectionManager._ENV is not None:
        DuckDBConnectionManager._ENV.close()
        DuckDBConnectionManager.close_all_connections()


def _sentence(run: BuildRun, result: Any) -> str:
    node = result.node
    kind = str(node.resource_type).rpartition(".")[2]
    if kind == "test" and str(result.status) == "fail":
        rows = f"{result.failures:,} rows" if result.failures != 1 else "1 row"
        return f"The test {node.name} found {rows} that must not be{_keep_failing_rows(run, node)}."
    return f"The {kind} {node.name} could not be built: {_without_values(str(result.message))}"


def _keep_failing_rows(run: BuildRun, node: Any) -> str:
    """Keep what a test found as a table of the build's database; says where."""
    import duckdb

    table = f'failed_tests."{node.name[:120]}"'
    try:
        with open_build(run) as connection:
            connection.execute("create schema if not exists failed_tests")
            connection.execute(f"create or replace table {table} as {node.compiled_code}")
    except duckdb.Error:
        return ""
    return f"; they are in {table} of {run.database}"


def _without_values(message: str) -> str:
    """The first lines of a database's message. It quotes values in single quotes, and a value may be a person's."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    # dbt's own first line only repeats which model it was.
    told = [line for line in lines if not line.startswith(("Runtime Error in", "Database Error in"))]
    text = " ".join(told[:2]) or "no reason was given"
    text = re.sub(r"'[^']*'", "'…'", text)
    return re.sub(r"\S+@\S+|\+?\d[\d ()/-]{6,}\d", "…", text)[:400]
