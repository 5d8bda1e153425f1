"""Google Ads: the account, what campaigns, ad groups and keywords cost by day, and which click was whose.

API: https://developers.google.com/google-ads/api/rest/overview (v26; a version lives about a year, so it is
an option of the account). Conversions are booked on the day of the click and grow for weeks: the last
30 days are read again. A click can be asked for during 90 days only, so clicks are harvested every night.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import IO

from extractors.auth import OAuthRefresh
from extractors.bodies import NotWhole
from extractors.client import Client, Gone, TooMuch
from extractors.decode import ends_with, holds, json_array_items, json_keys
from extractors.errors import FixSettings, RetryLater, SkipAccount, SourceChanged
from extractors.google_ads_columns import (
    AD_GROUP_DAYS,
    CAMPAIGN_DAYS,
    CLICK_VIEW,
    CUSTOMER,
    KEYWORD_DAYS,
    Query,
    lacking,
)
from extractors.google_ads_errors import classify
from extractors.model import Account, Connection, Row, Source, Table, Window
from extractors.redaction import safe_logger

log = safe_logger(__name__)

VERSION = "v26"
TOKEN_URL = "https://oauth2.googleapis.com/token"
ROWS_PER_PAGE = 1_000
# What a batch of the stream may hold; it leaves the rows out when there are none.
BATCH_KEYS = {"results", "fieldMask", "requestId", "queryResourceConsumption", "summaryRow"}


def read_customer(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the account itself: its currency and its time zone."""
    return _pages(client, account, CUSTOMER)


def read_campaign_days(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield what each campaign cost, by day, network and device."""
    return _daily(client, account, window, CAMPAIGN_DAYS)


def read_ad_group_days(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield what each ad group cost. Campaigns without ad groups (Performance Max) are not among them."""
    return _daily(client, account, window, AD_GROUP_DAYS)


def read_keyword_days(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield what each keyword cost."""
    return _daily(client, account, window, KEYWORD_DAYS)


def read_click_view(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield every click with its campaign and keyword, one day a query, as Google wants it.

    Google keeps clicks for 90 days. What was harvested of older days in time stays landed.
    """
    for day in window.days():
        try:
            for page in _pages(client, account, CLICK_VIEW, f"segments.date = '{day}'"):
                for row in page:
                    row["ad_id"] = _after_tilde(row["ad_id"])
                    row["criterion_id"] = _after_tilde(row["criterion_id"])
                yield page
        except Gone:
            client.gone.add(day)
    if client.gone.issuperset(window.days()):
        raise SkipAccount(
            f"google_ads, account {account.account}: Google keeps clicks for 90 days, and {window.last_day} is older. "
            "The clicks landed before are left as they are; ask for later days."
        )


def _after_tilde(resource_name: object) -> object:
    return resource_name.rpartition("~")[2] if isinstance(resource_name, str) else resource_name


def _daily(client: Client, account: Account, window: Window, query: Query) -> Iterator[list[Row]]:
    """The window's rows; a window that Google cannot answer at once is asked for in halves."""
    try:
        yield from _pages(client, account, query, f"segments.date BETWEEN '{window.first_day}' AND '{window.last_day}'")
    except Gone as refused:
        raise FixSettings(str(refused)) from refused
    except (TooMuch, RetryLater) as failed:
        days = (window.last_day - window.first_day).days
        # Who was told to wait would not be answered sooner in halves.
        if days == 0 or (isinstance(failed, RetryLater) and failed.after is not None):
            raise
        middle = window.first_day + timedelta(days=days // 2)
        log.warning("google_ads: %s to %s did not arrive; asking in halves", window.first_day, window.last_day)
        yield from _daily(client, account, Window(window.first_day, middle), query)
        yield from _daily(client, account, Window(middle + timedelta(days=1), window.last_day), query)


def _pages(client: Client, account: Account, query: Query, where: str | None = None) -> Iterator[list[Row]]:
    """The rows of one query. The answer is one JSON list of batches, read from a file piece by piece."""
    named = f"google_ads/{account.account}: {query.resource}"
    version = account.options.get("api_version", VERSION)
    path = f"/{version}/customers/{account.account}/googleAds:searchStream"
    missing, rows = set(query.needed), 0
    with client.stream("POST", path, {"query": query.text(where)}, _expect_whole) as body:
        results = json_array_items(named, body, "item.results.item")
        while page := list(islice(results, ROWS_PER_PAGE)):
            if not all(isinstance(result, dict) for result in page):
                raise SourceChanged(
                    f"{named}: 'results' holds something else than rows. Has Google changed its stream?"
                )
            missing, rows = lacking(page, missing), rows + len(page)
            yield [query.row(result) for result in page]
        body.seek(0)
        unknown = set() if rows else json_keys(named, body, "item") - BATCH_KEYS
    if unknown:
        raise SourceChanged(f"{named}: no 'results' in the answer; it has {sorted(unknown)}. Has Google renamed it?")
    if rows and missing:
        raise SourceChanged(f"{named}: no row has {', '.join(map(repr, sorted(missing)))}. Has Google renamed it?")


def _expect_whole(body: IO[bytes]) -> None:
    """Refuse a stream that broke off: it ends too early, or with an error where a batch would be."""
    if body.read(1) != b"[":
        raise SourceChanged("the answer is not a list of batches. Has Google changed its stream?")
    if not ends_with(body, b"]"):
        raise NotWhole("the stream broke off")
    # The word may also be a keyword that somebody bid on, so where it occurs it is looked up in its place.
    if holds(body, b'"error"'):
        try:
            error = next(json_array_items("the stream", body, "item.error.status"), None)
        except RetryLater as broken:
            raise NotWhole("the stream broke off") from broken
        if error is not None:
            raise NotWhole(f"the stream ended with an error ({error})")


def connect(connection: Connection, account: Account) -> Client:
    """A client that renews its access token and names the manager account where there is one."""
    secret = connection.extra.get("client_secret", "")
    wanted = {"login": connection.login, "password": connection.password, "extra.client_secret": secret}
    missing = [name for name, value in wanted.items() if not value]
    if missing:
        raise FixSettings(f"google_ads, account {account.account}: the connection has no {', '.join(missing)}.")
    headers = {}
    if account.options.get("login_customer_id"):
        headers["login-customer-id"] = str(account.options["login_customer_id"]).replace("-", "")
    if connection.extra.get("developer_token"):
        # Ignored by Google since September 2026; some proxies still ask for it.
        headers["developer-token"] = connection.extra["developer_token"]
    return Client(
        connection.base_url,
        name=f"google_ads/{account.account}",
        auth=OAuthRefresh(
            connection.extra.get("token_url", TOKEN_URL),
            connection.login,
            secret,
            connection.password,
        ),
        classify=classify,
        headers=headers,
        secrets=connection.secrets(),
        read_timeout=600,
    )


GOOGLE_ADS = Source(
    name="google_ads",
    kind="ads",
    base_url="https://googleads.googleapis.com",
    docs="https://developers.google.com/google-ads/api/rest/overview",
    settings={
        "login": "Google Cloud console > APIs & Services > Credentials: the OAuth client's id",
        "extra.client_secret": "the same page: the client's secret",
        "password": "the refresh token that consent with the scope adwords gave",
    },
    connect=connect,
    tables=(
        Table(
            name="customer",
            grain="snapshot",
            key=("customer_id",),
            columns=CUSTOMER.columns(),
            read=read_customer,
        ),
        Table(
            name="campaign_days",
            grain="day",
            key=("day", "campaign_id", "ad_network_type", "device"),
            day="day",
            restated_days=30,
            columns=CAMPAIGN_DAYS.columns(),
            read=read_campaign_days,
        ),
        Table(
            name="ad_group_days",
            grain="day",
            key=("day", "ad_group_id", "ad_network_type", "device"),
            day="day",
            restated_days=30,
            columns=AD_GROUP_DAYS.columns(),
            read=read_ad_group_days,
        ),
        Table(
            name="keyword_days",
            grain="day",
            key=("day", "ad_group_id", "criterion_id", "ad_network_type", "device"),
            day="day",
            restated_days=30,
            columns=KEYWORD_DAYS.columns(),
            read=read_keyword_days,
        ),
        Table(
            name="click_view",
            grain="day",
            key=("day", "gclid", "ad_network_type"),
            day="day",
            restated_days=3,
            columns=CLICK_VIEW.columns(),
            read=read_click_view,
        ),
    ),
)
