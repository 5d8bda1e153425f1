"""Follows the links of people who contradict one another, one by one, the surest and oldest first.

Few people need it: those whose weaker links join different addresses, numbers or names. Each step depends on those
before it, which no SQL and no array can do; everybody else is joined by the arrays of ``people``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from warehouse.steps.names import Name, names_agree

STRENGTHS = ("strong", "medium", "weak")


@dataclass(frozen=True, order=True)
class Link:
    """A link in the order in which it is followed: what is surer goes first, then what is older."""

    strength: int
    """Index in ``STRENGTHS``."""
    seen_at: str
    """Sorts as time does; the empty text is before all."""
    one: str
    other: str
    matched_by: str
    number: int
    """Which link of the table it is."""


@dataclass
class Claims:
    """What a group of nodes says of its person."""

    emails: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    names: set[Name] = field(default_factory=set)
    set_apart: set[str] = field(default_factory=set)
    """Nodes that a person has declared to be somebody other than some other node."""

    def take(self, other: Claims) -> None:
        """Say what the other says, too."""
        self.emails |= other.emails
        self.phones |= other.phones
        self.names |= other.names
        self.set_apart |= other.set_apart


def contradiction(one: Claims, other: Claims) -> str | None:
    """Why the two are different people; None where nothing speaks against one. Equal names outweigh two addresses."""
    if one.names and other.names:
        agree = any(names_agree(mine, theirs) for mine in one.names for theirs in other.names)
        return None if agree else "names"
    if one.emails and other.emails and one.emails.isdisjoint(other.emails):
        return "emails"
    if one.phones and other.phones and one.phones.isdisjoint(other.phones):
        return "phones"
    return None


def follow(
    links: Iterable[Link], claims: dict[str, Claims], apart: Sequence[tuple[str, str]]
) -> tuple[dict[str, str], list[tuple[int, str]]]:
    """The group of each linked node, named by its smallest node, and the numbers of the links not followed, with why.

    A strong link is stopped by a declared separation alone.
    """
    parent: dict[str, str] = {}
    groups: dict[str, Claims] = {}
    foes: dict[str, set[str]] = {}
    for one, other in apart:
        foes.setdefault(one, set()).add(other)
        foes.setdefault(other, set()).add(one)
    refused: list[tuple[int, str]] = []

    def root(node: str) -> str:
        if node not in parent:
            parent[node] = node
            groups[node] = Claims()
            groups[node].take(claims.get(node, Claims()))
            if node in foes:
                groups[node].set_apart.add(node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for link in sorted(links):
        one, other = root(link.one), root(link.other)
        if one == other:
            continue
        mine, theirs = groups[one], groups[other]
        if any(foe in theirs.set_apart for node in mine.set_apart for foe in foes[node]):
            refused.append((link.number, "declared"))
            continue
        why = contradiction(mine, theirs) if link.strength else None
        if why:
            refused.append((link.number, why))
            continue
        low, high = min(one, other), max(one, other)
        groups[low].take(groups.pop(high))
        parent[high] = low
    return {node: root(node) for node in list(parent)}, refused
