"""Yandex Direct: reports that come when the same request is sent again, and the client with its currency.

API: https://yandex.com/dev/direct/doc/reports/. A refresh token is good once. Errors: yandex_direct_errors.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.background import Background, step
from sandbox.answering.limits import Limit
from sandbox.answering.rotating_oauth import knows_client, renewed, token_owner
from sandbox.answering.state import Login
from sandbox.answering.tables import TSV
from sandbox.answering.vendor import Call, Route, Vendor
from sandbox.stories.ad_spend import customer
from sandbox.vendors.yandex_direct import errors
from sandbox.vendors.yandex_direct.reports import Asked, asked_report, lines

VERSIONS = ("v5", "v501")
MOST_QUEUED = 5
KEPT_FOR = timedelta(hours=5)
RETRY_IN = "1"
"""Seconds, as the header says them."""
TOKEN_SECONDS = 365 * 86400.0
CLIENT_UNITS = 11
"""What a question about one client costs: ten for the call and one for the client."""
# Header -> what it may say, and what counts where it is missing.
HEADERS = {
    "processingmode": (("auto", "online", "offline"), "auto"),
    "returnmoneyinmicros": (("true", "false"), "true"),
    **{f"skip{part}": (("true", "false"), "false") for part in ("reportheader", "columnheader", "reportsummary")},
}


@dataclass(kw_only=True)
class Report(Background):
    """A report that was put into the queue."""

    request: bytes
    body: bytes | None = None
    """What it told when it was finished; told again for as long as it is kept."""


def _report(call: Call) -> Answer:
    """``POST /json/{version}/reports``: 201 when it was queued, 202 while it is being made, 200 with its lines."""
    _check_version(call)
    modes, asked = _modes(call), asked_report(call)
    sandbox = call.sandbox
    queue = step(sandbox, Report, call.account, KEPT_FOR)
    key = ("direct_report", f"{call.account} {asked.params.report_name}")
    request = msgspec.json.encode((call.parts["version"], modes, asked.params))
    if call.is_ordered("job_failed"):
        # It takes longer than the server lets it.
        raise Refused(Answer(502, b"", {}, "text/html; charset=utf-8"))
    report = sandbox.kept.get(key)
    if report is None:
        if modes["processingmode"] == "online" or (modes["processingmode"] == "auto" and _is_quick(call)):
            return Answer(200, _written(call, asked, modes), {}, TSV)
        if len(queue) >= MOST_QUEUED:
            raise errors.refusal(call, 9000, f"{MOST_QUEUED} reports")
        polls = sandbox.settings.report_polls
        sandbox.kept[key] = Report(account=call.account, ordered_on=sandbox.now(), left=polls, request=request)
        return _unfinished(201, len(queue) + 1)
    assert isinstance(report, Report)
    if report.request != request:
        raise errors.refusal(call, 4000, "A report with this name and other parameters exists already")
    if not report.is_finished:
        return _unfinished(202, len(queue))
    report.body = _written(call, asked, modes) if report.body is None else report.body
    return Answer(200, report.body, {}, TSV)


def _is_quick(call: Call) -> bool:
    """Whether Yandex would make the report at once where it may choose."""
    return call.sandbox.settings.report_polls == 0


def _unfinished(status: int, queued: int) -> Answer:
    return Answer(status, b"", {"retryIn": RETRY_IN, "reportsInQueue": str(queued)}, TSV)


def _written(call: Call, asked: Asked, modes: dict[str, str]) -> bytes:
    rows = lines(call, asked, call.parts["version"] == "v5", modes["returnmoneyinmicros"] == "true")
    title = f'"{asked.params.report_name} ({asked.first} - {asked.last})"'
    parts = {
        "skipreportheader": [title],
        "skipcolumnheader": ["\t".join(asked.columns)],
        "": rows,
        "skipreportsummary": [f"Total rows: {len(rows)}"],
    }
    shown = [line for skip, part in parts.items() if modes.get(skip) != "true" for line in part]
    return "".join(f"{line}\n" for line in shown).encode()


def _modes(call: Call) -> dict[str, str]:
    modes = {}
    for name, (values, default) in HEADERS.items():
        modes[name] = call.headers.get(name, default).lower()
        if modes[name] not in values:
            raise errors.refusal(call, 8000, f"The header {name} is one of {', '.join(values)}")
    return modes


def _clients(call: Call) -> Answer:
    """``POST /json/{version}/clients``: the advertiser, and the currency of its money."""
    _check_version(call)
    limits = call.sandbox.limits
    for _ in range(CLIENT_UNITS):
        if limits.take("yandex_direct", call.account, "units"):
            raise errors.refusal(call, 152, "The limit of units for the hour is used up")
    body = call.json if isinstance(call.json, dict) else {}
    params = body.get("params")
    names = params.get("FieldNames") if isinstance(params, dict) else None
    if body.get("method") != "get" or not isinstance(names, list) or not names:
        raise errors.refusal(call, 8000, "The sandbox knows the method get, with FieldNames")
    known = customer(call)
    client: dict[str, Any] = {
        "ClientId": int(known["id"]),
        "Login": call.account,
        "ClientInfo": known["descriptiveName"],
        "Currency": known["currencyCode"],
        "Archived": "NO",
    }
    unknown = [str(name) for name in names if name not in client]
    if unknown:
        raise errors.refusal(call, 8000, f"FieldNames cannot hold {', '.join(unknown)}")
    left, daily = limits.remaining("yandex_direct", call.account, "units"), limits.in_force("yandex_direct", "units")
    units = {"Units": f"{CLIENT_UNITS}/{left}/{daily.requests}", "Units-Used-Login": call.account}
    return json_answer({"result": {"Clients": [{name: client[name] for name in names}]}}, headers=units)


def _give_token(call: Call) -> Answer:
    """``POST /token``: a new pair; the refresh token that brought it is worth nothing from then on."""
    form = call.form
    if form.get("grant_type") != "refresh_token":
        return errors.token_refusal(400, "unsupported_grant_type", "The sandbox knows refresh_token only")
    if not knows_client(call.sandbox, "yandex_direct", form):
        return errors.token_refusal(400, "invalid_client", "Client not found, or its secret is wrong")
    tokens = renewed(call.sandbox, "yandex_direct", form, TOKEN_SECONDS)
    return errors.revoked(call) if tokens is None else json_answer({"token_type": "bearer", **tokens})


def _let_in(call: Call) -> Login:
    login = token_owner(call.sandbox, "yandex_direct", call.bearer())
    if login is None:
        raise errors.refusal(call, 53, "The OAuth token is missing, wrong or expired")
    if call.headers.get("client-login", login.account) != login.account:
        raise errors.refusal(call, 54, "The token may not read the client named in Client-Login")
    return login


def _check_version(call: Call) -> None:
    if call.parts["version"] not in VERSIONS:
        raise Refused(errors.not_found(call))


YANDEX_DIRECT = Vendor(
    source="yandex_direct",
    accounts={"nordhaus": "nordhaus-direct", "clearwater": "clearwater-direct"},
    routes=(
        Route("POST", "/token", _give_token, is_public=True),
        Route("POST", f"/json/{{version}}{errors.REPORTS}", _report, bucket="reports"),
        Route("POST", "/json/{version}/clients", _clients),
    ),
    let_in=_let_in,
    rate_limited=errors.rate_limited,
    server_error=errors.server_error,
    expired_token=errors.expired,
    revoked=errors.revoked,
    not_found=errors.not_found,
    rows_keys=frozenset({"Clients"}),
    documented_limits={"reports": Limit(20, 10)},
    headers=lambda call: {"RequestId": errors.request_id(call)},
)
