"""Meta (Facebook, Instagram): what ads cost by day, and the leads of its instant forms.

API: https://developers.facebook.com/docs/marketing-api (v26.0; a version lives about a year, so it is an
option of the account). Meta corrects its numbers for 28 days. Leads can be downloaded for 90 days only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from extractors.errors import FixSettings, RetryLater, SkipAccount
from extractors.fields import Field, Fields, columns_of, expect_fields, picked, same_named
from extractors.http.auth import ProvenToken
from extractors.http.client import Gone, HttpClient, Restart, TooMuch
from extractors.http.reports import Report, content_of, finished_report
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.records import id_in, objects_in, rows_made
from extractors.redaction import safe_logger, short
from extractors.sources.meta_ads.errors import classify
from extractors.sources.meta_ads.leads import LEAD, read_leads
from extractors.sources.meta_ads.pages import address_of, get, pages_of, version_of, whole_list

log = safe_logger(__name__)

RESULTS_PER_PAGE = 500
CAMPAIGNS_PER_PAGE = 100

ACCOUNT: Fields = {
    "account_id": Field("account_id"),
    **same_named("name", "currency", "timezone_name"),
    "account_status": Field("account_status", "integer"),
}
AD_DAY: Fields = {
    "day": Field("date_start", "date"),
    **same_named("ad_id", "ad_name", "adset_id", "adset_name", "campaign_id", "campaign_name"),
    **same_named("objective", "account_currency"),
    **same_named("impressions", "clicks", "inline_link_clicks", kind="integer"),
    "spend": Field("spend", "decimal"),
    "leads": Field("actions", "integer"),
    "leads_after_view": Field("actions", "integer"),
}
VIEW = "1d_view"
"""The window of people who saw an ad and clicked none: the only one of views that Meta still tells."""
INSIGHTS_FIELDS = (
    "account_id,account_currency,campaign_id,campaign_name,adset_id,adset_name,ad_id,ad_name,objective,"
    "impressions,clicks,inline_link_clicks,spend,actions,date_start,date_stop"
)
NUMBERS = ("impressions", "clicks", "inline_link_clicks", "spend")
IN_EVERY_ROW = ("ad_id", "campaign_id", "account_currency", "date_start")
NAMES = ("ad_name", "adset_id", "adset_name", "campaign_name")
# Without naming every status, ads that were deleted since are missing and their money with them.
EVERY_STATUS = (
    "ACTIVE PAUSED ARCHIVED DELETED CAMPAIGN_PAUSED ADSET_PAUSED PENDING_REVIEW DISAPPROVED PREAPPROVED "
    "PENDING_BILLING_INFO IN_PROCESS WITH_ISSUES"
).split()
EVERY_CAMPAIGN = json.dumps(["ACTIVE", "PAUSED", "DELETED", "ARCHIVED", "IN_PROCESS", "WITH_ISSUES"])
FILTERING = [{"field": "ad.effective_status", "operator": "IN", "value": EVERY_STATUS}]


def read_account(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the account itself: its currency and its time zone."""
    fields = "id,account_id,name,currency,timezone_name,timezone_offset_hours_utc,account_status"
    answer = get(client, f"{version_of(account)}/{address_of(account)}", {"fields": fields})
    if warning := client.last_headers.get("x-ad-api-version-warning"):
        log.warning(
            "meta_ads, account %s: %s goes soon (%s). Set api_version in the account's options to a newer one.",
            account.account, version_of(account).lstrip("/"), short(warning),
        )  # fmt: skip
    expect_fields("meta_ads: account", [answer], ("account_id", "currency", "timezone_name"))
    yield [{**picked(answer, ACCOUNT), "_payload": answer}]


def read_ad_days(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield what each ad cost by day, through reports that Meta makes in the background: of 37 months."""
    yield from _ad_days(client, account, window, ())
    if client.gone.issuperset(window.days()):
        raise SkipAccount(
            f"meta_ads, account {account.account}: Meta keeps days for 37 months, and {window.last_day} is older. "
            "What was landed of them is left as it is; ask for later days."
        )


def _ad_days(client: Client, account: Account, window: Window, campaigns: Sequence[str]) -> Iterator[list[Row]]:
    """The rows of a report on these campaigns, on all where none is named; one that Meta cannot make is halved."""
    fields = _report_fields(window, campaigns)
    report = Report(
        name=f"meta_ads/{account.account}/ad_days/{window.first_day}/{window.last_day}/{content_of(fields)}",
        submit=lambda: _submit(client, account, fields),
        is_done=lambda run_id: _is_done(client, account, run_id),
    )
    try:
        run_id = finished_report(report, client.pause)
        yield from _results(client, account, run_id)
        report.forget()
    except (TooMuch, Restart):
        report.forget()
        for days, some in _halves(client, account, window, campaigns):
            yield from _ad_days(client, account, days, some)
    except Gone:
        report.forget()
        if window.first_day == window.last_day:
            # What was landed of the day in time stays.
            client.gone.add(window.first_day)
            return
        for days, some in _halves(client, account, window, campaigns):
            yield from _ad_days(client, account, days, some)
    except FixSettings:
        # Another token may not see this report: whoever mends the settings needs one of its own.
        report.forget()
        raise


def _halves(
    client: Client, account: Account, window: Window, campaigns: Sequence[str]
) -> list[tuple[Window, Sequence[str]]]:
    """The first and the last days; of a single day, one half of the campaigns and the other."""
    length = (window.last_day - window.first_day).days
    if length:
        middle = window.first_day + timedelta(days=length // 2)
        after = Window(middle + timedelta(days=1), window.last_day)
        return [(Window(window.first_day, middle), campaigns), (after, campaigns)]
    ids = campaigns or _campaign_ids(client, account)
    if len(ids) < 2:
        raise RetryLater(f"meta_ads: Meta cannot make the report of {window.first_day} now.")
    return [(window, ids[: len(ids) // 2]), (window, ids[len(ids) // 2 :])]


def _campaign_ids(client: Client, account: Account) -> list[str]:
    where, path = "meta_ads: campaigns", f"{version_of(account)}/{address_of(account)}/campaigns"
    ids = []
    params = {"fields": "id", "effective_status": EVERY_CAMPAIGN}
    for page in whole_list(client, where, path, params, CAMPAIGNS_PER_PAGE):
        expect_fields(where, page, ("id",))
        ids += [id_in(campaign) for campaign in page]
    return list(dict.fromkeys(ids))


def _report_fields(window: Window, campaigns: Sequence[str]) -> dict[str, str]:
    of_campaigns = [{"field": "campaign.id", "operator": "IN", "value": list(campaigns)}] if campaigns else []
    return {
        "level": "ad",
        "time_increment": "1",
        "time_range": json.dumps({"since": str(window.first_day), "until": str(window.last_day)}),
        "fields": INSIGHTS_FIELDS,
        "action_attribution_windows": json.dumps([VIEW]),
        "filtering": json.dumps([*FILTERING, *of_campaigns]),
    }


def _submit(client: Client, account: Account, fields: dict[str, str]) -> str:
    answer = client.post_form(f"{version_of(account)}/{address_of(account)}/insights", fields)
    expect_fields("meta_ads: a new report", [answer], ("report_run_id",))
    return id_in(answer, "report_run_id")


def _is_done(client: Client, account: Account, run_id: str) -> bool:
    """Whether the report is complete. One that failed is ``TooMuch``: a smaller one may succeed."""
    answer = get(client, f"{version_of(account)}/{run_id}")
    expect_fields("meta_ads: a report's state", [answer], ("async_status",))
    status = answer["async_status"]
    if status in ("Job Failed", "Job Skipped"):
        raise TooMuch(f"meta_ads: the report ended as {status!r}.")
    # It may be complete before all of it is there; one that names no share is.
    return status == "Job Completed" and str(answer.get("async_percent_completion", 100)) == "100"


def _results(client: Client, account: Account, run_id: str) -> Iterator[list[Row]]:
    where = f"meta_ads: results of report {run_id}"
    path = f"{version_of(account)}/{run_id}/insights"
    for page in pages_of(client, where, path, {}, RESULTS_PER_PAGE, IN_EVERY_ROW):
        expect_fields(where, page, (*IN_EVERY_ROW, "spend", "impressions", *NAMES))
        yield rows_made(where, page, _ad_day)


def _ad_day(result: Mapping[str, Any]) -> Row:
    # What did not happen is left out.
    numbers = {name: 0 if result.get(name) is None else result[name] for name in NUMBERS}
    return {**picked(result, AD_DAY), **numbers, **_leads(result), "_payload": result}


def _leads(result: Mapping[str, Any]) -> Row:
    """The action `lead` is the total; the other lead actions are parts of it. A window without any is left out."""
    actions = objects_in(result, "actions")
    lead: Mapping[str, Any] = next((action for action in actions if action.get("action_type") == "lead"), {})
    return {"leads": lead.get("value", 0), "leads_after_view": lead.get(VIEW, 0)}


def connect(connection: Connection, account: Account) -> Client:
    """A client that carries the token and, where the app asks for it, the proof."""
    if not connection.password:
        raise FixSettings(f"meta_ads, account {account.account}: the connection has no access token (password).")
    return HttpClient(
        connection.base_url,
        name=f"meta_ads/{account.account}",
        auth=ProvenToken(connection.password, connection.extra.get("app_secret", "")),
        classify=classify,
        secrets=connection.secrets(),
    )


META_ADS = Source(
    name="meta_ads",
    kind="ads",
    base_url="https://graph.facebook.com",
    docs="https://developers.facebook.com/docs/marketing-api",
    settings={
        "password": "Meta Business settings > System users > Generate token (ads_read, leads_retrieval)",
        "extra.app_secret": "Meta app dashboard > App settings > Basic",
    },
    connect=connect,
    tables=(
        Table(
            name="account",
            grain="snapshot",
            key=("account_id",),
            columns=columns_of(ACCOUNT),
            read=read_account,
        ),
        Table(
            name="ad_days",
            grain="day",
            key=("day", "ad_id"),
            day="day",
            required=("spend", "account_currency"),
            restated_days=28,
            columns=columns_of(AD_DAY),
            read=read_ad_days,
        ),
        Table(
            name="leads",
            grain="day",
            key=("lead_id",),
            day="created_at",
            restated_days=3,
            columns=columns_of(LEAD),
            read=read_leads,
        ),
    ),
)
