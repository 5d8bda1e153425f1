"""What LinkedIn knows of the market: Google's campaigns by day, and Typeform's answers as the leads of its forms."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sandbox.answering.vendor import Call
from sandbox.stories.retold import CAMPAIGN_DAYS, FORMS, GOOGLE_ACCOUNT, Retold, number_of, retold

DAY = timedelta(days=1)
IS_OVER_AFTER, IS_ARCHIVED_AFTER = timedelta(days=30), timedelta(days=90)
STATUSES = {"PAUSED": "PAUSED", "REMOVED": "REMOVED"}
"""Google's word -> LinkedIn's, for campaigns that somebody stopped."""
OBJECTIVE = "LEAD_GENERATION"


@dataclass(frozen=True)
class Campaign:
    """A campaign under the name of its last day."""

    campaign_id: str
    name: str
    kind: str
    status: str
    first_day: date

    @property
    def group(self) -> int:
        """Campaigns of one kind are a group."""
        return number_of(f"group {self.kind}")

    @property
    def creative(self) -> int:
        """Its only ad."""
        return number_of(f"creative {self.campaign_id}")


@dataclass
class CampaignDay:
    """What a campaign did on a day."""

    day: date
    campaign_id: str
    kind: str
    impressions: int = 0
    clicks: int = 0
    cost: Decimal = Decimal()
    conversions: Decimal = Decimal()
    leads: int = 0

    def happened(self) -> bool:
        """A day without anything is not told."""
        return bool(self.impressions or self.clicks or self.cost or self.leads)


def campaigns(call: Call) -> list[Campaign]:
    """Every campaign that has run so far, by its number."""
    first: dict[str, date] = {}
    last: dict[str, Retold] = {}
    for one in retold(call, CAMPAIGN_DAYS):
        first.setdefault(one.key, one.day)
        last[one.key] = one
    today = call.sandbox.now()
    return [
        Campaign(key, str(one.payload["campaign"].get("name")), _kind(one), _status(one, today), first[key])
        for key, one in sorted(last.items(), key=lambda item: int(item[0]))
    ]


def _kind(one: Retold) -> str:
    return str(one.payload["campaign"].get("advertisingChannelType"))


def _status(last: Retold, today: date) -> str:
    """A campaign that somebody stopped, or that has not run for long, is over."""
    stopped = STATUSES.get(str(last.payload["campaign"].get("status")))
    idle = today - last.day
    return stopped or ("ARCHIVED" if idle > IS_ARCHIVED_AFTER else "COMPLETED" if idle > IS_OVER_AFTER else "ACTIVE")


def campaign_days(call: Call, first: date, last: date, wanted: Collection[str] | None = None) -> list[CampaignDay]:
    """The days of the campaigns on which something happened, in order; ``None`` wants them all."""
    found: dict[tuple[date, str], CampaignDay] = {}
    for one in retold(call, CAMPAIGN_DAYS, first, last + DAY):
        if wanted is not None and one.key not in wanted:
            continue
        day = found.setdefault((one.day, one.key), CampaignDay(one.day, one.key, _kind(one)))
        metrics = one.payload["metrics"]
        day.impressions += int(metrics["impressions"])
        day.clicks += int(metrics["clicks"])
        # Google counts in millionths.
        day.cost += Decimal(metrics["costMicros"]).scaleb(-6)
        day.conversions += Decimal(str(metrics.get("conversions") or 0))
    for lead, campaign_id in leads(call, first, last):
        if campaign_id is not None and (lead.day, campaign_id) in found:
            found[lead.day, campaign_id].leads += 1
    return [found[key] for key in sorted(found) if found[key].happened()]


def leads(call: Call, first: date, last: date) -> list[tuple[Retold, str | None]]:
    """The answers of the days, each with one of the campaigns that ran on its day."""
    answers = retold(call, FORMS, first, last + DAY)
    if not answers:
        return []
    running: dict[date, list[str]] = {}
    for one in retold(call, CAMPAIGN_DAYS, first, last + DAY):
        known = running.setdefault(one.day, [])
        # Networks and devices of a campaign follow each other.
        if known[-1:] != [one.key]:
            known.append(one.key)
    found: list[tuple[Retold, str | None]] = []
    for answer in answers:
        those = running.get(answer.day)
        found.append((answer, those[answer.number % len(those)] if those else None))
    return found


def account(call: Call) -> dict[str, Any] | None:
    """The advertiser, as Google knows it."""
    known = retold(call, GOOGLE_ACCOUNT)
    return known[-1].payload["customer"] if known else None
