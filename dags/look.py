"""What the task of ``published_by`` does: compare the day that readers see with the night that is due."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dags.schedule import accounts_by_source, night_due
from dags.telling import tell_late, tell_shown
from warehouse.errors import NothingPublished
from warehouse.publish import generations


def look_for_run(context: Mapping[str, Any]) -> None:
    """Fail with one sentence, and tell it, where readers do not see the night yet; else see that it was told."""
    night = night_due(context["dag_run"].run_after)
    published = generations.served()
    if accounts_by_source() and (published is None or published.as_of_day < night.isoformat()):
        raise NothingPublished(tell_late(night, published.as_of_day if published else None, context["ti"].log_url))
    # Where Postgres was to be waited for, and never came, nobody has heard of the night yet.
    tell_shown(night)
