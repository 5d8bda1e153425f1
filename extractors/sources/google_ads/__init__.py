"""Google Ads: the accounts, what campaigns, ad groups, keywords and search terms cost by day, and clicks, calls, leads.

API: https://developers.google.com/google-ads/api/rest/overview (v26; a version lives about a year, so it is
an option of the account). Conversions are booked on the day of the click and grow for weeks: the last
30 days are read again. A click can be asked for during 90 days only, so clicks are harvested every night.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from extractors.errors import FixSettings, RetryLater, SkipAccount
from extractors.http.client import Gone, HttpClient, TooMuch
from extractors.http.oauth import OAuthRefresh
from extractors.http.paging import expect_day
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.redaction import safe_logger
from extractors.sources.google_ads.columns import (
    AD_GROUP_DAYS,
    CAMPAIGN_DAYS,
    CLICK_VIEW,
    CUSTOMER,
    CUSTOMER_CLIENTS,
    KEYWORD_DAYS,
    SEARCH_TERM_DAYS,
    Query,
    after,
)
from extractors.sources.google_ads.contacts import (
    CALL_COLUMNS,
    LEAD_COLUMNS,
    read_call_view,
    read_lead_form_submissions,
)
from extractors.sources.google_ads.customers import of_each_customer, pages, read_clients
from extractors.sources.google_ads.errors import classify

log = safe_logger(__name__)

TOKEN_URL = "https://oauth2.googleapis.com/token"


def read_customer(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the account's customers: their currencies and their time zones."""
    return of_each_customer(client, account, lambda customer: pages(client, account, customer, CUSTOMER))


def read_customer_clients(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the account and the accounts below it, also those that are closed or hidden and not read."""
    return read_clients(client, account)


def read_campaign_days(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield what each campaign cost, by day, network and device."""
    return _daily(client, account, window, CAMPAIGN_DAYS)


def read_ad_group_days(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield what each ad group cost. Campaigns without ad groups (Performance Max) are not among them."""
    return _daily(client, account, window, AD_GROUP_DAYS)


def read_keyword_days(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield what each keyword cost."""
    return _daily(client, account, window, KEYWORD_DAYS)


def read_search_term_days(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield what was searched for where an ad was shown. Google tells no term that few people search for."""
    for page in _daily(client, account, window, SEARCH_TERM_DAYS):
        for row in page:
            row["criterion_id"] = after(row["criterion_id"], "~")
        yield page


def read_click_view(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield every click with its campaign and keyword, one day a query, as Google wants it.

    Google keeps clicks for 90 days. What was harvested of older days in time stays landed.
    """
    yield from of_each_customer(client, account, lambda customer: _clicks(client, account, customer, window))
    if client.gone.issuperset(window.days()):
        raise SkipAccount(
            f"google_ads, account {account.account}: Google keeps clicks for 90 days, and {window.last_day} is older. "
            "The clicks landed before are left as they are; ask for later days."
        )


def _clicks(client: Client, account: Account, customer: str, window: Window) -> Iterator[list[Row]]:
    for day in window.days():
        try:
            for page in pages(client, account, customer, CLICK_VIEW, f"segments.date = '{day}'"):
                expect_day(f"google_ads/{customer}: clicks of {day}", page, "day", day)
                for row in page:
                    row["ad_id"] = after(row["ad_id"], "~")
                    row["criterion_id"] = after(row["criterion_id"], "~")
                yield page
        except Gone:
            client.gone.add(day)


def _daily(client: Client, account: Account, window: Window, query: Query) -> Iterator[list[Row]]:
    return of_each_customer(client, account, lambda customer: _days(client, account, customer, window, query))


def _days(client: Client, account: Account, customer: str, window: Window, query: Query) -> Iterator[list[Row]]:
    """The window's rows; a window that Google cannot answer at once is asked for in halves."""
    between = f"segments.date BETWEEN '{window.first_day}' AND '{window.last_day}'"
    try:
        yield from pages(client, account, customer, query, between)
    except Gone as refused:
        raise FixSettings(str(refused)) from refused
    except (TooMuch, RetryLater) as failed:
        days = (window.last_day - window.first_day).days
        # Who was told to wait would not be answered sooner in halves.
        if days == 0 or (isinstance(failed, RetryLater) and failed.after is not None):
            raise
        middle = window.first_day + timedelta(days=days // 2)
        log.warning("google_ads: %s to %s did not arrive; asking in halves", window.first_day, window.last_day)
        yield from _days(client, account, customer, Window(window.first_day, middle), query)
        yield from _days(client, account, customer, Window(middle + timedelta(days=1), window.last_day), query)


def connect(connection: Connection, account: Account) -> Client:
    """A client that renews its access token and names the account through which it reads."""
    secret = connection.extra.get("client_secret", "")
    wanted = {"login": connection.login, "password": connection.password, "extra.client_secret": secret}
    missing = [name for name, value in wanted.items() if not value]
    if missing:
        raise FixSettings(f"google_ads, account {account.account}: the connection has no {', '.join(missing)}.")
    # Without a manager above it an account is read through itself, and so are a manager's clients through the manager.
    through = account.options.get("login_customer_id") or account.account
    headers = {"login-customer-id": str(through).replace("-", "")}
    if connection.extra.get("developer_token"):
        # Ignored by Google since September 2026; some proxies still ask for it.
        headers["developer-token"] = connection.extra["developer_token"]
    return HttpClient(
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
            part="customer_id",
            columns=CUSTOMER.columns(),
            read=read_customer,
        ),
        Table(
            name="customer_clients",
            grain="snapshot",
            key=("customer_id",),
            columns=CUSTOMER_CLIENTS.columns(),
            read=read_customer_clients,
        ),
        Table(
            name="campaign_days",
            grain="day",
            key=("customer_id", "day", "campaign_id", "ad_network_type", "device"),
            day="day",
            part="customer_id",
            required=("cost_micros",),
            restated_days=30,
            columns=CAMPAIGN_DAYS.columns(),
            read=read_campaign_days,
        ),
        Table(
            name="ad_group_days",
            grain="day",
            key=("customer_id", "day", "ad_group_id", "ad_network_type", "device"),
            day="day",
            part="customer_id",
            required=("cost_micros",),
            restated_days=30,
            columns=AD_GROUP_DAYS.columns(),
            read=read_ad_group_days,
        ),
        Table(
            name="keyword_days",
            grain="day",
            key=("customer_id", "day", "ad_group_id", "criterion_id", "ad_network_type", "device"),
            day="day",
            part="customer_id",
            required=("cost_micros",),
            restated_days=30,
            columns=KEYWORD_DAYS.columns(),
            read=read_keyword_days,
        ),
        Table(
            name="search_term_days",
            grain="day",
            key=("customer_id", "day", "ad_group_id", "criterion_id", "search_term", "search_term_match_type"),
            day="day",
            part="customer_id",
            required=("campaign_id", "cost_micros"),
            # What no keyword led to has none.
            has_empty_keys=True,
            restated_days=30,
            columns=SEARCH_TERM_DAYS.columns(),
            read=read_search_term_days,
        ),
        Table(
            name="click_view",
            grain="day",
            key=("customer_id", "day", "gclid", "ad_network_type"),
            day="day",
            part="customer_id",
            restated_days=3,
            columns=CLICK_VIEW.columns(),
            read=read_click_view,
        ),
        Table(
            name="call_view",
            grain="day",
            key=("customer_id", "call_id"),
            day="day",
            part="customer_id",
            required=("started_at",),
            restated_days=3,
            columns=CALL_COLUMNS,
            read=read_call_view,
        ),
        Table(
            name="lead_form_submission_data",
            grain="day",
            key=("customer_id", "lead_id"),
            day="submitted_at",
            part="customer_id",
            restated_days=3,
            columns=LEAD_COLUMNS,
            read=read_lead_form_submissions,
        ),
    ),
)
