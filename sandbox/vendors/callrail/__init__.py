"""CallRail v3: calls, form submissions, trackers, with both ways of paging, and conversations by text message.

API: https://apidocs.callrail.com
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from sandbox.answering.answer import Answer, Refused, json_answer, spliced
from sandbox.answering.fields import picker
from sandbox.answering.limits import Limit
from sandbox.answering.state import Login
from sandbox.answering.vendor import Call, Route, Vendor
from sandbox.vendors.callrail.lists import CALLS, CONVERSATIONS, FORM_SUBMISSIONS, TRACKERS, Listing

MAX_PAGE = 250
KEPT_MONTHS = 25
# The zone of the key's owner sets the day boundaries of who sends no time_zone.
OWNER_ZONE = "America/Denver"
SHOWN_MESSAGES = 2
"""So many messages of a conversation its list shows, the newest; all of them are the conversation's own."""


def _asked(call: Call, listing: Listing) -> set[str]:
    """The fields that the call asks for beside those that come by themselves."""
    if call.parts["account"] != call.account:
        raise _refusal(404, "Account not found")
    asked = {name for name in call.query.get("fields", "").split(",") if name}
    unknown = asked - listing.default - listing.on_request
    if unknown:
        raise _refusal(400, f"Invalid field(s): {', '.join(sorted(unknown))}")
    return asked


def _listed(call: Call, listing: Listing) -> Answer:
    asked = _asked(call, listing)
    where, parameters = _conditions(call, listing)
    rows = f"from {call.sandbox.known(listing.table)} where {where}"
    total = call.sandbox.wire.count(f"select count(*) {rows}", parameters)
    is_relative = call.query.get("relative_pagination") == "true"
    size = min(_number(call, "per_page", 100), MAX_PAGE)
    # Relative paging counts pages from 0, the other one from 1.
    page = _number(call, "offset", 0) if is_relative else _number(call, "page", 1) - 1
    texts = call.sandbox.wire.texts(
        f"select _payload {rows} order by {_order(call, listing)} limit {size} offset {max(page, 0) * size}",
        parameters,
    )
    pick = picker(call.sandbox.wire, listing.table, frozenset((name,) for name in asked | listing.default))
    records = spliced([pick(text) for text in texts])
    pages = -(-total // size)
    has_next = page + 1 < pages
    if is_relative and listing is CALLS:
        next_page = _link(call, offset=page + 1) if has_next else None
        body: dict[str, Any] = {"has_next_page": has_next, "next_page": next_page, "per_page": size}
    else:
        body = {"page": page + 1, "per_page": size, "total_pages": pages, "total_records": total}
    headers = {"link": f'<{_link(call, page=page + 2)}>; rel="next"'} if has_next else {}
    return json_answer({**body, listing.rows_key: records}, headers=headers)


def _conversations(call: Call) -> Answer:
    """Conversations by their newest message, the newest of them first."""
    shown = CONVERSATIONS.default | _asked(call, CONVERSATIONS)
    during, moments = _during(call, CONVERSATIONS)
    query = (
        f"select list(_payload order by sent_at desc, message_id desc) from {call.sandbox.known(CONVERSATIONS.table)}"
        f" where _account = ? group by conversation_id having {' and '.join(['true', *during])}"
        " order by max(sent_at) desc, conversation_id"
    )
    found = call.sandbox.wire.rows(query, [call.account, *moments])
    rows, paging = _page_of(call, found)
    conversations = []
    for (texts,) in rows:
        messages = [msgspec.json.decode(text) for text in texts[:SHOWN_MESSAGES]]
        recent = [one.pop("message") for one in messages]
        whole = {**messages[0], "last_message_at": recent[0]["created_at"], "recent_messages": recent}
        conversations.append({name: value for name, value in whole.items() if name in shown})
    return json_answer({**paging, "conversations": conversations})


def _conversation(call: Call) -> Answer:
    """One conversation with all its messages, the newest first."""
    shown = CONVERSATIONS.default | _asked(call, CONVERSATIONS)
    query = (
        f"select _payload from {call.sandbox.known(CONVERSATIONS.table)}"
        " where _account = ? and conversation_id = ? order by sent_at desc, message_id desc"
    )
    found = call.sandbox.wire.texts(query, [call.account, call.parts["conversation"]])
    if not found:
        raise _refusal(404, "Conversation not found")
    payloads = [msgspec.json.decode(text) for text in found]
    messages, paging = _page_of(call, [one.pop("message") for one in payloads])
    conversation = {name: value for name, value in payloads[0].items() if name in shown}
    return json_answer({**conversation, **paging, "messages": messages})


def _page_of(call: Call, found: list[Any]) -> tuple[list[Any], dict[str, int]]:
    """The page that is asked for, and what an answer says of its pages."""
    size, page = min(_number(call, "per_page", 100), MAX_PAGE), max(_number(call, "page", 1), 1)
    paging = {"page": page, "per_page": size, "total_pages": -(-len(found) // size), "total_records": len(found)}
    return found[(page - 1) * size : page * size], paging


def _conditions(call: Call, listing: Listing) -> tuple[str, list[Any]]:
    where = ["_account = ?"]
    parameters: list[Any] = [call.account]
    for name in ("company_id", "tracker_id", "direction"):
        if name in call.query and listing is CALLS:
            where.append(f"{name} = ?")
            parameters.append(call.query[name])
    during, moments = _during(call, listing)
    return " and ".join([*where, *during]), [*parameters, *moments]


def _during(call: Call, listing: Listing) -> tuple[list[str], list[datetime]]:
    """The conditions that the asked days set, and their moments."""
    if listing.moment is None:
        return [], []
    ends = [(end, moment) for end, moment in zip((">=", "<"), _window(call), strict=True) if moment is not None]
    return [f"{listing.moment} {end} ?" for end, _ in ends], [moment for _, moment in ends]


def _window(call: Call) -> tuple[datetime | None, datetime | None]:
    """The asked days as UTC moments, the end exclusive."""
    name = call.query.get("time_zone", OWNER_ZONE)
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise _refusal(400, f"Invalid time zone: {name}") from None
    today = call.sandbox.now()
    ranges = {"recent": 7, "last_7_days": 7, "last_30_days": 30, "today": 0, "yesterday": 1}
    start, end = call.query.get("start_date"), call.query.get("end_date")
    if start is None and end is None:
        asked = call.query.get("date_range", "recent")
        if asked == "all_time":
            return None, None
        if asked not in ranges:
            raise _refusal(400, f"Invalid date range: {asked}")
        start = (today - timedelta(days=ranges[asked])).isoformat()
    first = _moment(start, zone, is_end=False) if start else None
    last = _moment(end, zone, is_end=True) if end else None
    oldest = today - timedelta(days=KEPT_MONTHS * 365 // 12)
    if call.sandbox.today and first and first.date() < oldest:
        raise _refusal(400, f"Data is kept for {KEPT_MONTHS} months. Please revise your date range.")
    return first, last


def _moment(text: str, zone: ZoneInfo, is_end: bool) -> datetime:
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            # The end is included: it means the start of the next day.
            local = datetime.combine(date.fromisoformat(text) + timedelta(days=is_end), time.min)
        else:
            local = datetime.fromisoformat(text) + timedelta(minutes=is_end)
    except ValueError:
        raise _refusal(400, f"Invalid date: {text}") from None
    moment = local if local.tzinfo else local.replace(tzinfo=zone)
    return moment.astimezone(UTC).replace(tzinfo=None)


def _order(call: Call, listing: Listing) -> str:
    sort = call.query.get("sort")
    if sort is None or not listing.sorts:
        return f"{listing.moment} desc, {listing.key}" if listing.moment else listing.key
    if sort not in listing.sorts:
        raise _refusal(400, f"Invalid sort field: {sort}")
    descending = "" if call.query.get("order", "desc") == "asc" else "desc"
    return f"{listing.sorts[sort]} {descending}, {listing.key} {descending}"


def _link(call: Call, **page: int) -> str:
    return f"{call.base_url}{call.path.partition('/callrail')[2]}?{urlencode({**call.query, **page})}"


def _number(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, str(default))
    if not text.isdigit():
        raise _refusal(400, f"Invalid {name}: {text}")
    return int(text) or default


def _accounts(call: Call) -> Answer:
    login = call.login
    assert login is not None
    account = {"id": login.account, "name": login.brand, "outbound_recording_enabled": False}
    return json_answer({"page": 1, "per_page": 100, "total_pages": 1, "total_records": 1, "accounts": [account]})


def _let_in(call: Call) -> Login:
    found = re.fullmatch(r'Token token="?([^"]*)"?', call.headers.get("authorization", ""))
    login = call.sandbox.login("callrail", found[1]) if found else None
    if login is None:
        raise _refusal(401, "HTTP Token: Access denied.")
    return login


def _refusal(status: int, message: str) -> Refused:
    return Refused(_error(status, message))


def _error(status: int, message: str) -> Answer:
    return json_answer({"error": message}, status)


CALLRAIL = Vendor(
    source="callrail",
    routes=(
        Route("GET", "/v3/a.json", _accounts),
        Route("GET", "/v3/a/{account}/calls.json", lambda call: _listed(call, CALLS)),
        Route("GET", "/v3/a/{account}/form_submissions.json", lambda call: _listed(call, FORM_SUBMISSIONS)),
        Route("GET", "/v3/a/{account}/trackers.json", lambda call: _listed(call, TRACKERS)),
        Route("GET", "/v3/a/{account}/text-messages.json", _conversations),
        Route("GET", "/v3/a/{account}/text-messages/{conversation}.json", _conversation),
    ),
    let_in=_let_in,
    # CallRail does not say how long to wait.
    rate_limited=lambda call, wait: _error(429, "Rate limit exceeded. Please try again later."),
    server_error=lambda call: _error(500, "Internal server error"),
    expired_token=lambda call: _error(401, "HTTP Token: Access denied."),
    revoked=lambda call: _error(403, "You are not authorized to access this resource."),
    not_found=lambda call: _error(404, "Not found"),
    rows_keys=frozenset({"calls", "form_submissions", "trackers", "conversations", "messages"}),
    documented_limits={"": Limit(1_000, 3_600)},
)
