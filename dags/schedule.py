"""When the runs start, for which sources, and which days a run is about: the run's own, never the clock's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pendulum
from airflow.sdk import Param
from airflow.sdk.configuration import conf

from extractors.errors import FixSettings
from extractors.model import Source, Window
from extractors.settings import load_accounts
from extractors.sources import SOURCES

TIME_ZONE = conf.get("core", "default_timezone")
"""Airflow's own ``core.default_timezone``: choose the zone of the westernmost brand, so that the day
which a run is about is over for every brand when the run starts."""

NIGHTLY = "15 3 * * *"
"""Extraction starts at 03:15: after the hour that the clocks skip or repeat."""

BUILD_AT_THE_LATEST = "15 6 * * *"
"""The warehouse is built at this hour even when a source has not come."""

BUILD_POOL = "duckdb_build"
"""The pool of the build's tasks, of one slot: DuckDB has one writer."""

FIRST_NIGHT = datetime(2026, 1, 1, tzinfo=UTC)
"""Before any run. Nights that were missed are not caught up by themselves: ask for their days."""


def a_day(description: str) -> Param:
    """A param that takes a day as YYYY-MM-DD, or nothing."""
    return Param(None, type=["null", "string"], format="date", description=description)


def listed_sources() -> list[Source]:
    """The sources that ``accounts.yml`` names: those whose landings the build waits for.

    All of them while that file cannot be read or is empty; the extract DAGs then say what is wrong with it.
    """
    try:
        listed = {account.source for account in load_accounts(SOURCES)}
    except FixSettings:
        listed = set()
    return [source for source in SOURCES.values() if source.name in listed] or list(SOURCES.values())


def day_of_run(data_interval_start: datetime | None) -> date:
    """The day that the run is about: the one its data interval starts in, where the schedule lives."""
    if data_interval_start is None:
        raise FixSettings("This run has no data interval, so it is about no day. Fill in its days.")
    there = data_interval_start.astimezone(pendulum.timezone(TIME_ZONE))
    return date(there.year, there.month, there.day)


def window_of_run(params: Mapping[str, Any], data_interval_start: datetime | None, restated_days: int) -> Window:
    """The days to read: those asked for, else the run's day and the days the vendor still corrects."""
    first_day, last_day = params.get("first_day"), params.get("last_day")
    if first_day and last_day:
        try:
            return Window(date.fromisoformat(first_day), date.fromisoformat(last_day))
        except ValueError as wrong:
            raise FixSettings(f"The days asked for cannot be read: {wrong}.") from None
    if first_day or last_day:
        raise FixSettings("Only one of first_day and last_day is filled in. Fill in both, or neither.")
    day = day_of_run(data_interval_start)
    return Window(day - timedelta(days=restated_days), day)
