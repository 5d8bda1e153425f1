"""Yandex Direct: which field of a report fills which column of ours, and the kinds of reports."""

from __future__ import annotations

from dataclasses import dataclass

from extractors.fields import Field, Fields

CLIENT: Fields = {"login": Field("Login"), "currency": Field("Currency"), "client_info": Field("ClientInfo")}
CRITERION_DAY: Fields = {
    "day": Field("Date", "date"),
    "campaign_id": Field("CampaignId"),
    "campaign_name": Field("CampaignName"),
    "ad_group_id": Field("AdGroupId"),
    "ad_group_name": Field("AdGroupName"),
    "criterion_id": Field("CriterionId"),
    "criterion": Field("Criterion"),
    "criterion_type": Field("CriterionType"),
    "ad_network_type": Field("AdNetworkType"),
    "device": Field("Device"),
    "impressions": Field("Impressions", "integer"),
    "clicks": Field("Clicks", "integer"),
    # Millionths of the account's currency.
    "cost_micros": Field("Cost", "integer"),
    "conversions": Field("Conversions", "decimal"),
}
SEARCH_TERM_DAY: Fields = {
    "day": Field("Date", "date"),
    "campaign_id": Field("CampaignId"),
    "campaign_name": Field("CampaignName"),
    "ad_group_id": Field("AdGroupId"),
    "ad_group_name": Field("AdGroupName"),
    "criterion": Field("Criterion"),
    "match_type": Field("MatchType"),
    "search_term": Field("Query"),
    "impressions": Field("Impressions", "integer"),
    "clicks": Field("Clicks", "integer"),
    "cost_micros": Field("Cost", "integer"),
    "conversions": Field("Conversions", "decimal"),
}
NUMBERS = ("impressions", "clicks", "cost_micros", "conversions")


@dataclass(frozen=True)
class Kind:
    """A kind of report: Yandex's name for it, and its columns."""

    request: str
    fields: Fields


CRITERIA = Kind("CUSTOM_REPORT", CRITERION_DAY)
SEARCH_TERMS = Kind("SEARCH_QUERY_PERFORMANCE_REPORT", SEARCH_TERM_DAY)
"""Yandex makes it in the background only, and of the last 180 days."""
