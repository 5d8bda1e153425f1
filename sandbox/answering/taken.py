"""What a vendor was told back: every row that was posted and taken, and how its conversions stand after them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.answering.state import Sandbox

ABOUT_WHAT_WAS_TAKEN = ("taken", "data_manager", "placed", "uploadings")
"""Kinds of what vendors remember of it."""


@dataclass
class Taken:
    """Of one account of one vendor."""

    posted: list[Mapping[str, Any]] = field(default_factory=list)
    """Each row as it came, repetitions included, of requests that were taken."""
    standing: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """The vendor's own key -> the conversion as it counts now; what was taken back is gone."""

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
