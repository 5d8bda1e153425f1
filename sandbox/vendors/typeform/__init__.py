"""Typeform: forms, and responses by window or by token, never by both.

API: https://www.typeform.com/developers/responses/
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from sandbox.answering.answer import Answer, Refused, json_answer, spliced
from sandbox.answering.limits import Limit
from sandbox.answering.state import Login
from sandbox.answering.vendor import Call, Route, Vendor

FORMS = "typeform__forms"
RESPONSES = "typeform__responses"


def _forms(call: Call) -> Answer:
    size, page = _number(call, "page_size", 10, 200), _number(call, "page", 1, 10_000)
    texts = call.sandbox.wire.texts(
        f"select _payload from {call.sandbox.known(FORMS)} where _account = ? order by form_id",
        [call.account],
    )
    items = [_listed_form(msgspec.json.decode(text)) for text in texts[(page - 1) * size : page * size]]
    return json_answer({"total_items": len(texts), "page_count": -(-len(texts) // size), "items": items})


def _listed_form(form: dict[str, Any]) -> dict[str, Any]:
    """A form as the list shows it: without its fields and hidden fields."""
    shown = ("id", "type", "title", "last_updated_at", "created_at", "settings", "self", "theme", "_links")
    return {name: form[name] for name in shown if name in form}


def _form(call: Call) -> Answer:
    return Answer(body=_own_form(call).encode())


def _own_form(call: Call) -> str:
    texts = call.sandbox.wire.texts(
        f"select _payload from {call.sandbox.known(FORMS)} where _account = ? and form_id = ?",
        [call.account, call.parts["form"]],
    )
    if not texts:
        raise Refused(_error(404, "FORM_NOT_FOUND", "Non existing form with uid " + call.parts["form"]))
    return texts[0]


def _responses(call: Call) -> Answer:
    _own_form(call)
    _check_mixing(call)
    size = _number(call, "page_size", 25, 1000)
    where = ["_account = ?", "form_id = ?"]
    parameters: list[Any] = [call.account, call.parts["form"]]
    if "completed" not in call.query.get("response_type", "completed").split(","):
        # Only completed responses are kept in the market.
        where.append("false")
    for name, operator in (("since", ">="), ("until", "<=")):
        if name in call.query:
            # Compared by the second, as the times are written.
            where.append(f"date_trunc('second', submitted_at) {operator} ?")
            parameters.append(_moment(call, name))
    known = call.sandbox.known(RESPONSES)
    # Newer and older are a place in Typeform's own order, which a token names; the token itself is left out.
    for name, operator in (("before", "<"), ("after", ">")):
        if name in call.query:
            where.append(
                f"(submitted_at, response_id) {operator} (select (submitted_at, response_id) from {known}"
                " where _account = ? and response_id = ?)"
            )
            parameters += [call.account, call.query[name]]
    order = "asc" if call.query.get("sort") == "submitted_at,asc" or "after" in call.query else "desc"
    rows = f"from {known} where {' and '.join(where)}"
    total = call.sandbox.wire.count(f"select count(*) {rows}", parameters)
    texts = call.sandbox.wire.texts(
        f"select _payload {rows} order by submitted_at {order}, response_id {order} limit {size}", parameters
    )
    return json_answer({"total_items": total, "page_count": -(-total // size), "items": spliced(texts)})


def _check_mixing(call: Call) -> None:
    tokens = [name for name in ("before", "after") if name in call.query]
    others = [name for name in ("since", "until", "sort") if name in call.query]
    if tokens and (others or len(tokens) > 1):
        names = ", ".join([*tokens, *others])
        raise Refused(_invalid(tokens[0], f"these parameters can't be combined: {names}"))
    if call.query.get("sort") not in (None, "submitted_at,asc", "submitted_at,desc"):
        raise Refused(_invalid("sort", "sort must be submitted_at,asc or submitted_at,desc"))


def _moment(call: Call, name: str) -> datetime:
    text = call.query[name]
    try:
        moment = datetime.fromtimestamp(int(text), UTC) if text.isdigit() else datetime.fromisoformat(text)
    except ValueError:
        raise Refused(_invalid(name, f"{name} must be a date or unix seconds")) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(tzinfo=None)


def _number(call: Call, name: str, default: int, most: int) -> int:
    text = call.query.get(name, str(default))
    if not text.isdigit() or not 1 <= int(text) <= most:
        raise Refused(_invalid(name, f"{name} must be between 1 and {most}"))
    return int(text)


def _let_in(call: Call) -> Login:
    login = call.sandbox.login("typeform", call.bearer())
    if login is None:
        raise Refused(_not_authenticated())
    return login


def _not_authenticated() -> Answer:
    return _error(401, "AUTHENTICATION_FAILED", "Authentication credentials not found on the Request Headers")


def _invalid(name: str, description: str) -> Answer:
    detail = {"code": "INVALID", "description": description, "in": "query", "field": name}
    body = {"code": "VALIDATION_ERROR", "description": "Error validating the request", "details": [detail]}
    return json_answer(body, 400)


def _error(status: int, code: str, description: str, headers: dict[str, str] | None = None) -> Answer:
    return json_answer({"code": code, "description": description}, status, headers)


def _rate_limited(call: Call, wait: float) -> Answer:
    retry_after = {"retry-after": str(max(1, round(wait)))}
    return _error(429, "TOO_MANY_REQUESTS", "Too many requests", retry_after)


TYPEFORM = Vendor(
    source="typeform",
    routes=(
        Route("GET", "/forms", _forms),
        Route("GET", "/forms/{form}", _form),
        Route("GET", "/forms/{form}/responses", _responses),
    ),
    let_in=_let_in,
    rate_limited=_rate_limited,
    server_error=lambda call: _error(500, "INTERNAL_SERVER_ERROR", "Internal server error"),
    expired_token=lambda call: _not_authenticated(),
    revoked=lambda call: _error(403, "FORBIDDEN", "Token does not have the required scopes"),
    not_found=lambda call: _error(404, "NOT_FOUND", "Endpoint not found"),
    rows_keys=frozenset({"items"}),
    documented_limits={"": Limit(2, 1)},
)
