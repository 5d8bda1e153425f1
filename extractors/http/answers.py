"""What an answer means: whether to ask again, wait, renew the token, or call a person."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from extractors.errors import ExtractError, FixSettings, SkipAccount, SourceChanged
from extractors.redaction import redacted

Cure = Literal[
    "refresh_auth", "wait", "transient", "shrink", "restart", "skip", "gone", "defer", "fix_settings", "changed"
]
"""``wait`` - too many requests; ``transient`` - ask again soon; ``shrink`` - ask for less at once;
``restart`` - a cursor died, begin the slice anew; ``skip`` - leave this account or table out;
``gone`` - the source keeps these days no more; ``defer`` - come back in hours;
``changed`` - the vendor answers in another shape."""

LONGEST_WAIT_SECONDS = 30 * 86400.0
"""What asks for more than this is nonsense, and is cut down to it."""


class TooMuch(ExtractError):
    """The answer would be too large. Asking for a smaller slice is the cure."""


class Restart(ExtractError):
    """A cursor is no longer valid. Reading the slice from its start is the cure."""


class AskAgain(Exception):
    """This attempt brought nothing; another may. Its message hides secrets."""

    def __init__(self, reason: str, after: float | None = None, is_limit: bool = False) -> None:
        super().__init__(redacted(reason))
        self.after = after
        self.is_limit = is_limit


class Gone(ExtractError):
    """The source no longer keeps what was asked for. What was landed of it in time must stay."""


@dataclass(frozen=True)
class Answer:
    """An answer as a source's rules see it."""

    method: str
    url: str
    """Without secrets."""
    status: int
    headers: Mapping[str, str]
    body: Any
    """Decoded JSON; None when the body is not JSON."""
    text: str
    """The first 2,000 characters."""


@dataclass(frozen=True)
class Verdict:
    """What to do about an answer, and why in a few words."""

    cure: Cure
    reason: str
    after: float | None = None
    """Seconds to wait, where the source or its documentation says so."""


Classify = Callable[[Answer], Verdict | None]
"""A source's own rules; None leaves the answer to the common ones."""


def common_verdict(answer: Answer) -> Verdict | None:
    """What a status means at most vendors; None for a success."""
    status = answer.status
    if 200 <= status < 300:
        return None
    if status == 401:
        return Verdict("refresh_auth", "the credential was not accepted")
    if status in (408, 429):
        return Verdict("wait", "too many requests" if status == 429 else "the request timed out")
    if status >= 500:
        return Verdict("transient", "the source has a fault of its own")
    if 400 <= status < 500 and answer.body is None and answer.text.lstrip().startswith(("{", "[")):
        return Verdict("transient", "the error did not arrive whole")
    if 300 <= status < 400:
        return Verdict("fix_settings", "it points to another address, which is not followed")
    if status == 403:
        return Verdict("fix_settings", "the credential may not read this")
    if status == 404:
        return Verdict("fix_settings", "there is nothing at this address")
    return Verdict("fix_settings", "the request was refused")


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds that ``Retry-After`` asks for, written as a number or as a date; None without it."""
    value = headers.get("Retry-After", "").strip()
    if not value:
        return None
    if re.fullmatch(r"\d+(\.\d+)?", value, re.ASCII):
        return min(float(value), LONGEST_WAIT_SECONDS)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    seconds = (moment - (now or datetime.now(UTC))).total_seconds()
    return min(max(0.0, seconds), LONGEST_WAIT_SECONDS)


def part(value: Any, *names: str) -> Mapping[str, Any]:
    """The object that lies under the names inside an error's body; an empty one where anything else lies there."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def parts(value: Any, name: str) -> list[Mapping[str, Any]]:
    """The objects of a list inside an error's body; none where anything else lies there."""
    listed = part(value).get(name)
    return [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []


def seconds_of(value: Any) -> float | None:
    """A number of seconds that an error names; None for what is none."""
    try:
        seconds = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return seconds if math.isfinite(seconds) and not isinstance(value, bool) else None


LONGEST_SENTENCE = 300


def vendor_said(sentence: Any) -> str:
    """A vendor's own sentence as part of ours: on one line, without its full stop, cut where it goes on and on."""
    # Secrets are hidden before it is cut: half of one would not be known for a secret.
    said = " ".join(redacted(sentence).split()).rstrip(".") if isinstance(sentence, str) else ""
    return said if len(said) <= LONGEST_SENTENCE else said[:LONGEST_SENTENCE].rstrip() + "..."


CURES: Mapping[str, tuple[type[ExtractError], str]] = {
    "skip": (SkipAccount, "It is left out; the others go on."),
    "shrink": (TooMuch, "Ask for less at once."),
    "restart": (Restart, "Begin the slice again."),
    "gone": (Gone, "What was landed of it before stays as it is."),
    "refresh_auth": (FixSettings, "Check that the credential is current and may read this account."),
    "fix_settings": (FixSettings, "Check the connection and the account's options."),
    "changed": (SourceChanged, "Read the vendor's change log."),
}
"""Verdicts that end the request -> the error, and its sentence about what to do."""
