"""CallRail: calls, form submissions, and the tracking numbers that tell where they came from.

API: https://apidocs.callrail.com (v3). A call can be listed up to 20 minutes after it ended, and its
tags, value and lead status change later: the last 30 days are read again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from extractors.answers import retry_after
from extractors.auth import StaticHeader
from extractors.client import Answer, Client, Verdict
from extractors.fields import Field, Fields, as_json, columns_of, expect_fields, picked, same_named
from extractors.model import Account, Connection, Row, Source, Table, Window
from extractors.paging import numbered_pages

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
}

TRACKER: Fields = {
    "tracker_id": Field("id"),
    **same_named("name", "type", "status", "company_id", "company_name"),
    **same_named("destination_number", "tracking_numbers", "source_type"),
    "created_at": Field("created_at", "timestamp"),
    "disabled_at": Field("disabled_at", "timestamp"),
}

CALLS_ON_REQUEST = (
    "agent_email,campaign,company_id,created_at,device_type,fbclid,first_call,ga,gclid,keywords,"
    "landing_page_url,last_requested_url,lead_status,medium,msclkid,person_id,referring_url,source,"
    "source_name,tags,tracker_id,utm_campaign,utm_content,utm_medium,utm_source,utm_term,value"
)
"""What a call has only when asked for. One name that CallRail does not know is an error."""

FORMS_ON_REQUEST = "fbclid,form_name,gclid,lead_status,medium,utm_campaign,utm_content,utm_medium,utm_source,utm_term"

EXPECTED_OF_CALLS = (
    # Sent without being asked for, and what attribution cannot do without.
    *("id", "answered", "voicemail", "direction", "duration", "start_time", "customer_phone_number"),
    *("tracking_phone_number", "source", "medium", "campaign", "landing_page_url", "gclid"),
)

# Networks spell ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE on the telephone's keypad.
KEYPAD_WORDS = ("266696687", "7378742833", "2562533", "8656696", "86282452253")


def classify(answer: Answer) -> Verdict | None:
    """CallRail's own rules; its error texts are not documented, so the status decides."""
    if answer.status == 429:
        # The documentation promises no word on when the next request may come.
        asked = retry_after(answer.headers)
        reason = "CallRail allows 1,000 requests an hour and 10,000 a day"
        return Verdict("wait", reason, after=10 if asked is None else asked)
    if answer.status == 403 and "/form_submissions.json" in answer.url:
        return Verdict("skip", "form tracking is not switched on for this account, or the key's user may not read it")
    if answer.status in (400, 422) and re.search(r"date|range|month", answer.text, re.IGNORECASE):
        return Verdict("fix_settings", "CallRail keeps 25 months; ask for days it still has")
    if answer.status == 401:
        return Verdict("fix_settings", "the API key is wrong or was deleted")
    return None


def read_calls(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the calls that started on the window's days, in UTC."""
    path = f"/v3/a/{account.account}/calls.json"
    params = {**_days(window), "sort": "start_time", "order": "asc", "fields": CALLS_ON_REQUEST}
    for page in numbered_pages(client, path, "calls", params, size=250):
        expect_fields("callrail: calls", page, EXPECTED_OF_CALLS)
        yield [_call(call) for call in page]


def _call(call: dict[str, Any]) -> Row:
    return {
        **picked(call, CALL),
        "customer_phone_number": shown_number(call.get("customer_phone_number")),
        "value": None if call.get("value") == "" else call.get("value"),
        "tags": as_json(_tag_names(call.get("tags"))),
        "_payload": call,
    }


def read_form_submissions(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the forms submitted on the window's days, in UTC."""
    path = f"/v3/a/{account.account}/form_submissions.json"
    params = {**_days(window), "sort": "submitted_at", "order": "asc", "fields": FORMS_ON_REQUEST}
    for page in numbered_pages(client, path, "form_submissions", params, size=250):
        expect_fields("callrail: form_submissions", page, ("id", "submitted_at", "form_data"))
        yield [_form_submission(form) for form in page]


def _form_submission(form: dict[str, Any]) -> Row:
    return {
        **picked(form, FORM_SUBMISSION),
        "customer_phone_number": shown_number(form.get("customer_phone_number")),
        "form_data": as_json(form.get("form_data")),
        "_payload": form,
    }


def read_trackers(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield every tracker, the disabled ones too: old calls came over them."""
    for page in numbered_pages(client, f"/v3/a/{account.account}/trackers.json", "trackers", {}, size=250):
        expect_fields("callrail: trackers", page, ("id", "type", "status"))
        yield [_tracker(tracker) for tracker in page]


def _tracker(tracker: dict[str, Any]) -> Row:
    company = tracker.get("company") or {}
    return {
        **picked(tracker, TRACKER),
        "company_id": company.get("id"),
        "company_name": company.get("name"),
        "tracking_numbers": as_json(_numbers(tracker)),
        "source_type": (tracker.get("source") or {}).get("type"),
        "_payload": tracker,
    }


def shown_number(number: Any) -> Any:
    """The caller's number; None when withheld, or all withheld callers would become one person."""
    if not isinstance(number, str):
        return number
    digits = re.sub(r"\D", "", number)
    return number if digits and digits not in KEYPAD_WORDS else None


def _numbers(tracker: dict[str, Any]) -> list[str]:
    """A source tracker lists its numbers; a session tracker has a pool, inside the list or beside it."""
    listed = tracker.get("tracking_numbers") or []
    entries: list[Any] = [listed] if isinstance(listed, dict) else list(listed)
    numbers = [entry for entry in entries if isinstance(entry, str)]
    for pool in [*(entry for entry in entries if isinstance(entry, dict)), tracker]:
        numbers += [number for number in pool.get("pool_numbers") or [] if isinstance(number, str)]
    return list(dict.fromkeys(numbers))


def _tag_names(tags: Any) -> Any:
    """Tags come as names, or as objects that have one."""
    if not isinstance(tags, list):
        return tags
    return [tag.get("name") if isinstance(tag, dict) else tag for tag in tags]


def _days(window: Window) -> dict[str, str]:
    # Without dates CallRail answers for the last days only; without a zone, in that of the key's owner.
    return {
        "start_date": window.first_day.isoformat(),
        "end_date": window.last_day.isoformat(),
        "time_zone": "UTC",
    }


def connect(connection: Connection, account: Account) -> Client:
    """A client that carries the API key."""
    return Client(
        # The vendor's documentation writes the version into the address; either way it is asked once.
        connection.base_url.rstrip("/").removesuffix("/v3"),
        name=f"callrail/{account.account}",
        auth=StaticHeader("Authorization", 'Token token="{}"', connection.password),
        classify=classify,
        secrets=connection.secrets(),
    )


CALLRAIL = Source(
    name="callrail",
    kind="calls",
    base_url="https://api.callrail.com",
    docs="https://apidocs.callrail.com",
    settings={"password": "CallRail: Settings > Integrations > API keys, of a user who sees all companies."},
    connect=connect,
    tables=(
        Table(
            name="calls",
            grain="day",
            key=("call_id",),
            day="started_at",
            required=("direction", "is_answered"),
            restated_days=30,
            columns=columns_of(CALL),
            read=read_calls,
        ),
        Table(
            name="form_submissions",
            grain="day",
            key=("form_submission_id",),
            day="submitted_at",
            restated_days=30,
            columns=columns_of(FORM_SUBMISSION),
            read=read_form_submissions,
        ),
        Table(
            name="trackers",
            grain="snapshot",
            key=("tracker_id",),
            columns=columns_of(TRACKER),
            read=read_trackers,
        ),
    ),
)
