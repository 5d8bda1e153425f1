"""The story as Salesforce tells it: what was deleted comes once more and says so; opportunities cannot be merged."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any

from extractors.sources.salesforce import columns
from tests.dbt_project.crm_worlds.told import json_reply
from tests.dbt_project.crm_worlds.world import Deal, World, day_of, zulu
from tests.extractors.sources.vendor import Reply, Request, Vendor

TABLES = (
    "opportunities",
    "opportunity_history",
    "opportunity_contacts",
    "opportunity_products",
    "stages",
    "products",
    "contacts",
)
KINDS = {
    "Opportunity": columns.OPPORTUNITY,
    "OpportunityHistory": columns.OPPORTUNITY_HISTORY,
    "OpportunityContactRole": columns.OPPORTUNITY_CONTACT,
    "OpportunityLineItem": columns.OPPORTUNITY_PRODUCT,
    "OpportunityStage": columns.STAGE,
    "Product2": columns.PRODUCT,
    "Contact": columns.CONTACT,
}
# The label of the won stage would guess otherwise: IsWon decides.
STAGES = {"new": ("Prospecting", False), "won": ("Contract Signed", True), "packed": ("Delivered", True)}
PRODUCTS = ("Tiles", "Gutter", "Roof")


def serve(vendor: Vendor, world: Callable[[], World]) -> None:
    """Answer as Salesforce would, in whatever state the world is."""
    tell: dict[str, Callable[[World], list[dict[str, Any]]]] = {
        "Opportunity": _opportunities,
        "OpportunityHistory": _history,
        "OpportunityContactRole": _roles,
        "OpportunityLineItem": _lines,
        "OpportunityStage": _stages,
        "Product2": _products,
        "Contact": lambda _: [],
    }

    def query(request: Request) -> Reply:
        text = request.query["q"]
        kind = re.findall(r" FROM (\w+)", text)[0]
        between = re.findall(r"(\w+) >= (\S+) AND \w+ < (\S+) ", text)
        found = tell[kind](world())
        for moment, first, end in between:
            found = [one for one in found if first <= one[moment][:19] + "Z" < end]
        asked = re.findall(r"SELECT (.+) FROM", text)[0].split(", ")
        records = [{**dict.fromkeys(asked), **{name: one[name] for name in asked if name in one}} for one in found]
        return json_reply({"totalSize": len(records), "done": True, "records": records})

    def token(_: Request) -> Reply:
        return Reply(json.dumps({"access_token": "t", "instance_url": vendor.url, "token_type": "Bearer"}).encode())

    vendor.answers("POST /services/oauth2/token", token)
    vendor.answers("GET /services/data/v67.0/queryAll", query)
    for kind, fields in KINDS.items():
        shown = json_reply({"fields": [{"name": field.name} for field in fields.values()]})
        vendor.answers(f"GET /services/data/v67.0/sobjects/{kind}/describe", shown)


def _all(world: World) -> dict[int, tuple[Deal, Any]]:
    """Each deal with the moment at which it was deleted, if it was."""
    gone = {**world.deleted, **world.merged_away}
    return {
        **{number: (deal, None) for number, deal in world.deals.items()},
        **{number: (world.last(number), moment) for number, moment in gone.items()},
    }


def _moment(value: Any) -> str:
    return zulu(value).replace("Z", ".000+0000")


def _opportunities(world: World) -> list[dict[str, Any]]:
    return [
        {
            "Id": f"006{number}",
            "Name": f"Roof {number}",
            "StageName": STAGES[deal.stage][0],
            "Amount": deal.amount,
            "CurrencyIsoCode": "EUR",
            "IsClosed": deal.is_won,
            "IsWon": deal.is_won,
            # What a colleague expects, and no fact.
            "CloseDate": str(deal.closed_on or "2026-12-31"),
            "LastStageChangeDate": _moment(deal.moves[-1][2]),
            "CreatedDate": _moment(deal.created_at),
            "SystemModstamp": _moment(gone or deal.updated_at),
            "IsDeleted": gone is not None,
        }
        for number, (deal, gone) in _all(world).items()
    ]


def _history(world: World) -> list[dict[str, Any]]:
    return [
        {
            "Id": f"008{number}{place}",
            "OpportunityId": f"006{number}",
            "StageName": STAGES[stage][0],
            "Amount": deal.amount,
            "CreatedDate": _moment(moment),
            "IsDeleted": False,
        }
        for number, (deal, _) in _all(world).items()
        if deal.is_history_kept
        for place, (_, stage, moment) in enumerate(deal.moves)
    ]


def _ties(world: World, name: str) -> list[tuple[int, Any, Any, bool]]:
    """Each tie with its deal, when it changed and whether it is gone: it is a record of its own."""
    ties: dict[tuple[int, Any], tuple[Any, bool]] = {}
    for then in world.all_until_now:
        for number in {deal for earlier in then.all_until_now for deal in earlier.deals}:
            deal = then.deals.get(number)
            for one in getattr(deal, name) if deal else ():
                if ties.get((number, one), (None, True))[1]:
                    ties[number, one] = (deal.updated_at if deal else None, False)
            for (owner, one), (_, is_gone) in [*ties.items()]:
                if owner == number and not is_gone and one not in (getattr(deal, name) if deal else ()):
                    ties[owner, one] = (datetime.combine(day_of(then.state), time(10), UTC), True)
    return [(number, one, *told) for (number, one), told in ties.items()]


def _roles(world: World) -> list[dict[str, Any]]:
    return [
        {
            "Id": f"00K{number}{contact}",
            "OpportunityId": f"006{number}",
            "ContactId": f"003{contact}",
            "Role": "Decision Maker",
            "IsPrimary": True,
            "CreatedDate": _moment(moment),
            "SystemModstamp": _moment(moment),
            "IsDeleted": is_gone,
        }
        for number, contact, moment, is_gone in _ties(world, "contacts")
    ]


def _lines(world: World) -> list[dict[str, Any]]:
    return [
        {
            "Id": f"00k{number}{product}",
            "OpportunityId": f"006{number}",
            "Product2Id": f"01t{PRODUCTS.index(product)}",
            # Salesforce makes it of both names.
            "Name": f"Roof {number} {product}",
            "Quantity": 1,
            "TotalPrice": 10,
            "CreatedDate": _moment(moment),
            "SystemModstamp": _moment(moment),
            "IsDeleted": is_gone,
        }
        for number, product, moment, is_gone in _ties(world, "items")
    ]


def _stages(world: World) -> list[dict[str, Any]]:
    return [
        {
            "Id": f"01J{place}",
            "ApiName": label,
            "MasterLabel": label,
            "SortOrder": place,
            "IsClosed": is_won,
            "IsWon": is_won,
            "IsActive": True,
        }
        for place, (label, is_won) in enumerate(STAGES.values())
    ]


def _products(world: World) -> list[dict[str, Any]]:
    return [{"Id": f"01t{place}", "Name": name, "ProductCode": name} for place, name in enumerate(PRODUCTS)]
