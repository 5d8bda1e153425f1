"""Yandex Direct's reports: what may be asked for, and the lines that tell it; they retell Google's spend.

API: https://yandex.com/dev/direct/doc/reports/spec.html. Phrases are Google's keywords; what a campaign cost without
one, on a day, a network and a kind of device, has no criterion.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

import msgspec

from sandbox.answering.vendor import Call
from sandbox.stories.ad_spend import (
    CAMPAIGN_DAYS,
    KEYWORD_DAYS,
    SEARCH_TERM_DAYS,
    Attribute,
    Group,
    Spend,
    Total,
    grouped,
    spent,
)
from sandbox.vendors.yandex_direct.errors import refusal

MOST_ROWS = 1_000_000
MOST_GOALS = 10
YEARS_KEPT = 3
VAT_PERCENT = 22
GOAL = "111"
"""The goal that all of the market's conversions reached."""

NOTHING = "--"
DEVICES = {"DESKTOP": "DESKTOP", "MOBILE": "MOBILE", "TABLET": "TABLET", "CONNECTED_TV": "SMART_TV"}
MODELS = ("FC", "LC", "LSC", "LYDC", "FCCD", "LSCCD", "LYDCCD", "AUTO")


def _criterion_id(one: Spend) -> str | None:
    return one.criterion.get("criterionId")


def _criterion(one: Spend) -> str | None:
    text = (one.criterion.get("keyword") or {}).get("text")
    # A tab or a line feed inside a value never occurs.
    return " ".join(text.split()) if text else None


def _criterion_type(one: Spend) -> str | None:
    return "KEYWORD" if one.criterion else None


ATTRIBUTES: dict[str, Attribute] = {
    "Date": lambda one: one.day.isoformat(),
    "CampaignId": lambda one: one.campaign["id"],
    "CampaignName": lambda one: one.campaign["name"],
    "AdGroupId": lambda one: one.ad_group.get("id"),
    "AdGroupName": lambda one: one.ad_group.get("name"),
    **dict.fromkeys(("CriterionId", "CriteriaId"), _criterion_id),
    **dict.fromkeys(("Criterion", "Criteria"), _criterion),
    **dict.fromkeys(("CriterionType", "CriteriaType"), _criterion_type),
    "AdNetworkType": lambda one: "SEARCH" if one.network.startswith("SEARCH") else "AD_NETWORK",
    "Device": lambda one: DEVICES.get(one.device),
}
SEARCH_TERMS = "SEARCH_QUERY_PERFORMANCE_REPORT"
TERM_DAYS_BACK = 180
FITS = {"EXACT": "KEYWORD", "BROAD": "SYNONYM"}
TERM_ATTRIBUTES: dict[str, Attribute] = {
    **{name: told for name, told in ATTRIBUTES.items() if name not in ("AdNetworkType", "Device")},
    "MatchType": lambda one: FITS.get(one.fit or "", "RELATED_KEYWORD"),
    "Query": lambda one: " ".join(one.term.split()) if one.term else None,
}
"""What a report of searches can be divided by; it knows no network and no device."""
Metric = Callable[[Total], Decimal | None]
METRICS: dict[str, Metric] = {
    "Impressions": lambda total: Decimal(total.impressions),
    "Clicks": lambda total: Decimal(total.clicks),
    "Cost": lambda total: Decimal(total.cost_micros),
    "Ctr": lambda total: _ratio(100 * total.clicks, total.impressions),
    "AvgCpc": lambda total: _whole(_ratio(total.cost_micros, total.clicks)),
    # Whole ones are counted.
    "Conversions": lambda total: _whole(total.conversions),
}
MONEY = ("Cost", "AvgCpc")
# Each kind of report divides its rows by these, asked for or not, and knows nothing below them.
DIVIDED_BY: dict[str, tuple[str, ...]] = {
    "ACCOUNT_PERFORMANCE_REPORT": (),
    "CAMPAIGN_PERFORMANCE_REPORT": ("CampaignId",),
    "ADGROUP_PERFORMANCE_REPORT": ("CampaignId", "AdGroupId"),
    "CRITERIA_PERFORMANCE_REPORT": ("CampaignId", "AdGroupId", "CriterionId"),
    SEARCH_TERMS: ("AdGroupId", "Query"),
}
LEVELS = ("Campaign", "AdGroup", "Criteri")
NOT_HERE = ("AD_PERFORMANCE_REPORT", "REACH_AND_FREQUENCY_PERFORMANCE_REPORT")
DAYS_BACK = {"TODAY": 0, "YESTERDAY": 1, **{f"LAST_{days}_DAYS": days for days in (3, 5, 7, 14, 30, 90, 365)}}


class Condition(msgspec.Struct, rename="pascal", forbid_unknown_fields=True):
    """One filter."""

    field: str
    operator: Literal["EQUALS", "NOT_EQUALS", "IN", "NOT_IN", "LESS_THAN", "GREATER_THAN"]
    values: list[str]


class Criteria(msgspec.Struct, rename="pascal", forbid_unknown_fields=True):
    """Which days, and which of their rows."""

    date_from: str | None = None
    date_to: str | None = None
    filter: list[Condition] = []


class Page(msgspec.Struct, rename="pascal", forbid_unknown_fields=True):
    """A part of the rows."""

    limit: int = MOST_ROWS
    offset: int = 0


class Order(msgspec.Struct, rename="pascal", forbid_unknown_fields=True):
    """A column by which rows are sorted."""

    field: str
    sort_order: Literal["ASCENDING", "DESCENDING"] = "ASCENDING"


class Params(msgspec.Struct, rename="pascal", forbid_unknown_fields=True):
    """What a report is asked for with."""

    selection_criteria: Criteria
    field_names: list[str]
    report_name: str
    report_type: str
    date_range_type: str
    format: Literal["TSV"]
    include_vat: Literal["YES", "NO"] = msgspec.field(name="IncludeVAT")
    goals: list[str] = []
    attribution_models: list[str] = []
    page: Page = msgspec.field(default_factory=Page)
    order_by: list[Order] = []


@dataclass(frozen=True)
class Asked:
    """A report that can be made."""

    params: Params
    first: date
    last: date

    @property
    def columns(self) -> list[str]:
        """The columns of the report: goals that were chosen each have their own."""
        params, columns = self.params, []
        for name in params.field_names:
            models = params.attribution_models or ["AUTO"]
            chosen = [f"Conversions_{goal}_{model}" for goal in params.goals for model in models]
            columns += chosen if name == "Conversions" and chosen else [name]
        return columns


def asked_report(call: Call) -> Asked:
    """The report that the request describes; refuses one that cannot be made."""
    body = call.json
    if not isinstance(body, dict) or not isinstance(body.get("params"), dict):
        raise refusal(call, 8000, "The request has no params")
    try:
        params = msgspec.convert(body["params"], Params)
    except msgspec.ValidationError as wrong:
        raise refusal(call, 8000, str(wrong)) from None
    _check(call, params)
    first, last = _days(call, params)
    return Asked(params, first, last)


def _check(call: Call, params: Params) -> None:
    kind = params.report_type
    if kind in NOT_HERE:
        raise refusal(call, 4000, f"The sandbox has nothing to tell in {kind}")
    if kind != "CUSTOM_REPORT" and kind not in DIVIDED_BY:
        raise refusal(call, 8000, f"ReportType {kind} is not known")
    below = () if kind in ("CUSTOM_REPORT", SEARCH_TERMS) else LEVELS[len(DIVIDED_BY[kind]) :]
    known = [name for name in (*_attributes(kind), *METRICS) if not name.startswith(below)]
    used = [*params.field_names, *(one.field for one in params.selection_criteria.filter)]
    unknown = [name for name in used if name not in known]
    if unknown or not params.field_names or len(set(params.field_names)) < len(params.field_names):
        raise refusal(call, 4000, f"FieldNames of {kind} cannot hold {', '.join(unknown) or 'nothing, or one twice'}")
    for one in params.selection_criteria.filter:
        is_number = all(text.isdecimal() for text in one.values)
        if not one.values or (one.field in METRICS and not is_number):
            raise refusal(call, 4000, f"Filter of {one.field} has values that are none")
    unsorted = [one.field for one in params.order_by if one.field not in params.field_names]
    if unsorted:
        raise refusal(call, 4000, f"OrderBy names {', '.join(unsorted)}, which is not among FieldNames")
    if len(params.goals) > MOST_GOALS or not all(goal.isdecimal() for goal in params.goals):
        raise refusal(call, 4000, f"Goals holds {MOST_GOALS} numbers at most")
    if not set(params.attribution_models) <= set(MODELS):
        raise refusal(call, 8000, f"AttributionModels are {', '.join(MODELS)}")
    if not params.report_name.strip() or not 1 <= params.page.limit <= MOST_ROWS or params.page.offset < 0:
        raise refusal(call, 8000, f"ReportName is empty, or Page is not within {MOST_ROWS} rows")


def _days(call: Call, params: Params) -> tuple[date, date]:
    today, chosen = call.sandbox.now(), params.selection_criteria
    named = (chosen.date_from, chosen.date_to)
    if params.date_range_type == "CUSTOM_DATE":
        try:
            first, last = (date.fromisoformat(text or "") for text in named)
        except ValueError:
            raise refusal(call, 8312, "DateFrom and DateTo must be days, written YYYY-MM-DD") from None
    elif params.date_range_type not in DAYS_BACK:
        raise refusal(call, 8000, f"DateRangeType {params.date_range_type} is not known")
    elif named != (None, None):
        raise refusal(call, 8312, "DateFrom and DateTo go with CUSTOM_DATE only")
    else:
        back = DAYS_BACK[params.date_range_type]
        first, last = today - timedelta(days=back), today - timedelta(days=min(back, 1))
    if params.report_type == SEARCH_TERMS and first < today - timedelta(days=TERM_DAYS_BACK):
        raise refusal(call, 8312, f"Searches are kept for {TERM_DAYS_BACK} days")
    if first > last or first < today.replace(year=today.year - YEARS_KEPT, day=1):
        raise refusal(call, 8312, f"DateFrom is after DateTo, or more than {YEARS_KEPT} years ago")
    return first, last


def _attributes(kind: str) -> dict[str, Attribute]:
    """What the rows of a kind of report are divided by."""
    return TERM_ATTRIBUTES if kind == SEARCH_TERMS else ATTRIBUTES


def lines(call: Call, asked: Asked, is_v5: bool, in_micros: bool) -> list[str]:
    """The rows of a report, each with its values between tabs. Nothing is quoted."""
    params = asked.params
    attributes = _attributes(params.report_type)
    if params.report_type == SEARCH_TERMS:
        rows = spent(call, SEARCH_TERM_DAYS, asked.first, asked.last)
    else:
        rows = _spent(call, asked.first, asked.last, is_v5)
    filters = params.selection_criteria.filter
    for one in filters:
        if one.field in attributes:
            rows = [row for row in rows if _meets(attributes[one.field](row), one)]
    names = dict.fromkeys((*params.field_names, *DIVIDED_BY.get(params.report_type, ())))
    divided = [name for name in names if name in attributes]
    groups = grouped(rows, [attributes[name] for name in divided])
    for _, total in groups:
        if params.include_vat == "YES":
            total.cost_micros = total.cost_micros * (100 + VAT_PERCENT) // 100
    for one in filters:
        if one.field in METRICS:
            groups = [group for group in groups if _meets(METRICS[one.field](group[1]), one)]
    for order in reversed(params.order_by):
        groups.sort(key=_sorted_by(order.field, divided), reverse=order.sort_order == "DESCENDING")
    page = groups[params.page.offset : params.page.offset + params.page.limit]
    return ["\t".join(_cell(name, divided, group, in_micros) for name in asked.columns) for group in page]


def _spent(call: Call, first: date, last: date, is_v5: bool) -> list[Spend]:
    by_phrase = spent(call, KEYWORD_DAYS, first, last)
    told = {one.place for one in by_phrase}
    others = [one for one in spent(call, CAMPAIGN_DAYS, first, last) if one.place not in told]
    if is_v5:
        # Unified campaigns are not in the older version.
        others = [one for one in others if one.campaign.get("advertisingChannelType") != "PERFORMANCE_MAX"]
    return sorted([*by_phrase, *others], key=lambda one: one.day)


def _meets(value: str | Decimal | None, one: Condition) -> bool:
    if value is None:
        return one.operator in ("NOT_EQUALS", "NOT_IN")
    # Any, because a text is compared with texts and a number with numbers.
    values: list[Any] = [type(value)(text) for text in one.values]
    if one.operator == "LESS_THAN":
        return bool(value < values[0])
    if one.operator == "GREATER_THAN":
        return bool(value > values[0])
    return (value in values) is (one.operator in ("EQUALS", "IN"))


def _sorted_by(name: str, divided: Sequence[str]) -> Callable[[Group], tuple[bool, str | Decimal]]:
    def key(group: Group) -> tuple[bool, str | Decimal]:
        value = group[0][divided.index(name)] if name in divided else METRICS[name](group[1])
        return value is not None, value if value is not None else ""

    return key


def _cell(name: str, divided: Sequence[str], group: Group, in_micros: bool) -> str:
    attributes, total = group
    if name in divided:
        return attributes[divided.index(name)] or NOTHING
    metric, _, goal = name.partition("_")
    value = METRICS[metric](total) if goal.partition("_")[0] in ("", GOAL) else None
    if value is None:
        return NOTHING
    return f"{value / 10**6:.2f}" if metric in MONEY and not in_micros else str(value)


def _ratio(part: int, whole: int) -> Decimal | None:
    return (Decimal(part) / whole).quantize(Decimal("0.01")) if whole else None


def _whole(number: Decimal | None) -> Decimal | None:
    return None if number is None else Decimal(int(number))
