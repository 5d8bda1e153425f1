"""TikTok's Business API: advertisers, and reports at once or as a task; it retells Meta's ads.

API: https://business-api.tiktok.com/portal/docs (v1.3)
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import msgspec

from sandbox.answering.answer import Answer, Refused
from sandbox.answering.limits import Limit
from sandbox.answering.state import Login
from sandbox.answering.vendor import Call, Route, Vendor
from sandbox.stories.retold import META_ACCOUNT, retold
from sandbox.vendors.tiktok_ads.errors import (
    bad_parameter,
    no_permission,
    not_found,
    ok,
    rate_limited,
    server_error,
    token_invalid,
    token_missing,
)
from sandbox.vendors.tiktok_ads.events import track
from sandbox.vendors.tiktok_ads.reports import Record, Report, asked_report, check_advertiser, report_rows

ROOT = "/open_api/v1.3"
MOST_ON_PAGE = 1000
CSV = "text/csv; charset=utf-8"


@dataclass
class Task:
    """A report that is made while nobody waits for it."""

    account: str
    report: Report
    fails: bool
    polls: int
    status: str = "QUEUING"


def _advertisers(call: Call) -> Answer:
    """Who gave the app its token. The sandbox knows no apps: any id and secret will do."""
    if not call.query.get("app_id") or not call.query.get("secret"):
        raise bad_parameter(call, "app_id, secret: Missing data for required field.")
    return ok(call, {"list": [{key: one[key] for key in ("advertiser_id", "advertiser_name")} for one in _own(call)]})


def _info(call: Call) -> Answer:
    try:
        ids = msgspec.json.decode(call.query.get("advertiser_ids", ""), type=list[str])
    except msgspec.MsgspecError:
        raise bad_parameter(call, "advertiser_ids: Not a valid list.") from None
    if not set(ids) <= {call.account}:
        raise Refused(no_permission(call))
    told = ("advertiser_id", "name", "currency", "timezone", "display_timezone", "status", "role", "create_time")
    return ok(call, {"list": [{name: one[name] for name in told} for one in _own(call) if ids]})


def _own(call: Call) -> list[Record]:
    return [
        {
            "advertiser_id": call.account,
            "advertiser_name": one.payload.get("name"),
            "name": one.payload.get("name"),
            "currency": one.payload.get("currency"),
            "timezone": one.payload.get("timezone_name"),
            "display_timezone": one.payload.get("timezone_name"),
            "status": "STATUS_ENABLE",
            "role": "ROLE_ADVERTISER",
            "create_time": 1735689600,
        }
        for one in retold(call, META_ACCOUNT)
    ]


def _report(call: Call) -> Answer:
    rows = report_rows(call, asked_report(call, call.query))
    page, size = _number(call, "page", 1, 10**6), _number(call, "page_size", 10, MOST_ON_PAGE)
    size = min(size, call.sandbox.settings.most_on_page)
    info = {"page": page, "page_size": size, "total_number": len(rows), "total_page": -(-len(rows) // size)}
    return ok(call, {"list": rows[(page - 1) * size : page * size], "page_info": info})


def _create_task(call: Call) -> Answer:
    report = asked_report(call, call.json if isinstance(call.json, dict) else {})
    fails = call.is_ordered("job_failed")
    with call.sandbox.lock:
        number = str(1 + sum(kind == "tiktok_task" for kind, _ in call.sandbox.kept))
        call.sandbox.kept["tiktok_task", number] = Task(
            call.account, report, fails, polls=call.sandbox.settings.report_polls
        )
    return ok(call, {"task_id": number})


def _check_task(call: Call) -> Answer:
    task = _own_task(call)
    if task.polls:
        task.polls, task.status = task.polls - 1, "PROCESSING"
    else:
        task.status = "FAILED" if task.fails else "SUCCESS"
    return ok(call, {"status": task.status})


def _download_task(call: Call) -> Answer:
    task = _own_task(call)
    if task.status != "SUCCESS":
        raise bad_parameter(call, f"task_id: the task is {task.status}.")
    lines = io.StringIO()
    writer = csv.DictWriter(lines, [*task.report.dimensions, *task.report.metrics], lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row["dimensions"], **row["metrics"]} for row in report_rows(call, task.report))
    return Answer(200, lines.getvalue().encode(), {}, CSV)


def _own_task(call: Call) -> Task:
    check_advertiser(call, call.query)
    task = call.sandbox.kept.get(("tiktok_task", call.query.get("task_id", "")))
    if not isinstance(task, Task) or task.account != call.account:
        raise bad_parameter(call, "task_id: there is no such task.")
    return task


def _number(call: Call, name: str, usual: int, most: int) -> int:
    text = call.query.get(name, str(usual))
    if not text.isdigit() or not 1 <= int(text) <= most:
        raise bad_parameter(call, f"{name}: Must be between 1 and {most}.")
    return int(text)


def _let_in(call: Call) -> Login:
    token = call.headers.get("access-token", "")
    if not token:
        raise Refused(token_missing(call))
    login = call.sandbox.login("tiktok_ads", token)
    if login is None:
        raise Refused(token_invalid(call))
    return login


TIKTOK_ADS = Vendor(
    source="tiktok_ads",
    accounts={"nordhaus": "7101000000000000001"},
    routes=(
        Route("GET", f"{ROOT}/oauth2/advertiser/get/", _advertisers),
        Route("GET", f"{ROOT}/advertiser/info/", _info),
        Route("GET", f"{ROOT}/report/integrated/get/", _report),
        Route("POST", f"{ROOT}/event/track/", track),
        Route("POST", f"{ROOT}/report/task/create/", _create_task),
        Route("GET", f"{ROOT}/report/task/check/", _check_task),
        Route("GET", f"{ROOT}/report/task/download/", _download_task),
    ),
    let_in=_let_in,
    rate_limited=rate_limited,
    server_error=server_error,
    expired_token=token_invalid,
    revoked=no_permission,
    not_found=not_found,
    rows_keys=frozenset({"list"}),
    documented_limits={"": Limit(10, 1)},
)
