"""Meta: what its errors mean, by their codes."""

from __future__ import annotations

import json
from collections.abc import Mapping

from extractors.answers import Answer, Verdict

RATE_LIMITS = {4, 17, 32, 613, *range(80000, 80009), 80014}
BUSY = {1, 2, 99, 104, 960, 2601}
NO_PERMISSION = {3, 10, *range(200, 300)}
TOO_MUCH_AT_ONCE = {(100, 1504018), (2, 1504038)}
REPORT_FAILED = -2


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
    return Verdict("fix_settings", f"Meta refused the request ({named}): {message[:200]}")


def _regain_seconds(headers: Mapping[str, str]) -> float:
    """How long Meta wants to be left alone: minutes, inside a header that holds JSON; else five minutes."""
    try:
        usage = json.loads(headers.get("x-business-use-case-usage", "{}"))
        minutes = [float(one.get("estimated_time_to_regain_access") or 0) for use in usage.values() for one in use]
    except (ValueError, AttributeError, TypeError):
        minutes = []
    return max(minutes, default=0) * 60 or 300
