"""Microsoft Advertising's reports: what may be asked for, and the lines that tell it; they retell Google's spend.

API: https://learn.microsoft.com/advertising/reporting-service/. Each kind of report is one of Google's tables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, NoReturn

import msgspec

from sandbox.answering.answer import Refused
from sandbox.answering.vendor import Call
from sandbox.stories.ad_spend import (
    AD_GROUP_DAYS,
    CAMPAIGN_DAYS,
    KEYWORD_DAYS,
    SEARCH_TERM_DAYS,
    Attribute,
    Spend,
    Total,
    customer,
    grouped,
    spent,
)
from sandbox.stories.retold import Told
from sandbox.vendors.microsoft_ads.errors import not_authorized, refusal

YEARS_KEPT = 3
USUAL_ZONE = "PacificTimeUSCanadaTijuana"
"""The zone of a report that names none; the account's own must be asked for."""
SHORTEST_ZONE = 7
NOTHING = "--"
NETWORKS = {"SEARCH": "Bing and Yahoo! search", "SEARCH_PARTNERS": "Syndicated search partners"}
DEVICES = {"DESKTOP": "Computer", "MOBILE": "Smartphone", "TABLET": "Tablet"}
STATUSES = {"ENABLED": "Active", "PAUSED": "Paused", "REMOVED": "Deleted"}
CAMPAIGN_TYPES = {"SEARCH": "Search & content", "PERFORMANCE_MAX": "Performance max"}
PREDEFINED = {"Today": (0, 0), "Yesterday": (1, 1), "LastSevenDays": (7, 1)}
"""The first and the last day, counted back from today."""


def _match_type(one: Spend) -> str | None:
    return str((one.criterion.get("keyword") or {}).get("matchType", "")).title() or None


CAMPAIGN: dict[str, Attribute] = {
    "TimePeriod": lambda one: one.day.isoformat(),
    "CampaignId": lambda one: one.campaign["id"],
    "CampaignName": lambda one: one.campaign["name"],
    "Network": lambda one: NETWORKS.get(one.network, "Audience"),
    "DeviceType": lambda one: DEVICES.get(one.device, "Unknown"),
}
AD_GROUP: dict[str, Attribute] = {
    **CAMPAIGN,
    "AdGroupId": lambda one: one.ad_group["id"],
    "AdGroupName": lambda one: one.ad_group["name"],
}
KINDS: dict[str, tuple[Told, dict[str, Attribute]]] = {
    "CampaignPerformanceReportRequest": (
        CAMPAIGN_DAYS,
        {
            **CAMPAIGN,
            "CampaignStatus": lambda one: STATUSES.get(str(one.campaign.get("status"))),
            "CampaignType": lambda one: CAMPAIGN_TYPES.get(str(one.campaign.get("advertisingChannelType")), "Audience"),
        },
    ),
    "AdGroupPerformanceReportRequest": (AD_GROUP_DAYS, AD_GROUP),
    "KeywordPerformanceReportRequest": (
        KEYWORD_DAYS,
        {
            **AD_GROUP,
            "KeywordId": lambda one: one.criterion["criterionId"],
            "Keyword": lambda one: one.criterion["keyword"]["text"],
            "BidMatchType": _match_type,
            "DeliveredMatchType": _match_type,
        },
    ),
    "SearchQueryPerformanceReportRequest": (
        SEARCH_TERM_DAYS,
        {
            **{name: told for name, told in AD_GROUP.items() if name not in ("Network", "DeviceType")},
            "KeywordId": lambda one: one.criterion["criterionId"],
            "Keyword": lambda one: one.criterion["keyword"]["text"],
            "BidMatchType": _match_type,
            "DeliveredMatchType": lambda one: (one.fit or "").removeprefix("NEAR_").title() or None,
            "SearchQuery": lambda one: one.term,
        },
    ),
}
OF_THE_ACCOUNT = ("AccountId", "AccountName", "CurrencyCode")
WITHOUT_CURRENCY = ("SearchQueryPerformanceReportRequest",)
"""Reports that name every account and no currency."""
METRICS: dict[str, Callable[[Total], int | Decimal | None]] = {
    "Impressions": lambda total: total.impressions,
    "Clicks": lambda total: total.clicks,
    "Spend": lambda total: _rounded(Decimal(total.cost_micros), 10**6),
    # Whole ones are counted here, and parts of one there.
    "Conversions": lambda total: int(total.conversions),
    "ConversionsQualified": lambda total: _rounded(total.conversions, 1),
    "AllConversions": lambda total: int(total.conversions),
    "Revenue": lambda total: _rounded(total.revenue, 1),
    "Ctr": lambda total: _rounded(Decimal(100 * total.clicks), total.impressions),
    "AverageCpc": lambda total: _rounded(Decimal(total.cost_micros), total.clicks * 10**6),
}
PERCENTAGES = ("Ctr",)


class Day(msgspec.Struct, rename="pascal", forbid_unknown_fields=True):
    """A day in its parts."""

    day: int
    month: int
    year: int


class Time(msgspec.Struct, rename="pascal", forbid_unknown_fields=True):
    """Which days, of which zone."""

    custom_date_range_start: Day | None = None
    custom_date_range_end: Day | None = None
    predefined_time: str | None = None
    report_time_zone: str | None = None


class Scope(msgspec.Struct, rename="pascal", forbid_unknown_fields=True):
    """Whose rows. Numbers of 64 bits travel as texts."""

    account_ids: list[str]


class Request(msgspec.Struct, rename="pascal", forbid_unknown_fields=True):
    """What a report is asked for with."""

    type: str
    columns: list[str]
    scope: Scope
    aggregation: str
    time: Time = msgspec.field(default_factory=Time)
    report_name: str | None = None
    format: Literal["Csv"] = "Csv"
    format_version: Literal["1.0", "2.0"] = "2.0"
    exclude_report_header: bool = False
    exclude_report_footer: bool = False
    exclude_column_headers: bool = False
    return_only_complete_data: bool = False
    filter: None = None


@dataclass(frozen=True)
class Asked:
    """A report that can be made."""

    request: Request
    first: date
    last: date
    zone: str


def asked_report(call: Call) -> Asked:
    """The report that the request describes; refuses one that cannot be made."""
    told = call.json.get("ReportRequest") if isinstance(call.json, dict) else None
    if told is None:
        _refuse(call, 2001, "NullReportRequest", "The report request is null.")
    try:
        request = msgspec.convert(told, Request)
    except msgspec.ValidationError as wrong:
        raise refusal(call, 100, "NullRequest", f"The request cannot be read: {wrong}") from None
    if request.type not in KINDS:
        _refuse(call, 2002, "InvalidReportType", f"The sandbox has nothing to tell in {request.type}.")
    if request.scope.account_ids != [call.account]:
        raise Refused(not_authorized(call))
    if request.aggregation != "Daily":
        _refuse(call, 2007, "InvalidReportAggregation", "The sandbox keeps days: Aggregation must be Daily.")
    zone = request.time.report_time_zone or USUAL_ZONE
    if not zone.isalpha() or len(zone) < SHORTEST_ZONE:
        # A zone goes by the long list of its cities; a value that is no member makes the request unreadable.
        raise refusal(call, 100, "NullRequest", f"ReportTimeZone cannot be {zone}.")
    _check_columns(call, request)
    first, last = _days(call, request)
    return Asked(request, first, last, zone)


def _refuse(call: Call, code: int, name: str, message: str) -> NoReturn:
    raise refusal(call, code, f"ReportingService{name}", message)


def of_the_account(kind: str) -> tuple[str, ...]:
    """The columns of a kind of report that say whose it is."""
    return tuple(name for name in OF_THE_ACCOUNT if name != "CurrencyCode" or kind not in WITHOUT_CURRENCY)


def _check_columns(call: Call, request: Request) -> None:
    attributes = (*of_the_account(request.type), *KINDS[request.type][1])
    for name in request.columns:
        if name not in attributes and name not in METRICS:
            # A word that the report's list of columns does not have makes the request unreadable.
            message = f"'{name}' is not a valid {request.type.removesuffix('Request')}Column."
            raise refusal(call, 100, "NullRequest", message)
    if not any(name in attributes for name in request.columns) or not any(name in METRICS for name in request.columns):
        message = "A report needs at least one attribute and one statistic."
        raise refusal(call, 2015, "InvalidReportColumn", message, "BatchErrors")


def _days(call: Call, request: Request) -> tuple[date, date]:
    today, time = call.sandbox.now(), request.time
    start, end = time.custom_date_range_start, time.custom_date_range_end
    if time.predefined_time in PREDEFINED and start is None and end is None:
        first, last = (today - timedelta(days=back) for back in PREDEFINED[time.predefined_time])
    elif time.predefined_time is not None or start is None or end is None:
        _refuse(call, 2008, "InvalidReportTime", "Either a range from a start to an end, or a predefined time.")
    else:
        first, last = (
            _day(call, start, 2009, "InvalidCustomDateRangeStart"),
            _day(call, end, 2010, "InvalidCustomDateRangeEnd"),
        )
    if first > last:
        _refuse(call, 2011, "EndDateBeforeStartDate", "The end date is before the start date.")
    if first < today.replace(year=today.year - YEARS_KEPT, day=1):
        _refuse(call, 2009, "InvalidCustomDateRangeStart", "Days are kept for 36 months.")
    if request.return_only_complete_data and last >= today:
        _refuse(call, 2004, "NoCompleteDataAvailable", "Complete data is not available for the whole time.")
    return first, last


def _day(call: Call, told: Day, code: int, name: str) -> date:
    try:
        return date(told.year, told.month, told.day)
    except ValueError:
        _refuse(call, code, name, "There is no such day.")


def rows(call: Call, asked: Asked) -> list[list[str]]:
    """The rows of a report, cell by cell."""
    told, attributes = KINDS[asked.request.type]
    known = customer(call)
    fixed = dict(zip(OF_THE_ACCOUNT, (call.account, known["descriptiveName"], known["currencyCode"]), strict=True))
    divided = [name for name in asked.request.columns if name in attributes]
    found = grouped(spent(call, told, asked.first, asked.last), [attributes[name] for name in divided])
    lines = []
    for values, total in found:
        shown = fixed | {name: value or NOTHING for name, value in zip(divided, values, strict=True)}
        lines.append([shown.get(name) or _metric(asked, name, total) for name in asked.request.columns])
    return lines


def file_lines(asked: Asked, cells: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """The lines of a report's file: a header and a footer of its own where they were not excluded."""
    request = asked.request
    lines: list[Sequence[str]] = []
    if not request.exclude_report_header:
        about = {
            "Report Name": request.report_name or "",
            "Report Time": f"{asked.first} - {asked.last}",
            "Time Zone": asked.zone,
            "Report Aggregation": request.aggregation,
            "Rows": str(len(cells)),
        }
        lines += [*([f"{name}: {value}"] for name, value in about.items()), []]
    if not request.exclude_column_headers:
        lines.append(request.columns)
    lines += cells
    if not request.exclude_report_footer:
        lines += [[], [f"©{asked.last.year} Microsoft Corporation. All rights reserved. "]]
    return lines


def _metric(asked: Asked, name: str, total: Total) -> str:
    value = METRICS[name](total)
    if value is None:
        return NOTHING
    text = f"{value:,}" if asked.request.format_version == "1.0" else str(value)
    return f"{text}%" if name in PERCENTAGES else text


def _rounded(part: Decimal, whole: int) -> Decimal | None:
    return (part / whole).quantize(Decimal("0.01")) if whole else None
