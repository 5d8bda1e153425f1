"""One bad row of a request: what is asked again, in how many requests, and what is said of each row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from activations.batches import Refused, Taken, deliver_whole
from activations.model import Outcome, Telling


def tellings(count: int) -> list[Telling]:
    """So many sales, named a, b, c and so on."""
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    return [Telling(chr(97 + number), "send", "sale", str(number), "sale", moment) for number in range(count)]


class Platform:
    """Refuses a request that holds a bad row; says which, or does not."""

    def __init__(self, bad: str, names: bool) -> None:
        self.bad, self.names = set(bad), names
        self.asked: list[str] = []

    def ask(self, rows: Sequence[Telling]) -> Taken | Refused:
        """Answer a request."""
        ids = "".join(one.activation_id for one in rows)
        self.asked.append(ids)
        places = {place: f"bad {one}" for place, one in enumerate(ids) if one in self.bad}
        if places:
            return Refused("something is bad", places if self.names else {})
        return Taken("receipt")


def delivered(platform: Platform, count: int) -> dict[str, Outcome]:
    """What became of each row."""
    outcomes = [one for batch in deliver_whole(tellings(count), platform.ask) for one in batch]
    assert len(outcomes) == len({one.activation_id for one in outcomes}) == count
    return {one.activation_id: one for one in outcomes}


def test_a_row_that_is_named_is_taken_out_and_the_rest_asked_once_more() -> None:
    platform = Platform("be", names=True)

    outcomes = delivered(platform, 6)

    assert platform.asked == ["abcdef", "acdf"]
    assert outcomes["b"] == Outcome("b", "failed", "bad b")
    assert outcomes["c"] == Outcome("c", "accepted", "", "receipt")


def test_a_row_that_is_not_named_is_found_by_halves_and_in_their_order() -> None:
    platform = Platform("f", names=False)

    outcomes = delivered(platform, 8)

    assert platform.asked == ["abcdefgh", "abcd", "efgh", "ef", "e", "f", "gh"]
    assert [name for name, one in outcomes.items() if one.state == "failed"] == ["f"]
    assert outcomes["f"].reason == "something is bad"


def test_where_all_rows_are_bad_each_is_said_to_be_and_nothing_is_asked_again() -> None:
    platform = Platform("abc", names=True)

    assert {one.reason for one in delivered(platform, 3).values()} == {"bad a", "bad b", "bad c"}
    assert platform.asked == ["abc"]


@pytest.mark.parametrize("place", [-1, 3, 99])
def test_a_place_outside_the_request_names_no_row(place: int) -> None:
    asked: list[int] = []

    def ask(rows: Sequence[Telling]) -> Taken | Refused:
        asked.append(len(rows))
        return Refused("bad", {place: "which?"}) if len(rows) > 1 else Taken()

    outcomes = [one for batch in deliver_whole(tellings(3), ask) for one in batch]

    assert asked == [3, 1, 2, 1, 1]
    assert {one.state for one in outcomes} == {"accepted"}


def test_a_row_that_was_taken_with_a_warning_says_so_and_the_state_of_a_refusal_is_its_own() -> None:
    first = next(iter(deliver_whole(tellings(2), lambda rows: Taken("r", {1: "no match"}))))
    refused = next(iter(deliver_whole(tellings(1), lambda rows: Refused("later", state="deferred"))))

    assert first == [Outcome("a", "accepted", "", "r"), Outcome("b", "warned", "no match", "r")]
    assert refused == [Outcome("a", "deferred", "later")]
    assert list(deliver_whole([], lambda rows: Taken())) == [[]]
