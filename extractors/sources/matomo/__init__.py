"""Matomo: one row per visit, with where it came from.

API: https://developer.matomo.org/api-reference/reporting-api (Live.getLastVisitsDetails, 4 and 5). A visit
goes on until half an hour of silence and can be amended later: the two days before are read again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from extractors.errors import FixSettings, RetryLater, SourceChanged
from extractors.fields import Field, Fields, columns_of, expect_fields, picked, same_named
from extractors.http.auth import FormToken
from extractors.http.client import Answer, HttpClient, TooMuch, Verdict
from extractors.http.paging import expect_day
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.records import objects_in, rows_made
from extractors.redaction import short

PAGE_SIZE = 500
SMALLEST_PAGE = 20
LONGEST_MOMENT = 11
"""Digits of a number of seconds; more are no moment."""

VISIT: Fields = {
    "visit_id": Field("idVisit"),
    "site_id": Field("idSite"),
    "visited_day": Field("serverDate", "date"),
    "visitor_id": Field("visitorId"),
    "user_id": Field("userId"),
    "first_action_at": Field("firstActionTimestamp", "timestamp"),
    "last_action_at": Field("lastActionTimestamp", "timestamp"),
    "duration_seconds": Field("visitDuration", "integer"),
    "action_count": Field("actions", "integer"),
    "referrer_type": Field("referrerType"),
    "referrer_name": Field("referrerName"),
    "referrer_url": Field("referrerUrl"),
    "campaign_name": Field("campaignName"),
    "campaign_source": Field("campaignSource"),
    "campaign_medium": Field("campaignMedium"),
    "campaign_keyword": Field("campaignKeyword"),
    "campaign_content": Field("campaignContent"),
    **same_named("landing_url", "last_url"),
    "device_type": Field("deviceType"),
    "browser_name": Field("browserName"),
    "country_code": Field("countryCode"),
    "city": Field("city"),
}

REFUSED_TOKEN = re.compile(r"can't access|authenticate|token|permission|access to", re.IGNORECASE)
TOO_MUCH = re.compile(r"memory size|execution time", re.IGNORECASE)
BUSY = re.compile(r"gone away|deadlock|lock wait|too many connections|maintenance|timed? ?out", re.IGNORECASE)

# Leaving the site and downloading a file have an address too, but not one of a page.
NOT_A_PAGE = ("outlink", "download")


def classify(answer: Answer) -> Verdict | None:
    """Matomo's own rules: an error comes with status 200 and a sentence."""
    if answer.status == 504 or (answer.status >= 500 and TOO_MUCH.search(answer.text)):
        return Verdict("shrink", "Matomo ran out of time or memory")
    if not isinstance(answer.body, dict) or answer.body.get("result") != "error":
        return None
    message = str(answer.body.get("message"))
    if TOO_MUCH.search(message):
        return Verdict("shrink", "Matomo ran out of time or memory")
    if BUSY.search(message):
        return Verdict("transient", "Matomo's database is busy")
    if REFUSED_TOKEN.search(message):
        return Verdict(
            "fix_settings", f"{short(message)}; perhaps the token is not accepted, or may not read this site"
        )
    return Verdict("fix_settings", f"Matomo refused the request: {short(message)}")


def read_visits(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the visits of each of the window's days, in the site's own time zone."""
    site_id = account.options.get("site_id")
    if site_id is None:
        raise FixSettings(f"matomo, account {account.account}: the option 'site_id' is missing in accounts.yml.")
    for day in window.days():
        for page in _visits(client, str(site_id), day):
            yield rows_made("matomo: visits", page, partial(_visit, site_id=str(site_id), day=day))


def _visits(client: Client, site_id: str, day: date) -> Iterator[list[dict[str, Any]]]:
    """The day's visits; a page shorter than asked for is the last one."""
    where = f"matomo: visits of {day}"
    size, offset = PAGE_SIZE, 0
    last_ids: list[Any] = []
    while True:
        fields = {
            "module": "API",
            "method": "Live.getLastVisitsDetails",
            "format": "JSON",
            "idSite": site_id,
            "period": "day",
            "date": day.isoformat(),
            "filter_limit": str(size),
            "filter_offset": str(offset),
        }
        try:
            page = client.post_form("/index.php", fields)
        except TooMuch as too_much:
            if size <= SMALLEST_PAGE:
                raise RetryLater(f"{where}: even {size} visits at once are too many for it.") from too_much
            size = max(size // 2, SMALLEST_PAGE)
            continue
        except RetryLater as failed:
            # A host that runs out of time often breaks off without a word. A limit is another thing: it says when.
            if size <= SMALLEST_PAGE or failed.after is not None:
                raise
            size = max(size // 5, SMALLEST_PAGE)
            continue
        if not isinstance(page, list):
            raise SourceChanged(f"{where}: a list was expected, and it is {type(page).__name__}.")
        expect_fields(where, page, ("idVisit", "visitorId", "firstActionTimestamp", "referrerType"))
        expect_fields(where, page, ("actionDetails",))
        expect_day(where, page, "serverDate", day)
        ids = [visit.get("idVisit") for visit in page]
        if ids and ids == last_ids:
            raise RetryLater(f"{where}: the same page came twice, at offset {offset}.")
        if page:
            yield page
        if len(page) < size:
            return
        last_ids = ids
        # Not by what came: a page in which visits come twice is longer than what was asked for.
        offset += size


def _visit(visit: dict[str, Any], site_id: str, day: date) -> Row:
    pages = [
        action["url"]
        for action in objects_in(visit, "actionDetails")
        if action.get("url") and action.get("type") not in NOT_A_PAGE
    ]
    is_campaign = visit.get("referrerType") == "campaign"
    return {
        **{column: None if value == "" else value for column, value in picked(visit, VISIT).items()},
        "site_id": visit.get("idSite", site_id),
        "visited_day": visit.get("serverDate") or day.isoformat(),
        "first_action_at": _moment(visit.get("firstActionTimestamp")),
        "last_action_at": _moment(visit.get("lastActionTimestamp")),
        # The campaign fields need a plug-in; without it the referrer's name and keyword hold the campaign's.
        "campaign_name": visit.get("campaignName") or (visit.get("referrerName") if is_campaign else None),
        "campaign_keyword": visit.get("campaignKeyword") or (visit.get("referrerKeyword") if is_campaign else None),
        "landing_url": pages[0] if pages else None,
        "last_url": pages[-1] if pages else None,
        "_payload": visit,
    }


def _moment(seconds: Any) -> Any:
    """Seconds since 1970, as a number or as text; what is neither is left to be rejected."""
    text = str(seconds)
    if isinstance(seconds, bool) or not text.isdecimal() or len(text) > LONGEST_MOMENT:
        return seconds
    return datetime.fromtimestamp(int(seconds), UTC).replace(tzinfo=None)


def connect(connection: Connection, account: Account) -> Client:
    """A client that sends the token inside the body: in an address it would stand in every log."""
    return HttpClient(
        connection.base_url,
        name=f"matomo/{account.account}",
        auth=FormToken("token_auth", connection.password),
        classify=classify,
        secrets=connection.secrets(),
    )


MATOMO = Source(
    name="matomo",
    kind="visits",
    base_url="https://matomo.example.com",
    docs="https://developer.matomo.org/api-reference/reporting-api",
    settings={
        "host": "the address of your Matomo",
        "password": "Matomo: Administration > Personal > Security > Auth tokens, of a user who may view",
    },
    connect=connect,
    tables=(
        Table(
            name="visits",
            grain="day",
            key=("visit_id", "site_id"),
            day="visited_day",
            required=("first_action_at",),
            restated_days=2,
            columns=columns_of(VISIT),
            read=read_visits,
        ),
    ),
)
