"""Microsoft Advertising: what its errors mean, by the codes inside its faults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extractors.http.answers import Answer, Verdict
from extractors.redaction import short

CALL_RATE, RATE_SECONDS = 117, 60.0
TOO_MANY_AT_ONCE = {207, 4204}
TOKEN_EXPIRED = 109
INTERNAL = "InternalError"
UNKNOWN_REPORT = {2100, 2101}
PERMANENT = {
    100: "the request was empty",
    105: "the credentials were not accepted; give consent again",
    106: "this user may not read this account; are account and customer_id right?",
}


def classify(answer: Answer) -> Verdict | None:
    """Microsoft's own rules: the code inside the fault tells what it is, the status does not."""
    if answer.status < 400:
        return None
    errors = _errors(answer.body)
    codes = {error.get("Code") for error in errors}
    named = ", ".join(f"{error.get('Code')} {error.get('ErrorCode')}" for error in errors)
    if CALL_RATE in codes:
        return Verdict("wait", f"too many calls ({named})", after=RATE_SECONDS)
    if codes & TOO_MANY_AT_ONCE:
        return Verdict("wait", f"too many reports at once ({named})", after=RATE_SECONDS)
    if TOKEN_EXPIRED in codes:
        return Verdict("refresh_auth", named)
    if any(error.get("ErrorCode") == INTERNAL for error in errors):
        return Verdict("transient", named)
    if codes & UNKNOWN_REPORT:
        return Verdict("restart", f"the report is not known any more ({named})")
    is_permanent = any(code in PERMANENT or 2000 <= code < 3000 for code in codes if isinstance(code, int))
    if is_permanent or (errors and answer.status == 400):
        said = [cure for code, cure in PERMANENT.items() if code in codes] or [short(errors[0].get("Message"))]
        return Verdict("fix_settings", ": ".join([named, *said]))
    # A code that nobody knows: the status counts.
    return None


def _errors(body: Any) -> list[Mapping[str, Any]]:
    lists = [body.get(name) for name in ("Errors", "OperationErrors", "BatchErrors")] if isinstance(body, dict) else []
    return [error for errors in lists if isinstance(errors, list) for error in errors if isinstance(error, dict)]
