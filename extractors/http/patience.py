"""What becomes of an answer that is refused: asked again after a while, later, or an error named by its cure."""

from __future__ import annotations

from datetime import timedelta
from typing import NoReturn

from tenacity import RetryCallState
from tenacity.wait import wait_random_exponential

from extractors.errors import QuotaGone, RetryLater
from extractors.http.answers import CURES, LONGEST_WAIT_SECONDS, Answer, AskAgain, Verdict, retry_after
from extractors.http.vendor_words import with_vendor_sentences

BUSY_SECONDS = 5.0
"""The least that is waited where a source says "too many requests" and not for how long."""
BUSY_LATER = timedelta(minutes=5)
"""When to come back to a source that said so until nobody asked any more."""


def refuse(where: str, answer: Answer, verdict: Verdict, patience: timedelta) -> NoReturn:
    """Raise what the verdict says: ``AskAgain`` where a wait within the patience may cure it."""
    asked = verdict.after if verdict.after is not None else retry_after(answer.headers)
    asked = None if asked is None else max(0.0, min(asked, LONGEST_WAIT_SECONDS))
    reason = with_vendor_sentences(verdict.reason, answer.body, answer.text)
    if verdict.cure in ("wait", "transient"):
        if asked is not None and asked > patience.total_seconds():
            raise RetryLater(
                f"{where}: {reason}; the source asks to wait {asked:.0f} seconds.",
                after=timedelta(seconds=asked),
            )
        raise AskAgain(f"{reason} ({answer.status})", asked, is_limit=verdict.cure == "wait")
    if verdict.cure == "defer":
        raise QuotaGone(f"{where}: {reason}.", timedelta(hours=1) if asked is None else timedelta(seconds=asked))
    kind, cure = CURES[verdict.cure]
    raise kind(f"{where} was answered with {answer.status}: {reason}. {cure}")


def seconds_before_again(state: RetryCallState) -> float:
    """What the source asked for, else longer at each attempt, with chance in it."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, AskAgain) and error.after is not None:
        return error.after
    least = BUSY_SECONDS if isinstance(error, AskAgain) and error.is_limit else 0.0
    return least + wait_random_exponential(multiplier=max(1.0, least), max=60)(state)


def given_up_on(where: str, last: AskAgain, attempts: int) -> RetryLater:
    """What is raised after the last attempt: the last fault, and when to come back."""
    later = BUSY_LATER if last.is_limit else None
    return RetryLater(
        f"{where}: {last}, {attempts} times in a row. Ask again later.",
        after=later if last.after is None else timedelta(seconds=last.after),
    )
