"""Google's Data Manager takes events: one bad required field refuses the request, the same id at an action adjusts.

What becomes of a request that was taken is told later, as counts by reason and never by row.
"""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sandbox.answering.answer import Answer, json_answer
from sandbox.answering.taken import taken_by
from sandbox.answering.vendor import Call

ACTIONS = ("700001", "700002")
"""The conversion actions of type UPLOAD_CLICKS that every account has."""
MOST_EVENTS = 2_000
MOST_IDENTIFIERS = 10
SOURCES = ("WEB", "APP", "IN_STORE", "PHONE", "MESSAGE", "OTHER")
CHOICES = ("CONSENT_GRANTED", "CONSENT_DENIED")
SHA256 = re.compile(r"[0-9a-f]{64}")
CURRENCY = re.compile(r"[A-Z]{3}")
KNOWN = {
    "transactionId", "eventTimestamp", "eventSource", "adIdentifiers", "userData", "currency", "conversionValue",
    "consent", "destinationReferences", "lastUpdatedTimestamp", "userProperties", "customVariables",
}  # fmt: skip
Violation = tuple[str, str]
"""Field and reason."""


@dataclass
class Request:
    """A request that was taken, and what is told of it later."""

    destination: Mapping[str, Any]
    records: int
    errors: Counter[str] = field(default_factory=Counter)
    polls: int = 0


def ingest(call: Call) -> Answer:
    """``POST /v1/events:ingest``."""
    body = call.json if isinstance(call.json, dict) else {}
    events, destinations = body.get("events"), body.get("destinations")
    if not isinstance(events, list) or not events or not isinstance(destinations, list) or not destinations:
        return _refused([("events", "REQUIRED_FIELD_MISSING")])
    if len(events) > MOST_EVENTS:
        return _refused([("events", "TOO_MANY_EVENTS")])
    account = (destinations[0].get("operatingAccount") or {}).get("accountId")
    if account != call.account:
        return _refused([("destinations[0].operating_account", "PERMISSION_DENIED")], 403, "PERMISSION_DENIED")
    action = destinations[0].get("productDestinationId")
    if action not in ACTIONS:
        return _refused([("destinations[0].product_destination_id", "INVALID_CONVERSION_ACTION_ID")])
    has_contacts = any(event.get("userData") for event in events)
    if has_contacts and body.get("encoding") not in ("HEX", "BASE64"):
        return _refused([("encoding", "REQUIRED_FIELD_MISSING")])
    if has_contacts and ("terms", "google_ads") in call.sandbox.kept:
        return _refused([("destinations[0]", "TERMS_AND_CONDITIONS_NOT_SIGNED")])
    found = [
        (f"events.events[{place}].{field}", reason)
        for place, event in enumerate(events)
        for field, reason in _violations(call, event)
    ]
    if found:
        return _refused(found)
    request = str(uuid.uuid5(uuid.NAMESPACE_URL, call.text()))
    if not body.get("validateOnly"):
        with call.sandbox.lock:
            taken = taken_by(call.sandbox, "google_ads", call.account)
            taken.takes(events)
            known = Request(destinations[0], len(events))
            for event in events:
                if reason := _refused_later(call, event):
                    known.errors[reason] += 1
                else:
                    _count(taken.standing, f"{action}|{event['transactionId']}", event)
            call.sandbox.kept["data_manager", request] = known
    return json_answer({"requestId": request, "fieldWarnings": []})


def request_status(call: Call) -> Answer:
    """``GET /v1/requestStatus:retrieve``: how many records of a request came to nothing, by reason."""
    with call.sandbox.lock:
        known = call.sandbox.kept.get(("data_manager", call.query.get("requestId", "")))
        if not isinstance(known, Request):
            return _refused([("request_id", "INVALID_REQUEST_ID")])
        known.polls += 1
        is_done = known.polls > call.sandbox.settings.report_polls
    said: dict[str, Any] = {"destination": known.destination, "requestStatus": "PROCESSING"}
    if is_done:
        bad = known.errors.total()
        said["requestStatus"] = "SUCCESS" if not bad else "FAILED" if bad == known.records else "PARTIAL_SUCCESS"
        # Numbers of 64 bits are texts in Google's JSON.
        said["eventsIngestionStatus"] = {"recordCount": str(known.records)}
        counts = [{"reason": reason, "recordCount": str(count)} for reason, count in sorted(known.errors.items())]
        said |= {"errorInfo": {"errorCounts": counts}} if counts else {}
    return json_answer({"requestStatusPerDestination": [said]})


def _refused_later(call: Call, event: Mapping[str, Any]) -> str:
    """Whom a click does not name a contact may."""
    clicks = (event.get("adIdentifiers") or {}).values()
    is_strange = any(one in call.sandbox.settings.refused_later for one in clicks)
    return "PROCESSING_ERROR_REASON_CLICK_NOT_FOUND" if is_strange and not event.get("userData") else ""


def _count(standing: dict[str, Mapping[str, Any]], key: str, event: Mapping[str, Any]) -> None:
    """A known id is an adjustment: value and currency are overwritten, everything else stays."""
    if key not in standing:
        standing[key] = event
    else:
        money = {name: event[name] for name in ("conversionValue", "currency") if name in event}
        standing[key] = {**standing[key], **money}


def _violations(call: Call, event: Mapping[str, Any]) -> list[Violation]:
    found: list[Violation] = [(name, "INVALID_EVENT") for name in sorted(set(event) - KNOWN)]
    contacts = (event.get("userData") or {}).get("userIdentifiers") or []
    clicks = {name: value for name, value in (event.get("adIdentifiers") or {}).items() if value}
    if not event.get("transactionId"):
        found.append(("transaction_id", "REQUIRED_FIELD_MISSING"))
    if not contacts and not clicks:
        found.append(("user_data", "NO_IDENTIFIERS_PROVIDED"))
    if len(contacts) > MOST_IDENTIFIERS:
        found.append(("user_data.user_identifiers", "TOO_MANY_USER_IDENTIFIERS"))
    for place, contact in enumerate(contacts):
        value = contact.get("emailAddress") or contact.get("phoneNumber") or ""
        if len(contact) != 1 or not SHA256.fullmatch(value):
            found.append((f"user_data.user_identifiers[{place}]", "INVALID_SHA256_FORMAT"))
    found += [("ad_identifiers.gclid", "INVALID_FORMAT") for value in clicks.values() if " " in str(value)]
    found += _time_violations(call, event.get("eventTimestamp"))
    if event.get("eventSource") not in SOURCES:
        found.append(("event_source", "INVALID_EVENT"))
    if "conversionValue" in event and not CURRENCY.fullmatch(str(event.get("currency"))):
        found.append(("currency", "INVALID_CURRENCY_CODE"))
    if "conversionValue" in event and not isinstance(event["conversionValue"], int | float):
        found.append(("conversion_value", "INVALID_NUMBER_FORMAT"))
    for name, choice in (event.get("consent") or {}).items():
        if name not in ("adUserData", "adPersonalization") or choice not in CHOICES:
            found.append((f"consent.{name}", "INVALID_FORMAT"))
    return found


def _time_violations(call: Call, text: Any) -> list[Violation]:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return [("event_timestamp", "INVALID_FORMAT")]
    end = datetime.combine(call.sandbox.now(), time.max, UTC)
    if moment.tzinfo is None:
        return [("event_timestamp", "INVALID_FORMAT")]
    return [] if end - timedelta(days=91) <= moment <= end else [("event_timestamp", "EVENT_TIME_INVALID")]


def _refused(violations: list[Violation], status: int = 400, name: str = "INVALID_ARGUMENT") -> Answer:
    kind = "type.googleapis.com/google.rpc."
    fields = [{"field": field, "description": reason, "reason": reason} for field, reason in violations]
    details = [
        {"@type": f"{kind}ErrorInfo", "reason": name, "domain": "datamanager.googleapis.com"},
        {"@type": f"{kind}BadRequest", "fieldViolations": fields},
    ]
    message = "There was a problem with the request."
    return json_answer({"error": {"code": status, "message": message, "status": name, "details": details}}, status)
