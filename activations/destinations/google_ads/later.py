"""Google: what it tells of a request later, as counts by reason.

It looks at clicks, consent and repetitions half an hour to a day after it took them, and remembers for fifty days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from activations.model import Heard, Job, Later, Waiting
from extractors.http.answers import parts
from extractors.http.client import Gone, HttpClient

STATUS = "/v1/requestStatus:retrieve"
PREFIXES = ("PROCESSING_ERROR_REASON_", "PROCESSING_ERROR_")
AGAIN = frozenset({"TOO_RECENT_CLICK", "INTERNAL_ERROR"})
"""They pass by themselves: the same row is sent again."""
ALREADY = frozenset({"DUPLICATE_TRANSACTION_ID", "DUPLICATE_GCLID"})
"""It was told before, and an answer was lost: Google has it."""
STATES: Mapping[str, Later] = {"SUCCESS": "processed", "PARTIAL_SUCCESS": "partly", "FAILED": "failed"}
"""Whatever else it says, it is not done with it."""


def later(client: HttpClient, job: Job, waiting: Sequence[Waiting]) -> Iterator[Heard]:
    """Ask about one request after the other: each has one destination."""
    for one in waiting:
        try:
            answer = client.get(STATUS, {"requestId": one.receipt})
        except Gone:
            yield Heard(one.receipt, "gone")
            continue
        found = parts(answer, "requestStatusPerDestination")
        yield _heard(one, found[0] if found else {})


def _heard(one: Waiting, told: Mapping[str, Any]) -> Heard:
    state = STATES.get(str(told.get("requestStatus")), "processing")
    bad = {
        _reason(count): int(count.get("recordCount") or 0)
        for count in parts(told.get("errorInfo") or {}, "errorCounts")
    }
    good = max(one.rows - sum(bad.values()), 0) if state in ("processed", "partly") else 0
    return Heard(one.receipt, state, good=good, bad=bad, again=AGAIN, already=ALREADY, is_final=state != "processing")


def _reason(count: Mapping[str, Any]) -> str:
    reason = str(count.get("reason") or "unknown")
    for prefix in PREFIXES:
        reason = reason.removeprefix(prefix)
    return reason
