"""What the last task of an extract DAG does: it says that its source is done with the night."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow.sdk import AssetAlias
from airflow.sdk.exceptions import AirflowSkipException

from dags import nights
from dags.schedule import ANY_NIGHT, NIGHT_LANDED, accounts_by_source, own_night
from extractors.model import Source


def close_for_run(source: Source, context: Mapping[str, Any]) -> None:
    """Note that the source is done; announce the night where none is waited for, or where it was built without this.

    Two sources that are done at the same moment may both announce it: the second build then finds nothing new.
    """
    night = own_night(context)
    if night is None:
        raise AirflowSkipException(
            "This run reads other days than its night's, so it announces nothing: the next build takes what it read. "
            "To have it at once, trigger build_warehouse."
        )
    run, instance = context["dag_run"], context["ti"]
    # Told apart from an earlier try of the same run, whose landings a build may have taken already.
    nights.close(night, source.name, f"{run.run_id} {instance.start_date.isoformat()}")
    if nights.is_complete(nights.closings(night), accounts_by_source()) or nights.built(night) is not None:
        context["outlet_events"][AssetAlias(ANY_NIGHT)].add(NIGHT_LANDED, extra={"night": night.isoformat()})
