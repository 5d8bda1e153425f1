"""What each rule file promises: which columns tell its rows apart, and what its values must be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from warehouse.rules.values import (
    Check,
    RowCheck,
    a_currency,
    a_day,
    a_number,
    a_pattern,
    a_phone,
    a_region,
    a_share,
    a_small_pattern,
    a_time_of_day,
    a_time_zone,
    a_weekday,
    a_weight,
    a_whole_number,
    an_email,
    an_identifier,
    an_identifier_type,
    days,
    hosts,
    one_of,
    opens_before_it_closes,
    two_identifiers,
)


@dataclass(frozen=True)
class RuleFile:
    """A rule file. Its columns are the header of the default that the project ships."""

    key: tuple[str, ...]
    required: tuple[str, ...] = ()
    """Columns that may not be empty."""
    values: Mapping[str, Check] = field(default_factory=dict)
    """How to read a column's values, where they are not plain text."""
    rows: tuple[RowCheck, ...] = ()
    """What the values of a row must be together."""


RULE_FILES: dict[str, RuleFile] = {
    "activation_destinations": RuleFile(
        ("destination",),
        ("destination",),
        {
            "email": one_of("0", "1"),
            "phone": one_of("0", "1"),
            "click_days": days,
            "event_days": days,
            "correction": one_of("retract", "cancel", "value", "none"),
        },
    ),
    "activations": RuleFile(("destination", "account", "milestone"), ("brand", "destination", "account", "milestone")),
    "ai_assistants": RuleFile(("host",), ("host",)),
    "brands": RuleFile(
        ("brand",),
        ("brand",),
        {"time_zone": a_time_zone, "currency": a_currency, "phone_region": a_region, "site_hosts": hosts},
    ),
    "business_settings": RuleFile(
        ("brand", "setting"),
        ("setting", "value"),
        {
            "setting": one_of(
                "abandoned_call_seconds",
                "voicemail_counts_as_missed",
                "late_response_minutes",
                "callback_soon_minutes",
                "callback_late_minutes",
                "dormant_days",
                "abc_a_percent",
                "abc_b_percent",
                "guess_stages",
                "maturity_min_conversions",
            ),
            "value": a_whole_number,
        },
    ),
    "campaign_map": RuleFile(("brand", "utm_source", "utm_campaign"), ("campaign_id",)),
    "channel_rules": RuleFile(
        ("rule_order",),
        ("rule_order", "channel"),
        {
            "rule_order": a_whole_number,
            "source_pattern": a_small_pattern,
            "medium_pattern": a_small_pattern,
            "campaign_pattern": a_small_pattern,
            "click_id": a_small_pattern,
        },
    ),
    "claim_rules": RuleFile(
        ("platform", "inquiry_kind"),
        ("platform", "inquiry_kind", "click_days", "counted_on"),
        {
            "inquiry_kind": one_of("form", "call", "chat", "email", "lead_ad", "walk_in"),
            "click_days": days,
            "counted_on": one_of("click", "conversion"),
            "least_seconds": a_whole_number,
        },
    ),
    "click_ids": RuleFile(("click_id_type",), ("click_id_type",)),
    "custom_weights": RuleFile(
        ("milestone",),
        ("milestone", "weight"),
        {"milestone": one_of("first", "lead", "qualified", "opportunity", "close", "between"), "weight": a_weight},
    ),
    "disposable_domains": RuleFile(("domain",), ("domain",)),
    "employees": RuleFile(("brand", "email", "phone"), (), {"email": an_email, "phone": a_phone}),
    "empty_names": RuleFile(("name",), ("name",)),
    "excluded_referrers": RuleFile(("host_pattern",), ("host_pattern",)),
    "flag_definitions": RuleFile(
        ("flag",), ("flag", "severity"), {"severity": one_of("high", "medium", "low"), "blocks_above": a_share}
    ),
    "form_fields": RuleFile(
        ("field",),
        ("field", "meaning"),
        {
            "meaning": one_of(
                "client_id",
                "visit_id",
                "click_id",
                "utm_source",
                "utm_medium",
                "utm_campaign",
                "utm_term",
                "utm_content",
                "page_url",
                "page_url_guess",
                "referrer",
                "context",
                "email",
                "phone",
                "phone_country",
                "phone_area",
                "name",
                "first_name",
                "middle_name",
                "last_name",
                "company",
                "city",
                "product",
                "self_reported_source",
                "gclid",
                "gbraid",
                "fbclid",
                "msclkid",
                "yclid",
            )
        },
    ),
    "holiday_regions": RuleFile(("brand",), ("region",)),
    "holidays": RuleFile(("brand", "holiday"), ("holiday",), {"holiday": a_day}),
    "identifier_blocklist": RuleFile(("identifier_type", "identifier_value"), ("identifier_type", "identifier_value")),
    "identity_overrides": RuleFile(
        ("brand", "identifier_type", "identifier_value", "other_identifier_type", "other_identifier_value"),
        ("brand", "identifier_type", "identifier_value", "other_identifier_type", "other_identifier_value"),
        {
            "decision": one_of("merge", "separate"),
            "identifier_type": an_identifier_type,
            "other_identifier_type": an_identifier_type,
        },
        (
            an_identifier("identifier_type", "identifier_value"),
            an_identifier("other_identifier_type", "other_identifier_value"),
            two_identifiers,
        ),
    ),
    "lookback_windows": RuleFile(
        ("conversion_type",),
        ("conversion_type", "days"),
        # `sale` stands for both kinds of sale, where they have no line of their own.
        {
            "conversion_type": one_of("lead", "qualified_lead", "sale", "first_sale", "repeat_sale"),
            "days": days,
        },
    ),
    "identity_settings": RuleFile(("setting",), ("setting", "value")),
    "lost_reasons": RuleFile(
        ("reason_pattern",),
        ("reason_pattern", "refusal"),
        {"reason_pattern": a_small_pattern, "refusal": one_of("not_offered", "not_in_stock", "price", "spam")},
    ),
    "mail_sites": RuleFile(("host_pattern",), ("host_pattern",)),
    "mail_providers": RuleFile(
        ("domain",), ("domain",), {"ignores_dots": one_of("0", "1"), "ignores_plus": one_of("0", "1")}
    ),
    "nicknames": RuleFile(("short_name", "name"), ("short_name", "name")),
    "platform_channels": RuleFile(("platform", "channel_type"), ("channel",)),
    "problem_thresholds": RuleFile(
        ("problem_number",),
        ("problem_number", "problem", "threshold"),
        {"problem_number": a_whole_number, "threshold": a_number},
    ),
    "programme_channels": RuleFile(("brand", "channel"), ("channel",)),
    "response_buckets": RuleFile(
        ("bucket_order",),
        ("bucket_order", "bucket"),
        {"bucket_order": a_whole_number, "below_minutes": a_whole_number},
    ),
    "role_mailboxes": RuleFile(("mailbox",), ("mailbox",)),
    "search_engines": RuleFile(("host_pattern",), ("host_pattern",)),
    "program_agents": RuleFile(("pattern",), ("pattern",), {"pattern": a_pattern}),
    "self_reported_channels": RuleFile(
        ("answer_pattern",), ("answer_pattern", "channel"), {"answer_pattern": a_small_pattern}
    ),
    "shopping_sites": RuleFile(("host_pattern",), ("host_pattern",)),
    "social_networks": RuleFile(("host_pattern",), ("host_pattern",)),
    "source_platforms": RuleFile(("source",), ("source", "platform")),
    "spam_patterns": RuleFile(("field", "pattern"), ("field", "pattern"), {"pattern": a_pattern}),
    "stage_map": RuleFile(
        ("brand", "source", "pipeline_id", "stage_id", "stage_label_pattern", "milestone"),
        ("milestone",),
        {
            "milestone": one_of("qualified", "opportunity", "won", "lost"),
            "stage_label_pattern": a_pattern,
        },
    ),
    "tracker_channels": RuleFile(("source_type",), ("source_type",)),
    "video_sites": RuleFile(("host_pattern",), ("host_pattern",)),
    "withheld_numbers": RuleFile(("phone_text",), ("phone_text",)),
    "working_hours": RuleFile(
        ("brand", "weekday"),
        ("weekday", "opens_at", "closes_at"),
        {"weekday": a_weekday, "opens_at": a_time_of_day, "closes_at": a_time_of_day},
        (opens_before_it_closes,),
    ),
}
"""Written out, so that a rule file that nobody described here is noticed by a test."""
