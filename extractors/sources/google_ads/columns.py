"""Google Ads: where each column stands in a row of the answer, and the query that asks for it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from extractors.model import ColumnType, Row

Paths = Mapping[str, tuple[str, ColumnType]]
"""Column -> (where it stands in a row, its type). The query names the same place in snake_case."""


@dataclass(frozen=True)
class Query:
    """A resource, the columns that are read from it, and the places that no answer with rows can lack."""

    resource: str
    paths: Paths
    needed: tuple[str, ...]

    def text(self, where: str | None = None) -> str:
        """The query in Google's language."""
        # Two columns may be made of one field, which is asked for once.
        fields = ", ".join(dict.fromkeys(_in_query(path) for path, _ in self.paths.values()))
        return f"SELECT {fields} FROM {self.resource}" + (f" WHERE {where}" if where else "")

    def columns(self) -> dict[str, ColumnType]:
        """The columns and their types: whose rows they are, then what was asked for."""
        return {"customer_id": "text", **{column: kind for column, (_, kind) in self.paths.items()}}

    @cached_property
    def _steps(self) -> list[tuple[str, list[str], Any]]:
        # A number that is zero may be left out of the answer.
        return [
            (column, path.split("."), 0 if kind in ("integer", "decimal") else None)
            for column, (path, kind) in self.paths.items()
        ]

    def row(self, result: dict[str, Any], customer: str) -> Row:
        """A row of the customer's answer under our columns' names."""
        row: Row = {"_payload": result, "customer_id": customer}
        for column, steps, missing in self._steps:
            value: Any = result
            for step in steps:
                value = value.get(step) if type(value) is dict else None
            row[column] = missing if value is None else value
        return row


def lacking(page: Sequence[dict[str, Any]], paths: set[str]) -> set[str]:
    """Those of the places that are filled in no row of the page."""
    return {path for path in paths if all(_at(result, path) is None for result in page)}


def after(resource_name: object, mark: str) -> object:
    """What stands last in a resource name: ``customers/1/adGroupAds/31~55`` is ad 55 of ad group 31."""
    return resource_name.rpartition(mark)[2] if isinstance(resource_name, str) else resource_name


def _at(result: dict[str, Any], path: str) -> Any:
    value: Any = result
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _in_query(path: str) -> str:
    """The query's spelling of a place in the answer: ``adGroup.id`` is ``ad_group.id``."""
    return re.sub(r"(?<=[a-z])([A-Z])", lambda match: f"_{match.group(1).lower()}", path)


_CAMPAIGN: Paths = {
    "campaign_id": ("campaign.id", "text"),
    "campaign_name": ("campaign.name", "text"),
}
_AD_GROUP: Paths = {
    "ad_group_id": ("adGroup.id", "text"),
    "ad_group_name": ("adGroup.name", "text"),
}
_SEGMENTS: Paths = {
    "day": ("segments.date", "date"),
    "ad_network_type": ("segments.adNetworkType", "text"),
    "device": ("segments.device", "text"),
}
_METRICS: Paths = {
    "impressions": ("metrics.impressions", "integer"),
    "clicks": ("metrics.clicks", "integer"),
    "cost_micros": ("metrics.costMicros", "integer"),
    "conversions": ("metrics.conversions", "decimal"),
}

CUSTOMER = Query(
    "customer",
    {
        "customer_id": ("customer.id", "text"),
        "descriptive_name": ("customer.descriptiveName", "text"),
        "currency_code": ("customer.currencyCode", "text"),
        "time_zone": ("customer.timeZone", "text"),
        "status": ("customer.status", "text"),
        "is_auto_tagging_enabled": ("customer.autoTaggingEnabled", "boolean"),
    },
    needed=("customer.id", "customer.currencyCode", "customer.timeZone"),
)
CUSTOMER_CLIENTS = Query(
    "customer_client",
    {
        "customer_id": ("customerClient.id", "text"),
        "level": ("customerClient.level", "integer"),
        "descriptive_name": ("customerClient.descriptiveName", "text"),
        "currency_code": ("customerClient.currencyCode", "text"),
        "time_zone": ("customerClient.timeZone", "text"),
        "status": ("customerClient.status", "text"),
        "is_manager": ("customerClient.manager", "boolean"),
        "is_hidden": ("customerClient.hidden", "boolean"),
        "is_test_account": ("customerClient.testAccount", "boolean"),
    },
    needed=("customerClient.id", "customerClient.status"),
)
CAMPAIGN_DAYS = Query(
    "campaign",
    {
        **_SEGMENTS,
        **_CAMPAIGN,
        "campaign_status": ("campaign.status", "text"),
        "channel_type": ("campaign.advertisingChannelType", "text"),
        **_METRICS,
        "conversions_value": ("metrics.conversionsValue", "decimal"),
    },
    needed=("segments.date", "campaign.id", "metrics.costMicros"),
)
AD_GROUP_DAYS = Query(
    "ad_group",
    {**_SEGMENTS, **_AD_GROUP, **_CAMPAIGN, **_METRICS},
    needed=("segments.date", "adGroup.id", "metrics.costMicros"),
)
KEYWORD_DAYS = Query(
    "keyword_view",
    {
        **_SEGMENTS,
        **_AD_GROUP,
        "criterion_id": ("adGroupCriterion.criterionId", "text"),
        **_CAMPAIGN,
        "keyword_text": ("adGroupCriterion.keyword.text", "text"),
        "match_type": ("adGroupCriterion.keyword.matchType", "text"),
        **_METRICS,
    },
    needed=("segments.date", "adGroupCriterion.criterionId", "metrics.costMicros"),
)
SEARCH_TERM_DAYS = Query(
    "search_term_view",
    {
        "day": ("segments.date", "date"),
        **_CAMPAIGN,
        **_AD_GROUP,
        # customers/{id}/adGroupCriteria/{ad group}~{criterion}
        "criterion_id": ("segments.keyword.adGroupCriterion", "text"),
        "keyword_text": ("segments.keyword.info.text", "text"),
        "match_type": ("segments.keyword.info.matchType", "text"),
        "search_term": ("searchTermView.searchTerm", "text"),
        "search_term_match_type": ("segments.searchTermMatchType", "text"),
        **_METRICS,
    },
    needed=("segments.date", "searchTermView.searchTerm", "metrics.costMicros"),
)
CLICK_VIEW = Query(
    "click_view",
    {
        **_SEGMENTS,
        "gclid": ("clickView.gclid", "text"),
        "click_type": ("segments.clickType", "text"),
        **_CAMPAIGN,
        **_AD_GROUP,
        # customers/{id}/adGroupAds/{ad group}~{ad} and .../adGroupCriteria/{ad group}~{criterion}
        "ad_id": ("clickView.adGroupAd", "text"),
        "criterion_id": ("clickView.keyword", "text"),
        "keyword_text": ("clickView.keywordInfo.text", "text"),
        "match_type": ("clickView.keywordInfo.matchType", "text"),
        "clicks": ("metrics.clicks", "integer"),
    },
    # A click of a campaign without ad groups has neither ad group nor keyword.
    needed=("segments.date", "clickView.gclid", "campaign.id"),
)
CALL_VIEW = Query(
    "call_view",
    {
        "call_id": ("callView.resourceName", "text"),
        # Without an offset: the clock is that of the customer, and so is the day.
        "day": ("callView.startCallDateTime", "date"),
        "started_at": ("callView.startCallDateTime", "timestamp"),
        "ended_at": ("callView.endCallDateTime", "timestamp"),
        "time_zone": ("customer.timeZone", "text"),
        "duration_seconds": ("callView.callDurationSeconds", "integer"),
        "call_status": ("callView.callStatus", "text"),
        "call_type": ("callView.type", "text"),
        "display_location": ("callView.callTrackingDisplayLocation", "text"),
        "caller_country_code": ("callView.callerCountryCode", "text"),
        # Nothing of a call that lasted less than 15 seconds.
        "caller_area_code": ("callView.callerAreaCode", "text"),
        **_CAMPAIGN,
        **_AD_GROUP,
    },
    needed=("callView.startCallDateTime", "callView.callStatus", "customer.timeZone", "campaign.id"),
)
LEAD_FORM_SUBMISSIONS = Query(
    "lead_form_submission_data",
    {
        "lead_id": ("leadFormSubmissionData.id", "text"),
        "submitted_at": ("leadFormSubmissionData.submissionDateTime", "timestamp"),
        "form_id": ("leadFormSubmissionData.asset", "text"),
        **_CAMPAIGN,
        # A form of a whole campaign, or of a Performance Max campaign, belongs to no ad group.
        "ad_group_id": ("leadFormSubmissionData.adGroup", "text"),
        "ad_id": ("leadFormSubmissionData.adGroupAd", "text"),
        "gclid": ("leadFormSubmissionData.gclid", "text"),
        "fields": ("leadFormSubmissionData.leadFormSubmissionFields", "text"),
        "custom_fields": ("leadFormSubmissionData.customLeadFormSubmissionFields", "text"),
    },
    needed=(
        "leadFormSubmissionData.id",
        "leadFormSubmissionData.submissionDateTime",
        "leadFormSubmissionData.leadFormSubmissionFields",
    ),
)
