"""The story as amoCRM tells it: an event tells of a deletion, nothing of a merge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.dbt_project.crm_worlds.told import json_reply, seconds
from tests.dbt_project.crm_worlds.world import Deal, World
from tests.extractors.sources.vendor import Reply, Request, Vendor

TABLES = ("leads", "events", "lead_contacts", "lead_products", "pipelines", "lead_ids", "products")
PIPELINE = {"sales": 11, "delivery": 12}
STATUS = {"new": 61, "won": 142, "packed": 62}


def serve(vendor: Vendor, world: Callable[[], World]) -> None:
    """Answer as amoCRM would, in whatever state the world is."""

    def leads(request: Request) -> Reply:
        first = int(request.query.get("filter[updated_at][from]", 0))
        last = int(request.query.get("filter[updated_at][to]", 2**40))
        shown = [_lead(deal) for deal in world().deals.values() if first <= seconds(deal.updated_at) <= last]
        return _page("leads", shown)

    def events(request: Request) -> Reply:
        first, last = (int(request.query[f"filter[created_at][{end}]"]) for end in ("from", "to"))
        found = [event for deal in world().deals.values() for event in _moves(deal)]
        for number, moment in world().deleted.items():
            found.append(_event(f"D{number}", "lead_deleted", number, seconds(moment), [], []))
        for deal in world().deals.values():
            if deal.restored_at:
                found.append(_event(f"R{deal.number}", "lead_restored", deal.number, seconds(deal.restored_at), [], []))
        return _page("events", [one for one in found if first <= one["created_at"] <= last])

    vendor.answers("GET /api/v4/account", lambda _: json_reply({"id": 31, "currency": "EUR"}))
    vendor.answers("GET /api/v4/leads", leads)
    vendor.answers("GET /api/v4/events", events)
    vendor.answers("GET /api/v4/leads/pipelines", lambda _: _page("pipelines", _pipelines()))
    names = [{"id": 500 + place, "name": name, "custom_fields_values": []} for place, name in enumerate(ITEMS)]
    vendor.answers("GET /api/v4/catalogs/77/elements", lambda _: _page("elements", names))


ITEMS = ("Tiles", "Gutter", "Roof")
OPTIONS = {"catalogs": ["77"]}


def _lead(deal: Deal) -> dict[str, Any]:
    closed_at = deal.won_at if deal.stage == "won" else None
    if deal.closed_on:
        closed_at = datetime(deal.closed_on.year, deal.closed_on.month, deal.closed_on.day, tzinfo=UTC)
    contacts = [{"id": one, "is_main": place == 0} for place, one in enumerate(deal.contacts)]
    elements = [{"id": 500 + ITEMS.index(one), "metadata": {"quantity": 1, "catalog_id": 77}} for one in deal.items]
    return {
        "id": deal.number,
        "name": f"Roof {deal.number}",
        "price": deal.amount,
        "status_id": STATUS[deal.stage],
        "pipeline_id": PIPELINE[deal.pipeline],
        "created_at": seconds(deal.created_at),
        "updated_at": seconds(deal.updated_at),
        "closed_at": seconds(closed_at) if closed_at else None,
        "is_deleted": False,
        "custom_fields_values": None,
        "_embedded": {"contacts": contacts, "catalog_elements": elements, "loss_reason": []},
    }


def _moves(deal: Deal) -> list[dict[str, Any]]:
    if not deal.is_history_kept:
        return []
    return [
        _event(
            f"M{deal.number}{place}",
            "lead_status_changed",
            deal.number,
            seconds(moment),
            _stage(before),
            _stage((p, s)),
        )
        for place, (before, (p, s, moment)) in enumerate(
            zip([move[:2] for move in deal.moves], deal.moves[1:], strict=False)
        )
    ]


def _stage(move: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"lead_status": {"id": STATUS[move[1]], "pipeline_id": PIPELINE[move[0]]}}]


def _event(name: str, kind: str, lead: int, moment: int, before: list[Any], after: list[Any]) -> dict[str, Any]:
    event = {"id": name, "type": kind, "entity_id": lead, "entity_type": "lead", "created_by": 9}
    return {**event, "created_at": moment, "value_before": before, "value_after": after}


def _pipelines() -> list[dict[str, Any]]:
    # The labels would guess otherwise: 142 is won in every pipeline.
    statuses = [
        {"id": 61, "name": "Customer"},
        {"id": 62, "name": "Order placed"},
        {"id": 142, "name": "Contract signed"},
    ]
    return [
        {"id": number, "name": name, "_embedded": {"statuses": [{**one, "sort": 1, "type": 0} for one in statuses]}}
        for name, number in PIPELINE.items()
    ]


def _page(key: str, records: list[dict[str, Any]]) -> Reply:
    if not records:
        return Reply(status=204)
    return json_reply({"_page": 1, "_links": {}, "_embedded": {key: records}})
