"""What each phase did, model by model: a table of the build, published with the marts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb

from warehouse.run import BuildRun, open_build

TABLE = "steps.pipeline_steps"

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


def record_steps(run: BuildRun, phase: str, phase_number: int, steps: Sequence[PipelineStep]) -> None:
    """Write the steps of a phase; a phase that runs again replaces its own."""
    if not run.database.exists():
        return
    with open_build(run) as connection:
        connection.execute("create schema if not exists steps")
        connection.execute(
            f"""
            create table if not exists {TABLE} (
                run_id varchar, phase varchar, phase_number integer, step varchar, kind varchar,
                status varchar, seconds double, row_count bigint
            )
            """
        )
        connection.execute(f"delete from {TABLE} where phase = ?", [phase])
        connection.executemany(
            f"insert into {TABLE} values (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                [run.run_id, phase, phase_number, s.step, s.kind, s.status, round(s.seconds, 3), s.rows]
                for s in _with_rows(connection, steps)
            ],
        )


def _with_rows(connection: duckdb.DuckDBPyConnection, steps: Sequence[PipelineStep]) -> list[PipelineStep]:
    """DuckDB knows how many rows its tables have; a view is not counted, because that would run it."""
    found = connection.execute("select table_name, estimated_size from duckdb_tables()").fetchall()
    counts: dict[str, int] = dict(found)
    return [
        replace(step, rows=counts.get(step.step)) if step.kind == "model" and step.rows is None else step
        for step in steps
    ]
