"""The part of the Google Ads Query Language that a daily pull needs: SELECT, FROM, WHERE, ORDER BY, LIMIT."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_CAMPAIGN = frozenset(
    f"campaign.{name}"
    for name in (
        "resource_name",
        "id",
        "name",
        "status",
        "advertising_channel_type",
        "advertising_channel_sub_type",
    )
)
_AD_GROUP = frozenset(f"ad_group.{name}" for name in ("resource_name", "id", "name", "status"))
_CUSTOMER = frozenset(
    f"customer.{name}"
    for name in (
        "resource_name", "id", "descriptive_name", "currency_code", "time_zone", "manager", "status",
        "auto_tagging_enabled", "test_account",
    )
)  # fmt: skip
_METRICS = frozenset(
    f"metrics.{name}"
    for name in (
        "impressions", "clicks", "cost_micros", "conversions", "conversions_value", "all_conversions",
        "all_conversions_value", "interactions",
    )
)  # fmt: skip
_SEGMENTS = frozenset({"segments.date", "segments.ad_network_type", "segments.device"})
_KEYWORD = frozenset(
    f"ad_group_criterion.{name}"
    for name in ("resource_name", "criterion_id", "keyword.text", "keyword.match_type", "status")
)
_SEARCH_TERM = frozenset(
    {
        "search_term_view.resource_name", "search_term_view.search_term", "search_term_view.status", "segments.date",
        "segments.search_term_match_type", "segments.keyword.ad_group_criterion", "segments.keyword.info.text",
        "segments.keyword.info.match_type",
    }
)  # fmt: skip
_CLICK = frozenset(
    f"click_view.{name}"
    for name in (
        "resource_name", "gclid", "ad_group_ad", "keyword", "keyword_info.text", "keyword_info.match_type",
        "page_number", "campaign_location_target", "user_list",
    )
)  # fmt: skip
_CLIENT = frozenset(
    f"customer_client.{name}"
    for name in (
        "resource_name", "id", "client_customer", "level", "manager", "currency_code", "time_zone",
        "descriptive_name", "status", "hidden", "test_account",
    )
)  # fmt: skip

_CALL = frozenset(
    f"call_view.{name}"
    for name in (
        "resource_name", "caller_country_code", "caller_area_code", "call_duration_seconds", "start_call_date_time",
        "end_call_date_time", "call_tracking_display_location", "type", "call_status",
    )
)  # fmt: skip
_LEAD_FORM = frozenset(
    f"lead_form_submission_data.{name}"
    for name in (
        "resource_name", "id", "asset", "campaign", "ad_group", "ad_group_ad", "gclid", "submission_date_time",
        "lead_form_submission_fields", "custom_lead_form_submission_fields",
    )
)  # fmt: skip

RESOURCES: dict[str, frozenset[str]] = {
    "customer": _CUSTOMER,
    "customer_client": _CLIENT,
    "campaign": _CAMPAIGN | _CUSTOMER | _METRICS | _SEGMENTS,
    "ad_group": _AD_GROUP | _CAMPAIGN | _CUSTOMER | _METRICS | _SEGMENTS,
    "keyword_view": _KEYWORD
    | _AD_GROUP
    | _CAMPAIGN
    | _CUSTOMER
    | _METRICS
    | _SEGMENTS
    | {"keyword_view.resource_name"},
    "search_term_view": _SEARCH_TERM | _AD_GROUP | _CAMPAIGN | _CUSTOMER | _METRICS,
    # Neither has segments or metrics.
    "call_view": _CALL | _AD_GROUP | _CAMPAIGN | _CUSTOMER,
    "lead_form_submission_data": _LEAD_FORM | _AD_GROUP | _CAMPAIGN | _CUSTOMER,
    "click_view": _CLICK | _AD_GROUP | _CAMPAIGN | _CUSTOMER | _SEGMENTS | {"segments.click_type", "metrics.clicks"},
}

_CLAUSES = re.compile(
    r"^\s*SELECT\s+(?P<select>.+?)\s+FROM\s+(?P<resource>\w+)"
    r"(?:\s+WHERE\s+(?P<where>.+?))?(?:\s+ORDER\s+BY\s+(?P<order>.+?))?"
    r"(?:\s+LIMIT\s+(?P<limit>\d+))?(?:\s+PARAMETERS\s+(?P<parameters>.+?))?\s*$",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(
    r"\s*(?P<field>[\w.]+)\s+(?:BETWEEN\s+(?P<low>'[^']*'|\"[^\"]*\")\s+AND\s+(?P<high>'[^']*'|\"[^\"]*\")"
    r"|(?P<operator>!=|>=|<=|=|<|>)\s*(?P<value>'[^']*'|\"[^\"]*\"|[\w.]+))\s*(?P<rest>AND\s+|$)",
    re.IGNORECASE | re.DOTALL,
)


class QueryRefused(Exception):
    """The query is wrong, in Google's words: category, code, message."""

    def __init__(self, category: str, code: str, message: str) -> None:
        super().__init__(message)
        self.category = category
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Query:
    """What a query asks for."""

    fields: tuple[str, ...]
    resource: str
    first_day: date | None
    last_day: date | None
    conditions: tuple[tuple[str, str, str], ...]
    """The conditions on anything but the day: field, operator, value."""
    limit: int | None

    def mask(self) -> str:
        """The fields as the answer names them."""
        return ",".join(json_path(name) for name in self.fields)


def json_path(field: str) -> str:
    """Where a field stands in a row: ``ad_group.id`` is ``adGroup.id``."""
    return ".".join(camel(part) for part in field.split("."))


def camel(name: str) -> str:
    """A name as JSON spells it."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def parse(text: str) -> Query:
    """The query, or QueryRefused with the code that Google gives."""
    clauses = _CLAUSES.match(text)
    if clauses is None:
        raise QueryRefused("queryError", "UNEXPECTED_END_OF_QUERY", "Error in query: it needs SELECT and FROM.")
    resource = clauses["resource"]
    if resource not in RESOURCES:
        raise QueryRefused(
            "queryError",
            "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE",
            f"Error in query: unknown resource '{resource}'.",
        )
    fields = tuple(name.strip() for name in clauses["select"].split(","))
    for name in fields:
        if name not in RESOURCES[resource]:
            raise QueryRefused("queryError", "UNRECOGNIZED_FIELD", f"Unrecognized field in the query: '{name}'.")
    first_day, last_day, conditions = _where(clauses["where"] or "", resource, fields)
    order = (clauses["order"] or "segments.date").lower().split(",")[0].split()
    if order not in (["segments.date"], ["segments.date", "asc"]):
        raise QueryRefused(
            "queryError", "PROHIBITED_FIELD_IN_ORDER_BY_CLAUSE", "The sandbox orders by segments.date only."
        )
    limit = int(clauses["limit"]) if clauses["limit"] else None
    return Query(fields, resource, first_day, last_day, conditions, limit)


def _where(
    text: str, resource: str, fields: tuple[str, ...]
) -> tuple[date | None, date | None, tuple[tuple[str, str, str], ...]]:
    first_day: date | None = None
    last_day: date | None = None
    conditions: list[tuple[str, str, str]] = []
    start = 0
    while start < len(text):
        found = _CONDITION.match(text, start)
        if found is None or (found.end() == len(text) and found["rest"]):
            raise QueryRefused("queryError", "UNEXPECTED_INPUT", "Error in query: a condition was not understood.")
        start = found.end()
        name = found["field"]
        if name not in RESOURCES[resource]:
            raise QueryRefused("queryError", "UNRECOGNIZED_FIELD", f"Unrecognized field in the query: '{name}'.")
        if name != "segments.date":
            if name.startswith("segments.") and name not in fields:
                raise QueryRefused(
                    "queryError",
                    "EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE",
                    f"The following field must be present in SELECT clause: '{name}'.",
                )
            if found["operator"] is None:
                raise QueryRefused("queryError", "BAD_OPERATOR", f"'{name}' cannot be compared with BETWEEN.")
            conditions.append((name, found["operator"], found["value"].strip("'\"")))
            continue
        low, high = _days(found)
        first_day = max(filter(None, (first_day, low)), default=None)
        last_day = min(filter(None, (last_day, high)), default=None)
    if first_day and last_day and first_day > last_day:
        raise QueryRefused(
            "dateRangeError", "START_DATE_AFTER_END_DATE", "The start date must not be after the end date."
        )
    return first_day, last_day, tuple(conditions)


def _days(condition: re.Match[str]) -> tuple[date | None, date | None]:
    if condition["low"]:
        return _day(condition["low"]), _day(condition["high"])
    day = _day(condition["value"])
    operator = condition["operator"]
    if operator == "=":
        return day, day
    if operator == ">=":
        return day, None
    if operator == "<=":
        return None, day
    raise QueryRefused("queryError", "BAD_OPERATOR", f"segments.date cannot be compared with '{operator}'.")


def _day(literal: str) -> date:
    try:
        if literal[0] not in "'\"":
            raise ValueError(literal)
        return date.fromisoformat(literal.strip("'\""))
    except ValueError:
        raise QueryRefused(
            "queryError", "INVALID_DATE_FORMAT", f"Invalid date literal supplied for filtering: {literal}."
        ) from None
