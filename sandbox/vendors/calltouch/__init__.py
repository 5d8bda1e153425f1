"""Calltouch: a diary of calls by day or by page, and forms by day; it retells CallRail's calls and Typeform's answers.

API: https://www.calltouch.ru/support/api-calltouch/
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.limits import Limit
from sandbox.answering.state import Login
from sandbox.answering.vendor import Call, Route, Vendor
from sandbox.stories.retold import CALLS, FORMS, Retold, Told, retold, said

MOST_ON_PAGE = 1000
ZONE = ZoneInfo("Europe/Moscow")
NOT_GIVEN = "<не указано>"

Record = dict[str, Any]


def _calls(call: Call) -> Answer:
    _check_site(call, call.parts["site"])
    # Day, month, year.
    told = _told(call, CALLS, "%d/%m/%Y")
    if "page" not in call.query or "limit" not in call.query:
        if call.query.get("dateFrom") != call.query.get("dateTo"):
            raise Refused(_error(400, "Without page and limit dateFrom must equal dateTo"))
        return json_answer([_call(call, one) for one in told])
    page, limit = _number(call, "page"), min(_number(call, "limit"), MOST_ON_PAGE, call.sandbox.settings.most_on_page)
    body = {
        "page": page,
        "pageTotal": max(1, -(-len(told) // limit)),
        "pageSize": limit,
        "recordsTotal": len(told),
        "records": [_call(call, one) for one in told[(page - 1) * limit : page * limit]],
    }
    return json_answer(body)


def _call(call: Call, one: Retold) -> Record:
    known = one.payload
    record = {
        "callId": one.number,
        "date": f"{_local(one):%d/%m/%Y %H:%M:%S}",
        "callphase": "callcompleted",
        "duration": known.get("duration", 0),
        "waitingConnect": 7,
        # Its numbers have no plus.
        "callerNumber": str(known.get("customer_phone_number") or "").lstrip("+"),
        "phoneNumber": str(known.get("tracking_phone_number") or "").lstrip("+"),
        "redirectNumber": str(known.get("business_phone_number") or "").lstrip("+"),
        "manager": known.get("agent_email"),
        "successful": bool(known.get("answered")),
        "uniqueCall": bool(known.get("first_call")),
        "targetCall": bool(known.get("answered")),
        "callbackCall": False,
        "city": known.get("customer_city") or NOT_GIVEN,
        "source": known.get("source") or NOT_GIVEN,
        "medium": known.get("medium") or NOT_GIVEN,
        "keyword": known.get("keywords") or "<не заполнено>",
        "url": known.get("landing_page_url"),
        "callUrl": known.get("last_requested_url"),
        "ref": known.get("referring_url"),
        **_utm(known),
        "sessionId": one.number if known.get("ga") else 0,
        "ctCallerId": known.get("person_id"),
        "clientId": known.get("ga"),
        "yaClientId": None,
    }
    if _is_on(call, "withCallTags"):
        names = known.get("tags") or []
        record["callTags"] = [{"category": "", "type": "MANUAL", "names": names}] if names else []
    if _is_on(call, "withOrders"):
        record["orders"] = []
    if _is_on(call, "withYandexDirect"):
        record["yandexDirect"] = None
    if _is_on(call, "withGoogleAdwords"):
        record["googleAdWords"] = None
    return record


def _requests(call: Call) -> Answer:
    _check_site(call, call.query.get("siteId", ""))
    # Month, day, year: the other way round than for calls.
    return json_answer([_request(call, one) for one in _told(call, FORMS, "%m/%d/%Y")])


def _request(call: Call, one: Retold) -> Record:
    answers = said(one.payload)
    contacts = [{"contactType": "EMAIL", "contactValue": answers["email"]}] if "email" in answers else []
    record = {
        "requestId": one.number,
        "requestNumber": f"R-{one.number}",
        "date": int(one.moment.replace(tzinfo=UTC).timestamp() * 1000),
        "dateStr": f"{_local(one):%d/%m/%Y %H:%M:%S}",
        "subject": answers.get("service", ""),
        "uniqueRequest": True,
        "targetRequest": True,
        "manager": None,
        "client": {
            "clientId": one.number,
            "fio": answers.get("full_name", NOT_GIVEN),
            "phones": [{"phoneNumber": answers["phone"].lstrip("+")}] if "phone" in answers else [],
            "contacts": contacts,
        },
        "session": {
            "sessionId": 0,
            "url": (one.payload.get("metadata") or {}).get("referer"),
            "ref": None,
            "source": answers.get("utm_source", NOT_GIVEN),
            "medium": answers.get("utm_medium", NOT_GIVEN),
            "keywords": NOT_GIVEN,
            "city": NOT_GIVEN,
            **_utm(answers),
            "guaClientId": answers.get("client_id"),
            "yaClientId": None,
        },
        "orders": [],
        "yandexDirect": None,
        "googleAdWords": None,
    }
    return {**record, "RequestTags": []} if _is_on(call, "withRequestTags") else record


def _utm(known: Record) -> Record:
    return {
        f"utm{part.title()}": known.get(f"utm_{part}") or NOT_GIVEN
        for part in ("source", "medium", "campaign", "term", "content")
    }


def _told(call: Call, told: Told, written: str) -> tuple[Retold, ...]:
    first, last = _day(call, "dateFrom", written), _day(call, "dateTo", written)
    return retold(call, told, _midnight(first), _midnight(last + timedelta(days=1)))


def _day(call: Call, name: str, written: str) -> date:
    try:
        return datetime.strptime(call.query.get(name, ""), written).replace(tzinfo=ZONE).date()
    except ValueError:
        raise Refused(_error(400, f"Incorrect {name}: {call.query.get(name)}")) from None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE).astimezone(UTC).replace(tzinfo=None)


def _local(one: Retold) -> datetime:
    return one.moment.replace(tzinfo=UTC).astimezone(ZONE)


def _is_on(call: Call, name: str) -> bool:
    return call.query.get(name) == "true"


def _number(call: Call, name: str) -> int:
    text = call.query.get(name, "")
    if not text.isdigit() or int(text) < 1:
        raise Refused(_error(400, f"Incorrect {name}: {text}"))
    return int(text)


def _check_site(call: Call, site: str) -> None:
    if site != call.account:
        raise Refused(_error(404, f"Site {site} is not found"))


def _let_in(call: Call) -> Login:
    login = call.sandbox.login("calltouch", call.query.get("clientApiId", ""))
    if login is None:
        raise Refused(_error(401, "Incorrect clientApiId"))
    return login


def _error(status: int, message: str) -> Answer:
    return json_answer({"errorCode": status, "message": message}, status)


CALLTOUCH = Vendor(
    source="calltouch",
    accounts={"nordhaus": "51001"},
    routes=(
        Route("GET", "/calls-service/RestAPI/{site}/calls-diary/calls", _calls),
        Route("GET", "/calls-service/RestAPI/requests/", _requests),
    ),
    let_in=_let_in,
    # Calltouch does not say how long to wait.
    rate_limited=lambda call, wait: _error(429, "Too many requests"),
    server_error=lambda call: Answer(500, b"<html><body>Internal Server Error</body></html>", {}, "text/html"),
    expired_token=lambda call: _error(401, "Incorrect clientApiId"),
    revoked=lambda call: _error(403, "Access to the site is denied"),
    not_found=lambda call: _error(404, "Not found"),
    rows_keys=frozenset({"records"}),
    documented_limits={"": Limit(3, 1)},
)
