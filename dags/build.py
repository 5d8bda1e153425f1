"""What the tasks of ``build_warehouse`` do: name the build, and run one phase of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from dags.schedule import day_of_run
from extractors.landing.contracts import write_contracts
from extractors.settings import landing_dir
from extractors.sources import SOURCES
from warehouse import build
from warehouse.build import BuildRun


def prepare_for_run(context: Mapping[str, Any]) -> dict[str, str]:
    """Begin the build of this run; what is returned names it to the phases that follow."""
    as_of_day = _as_of_day(context)
    # A source that was never read has its empty tables, so that the build can go on without it.
    write_contracts(landing_dir(), SOURCES.values())
    # The run's own id, so that a cleared run builds the same file again.
    run_id = re.sub(r"[^0-9A-Za-z]+", "-", f"{as_of_day}-{context['dag_run'].run_id}").strip("-")
    build.prepare(BuildRun(run_id=run_id, as_of_day=as_of_day))
    return {"run_id": run_id, "as_of_day": as_of_day.isoformat()}


def run_phase_of(phase: str, named: Mapping[str, str]) -> None:
    """Run one phase of the build that ``prepare_for_run`` named."""
    run = BuildRun(run_id=named["run_id"], as_of_day=date.fromisoformat(named["as_of_day"]))
    getattr(build, phase)(run)


def _as_of_day(context: Mapping[str, Any]) -> date:
    """The day asked for; else the newest day that the sources announced; else the run's own."""
    if asked := context["params"].get("as_of_day"):
        return date.fromisoformat(asked)
    announced = [
        date.fromisoformat(event.extra["last_day"])
        for events in (context.get("triggering_asset_events") or {}).values()
        for event in events
        if "last_day" in event.extra
    ]
    return max(announced) if announced else day_of_run(context.get("data_interval_start"))
