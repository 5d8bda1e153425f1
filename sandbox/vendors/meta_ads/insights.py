"""Meta's insights: a report is started, asked about until it is complete, and read in pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.fields import names
from sandbox.answering.vendor import Call
from sandbox.vendors.meta_ads import errors as meta_errors
from sandbox.vendors.meta_ads.graph import (
    check_account,
    check_version,
    field_pick,
    json_parameter,
    page,
    page_size,
    page_start,
    values,
)

TABLE = "meta_ads__ad_days"
ALWAYS = ("date_start", "date_stop")
CAMPAIGN = "(_payload ->> '$.campaign_id')"
VIEW = "1d_view"
WINDOWS = {"1d_click", "7d_click", "28d_click", VIEW, "1d_ev"}
UNASKED = re.compile(rf',"{VIEW}":"\d+"')
# A synchronous answer over more days than this times out at Meta too.
SYNCHRONOUS_DAYS = 7
FIELDS = names(
    "account_id account_name account_currency campaign_id campaign_name adset_id adset_name ad_id ad_name"
    " objective impressions clicks inline_link_clicks outbound_clicks reach frequency spend actions"
    " action_values conversions conversion_values cost_per_action_type cpc cpm ctr attribution_setting"
    " date_start date_stop"
)


@dataclass
class Report:
    """A report run."""

    account: str
    first_day: date
    last_day: date
    fields: list[str]
    campaigns: list[str]
    """Of these alone; of all where none is named."""
    windows: list[str]
    """What is told of each action beside its total."""
    fails: bool
    polls: int = 0
    is_complete: bool = False


def start_report(call: Call) -> Answer:
    """``POST /act_{id}/insights``."""
    check_account(call)
    report = _asked_report(call)
    sandbox = call.sandbox
    with sandbox.lock:
        number = sum(kind == "report" for kind, _ in sandbox.kept) + 1
        run_id = f"7{number:015d}"
        sandbox.kept["report", run_id] = report
    return json_answer({"report_run_id": run_id})


def poll_report(call: Call) -> Answer:
    """``GET /{report_run_id}``: 100 per cent is not yet complete."""
    run_id = call.parts["node"]
    report = _own_report(call, run_id)
    with call.sandbox.lock:
        report.polls += 1
    left = call.sandbox.settings.report_polls - report.polls
    status, percent = "Job Running", 100
    if report.fails:
        status, percent = "Job Failed", 0
    elif left < 0:
        status, report.is_complete = "Job Completed", True
    elif left > 0:
        status, percent = ("Job Started", 0) if report.polls == 1 else ("Job Running", 37)
    answer: dict[str, Any] = {
        "id": run_id,
        "account_id": report.account,
        "time_ref": 1767225600,
        "async_status": status,
        "async_percent_completion": percent,
        "is_running": status in ("Job Started", "Job Running"),
        "date_start": report.first_day,
        "date_stop": report.last_day,
    }
    if report.fails:
        answer |= {
            "error_code": -2,
            "error_subcode": 2490547,
            "error_message": "The report failed. Please try again.",
        }
    return json_answer(answer)


def read_report(call: Call) -> Answer:
    """``GET /{report_run_id}/insights``."""
    check_version(call)
    report = _own_report(call, call.parts["node"])
    if not report.is_complete:
        message = "Error accessing adreport job: the job is not finished."
        raise Refused(meta_errors.error(400, 2601, message, 1815107, is_transient=True))
    return _rows(call, report)


def read_insights(call: Call) -> Answer:
    """``GET /act_{id}/insights``: at once, for a few days only."""
    check_account(call)
    report = _asked_report(call)
    if report.last_day - report.first_day >= timedelta(days=SYNCHRONOUS_DAYS):
        message = "Your request timed out. Please try again or use a smaller date range."
        raise Refused(meta_errors.error(400, 100, message, 1504018))
    return _rows(call, report)


def read_campaigns(call: Call) -> Answer:
    """``GET /act_{id}/campaigns``: every campaign that ever cost something, by its id alone."""
    check_account(call)
    size, start = page_size(call), page_start(call)
    texts = call.sandbox.wire.texts(
        f"select distinct {CAMPAIGN} as id from {call.sandbox.known(TABLE)} where _account = ?"
        f" order by id limit {size + 1} offset {start}",
        [call.account],
    )
    return json_answer(page(call, [{"id": text} for text in texts[:size]], start, len(texts) > size))


def _rows(call: Call, report: Report) -> Answer:
    size, start = page_size(call), page_start(call)
    pick = field_pick(call, TABLE, report.fields, ALWAYS, FIELDS)
    chosen = f" and {CAMPAIGN} in ({', '.join('?' * len(report.campaigns))})" if report.campaigns else ""
    texts = call.sandbox.wire.texts(
        f"select _payload from {call.sandbox.known(TABLE)} where _account = ? and _day between ? and ?{chosen}"
        f" order by day, ad_id limit {size + 1} offset {start}",
        [report.account, report.first_day, report.last_day, *report.campaigns],
    )
    if VIEW not in report.windows:
        texts = [UNASKED.sub("", text) for text in texts]
    return json_answer(page(call, [pick(text) for text in texts[:size]], start, len(texts) > size))


def _asked_report(call: Call) -> Report:
    asked = values(call)
    if asked.get("level") != "ad" or asked.get("time_increment") != "1":
        raise meta_errors.bad_parameter("The sandbox keeps insights by ad and day: level=ad, time_increment=1.")
    fields = [name.strip() for name in asked.get("fields", "").split(",") if name.strip()]
    # A wrong field is refused when the report is started, not when it is read.
    field_pick(call, TABLE, fields, ALWAYS, FIELDS)
    campaigns: list[str] = []
    for condition in json_parameter(call, "filtering") or []:
        if condition.get("field") == "campaign.id" and condition.get("operator") == "IN":
            campaigns += [str(one) for one in condition.get("value") or []]
        elif condition.get("field") != "ad.effective_status":
            raise meta_errors.bad_parameter(f"filtering on {condition.get('field')} is not supported here")
    windows = json_parameter(call, "action_attribution_windows") or []
    if gone := sorted(set(windows) - WINDOWS):
        raise meta_errors.bad_parameter(f"action_attribution_windows: {', '.join(gone)} is no longer told")
    first_day, last_day = _days(call)
    return Report(call.account, first_day, last_day, fields, campaigns, windows, fails=call.is_ordered("job_failed"))


def _days(call: Call) -> tuple[date, date]:
    asked = json_parameter(call, "time_range")
    try:
        first_day, last_day = (date.fromisoformat(asked[name]) for name in ("since", "until"))
    except (KeyError, TypeError, ValueError):
        raise meta_errors.bad_parameter("Must be a date representation in the format YYYY-MM-DD") from None
    if first_day > last_day:
        raise meta_errors.bad_parameter("time_range: since is after until")
    oldest = call.sandbox.now() - timedelta(days=37 * 365 // 12)
    if call.sandbox.today and first_day < oldest:
        message = "The start date of the time range cannot be beyond 37 months from the current date"
        raise meta_errors.bad_parameter(message)
    return first_day, last_day


def _own_report(call: Call, run_id: str) -> Report:
    report = call.sandbox.kept.get(("report", run_id))
    if not isinstance(report, Report) or report.account != call.account:
        raise meta_errors.no_such_object(run_id)
    return report
