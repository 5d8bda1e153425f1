"""What Stripe's errors mean: the code says it, and a header whether to try again."""

from __future__ import annotations

import re

from extractors.http.answers import Answer, Verdict, vendor_said


def classify(answer: Answer) -> Verdict | None:
    """Stripe's own rules; where it says whether to try again, it is obeyed."""
    body = answer.body if isinstance(answer.body, dict) else {}
    error = body.get("error") if isinstance(body.get("error"), dict) else {}
    code = str(error.get("code") or error.get("type") or "no code given") if isinstance(error, dict) else ""
    if answer.status < 300:
        return None
    # Stripe's support asks for it first.
    request = answer.headers.get("Request-Id")
    told = vendor_said(error.get("message")) if isinstance(error, dict) else ""
    said = ": ".join(filter(None, (code, told)))
    said = f"{said}, request {request}" if request else said
    should_retry = answer.headers.get("Stripe-Should-Retry")
    if should_retry == "false" and (answer.status in (409, 424, 429) or answer.status >= 500):
        return Verdict("defer", f"Stripe asks not to try again now ({said})")
    if answer.status == 429:
        reason = answer.headers.get("Stripe-Rate-Limited-Reason") or code
        return Verdict("wait", f"too many requests ({reason})")
    if answer.status == 400 and code == "resource_missing":
        return Verdict("restart", "the record at the page's end is gone")
    if answer.status == 404 and answer.method == "GET" and code == "resource_missing":
        return Verdict("gone", "the record is gone")
    if answer.status == 401:
        return Verdict("fix_settings", f"the key is wrong or was revoked ({said})")
    if answer.status == 403:
        message = str(error.get("message") or "") if isinstance(error, dict) else ""
        named = re.search(r"rak_\w+", message, re.ASCII)
        right = f"the right {named[0]}" if named else "the right to read this"
        return Verdict("fix_settings", f"the key lacks {right} ({said})")
    if should_retry == "true" or answer.status in (409, 424):
        return Verdict("transient", f"Stripe asks to try again ({code})")
    if answer.status < 500:
        return Verdict("fix_settings", f"Stripe refused the request ({said})")
    return None
