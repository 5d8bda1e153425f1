"""Stripe: lists that begin with the newest, and events of the last 30 days; it retells HubSpot's deals that were won.

API: https://docs.stripe.com/api
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from urllib.parse import parse_qsl

import msgspec

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.limits import Limit
from sandbox.answering.state import Login
from sandbox.answering.vendor import Call, Route, Vendor
from sandbox.stories.retold import DEALS, retold
from sandbox.vendors.stripe.sales import LINES_SHOWN, Record, Sale, unix

MOST_ON_PAGE = 100
EVENTS_KEPT = timedelta(days=30)
WON = ("won", "closedwon")


def _sales(call: Call) -> list[Sale]:
    assert call.login is not None
    now = int(datetime.combine(call.sandbox.now(), time(), UTC).timestamp())
    known = call.sandbox.known
    contacts = call.sandbox.wire.rows(
        f"select deals.deal_id, contacts._payload from {known('hubspot__deal_contacts')} as deals"
        f" join {known('hubspot__contacts')} as contacts using (_brand, contact_id) where _brand = ?",
        [call.login.brand],
    )
    of_deal = {deal: msgspec.json.decode(text)["properties"] for deal, text in contacts}
    sales = [
        Sale(deal, of_deal.get(deal.key, {}), now)
        for deal in retold(call, DEALS)
        if deal.payload["properties"].get("dealstage") in WON
    ]
    return [sale for sale in sales if sale.paid < now]


def _customers(call: Call) -> list[Record]:
    return [sale.customer() for sale in _sales(call)]


def _charges(call: Call) -> list[Record]:
    return [sale.charge() for sale in _sales(call) if not sale.is_transferred]


def _refunds(call: Call) -> list[Record]:
    return [sale.refund() for sale in _sales(call) if sale.refunded]


def _disputes(call: Call) -> list[Record]:
    return [sale.dispute() for sale in _sales(call) if sale.disputed]


def _credit_notes(call: Call) -> list[Record]:
    return [sale.credit_note() for sale in _sales(call) if sale.credited]


def _invoices(call: Call) -> list[Record]:
    asked = [value for name, value in parse_qsl(call.query_text) if name == "expand[]"]
    is_expanded = "data.payments" in asked or "payments" in asked
    shown = min(LINES_SHOWN, call.sandbox.settings.most_on_page)
    return [sale.invoice(is_expanded, shown) for sale in _sales(call)]


def _events(call: Call) -> list[Record]:
    types = [value for name, value in parse_qsl(call.query_text) if name == "types[]"]
    oldest = unix(datetime.combine(call.sandbox.now() - EVENTS_KEPT, time()))
    events = [event for sale in _sales(call) for event in sale.events()]
    return [event for event in events if event["created"] >= oldest and (not types or event["type"] in types)]


def _invoice_payments(call: Call) -> list[Record]:
    invoice = call.query.get("invoice")
    payments = [payment for sale in _sales(call) for payment in sale.payments()]
    return [payment for payment in payments if invoice in (None, payment["invoice"])]


def _list(records: Callable[[Call], list[Record]]) -> Callable[[Call], Answer]:
    def handle(call: Call) -> Answer:
        first, end = (_number(call, f"created[{side}]", default) for side, default in (("gte", 0), ("lt", 1 << 40)))
        found = [record for record in records(call) if first <= record["created"] < end]
        return _page(call, sorted(found, key=lambda record: (record["created"], record["id"]), reverse=True))

    return handle


def _lines(call: Call) -> Answer:
    lines = [sale.lines() for sale in _sales(call) if f"in_SYN{sale.key}" == call.parts["id"]]
    if not lines:
        raise Refused(_missing(call, 404))
    return _page(call, lines[0])


def _one(records: Callable[[Call], list[Record]]) -> Callable[[Call], Answer]:
    def handle(call: Call) -> Answer:
        found = [record for record in records(call) if record["id"] == call.parts["id"]]
        if not found:
            raise Refused(_missing(call, 404))
        return json_answer(found[0])

    return handle


def _page(call: Call, records: list[Record]) -> Answer:
    size = _number(call, "limit", 10)
    if not 1 <= size <= MOST_ON_PAGE:
        raise Refused(_error(400, "invalid_request_error", "parameter_invalid_integer", f"Invalid limit: {size}"))
    behind, start = call.query.get("starting_after"), 0
    if behind is not None:
        ids = [record["id"] for record in records]
        if behind not in ids:
            raise Refused(_missing(call, 400))
        start = ids.index(behind) + 1
    end = start + min(size, call.sandbox.settings.most_on_page)
    url = call.path.partition("/stripe")[2]
    return json_answer({"object": "list", "url": url, "has_more": end < len(records), "data": records[start:end]})


def _number(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, str(default))
    if not text.isdigit():
        raise Refused(_error(400, "invalid_request_error", "parameter_invalid_integer", f"Invalid integer: {text}"))
    return int(text)


def _missing(call: Call, status: int) -> Answer:
    wanted = call.parts.get("id") or call.query.get("starting_after")
    return _error(status, "invalid_request_error", "resource_missing", f"No such object: '{wanted}'")


def _let_in(call: Call) -> Login:
    login = call.sandbox.login("stripe", call.bearer())
    if login is None:
        raise Refused(_error(401, "invalid_request_error", None, "Invalid API Key provided"))
    return login


def _error(status: int, kind: str, code: str | None, message: str, headers: dict[str, str] | None = None) -> Answer:
    error = {"type": kind, "message": message, **({"code": code} if code else {})}
    return json_answer({"error": error}, status, headers)


def _rate_limited(call: Call, wait: float) -> Answer:
    # It does not say how long to wait.
    reason = {"stripe-rate-limited-reason": "global-rate", "stripe-should-retry": "true"}
    return _error(429, "invalid_request_error", "rate_limit", "Request rate limit exceeded", reason)


def _sessions(call: Call) -> list[Record]:
    """Nobody pays on a page of Stripe's."""
    return []


LISTS: dict[str, Callable[[Call], list[Record]]] = {
    "customers": _customers,
    "charges": _charges,
    "checkout/sessions": _sessions,
    "refunds": _refunds,
    "disputes": _disputes,
    "invoices": _invoices,
    "credit_notes": _credit_notes,
    "events": _events,
    "invoice_payments": _invoice_payments,
}

STRIPE = Vendor(
    source="stripe",
    accounts={"nordhaus": "acct_SYN1"},
    routes=(
        *(Route("GET", f"/v1/{name}", _list(records)) for name, records in LISTS.items()),
        *(Route("GET", f"/v1/{name}/{{id}}", _one(records)) for name, records in LISTS.items()),
        Route("GET", "/v1/invoices/{id}/lines", _lines),
    ),
    let_in=_let_in,
    rate_limited=_rate_limited,
    server_error=lambda call: _error(500, "api_error", None, "An unknown error occurred"),
    expired_token=lambda call: _error(401, "invalid_request_error", "api_key_expired", "Expired API Key provided"),
    revoked=lambda call: _error(403, "invalid_request_error", "more_permissions_required", "The key lacks rights"),
    not_found=lambda call: _error(404, "invalid_request_error", None, f"Unrecognized request URL ({call.path})"),
    rows_keys=frozenset({"data"}),
    documented_limits={"": Limit(100, 1)},
)
