"""LinkedIn: what its errors mean, and when a limit is the day's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from extractors.http.answers import Answer, Verdict
from extractors.model import Window
from extractors.redaction import short
from extractors.times import end_of

WAITS = (60.0, 300.0)
"""Seconds after the first and the second refusal: they outlast the limit of five minutes, so a third is the day's."""


@dataclass
class Rules:
    """LinkedIn's own rules. Of its limits it says neither which one was hit nor until when."""

    limits_in_a_row: int = 0

    def classify(self, answer: Answer) -> Verdict | None:
        """What an error means."""
        body = answer.body if isinstance(answer.body, dict) else {}
        named = f"{body.get('code')} {body.get('serviceErrorCode')}: {short(body.get('message') or 'no message')}"
        if answer.status != 429:
            self.limits_in_a_row = 0
        else:
            self.limits_in_a_row += 1
            if self.limits_in_a_row <= len(WAITS):
                return Verdict("wait", f"too many requests ({named})", after=WAITS[self.limits_in_a_row - 1])
            return Verdict("defer", f"the day's quota is used up ({named})", after=_seconds_to_midnight())
        if answer.status == 401:
            return Verdict("refresh_auth", f"the access token is not accepted ({named})")
        if answer.status == 403:
            return Verdict(
                "fix_settings", f"the token may not read this ({named}); perhaps it lacks a scope, or its owner a role"
            )
        if answer.status == 426:
            return Verdict(
                "fix_settings", f"this API version is gone ({named}); set api_version in the account's options"
            )
        if answer.status == 400:
            return Verdict("fix_settings", f"LinkedIn refused the request ({named})")
        return None


def _seconds_to_midnight() -> float:
    """Until quotas are counted anew, in UTC."""
    now = datetime.now(UTC)
    return (end_of(Window(now.date(), now.date())) - now).total_seconds()
