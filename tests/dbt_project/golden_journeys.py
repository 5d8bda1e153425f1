"""Journeys with the credit that each attribution model must give, as fractions worked out by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from tests.dbt_project.credited_market import CreditedMarket, days

START = datetime.fromisoformat("2026-04-01")
HALF_LIFE_DAYS = 7


@dataclass(frozen=True)
class Journey:
    """Touches as (channel, day), the day of the conversion, and by place on the path who was which milestone."""

    name: str
    touches: tuple[tuple[str, float], ...]
    converted: float
    lead: int | None = None
    opportunity: int | None = None
    close: int | None = None
    expected: dict[str, str] = field(default_factory=dict)

    @property
    def is_sale(self) -> bool:
        """Only a sale has a touch that closed it."""
        return self.close is not None

    def credit(self, attribution_model: str) -> dict[str, float]:
        """Credit by touchpoint id; touches without any are not named."""
        if attribution_model == "time_decay":
            weights = [2 ** ((day - self.converted) / HALF_LIFE_DAYS) for _, day in self.touches]
            shares = [weight / sum(weights) for weight in weights]
        else:
            shares = [float(Fraction(share)) for share in self.expected[attribution_model].split()]
        return {self.touchpoint(place): share for place, share in enumerate(shares, 1) if share}

    def touchpoint(self, place: int) -> str:
        """The id of the touch at a place, in alphabetical order."""
        return f"{self.name}, touch {place}"


D, PS = "Direct", "Paid Search"

JOURNEYS = (
    Journey(
        "one touch", ((PS, 0),), 5, lead=1, opportunity=1, close=1,
        expected=dict.fromkeys(
            ("first_touch", "last_touch", "last_non_direct", "first_paid", "last_paid", "linear",
             "linear_distinct", "position_based", "u_shaped", "w_shaped", "full_path"), "1"),
    ),
    Journey(
        "one direct touch", ((D, 0),), 1, lead=1,
        expected=dict.fromkeys(
            ("first_touch", "last_touch", "last_non_direct", "first_paid", "last_paid", "linear",
             "linear_distinct", "position_based", "u_shaped", "w_shaped", "full_path"), "1"),
    ),
    Journey(
        "two touches a half-life apart", ((PS, 0), ("Email", 7)), 7, lead=2, opportunity=2, close=2,
        expected={
            "first_touch": "1 0", "last_touch": "0 1", "last_non_direct": "0 1", "first_paid": "1 0",
            "last_paid": "1 0", "linear": "1/2 1/2", "linear_distinct": "1/2 1/2", "position_based": "1/2 1/2",
            "u_shaped": "1/2 1/2", "w_shaped": "1/3 2/3", "full_path": "1/4 3/4",
        },
    ),
    Journey(
        "direct at the end", (("Paid Social", 0), (D, 3)), 4, lead=2,
        expected={
            "first_touch": "1 0", "last_touch": "0 1", "last_non_direct": "1 0", "first_paid": "1 0",
            "last_paid": "1 0", "linear": "1/2 1/2", "linear_distinct": "1/2 1/2", "position_based": "1/2 1/2",
            "u_shaped": "1/2 1/2", "w_shaped": "1/2 1/2", "full_path": "1/2 1/2",
        },
    ),
    Journey(
        "no opportunity yet", (("Display", 0), ("Organic Search", 2), (PS, 4)), 5, lead=3,
        expected={
            "first_touch": "1 0 0", "last_touch": "0 0 1", "last_non_direct": "0 0 1", "first_paid": "1 0 0",
            "last_paid": "0 0 1", "linear": "1/3 1/3 1/3", "linear_distinct": "1/3 1/3 1/3",
            "position_based": "2/5 1/5 2/5", "u_shaped": "1/2 0 1/2", "w_shaped": "3/7 1/7 3/7",
            "full_path": "9/22 2/11 9/22",
        },
    ),
    Journey(
        "all direct", ((D, 0), (D, 1), (D, 2)), 3, lead=2,
        expected={
            "first_touch": "1 0 0", "last_touch": "0 0 1", "last_non_direct": "0 0 1", "first_paid": "1 0 0",
            "last_paid": "0 0 1", "linear": "1/3 1/3 1/3", "linear_distinct": "1/3 1/3 1/3",
            "position_based": "2/5 1/5 2/5", "u_shaped": "1/2 1/2 0", "w_shaped": "3/7 3/7 1/7",
            "full_path": "9/22 9/22 2/11",
        },
    ),
    Journey(
        "a channel twice", ((PS, 0), (PS, 1), ("Email", 2)), 2, lead=2, opportunity=3,
        expected={
            "first_touch": "1 0 0", "last_touch": "0 0 1", "last_non_direct": "0 0 1", "first_paid": "1 0 0",
            "last_paid": "0 1 0", "linear": "1/3 1/3 1/3", "linear_distinct": "1/4 1/4 1/2",
            "position_based": "2/5 1/5 2/5", "u_shaped": "1/2 1/2 0", "w_shaped": "1/3 1/3 1/3",
            "full_path": "1/3 1/3 1/3",
        },
    ),
    Journey(
        "every milestone apart",
        (("Display", 0), ("Paid Social", 3), ("Organic Search", 9), ("Email", 20), (PS, 33)),
        34, lead=2, opportunity=4, close=5,
        expected={
            "first_touch": "1 0 0 0 0", "last_touch": "0 0 0 0 1", "last_non_direct": "0 0 0 0 1",
            "first_paid": "1 0 0 0 0", "last_paid": "0 0 0 0 1", "linear": "1/5 1/5 1/5 1/5 1/5",
            "linear_distinct": "1/5 1/5 1/5 1/5 1/5", "position_based": "2/5 1/15 1/15 1/15 2/5",
            "u_shaped": "1/2 1/2 0 0 0", "w_shaped": "3/10 3/10 1/20 3/10 1/20",
            "full_path": "9/40 9/40 1/10 9/40 9/40",
        },
    ),
    Journey(
        "the first touch made the lead",
        ((PS, 0), (D, 1), ("Email", 2), ("Email", 9), (D, 16), ("Referral", 30)),
        30, lead=1, opportunity=4, close=6,
        expected={
            "first_touch": "1 0 0 0 0 0", "last_touch": "0 0 0 0 0 1", "last_non_direct": "0 0 0 0 0 1",
            "first_paid": "1 0 0 0 0 0", "last_paid": "1 0 0 0 0 0", "linear": "1/6 1/6 1/6 1/6 1/6 1/6",
            "linear_distinct": "1/4 1/8 1/8 1/8 1/8 1/4", "position_based": "2/5 1/20 1/20 1/20 1/20 2/5",
            "u_shaped": "1 0 0 0 0 0", "w_shaped": "3/5 1/40 1/40 3/10 1/40 1/40",
            "full_path": "9/20 1/30 1/30 9/40 1/30 9/40",
        },
    ),
    Journey(
        "two in the same second", (("Email", 10), (PS, 10)), 11, lead=1,
        expected={
            "first_touch": "1 0", "last_touch": "0 1", "last_non_direct": "0 1", "first_paid": "0 1",
            "last_paid": "0 1", "linear": "1/2 1/2", "linear_distinct": "1/2 1/2", "position_based": "1/2 1/2",
            "u_shaped": "1 0", "w_shaped": "6/7 1/7", "full_path": "9/11 2/11",
        },
    ),
)  # fmt: skip


def add_golden_journeys(market: CreditedMarket) -> None:
    """Each journey as a person with a lead and, where something closed it, a sale."""
    for journey in JOURNEYS:
        when = [START + days(day) for _, day in journey.touches]
        for place, (channel, _) in enumerate(journey.touches, 1):
            market.touch(journey.name, journey.touchpoint(place), when[place - 1], channel)
        converted = START + days(journey.converted)
        opportunity = when[journey.opportunity - 1] if journey.opportunity else None
        made_lead = journey.lead or 1
        market.lead(
            f"{journey.name}: lead", journey.name,
            when[made_lead - 1] if journey.is_sale else converted,
            first_touchpoint_id=journey.touchpoint(made_lead), opportunity_at=opportunity,
        )  # fmt: skip
        if journey.is_sale:
            market.sale(
                f"{journey.name}: sale", journey.name, converted,
                lead_id=f"{journey.name}: lead", opportunity_at=opportunity,
            )  # fmt: skip
