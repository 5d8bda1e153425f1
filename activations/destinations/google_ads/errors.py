"""Google's Data Manager: what its reasons mean. The lists are open: a reason that nobody knows is a row's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from extractors.http.answers import Answer, Verdict, part, parts, seconds_of
from extractors.redaction import short

CONTACTS_IMPOSSIBLE = frozenset({
    "TERMS_AND_CONDITIONS_NOT_SIGNED",
    "DESTINATION_ACCOUNT_NOT_ENABLED_ENHANCED_CONVERSIONS_FOR_LEADS",
    "DESTINATION_ACCOUNT_ENHANCED_CONVERSIONS_TERMS_NOT_SIGNED",
    "DESTINATION_ACCOUNT_DATA_POLICY_PROHIBITS_ENHANCED_CONVERSIONS",
})  # fmt: skip
LATER = frozenset({"CONVERSION_ACTION_TOO_RECENTLY_CREATED"})
FORGOTTEN = frozenset({"INVALID_REQUEST_ID", "REQUEST_TOO_OLD"})
"""Of a request that it is asked about later: it remembers it no more."""
STOPPING = frozenset({
    "INVALID_CONVERSION_ACTION_ID",
    "INVALID_CONVERSION_ACTION_TYPE",
    "INVALID_DESTINATION",
    "DESTINATION_ACCOUNT_TYPE_MISMATCH",
    "EVENT_SOURCE_AND_DESTINATION_MISMATCH",
    "OPERATING_ACCOUNT_LOGIN_ACCOUNT_MISMATCH",
    "EU_POLITICAL_ADVERTISING_DECLARATION_REQUIRED",
    "NOT_ALLOWLISTED",
    "PERMISSION_DENIED",
    "NOT_FOUND",
    "TOO_MANY_EVENTS",
    "TOO_MANY_DESTINATIONS",
})  # fmt: skip
"""They are of the account or of us, and no row can help them."""
EVENT = re.compile(r"events\[(\d+)\]")


def reasons_of(body: Any) -> set[str]:
    """The reasons of a refused request, those of its fields and its own."""
    error = part(body, "error")
    found = {str(error.get("status") or "")}
    for detail in parts(error, "details"):
        found.add(str(detail.get("reason") or ""))
        found |= {str(one.get("reason") or "") for one in parts(detail, "fieldViolations")}
    return found - {"", "INVALID_ARGUMENT"}


def rows_of(violations: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, str]]:
    """The place of the row that each violation is about, and its reason."""
    for one in violations:
        if found := EVENT.search(str(one.get("field") or "")):
            yield int(found[1]), str(one.get("reason") or "INVALID_EVENT")


def classify(answer: Answer) -> Verdict | None:
    """A refused request that is not about its rows."""
    error = part(answer.body, "error")
    if answer.status < 400 and not error:
        return None
    reasons = reasons_of(answer.body)
    said = f"{', '.join(sorted(reasons)) or answer.status}: {short(error.get('message') or '')}"
    if "RESOURCE_EXHAUSTED" in reasons:
        return Verdict("wait", said, _asked_to_wait(error))
    if reasons & {"INTERNAL_ERROR", "INTERNAL", "DEADLINE_EXCEEDED", "UNAVAILABLE"}:
        return Verdict("transient", said)
    if reasons & FORGOTTEN:
        return Verdict("gone", said)
    if reasons & STOPPING:
        return Verdict("fix_settings", said)
    fields = [
        str(one.get("field") or "") for detail in parts(error, "details") for one in parts(detail, "fieldViolations")
    ]
    if fields and not any(EVENT.search(field) for field in fields) and not reasons & (CONTACTS_IMPOSSIBLE | LATER):
        # What is wrong is of the request: its account, its action, its encoding. No row can help it.
        return Verdict("fix_settings", f"{said} at {', '.join(sorted(set(fields)))}")
    return None


def _asked_to_wait(error: Mapping[str, Any]) -> float | None:
    """Seconds that a google.rpc.RetryInfo among the details names, as ``3600s``."""
    delays = [str(one.get("retryDelay") or "") for one in parts(error, "details")]
    return next((found for one in delays if (found := seconds_of(one.removesuffix("s"))) is not None), None)
