"""Microsoft Advertising: which column of a report fills which column of ours."""

from __future__ import annotations

from extractors.fields import Field, Fields

SEGMENTS: Fields = {
    "day": Field("TimePeriod", "date"),
    "network": Field("Network"),
    "device_type": Field("DeviceType"),
    "currency_code": Field("CurrencyCode"),
}
CAMPAIGN: Fields = {"campaign_id": Field("CampaignId"), "campaign_name": Field("CampaignName")}
AD_GROUP: Fields = {"ad_group_id": Field("AdGroupId"), "ad_group_name": Field("AdGroupName")}
METRICS: Fields = {
    "impressions": Field("Impressions", "integer"),
    "clicks": Field("Clicks", "integer"),
    "spend": Field("Spend", "decimal"),
    "conversions": Field("Conversions", "decimal"),
    "conversions_qualified": Field("ConversionsQualified", "decimal"),
    "revenue": Field("Revenue", "decimal"),
}
CAMPAIGN_DAY: Fields = {
    **SEGMENTS,
    **CAMPAIGN,
    "campaign_status": Field("CampaignStatus"),
    "campaign_type": Field("CampaignType"),
    **METRICS,
}
AD_GROUP_DAY: Fields = {**SEGMENTS, **AD_GROUP, **CAMPAIGN, **METRICS}
KEYWORD_DAY: Fields = {
    **SEGMENTS,
    **AD_GROUP,
    "keyword_id": Field("KeywordId"),
    "keyword": Field("Keyword"),
    "bid_match_type": Field("BidMatchType"),
    "delivered_match_type": Field("DeliveredMatchType"),
    **CAMPAIGN,
    **METRICS,
}
SEARCH_TERM_DAY: Fields = {
    # The report knows no currency, network or device, and no term that brought few clicks.
    "day": Field("TimePeriod", "date"),
    **AD_GROUP,
    "keyword_id": Field("KeywordId"),
    "keyword": Field("Keyword"),
    "bid_match_type": Field("BidMatchType"),
    "delivered_match_type": Field("DeliveredMatchType"),
    "search_term": Field("SearchQuery"),
    **CAMPAIGN,
    **METRICS,
}
