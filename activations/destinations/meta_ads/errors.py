"""Meta: what its errors mean for events."""

from __future__ import annotations

import re
from typing import Any

from extractors.http.answers import Answer, Verdict, part
from extractors.redaction import short

EVENT_FAULTS = range(2804000, 2804100)
LIMITS = {4, 17, 32, 613, *range(80000, 80015)}
AGAIN = {1, 2, 341, 368, 5000, 21009}
TOKEN = {102, 190}
EVENT = re.compile(r"\bdata\[\'?\"?(\d+)|\bevent_index\W{1,4}(\d+)")


def is_about_events(body: Any) -> bool:
    """Whether the request was refused for one of its events."""
    error = part(body, "error")
    return error.get("code") == 100 and (error.get("error_subcode") in EVENT_FAULTS or bool(events_named(body)))


def events_named(body: Any) -> list[int]:
    """The places of the events that the sentences of an error name; most name none."""
    error = part(body, "error")
    said = " ".join(str(error.get(name) or "") for name in ("message", "error_user_msg", "error_data"))
    return sorted({int(one or other) for one, other in EVENT.findall(said)})


def reason_of(body: Any) -> str:
    """The number and the title of a fault, without what Meta quotes of the event."""
    error = part(body, "error")
    number = error.get("error_subcode") or error.get("code")
    return f"{number} {short(error.get('error_user_title') or '')}".strip()


def classify(answer: Answer) -> Verdict | None:
    """By code: the status of most errors is 400, and now and then 200."""
    error = part(answer.body, "error")
    if answer.status < 400 and not error:
        return None
    code = error.get("code")
    said = f"{code} {short(error.get('message') or '')}"
    if code in LIMITS:
        return Verdict("wait", f"too many calls ({said})", after=60.0)
    if code in AGAIN or error.get("is_transient") is True:
        return Verdict("transient", said)
    if code in TOKEN:
        return Verdict("fix_settings", f"{said}: make a new token of the dataset's system user")
    return Verdict("fix_settings", said) if error and answer.status < 500 else None
