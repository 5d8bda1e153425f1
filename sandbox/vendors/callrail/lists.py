"""The lists of a CallRail account: what each is called, how it is sorted, and which fields its records have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.answering.fields import names


@dataclass(frozen=True)
class Listing:
    """One list of an account."""

    rows_key: str
    table: str
    key: str
    moment: str | None
    """The column that the dates are compared with; None where there are no dates."""
    sorts: Mapping[str, str]
    default: frozenset[str]
    on_request: frozenset[str]


CALLS = Listing(
    rows_key="calls",
    table="callrail__calls",
    key="call_id",
    moment="started_at",
    sorts={"start_time": "started_at", "created_at": "created_at", "duration": "duration_seconds"},
    default=names(
        "id answered business_phone_number customer_city customer_country customer_name customer_phone_number"
        " customer_state direction duration recording recording_duration recording_player start_time"
        " tracking_phone_number voicemail agent_email"
    ),
    on_request=names(
        "call_type company_id company_name company_time_zone created_at device_type first_call prior_calls"
        " total_calls source source_name campaign medium keywords landing_page_url last_requested_url"
        " referring_url referrer_domain utm_source utm_medium utm_campaign utm_term utm_content gclid fbclid"
        " msclkid ga tracker_id tags note value lead_status good_lead_call_id good_lead_call_time milestones"
        " timeline_url person_id zip_code"
    ),
)
FORM_SUBMISSIONS = Listing(
    rows_key="form_submissions",
    table="callrail__form_submissions",
    key="form_submission_id",
    moment="submitted_at",
    sorts={"submitted_at": "submitted_at"},
    default=names(
        "id company_id person_id form_data form_url landing_page_url referrer referring_url submitted_at"
        " first_form customer_phone_number customer_email customer_name source keywords campaign medium"
    ),
    on_request=names(
        "form_name lead_status value note tags utm_source utm_medium utm_campaign utm_term utm_content gclid"
        " fbclid msclkid milestones timeline_url company_name source medium campaign keywords"
    ),
)
TRACKERS = Listing(
    rows_key="trackers",
    table="callrail__trackers",
    key="tracker_id",
    moment=None,
    sorts={},
    default=names(
        "id name type status destination_number tracking_numbers whisper_message sms_enabled sms_supported"
        " company call_flow source created_at disabled_at pool_size pool_numbers"
    ),
    on_request=frozenset({"campaign_name", "swap_targets"}),
)

CONVERSATIONS = Listing(
    rows_key="conversations",
    table="callrail__text_messages",
    key="conversation_id",
    moment="max(sent_at)",
    sorts={},
    default=names(
        "id initial_tracker_id current_tracker_id customer_name customer_phone_number initial_tracking_number"
        " current_tracking_number last_message_at state formatted_customer_phone_number"
        " formatted_initial_tracking_number formatted_current_tracking_number formatted_customer_name"
        " company_time_zone tracker_name company_name company_id recent_messages"
    ),
    on_request=names("lead_status source"),
)
