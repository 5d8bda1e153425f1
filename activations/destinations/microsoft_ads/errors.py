"""Microsoft Advertising: what its errors mean for what was told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extractors.http.answers import Answer, Verdict
from extractors.redaction import short

AGAIN = frozenset({
    "InternalError",
    "OfflineConversionsApplyFailed",
    "OfflineConversionNotAcceptedForGoal",
    "AdjustmentOriginalNotFound",
})  # fmt: skip
"""A fault of their own; a goal younger than two hours; a conversion that is not yet there to be adjusted."""
NO_SUCH_GOAL = frozenset({"OfflineConversionNameInvalid", "OfflineConversionsNameInvalid"})
"""The row is good, the goal is not there yet: when it is made, the row goes."""
THEIR_CLOCK_IS_BEHIND = "FutureAdjustmentTimeCannotBeSet"
"""How the code of a correction ends whose moment they have not reached."""
CALL_RATE, RATE_SECONDS = 117, 60.0
TOO_MANY_AT_ONCE = {207, 4204}
TOKEN_EXPIRED = 109


def classify(answer: Answer) -> Verdict | None:
    """What a refused request means: the code inside the fault tells, the status does not."""
    errors = _errors(answer.body)
    if answer.status < 400 and not errors:
        return None
    codes = {error.get("Code") for error in errors}
    named = "; ".join(
        f"{error.get('Code')} {error.get('ErrorCode')}: {short(error.get('Message'))}" for error in errors
    )
    if CALL_RATE in codes or codes & TOO_MANY_AT_ONCE:
        return Verdict("wait", f"too many calls ({named})", after=RATE_SECONDS)
    if TOKEN_EXPIRED in codes:
        return Verdict("refresh_auth", named)
    if any(error.get("ErrorCode") == "InternalError" for error in errors):
        return Verdict("transient", named)
    return Verdict("fix_settings", named) if errors and answer.status < 500 else None


def _errors(body: Any) -> list[Mapping[str, Any]]:
    lists = [body.get(name) for name in ("Errors", "OperationErrors", "BatchErrors")] if isinstance(body, dict) else []
    return [error for errors in lists if isinstance(errors, list) for error in errors if isinstance(error, dict)]
