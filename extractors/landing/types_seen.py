"""Counts how many values of each column could be read: a column that came in another type is a change, not rejects."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

LEAST_RETYPED = 2
"""One value that cannot be read is somebody's mistake."""


@dataclass
class TypesSeen:
    """How many values of each column could be read in a pull, and how many came in another type."""

    rows: int = 0
    read: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)

    def retyped(self) -> list[str]:
        """The columns of another type than promised: no value can be read, and half of the rows or more have one."""
        least = max(LEAST_RETYPED, self.rows / 2)
        return [name for name, count in self.unread.items() if count >= least and not self.read[name]]
