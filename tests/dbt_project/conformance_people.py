"""The journeys of the conformance set as people of the market, and the credit that the marts give them."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from tests.conformance.vectors import ALL_JOURNEYS, load
from tests.dbt_project.credited_market import NOON, CreditedMarket

BRAND = "chain"
"""The journeys of the models over all journeys are all that happens to a brand of their own."""


def add_conformance_set(market: CreditedMarket) -> None:
    """Each journey as a person with a lead and, where something closed it, a sale."""
    loaded = load()
    for journey in loaded["journeys"]:
        name, milestones = f"vector {journey['name']}", journey.get("milestones", {})
        moments = {touch["touch_id"]: NOON + timedelta(seconds=touch["at_seconds"]) for touch in journey["touches"]}
        for touch in journey["touches"]:
            market.touch(name, f"{name}/{touch['touch_id']}", moments[touch["touch_id"]], touch["channel"])
        converted = NOON + timedelta(seconds=journey["converted_at_seconds"])
        lead, opportunity = milestones.get("lead"), milestones.get("opportunity")
        is_sale = "close" in milestones
        known = {
            "first_touchpoint_id": f"{name}/{lead}" if lead else None,
            "opportunity_at": moments[opportunity] if opportunity else None,
        }
        market.lead(f"{name}: lead", name, moments[lead] if is_sale else converted, **known)
        if is_sale:
            market.sale(
                f"{name}: sale", name, converted, lead_id=f"{name}: lead", opportunity_at=known["opportunity_at"]
            )
    for number, journey in enumerate(loaded["channel_models"]["journeys"], 1):
        name = f"{BRAND} {number}"
        for place, channel in enumerate(journey["channels"]):
            market.touch(name, f"{name}/t{place}", NOON + timedelta(seconds=place), channel, brand=BRAND)
        if journey["conversions"]:
            market.lead(f"{name}: lead", name, NOON + timedelta(seconds=len(journey["channels"])), brand=BRAND)


def credits_of(market: CreditedMarket) -> dict[tuple[str, str], dict[str, float]]:
    """What the marts say, in the words of the conformance set."""
    found: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    closed = {journey["name"]: "close" in journey.get("milestones", {}) for journey in load()["journeys"]}
    for table in ("lead", "sale"):
        for row in market.rows(
            f"select {table}_id as id, person_id, attribution_model, touchpoint_id, credit "
            f"from marts.attributed_{table}s where starts_with(person_id, 'vector ')"
        ):
            journey = row["person_id"].removeprefix("vector ")
            if closed[journey] == (table == "sale"):
                # Where nothing earned, there is no touch to name: the unattributed row is the marts' own.
                earned = found[journey, row["attribution_model"]]
                if row["touchpoint_id"]:
                    earned[row["touchpoint_id"].rpartition("/")[2]] = row["credit"]
    for row in market.rows(
        f"select attribution_model, channel, credited_count from marts.channel_effects "
        f"where brand = '{BRAND}' and conversion_type = 'lead'"
    ):
        found[ALL_JOURNEYS, row["attribution_model"]][row["channel"]] = row["credited_count"]
    return found
