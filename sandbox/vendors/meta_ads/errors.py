"""Meta's error bodies and its throttle headers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.vendor import Call


def error(
    status: int,
    code: int,
    message: str,
    subcode: int | None = None,
    kind: str = "OAuthException",
    is_transient: bool | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """An error body of the Graph API."""
    problem: dict[str, Any] = {"message": message, "type": kind}
    if is_transient is not None:
        problem["is_transient"] = is_transient
    problem["code"] = code
    if subcode is not None:
        problem["error_subcode"] = subcode
    return json_answer({"error": {**problem, "fbtrace_id": "SandboxTrace"}}, status, headers)


def bad_parameter(message: str, subcode: int | None = None) -> Refused:
    """Code 100, to be raised."""
    return Refused(error(400, 100, f"(#100) {message}", subcode))


def no_such_object(node: str) -> Refused:
    """The id names nothing that this token may see."""
    message = (
        f"Unsupported request. Object with ID '{node}' does not exist, cannot be loaded due to missing"
        " permissions, or does not support this operation."
    )
    return Refused(error(400, 100, message, 33, "GraphMethodException"))


def rate_limited(call: Call, wait: float) -> Answer:
    """A 400, as Meta does it; how long to wait stands in a header, in minutes."""
    is_leads = call.path.endswith(("/leads", "/leadgen_forms"))
    code, kind = (80005, "leadgen") if is_leads else (80000, "ads_insights")
    usage = {
        "type": kind,
        "call_count": 100,
        "total_cputime": 100,
        "total_time": 100,
        "estimated_time_to_regain_access": int(wait // 60),
        "ads_api_access_tier": "standard_access",
    }
    headers = {"x-business-use-case-usage": msgspec.json.encode({call.account or "0": [usage]}).decode()}
    message = f"(#{code}) There have been too many calls from this ad-account. Wait a bit and try again."
    return error(400, code, message, 2446079, headers=headers)


def server_error(call: Call) -> Answer:
    """Code 2: ask again."""
    return error(500, 2, "An unexpected error has occurred. Please retry your request later.", is_transient=True)


def expired_token(call: Call) -> Answer:
    """Code 190, subcode 463: somebody must make a new token."""
    return error(400, 190, "Error validating access token: Session has expired.", 463)


def revoked(call: Call) -> Answer:
    """Code 200: the account no longer gives this app its permission."""
    message = "(#200) Ad account owner has NOT grant ads_management or ads_read permission"
    return error(403, 200, message)


def not_found(call: Call) -> Answer:
    """Code 2500: a path that the Graph does not know."""
    return error(400, 2500, "Unknown path components", None)


def throttle_headers(call: Call) -> Mapping[str, str]:
    """How much of the limits is used, in per cent; Meta says so with every answer."""
    used = call.sandbox.limits.used_percent("meta_ads", call.account)
    tier = "standard_access"
    usage = {"call_count": used, "total_cputime": used, "total_time": used}
    business = {
        "type": "ads_insights",
        **usage,
        "estimated_time_to_regain_access": 0,
        "ads_api_access_tier": tier,
    }
    values = {
        "x-app-usage": usage,
        "x-ad-account-usage": {
            "acc_id_util_pct": used,
            "reset_time_duration": 0,
            "ads_api_access_tier": tier,
        },
        "x-business-use-case-usage": {call.account or "0": [business]},
        "x-fb-ads-insights-throttle": {
            "app_id_util_pct": used,
            "acc_id_util_pct": used,
            "ads_api_access_tier": tier,
        },
    }
    return {name: msgspec.json.encode(value).decode() for name, value in values.items()}
