"""TikTok's basic reports of auction ads, added up from Meta's ads by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from sandbox.answering.answer import Refused
from sandbox.answering.vendor import Call
from sandbox.stories.retold import AD_DAYS, Retold, number_of, retold
from sandbox.vendors.tiktok_ads.errors import bad_parameter, no_permission

MOST_DAYS = 30
DAY, HOUR = "stat_time_day", "stat_time_hour"
NOTHING = "-"
# What a level is counted by, and what else is told of it.
LEVELS: dict[str, tuple[str, tuple[str, ...]]] = {
    "AUCTION_AD": ("ad_id", ("campaign_id", "campaign_name", "adgroup_id", "adgroup_name", "ad_name")),
    "AUCTION_ADGROUP": ("adgroup_id", ("campaign_id", "campaign_name", "adgroup_name")),
    "AUCTION_CAMPAIGN": ("campaign_id", ("campaign_name",)),
    "AUCTION_ADVERTISER": ("advertiser_id", ()),
}
COUNTED = ("spend", "impressions", "clicks", "conversion", "real_time_conversion", "result")
USUAL_METRICS = ["spend", "impressions"]
# TikTok's name of a field -> Meta's.
AT_META = {"adgroup_id": "adset_id", "adgroup_name": "adset_name"}
ID_FILTERS = {"ad_ids": "ad_id", "adgroup_ids": "adgroup_id", "campaign_ids": "campaign_id"}
STATUS_FILTERS = ("ad_status", "adgroup_status", "campaign_status")

Record = dict[str, Any]


@dataclass(frozen=True)
class Report:
    """What was asked for."""

    level: str
    dimensions: tuple[str, ...]
    metrics: tuple[str, ...]
    first: date
    last: date
    ids: Mapping[str, frozenset[str]]
    """The field that is filtered -> the ids that pass."""
    with_deleted: bool


def is_deleted(ad_id: str) -> bool:
    """Whether the ad was deleted since: every fifth was, and what it cost remains."""
    return number_of(ad_id) % 5 == 0


def asked_report(call: Call, values: Mapping[str, Any]) -> Report:
    """The report that the parameters name; in a query their lists are JSON, in a body they are lists."""
    check_advertiser(call, values)
    if values.get("service_type", "AUCTION") != "AUCTION" or values.get("report_type") != "BASIC":
        raise bad_parameter(call, "The sandbox has report_type BASIC and service_type AUCTION only.")
    level = str(values.get("data_level"))
    if level not in LEVELS:
        raise bad_parameter(call, f"data_level: one of {', '.join(LEVELS)} is required.")
    counted_by, told = LEVELS[level]
    dimensions = tuple(_listed(call, values, "dimensions", []))
    if HOUR in dimensions:
        raise bad_parameter(call, "dimensions: the sandbox knows days, and no hours.")
    if counted_by not in dimensions or not {counted_by, DAY}.issuperset(dimensions):
        raise bad_parameter(call, f"dimensions: {counted_by} and {DAY} go with {level}.")
    metrics = tuple(_listed(call, values, "metrics", USUAL_METRICS))
    for place, name in enumerate(metrics):
        if name not in (*COUNTED, *told):
            raise bad_parameter(call, f"metrics.{place}: {name} is not valid with {level}.")
    first, last = _day(call, values, "start_date"), _day(call, values, "end_date")
    if first > last:
        raise bad_parameter(call, "end_date is before start_date.")
    if DAY in dimensions and (last - first).days >= MOST_DAYS:
        raise bad_parameter(call, f"The time range can be {MOST_DAYS} days at most with {DAY}.")
    ids, with_deleted = _filters(call, values)
    # A deleted ad still counts for what it was part of.
    return Report(level, dimensions, metrics, first, last, ids, with_deleted or level != "AUCTION_AD")


def check_advertiser(call: Call, values: Mapping[str, Any]) -> None:
    """Refuse a missing advertiser, and one that is not the token's."""
    if not values.get("advertiser_id"):
        raise bad_parameter(call, "advertiser_id: Missing data for required field.")
    if str(values["advertiser_id"]) != call.account:
        raise Refused(no_permission(call))


def report_rows(call: Call, report: Report) -> list[Record]:
    """Every row of the report, by day and id."""
    groups: dict[tuple[str, ...], list[Retold]] = {}
    for one in retold(call, AD_DAYS, report.first, report.last + timedelta(days=1)):
        if any(_told(call, one, field) not in ids for field, ids in report.ids.items()):
            continue
        if report.with_deleted or not is_deleted(one.key):
            key = tuple(_told(call, one, name) for name in sorted(report.dimensions, reverse=True))
            groups.setdefault(key, []).append(one)
    return [
        {
            "dimensions": {name: _told(call, ads[-1], name) for name in report.dimensions},
            "metrics": {name: _metric(call, ads, name) for name in report.metrics},
        }
        for _, ads in sorted(groups.items())
    ]


def _told(call: Call, one: Retold, name: str) -> str:
    if name == DAY:
        return f"{one.day} 00:00:00"
    if name == "advertiser_id":
        return call.account
    return str(one.payload.get(AT_META.get(name, name)) or NOTHING)


def _metric(call: Call, ads: list[Retold], name: str) -> str:
    """Every number is a text."""
    if name not in COUNTED:
        return _told(call, ads[-1], name)
    if name == "spend":
        return f"{sum((Decimal(ad.payload['spend']) for ad in ads), Decimal()):.2f}"
    if name in ("impressions", "clicks"):
        return str(sum(int(ad.payload.get(name) or 0) for ad in ads))
    leads = [int(action["value"]) for ad in ads for action in _actions(ad) if action["action_type"] == "lead"]
    # An ad that brought none has a dash for its result, and a nought for its conversions.
    return NOTHING if name == "result" and not leads else str(sum(leads))


def _actions(ad: Retold) -> list[Record]:
    return list(ad.payload.get("actions") or [])


def _filters(call: Call, values: Mapping[str, Any]) -> tuple[dict[str, frozenset[str]], bool]:
    ids: dict[str, frozenset[str]] = {}
    with_deleted = False
    for place, one in enumerate(_listed(call, values, "filtering", [])):
        field = one.get("field_name") if isinstance(one, dict) else None
        if field not in (*ID_FILTERS, *STATUS_FILTERS) or one.get("filter_type") != "IN":
            raise bad_parameter(call, f"filtering.{place}: {field} is not valid.")
        wanted = frozenset(map(str, _listed(call, one, "filter_value", [])))
        if field in ID_FILTERS:
            ids[ID_FILTERS[field]] = wanted
        else:
            with_deleted = with_deleted or "STATUS_ALL" in wanted
    return ids, with_deleted


def _listed(call: Call, values: Mapping[str, Any], name: str, usual: list[Any]) -> list[Any]:
    value = values.get(name, usual)
    if isinstance(value, str):
        try:
            value = msgspec.json.decode(value)
        except msgspec.DecodeError:
            value = None
    if not isinstance(value, list):
        raise bad_parameter(call, f"{name}: Not a valid list.")
    return value


def _day(call: Call, values: Mapping[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(str(values.get(name)))
    except ValueError:
        raise bad_parameter(call, f"{name}: Not a valid date.") from None
