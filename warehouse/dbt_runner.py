"""The only door to dbt: builds folders of models in this process and says in one sentence what failed."""

from __future__ import annotations

import gc
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from warehouse import settings
from warehouse.errors import ModelFailed
from warehouse.pipeline_steps import PipelineStep
from warehouse.run import BuildRun, open_build

FAILED = ("error", "fail", "runtime error")
SHOWN_FAILURES = 3
CHOSEN = "chosen_for_this_phase"
"""The tag that a phase gives to what it builds and tests."""


def build_models(run: BuildRun, phase: str, folders: Sequence[str], untested: Sequence[str] = ()) -> list[PipelineStep]:
    """Build and test the models of these folders below ``models/``; raise where one does not hold.

    The tests of ``untested`` folders are left out.

    A test runs with the last of its models, also where those lie in folders of different phases.
    """
    results = _invoke(run, folders, untested)
    steps = [
        PipelineStep(
            phase=phase,
            step=result.node.name,
            kind=str(result.node.resource_type).rpartition(".")[2],
            status=str(result.status),
            seconds=float(result.execution_time),
        )
        for result in results
    ]
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


class FailedSteps(ModelFailed):
    """A model or test failed; carries what ran, so that the run's table shows it."""

    def __init__(self, message: str, steps: list[PipelineStep]) -> None:
        super().__init__(message)
        self.steps = steps


def read_project() -> None:
    """Have dbt read the project ahead of a build, which then begins at once; does nothing where it has not changed."""
    target = _target()
    # The name of the file is part of every name in the models.
    with settings.dbt_environment(target / BuildRun("none", date.min).database.name), _garbage_kept():
        try:
            _parsed(target, _options({"as_of_day": "2026-01-01", "run_id": ""}))
        finally:
            _close_database()


def _target() -> Path:
    target = settings.logs_dir() / "dbt" / "target"
    target.mkdir(parents=True, exist_ok=True)
    return target


def _options(variables: dict[str, str]) -> list[str]:
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
        str(_target()),
    ]


def _invoke(run: BuildRun, folders: Sequence[str], untested: Sequence[str]) -> list[Any]:
    # Loading dbt takes seconds, and most commands need none of it.
    from dbt.cli.main import dbtRunner

    options = _options({"as_of_day": run.as_of_day.isoformat(), "run_id": run.run_id})
    build = [
        "build",
        *options,
        "--no-write-json",
        "--select",
        f"tag:{CHOSEN}",
        "--indirect-selection",
        "empty",
    ]
    with settings.dbt_environment(run.database), _garbage_kept():
        try:
            manifest, failure = _parsed(_target(), options)
            if not failure:
                _choose(manifest, folders, untested)
                # What macros ask of the graph; dbt itself makes it only where it reads the files.
                manifest.build_flat_graph()
            outcome = failure or dbtRunner(manifest=manifest).invoke(build)
        finally:
            _close_database()
    if outcome.result is None or not hasattr(outcome.result, "results"):
        raise ModelFailed(f"dbt could not read the project: {_without_values(str(outcome.exception))}")
    return list(outcome.result.results)


def _choose(manifest: Any, folders: Sequence[str], untested: Sequence[str]) -> None:
    """Tag the models of the folders, and each test that they are the last to be needed for; forget the rest.

    dbt's own selection by path walks through the whole graph once for every folder named, which takes it half a
    minute; and before it selects, it connects every test of the graph with every model behind it. What a phase needs
    is a small part of both. Unit tests are left out: they test the models, not the night's data, and the test suite
    runs them.
    """

    def lies_in(node: Any, names: Sequence[str]) -> bool:
        return str(node.original_file_path).startswith(tuple(f"models/{name}/" for name in names))

    nodes = manifest.nodes
    chosen = {name for name, node in nodes.items() if node.resource_type != "test" and lies_in(node, folders)}
    built, waiting = set(), list(chosen)
    while waiting:
        name = waiting.pop()
        if name not in built:
            built.add(name)
            waiting.extend(nodes[name].depends_on_nodes if name in nodes else ())
    for name, node in list(nodes.items()):
        tested = set(node.depends_on_nodes) if node.resource_type == "test" else set()
        if name in chosen or (tested & chosen and tested <= built and not lies_in(node, untested)):
            node.tags.append(CHOSEN)
        # What was staged is counted by what the graph knows of it (macros/landing.sql).
        elif name not in built and not (node.resource_type == "model" and lies_in(node, ["staging"])):
            del nodes[name]
    manifest.unit_tests.clear()
    # They name marts, which most phases do not build.
    manifest.exposures.clear()


def _parsed(target: Path, project: Sequence[str]) -> tuple[Any, Any]:
    """The project as dbt understands it, and what went wrong where it does not.

    dbt reads all files anew when a variable changes, which the day does every night: what it understood is kept as
    long as the files are the same. Each phase takes a fresh copy, because dbt writes into it.
    """
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    recipe, understood = target / "leadgen_recipe.txt", target / "partial_parse.msgpack"
    wanted = _recipe()
    if not (recipe.exists() and understood.exists() and recipe.read_text(encoding="utf-8") == wanted):
        recipe.unlink(missing_ok=True)
        outcome = dbtRunner().invoke(["parse", "--no-write-json", *project])
        if not outcome.success:
            return None, outcome
        recipe.write_text(wanted, encoding="utf-8")
    return Manifest.from_msgpack(understood.read_bytes(), decoder=extended_mashumuro_decoder), None


def _recipe() -> str:
    """Everything that decides how the project is understood: its files, dbt itself, the landing zone's place."""
    digest = hashlib.sha256(f"{version('dbt-core')} {version('dbt-duckdb')} {settings.data_dir()}".encode())
    files = [file for kind in ("*.sql", "*.yml", "*.md") for file in settings.DBT_PROJECT.rglob(kind)]
    for file in sorted(files):
        digest.update(f"{file}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


@contextmanager
def _garbage_kept() -> Iterator[None]:
    """Look for garbage more seldom: dbt makes so many objects, nearly all to stay, that the search takes a sixth."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _close_database() -> None:
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
