"""Jotform: submissions by offset, filtered by times of New York; it retells what Typeform's forms were answered.

API: https://api.jotform.com/docs/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.limits import Limit
from sandbox.answering.state import Login
from sandbox.answering.vendor import Call, Route, Vendor
from sandbox.stories.retold import EVER, FORM_TITLE, FORMS, Retold, form_of, number_of, retold, said

MOST_ON_PAGE = 1000
ZONE = ZoneInfo("America/New_York")
WRITTEN = "%Y-%m-%d %H:%M:%S"
LONG_WAIT_SECONDS = 60.0
"""Who must wait longer has used up the day's requests."""

TYPES = {"full_name": "control_fullname", "email": "control_email", "phone": "control_phone"}

Record = dict[str, Any]


def _of_user(call: Call) -> Answer:
    return _page(call, _asked(call))


def _of_form(call: Call) -> Answer:
    if not any(_form_id(one) == call.parts["form"] for one in retold(call, FORMS)):
        raise Refused(_error(404, f"Requested URL ({call.path}) is not available!"))
    return _page(call, [one for one in _asked(call) if _form_id(one) == call.parts["form"]])


def _page(call: Call, sent: Sequence[Retold]) -> Answer:
    if call.query.get("orderby", "created_at") != "created_at":
        raise Refused(_error(400, "The sandbox orders by created_at only"))
    offset = _number(call, "offset", 0)
    limit = min(_number(call, "limit", 20), MOST_ON_PAGE, call.sandbox.settings.most_on_page)
    page = sent[::-1][offset : offset + limit]
    body = {
        "responseCode": 200,
        "message": "success",
        "content": [_submission(one) for one in page],
        "resultSet": {"offset": offset, "limit": limit, "count": len(page)},
        "limit-left": call.sandbox.limits.remaining("jotform", call.account),
    }
    return json_answer(body)


def _asked(call: Call) -> tuple[Retold, ...]:
    """What the filter lets through; it counts in seconds, and both of its ends are excluded."""
    try:
        wanted = msgspec.json.decode(call.query.get("filter", "{}"), type=dict[str, str])
    except msgspec.MsgspecError:
        raise Refused(_error(400, "The filter is not valid JSON")) from None
    if unknown := wanted.keys() - {"created_at:gt", "created_at:lt"}:
        raise Refused(_error(400, f"The sandbox does not filter by {', '.join(sorted(unknown))}"))
    first, end = EVER
    if "created_at:gt" in wanted:
        first = _moment(wanted["created_at:gt"]) + timedelta(seconds=1)
    if "created_at:lt" in wanted:
        end = _moment(wanted["created_at:lt"])
    return retold(call, FORMS, first, end)


def _moment(written: str) -> datetime:
    try:
        local = datetime.strptime(written, WRITTEN).replace(tzinfo=ZONE)
    except ValueError:
        raise Refused(_error(400, "created_at must be a time such as 2026-03-01 00:00:00")) from None
    return local.astimezone(UTC).replace(tzinfo=None)


def _submission(one: Retold) -> Record:
    form_id = _form_id(one)
    return {
        # Longer than a number of JavaScript holds.
        "id": f"600{one.number}",
        "form_id": form_id,
        "ip": "192.0.2.7",
        "created_at": _local(one),
        "updated_at": None,
        "status": "ACTIVE",
        "new": "1",
        "flag": "0",
        "notes": "",
        "answers": _answers({**said(one.payload), "page_url": (one.payload.get("metadata") or {}).get("referer")}),
    }


def _answers(values: Mapping[str, Any]) -> Record:
    """Every field of the form; one that was left empty has no answer."""
    answers: Record = {
        "1": {"name": "heading", "order": "1", "text": FORM_TITLE, "type": "control_head"},
        "2": {"name": "submit", "order": "99", "text": "Send", "type": "control_button"},
    }
    for number, (name, value) in enumerate(values.items(), 3):
        field = {"name": name, "order": str(number), "text": name, "type": TYPES.get(name, "control_textbox")}
        answers[str(number)] = {**field, **_answer(name, value)} if value else field
    return answers


def _answer(name: str, value: str) -> Record:
    if name == "full_name":
        first, _, last = value.partition(" ")
        return {"answer": {"first": first, "last": last}, "prettyFormat": value}
    if name == "phone":
        return {"answer": {"full": value}, "prettyFormat": value}
    return {"answer": value}


def _form_id(one: Retold) -> str:
    return str(number_of(form_of(one)))


def _local(one: Retold) -> str:
    return f"{one.moment.replace(tzinfo=UTC).astimezone(ZONE):{WRITTEN}}"


def _number(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, str(default))
    if not text.isdigit():
        raise Refused(_error(400, f"{name} must be a number"))
    return int(text)


def _let_in(call: Call) -> Login:
    login = call.sandbox.login("jotform", call.headers.get("apikey") or call.query.get("apiKey", ""))
    if login is None:
        raise Refused(_unauthorized(call))
    return login


def _unauthorized(call: Call) -> Answer:
    return _error(401, f"You're not authorized to use ({call.path}) ")


def _rate_limited(call: Call, wait: float) -> Answer:
    return _error(429, "API-Limit exceeded" if wait > LONG_WAIT_SECONDS else "Too many requests")


def _error(status: int, message: str) -> Answer:
    return json_answer({"responseCode": status, "message": message, "content": ""}, status)


JOTFORM = Vendor(
    source="jotform",
    accounts={"nordhaus": "nordhaus"},
    routes=(
        Route("GET", "/user/submissions", _of_user),
        Route("GET", "/form/{form}/submissions", _of_form),
    ),
    let_in=_let_in,
    rate_limited=_rate_limited,
    server_error=lambda call: _error(500, "Internal Server Error"),
    expired_token=_unauthorized,
    revoked=_unauthorized,
    not_found=lambda call: _error(404, f"Requested URL ({call.path}) is not available!"),
    rows_keys=frozenset({"content"}),
    # A day's requests of the smallest plan.
    documented_limits={"": Limit(1_000, 86_400)},
)
