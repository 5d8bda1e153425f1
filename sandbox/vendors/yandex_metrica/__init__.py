"""Yandex Metrica's Logs API: a log is ordered, prepared, downloaded in parts and cleaned; it retells Matomo's visits.

API: https://yandex.com/dev/metrika/en/logs/
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.limits import Limit
from sandbox.answering.state import Login
from sandbox.answering.tables import TSV
from sandbox.answering.vendor import Call, Route, Vendor
from sandbox.stories.retold import VISITS, Retold, retold, started
from sandbox.vendors.yandex_metrica.orders import last_uploadings, take_orders

ROWS_IN_PART = 10_000
MOST_DAYS = 366
MOST_FIELD_LETTERS = 3000
ZONE = ZoneInfo("Europe/Moscow")
COUNTER = "/management/v1/counter/{counter}"

# The first page's address, the sources as Metrica calls them, the numbers of its kinds of devices.
SOURCES = {"campaign": "ad", "search": "organic", "direct": "direct", "website": "referral", "social": "social"}
DEVICES = {"desktop": "1", "smartphone": "2", "tablet": "3"}

# Special letters have a backslash before them, as ClickHouse writes them; quotes mean nothing.
ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "'": "\\'"})


def _urls(one: Retold) -> list[str]:
    return [action["url"] for action in one.payload.get("actionDetails") or [] if action.get("type") == "action"]


def _tag(name: str) -> Callable[[Retold], Any]:
    """A parameter of the visit's first page."""
    return lambda one: parse_qs(urlsplit("".join(_urls(one)[:1])).query).get(name, [""])[0]


def _known(name: str) -> Callable[[Retold], Any]:
    return lambda one: one.payload.get(name)


def _of_kind(kind: str, name: str) -> Callable[[Retold], Any]:
    """What is only told of visits from one kind of source."""
    return lambda one: one.payload.get(name) if one.payload.get("referrerType") == kind else None


FIELDS: dict[str, Callable[[Retold], Any]] = {
    "ym:s:visitID": lambda one: one.number,
    "ym:s:date": lambda one: one.day.isoformat(),
    # Three hours ahead of UTC, whatever its name says.
    "ym:s:dateTimeUTC": lambda one: f"{started(one).replace(tzinfo=UTC).astimezone(ZONE):%Y-%m-%d %H:%M:%S}",
    # Up to 20 digits.
    "ym:s:clientID": lambda one: int(one.payload["visitorId"], 16),
    "ym:s:startURL": lambda one: "".join(_urls(one)[:1]),
    "ym:s:endURL": lambda one: "".join(_urls(one)[-1:]),
    "ym:s:referer": _known("referrerUrl"),
    "ym:s:pageViews": lambda one: len(_urls(one)),
    "ym:s:visitDuration": lambda one: one.payload.get("visitDuration") or 0,
    "ym:s:bounce": lambda one: int(len(_urls(one)) < 2),
    "ym:s:isNewUser": lambda one: int(one.payload.get("visitorType") == "new"),
    "ym:s:regionCountry": _known("countryCode"),
    "ym:s:regionCity": _known("city"),
    "ym:s:deviceCategory": lambda one: DEVICES.get(str(one.payload.get("deviceType")), ""),
    "ym:s:lastTrafficSource": lambda one: SOURCES.get(str(one.payload.get("referrerType")), "undefined"),
    "ym:s:lastAdvEngine": _of_kind("campaign", "campaignSource"),
    "ym:s:lastReferalSource": _of_kind("website", "referrerName"),
    "ym:s:lastSearchEngineRoot": _of_kind("search", "referrerName"),
    "ym:s:lastSocialNetwork": _of_kind("social", "referrerName"),
    "ym:s:lastDirectClickOrder": lambda one: "",
    "ym:s:lastDirectClickBanner": lambda one: "",
    "ym:s:lastDirectPhraseOrCond": lambda one: "",
    **{f"ym:s:lastUTM{part.title()}": _tag(f"utm_{part}") for part in ("source", "medium", "campaign", "content")},
    "ym:s:lastUTMTerm": _tag("utm_term"),
    "ym:s:lastGCLID": _tag("gclid"),
    "ym:s:goalsID": lambda one: "[]",
    "ym:s:goalsDateTime": lambda one: "[]",
}


@dataclass
class Log:
    """One ordered log."""

    request_id: int
    counter: str
    first: date
    last: date
    fields: tuple[str, ...]
    status: str
    polls: int
    parts: list[bytes] = field(default_factory=list)


def _counter(call: Call) -> Answer:
    return json_answer({"counter": {"id": call.account, "status": "Active", "time_zone_name": ZONE.key}})


def _evaluate(call: Call) -> Answer:
    first, last, _ = _asked(call)
    days = (last - first).days + 1
    found = {"possible": True, "max_possible_day_quantity": MOST_DAYS, "expected_size": 1000 * days}
    return json_answer({"log_request_evaluation": found})


def _order(call: Call) -> Answer:
    first, last, fields = _asked(call)
    with call.sandbox.lock:
        number = 1 + sum(kind == "metrica_log" for kind, _ in call.sandbox.kept)
        log = Log(number, call.account, first, last, fields, "created", call.sandbox.settings.report_polls)
        call.sandbox.kept["metrica_log", str(number)] = log
    if call.is_ordered("job_failed"):
        log.status = "processing_failed"
    return _shown(call, log)


def _look(call: Call) -> Answer:
    log = _own_log(call)
    if log.status == "created":
        if log.polls == 0:
            log.status, log.parts = "processed", _prepared(call, log)
        log.polls = max(0, log.polls - 1)
    return _shown(call, log)


def _shown(call: Call, log: Log) -> Answer:
    told: dict[str, Any] = {
        "request_id": log.request_id,
        "counter_id": log.counter,
        "source": "visits",
        "date1": log.first.isoformat(),
        "date2": log.last.isoformat(),
        "fields": list(log.fields),
        "status": log.status,
    }
    if log.status == "processed":
        told["parts"] = [{"part_number": number, "size": len(part)} for number, part in enumerate(log.parts)]
        told["size"] = sum(map(len, log.parts))
    return json_answer({"log_request": told})


def _download(call: Call) -> Answer:
    log, part = _own_log(call), call.parts["part"]
    if log.status != "processed" or not part.isdigit() or int(part) >= len(log.parts):
        raise Refused(_error(404, "not_found", f"There is no part {part} of log {log.request_id}"))
    return Answer(200, log.parts[int(part)], {}, TSV)


def _clean(call: Call) -> Answer:
    log = _own_log(call)
    log.status, log.parts = "cleaned_by_user", []
    return _shown(call, log)


def _prepared(call: Call, log: Log) -> list[bytes]:
    """The log's parts, each with the line of names; a log without visits has one."""
    size = min(ROWS_IN_PART, call.sandbox.settings.most_on_page)
    visits = retold(call, VISITS, log.first, log.last + timedelta(days=1))
    parts = []
    for start in range(0, max(1, len(visits)), size):
        shown = visits[start : start + size]
        lines = ["\t".join(log.fields), *("\t".join(_cell(call, name, one) for name in log.fields) for one in shown)]
        parts.append("".join(f"{line}\n" for line in lines).encode())
    return parts


def _cell(call: Call, name: str, one: Retold) -> str:
    value = call.account if name == "ym:s:counterID" else FIELDS[name](one)
    # Brackets of an array are its own, and nothing in them is special here.
    return "" if value is None else str(value).translate(ESCAPED)


def _asked(call: Call) -> tuple[date, date, tuple[str, ...]]:
    days = []
    for name in ("date1", "date2"):
        try:
            days.append(date.fromisoformat(call.query.get(name, "")))
        except ValueError:
            raise Refused(_error(400, "invalid_parameter", f"Invalid date: {call.query.get(name)}", name)) from None
    first, last = days
    if not first <= last < call.sandbox.now():
        raise Refused(_error(400, "invalid_parameter", "The current day is not available", "date2"))
    if (last - first).days >= MOST_DAYS:
        raise Refused(_error(400, "invalid_parameter", "Query is too large: a year at most", "date1"))
    text = call.query.get("fields", "")
    fields = tuple(text.split(","))
    unknown = [name for name in fields if name not in FIELDS and name != "ym:s:counterID"]
    if unknown or len(text) > MOST_FIELD_LETTERS:
        raise Refused(_error(400, "invalid_parameter", f"Unknown fields: {', '.join(unknown)}"[:200], "fields"))
    if call.query.get("source") != "visits":
        raise Refused(_error(400, "invalid_parameter", "The sandbox has visits only", "source"))
    return first, last, fields


def _own_log(call: Call) -> Log:
    log = call.sandbox.kept.get(("metrica_log", call.parts["log"]))
    if log is None or log.counter != call.account:
        raise Refused(_error(404, "not_found", f"Log request {call.parts['log']} is not found"))
    assert isinstance(log, Log)
    return log


def _let_in(call: Call) -> Login:
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    login = call.sandbox.login("yandex_metrica", token) if scheme == "OAuth" else None
    if login is None:
        raise Refused(_error(401, "invalid_token", "Invalid oauth_token"))
    found = re.search(r"/counter/([^/]+)", call.path)
    if found and found[1] != login.account:
        raise Refused(_denied(call))
    return login


def _denied(call: Call) -> Answer:
    return _error(403, "access_denied", "Access is denied")


def _error(code: int, kind: str, message: str, location: str | None = None) -> Answer:
    one = {"error_type": kind, "message": message, **({"location": location} if location else {})}
    return json_answer({"errors": [one], "code": code, "message": message}, code)


YANDEX_METRICA = Vendor(
    source="yandex_metrica",
    accounts={"nordhaus": "44001"},
    routes=(
        Route("GET", COUNTER, _counter),
        Route("POST", "/cdp/api/v1/counter/{counter}/data/simple_orders", take_orders),
        Route("GET", "/cdp/api/v1/counter/{counter}/last_uploadings", last_uploadings),
        Route("GET", f"{COUNTER}/logrequests/evaluate", _evaluate),
        Route("POST", f"{COUNTER}/logrequests", _order),
        Route("GET", f"{COUNTER}/logrequest/{{log}}", _look),
        Route("GET", f"{COUNTER}/logrequest/{{log}}/part/{{part}}/download", _download),
        Route("POST", f"{COUNTER}/logrequest/{{log}}/clean", _clean),
    ),
    let_in=_let_in,
    rate_limited=lambda call, wait: _error(429, "quota_requests_by_ip", "Quota of requests is exceeded"),
    server_error=lambda call: _error(503, "backend_error", "Service is temporarily unavailable"),
    expired_token=lambda call: _error(401, "invalid_token", "Invalid oauth_token"),
    revoked=_denied,
    not_found=lambda call: _error(404, "not_found", "Not found"),
    documented_limits={"": Limit(10, 1)},
)
