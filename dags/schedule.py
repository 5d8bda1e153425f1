"""When the runs start, for which sources, and which days a run is about: the run's own, never the clock's."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pendulum
from airflow.sdk import Asset, Param
from airflow.sdk.configuration import conf

from activations.destination_list import DESTINATIONS
from extractors.errors import FixSettings
from extractors.model import Window
from extractors.settings import config_dir, load_accounts
from extractors.sources import SOURCES
from handwritten.activations import WrongActivations, read_activations

TIME_ZONE = conf.get("core", "default_timezone")
"""Airflow's own ``core.default_timezone``: choose the zone of the westernmost brand, so that the day
which a run is about is over for every brand when the run starts."""

NIGHT_BEGINS = (3, 15)
NIGHTLY = f"{NIGHT_BEGINS[1]} {NIGHT_BEGINS[0]} * * *"
"""Extraction starts at 03:15: after the hour that the clocks skip or repeat."""

BUILD_AT_THE_LATEST = "15 6 * * *"
"""The warehouse is built at this hour even when a source has not come."""

PUBLISHED_BY = os.environ.get("LEADGEN_PUBLISHED_BY") or "08:00"
"""The hour by which the night is to be published; who is to be told hears it when it is not."""

EXPIRES_AT = "45 21 * * *"
"""What is too old is forgotten at this hour, when nobody waits for a build."""

LATE_LANDINGS_WAIT = timedelta(minutes=15)
"""So long a build for a source that came late waits for others that come late too."""

BUILD_POOL = "duckdb_build"
"""The pool of the build's tasks, of one slot: DuckDB has one writer."""

ACTIVATION_POOLS = "activate_"
"""What the pools of the ad platforms begin with: who reads a platform does not wait for who tells it."""

WAREHOUSE = Asset("warehouse")
"""Announced by each publication."""

NIGHT_LANDED = Asset("landing/night")
"""Announced when every listed source is done with the night, and again by each that comes after a build of it."""

ANY_NIGHT = "nights"
"""The alias under which a source may announce it, or not."""

FIRST_NIGHT = datetime(2026, 1, 1, tzinfo=UTC)
"""Before any run. Nights that were missed are not caught up by themselves: ask for their days."""


def a_day(description: str) -> Param:
    """A param that takes a day as YYYY-MM-DD, or nothing."""
    return Param(None, type=["null", "string"], format="date", description=description)


def accounts_by_source() -> dict[str, int]:
    """How many accounts ``accounts.yml`` lists of each source; none where there is no such file yet.

    A file that cannot be read is ``FixSettings``.
    """
    if not (config_dir() / "accounts.yml").exists():
        return {}
    return dict(Counter(account.source for account in load_accounts(SOURCES)))


def activation_pool(destination: str) -> str:
    """The pool of the tasks that tell an ad platform."""
    return f"{ACTIVATION_POOLS}{destination}"


def destinations_told() -> list[str]:
    """The ad platforms that ``activations.yml`` lists; all of them where it cannot be read, so that a task says why."""
    try:
        return sorted({told.destination for told in read_activations(config_dir(), DESTINATIONS)})
    except WrongActivations:
        return sorted(DESTINATIONS)


def night_due(moment: datetime) -> date:
    """The newest night whose extraction had begun at that moment: it is named by the day that it is about."""
    there = moment.astimezone(pendulum.timezone(TIME_ZONE))
    has_begun = (there.hour, there.minute) >= NIGHT_BEGINS
    return date(there.year, there.month, there.day) - timedelta(days=1 if has_begun else 2)


def own_night(context: Mapping[str, Any]) -> date | None:
    """The night of a run that does just what the nightly run does; None where it was asked for other days.

    Those are runs with days filled in, the runs of a backfill, and runs that stand for an older day than the newest at
    the time they were made.
    """
    run = context["dag_run"]
    if context["params"].get("first_day") or context["params"].get("last_day") or run.run_type == "backfill":
        return None
    day = day_of_run(context.get("data_interval_start"), run.run_after)
    return day if day == night_due(run.run_after) else None


def day_of_run(data_interval_start: datetime | None, run_after: datetime) -> date:
    """The day that the run is about: the one its data interval starts in, where the schedule lives.

    Who triggers a run at a shell gives it no interval, and means what the nightly run reads at that moment.
    """
    if data_interval_start is None:
        return night_due(run_after)
    there = data_interval_start.astimezone(pendulum.timezone(TIME_ZONE))
    return date(there.year, there.month, there.day)


def window_of_run(
    params: Mapping[str, Any], data_interval_start: datetime | None, run_after: datetime, restated_days: int
) -> Window:
    """The days to read: those asked for, else the run's day and the days the vendor still corrects."""
    first_day, last_day = params.get("first_day"), params.get("last_day")
    if first_day and last_day:
        try:
            return Window(date.fromisoformat(first_day), date.fromisoformat(last_day))
        except ValueError as wrong:
            raise FixSettings(f"The days asked for cannot be read: {wrong}.") from None
    if first_day or last_day:
        raise FixSettings("Only one of first_day and last_day is filled in. Fill in both, or neither.")
    day = day_of_run(data_interval_start, run_after)
    return Window(day - timedelta(days=restated_days), day)


def publishes_to_postgres() -> bool:
    """Whether what is published to the file is published to Postgres too."""
    return "postgres" in os.environ.get("LEADGEN_PUBLISH_TO", "").replace(",", " ").split()
