"""Requests that one bad row spoils: the row is taken out where the platform names it, else the request is halved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from activations.model import Outcome, State, Telling


@dataclass(frozen=True)
class Taken:
    """The request was taken."""

    receipt: str = ""
    warnings: Mapping[int, str] = field(default_factory=dict)
    """Place of a row -> what of it was passed over."""
    refused: Mapping[int, tuple[State, str]] = field(default_factory=dict)
    """Place of a row that was not taken with the others -> what becomes of it, and why."""


@dataclass(frozen=True)
class Refused:
    """Nothing of the request was taken."""

    reason: str
    named: Mapping[int, str] = field(default_factory=dict)
    """Place of a row -> what is wrong with it; empty where the platform does not say."""
    state: State = "failed"


def deliver_whole(
    tellings: Sequence[Telling], ask: Callable[[Sequence[Telling]], Taken | Refused]
) -> Iterator[list[Outcome]]:
    """Ask until each row is taken or known to be bad; of ``n`` rows with one bad one this takes log2(n) requests."""
    left = [list(tellings)]
    while left:
        rows = left.pop()
        answer = ask(rows)
        if isinstance(answer, Taken):
            yield [_taken(one, answer, place) for place, one in enumerate(rows)]
            continue
        named = {place: reason for place, reason in answer.named.items() if 0 <= place < len(rows)}
        if not named and len(rows) == 1:
            named = {0: answer.reason}
        if named:
            yield [Outcome(rows[place].activation_id, answer.state, reason) for place, reason in sorted(named.items())]
            if rest := [one for place, one in enumerate(rows) if place not in named]:
                left.append(rest)
        else:
            middle = len(rows) // 2
            left += [rows[middle:], rows[:middle]]


def _taken(one: Telling, answer: Taken, place: int) -> Outcome:
    if place in answer.refused:
        return Outcome(one.activation_id, *answer.refused[place])
    if place in answer.warnings:
        return Outcome(one.activation_id, "warned", answer.warnings[place], answer.receipt)
    return Outcome(one.activation_id, "accepted", "", answer.receipt)
