"""TikTok takes events of a CRM: always with HTTP 200, and one bad event refuses its request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sandbox.answering.answer import Answer
from sandbox.answering.taken import taken_by
from sandbox.answering.vendor import Call
from sandbox.vendors.tiktok_ads.errors import bad_parameter, no_permission, ok

MOST_EVENTS = 1_000
OLDEST = timedelta(days=28)
SHA256 = re.compile(r"[0-9a-f]{64}")
WITH_MONEY = ("Purchase", "CompletePayment", "PlaceAnOrder")


def track(call: Call) -> Answer:
    """``POST /open_api/v1.3/event/track/``. An event set has the number of its account here."""
    body = call.json if isinstance(call.json, dict) else {}
    events = body.get("data")
    if body.get("event_source") != "crm":
        raise bad_parameter(call, "event_source: the sandbox takes crm only.")
    if body.get("event_source_id") != call.account:
        return no_permission(call)
    if not isinstance(events, list) or not 0 < len(events) <= MOST_EVENTS:
        raise bad_parameter(call, "data: must hold 1 to 1000 events.")
    for place, event in enumerate(events):
        if fault := _fault(call, event):
            raise bad_parameter(call, f"data.{place}.{fault}")
    with call.sandbox.lock:
        taken = taken_by(call.sandbox, "tiktok_ads", call.account)
        taken.takes(events)
        for event in events:
            taken.counts(f"{event['event']}|{event['event_id']}", event, call.sandbox.now())
    return ok(call, {})


def _fault(call: Call, event: Mapping[str, Any]) -> str:
    moment, end = event.get("event_time"), datetime.combine(call.sandbox.now(), time.max, UTC)
    if not event.get("event") or not event.get("event_id"):
        return "event: event and event_id are required."
    if not isinstance(moment, int) or not (end - OLDEST - timedelta(days=1)).timestamp() <= moment <= end.timestamp():
        return "event_time: is not within the last 28 days."
    user, lead = event.get("user") or {}, event.get("lead") or {}
    if not any(user.get(key) for key in ("email", "phone", "ttclid")) and not lead.get("lead_id"):
        return "user: names nobody."
    if any(not SHA256.fullmatch(str(one)) for key in ("email", "phone") for one in user.get(key) or []):
        return "user: is not hashed."
    if not lead.get("lead_event_source"):
        return "lead.lead_event_source: is required."
    money = event.get("properties") or {}
    if event["event"] in WITH_MONEY and (money.get("value") is None or not money.get("currency")):
        return "properties: value and currency are required."
    if money.get("value") is not None and money["value"] < 0:
        return "properties.value: is negative."
    return ""
