"""Matomo: Live.getLastVisitsDetails, which answers 200 even when it refuses.

API: https://developer.matomo.org/api-reference/reporting-api
"""

from __future__ import annotations

from datetime import date

from sandbox.answering.answer import Answer, Refused, json_answer, spliced
from sandbox.answering.fields import picker
from sandbox.answering.state import Login
from sandbox.answering.vendor import Call, Route, Vendor

TABLE = "matomo__visits"


def _visits(call: Call) -> Answer:
    form = call.form
    sites = call.sandbox.wire.ids(TABLE, "site_id", call.account)
    asked = form.get("idSite", "").split(",")
    if form.get("idSite") != "all" and not set(asked) <= set(sites):
        raise Refused(_no_access())
    first_day, last_day = _period(call)
    where = "_account = ? and _day between ? and ?"
    parameters: list[object] = [call.account, first_day, last_day]
    if form.get("minTimestamp", "").isdigit():
        where += " and epoch(last_action_at) >= ?"
        parameters.append(int(form["minTimestamp"]))
    size, start = _number(form.get("filter_limit", "100")), _number(form.get("filter_offset", "0"))
    texts = call.sandbox.wire.texts(
        f"select _payload from {call.sandbox.known(TABLE)} where {where}"
        f" order by last_action_at desc, visit_id desc {f'limit {size}' if size >= 0 else ''} offset {start}",
        parameters,
    )
    return _shown(call, texts)


def _shown(call: Call, texts: list[str]) -> Answer:
    form = call.form
    if not form.get("showColumns") and form.get("doNotFetchActions") != "1":
        return json_answer(spliced(texts))
    names = {path[0] for path in call.sandbox.wire.structure(TABLE)}
    if form.get("showColumns"):
        names &= set(form["showColumns"].split(","))
    if form.get("doNotFetchActions") == "1":
        names -= {"actionDetails"}
    pick = picker(call.sandbox.wire, TABLE, frozenset((name,) for name in names))
    return json_answer(spliced([pick(text) for text in texts]))


def _period(call: Call) -> tuple[date, date]:
    text = call.form.get("date", "")
    first, _, last = text.partition(",")
    try:
        if call.form.get("period") == "range":
            return date.fromisoformat(first), date.fromisoformat(last)
        if call.form.get("period") == "day":
            return date.fromisoformat(text), date.fromisoformat(text)
    except ValueError:
        message = f"The date '{text}' is not a correct date format. The supported format is YYYY-MM-DD."
        raise Refused(_error(message)) from None
    raise Refused(_error(f"The period '{call.form.get('period', '')}' is not supported here."))


def _answer_method(call: Call) -> Answer:
    if call.form.get("format", "").upper() != "JSON":
        raise Refused(_error("The sandbox answers format=JSON only."))
    method = call.form.get("method", "")
    if call.form.get("module") != "API" or not method:
        raise Refused(_error("Please specify module=API and a method."))
    if method == "API.getMatomoVersion":
        return json_answer({"value": "5.5.1"})
    if method != "Live.getLastVisitsDetails":
        name = method.partition(".")[2] or method
        raise Refused(_error(f"The method '{name}' does not exist or is not available in the module."))
    return _visits(call)


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Refused(_error("filter_limit and filter_offset must be numbers.")) from None


def _let_in(call: Call) -> Login:
    if "token_auth" in call.query:
        message = "Unable to authenticate with the provided token. It must be sent in the body of a POST request."
        raise Refused(_error(message))
    login = call.sandbox.login("matomo", call.form.get("token_auth") or call.bearer())
    if login is None:
        raise Refused(_error("Unable to authenticate with the provided token. It is either invalid or expired."))
    return login


def _no_access() -> Answer:
    return _error("You can't access this resource as it requires 'view' access for the website.")


def _error(message: str) -> Answer:
    return json_answer({"result": "error", "message": message})


def _proxy_page(status: int, title: str) -> Answer:
    """What the web server in front of Matomo says when PHP does not."""
    page = f"<html><head><title>{status} {title}</title></head><body><h1>{title}</h1></body></html>"
    return Answer(status, page.encode(), {}, "text/html")


MATOMO = Vendor(
    source="matomo",
    routes=(Route("POST", "/index.php", _answer_method),),
    let_in=_let_in,
    rate_limited=lambda call, wait: _proxy_page(429, "Too Many Requests"),
    server_error=lambda call: _proxy_page(502, "Bad Gateway"),
    expired_token=lambda call: _error("Unable to authenticate with the provided token. It has expired."),
    revoked=lambda call: _no_access(),
    not_found=lambda call: _proxy_page(404, "Not Found"),
)
