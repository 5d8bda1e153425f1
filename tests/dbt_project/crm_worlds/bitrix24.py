"""The story as Bitrix24 tells it: what was merged or deleted is in the list of ids no more, and nothing says so."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from tests.dbt_project.crm_worlds.told import body_of, json_reply
from tests.dbt_project.crm_worlds.world import Deal, World
from tests.extractors.sources.vendor import SECRET, Reply, Request, Vendor

TABLES = ("deals", "deal_stages", "deal_contacts", "product_rows", "stages", "deal_ids")
CATEGORY = {"sales": 1, "delivery": 5}
STATUS = {"new": "NEW", "won": "UC_SIGNED", "packed": "PACKED"}
# The labels would guess otherwise: what Bitrix24 calls a success decides.
LABELS = {"new": ("Customer", None), "won": ("Contract signed", "S"), "packed": ("Order placed", None)}


def serve(vendor: Vendor, world: Callable[[], World]) -> None:
    """Answer as Bitrix24 would, in whatever state the world is."""

    def items(request: Request) -> Reply:
        asked = body_of(request)["filter"]
        found = [_deal(deal) for deal in world().deals.values()]
        first, end = asked.get(">=updatedTime", ""), asked.get("<updatedTime", "9")
        floor = int(asked.get(">id", 0))
        shown = [one for one in found if first <= one["updatedTime"] < end and one["id"] > floor]
        return json_reply({"result": {"items": sorted(shown, key=lambda one: int(one["id"]))}})

    def stage_history(request: Request) -> Reply:
        asked = body_of(request)["filter"]
        found = [entry for deal in world().deals.values() if deal.is_history_kept for entry in _moves(deal)]
        shown = [one for one in found if asked[">=CREATED_TIME"] <= one["CREATED_TIME"] < asked["<CREATED_TIME"]]
        return json_reply({"result": {"items": sorted(shown, key=lambda one: int(one["ID"]))}})

    def batch(request: Request) -> Reply:
        found: dict[str, Any] = {}
        for name, command in body_of(request)["cmd"].items():
            number = int(re.findall(r"ownerId\]=(\d+)", command)[0])
            deal = next(deal for deal in world().deals.values() if deal.number == number)
            rows = [
                {"id": number * 10 + place, "ownerId": number, "productName": one, "price": 10, "quantity": 1}
                for place, one in enumerate(deal.items)
            ]
            found[name] = {"productRows": rows}
        return json_reply({"result": {"result": found, "result_error": [], "result_next": []}})

    def statuses(request: Request) -> Reply:
        category = body_of(request)["filter"]["ENTITY_ID"].removeprefix("DEAL_STAGE_")
        shown = [
            {"STATUS_ID": f"C{category}:{STATUS[stage]}", "NAME": label, "SORT": "10", "SEMANTICS": semantics}
            for stage, (label, semantics) in LABELS.items()
        ]
        return json_reply({"result": shown})

    hook = f"/rest/1/{SECRET}"
    categories = [{"id": number, "name": name.title()} for name, number in CATEGORY.items()]
    vendor.answers(f"POST {hook}/crm.item.list.json", items)
    vendor.answers(f"POST {hook}/crm.stagehistory.list.json", stage_history)
    vendor.answers(f"POST {hook}/batch.json", batch)
    vendor.answers(f"POST {hook}/crm.category.list.json", lambda _: json_reply({"result": {"categories": categories}}))
    vendor.answers(f"POST {hook}/crm.status.list.json", statuses)


def _deal(deal: Deal) -> dict[str, Any]:
    return {
        "id": deal.number,
        "title": f"Roof {deal.number}",
        "categoryId": CATEGORY[deal.pipeline],
        "stageId": _stage(deal.pipeline, deal.stage),
        "opportunity": deal.amount,
        "currencyId": "EUR",
        "contactId": deal.contacts[0] if deal.contacts else 0,
        "contactIds": list(deal.contacts),
        "leadId": 0,
        "closed": "Y" if deal.stage == "won" else "N",
        "createdTime": deal.created_at.isoformat(),
        "updatedTime": deal.updated_at.isoformat(),
        "movedTime": deal.moves[-1][2].isoformat(),
        "closedate": (deal.closed_on or date(2026, 12, 31)).isoformat() + "T03:00:00+03:00",
    }


def _stage(pipeline: str, stage: str) -> str:
    return f"C{CATEGORY[pipeline]}:{STATUS[stage]}"


def _moves(deal: Deal) -> list[dict[str, Any]]:
    return [
        {
            "ID": deal.number * 100 + place,
            "OWNER_ID": deal.number,
            "TYPE_ID": 2,
            "CATEGORY_ID": CATEGORY[pipeline],
            "STAGE_ID": _stage(pipeline, stage),
            "STAGE_SEMANTIC_ID": "P",
            "CREATED_TIME": moment.isoformat(),
        }
        for place, (pipeline, stage, moment) in enumerate(deal.moves)
    ]
