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
REPORTING = range(2000, 3000)
PERHAPS = {
    105: "perhaps consent has to be given again, or the developer token is of another environment",
    106: "perhaps account or customer_id is wrong, or this user may not read the account",
}


def classify(answer: Answer) -> Verdict | None:
    """Microsoft's own rules: the code inside the fault tells what it is, the status does not."""
    if answer.status < 400:
        return None
    errors = _errors(answer.body)
    codes = {_code(error) for error in errors}
    named = "; ".join(_said(error) for error in errors)
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
    cures = [cure for code, cure in PERHAPS.items() if code in codes]
    is_permanent = bool(cures) or any(code in REPORTING for code in codes if code is not None)
    if is_permanent or (errors and answer.status == 400):
        return Verdict("fix_settings", "; ".join([named, *cures]))
    # A code that nobody knows: the status counts.
    return None


def _code(error: Mapping[str, Any]) -> int | None:
    """The number of an error; None where it is no number."""
    code = error.get("Code")
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _said(error: Mapping[str, Any]) -> str:
    """Microsoft's own words: the code, and which column or day it is about."""
    told = [error.get("Message"), error.get("Detail"), error.get("FieldPath")]
    said = " / ".join(dict.fromkeys(short(one) for one in told if one))
    return f"{error.get('Code')} {error.get('ErrorCode')}: {said or 'no message'}"


def _errors(body: Any) -> list[Mapping[str, Any]]:
    lists = [body.get(name) for name in ("Errors", "OperationErrors", "BatchErrors")] if isinstance(body, dict) else []
    return [error for errors in lists if isinstance(errors, list) for error in errors if isinstance(error, dict)]
