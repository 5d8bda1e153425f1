"""What no statement tells: from which rows the steps in Python made theirs, and where a trace ends."""

from __future__ import annotations

from warehouse.statements import Model
from warehouse.trace.model import Alike, Reading


def _same(*columns: str) -> list[Alike]:
    return [Alike(f"parent_row.{name}", f"child_row.{name}") for name in columns]


DECLARED: dict[Model, list[Reading]] = {
    # A node's person is known by the links of its component: those whose one end is the node itself.
    ("steps", "person_components"): [
        Reading(
            "intermediate", "int_identity__links", [*_same("brand"), Alike("parent_row.node_a", "child_row.node_id")]
        ),
        Reading(
            "intermediate", "int_identity__links", [*_same("brand"), Alike("parent_row.node_b", "child_row.node_id")]
        ),
    ],
    ("steps", "refused_links"): [
        Reading("intermediate", "int_identity__links", _same("brand", "node_a", "node_b", "matched_by"))
    ],
    ("checks", "inquiry_flags"): [Reading("intermediate", "int_inquiries__identified", _same("inquiry_id"))],
}
"""By the table that a step writes, the rows that it read."""

ENDS: dict[Model, str] = {
    ("steps", "phones"): "a phone number as it was written, read by the phone library",
    ("steps", "emails"): "an e-mail address as it was written, read by the e-mail library",
    ("steps", "public_holidays"): "the days off of a country, from the holidays library",
    ("steps", "channel_effects"): "worked out over all journeys of the brand at once",
    ("steps", "probable_people"): "suggested by comparing all people of the brand with one another",
    ("steps", "person_history"): "what builds before this one called the person",
    ("steps", "previous_snapshot"): "what was published before",
    ("steps", "rule_fingerprints"): "the rule files as they lie",
    ("intermediate", "int_landing__counted"): "counted over the landed files themselves",
    ("intermediate", "int_landing__held"): "the files that were held back, by their names",
    ("intermediate", "int_rejects__gathered"): "the rejected records of the landed files themselves",
}
"""Where a trace ends before a landed record, and why."""
