"""Meta takes events of a CRM: one bad event refuses its request, a repetition within 48 hours counts once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sandbox.answering.answer import Answer, json_answer
from sandbox.answering.taken import taken_by
from sandbox.answering.vendor import Call
from sandbox.vendors.meta_ads import errors as meta_errors
from sandbox.vendors.meta_ads.graph import check_version

MOST_EVENTS = 1_000
OLDEST = timedelta(days=7)
SHA256 = re.compile(r"[0-9a-f]{64}")
FBC = re.compile(r"fb\.[0-9]\.[0-9]{13}\..+")
HASHED = ("em", "ph")
KEYS = ("em", "ph", "lead_id", "fbc")
Fault = tuple[int, str]
"""Subcode and title."""


def take_events(call: Call) -> Answer:
    """``POST /{version}/{dataset}/events``. A dataset has the number of its account here."""
    check_version(call)
    if call.parts["node"] != call.account:
        raise meta_errors.no_such_object(call.parts["node"])
    events = call.json.get("data") if isinstance(call.json, dict) else None
    if not isinstance(events, list) or not 0 < len(events) <= MOST_EVENTS:
        raise meta_errors.bad_parameter("param data must be non-empty and hold at most 1000 events.", 2804016)
    # The first fault decides, and nothing says whose it is.
    for event in events:
        if fault := _fault(call, event):
            return _refused(fault)
    with call.sandbox.lock:
        taken = taken_by(call.sandbox, "meta_ads", call.account)
        taken.takes(events)
        for event in events:
            taken.counts(f"{event['event_name']}|{event['event_id']}", event, call.sandbox.now())
    return json_answer({"events_received": len(events), "messages": [], "fbtrace_id": "SandboxTrace"})


def read_dataset(call: Call) -> Answer:
    """``GET /{version}/{dataset}``: whether it is there for this token."""
    known = {"id": call.account, "name": "CRM", "is_unavailable": False}
    asked = call.query.get("fields", "id").split(",")
    return json_answer({name: known[name] for name in asked if name in known})


def _fault(call: Call, event: Mapping[str, Any]) -> Fault | None:
    moment = event.get("event_time")
    if not event.get("event_name") or not event.get("event_id") or not isinstance(moment, int):
        return 2804001, "Missing Parameters"
    end = datetime.combine(call.sandbox.now(), time.max, UTC)
    if moment > end.timestamp():
        return 2804019, "Invalid Event Timestamp"
    if moment < (end - OLDEST - timedelta(days=1)).timestamp():
        return 2804003, "Event Timestamp Too Old"
    custom = event.get("custom_data") or {}
    if event.get("action_source") != "system_generated" or not custom.get("lead_event_source"):
        return 2804007, "Invalid Action Source"
    user = event.get("user_data") or {}
    if not any(user.get(key) for key in KEYS):
        return 2804050, "Not Enough Customer Information"
    if any(not SHA256.fullmatch(str(one)) for key in HASHED for one in user.get(key) or []):
        return 2804017, "Customer Information Not Hashed"
    if user.get("fbc") and not FBC.fullmatch(str(user["fbc"])):
        return 2804048, "Invalid fbc"
    if event["event_name"] == "Purchase" and (custom.get("value") is None or not custom.get("currency")):
        return 2804009, "Purchase Lacks Value"
    return None


def _refused(fault: Fault) -> Answer:
    subcode, title = fault
    problem = {
        "message": "Invalid parameter", "type": "OAuthException", "code": 100, "error_subcode": subcode,
        "is_transient": False, "error_user_title": title, "error_user_msg": title, "fbtrace_id": "SandboxTrace",
    }  # fmt: skip
    return json_answer({"error": problem}, 400)
