"""What a vendor that knows a repetition for 48 hours counts."""

from __future__ import annotations

from datetime import date, timedelta

from sandbox.answering.taken import Taken

FIRST = date(2026, 4, 6)


def test_a_repetition_within_two_days_is_the_same_and_a_later_one_another_conversion() -> None:
    taken = Taken()
    for days in (0, 1, 2, 5, 6):
        taken.counts("Purchase|sale:1", {"value": days}, FIRST + timedelta(days=days))

    assert [row["value"] for row in taken.standing.values()] == [0, 5]
