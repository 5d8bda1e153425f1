"""The story as Pipedrive tells it: a deal that was merged into another is listed as deleted."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from tests.dbt_project.crm_worlds.told import json_reply
from tests.dbt_project.crm_worlds.world import Deal, World, zulu
from tests.extractors.sources.vendor import Reply, Request, Vendor

TABLES = ("deals", "deal_stages", "deal_products", "stages")
PIPELINE = {"sales": 1, "delivery": 2}
STAGE = {"new": 1, "won": 2, "packed": 3}


def serve(vendor: Vendor, world: Callable[[], World]) -> None:
    """Answer as Pipedrive would, in whatever state the world is."""

    def deals(request: Request) -> Reply:
        if request.query.get("status") == "deleted":
            gone = {**world().deleted, **world().merged_away}
            found = [
                {**_deal(world().last(number)), "status": "deleted", "is_deleted": True, "update_time": zulu(moment)}
                for number, moment in gone.items()
            ]
        else:
            found = [_deal(deal) for deal in world().deals.values()]
        first, end = request.query["updated_since"], request.query["updated_until"]
        return _page([one for one in found if first <= one["update_time"] < end])

    def products(request: Request) -> Reply:
        asked = {int(one) for one in request.query["deal_ids"].split(",")}
        found = [
            {"id": number * 10 + place, "deal_id": number, "name": one, "quantity": 1, "sum": 10, "currency": "EUR"}
            for number in sorted(asked)
            for place, one in enumerate(world().last(number).items)
        ]
        return _page(found)

    def changelog(number: int) -> Callable[[Request], Reply]:
        def answer(_: Request) -> Reply:
            deal = world().last(number)
            moves = deal.moves if deal.is_history_kept else ()
            changes = [
                {
                    "field_key": "stage_id",
                    "old_value": STAGE[old[1]],
                    "new_value": STAGE[new[1]],
                    "time": str(new[2])[:19],
                }
                for old, new in pairwise(moves)
            ]
            return _page(changes)

        return answer

    def participants(number: int) -> Callable[[Request], Reply]:
        def answer(_: Request) -> Reply:
            persons = world().last(number).contacts
            return _page([{"id": 900 + one, "person_id": {"value": one, "name": "P"}} for one in persons])

        return answer

    vendor.answers("GET /api/v2/deals", deals)
    vendor.answers("GET /api/v2/deals/archived", lambda _: _page([]))
    vendor.answers("GET /api/v2/deals/products", products)
    for number in range(1, 10):
        vendor.answers(f"GET /api/v1/deals/{number}/participants", participants(number))
        vendor.answers(f"GET /api/v1/deals/{number}/changelog", changelog(number))
    pipelines = [{"id": number, "name": name} for name, number in PIPELINE.items()]
    # The labels would guess otherwise: the status of the deal decides.
    labels = {"new": "Customer", "won": "Contract signed", "packed": "Order placed"}
    stages = [
        {"id": STAGE[one], "name": label, "pipeline_id": 1, "deal_probability": 50} for one, label in labels.items()
    ]
    vendor.answers("GET /api/v2/pipelines", lambda _: _page(pipelines))
    vendor.answers("GET /api/v2/stages", lambda _: _page(stages))


def _deal(deal: Deal) -> dict[str, Any]:
    return {
        "id": deal.number,
        "title": f"Roof {deal.number}",
        "value": deal.amount,
        "currency": "EUR",
        "status": "won" if deal.is_won else "open",
        "pipeline_id": PIPELINE[deal.pipeline],
        "stage_id": STAGE[deal.stage],
        "person_id": deal.contacts[0] if deal.contacts else None,
        "participants_count": len(deal.contacts),
        "add_time": zulu(deal.created_at),
        "update_time": zulu(deal.updated_at),
        "won_time": f"{deal.closed_on}T00:00:00Z"
        if deal.closed_on
        else zulu(deal.won_at)
        if deal.won_at and deal.is_won
        else None,
        "is_deleted": False,
    }


def _page(records: list[dict[str, Any]]) -> Reply:
    return json_reply({"success": True, "data": records, "additional_data": {"next_cursor": None}})
