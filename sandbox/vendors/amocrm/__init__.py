"""amoCRM: pages by link, no content for an empty list, events, and refresh tokens that are good once.

API: https://www.amocrm.ru/developers/content/crm_platform/api-reference
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qs

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.limits import Limit
from sandbox.answering.rotating_oauth import renewed, token_owner
from sandbox.answering.state import Login
from sandbox.answering.vendor import Call, Route, Vendor
from sandbox.stories.crm_story import DELETED_AT, STAGES, TWIN, Deal, all_on, label_of, stage_number, unmerged_on

MOST_ON_PAGE = 250
PIPELINE = 11
STATUS = {**{stage: 60 + stage_number(stage) for stage in STAGES}, "won": 142, "lost": 143}

Record = dict[str, Any]


def _contact(deal: Deal) -> Record:
    emails = _field(3, "EMAIL", deal.email, "WORK")
    emails["values"] = [{**emails["values"][0], "value": email} for email in deal.emails]
    fields = [_field(2, "PHONE", deal.phone, "WORK"), emails]
    return {
        "id": 80 + deal.number,
        "name": deal.name,
        "responsible_user_id": 9,
        "created_at": _seconds(deal.created_at),
        "updated_at": _seconds(deal.person_updated_at),
        "is_deleted": False,
        "custom_fields_values": fields,
        "account_id": 31,
        "_embedded": {"tags": [], "companies": []},
    }


def _field(number: int, code: str, value: str, enum_code: str) -> Record:
    values = [{"value": value, "enum_id": number, "enum_code": enum_code}]
    return {
        "field_id": number,
        "field_name": code,
        "field_code": code,
        "field_type": "multitext",
        "values": values,
    }


def _lead(deal: Deal) -> Record:
    closed_at = deal.closed_at
    reasons = [{"id": 5, "name": "Too late"}] if deal.stage == "lost" else []
    tracking = {**_field(10, "YCLID", f"SYN-YCLID-{deal.number}", ""), "field_type": "tracking_data"}
    elements = [{"id": 901, "metadata": {"quantity": 2, "catalog_id": 77, "price_id": None}}]
    return {
        "id": 500 + deal.number,
        "name": f"Roof {deal.number}",
        "price": deal.cents / 100,
        "responsible_user_id": 9,
        "status_id": STATUS[deal.stages[-1][0]],
        "pipeline_id": PIPELINE,
        "loss_reason_id": 5 if reasons else None,
        "source_id": None,
        "created_by": 0,
        "created_at": _seconds(deal.created_at),
        "updated_at": _seconds(deal.updated_at),
        "closed_at": _seconds(closed_at) if closed_at else None,
        "is_deleted": False,
        "custom_fields_values": [tracking],
        "_embedded": {
            "tags": [],
            "companies": [],
            "contacts": [{"id": 80 + one, "is_main": one == deal.number} for one in deal.contacts],
            "loss_reason": reasons,
            "catalog_elements": [] if deal.is_cut else elements,
        },
    }


def _events(today: date | None) -> list[Record]:
    """What happened. That a lead was merged into another is told by nothing."""
    found = []
    for deal in all_on(today):
        found.append(_event(f"A{deal.number}", "lead_added", deal, deal.created_at, [], []))
        for step, ((before, _), (after, at)) in enumerate(zip(deal.stages, deal.stages[1:], strict=False)):
            moved = [_status(before)], [_status(after)]
            found.append(_event(f"M{deal.number}{step}", "lead_status_changed", deal, at, *moved))
        if deal.is_deleted:
            found.append(_event(f"D{deal.number}", "lead_deleted", deal, DELETED_AT, [], []))
        if deal.number == TWIN:
            continue
        called = _event(f"C{deal.number}", "outgoing_call", deal, deal.created_at.replace(minute=30), [], [])
        found.append({**called, "entity_type": "contact", "entity_id": 80 + deal.number})
    return found


def _status(stage: str) -> Record:
    return {"lead_status": {"id": STATUS[stage], "pipeline_id": PIPELINE}}


def _event(number: str, kind: str, deal: Deal, at: datetime, before: list[Record], after: list[Record]) -> Record:
    return {
        "id": number,
        "type": kind,
        "entity_id": 500 + deal.number,
        "entity_type": "lead",
        "created_by": 9,
        "created_at": _seconds(at),
        "value_after": after,
        "value_before": before,
        "account_id": 31,
        "_embedded": {"entity": {"id": 500 + deal.number}},
    }


def _changed(key: str, make: Callable[[Deal], Record]) -> Callable[[Call], Answer]:
    def handle(call: Call) -> Answer:
        # A deleted lead is listed no more, nor is what became a part of another.
        deals = unmerged_on(call.sandbox.today)
        records = [make(deal) for deal in deals if key != "leads" or not deal.is_deleted]
        shown = [record for record in records if _is_between(call, "updated_at", record)]
        return _page(call, key, shown, MOST_ON_PAGE)

    return handle


def _list_events(call: Call) -> Answer:
    types = parse_qs(call.query_text).get("filter[type][]", [])
    shown = [
        one for one in _events(call.sandbox.today) if one["type"] in types and _is_between(call, "created_at", one)
    ]
    return _page(call, "events", shown, 100)


def _pipelines(call: Call) -> Answer:
    statuses = [
        {"id": STATUS[stage], "name": label_of(stage), "sort": 10 * stage_number(stage), "type": 0} for stage in STAGES
    ]
    pipeline = {"id": PIPELINE, "name": "Sales", "sort": 1, "_embedded": {"statuses": statuses}}
    return _page(call, "pipelines", [pipeline], MOST_ON_PAGE)


def _elements(call: Call) -> Answer:
    price = {**_field(20, "PRICE", "500.25", ""), "field_type": "price"}
    tiles = {"id": 901, "name": "Tiles", "catalog_id": 77, "custom_fields_values": [price]}
    return _page(call, "elements", [tiles] if call.parts["catalog"] == "77" else [], MOST_ON_PAGE)


def _page(call: Call, key: str, records: Sequence[Record], most: int) -> Answer:
    page, limit = call.query.get("page", "1"), call.query.get("limit", "50")
    if not page.isdigit() or not limit.isdigit() or not 1 <= int(limit) <= most or int(page) < 1:
        raise Refused(_problem(400, "Bad Request"))
    size = min(int(limit), call.sandbox.settings.most_on_page)
    start = (int(page) - 1) * size
    if not records[start:]:
        return Answer(204)
    links: Record = {"self": {"href": f"{call.base_url}{call.path.partition('/amocrm')[2]}?page={page}"}}
    if len(records) > start + size:
        links["next"] = {"href": f"{links['self']['href'].partition('?')[0]}?page={int(page) + 1}"}
    body = {"_page": int(page), "_links": links, "_embedded": {key: list(records[start : start + size])}}
    return json_answer(body)


def _is_between(call: Call, field: str, record: Record) -> bool:
    first, last = (call.query.get(f"filter[{field}][{end}]", "") for end in ("from", "to"))
    if not all(text.isdigit() for text in (first, last) if text):
        raise Refused(_problem(400, "Bad Request"))
    moment = int(record[field])
    return (not first or moment >= int(first)) and (not last or moment <= int(last))


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _give_token(call: Call) -> Answer:
    """``POST /oauth2/access_token``: the old refresh token is worth nothing from then on."""
    body = call.json if isinstance(call.json, dict) else {}
    tokens = renewed(call.sandbox, "amocrm", body, call.sandbox.settings.token_seconds)
    if tokens is None:
        return json_answer({"hint": "Token has been revoked", "title": "Bad Request", "status": 400}, 400)
    return json_answer({"token_type": "Bearer", **tokens})


def _let_in(call: Call) -> Login:
    login = token_owner(call.sandbox, "amocrm", call.bearer())
    if login is None:
        raise Refused(_problem(401, "Unauthorized"))
    return login


def _problem(status: int, title: str) -> Answer:
    body = {"title": title, "type": f"https://httpstatus.es/{status}", "status": status, "detail": title}
    answer = json_answer(body, status)
    return Answer(status, answer.body, {}, "application/problem+json")


AMOCRM = Vendor(
    source="amocrm",
    accounts={"nordhaus": "31", "clearwater": "32"},
    routes=(
        Route("POST", "/oauth2/access_token", _give_token, is_public=True),
        Route("GET", "/api/v4/account", lambda call: json_answer({"id": 31, "name": "Nordhaus", "currency": "EUR"})),
        Route("GET", "/api/v4/contacts", _changed("contacts", _contact)),
        Route("GET", "/api/v4/leads", _changed("leads", _lead)),
        Route("GET", "/api/v4/leads/pipelines", _pipelines),
        Route("GET", "/api/v4/events", _list_events),
        Route("GET", "/api/v4/catalogs/{catalog}/elements", _elements),
        Route(
            "GET",
            "/api/v4/users",
            lambda call: _page(call, "users", [{"id": 9, "name": "Kim", "email": "kim@nordhaus.example"}], 250),
        ),
    ),
    let_in=_let_in,
    rate_limited=lambda call, wait: _problem(429, "Too Many Requests"),
    server_error=lambda call: _problem(500, "Internal Server Error"),
    expired_token=lambda call: _problem(401, "Unauthorized"),
    revoked=lambda call: _problem(403, "Forbidden"),
    not_found=lambda call: _problem(404, "Not Found"),
    rows_keys=frozenset({"contacts", "leads", "events", "elements", "users", "pipelines"}),
    documented_limits={"": Limit(7, 1)},
)
