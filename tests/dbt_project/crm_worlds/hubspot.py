"""The story as HubSpot tells it: a merge makes a new deal, which names those that went into it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.dbt_project.crm_worlds.told import body_of, json_reply
from tests.dbt_project.crm_worlds.world import Deal, World, zulu
from tests.extractors.sources.vendor import Reply, Request, Vendor

TABLES = (
    "deals", "deal_stages", "deal_contacts", "line_items", "deleted_deals", "deleted_line_items", "pipelines",
)  # fmt: skip
# The labels would guess otherwise: HubSpot's own flags decide.
STAGES = {"sales": {"new": ("Customer", False, "0.1"), "won": ("Contract signed", True, "1.0")}}
STAGES |= {"delivery": {"packed": ("Order placed", False, "0.5")}}


def serve(vendor: Vendor, world: Callable[[], World]) -> None:
    """Answer as HubSpot would, in whatever state the world is."""

    def search(request: Request) -> Reply:
        found = [_deal(deal) for deal in world().deals.values() if _is_asked(request, zulu(deal.updated_at))]
        return json_reply({"total": len(found), "results": sorted(found, key=lambda one: int(one["id"]))})

    def history(request: Request) -> Reply:
        asked = {one["id"] for one in body_of(request)["inputs"]}
        return json_reply(
            {"status": "COMPLETE", "results": [_history(one) for one in world().deals.values() if _id(one) in asked]}
        )

    def contacts(request: Request) -> Reply:
        asked = {one["id"] for one in body_of(request)["inputs"]}
        deals = [deal for deal in world().deals.values() if _id(deal) in asked]
        ties = [
            {
                "from": {"id": _id(deal)},
                "to": [{"toObjectId": str(one), "associationTypes": []} for one in deal.contacts],
            }
            for deal in deals
            if deal.contacts
        ]
        errors = [
            {"category": "OBJECT_NOT_FOUND", "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND"}
            for deal in deals
            if not deal.contacts
        ]
        return json_reply({"status": "COMPLETE", "results": ties, "errors": errors}, 207 if errors else 200)

    def items(request: Request) -> Reply:
        found = [
            {"id": f"{deal.number}{place}", "properties": _item(name, zulu(deal.updated_at))}
            for deal in world().deals.values()
            for place, name in enumerate(deal.items)
            if _is_asked(request, zulu(deal.updated_at))
        ]
        return json_reply({"total": len(found), "results": found})

    def items_deals(request: Request) -> Reply:
        deals = {str(deal.number): _id(deal) for deal in world().deals.values()}
        pairs = [{"from": one, "to": [{"toObjectId": deals[one["id"][:-1]]}]} for one in body_of(request)["inputs"]]
        return json_reply({"status": "COMPLETE", "results": pairs})

    def archived_deals(_: Request) -> Reply:
        gone = world().deleted.items()
        return json_reply({"results": [{"id": str(9000 + one), "archivedAt": zulu(moment)} for one, moment in gone]})

    def archived_items(_: Request) -> Reply:
        # A product that is taken off leaves with its line.
        known = {
            f"{number}{place}": zulu(world().last(number).updated_at)
            for earlier in world().all_until_now
            for number, deal in earlier.deals.items()
            for place in range(len(deal.items))
            if number in world().deals and place >= len(world().deals[number].items)
        }
        return json_reply({"results": [{"id": line, "archivedAt": moment} for line, moment in known.items()]})

    objects, ties = "/crm/objects/2026-09", "/crm/associations/2026-09"
    vendor.answers(f"POST {objects}/deals/search", search)
    vendor.answers(f"POST {objects}/deals/batch/read", history)
    vendor.answers(f"POST {ties}/deals/contacts/batch/read", contacts)
    vendor.answers(f"POST {objects}/line_items/search", items)
    vendor.answers(f"POST {ties}/line_items/deals/batch/read", items_deals)
    vendor.answers(f"GET {objects}/deals", archived_deals)
    vendor.answers(f"GET {objects}/line_items", archived_items)
    vendor.answers("GET /crm/pipelines/2026-09/deals", lambda _: json_reply({"results": _pipelines()}))


def _id(deal: Deal) -> str:
    """A merge makes a deal with a number of its own."""
    return str(9000 + deal.number + (100 if deal.merged else 0))


def _stage(pipeline: str, stage: str) -> str:
    return f"{pipeline}-{stage}"


def _deal(deal: Deal) -> dict[str, Any]:
    is_won = (deal.pipeline, deal.stage) == ("sales", "won")
    merged = ";".join(str(9000 + number) for number in (*deal.merged, deal.number)) if deal.merged else None
    properties = {
        "dealname": f"Roof {deal.number}",
        "amount": str(deal.amount),
        "deal_currency_code": "EUR",
        "pipeline": deal.pipeline,
        "dealstage": _stage(deal.pipeline, deal.stage),
        "createdate": zulu(deal.created_at),
        "hs_lastmodifieddate": zulu(deal.updated_at),
        # What a colleague expects, and no fact.
        "closedate": f"{deal.closed_on or '2026-12-31'}T00:00:00Z",
        "hs_is_closed_won": str(is_won).lower(),
        "hs_is_closed": str(is_won).lower(),
        "hs_merged_object_ids": merged,
    }
    return {"id": _id(deal), "properties": properties}


def _history(deal: Deal) -> dict[str, Any]:
    moves = [{"value": _stage(pipeline, stage), "timestamp": zulu(moment)} for pipeline, stage, moment in deal.moves]
    moves = moves if deal.is_history_kept else []
    return {"id": _id(deal), "properties": {}, "propertiesWithHistory": {"dealstage": moves[::-1]}}


def _item(name: str, updated_at: str) -> dict[str, Any]:
    return {"name": name, "quantity": "1", "amount": "10", "hs_lastmodifieddate": updated_at}


def _pipelines() -> list[dict[str, Any]]:
    return [
        {
            "id": pipeline,
            "label": pipeline.title(),
            "stages": [
                {
                    "id": _stage(pipeline, stage),
                    "label": label,
                    "displayOrder": 1,
                    "metadata": {"isClosed": str(is_closed).lower(), "probability": probability},
                }
                for stage, (label, is_closed, probability) in stages.items()
            ],
        }
        for pipeline, stages in STAGES.items()
    ]


def _is_asked(request: Request, moment: str) -> bool:
    """Whether a record changed at that moment belongs to the days that are asked for."""
    milliseconds = int(datetime.fromisoformat(moment).timestamp() * 1000)
    between = body_of(request)["filterGroups"][0]["filters"]
    first, last = (int(one["value"]) for one in between[:2])
    return first <= milliseconds <= last
