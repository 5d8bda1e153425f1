"""Meta: what its errors mean, by their codes, and how much of its limits its headers say is used."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from extractors.http.answers import Answer, Verdict
from extractors.redaction import short

RATE_LIMITS = {4, 17, 32, 613, *range(80000, 80009), 80014}
BUSY = {1, 2, 99, 104, 960, 2601}
NO_PERMISSION = {3, 10, *range(200, 300)}
TOO_MUCH_AT_ONCE = {(100, 1504018), (2, 1504038)}
REPORT_FAILED = -2

CALLS = ("call_count", "total_cputime", "total_time")
USED = {
    "x-app-usage": CALLS,
    "x-business-use-case-usage": CALLS,
    "x-ad-account-usage": ("acc_id_util_pct",),
    "x-fb-ads-insights-throttle": ("app_id_util_pct", "acc_id_util_pct"),
}
"""Header -> the shares of a limit that it names, in per cent."""
SLOW_AT, STOP_AT = 85, 95
EASE_SECONDS, REGAIN_SECONDS = 10.0, 300.0


def classify(answer: Answer) -> Verdict | None:
    """Meta's own rules: nearly every error is a 400, and its code tells what it is."""
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    if not isinstance(error, dict):
        return None
    code, subcode = error.get("code"), error.get("error_subcode")
    named = f"code {code}" + (f"/{subcode}" if subcode else "")
    message = str(error.get("message"))
    if code in RATE_LIMITS:
        return Verdict("wait", f"too many requests ({named})", after=_regain_seconds(answer.headers))
    if (code, subcode) in TOO_MUCH_AT_ONCE or (code in (1, 100) and "reduce" in message.lower()):
        return Verdict("shrink", f"too much data at once ({named})")
    if code == REPORT_FAILED:
        return Verdict("restart", f"the report failed ({named})")
    if code in (190, 102):
        return Verdict("fix_settings", f"the access token is not valid any more ({named}); make a new one")
    if code in NO_PERMISSION or "permission" in message.lower():
        return Verdict("fix_settings", f"the token lacks a permission ({named}); it needs ads_read, leads_retrieval")
    if code == 2635:
        return Verdict("fix_settings", "this API version is gone; set api_version in the account's options")
    if code in BUSY or error.get("is_transient") or "weren't there while creating" in message:
        return Verdict("transient", f"Meta is busy ({named})")
    if answer.status >= 500:
        return Verdict("transient", named)
    return Verdict("fix_settings", f"Meta refused the request ({named}): {short(message)}")


def seconds_to_ease(headers: Mapping[str, str]) -> float:
    """How long to leave Meta alone before the next request, by the shares of its limits that an answer says are used.

    It locks an account out for up to an hour when nobody slows down.
    """
    used = max(_numbers(headers, USED), default=0)
    if used >= STOP_AT:
        return _regain_seconds(headers)
    return EASE_SECONDS if used >= SLOW_AT else 0


def _regain_seconds(headers: Mapping[str, str]) -> float:
    """How long Meta wants to be left alone; five minutes where it does not say."""
    minutes = _numbers(headers, {"x-business-use-case-usage": ("estimated_time_to_regain_access",)})
    seconds = _numbers(headers, {"x-ad-account-usage": ("reset_time_duration",)})
    return max([60 * one for one in minutes] + seconds, default=0) or REGAIN_SECONDS


def _numbers(headers: Mapping[str, str], names: Mapping[str, Sequence[str]]) -> list[float]:
    """The numbers of those names inside headers that hold JSON; what is not as documented is passed over."""
    found: list[float] = []
    for header, wanted in names.items():
        try:
            usages = _usages(json.loads(headers.get(header, "{}")))
            found += [float(usage[name]) for usage in usages for name in wanted if usage.get(name)]
        except (ValueError, AttributeError, TypeError):
            continue
    return found


def _usages(value: Any) -> list[Mapping[str, Any]]:
    """The usage itself, or those of each business."""
    of_businesses = [one for use in value.values() if isinstance(use, list) for one in use]
    return of_businesses or [value]
