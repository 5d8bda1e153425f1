"""LinkedIn takes conversions of a rule: one bad element refuses its batch and is named in the text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.taken import taken_by
from sandbox.answering.vendor import Call
from sandbox.vendors.linkedin_ads.wire import bad_query, check_headers, error

RULES = ("104012", "104013")
"""The rules whose method is CONVERSIONS_API that every account has."""
OTHER_RULE = "104099"
"""A rule of the Insight Tag."""
MOST_ELEMENTS = 5_000
OLDEST = timedelta(days=90)
SHA256 = re.compile(r"[0-9a-f]{64}")
ID_TYPES = ("SHA256_EMAIL", "LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID", "ACXIOM_ID")
URN = re.compile(r"urn:lla:llaPartnerConversion:(\d+)")


def take_conversions(call: Call) -> Answer:
    """``POST /rest/conversionEvents`` with ``X-RestLi-Method: BATCH_CREATE``."""
    check_headers(call)
    if call.headers.get("x-restli-method", "").upper() != "BATCH_CREATE":
        raise bad_query("The sandbox takes batches only")
    elements = call.json.get("elements") if isinstance(call.json, dict) else None
    if not isinstance(elements, list) or not 0 < len(elements) <= MOST_ELEMENTS:
        raise bad_query("elements must hold 1 to 5000 conversions")
    faults = {place: fault for place, one in enumerate(elements) if (fault := _fault(call, one))}
    if faults:
        lines = [f"Index: {place}, ERROR :: {fault}" for place, fault in faults.items()]
        raise Refused(error(422, 0, "UNPROCESSABLE_ENTITY", "\n".join(lines)))
    others = [str(place) for place, one in enumerate(elements) if str(one["conversion"]).endswith(OTHER_RULE)]
    if others:
        said = f"Conversion rules of another method at indices [{', '.join(others)}] (0-indexed)"
        raise Refused(error(400, 100, "ILLEGAL_ARGUMENT", said))
    with call.sandbox.lock:
        taken = taken_by(call.sandbox, "linkedin_ads", call.account)
        taken.takes(elements)
        for one in elements:
            taken.standing.setdefault(f"{one['conversion']}|{one['eventId']}", one)
    return json_answer({"elements": [{"status": 201} for _ in elements]})


def read_rule(call: Call) -> Answer:
    """``GET /rest/conversions/{rule}``: of which method it is, and whether it is switched on."""
    check_headers(call)
    rule = call.parts["rule"]
    if call.query.get("account") != f"urn:li:sponsoredAccount:{call.account}" or rule not in (*RULES, OTHER_RULE):
        raise Refused(error(404, 0, "NOT_FOUND", f"Conversion {rule} is not found"))
    method = "INSIGHT_TAG" if rule == OTHER_RULE else "CONVERSIONS_API"
    return json_answer(
        {
            "id": int(rule), "name": f"Rule {rule}", "enabled": True, "conversionMethod": method,
            "postClickAttributionWindowSize": 90, "viewThroughAttributionWindowSize": 7,
        }
    )  # fmt: skip


def _fault(call: Call, one: Mapping[str, Any]) -> str:
    rule = URN.fullmatch(str(one.get("conversion")))
    if rule is None or rule[1] not in (*RULES, OTHER_RULE):
        return "/conversion :: is no rule of this account"
    moment, end = one.get("conversionHappenedAt"), datetime.combine(call.sandbox.now(), time.max, UTC)
    oldest = (end - OLDEST - timedelta(days=1)).timestamp() * 1000
    if not isinstance(moment, int) or not oldest <= moment <= end.timestamp() * 1000:
        return "/conversionHappenedAt :: is not within the last 90 days"
    user = one.get("user") or {}
    if not isinstance(user.get("userIds"), list):
        return "/user/userIds :: field is required but not found"
    if not user["userIds"] and not user.get("lead"):
        return "/user :: names nobody"
    for known in user["userIds"]:
        if known.get("idType") not in ID_TYPES or not known.get("idValue"):
            return "/user/userIds :: idType is unknown"
        if known["idType"] == "SHA256_EMAIL" and not SHA256.fullmatch(known["idValue"]):
            return "/user/userIds :: is no SHA-256"
    value = one.get("conversionValue")
    if value is not None and (
        not re.fullmatch(r"[A-Z]{3}", str(value.get("currencyCode"))) or not isinstance(value.get("amount"), str)
    ):
        return "/conversionValue :: needs currencyCode and amount as text"
    return ""
