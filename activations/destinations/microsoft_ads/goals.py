"""Microsoft Advertising: its goals, and what it tells later of what was told to them.

By goal and day of the upload it counts what it could not place, and why. Of a contact that never clicked that is usual.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from activations.model import Heard, Job, Waiting
from extractors.http.answers import parts
from extractors.http.client import HttpClient

GOALS = "/CampaignManagement/v13/ConversionGoals/QueryByIds"
REPORT = "/CampaignManagement/v13/OfflineConversionReport/QueryByGoalIds"
OFFLINE, ACTIVE = "OfflineConversion", "Active"
SETTLED = timedelta(days=2)
"""What it counts of a day changes until then."""


def goals_of(client: HttpClient) -> dict[str, Mapping[str, Any]]:
    """The goals that take what is told, by name."""
    answer = client.post_json(GOALS, {"ConversionGoalTypes": OFFLINE})
    return {str(goal.get("Name")): goal for goal in parts(answer, "ConversionGoals")}


def ready(client: HttpClient, job: Job) -> Iterator[str]:
    """Each goal must be there, active, and take contacts."""
    goals = goals_of(client)
    for name in dict.fromkeys(one.told_as for one in job.told.tells):
        if (goal := goals.get(name)) is None:
            yield f"there is no goal {name!r} of the type {OFFLINE}: make it, or correct 'as' in activations.yml"
        elif goal.get("Status") != ACTIVE:
            yield f"the goal {name!r} is {goal.get('Status')}: activate it"
        elif goal.get("IsEnhancedConversionsEnabled") is False:
            yield f"the goal {name!r} takes no contacts: switch enhanced conversions on, or only clicks are known"


def click_windows(client: HttpClient, job: Job) -> dict[str, timedelta]:
    """How long after a click each goal counts; a goal that says nothing is left to Microsoft."""
    found = {}
    for name, goal in goals_of(client).items():
        minutes = goal.get("ConversionWindowInMinutes")
        if isinstance(minutes, int) and not isinstance(minutes, bool) and minutes > 0:
            found[name] = timedelta(minutes=minutes)
    return found


def later(client: HttpClient, job: Job, waiting: Sequence[Waiting]) -> Iterator[Heard]:
    """One report of all the days that are waited for."""
    names = {str(goal.get("Id")): name for name, goal in goals_of(client).items()}
    days = {one.receipt for one in waiting}
    asked = {
        "GoalIds": sorted(one for one, name in names.items() if any(name in day.told_as for day in waiting)),
        "StartDateUtc": f"{min(days)}T00:00:00Z",
        "EndDateUtc": f"{max(days)}T23:59:59Z",
    }
    if not asked["GoalIds"]:
        return
    answer = client.post_json(REPORT, asked)
    for goal in parts(answer, "OfflineGoalConversionSummaries"):
        for told in parts(goal, "DailySummaries"):
            day = str(told.get("UploadDate"))[: len("2026-01-01")]
            if day not in days:
                continue
            bad = {str(one.get("UnattributedReason")): int(one.get("Count") or 0) for one in parts(told, "Alerts")}
            yield Heard(
                day,
                "partly" if bad else "processed",
                told_as=names.get(str(goal.get("GoalId")), str(goal.get("ConversionName"))),
                good=int(told.get("SuccessCount") or 0),
                bad=bad,
                is_by_request=False,
                is_final=job.now.date() - date.fromisoformat(day) > SETTLED,
            )
