"""LinkedIn's adAnalytics: costs by day, month, year or in all, cut off after 15,000 elements; there are no pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.limits import GENEROUS
from sandbox.answering.vendor import Call
from sandbox.stories.retold import number_of
from sandbox.vendors.linkedin_ads.story import CampaignDay, account, campaign_days, campaigns
from sandbox.vendors.linkedin_ads.wire import Query, Record, bad_query, denied, number_in, rate_limited, urn

MOST_ELEMENTS = 15_000
MOST_FIELDS = 20
MOST_PIVOTS = 3
VALUES = "values"
"""The limit on how many numbers are handed out; it counts nothing until it is set."""
USUAL_FIELDS = "impressions,clicks"
DOLLARS = {"USD": Decimal(1), "EUR": Decimal("1.09")}
"""Invented, the same on each day."""
ALWAYS_ZERO = ("likes", "comments", "shares", "follows", "reactions", "videoViews", "oneClickLeadFormOpens")

PIVOTS: dict[str, Callable[[Call, CampaignDay], str]] = {
    "ACCOUNT": lambda call, one: urn("sponsoredAccount", call.account),
    "CAMPAIGN_GROUP": lambda call, one: urn("sponsoredCampaignGroup", number_of(f"group {one.kind}")),
    "CAMPAIGN": lambda call, one: urn("sponsoredCampaign", one.campaign_id),
    "CREATIVE": lambda call, one: urn("sponsoredCreative", number_of(f"creative {one.campaign_id}")),
}
PERIODS: dict[str, Callable[[date], date | None]] = {
    "DAILY": lambda day: day,
    "MONTHLY": lambda day: day.replace(day=1),
    "YEARLY": lambda day: day.replace(month=1, day=1),
    "ALL": lambda day: None,
}


def find(call: Call, query: Query) -> Answer:
    """``q=analytics`` with one pivot, ``q=statistics`` with up to three."""
    pivots = _pivots(query)
    period = PERIODS.get(_named(query.get("timeGranularity")))
    if period is None:
        raise bad_query(f"timeGranularity: one of {', '.join(PERIODS)} is required")
    first, last = _span(call, query)
    fields = str(query.get("fields", USUAL_FIELDS)).split(",")
    known = account(call)
    currency = str((known or {}).get("currencyCode", "EUR"))
    unknown = [name for name in fields if name not in _element([], {}, [], currency)]
    if unknown or len(fields) > MOST_FIELDS:
        raise bad_query(f"fields: {MOST_FIELDS} at most, and these are not known: {', '.join(unknown)}")
    groups: dict[tuple[date, tuple[str, ...]], list[CampaignDay]] = {}
    for one in campaign_days(call, first, last, _wanted(call, query)):
        key = (period(one.day) or first, tuple(PIVOTS[pivot](call, one) for pivot in pivots))
        groups.setdefault(key, []).append(one)
    asked = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    elements = []
    for (start, values), days in sorted(groups.items())[:MOST_ELEMENTS]:
        covered = [day for day in asked if period(day) in (start, None)]
        dates = {"start": _parts(covered[0]), "end": _parts(covered[-1])}
        element = _element(days, dates, list(values), currency)
        elements.append({name: element[name] for name in fields})
    _count_values(call, len(elements) * len(fields))
    return json_answer({"paging": {"start": 0, "count": 10, "links": []}, "elements": elements})


def _element(days: list[CampaignDay], dates: Record, values: list[str], currency: str) -> Record:
    """Everything that can be asked for."""
    cost = sum((one.cost for one in days), Decimal())
    clicks = sum(one.clicks for one in days)
    conversions = int(sum((one.conversions for one in days), Decimal()))
    return {
        "dateRange": dates,
        "pivotValues": values,
        "impressions": sum(one.impressions for one in days),
        "clicks": clicks,
        "landingPageClicks": clicks,
        "totalEngagements": clicks,
        # Decimals as texts, as long as they are.
        "costInLocalCurrency": _plain(cost),
        "costInUsd": _plain((cost * DOLLARS.get(currency, Decimal(1))).quantize(Decimal("0.01"))),
        "externalWebsiteConversions": conversions,
        "externalWebsitePostClickConversions": conversions,
        "externalWebsitePostViewConversions": 0,
        "oneClickLeads": sum(one.leads for one in days),
        **dict.fromkeys(ALWAYS_ZERO, 0),
    }


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}" if amount else "0"


def _pivots(query: Query) -> list[str]:
    if query.get("q") == "analytics":
        pivots = [_named(query.get("pivot"))]
    elif query.get("q") == "statistics" and isinstance(query.get("pivots"), list):
        pivots = [_named(one) for one in query["pivots"]]
    else:
        raise bad_query("q: analytics with a pivot, or statistics with pivots")
    if not set(pivots) <= set(PIVOTS) or not 1 <= len(pivots) <= MOST_PIVOTS:
        raise bad_query(f"pivot: the sandbox has {', '.join(PIVOTS)}")
    return pivots


def _named(value: Any) -> str:
    """``(value:CAMPAIGN)``, or the word alone."""
    if isinstance(value, dict):
        value = value.get("value")
    return value if isinstance(value, str) else ""


def _span(call: Call, query: Query) -> tuple[date, date]:
    asked = query.get("dateRange")
    if not isinstance(asked, dict) or "start" not in asked:
        raise bad_query("dateRange: (start:(year:..,month:..,day:..),end:(..)) is required")
    first = _date(asked["start"])
    last = _date(asked["end"]) if "end" in asked else call.sandbox.now()
    if first > last:
        raise bad_query("dateRange: the end is before the start")
    return first, last


def _date(parts: Any) -> date:
    try:
        return date(*(int(parts[name]) for name in ("year", "month", "day")))
    except (KeyError, TypeError, ValueError):
        raise bad_query("dateRange: year, month and day are numbers") from None


def _parts(day: date) -> Record:
    return {"year": day.year, "month": day.month, "day": day.day}


def _wanted(call: Call, query: Query) -> set[str] | None:
    """The campaigns that the facets let through; None for all of the account."""
    facets = {name: query[name] for name in ("accounts", "campaigns", "campaignGroups", "creatives") if name in query}
    if not facets or not all(isinstance(urns, list) and urns for urns in facets.values()):
        raise bad_query("One facet at least is required, as List(urn,..)")
    for one in facets.get("accounts", []):
        if number_in(one, "sponsoredAccount") != call.account:
            raise Refused(denied(call))
    wanted: set[str] | None = None
    for name, kind, number in (
        ("campaigns", "sponsoredCampaign", lambda one: one.campaign_id),
        ("campaignGroups", "sponsoredCampaignGroup", lambda one: str(one.group)),
        ("creatives", "sponsoredCreative", lambda one: str(one.creative)),
    ):
        if name in facets:
            asked = {number_in(one, kind) for one in facets[name]}
            passing = {one.campaign_id for one in campaigns(call) if number(one) in asked}
            wanted = passing if wanted is None else wanted & passing
    return wanted


def _count_values(call: Call, values: int) -> None:
    limits = call.sandbox.limits
    if limits.in_force("linkedin_ads", VALUES) is GENEROUS:
        return
    wait = limits.take("linkedin_ads", call.account, VALUES, values)
    if wait:
        raise Refused(rate_limited(call, wait))
