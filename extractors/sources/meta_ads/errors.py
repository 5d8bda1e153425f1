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
# The number below the code tells it, whatever the code above it is.
TOO_MUCH_AT_ONCE = {1504018, 1504038, 1504044}
NOT_SETTLED_BY_WAITING = {2853001}
REPORT_FAILED, CURSOR_DIED = -2, 2642
DAYS_GONE, DAYS_GONE_SAID = 3018, "37 months"

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
    code, subcode = _number(error.get("code")), _number(error.get("error_subcode"))
    message = str(error.get("message"))
    named = f"code {code}" + (f"/{subcode}" if subcode else "") + f": {_said(error)}"
    if code in RATE_LIMITS:
        return Verdict("wait", f"too many requests ({named})", after=_regain_seconds(answer.headers))
    if subcode in TOO_MUCH_AT_ONCE or (code in (1, 100) and "reduce" in message.lower()):
        return Verdict("shrink", f"too much data at once ({named})")
    if code == REPORT_FAILED:
        return Verdict("restart", f"the report failed ({named})")
    if code == CURSOR_DIED:
        return Verdict("restart", f"the list has to be begun again ({named})")
    if code == DAYS_GONE or (code == 100 and DAYS_GONE_SAID in message):
        return Verdict("gone", f"Meta keeps these days no more ({named})")
    if code in NO_PERMISSION or "permission" in message.lower():
        return Verdict("fix_settings", f"{named}; perhaps the token lacks ads_read or leads_retrieval, or this account")
    if code in (190, 102):
        return Verdict("fix_settings", f"the access token is not accepted ({named}); make a new one")
    if code == 2635:
        return Verdict("fix_settings", f"{named}; set api_version in the account's options to one that Meta still has")
    if subcode in NOT_SETTLED_BY_WAITING:
        return Verdict("fix_settings", named)
    if code in BUSY or error.get("is_transient") is True or "weren't there while creating" in message:
        return Verdict("transient", f"Meta is busy ({named})")
    if answer.status >= 500:
        return Verdict("transient", named)
    return Verdict("fix_settings", f"Meta refused the request ({named})")


def _number(value: object) -> int | None:
    """A code as a number; None for what is none."""
    if isinstance(value, str) and value.lstrip("-").isdecimal() and len(value) < 12:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _said(error: Mapping[str, Any]) -> str:
    """Meta's own sentences: to the programmer, and to a person where there is one."""
    told = [error.get("message"), error.get("error_user_title"), error.get("error_user_msg")]
    return " / ".join(dict.fromkeys(short(one) for one in told if one)) or "no message"


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
