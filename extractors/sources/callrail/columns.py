"""Which CallRail field fills which column, and what is asked for beyond what comes by itself."""

from __future__ import annotations

from extractors.fields import Field, Fields, same_named
from extractors.forms.columns import WORDS

UTM = same_named("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")

CALL: Fields = {
    "call_id": Field("id"),
    "started_at": Field("start_time", "timestamp"),
    "created_at": Field("created_at", "timestamp"),
    **same_named("customer_phone_number", "tracking_phone_number", "business_phone_number"),
    **same_named("customer_name", "customer_city", "customer_country", "direction"),
    "duration_seconds": Field("duration", "integer"),
    # True for a voicemail too: whether a person answered, the two columns tell together.
    "is_answered": Field("answered", "boolean"),
    "is_voicemail": Field("voicemail", "boolean"),
    "is_first_call": Field("first_call", "boolean"),
    **same_named("tracker_id", "company_id", "source_name", "source", "medium", "campaign", "keywords"),
    **same_named("landing_page_url", "last_requested_url", "referring_url"),
    **UTM,
    **same_named("gclid", "fbclid", "msclkid"),
    "ga_client_id": Field("ga"),
    **same_named("agent_email", "lead_status", "device_type", "person_id"),
    "value": Field("value", "decimal"),
    "tags": Field("tags"),
}

FORM_SUBMISSION: Fields = {
    "form_submission_id": Field("id"),
    "submitted_at": Field("submitted_at", "timestamp"),
    **same_named("company_id", "person_id", "form_name", "form_url"),
    **same_named("landing_page_url", "referring_url", "referrer"),
    **same_named("customer_email", "customer_phone_number", "customer_name"),
    **same_named("source", "medium", "campaign", "keywords", "gclid", "fbclid"),
    **UTM,
    **same_named("form_data", "lead_status"),
    **same_named(*WORDS),
}

TRACKER: Fields = {
    "tracker_id": Field("id"),
    **same_named("name", "type", "status", "company_id", "company_name"),
    **same_named("destination_number", "tracking_numbers", "source_type"),
    "created_at": Field("created_at", "timestamp"),
    "disabled_at": Field("disabled_at", "timestamp"),
}

# What a message says of itself, and beside it what its conversation says of all of them.
TEXT_MESSAGE: Fields = {
    **same_named("message_id", "thread_id"),
    "conversation_id": Field("id"),
    "sent_at": Field("created_at", "timestamp"),
    **same_named("direction"),
    "message_type": Field("type"),
    **same_named("content", "media_urls"),
    **same_named("customer_phone_number", "customer_name"),
    **same_named("initial_tracking_number", "current_tracking_number", "initial_tracker_id", "current_tracker_id"),
    **same_named("tracker_name", "company_id", "source", "lead_status", "tags"),
}

CALLS_ON_REQUEST = (
    "agent_email,campaign,company_id,created_at,device_type,fbclid,first_call,ga,gclid,keywords,"
    "landing_page_url,last_requested_url,lead_status,medium,msclkid,person_id,referring_url,source,"
    "source_name,tags,tracker_id,utm_campaign,utm_content,utm_medium,utm_source,utm_term,value"
)
"""What a call has only when asked for. One name that CallRail does not know is an error."""

FORMS_ON_REQUEST = "fbclid,form_name,gclid,lead_status,medium,utm_campaign,utm_content,utm_medium,utm_source,utm_term"

TEXTS_ON_REQUEST = "lead_status,source"

EXPECTED_OF_CALLS = (
    # Sent without being asked for, and what attribution cannot do without.
    *("id", "answered", "voicemail", "direction", "duration", "start_time", "customer_phone_number"),
    *("tracking_phone_number", "source", "medium", "campaign", "landing_page_url", "gclid"),
)

EXPECTED_OF_CONVERSATIONS = (
    *("id", "customer_phone_number", "initial_tracking_number", "current_tracking_number", "recent_messages"),
    "source",
)
