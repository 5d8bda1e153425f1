"""What is found out of a statement: where it reads which parent, and which rows there became a row of its own."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Alike:
    """What a row of the parent gives, and what of the child's row it became."""

    parent: str
    """An expression over ``parent_row``, and perhaps over ``child_row``."""
    child: str
    """An expression over ``child_row``; empty where ``parent`` is a condition that must hold."""
    may_be_missing: bool = False
    """The parent may have had no row for it: where the child's side is empty, nothing is known."""


@dataclass(frozen=True)
class Beside:
    """What a row of the parent has in common with a row of one of these other readings, to which it was joined."""

    parent: tuple[str, ...]
    others: tuple[tuple[int, tuple[str, ...]], ...]
    """The place of each other reading, and the expressions over its own ``parent_row``."""


@dataclass
class Reading:
    """One place of a statement that reads a parent."""

    schema: str
    table: str
    alike: list[Alike] = field(default_factory=list)
    beside: list[Beside] = field(default_factory=list)
    carries: dict[str, list[str]] = field(default_factory=dict)
    """By column of the child, the columns of the parent that give its value; ``*`` where rows are counted."""


@dataclass
class Readings:
    """The readings of one statement, in two ways."""

    own: list[Reading]
    """Which rows became a row of the output."""
    all: list[Reading]
    """Which rows had a part in it: those too among which it was chosen, or after which it was numbered."""


class CannotRead(Exception):
    """The statement has a form that is not understood."""
