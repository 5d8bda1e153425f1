"""What VK Ads' refusals mean; a token that expired is renewed, one that is unknown was renewed by somebody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from extractors.http.client import Answer, Verdict

PERSON_S = {
    "invalid_client": "the client id or its secret is wrong",
    "invalid_user": "the user is blocked",
    "revoked_token": "the access was taken back",
}
NOT_SEEN = ("ERR_WRONG_BANNERS", "ERR_WRONG_ADGROUPS", "ERR_WRONG_ADPLANS", "ERR_WRONG_USERS")


def classify(answer: Answer) -> Verdict | None:
    """VK's own rules."""
    if answer.status < 400:
        return None
    code = _code(answer.body)
    if answer.status == 401:
        if code in PERSON_S:
            return Verdict("fix_settings", f"{PERSON_S[code]} ({code})")
        return Verdict("refresh_auth", f"the token is not accepted ({code})")
    if answer.status == 429:
        return _wait(answer)
    if answer.status == 403:
        return Verdict("fix_settings", f"the client may not read this ({code})")
    if answer.status == 400 and code == "ERR_LIMIT_EXCEEDED":
        return Verdict("shrink", "too many days or ads in one request")
    if answer.status == 400 and code in NOT_SEEN:
        return Verdict("transient", f"an object left while the list of them was read ({code})")
    if answer.status in (400, 404, 405, 413):
        return Verdict("fix_settings", f"VK refused the request ({code})")
    return None


def _wait(answer: Answer) -> Verdict:
    """Limits hold for a second, an hour and a day of the calendar; which one it was is told by what is left."""
    now = datetime.now(UTC)
    if answer.headers.get("X-RateLimit-Daily-Remaining") == "0":
        return Verdict("defer", "the day's requests of the account are used up")
    if answer.headers.get("X-RateLimit-Hourly-Remaining") == "0":
        begins = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        return Verdict("wait", "the hour's requests of the account are used up", after=(begins - now).total_seconds())
    return Verdict("wait", "too many requests in a second", after=1.0)


def _code(body: Any) -> str:
    """Of an error of the lists, of the tokens, or of one of the statistics."""
    told = body.get("error", body) if isinstance(body, dict) else {}
    return str(told.get("code") or "no code") if isinstance(told, dict) else str(told)
