"""Bitrix24: methods behind a webhook's address, pages of 50 by id, batches, the history of stages.

API: https://apidocs.bitrix24.com/api-reference
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.limits import Limit
from sandbox.answering.state import Login
from sandbox.answering.vendor import Call, Route, Vendor
from sandbox.stories.crm_story import DEALS, STAGES, Deal, all_on, label_of, stage_number, unmerged_on

PAGE_SIZE = 50
MOSCOW = timezone(timedelta(hours=3))
CODES = {"new": "C1:NEW", "qualified": "C1:QUALIFIED", "offer": "C1:OFFER", "won": "C1:WON", "lost": "C1:LOSE"}
SEMANTICS = {"won": "S", "lost": "F"}

Record = dict[str, Any]


def _contact(deal: Deal) -> Record:
    first, last = deal.name.split()
    return {
        "id": 80 + deal.number,
        "name": first,
        "lastName": last,
        "fm": [
            {"id": 2 * deal.number, "typeId": "PHONE", "valueType": "WORK", "value": deal.phone},
            *(
                {"id": 2 * deal.number + 1 + 100 * place, "typeId": "EMAIL", "valueType": "WORK", "value": email}
                for place, email in enumerate(deal.emails)
            ),
        ],
        "leadId": None,
        "assignedById": 9,
        "sourceId": "WEB",
        "createdTime": _moment(deal.created_at),
        "updatedTime": _moment(deal.person_updated_at),
        "utmSource": "google",
    }


def _deal(deal: Deal) -> Record:
    return {
        "id": 500 + deal.number,
        "title": f"Roof {deal.number}",
        "categoryId": 1,
        "stageId": CODES[deal.stage],
        "opportunity": deal.cents / 100,
        "currencyId": deal.currency,
        "contactId": 80 + deal.contacts[0] if deal.contacts else 0,
        "contactIds": [80 + one for one in deal.contacts],
        "leadId": None,
        "assignedById": 9,
        "sourceId": "WEB",
        "closed": "Y" if deal.stage in SEMANTICS else "N",
        "createdTime": _moment(deal.created_at),
        "updatedTime": _moment(deal.updated_at),
        "movedTime": _moment(deal.stages[-1][1]),
        "closedate": _moment(deal.closed_at or deal.stages[-1][1]),
        "utmSource": "google",
    }


def _lead(deal: Deal) -> Record:
    shown = _contact(deal)
    return {**shown, "id": 30 + deal.number, "title": "Form", "stageId": "NEW", "contactId": None}


def _history(today: date | None) -> list[Record]:
    entered = sorted((at, deal.number, stage) for deal in all_on(None) for stage, at in deal.stages)
    there = {deal.number for deal in unmerged_on(today)}
    return [
        {
            "ID": 9000 + place,
            "TYPE_ID": 1 if stage == "new" else 3 if stage in SEMANTICS else 2,
            "OWNER_ID": 500 + number,
            "CREATED_TIME": _moment(at),
            "CATEGORY_ID": 1,
            "STAGE_ID": CODES[stage],
            "STAGE_SEMANTIC_ID": SEMANTICS.get(stage, "P"),
        }
        for place, (at, number, stage) in enumerate(entered)
        if number in there
    ]


def _activity(deal: Deal) -> Record:
    at = _moment(deal.created_at.replace(minute=30))
    return {
        "ID": str(600 + deal.number),
        "OWNER_TYPE_ID": "3",
        "OWNER_ID": str(80 + deal.number),
        "TYPE_ID": "2",
        "PROVIDER_ID": "VOXIMPLANT_CALL",
        "DIRECTION": "2",
        "COMPLETED": "Y",
        "RESPONSIBLE_ID": "9",
        "START_TIME": at,
        "CREATED": at,
        "LAST_UPDATED": at,
    }


def _items(call: Call, body: Record) -> Answer:
    # A deleted deal is simply absent, as is what became a part of another.
    there = unmerged_on(call.sandbox.today)
    living = [deal for deal in there if not deal.is_deleted]
    kinds = {1: [_lead(living[0])], 2: [_deal(deal) for deal in living], 3: [_contact(deal) for deal in there]}
    records = kinds.get(body.get("entityTypeId", 0))
    if records is None:
        raise Refused(_error(400, "ENTITY_TYPE_NOT_SUPPORTED", "The entity type is not supported"))
    for name in body.get("filter", {}):
        if name.lstrip("<>=!@%") not in records[0]:
            raise Refused(_error(400, 0, f"Unknown field definition [{name}]"))
    select = set(body.get("select") or records[0])
    page = [{name: value for name, value in one.items() if name in select} for one in _found(body, records, "id")]
    return _result({"items": page})


def _found(body: Record, records: Sequence[Record], id_field: str) -> list[Record]:
    """A page of what the filter lets through, in the order of the ids."""
    shown = list(records)
    for name, wanted in (body.get("filter") or {}).items():
        field = name.lstrip("<>=")
        sign = name.removesuffix(field)
        shown = [one for one in shown if _holds(sign, one[field], wanted)]
    return sorted(shown, key=lambda one: int(one[id_field]))[:PAGE_SIZE]


def _holds(sign: str, value: Any, wanted: Any) -> bool:
    if isinstance(wanted, str) and "T" in wanted:
        value, wanted = datetime.fromisoformat(str(value)), datetime.fromisoformat(wanted)
    elif not sign or sign == "=":
        return str(value) == str(wanted)
    else:
        value, wanted = float(value), float(wanted)
    return bool({">": value > wanted, ">=": value >= wanted, "<": value < wanted, "<=": value <= wanted}[sign])


def _product_rows(asked: Record, today: date | None) -> Record:
    owner = asked.get("filter[=ownerId]", ["0"])[0]
    rows = [
        {
            "id": 800 + deal.number,
            "ownerId": 500 + deal.number,
            "ownerType": "D",
            "productId": 5,
            "productName": "Tiles",
            "price": deal.cents / 200,
            "quantity": 2,
        }
        for deal in all_on(today)
        if str(500 + deal.number) == owner and not deal.is_cut
    ]
    return {"productRows": rows}


def _batch(call: Call, body: Record) -> Answer:
    commands = body.get("cmd") or {}
    if len(commands) > PAGE_SIZE:
        raise Refused(_error(400, "ERROR_BATCH_LENGTH_EXCEEDED", "Max batch length exceeded"))
    found: Record = {}
    errors: Record = {}
    for name, command in commands.items():
        address = urlsplit(command)
        if address.path == "crm.item.productrow.list":
            found[name] = _product_rows(parse_qs(address.query), call.sandbox.today)
        else:
            errors[name] = {"error": "ERROR_METHOD_NOT_FOUND", "error_description": "Method not found!"}
    # PHP writes an empty object as an empty list.
    return _result({"result": found or [], "result_error": errors or [], "result_next": [], "result_total": []})


def _stages(call: Call, body: Record) -> Answer:
    entity = (body.get("filter") or {}).get("ENTITY_ID")
    rows = [
        {
            "ID": str(stage_number(stage)),
            "ENTITY_ID": "DEAL_STAGE_1",
            "STATUS_ID": CODES[stage],
            "NAME": label_of(stage),
            "SORT": str(10 * stage_number(stage)),
            "SEMANTICS": SEMANTICS.get(stage),
        }
        for stage in STAGES
    ]
    return _result(rows if entity == "DEAL_STAGE_1" else [])


USER: Record = {"ID": "9", "EMAIL": "kim@nordhaus.example", "NAME": "Kim", "LAST_NAME": "", "ACTIVE": True}
CATEGORIES: list[Record] = [{"id": 0, "name": "General"}, {"id": 1, "name": "Roofs"}]
METHODS: dict[str, Callable[[Call, Record], Answer]] = {
    "crm.item.list": _items,
    "crm.stagehistory.list": lambda call, body: _result({"items": _found(body, _history(call.sandbox.today), "ID")}),
    "crm.activity.list": lambda call, body: _result(_found(body, [_activity(deal) for deal in DEALS], "ID")),
    "crm.category.list": lambda call, body: _result({"categories": CATEGORIES}),
    "crm.status.list": _stages,
    "user.get": lambda call, body: _result([USER], total=1),
    "batch": _batch,
}


def _answer(call: Call) -> Answer:
    method = METHODS.get(call.parts["method"].removesuffix(".json"))
    if method is None:
        raise Refused(_error(404, "ERROR_METHOD_NOT_FOUND", "Method not found!"))
    return method(call, call.json if isinstance(call.json, dict) else {})


def _result(result: Any, total: int = 0) -> Answer:
    clock = {"start": 1.0, "finish": 1.2, "duration": 0.2, "operating": 0.3, "operating_reset_at": 1762501000}
    return json_answer({"result": result, "total": total, "time": clock})


def _moment(moment: datetime) -> str:
    """As a portal in Moscow writes it."""
    return moment.astimezone(MOSCOW).isoformat(timespec="seconds")


def _let_in(call: Call) -> Login:
    login = call.sandbox.login("bitrix24", call.parts["secret"])
    if login is None:
        raise Refused(_error(401, "NO_AUTH_FOUND", "Wrong authorization data"))
    return login


def _error(status: int, code: str | int, description: str) -> Answer:
    return json_answer({"error": code, "error_description": description}, status)


BITRIX24 = Vendor(
    source="bitrix24",
    accounts={"nordhaus": "5"},
    routes=(Route("POST", "/rest/{user}/{secret}/{method}", _answer),),
    let_in=_let_in,
    # A limit is a 503 here.
    rate_limited=lambda call, wait: _error(503, "QUERY_LIMIT_EXCEEDED", "Too many requests"),
    server_error=lambda call: _error(500, "INTERNAL_SERVER_ERROR", "Internal server error"),
    expired_token=lambda call: _error(401, "expired_token", "The access token provided has expired."),
    revoked=lambda call: _error(403, "insufficient_scope", "The request requires higher privileges"),
    not_found=lambda call: _error(404, "ERROR_METHOD_NOT_FOUND", "Method not found!"),
    rows_keys=frozenset({"items", "categories", "productRows"}),
    documented_limits={"": Limit(50, 25)},
)
