"""Microsoft Advertising: reports that are ordered, asked about and fetched from another store, and the account tree.

API: https://learn.microsoft.com/advertising/guides/ (v13, REST). A refresh token is good once.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.background import Background, step
from sandbox.answering.rotating_oauth import knows_client, renewed, token_owner, was_issued
from sandbox.answering.state import Login
from sandbox.answering.tables import ZIP, zipped
from sandbox.answering.vendor import Call, Route, Vendor
from sandbox.stories.ad_spend import customer
from sandbox.vendors.microsoft_ads import conversions, errors
from sandbox.vendors.microsoft_ads.reports import Asked, asked_report, file_lines, rows

CUSTOMERS = {"900100": "5001", "900200": "5002"}
"""Account -> the customer above it."""
SCOPE = "https://ads.microsoft.com/msads.manage"
FIRST_NUMBER = 30_000_012_345
MOST_AT_ONCE = 5
KEPT_FOR = timedelta(days=2)
ADDRESS_SECONDS = 300.0
MOST_ACCOUNTS = 1000
ZONES = {"Europe/Berlin": "AmsterdamBerlinBernRomeStockholmVienna", "America/Denver": "MountainTimeUSCanada"}


@dataclass(kw_only=True)
class Report(Background):
    """An ordered report."""

    number: int
    asked: Asked
    fails: bool
    cells: list[list[str]] | None = None
    """Its rows as they were when it was finished."""


def _submit(call: Call) -> Answer:
    """``POST GenerateReport/Submit``."""
    asked, sandbox = asked_report(call), call.sandbox
    if len(step(sandbox, Report, call.account, KEPT_FOR)) >= MOST_AT_ONCE:
        message = "The maximum number of reports that are made at once has been exceeded."
        raise Refused(errors.fault(call, 429, 207, "ConcurrentRequestOverLimit", message))
    fails = call.is_ordered("job_failed")
    with sandbox.lock:
        number = sandbox.kept.get(("microsoft_ads", "number"), FIRST_NUMBER)
        sandbox.kept["microsoft_ads", "number"] = number + 1
        sandbox.kept["microsoft_report", str(number)] = Report(
            account=call.account,
            ordered_on=sandbox.now(),
            left=sandbox.settings.report_polls,
            number=number,
            asked=asked,
            fails=fails,
        )
    return json_answer({"ReportRequestId": str(number)})


def _poll(call: Call) -> Answer:
    """``POST GenerateReport/Poll``: no address for a report without rows, and a new one each time for the others."""
    step(call.sandbox, Report, call.account, KEPT_FOR)
    body = call.json if isinstance(call.json, dict) else {}
    number = body.get("ReportRequestId")
    report = call.sandbox.kept.get(("microsoft_report", number)) if isinstance(number, str) else None
    if not isinstance(report, Report) or report.account != call.account:
        message = "The report identifier is not valid."
        raise errors.refusal(call, 2100, "ReportingServiceInvalidReportId", message)
    if report.fails:
        return _state("Error")
    if not report.is_finished:
        return _state("Pending")
    report.cells = rows(call, report.asked) if report.cells is None else report.cells
    if not report.cells:
        return _state("Success")
    signature = secrets.token_urlsafe(24)
    call.sandbox.kept["microsoft_address", signature] = (report, time.monotonic() + ADDRESS_SECONDS)
    return _state("Success", f"{call.base_url}{errors.FILES}{number}.zip?sv=2026-02-06&sig={signature}")


def _state(status: str, address: str | None = None) -> Answer:
    return json_answer({"ReportRequestStatus": {"Status": status, "ReportDownloadUrl": address}})


def _download(call: Call) -> Answer:
    """The file behind a signed address, for a few minutes: whoever brings a proof of his own is turned away."""
    report, until = call.sandbox.kept.get(("microsoft_address", call.query.get("sig", "")), (None, 0.0))
    is_proven = {"authorization", "developertoken"} & {name.lower() for name in call.headers}
    if report is None or time.monotonic() > until or is_proven or call.parts["file"] != f"{report.number}.zip":
        return errors.file_refusal(403, "AuthenticationFailed")
    return Answer(200, zipped(f"{report.number}.csv", file_lines(report.asked, report.cells)), {}, ZIP)


def _user(call: Call) -> Answer:
    """``POST User/Query``: null stands for oneself."""
    body = call.json if isinstance(call.json, dict) else {}
    if body.get("UserId") not in (None, _user_id(call)):
        raise Refused(errors.not_authorized(call))
    role = {"RoleId": 41, "CustomerId": CUSTOMERS[call.account], "AccountIds": None}
    user = {"Id": _user_id(call), "UserName": "reader@nordhaus.example", "CustomerId": CUSTOMERS[call.account]}
    return json_answer({"User": user, "CustomerRoles": [role]})


def _accounts(call: Call) -> Answer:
    """``POST Accounts/Search``: the accounts that a user may read, in pages."""
    body = call.json if isinstance(call.json, dict) else {}
    page, predicates = body.get("PageInfo"), body.get("Predicates")
    try:
        index, size = page["Index"], page["Size"]  # type: ignore[index]
        [predicate] = predicates  # type: ignore[misc]
        is_asked = predicate["Field"] == "UserId" and predicate["Operator"] == "Equals" and 0 < size <= MOST_ACCOUNTS
    except (TypeError, KeyError, ValueError):
        is_asked = False
    if not is_asked:
        message = "The sandbox finds accounts by PageInfo and one predicate: UserId Equals."
        raise errors.refusal(call, 201, "ApiInputValidationError", message)
    known = customer(call)
    account: dict[str, Any] = {
        "Id": call.account,
        "Name": known["descriptiveName"],
        "Number": f"F{call.account}",
        "CurrencyCode": known["currencyCode"],
        "TimeZone": ZONES[known["timeZone"]],
        "ParentCustomerId": CUSTOMERS[call.account],
        "AccountLifeCycleStatus": "Active",
    }
    return json_answer({"Accounts": [account] if index == 0 and predicate["Value"] == _user_id(call) else []})


def _user_id(call: Call) -> str:
    return f"7{CUSTOMERS[call.account]}"


def _give_token(call: Call) -> Answer:
    """``POST /token``: a new pair; the refresh token that brought it is worth nothing from then on."""
    form = call.form
    if form.get("grant_type") != "refresh_token":
        return errors.token_refusal(400, "unsupported_grant_type", 70003, "The sandbox knows refresh_token only.")
    if SCOPE not in form.get("scope", "").split():
        return errors.token_refusal(400, "invalid_scope", 70011, "The scope is not valid.")
    if not knows_client(call.sandbox, "microsoft_ads", form):
        return errors.token_refusal(401, "invalid_client", 7000215, "Invalid client secret provided.")
    tokens = renewed(call.sandbox, "microsoft_ads", form, call.sandbox.settings.token_seconds)
    return errors.revoked(call) if tokens is None else json_answer({"token_type": "Bearer", "scope": SCOPE, **tokens})


def _let_in(call: Call) -> Login:
    token = call.bearer()
    login = token_owner(call.sandbox, "microsoft_ads", token)
    if login is None:
        is_old = was_issued(call.sandbox, "microsoft_ads", token)
        raise Refused(errors.expired(call) if is_old else errors.invalid_credentials(call))
    if call.headers.get("developertoken") != login.extra.get("developer_token"):
        raise Refused(errors.invalid_credentials(call))
    # Who asks which accounts there are cannot name them yet.
    usual = {} if "/CustomerManagement/" in call.path else {"customerid": None, "customeraccountid": None}
    own = {"customerid": CUSTOMERS[login.account], "customeraccountid": login.account}
    if any(call.headers.get(name, usual.get(name, value)) != value for name, value in own.items()):
        raise Refused(errors.not_authorized(call))
    if not call.headers.get("content-type", "").startswith("application/json"):
        raise errors.refusal(call, 100, "NullRequest", "The request message is null.")
    return login


MICROSOFT_ADS = Vendor(
    source="microsoft_ads",
    accounts={"nordhaus": "900100", "clearwater": "900200"},
    routes=(
        Route("POST", errors.TOKEN, _give_token, is_public=True),
        Route("POST", "/CustomerManagement/v13/User/Query", _user),
        Route("POST", "/CustomerManagement/v13/Accounts/Search", _accounts),
        Route("POST", "/Reporting/v13/GenerateReport/Submit", _submit),
        Route("POST", "/Reporting/v13/GenerateReport/Poll", _poll),
        Route("POST", "/CampaignManagement/v13/OfflineConversions/Apply", conversions.apply),
        Route("POST", "/CampaignManagement/v13/OfflineConversionAdjustments/Apply", conversions.adjust),
        Route("POST", "/CampaignManagement/v13/ConversionGoals/QueryByIds", conversions.goals),
        Route("POST", "/CampaignManagement/v13/OfflineConversionReport/QueryByGoalIds", conversions.report),
        Route("GET", f"{errors.FILES}{{file}}", _download, is_public=True),
    ),
    let_in=_let_in,
    rate_limited=errors.rate_limited,
    server_error=errors.server_error,
    expired_token=errors.expired,
    revoked=errors.revoked,
    not_found=errors.not_found,
    rows_keys=frozenset({"Accounts"}),
)
