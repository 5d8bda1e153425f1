"""Pipedrive: lists by cursor in version 2, the history of a deal and the users in version 1.

API: https://developers.pipedrive.com/docs/api/v1
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.limits import Limit
from sandbox.answering.pages import page_behind
from sandbox.answering.state import Login
from sandbox.answering.vendor import Call, Route, Vendor
from sandbox.stories.crm_story import DEALS, STAGES, Deal, all_on, stage_number, unmerged_on, zulu

MOST_ON_PAGE = 500
CLICK_ID_FIELD = "2c3d4e5f60718293a4b5c6d7e8f9012345670a1b"

Record = dict[str, Any]


def _person(deal: Deal) -> Record:
    first, last = deal.name.split()
    return {
        "id": 70 + deal.number,
        "name": deal.name,
        "first_name": first,
        "last_name": last,
        "emails": [{"value": email, "primary": email == deal.email, "label": "work"} for email in deal.emails],
        "phones": [{"value": deal.phone, "primary": True, "label": "work"}],
        "org_id": None,
        "owner_id": 9,
        "add_time": zulu(deal.created_at),
        "update_time": zulu(deal.person_updated_at),
        "is_deleted": False,
        "label_ids": [],
        "custom_fields": {CLICK_ID_FIELD: f"SYN-GCLID-{deal.number}"},
    }


def _deal(deal: Deal) -> Record:
    # One that was merged into another is listed as deleted.
    is_gone = deal.is_deleted or deal.is_merged_away
    status = "deleted" if is_gone else deal.stage if deal.stage in ("won", "lost") else "open"
    return {
        "id": 500 + deal.number,
        "title": f"Roof {deal.number}",
        "value": deal.cents / 100,
        "currency": deal.currency,
        "status": status,
        "stage_id": stage_number(deal.stage),
        "pipeline_id": 1,
        "person_id": 70 + deal.contacts[0] if deal.contacts else None,
        "org_id": None,
        "owner_id": 9,
        "creator_user_id": 9,
        "add_time": zulu(deal.created_at),
        "update_time": zulu(deal.updated_at),
        "stage_change_time": zulu(deal.stages[-1][1]),
        "won_time": zulu(deal.closed_at if deal.stage == "won" else None),
        "lost_time": zulu(deal.entered("lost")),
        "close_time": zulu(deal.closed_at),
        "lost_reason": "Too late" if deal.stage == "lost" else None,
        "is_deleted": is_gone,
        "is_archived": deal.number == 2,
        "label_ids": [],
        "origin": "API",
        "custom_fields": {},
    }


def _activity(deal: Deal) -> Record:
    return {
        "id": 600 + deal.number,
        "type": "call",
        "subject": "Call back",
        "owner_id": 9,
        "deal_id": 500 + deal.number,
        "person_id": 70 + deal.number,
        "done": True,
        "marked_as_done_time": f"{deal.created_at.replace(minute=30):%Y-%m-%d %H:%M:%S}",
        "add_time": zulu(deal.created_at),
        "update_time": zulu(deal.created_at.replace(minute=30)),
        "is_deleted": False,
    }


def _product(deal: Deal) -> Record:
    return {
        "id": 800 + deal.number,
        "deal_id": 500 + deal.number,
        "product_id": 5,
        "name": "Tiles",
        "item_price": deal.cents / 200,
        "quantity": 2,
        "discount": 0,
        "discount_type": "percentage",
        "tax": 0,
        "tax_method": "inclusive",
        "sum": deal.cents / 100,
        "currency": deal.currency,
        "billing_frequency": "one-time",
        "is_enabled": True,
    }


def _changed(
    make: Callable[[Deal], Record],
    is_shown: Callable[[Call, Record], bool],
    among: Callable[[date | None], Sequence[Deal]] = all_on,
) -> Callable[[Call], Answer]:
    def handle(call: Call) -> Answer:
        since, until = _moment(call, "updated_since"), _moment(call, "updated_until")
        shown = [
            record
            for record in map(make, among(call.sandbox.today))
            if is_shown(call, record)
            and (since is None or record["update_time"] >= since)
            and (until is None or record["update_time"] < until)
        ]
        key = call.query.get("sort_by", "id")
        if key not in ("id", "add_time", "update_time"):
            raise Refused(_error(400, "ERR_SCHEMA_VALIDATION_FAILED", f"sort_by: {key} is not one of the values"))
        return _page(call, sorted(shown, key=lambda record: record[key]))

    return handle


def _is_plain(call: Call, deal: Record) -> bool:
    """Without a status the list shows neither deleted nor archived deals."""
    wanted = call.query.get("status")
    return not deal["is_archived"] and (deal["status"] == wanted if wanted else not deal["is_deleted"])


def _products(call: Call) -> Answer:
    asked = call.query.get("deal_ids", "").split(",")
    if not 1 <= len([one for one in asked if one]) <= 100:
        raise Refused(_error(400, "ERR_SCHEMA_VALIDATION_FAILED", "deal_ids: 1 to 100 ids"))
    having = [deal for deal in all_on(call.sandbox.today) if not deal.is_cut]
    return _page(call, [product for product in map(_product, having) if str(product["deal_id"]) in asked])


def _changelog(call: Call) -> Answer:
    deal = next((one for one in all_on(None) if str(500 + one.number) == call.parts["deal"]), None)
    if deal is None:
        raise Refused(json_answer({"success": False, "error": "Deal not found"}, 404))
    # The first stage is no change.
    changes = [
        {
            "field_key": "stage_id",
            "old_value": str(stage_number(before)),
            "new_value": str(stage_number(after)),
            "actor_user_id": 9,
            "time": f"{at:%Y-%m-%d %H:%M:%S}",
            "change_source": "app",
            "change_source_user_agent": None,
            "is_bulk_update_flag": False,
        }
        for (before, _), (after, at) in zip(deal.stages, deal.stages[1:], strict=False)
    ]
    return _page(call, changes[::-1])


def _stages(call: Call) -> Answer:
    records = [
        {"id": stage_number(stage), "name": stage.title(), "pipeline_id": 1, "order_nr": order, "deal_probability": 50}
        for order, stage in enumerate(STAGES)
    ]
    return _page(call, records)


def _users(call: Call) -> Answer:
    users = [{"id": 9, "name": "Kim", "email": "kim@nordhaus.example", "active_flag": True}]
    return json_answer({"success": True, "data": users, "additional_data": None})


def _page(call: Call, records: Sequence[Record]) -> Answer:
    size = call.query.get("limit", "100")
    if not size.isdigit() or not 1 <= int(size) <= MOST_ON_PAGE:
        raise Refused(_error(400, "ERR_SCHEMA_VALIDATION_FAILED", f"limit: must be between 1 and {MOST_ON_PAGE}"))
    try:
        page, cursor = page_behind(
            records, call.query.get("cursor", ""), min(int(size), call.sandbox.settings.most_on_page)
        )
    except ValueError:
        raise Refused(_error(400, "ERR_SCHEMA_VALIDATION_FAILED", "cursor: it is not valid")) from None
    body = {"success": True, "data": page, "additional_data": {"next_cursor": cursor}}
    if "/v1/" in call.path and not records:
        body["data"] = None
    return json_answer(body)


def _moment(call: Call, name: str) -> str | None:
    text = call.query.get(name)
    if text is None:
        return None
    try:
        return zulu(datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z"))
    except ValueError:
        raise Refused(_error(400, "ERR_SCHEMA_VALIDATION_FAILED", f"{name}: must be RFC 3339")) from None


def _let_in(call: Call) -> Login:
    token = call.headers.get("x-api-token") or call.query.get("api_token", "")
    login = call.sandbox.login("pipedrive", token)
    if login is None:
        raise Refused(_unauthorized(call))
    return login


def _unauthorized(call: Call) -> Answer:
    return json_answer({"success": False, "error": "unauthorized access", "errorCode": 401}, 401)


def _error(status: int, code: str, message: str) -> Answer:
    return json_answer({"success": False, "error": message, "code": code}, status)


def _rate_limited(call: Call, wait: float) -> Answer:
    headers = {"x-ratelimit-limit": "80", "x-ratelimit-remaining": "0", "x-ratelimit-reset": str(max(1, round(wait)))}
    return json_answer({"success": False, "error": "request over limit"}, 429, headers)


PIPEDRIVE = Vendor(
    source="pipedrive",
    accounts={"nordhaus": "8123"},
    routes=(
        Route("GET", "/api/v2/persons", _changed(_person, lambda call, person: True, unmerged_on)),
        Route("GET", "/api/v2/deals", _changed(_deal, _is_plain)),
        Route("GET", "/api/v2/deals/archived", _changed(_deal, lambda call, deal: deal["is_archived"])),
        Route("GET", "/api/v2/deals/products", _products),
        Route("GET", "/api/v2/activities", _changed(_activity, lambda call, activity: True, lambda today: DEALS)),
        Route("GET", "/api/v2/pipelines", lambda call: _page(call, [{"id": 1, "name": "Sales", "order_nr": 0}])),
        Route("GET", "/api/v2/stages", _stages),
        Route("GET", "/api/v1/deals/{deal}/changelog", _changelog),
        Route("GET", "/api/v1/users", _users),
    ),
    let_in=_let_in,
    rate_limited=_rate_limited,
    server_error=lambda call: _error(500, "ERR_INTERNAL", "Internal server error"),
    expired_token=_unauthorized,
    revoked=lambda call: _error(403, "ERR_FORBIDDEN", "Scope and URL mismatch"),
    not_found=lambda call: _error(404, "ERR_NOT_FOUND", "Unknown method."),
    rows_keys=frozenset({"data"}),
    documented_limits={"": Limit(80, 2)},
)
