"""What the refusals of Bitrix24 mean."""

from __future__ import annotations

import time

from extractors.http.answers import Answer, Verdict, part, seconds_of, vendor_said

PERMANENT = {
    "OVERLOAD_LIMIT": "Bitrix24 has blocked the portal by hand; its support lifts that",
    "PORTAL_DELETED": "the portal was deleted",
    "NO_AUTH_FOUND": "the webhook was deleted, or its secret is wrong",
    "INVALID_CREDENTIALS": "the user of the webhook has no right to this",
    "ACCESS_DENIED": "REST needs a commercial plan, or the user has no right to this",
    "insufficient_scope": "the webhook lacks a scope; it needs crm and user",
    "user_access_error": "the user has no access to the application",
    "ERROR_BATCH_LENGTH_EXCEEDED": "a batch was longer than 50 commands",
}


def classify(answer: Answer) -> Verdict | None:
    """Bitrix24's own rules: the code decides, and a limit may be a 503."""
    body = answer.body if isinstance(answer.body, dict) else {}
    if answer.status < 300 and "result" in body:
        return None
    code = str(body.get("error") or "")
    said = ": ".join(filter(None, (code, vendor_said(body.get("error_description"))))) or "no code given"
    if code == "QUERY_LIMIT_EXCEEDED":
        return Verdict("wait", "more than 2 requests a second", after=2)
    if code == "OPERATION_TIME_LIMIT":
        reset = seconds_of(part(body, "time").get("operating_reset_at"))
        after = max(1.0, reset - time.time()) if reset else 600.0
        return Verdict("wait", "this method has computed for too long in the last ten minutes", after=after)
    if code == "expired_token":
        return Verdict("refresh_auth", "the access token has expired")
    if code in ("insufficient_scope", "ACCESS_DENIED") and "/user.get" in answer.url:
        return Verdict("skip", "the webhook may not list the users")
    if code in PERMANENT:
        return Verdict("fix_settings", f"{PERMANENT[code]} ({said})")
    if answer.status < 500 and answer.text.lstrip().lower().startswith(("<!doctype", "<html")):
        return Verdict("fix_settings", "a web page answers instead of the portal: it was renamed or suspended")
    if 400 <= answer.status < 500 and answer.status not in (408, 429):
        return Verdict("fix_settings", f"Bitrix24 refused the request ({said})")
    if code and answer.status < 300:
        return Verdict("transient", f"an error came as a success ({said})")
    return None
