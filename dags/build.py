"""What the tasks of ``build_warehouse`` do: decide whether to build, name the build, and run one phase of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from airflow.sdk.exceptions import AirflowRescheduleException, AirflowSkipException

from dags import nights, telling
from dags.schedule import LATE_LANDINGS_WAIT, accounts_by_source, night_due
from extractors.landing.contracts import write_contracts
from extractors.settings import landing_dir
from extractors.sources import SOURCES
from warehouse import build
from warehouse.build import BuildRun
from warehouse.publish import although_published, generations


def prepare_for_run(context: Mapping[str, Any]) -> dict[str, Any]:
    """Begin the build of this run, where there is anything to build; what is returned names it to the other phases."""
    run, params = context["dag_run"], context["params"]
    done = {night: nights.closings(night) for night in _nights_of(context)}
    # Whoever starts a build by hand wants one.
    if run.run_type != "manual":
        _go_on_only_if_due(done, run, datetime.now(UTC))
    as_of_day = _as_of_day(params, run.run_after)
    # A source that was never read has its empty tables, so that the build can go on without it.
    write_contracts(landing_dir(), SOURCES.values())
    # The run's own id, so that a cleared run builds the same file again.
    run_id = re.sub(r"[^0-9A-Za-z]+", "-", f"{as_of_day}-{run.run_id}").strip("-")
    named = {
        "run_id": run_id,
        "as_of_day": as_of_day.isoformat(),
        "to_older_day": bool(params.get("to_older_day")),
        "closings": {night.isoformat(): closings for night, closings in done.items() if night <= as_of_day},
    }
    build.prepare(_named(named))
    return named


def run_phase_of(phase: str, named: Mapping[str, Any], context: Mapping[str, Any]) -> None:
    """Run one phase of the build that ``prepare_for_run`` named; after the last one, tell what the night lacks."""
    run = _named(named)
    getattr(build, phase)(run)
    if phase == "publish":
        # Without the note one more build may follow, which changes nothing.
        with although_published(run, "the night has no note of it"):
            for night, closings in named["closings"].items():
                nights.note_built(date.fromisoformat(night), closings)
        with although_published(run, "nobody was told what it lacks"):
            telling.tell_published(night_due(context["dag_run"].run_after), named["as_of_day"], context["ti"].log_url)


def _named(named: Mapping[str, Any]) -> BuildRun:
    return BuildRun(named["run_id"], date.fromisoformat(named["as_of_day"]), named["to_older_day"])


def _nights_of(context: Mapping[str, Any]) -> list[date]:
    """The newest night that is due, and those that were announced."""
    announced = (
        date.fromisoformat(event.extra["night"])
        for events in (context.get("triggering_asset_events") or {}).values()
        for event in events
        if "night" in event.extra
    )
    return sorted({night_due(context["dag_run"].run_after), *announced})


def _go_on_only_if_due(done: Mapping[date, nights.Closings], run: Any, now: datetime) -> None:
    """Skip where readers see all that is landed; wait a little where a source came late and another may still come."""
    listed = accounts_by_source()
    if not listed:
        raise AirflowSkipException("accounts.yml lists no account, so there is nothing to build.")
    newest = max(done)
    is_complete = nights.is_complete(done[newest], listed)
    was_announced = run.run_type == "asset_triggered"
    if all(nights.built(night) == closings for night, closings in done.items()) and (is_complete or was_announced):
        raise AirflowSkipException(f"The night of {newest} was built, and no source was done since.")
    wait = run.run_after + LATE_LANDINGS_WAIT
    if was_announced and not is_complete and now < wait:
        raise AirflowRescheduleException(wait)  # type: ignore[no-untyped-call]


def _as_of_day(params: Mapping[str, Any], run_after: datetime) -> date:
    """The day asked for; else the newest night that is due or published: what was read again is not what day it is."""
    if asked := params.get("as_of_day"):
        return date.fromisoformat(asked)
    published = generations.served()
    shown = [date.fromisoformat(published.as_of_day)] if published and published.as_of_day else []
    return max([night_due(run_after), *shown])
