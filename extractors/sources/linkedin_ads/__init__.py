"""LinkedIn: what campaigns cost by day, their names, and the leads of its forms.

API: https://learn.microsoft.com/linkedin/marketing/ (a version is a month and lives about a year, so it is an option
of the account). Days are UTC. LinkedIn corrects its numbers for 30 days. Leads can be read for 90 days only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from typing import Any
from urllib.parse import quote

from extractors.errors import FixSettings
from extractors.fields import Field, Fields, as_json, columns_of, expect_fields, picked, same_named
from extractors.http.auth import Auth, BearerToken
from extractors.http.client import HttpClient
from extractors.http.oauth import OAuthRefresh
from extractors.http.paging import Page, cursor_pages, rows_of, whole_number
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.records import Odd, id_in, list_in, object_in, rows_made
from extractors.sources.linkedin_ads.errors import Rules
from extractors.sources.linkedin_ads.leads import FORM, LEAD, expect_answers, id_of, lead_row, questions_of
from extractors.times import days_before, end_of, start_of, unix

VERSION = "202607"
TOKEN_URL = "https://www.linkedin.com/oauth/v2/accessToken"
ACCOUNTS_PER_PAGE, CAMPAIGNS_PER_PAGE, FORMS_PER_PAGE, LEADS_PER_PAGE = 500, 100, 100, 500
MOST_ELEMENTS = 15_000
"""Analytics know no pages: an answer of this length was cut off."""
CAMPAIGNS_AT_ONCE = 100
LEADS_KEPT = timedelta(days=90)
# One or the other, by the version.
HIDDEN_FIELDS = ("hiddenFields", "leadGenFormHiddenFields")
# Without naming every status, campaigns that are not running now are missing.
EVERY_STATUS = "ACTIVE,PAUSED,ARCHIVED,COMPLETED,CANCELED,DRAFT,PENDING_DELETION,REMOVED"

ACCOUNT: Fields = {"account_id": Field("id"), **same_named("name", "currency", "status", "type")}
CAMPAIGN: Fields = {
    "campaign_id": Field("id"),
    **same_named("name", "status", "type"),
    "objective_type": Field("objectiveType"),
    "campaign_group_id": Field("campaignGroup"),
}
CAMPAIGN_DAY: Fields = {
    "day": Field("dateRange", "date"),
    "campaign_id": Field("pivotValues"),
    **same_named("impressions", "clicks", kind="integer"),
    "landing_page_clicks": Field("landingPageClicks", "integer"),
    "cost_in_local_currency": Field("costInLocalCurrency", "decimal"),
    "cost_in_usd": Field("costInUsd", "decimal"),
    "external_website_conversions": Field("externalWebsiteConversions", "integer"),
    "one_click_leads": Field("oneClickLeads", "integer"),
}
IN_EACH_ELEMENT = ("dateRange", "pivotValues")
TOLD_TOGETHER = ("costInLocalCurrency", "impressions")
# Those of what did not happen may be left out.
NUMBERS = {column: one.name for column, one in CAMPAIGN_DAY.items() if one.kind in ("integer", "decimal")}


def read_account(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the account itself: its currency."""
    for page in _token_pages(client, "/adAccounts", ACCOUNTS_PER_PAGE, q="search"):
        expect_fields("linkedin_ads: accounts", page, ("id", "name", "currency"))
        for one in page:
            if str(one.get("id")) == account.account:
                yield [{**picked(one, ACCOUNT), "_payload": one}]
                return
    raise FixSettings(
        f"linkedin_ads: the token's owner sees no account {account.account}. Give him a role in it in Campaign "
        "Manager, or correct the account's id."
    )


def read_campaigns(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield every campaign with its present name, deleted ones included."""
    for page in _campaigns(client, account):
        yield rows_made("linkedin_ads: campaigns", page, _campaign)


def _campaign(one: Mapping[str, Any]) -> Row:
    return {**picked(one, CAMPAIGN), "campaign_group_id": id_of(one.get("campaignGroup")), "_payload": one}


def _campaigns(client: Client, account: Account) -> Iterator[Page]:
    path, search = f"/adAccounts/{account.account}/adCampaigns", f"(status:(values:List({EVERY_STATUS})))"
    for page in _token_pages(client, path, CAMPAIGNS_PER_PAGE, q="search", search=search):
        expect_fields("linkedin_ads: campaigns", page, ("id", "name", "status"))
        yield page


def read_campaign_days(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield what each campaign cost by day. A day on which nothing happened has no row."""
    facet = f"accounts=List({_urn('sponsoredAccount', account.account)})"
    yield from _campaign_days(client, account, window, facet)


def _campaign_days(
    client: Client, account: Account, window: Window, facet: str, is_sliced: bool = False
) -> Iterator[list[Row]]:
    """The days of one answer; one that was cut off is asked for in halves, and a single day by campaigns."""
    span = f"(start:{_parts(window.first_day)},end:{_parts(window.last_day)})"
    wanted = ",".join(one.name for one in CAMPAIGN_DAY.values())
    start = "/adAnalytics?q=analytics&pivot=(value:CAMPAIGN)&timeGranularity=(value:DAILY)"
    elements = rows_of(
        "linkedin_ads: analytics",
        client.get(f"{start}&{facet}&dateRange={span}&fields={wanted}"),
        "elements",
    )
    days = (window.last_day - window.first_day).days
    if len(elements) < MOST_ELEMENTS or is_sliced:
        _expect_numbers("linkedin_ads: analytics", elements)
        yield rows_made("linkedin_ads: analytics", elements, _campaign_day)
    elif days:
        middle = window.first_day + timedelta(days=days // 2)
        yield from _campaign_days(client, account, Window(window.first_day, middle), facet)
        yield from _campaign_days(client, account, Window(middle + timedelta(days=1), window.last_day), facet)
    else:
        ids = [id_in(one) for page in _campaigns(client, account) for one in page]
        for some in _in_parts(ids):
            urns = ",".join(_urn("sponsoredCampaign", one) for one in some)
            yield from _campaign_days(client, account, window, f"campaigns=List({urns})", is_sliced=True)


def _expect_numbers(where: str, elements: Page) -> None:
    """Refuse elements that lost a number. What did not happen may be left out: on a quiet day in all of them."""
    expect_fields(where, elements, IN_EACH_ELEMENT)
    told = {name for element in elements for name in element}
    if told & set(TOLD_TOGETHER) or not told & set(NUMBERS.values()):
        expect_fields(where, elements, TOLD_TOGETHER)


def _in_parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """A whole list of campaigns would be too long for an address."""
    for start in range(0, len(ids), CAMPAIGNS_AT_ONCE):
        yield ids[start : start + CAMPAIGNS_AT_ONCE]


def _parts(day: date) -> str:
    return f"(year:{day.year},month:{day.month},day:{day.day})"


def _campaign_day(element: Mapping[str, Any]) -> Row:
    start = object_in(object_in(element, "dateRange"), "start")
    numbers = {column: 0 if element.get(name) is None else element[name] for column, name in NUMBERS.items()}
    return {
        **numbers,
        "day": "-".join(str(start.get(part)).zfill(2) for part in ("year", "month", "day")),
        "campaign_id": id_of(next(iter(list_in(element, "pivotValues")), None)),
        "_payload": element,
    }


def read_lead_forms(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield every form of the account, with its questions and hidden fields."""
    for page in _forms(client, account):
        yield rows_made("linkedin_ads: lead forms", page, _form)


def _form(form: Mapping[str, Any]) -> Row:
    return {
        **picked(form, FORM),
        "questions": as_json(questions_of(form)),
        "hidden_fields": as_json(next(filter(None, map(form.get, HIDDEN_FIELDS)), [])),
        "_payload": form,
    }


def _forms(client: Client, account: Account) -> Iterator[Page]:
    if account.options.get("lead_forms") is False:
        # An account without such forms, whose token needs no right to them.
        return
    for page in _offset_pages(client, "/leadForms", FORMS_PER_PAGE, q="owner", owner=_owner(account)):
        expect_fields("linkedin_ads: lead forms", page, ("id", "name"))
        yield page


def read_lead_responses(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the leads that were sent on the window's days, in UTC."""
    if account.options.get("lead_forms") is False:
        return
    # What was landed in time must stay, of older days and of the one on which the 90 days end.
    client.partly_gone |= days_before(window, LEADS_KEPT)
    questions: dict[tuple[str, str], Mapping[str, Any]] = {}
    for page in _forms(client, account):
        for form in page:
            # One that cannot be read is told by the table of forms; its leads have the numbers of its questions.
            with suppress(Odd):
                questions |= {(id_in(form), str(one.get("questionId"))): one for one in questions_of(form)}
    begins, ends = unix(start_of(window)) * 1000, unix(end_of(window)) * 1000
    pages = _offset_pages(
        client,
        "/leadFormResponses",
        LEADS_PER_PAGE,
        q="owner",
        owner=_owner(account),
        leadType="(leadType:SPONSORED)",
        submittedAtTimeRange=f"(start:{begins},end:{ends})",
    )
    for page in pages:
        expect_answers("linkedin_ads: leads", page)
        # Nobody says whether the last millisecond is included.
        leads = [lead for lead in page if lead.get("submittedAt") != ends]
        yield rows_made("linkedin_ads: leads", leads, partial(lead_row, questions=questions))


def _urn(kind: str, number: str) -> str:
    """The colons inside a URN are encoded, those of the query around it are not."""
    return quote(f"urn:li:{kind}:{number}", safe="")


def _owner(account: Account) -> str:
    return f"(sponsoredAccount:{_urn('sponsoredAccount', account.account)})"


def _token_pages(client: Client, path: str, size: int, **query: str) -> Iterator[Page]:
    """Pages by a token that the answer before names."""

    def fetch(token: str | None) -> Any:
        more = {"pageToken": quote(token, safe="")} if token else {}
        return client.get(_address(path, {**query, "pageSize": str(size), **more}))

    return cursor_pages(f"linkedin_ads: {path}", fetch, "elements", _next_token)


def _next_token(answer: Mapping[str, Any]) -> str | None:
    metadata = object_in(answer, "metadata")
    return id_in(metadata, "nextPageToken") if metadata.get("nextPageToken") else None


def _offset_pages(client: Client, path: str, size: int, **query: str) -> Iterator[Page]:
    """Pages by place: the last one is not full. LinkedIn may cut them smaller than was asked, and says how small."""
    start = 0

    def fetch(cursor: str | None) -> Any:
        return client.get(_address(path, {**query, "count": str(size), "start": cursor or "0"}))

    def next_cursor(answer: Any) -> str | None:
        nonlocal start
        paging = object_in(answer, "paging")
        count, total = paging.get("count"), whole_number(f"linkedin_ads: {path}", paging, "total")
        step = min(size, count) if isinstance(count, int) and count > 0 else size
        start += step
        # The total is told by some lists only; a page with a gap in it does not end one that tells it.
        is_over = start >= total if total is not None else len(answer["elements"]) < step
        return None if is_over else str(start)

    return cursor_pages(f"linkedin_ads: {path}", fetch, "elements", next_cursor)


def _address(path: str, query: Mapping[str, str]) -> str:
    """The query ready made: LinkedIn wants brackets, colons and commas as they are."""
    return f"{path}?" + "&".join(f"{name}={value}" for name, value in query.items())


def connect(connection: Connection, account: Account) -> Client:
    """A client that carries the access token, or fetches one where the application may renew it."""
    if not connection.password:
        raise FixSettings(f"linkedin_ads, account {account.account}: the connection has no password (a token).")
    auth: Auth = BearerToken(connection.password)
    if connection.login:
        auth = OAuthRefresh(
            token_url=connection.extra.get("token_url", TOKEN_URL),
            client_id=connection.login,
            client_secret=connection.extra.get("client_secret", ""),
            refresh_token=connection.password,
            usual_lifetime=60 * 86400,
        )
    version = str(account.options.get("api_version", VERSION))
    return HttpClient(
        connection.base_url,
        name=f"linkedin_ads/{account.account}",
        auth=auth,
        classify=Rules().classify,
        # Whatever is asked is a search, and LinkedIn's own client says so.
        headers={
            "LinkedIn-Version": version,
            "X-Restli-Protocol-Version": "2.0.0",
            "X-RestLi-Method": "FINDER",
        },
        secrets=connection.secrets(),
    )


LINKEDIN_ADS = Source(
    name="linkedin_ads",
    kind="ads",
    base_url="https://api.linkedin.com/rest",
    docs="https://learn.microsoft.com/linkedin/marketing/",
    settings={
        "password": "LinkedIn developer portal > your app > OAuth token tools (r_ads, r_ads_reporting, "
        "r_marketing_leadgen_automation); it lives 60 days. Or a refresh token, with the two below",
        "login": "the same app > Auth: client id; only with a refresh token",
        "extra.client_secret": "the same page: client secret; only with a refresh token",
    },
    connect=connect,
    tables=(
        Table("account", "snapshot", ("account_id",), columns_of(ACCOUNT), read_account, required=("currency",)),
        Table("campaigns", "snapshot", ("campaign_id",), columns_of(CAMPAIGN), read_campaigns),
        Table(
            name="campaign_days",
            grain="day",
            key=("day", "campaign_id"),
            day="day",
            required=("cost_in_local_currency",),
            restated_days=30,
            columns=columns_of(CAMPAIGN_DAY),
            read=read_campaign_days,
        ),
        Table("lead_forms", "snapshot", ("form_id",), columns_of(FORM), read_lead_forms),
        Table(
            name="lead_responses",
            grain="day",
            key=("lead_id",),
            day="submitted_at",
            restated_days=3,
            columns=columns_of(LEAD),
            read=read_lead_responses,
        ),
    ),
)
