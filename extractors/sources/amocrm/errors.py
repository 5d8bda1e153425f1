"""What the refusals of amoCRM mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extractors.http.answers import Answer, Verdict, parts, vendor_said


def classify(answer: Answer) -> Verdict | None:
    """amoCRM's own rules; its limits name no time, and too many of them make a wall answer instead of it."""
    body = answer.body if isinstance(answer.body, dict) else {}
    said = _said(body)
    match answer.status:
        case 401:
            return Verdict("refresh_auth", f"the token is not accepted ({said})")
        case 402:
            return Verdict("fix_settings", "the account is not paid for")
        case 403 if not body:
            return Verdict("wait", "amoCRM's wall blocks this address for a while", after=300)
        case 403 if "/users" in answer.url:
            return Verdict("skip", "only an administrator may list the users")
        case 403:
            return Verdict("fix_settings", f"the user of the token has no right to this ({said})")
        case 429:
            return Verdict("wait", "more than 7 requests a second")
        case 400 | 404 | 422:
            return Verdict("fix_settings", f"amoCRM refused the request ({said})")
    return None


def _said(body: Mapping[str, Any]) -> str:
    """The title with its detail, and which fields did not pass; a code where there is no word."""
    told = [vendor_said(body.get(name)) for name in ("title", "detail", "hint")]
    for part in parts(body, "validation-errors"):
        for error in parts(part, "errors"):
            told.append(vendor_said(f"{error.get('path')}: {error.get('detail') or error.get('code')}"))
    return "; ".join(dict.fromkeys(filter(None, told))) or "no reason given"
