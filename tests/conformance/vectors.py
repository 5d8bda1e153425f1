"""The conformance set: journeys with the exact credit that each attribution model gives, and what differs from it.

Another tool can be held against it: ``python -m tests.conformance journeys`` writes them as CSV, ``check`` reads
the credits that the tool found. Shares are exact to 1e-12, those of time decay to 1e-9.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("attribution_vectors.json")
EXACT, ROUNDED = 1e-12, 1e-9

Credits = Mapping[tuple[str, str], Mapping[str, float]]
"""Credit by touch (or by channel, for models over all journeys), by journey and attribution model."""
ALL_JOURNEYS = "all journeys"
"""Stands in the place of a journey for the models that look at all of them together."""


@dataclass(frozen=True)
class Vector:
    """One journey under one attribution model."""

    journey: str
    attribution_model: str
    credit: Mapping[str, float]

    def differs(self, found: Mapping[str, float] | None) -> str | None:
        """A sentence where the found credit is another one."""
        if found is None and self.credit:
            return f"{self.journey}, {self.attribution_model}: no credit was given."
        found = found or {}
        limit = ROUNDED if self.attribution_model == "time_decay" else EXACT
        for touch in sorted({*self.credit, *found}):
            expected, given = self.credit.get(touch, 0.0), found.get(touch, 0.0)
            if abs(expected - given) > limit:
                return f"{self.journey}, {self.attribution_model}: {touch} has {given!r} and should have {expected!r}."
        return None


def load() -> dict[str, Any]:
    """The file as it is."""
    loaded: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return loaded


def vectors() -> Iterator[Vector]:
    """Every journey under every model; then the models over all journeys, by channel."""
    loaded = load()
    for journey in loaded["journeys"]:
        for model, credit in journey["credit"].items():
            yield Vector(journey["name"], model, {touch: _number(share) for touch, share in credit.items()})
    for model, key in (("markov", "markov_credit"), ("shapley", "shapley_volume_credit")):
        credit = loaded["channel_models"][key]
        yield Vector(ALL_JOURNEYS, model, {channel: _number(share) for channel, share in credit.items()})


def _number(share: str | float) -> float:
    return float(Fraction(share)) if isinstance(share, str) else share


def journey_rows() -> Iterator[dict[str, object]]:
    """The journeys, a row for each touch; seconds count from the first moment of the journey."""
    loaded = load()
    for journey in loaded["journeys"]:
        milestones = defaultdict(list)
        for milestone, touch in journey.get("milestones", {}).items():
            milestones[touch].append(milestone)
        for touch in journey["touches"]:
            yield {
                "journey": journey["name"],
                "touch_id": touch["touch_id"],
                "channel": touch["channel"],
                "at_seconds": touch["at_seconds"],
                "converted_at_seconds": journey["converted_at_seconds"],
                "milestones": " ".join(milestones[touch["touch_id"]]),
            }
    for number, journey in enumerate(loaded["channel_models"]["journeys"], 1):
        for place, channel in enumerate(journey["channels"]):
            yield {
                "journey": f"{ALL_JOURNEYS} {number}",
                "touch_id": f"t{place + 1}",
                "channel": channel,
                "at_seconds": place,
                "converted_at_seconds": len(journey["channels"]) if journey["conversions"] else "",
                "milestones": "",
            }


def differences(found: Credits, models: Iterable[str] | None = None) -> list[str]:
    """What differs, a sentence each; only of some models where they are named."""
    wanted = None if models is None else set(models)
    said = (
        vector.differs(found.get((vector.journey, vector.attribution_model)))
        for vector in vectors()
        if wanted is None or vector.attribution_model in wanted
    )
    return [sentence for sentence in said if sentence]
