"""CoMagic and UIS: JSON-RPC that answers 200 even when it refuses; it retells CallRail's calls and Typeform's answers.

API: https://www.uiscom.ru/academiya/spravochnyj-centr/dokumentatsiya-api/data_api/
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.limits import Limit
from sandbox.answering.state import Login
from sandbox.answering.vendor import Call, Route, Vendor
from sandbox.stories.retold import CALLS, FORM_TITLE, FORMS, Retold, Told, retold, said

MOST_ON_PAGE = 10_000
MOST_DAYS = 90
ZONE = ZoneInfo("Europe/Moscow")
CLOCK = "%Y-%m-%d %H:%M:%S"
TOKEN_SECONDS = 3600
UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")

Record = dict[str, Any]


def _call(one: Retold) -> Record:
    known, is_lost = one.payload, not one.payload.get("answered")
    duration = int(known.get("duration") or 0)
    agent = known.get("agent_email")
    return {
        "id": one.number,
        "start_time": _local(one),
        "direction": "out" if known.get("direction") == "outbound" else "in",
        "finish_reason": "no_success_subscriber_call" if is_lost else "operator_disconnects",
        "is_lost": is_lost,
        "talk_duration": 0 if is_lost else duration,
        "wait_duration": duration if is_lost else 7,
        "total_duration": duration if is_lost else duration + 7,
        "contact_phone_number": _digits(known.get("customer_phone_number")),
        "virtual_phone_number": _digits(known.get("tracking_phone_number")),
        "contact_full_name": known.get("customer_name"),
        "source": known.get("source"),
        **_visit(known, known.get("landing_page_url"), known.get("last_requested_url"), known.get("ga")),
        "referrer": known.get("referring_url"),
        "channel": known.get("medium"),
        "campaign_name": known.get("campaign"),
        "person_id": known.get("person_id"),
        "visitor_city": known.get("customer_city"),
        "visitor_country": known.get("customer_country"),
        "visitor_device": known.get("device_type"),
        "tags": _tags(known.get("tags") or []),
        "employees": [{"employee_id": 9, "employee_full_name": agent, "is_answered": True}] if agent else [],
    }


def _message(one: Retold) -> Record:
    answers = said(one.payload)
    page = (one.payload.get("metadata") or {}).get("referer")
    return {
        "id": one.number,
        "date_time": _local(one),
        "form_type": "site_request",
        "status": "processed",
        "text": answers.get("service") or FORM_TITLE,
        "visitor_name": answers.get("full_name"),
        "visitor_phone_number": _digits(answers.get("phone")),
        "visitor_email": answers.get("email"),
        "employee_full_name": None,
        **_visit(answers, page, page, answers.get("client_id")),
        "tags": [],
    }


def _visit(known: Record, entrance: str | None, page: str | None, client_id: str | None) -> Record:
    """What is told of the visit before a call or a message; most of it is not known of each."""
    unknown = (
        *("referrer", "channel", "campaign_id", "campaign_name", "site_id", "visitor_id", "visitor_session_id"),
        *("person_id", "visitor_city", "visitor_country", "visitor_device", "ym_client_id", "ymclid", "sale_cost"),
    )
    return {
        **dict.fromkeys(unknown),
        "entrance_page": entrance,
        "communication_page_url": page,
        "ua_client_id": client_id,
        "gclid": known.get("gclid"),
        "yclid": None,
        **{name: known.get(name) for name in UTM},
    }


def _tags(names: Sequence[str]) -> list[Record]:
    return [{"tag_id": number, "tag_name": name, "tag_type": "manual"} for number, name in enumerate(names, 1)]


REPORTS: dict[str, tuple[Told, Callable[[Retold], Record], str]] = {
    "get.calls_report": (CALLS, _call, "start_time"),
    "get.offline_messages_report": (FORMS, _message, "date_time"),
}


def _answer(call: Call) -> Answer:
    if call.json["method"] == "login.user":
        token = secrets.token_hex(16)
        call.sandbox.kept["comagic_token", token] = call.login
        expires_at = int(datetime.now(UTC).timestamp()) + TOKEN_SECONDS
        return _result({"access_token": token, "expire_at": expires_at}, {})
    return _report(call, call.json["params"], *REPORTS[call.json["method"]])


def _report(call: Call, params: Record, told: Told, make: Callable[[Retold], Record], clock: str) -> Answer:
    first, last = _moment(params, "date_from"), _moment(params, "date_till")
    if (last - first).days > MOST_DAYS:
        raise Refused(_error(-32602, "Invalid interval", "invalid_interval_dates_error", "date_till"))
    limit, offset = params.get("limit", 1000), params.get("offset", 0)
    if not isinstance(limit, int) or not 1 <= limit <= MOST_ON_PAGE:
        raise Refused(_error(-32602, f"The limit is 1 to {MOST_ON_PAGE}", "limit_out_of_range", "limit"))
    if params.get("sort", [{"field": clock, "order": "asc"}]) != [{"field": clock, "order": "asc"}]:
        raise Refused(_error(-32602, f"The sandbox sorts by {clock} only", "invalid_parameter_value", "sort"))
    # The last second is included.
    records = [one for one in retold(call, told, first) if one.moment <= last]
    page = [make(one) for one in records[offset : offset + min(limit, call.sandbox.settings.most_on_page)]]
    fields = params.get("fields") or ["id", clock]
    for name in fields:
        if page and name not in page[0]:
            raise Refused(_error(-32602, f"Field {name} is not known", "invalid_parameter_value", "fields"))
    shown = [{name: record[name] for name in fields} for record in page]
    limits = call.sandbox.limits
    remaining = limits.remaining("comagic", call.account)
    told_limits = {
        "day_limit": 30_000,
        "day_remaining": 29_990,
        "day_reset": 3600,
        "minute_limit": limits.in_force("comagic").requests,
        "minute_remaining": remaining,
        "minute_reset": 21,
    }
    return _result(shown, {"total_items": len(records), "limits": told_limits})


def _moment(params: Record, name: str) -> datetime:
    try:
        local = datetime.strptime(params.get(name, ""), CLOCK).replace(tzinfo=ZONE)
    except (TypeError, ValueError):
        raise Refused(_error(-32602, f"{name} must be a time", "invalid_parameter_value", name)) from None
    return local.astimezone(UTC).replace(tzinfo=None)


def _local(one: Retold) -> str:
    return f"{one.moment.replace(tzinfo=UTC).astimezone(ZONE):{CLOCK}}"


def _digits(number: str | None) -> str | None:
    return "".join(letter for letter in number if letter.isdecimal()) if number else None


def _let_in(call: Call) -> Login:
    body = call.json if isinstance(call.json, dict) else {}
    params = body.get("params")
    if body.get("jsonrpc") != "2.0" or not isinstance(params, dict):
        raise Refused(_error(-32600, "Invalid Request", "invalid_request"))
    method, sandbox = body.get("method"), call.sandbox
    if method == "login.user":
        login = sandbox.login("comagic", str(params.get("password")))
        if login is None or login.name != params.get("login"):
            raise Refused(_error(-32001, "Login or password is wrong", "auth_error"))
        return login
    if method not in REPORTS:
        raise Refused(_error(-32601, "Method not found", "method_not_found"))
    token = str(params.get("access_token"))
    login = sandbox.kept.get(("comagic_token", token)) or sandbox.login("comagic", token)
    # The password of a login is no token.
    if login is None or (login.name and token == login.password):
        raise Refused(_error(-32001, "Access token is invalid", "access_token_invalid"))
    return login


def _result(data: Any, metadata: Record) -> Answer:
    told = {"api_version": {"current_version_date": "2026-10-01", "current_version_number": "2.0"}, **metadata}
    return json_answer({"jsonrpc": "2.0", "id": 1, "result": {"data": data, "metadata": told}})


def _error(code: int, message: str, mnemonic: str, field: str | None = None, **metadata: Any) -> Answer:
    data = {"mnemonic": mnemonic, "field": field, "value": None, "params": {}, "metadata": metadata}
    return json_answer({"jsonrpc": "2.0", "id": 1, "error": {"code": code, "message": message, "data": data}})


def _rate_limited(call: Call, wait: float) -> Answer:
    limits = {"day_remaining": 29_990, "day_reset": 3600, "minute_remaining": 0, "minute_reset": max(1, round(wait))}
    return _error(-32029, "Limit is exceeded", "limit_exceeded", limits=limits)


COMAGIC = Vendor(
    source="comagic",
    accounts={"nordhaus": "61001", "clearwater": "61002"},
    routes=(Route("POST", "/v2.0", _answer),),
    let_in=_let_in,
    rate_limited=_rate_limited,
    server_error=lambda call: _error(-32603, "Internal error", "internal_error"),
    expired_token=lambda call: _error(-32001, "Access token has expired", "access_token_expired"),
    revoked=lambda call: _error(-32001, "Address is not in the whitelist", "ip_not_whitelisted"),
    not_found=lambda call: Answer(404, b"<html><body>Not Found</body></html>", {}, "text/html"),
    rows_keys=frozenset({"data"}),
    documented_limits={"": Limit(300, 60)},
)
