"""What a vendor was told back: every row that was posted and taken, and how its conversions stand after them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sandbox.answering.state import Sandbox

REPETITION = timedelta(days=2)
ABOUT_WHAT_WAS_TAKEN = ("taken", "data_manager", "placed", "uploadings")
"""Kinds of what vendors remember of it."""


@dataclass
class Taken:
    """Of one account of one vendor."""

    posted: list[Mapping[str, Any]] = field(default_factory=list)
    """Each row as it came, repetitions included, of requests that were taken."""
    standing: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """The vendor's own key -> the conversion as it counts now; what was taken back is gone."""

    first_on: dict[str, date] = field(default_factory=dict)
    """The vendor's own key -> the day on which it was counted."""

    def counts(self, key: str, row: Mapping[str, Any], today: date) -> None:
        """Count a row whose repetition is known for 48 hours: after them it is another conversion."""
        number, counted = 1, key
        while counted in self.first_on and today - self.first_on[counted] > REPETITION:
            number += 1
            counted = f"{key}#{number}"
        self.first_on.setdefault(counted, today)
        self.standing.setdefault(counted, row)

    def takes(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Keep rows as they came."""
        self.posted.extend(rows)


def taken_by(sandbox: Sandbox, source: str, account: str) -> Taken:
    """What the account was told so far. To be used under the sandbox's lock."""
    taken = sandbox.kept.setdefault(("taken", f"{source}/{account}"), Taken())
    assert isinstance(taken, Taken)
    return taken


def all_taken(sandbox: Sandbox) -> dict[str, dict[str, Any]]:
    """Vendor and account -> rows posted and conversions standing."""
    with sandbox.lock:
        return {
            name: {"posted": list(one.posted), "standing": dict(one.standing)}
            for (kind, name), one in sandbox.kept.items()
            if kind == "taken"
        }
