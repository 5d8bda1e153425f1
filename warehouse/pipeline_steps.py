"""What each phase did, model by model: a table of the build, published with the marts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb

from warehouse.errors import ChecksNotPassed
from warehouse.run import PHASES, BuildRun, open_build

TABLE = "steps.pipeline_steps"

BUILD = "steps.build"
"""Which build it is: its id and its day."""

COMMENTS = {
    "": "What the build did. One row per phase and step: a model, a test, a check, a Python step or the phase itself.",
    "run_id": "The build.",
    "phase": "The phase of the build, in the order of phase_number.",
    "phase_number": "1 for the first phase.",
    "step": "Name of the model, test, check or Python step; the phase's own name on the row of the phase.",
    "kind": "model, test, exposure, check, python or phase.",
    "status": "success or pass; warn and warning are found but stop nothing; fail and error stopped the build.",
    "seconds": "How long it took.",
    "row_count": "Rows of the table that the step made; null where it made none.",
}


@dataclass(frozen=True)
class PipelineStep:
    """One thing that a phase did."""

    phase: str
    step: str
    kind: str
    status: str
    seconds: float
    rows: int | None = None
    table: str = ""
    """Schema and name of the table that a model made."""


def begin_steps(run: BuildRun) -> None:
    """Make the tables in which a build says what it is and what it did."""
    with open_build(run) as connection:
        connection.execute(
            f"""
            create schema if not exists steps;
            create or replace table {BUILD} (run_id varchar, as_of_day date);
            create or replace table {TABLE} (
                run_id varchar, phase varchar, phase_number integer, step varchar, kind varchar,
                status varchar, seconds double, row_count bigint
            )
            """
        )
        connection.execute(f"insert into {BUILD} values (?, ?)", [run.run_id, run.as_of_day])


def begin_phase(run: BuildRun, phase: str) -> None:
    """What this phase and those after it did before counts no more: they stand on what it makes now."""
    with open_build(run) as connection:
        connection.execute(f"delete from {TABLE} where phase_number >= ?", [PHASES.index(phase) + 1])


def record_steps(run: BuildRun, phase: str, steps: Sequence[PipelineStep]) -> None:
    """Write the steps of a phase; a phase that runs again replaces its own."""
    if not run.database.exists():
        return
    with open_build(run) as connection:
        connection.execute(f"delete from {TABLE} where phase = ?", [phase])
        rows = _with_rows(connection, steps)
        # In one statement: hundreds of them take as long as a model.
        connection.execute(
            f"""
            insert into {TABLE}
            select ?, ?, ?, unnest(?::varchar[]), unnest(?::varchar[]), unnest(?::varchar[]), unnest(?::double[]),
                unnest(?::bigint[])
            """,
            [
                run.run_id,
                phase,
                PHASES.index(phase) + 1,
                [one.step for one in rows],
                [one.kind for one in rows],
                [one.status for one in rows],
                [round(one.seconds, 3) for one in rows],
                [one.rows for one in rows],
            ],
        )


def refuse_unpassed(run: BuildRun) -> None:
    """Only a build that passed every phase, in order and to the day that is asked for, may be published."""
    with open_build(run, read_only=True) as connection:
        try:
            (day,) = connection.execute(f"select as_of_day from {BUILD} where run_id = ?", [run.run_id]).fetchone() or (
                None,
            )
            passed = connection.execute(
                f"select phase from {TABLE} where kind = 'phase' and status = 'success' and run_id = ?", [run.run_id]
            ).fetchall()
        except duckdb.CatalogException:
            day, passed = None, []
    missing = [phase for phase in PHASES[1:-1] if (phase,) not in passed]
    if missing:
        raise ChecksNotPassed(
            f"The build {run.run_id} has not passed {', '.join(missing)}, so nobody knows whether its numbers hold. "
            f"Build again, which checks before it publishes: leadgen build --to {run.as_of_day}."
        )
    if day != run.as_of_day:
        raise ChecksNotPassed(f"The build {run.run_id} was made to {day}, not to {run.as_of_day}. Say: --to {day}.")


def _with_rows(connection: duckdb.DuckDBPyConnection, steps: Sequence[PipelineStep]) -> list[PipelineStep]:
    """DuckDB knows how many rows its tables have; a view is not counted, because that would run it."""
    found = connection.execute(
        "select schema_name || '.' || table_name, estimated_size from duckdb_tables()"
    ).fetchall()
    counts: dict[str, int] = dict(found)
    return [
        replace(step, rows=counts.get(step.table)) if step.kind == "model" and step.rows is None else step
        for step in steps
    ]
