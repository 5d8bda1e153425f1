"""Yandex Direct: what the numbers of its errors mean."""

from __future__ import annotations

from extractors.http.client import Answer, Verdict
from extractors.redaction import short

QUEUE_SECONDS = 10.0
"""How long to wait for a connection to become free."""

REFUSED = {
    54: "perhaps the token may not read this client",
    58: "the application is not registered, or Yandex has not approved it yet",
    513: "the login is not connected to Direct",
}


def classify(answer: Answer) -> Verdict | None:
    """Yandex's own rules: errors have numbers, and its other services tell them with status 200."""
    if answer.status == 502 and answer.url.endswith("/reports"):
        return Verdict("shrink", "the report takes Yandex too long")
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    if not isinstance(error, dict):
        return None
    text = str(error.get("error_code"))
    code = int(text) if text.isdecimal() else 0
    named = f"code {text}"
    if code == 53:
        return Verdict("refresh_auth", f"the token is not valid any more ({named})")
    if code == 152:
        return Verdict("defer", f"the units are used up, and come back within an hour ({named})")
    if code == 8312 and answer.url.endswith("/reports"):
        return Verdict("gone", f"these days are older than Yandex tells of ({named})")
    if code in (56, 506):
        return Verdict("wait", f"too many connections at once ({named})", after=QUEUE_SECONDS)
    if code == 9000:
        return Verdict("wait", f"too many reports are queued ({named})", after=3 * QUEUE_SECONDS)
    if code in (52, 1000, 1001, 1002):
        return Verdict("transient", f"Yandex has a fault of its own ({named})")
    if answer.status >= 500:
        return Verdict("transient", named)
    told = (error.get("error_string"), error.get("error_detail"))
    said = " / ".join(dict.fromkeys(short(one) for one in told if one)) or "no message"
    cure = f"; {REFUSED[code]}" if code in REFUSED else ""
    return Verdict("fix_settings", f"Yandex refused the request: {said}{cure} ({named})")
