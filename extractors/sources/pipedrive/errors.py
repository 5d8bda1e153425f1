"""What Pipedrive's errors mean: the status says most, and the headers which of two limits was met."""

from __future__ import annotations

from collections.abc import Mapping

from extractors.http.answers import Answer, Verdict, vendor_said


def classify(answer: Answer) -> Verdict | None:
    """Pipedrive's own rules."""
    body = answer.body if isinstance(answer.body, dict) else {}
    told = (body.get("code"), body.get("error"), body.get("error_info"))
    code = ": ".join(dict.fromkeys(vendor_said(str(one)) for one in told if one)) or "no reason given"
    match answer.status:
        case 200 if answer.text.strip() == "null":
            return Verdict("transient", "the answer is empty")
        case 401:
            return Verdict("refresh_auth", f"the token is not accepted ({code})")
        case 402:
            return Verdict("fix_settings", "the account is closed or not paid for")
        case 403 if not body:
            # Not Pipedrive but the wall before it: whoever asks too fast for too long meets it.
            return Verdict("wait", "Pipedrive's wall blocks us for a while", after=300)
        case 403:
            return Verdict("fix_settings", f"the owner of the token may not read this ({code})")
        case 404 if "/changelog" in answer.url or "/participants" in answer.url:
            return Verdict("gone", "the deal was deleted meanwhile")
        case 410:
            return Verdict("changed", "Pipedrive has taken this address out of service")
        case 429:
            return _too_many(answer.headers)
        case 400 | 404 | 422:
            return Verdict("fix_settings", f"Pipedrive refused the request ({code})")
        case 501:
            return Verdict("fix_settings", f"Pipedrive does not know this request ({code})")
    return None


def _too_many(headers: Mapping[str, str]) -> Verdict:
    """Requests of the last two seconds, or of the whole day: then those of two seconds are not used up."""
    left = headers.get("x-ratelimit-remaining", "")
    # The second name is the older one.
    daily = (headers.get(name) for name in ("x-daily-ratelimit-token-remaining", "x-daily-requests-left"))
    if "0" in daily or (left.isdigit() and int(left) > 0):
        return Verdict("defer", "the day's token budget is used up; it comes back at midnight")
    reset = headers.get("x-ratelimit-reset", "")
    return Verdict("wait", "too many requests", after=float(reset) if reset.isdigit() else 2)
