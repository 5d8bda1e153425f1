"""Google Ads: the account, what campaigns, ad groups and keywords cost by day, and which click was whose.

API: https://developers.google.com/google-ads/api/rest/overview (v26; a version lives about a year, so it is
an option of the account). Conversions are booked on the day of the click and grow for weeks: the last
30 days are read again. A click can be asked for during 90 days only, so clicks are harvested every night.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from extractors.auth import OAuthRefresh
from extractors.client import Answer, Client, TooMuch, Verdict
from extractors.decode import json_array_items
from extractors.errors import FixSettings, RetryLater, SkipAccount, SourceChanged
from extractors.model import Account, ColumnType, Connection, Row, Source, Table, Window

log = logging.getLogger(__name__)

VERSION = "v26"
TOKEN_URL = "https://oauth2.googleapis.com/token"
ROWS_PER_PAGE = 5_000
LONGEST_WAIT = 900
"""Google asks to wait longer than this only when the day's quota is gone."""
TOO_OLD = "older than the 90 days"

Paths = Mapping[str, tuple[str, ColumnType]]
"""Column -> (where it stands in a row, its type). The query names the same place in snake_case."""

CUSTOMER: Paths = {
    "customer_id": ("customer.id", "text"),
    "descriptive_name": ("customer.descriptiveName", "text"),
    "currency_code": ("customer.currencyCode", "text"),
    "time_zone": ("customer.timeZone", "text"),
    "status": ("customer.status", "text"),
    "is_auto_tagging_enabled": ("customer.autoTaggingEnabled", "boolean"),
}
CAMPAIGN: Paths = {
    "campaign_id": ("campaign.id", "text"),
    "campaign_name": ("campaign.name", "text"),
}
AD_GROUP: Paths = {
    "ad_group_id": ("adGroup.id", "text"),
    "ad_group_name": ("adGroup.name", "text"),
}
SEGMENTS: Paths = {
    "day": ("segments.date", "date"),
    "ad_network_type": ("segments.adNetworkType", "text"),
    "device": ("segments.device", "text"),
}
METRICS: Paths = {
    "impressions": ("metrics.impressions", "integer"),
    "clicks": ("metrics.clicks", "integer"),
    "cost_micros": ("metrics.costMicros", "integer"),
    "conversions": ("metrics.conversions", "decimal"),
}
CAMPAIGN_DAY: Paths = {
    **SEGMENTS,
    **CAMPAIGN,
    "campaign_status": ("campaign.status", "text"),
    "channel_type": ("campaign.advertisingChannelType", "text"),
    **METRICS,
    "conversions_value": ("metrics.conversionsValue", "decimal"),
}
AD_GROUP_DAY: Paths = {**SEGMENTS, **AD_GROUP, **CAMPAIGN, **METRICS}
KEYWORD_DAY: Paths = {
    **SEGMENTS,
    **AD_GROUP,
    "criterion_id": ("adGroupCriterion.criterionId", "text"),
    **CAMPAIGN,
    "keyword_text": ("adGroupCriterion.keyword.text", "text"),
    "match_type": ("adGroupCriterion.keyword.matchType", "text"),
    **METRICS,
}
CLICK: Paths = {
    **SEGMENTS,
    "gclid": ("clickView.gclid", "text"),
    "click_type": ("segments.clickType", "text"),
    **CAMPAIGN,
    **AD_GROUP,
    # customers/{id}/adGroupAds/{ad group}~{ad} and .../adGroupCriteria/{ad group}~{criterion}
    "ad_id": ("clickView.adGroupAd", "text"),
    "criterion_id": ("clickView.keyword", "text"),
    "keyword_text": ("clickView.keywordInfo.text", "text"),
    "match_type": ("clickView.keywordInfo.matchType", "text"),
    "clicks": ("metrics.clicks", "integer"),
}

REFRESHABLE = {"OAUTH_TOKEN_EXPIRED", "OAUTH_TOKEN_INVALID"}


def classify(answer: Answer) -> Verdict | None:
    """Google's own rules. An error comes as an object, or wrapped in a list when it answers a stream."""
    if answer.status < 400:
        return None
    body = answer.body[0] if isinstance(answer.body, list) and answer.body else answer.body
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        if answer.status == 404:
            return Verdict("fix_settings", "this API version is gone; set api_version in the account's options")
        return None
    codes = {code for failure in _failures(error) for code in (failure.get("errorCode") or {}).values()}
    named = ", ".join(sorted(map(str, codes))) or str(error.get("status"))
    if answer.status == 401:
        cure = "refresh_auth" if not codes or codes & REFRESHABLE else "fix_settings"
        return Verdict("refresh_auth" if cure == "refresh_auth" else "fix_settings", named)
    if answer.status == 403:
        if "CUSTOMER_NOT_ENABLED" in codes:
            return Verdict("skip", "this account is closed or not active yet")
        return Verdict("fix_settings", f"{named}; is login_customer_id the manager that may read this account?")
    if answer.status == 429:
        return _quota(error, named)
    if answer.status in (500, 503, 504):
        return Verdict("transient", named)
    if "UNSUPPORTED_VERSION" in codes:
        return Verdict("fix_settings", "this API version is gone; set api_version in the account's options")
    if "REQUESTED_DATE_GRANULARITY_NOT_SUPPORTED" in codes:
        return Verdict("fix_settings", "Google keeps days for 37 months; ask for days it still has")
    if any("dateRangeError" in (failure.get("errorCode") or {}) for failure in _failures(error)):
        return Verdict("fix_settings", f"{named}: {TOO_OLD} that clicks are kept, or not one day")
    return Verdict("fix_settings", f"{named}: {str(error.get('message'))[:200]}")


def _failures(error: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [failure for detail in error.get("details") or [] for failure in detail.get("errors") or []]


def _quota(error: Mapping[str, Any], named: str) -> Verdict:
    """How long to wait stands in the body, as ``"30s"``, and may be missing."""
    for failure in _failures(error):
        quota = (failure.get("details") or {}).get("quotaErrorDetails") or {}
        delay = re.fullmatch(r"(\d+(?:\.\d+)?)s", str(quota.get("retryDelay", "")))
        if delay:
            seconds = float(delay.group(1))
            return Verdict("defer" if seconds > LONGEST_WAIT else "wait", named, after=seconds)
    return Verdict("wait", named)


def read_customer(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the account itself: its currency and its time zone."""
    return _pages(client, account, "customer", CUSTOMER)


def read_campaign_days(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield what each campaign cost, by day, network and device."""
    return _daily(client, account, window, "campaign", CAMPAIGN_DAY)


def read_ad_group_days(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield what each ad group cost. Campaigns without ad groups (Performance Max) are not among them."""
    return _daily(client, account, window, "ad_group", AD_GROUP_DAY)


def read_keyword_days(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield what each keyword cost."""
    return _daily(client, account, window, "keyword_view", KEYWORD_DAY)


def read_click_view(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield every click with its campaign and keyword, one day a query, as Google wants it."""
    for day in window.days():
        try:
            for page in _pages(client, account, "click_view", CLICK, f"segments.date = '{day}'"):
                yield [
                    {
                        **row,
                        "ad_id": _after_tilde(row["ad_id"]),
                        "criterion_id": _after_tilde(row["criterion_id"]),
                    }
                    for row in page
                ]
        except FixSettings as refused:
            if TOO_OLD not in str(refused):
                raise
            # Landing the window would put an empty day over clicks that were harvested in time.
            raise SkipAccount(
                f"google_ads, account {account.account}: Google keeps clicks for 90 days, and {day} "
                "is older. The clicks landed before are left as they are; ask for later days."
            ) from refused


def _after_tilde(resource_name: str | None) -> str | None:
    return resource_name.rpartition("~")[2] if resource_name else None


def _daily(client: Client, account: Account, window: Window, resource: str, paths: Paths) -> Iterator[list[Row]]:
    """The window's rows; a window that Google cannot answer at once is asked for in halves."""
    where = f"segments.date BETWEEN '{window.first_day}' AND '{window.last_day}'"
    try:
        yield from _pages(client, account, resource, paths, where)
    except (TooMuch, RetryLater):
        days = (window.last_day - window.first_day).days
        if days == 0:
            raise
        middle = window.first_day + timedelta(days=days // 2)
        log.warning("google_ads: %s to %s did not arrive; asking in halves", window.first_day, window.last_day)
        yield from _daily(client, account, Window(window.first_day, middle), resource, paths)
        yield from _daily(client, account, Window(middle + timedelta(days=1), window.last_day), resource, paths)


def _pages(
    client: Client, account: Account, resource: str, paths: Paths, where: str | None = None
) -> Iterator[list[Row]]:
    """The rows of one query. The answer is one JSON list, read from a file piece by piece."""
    fields = [_in_query(path) for path, _ in paths.values()]
    query = f"SELECT {', '.join(fields)} FROM {resource}" + (f" WHERE {where}" if where else "")
    version = account.options.get("api_version", VERSION)
    path = f"/{version}/customers/{account.account}/googleAds:searchStream"
    named = f"google_ads: {resource} of account {account.account}"
    with client.stream("POST", path, json={"query": query}) as body:
        first = body.read(1)
        body.seek(0)
        if first != b"[":
            raise SourceChanged(f"{named}: the answer is not a list of batches. Has Google changed its stream?")
        for batch_error in json_array_items(named, body, "item.error.status"):
            raise RetryLater(f"{named}: the stream ended with an error ({batch_error}). Ask again later.")
        body.seek(0)
        results = json_array_items(named, body, "item.results.item")
        while page := list(islice(results, ROWS_PER_PAGE)):
            _expect(named, page, paths)
            yield [_row(result, paths) for result in page]


def _expect(named: str, page: Sequence[Mapping[str, Any]], paths: Paths) -> None:
    """Refuse rows that lack a resource we asked for: Google leaves out zeros, never a whole resource."""
    for resource in dict.fromkeys(path.partition(".")[0] for path, _ in paths.values()):
        if not any(resource in result for result in page):
            raise SourceChanged(
                f"{named}: no row has {resource!r}; the first has {sorted(page[0])}. Has Google renamed it?"
            )
    for column in ("segments.date", "campaign.id", "metrics.costMicros", "clickView.gclid"):
        if any(path == column for path, _ in paths.values()) and all(_at(one, column) is None for one in page):
            raise SourceChanged(f"{named}: no row has {column!r}. Has Google renamed it?")


def _row(result: dict[str, Any], paths: Paths) -> Row:
    row: Row = {"_payload": result}
    for column, (path, kind) in paths.items():
        value = _at(result, path)
        # A number that is zero may be left out of the answer.
        row[column] = 0 if value is None and kind in ("integer", "decimal") else value
    return row


def _at(result: Mapping[str, Any], path: str) -> Any:
    value: Any = result
    for step in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(step)
    return value


def _in_query(path: str) -> str:
    """The query's spelling of a place in the answer: ``adGroup.id`` is ``ad_group.id``."""
    return re.sub(r"(?<=[a-z])([A-Z])", lambda match: f"_{match.group(1).lower()}", path)


def connect(connection: Connection, account: Account) -> Client:
    """A client that renews its access token and names the manager account where there is one."""
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
            connection.extra.get("client_secret", ""),
            connection.password,
        ),
        classify=classify,
        headers=headers,
        secrets=connection.secrets(),
        read_timeout=600,
    )


def _columns(paths: Paths) -> dict[str, ColumnType]:
    return {column: kind for column, (_, kind) in paths.items()}


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
            columns=_columns(CUSTOMER),
            read=read_customer,
        ),
        Table(
            name="campaign_days",
            grain="day",
            key=("day", "campaign_id", "ad_network_type", "device"),
            day="day",
            restated_days=30,
            columns=_columns(CAMPAIGN_DAY),
            read=read_campaign_days,
        ),
        Table(
            name="ad_group_days",
            grain="day",
            key=("day", "ad_group_id", "ad_network_type", "device"),
            day="day",
            restated_days=30,
            columns=_columns(AD_GROUP_DAY),
            read=read_ad_group_days,
        ),
        Table(
            name="keyword_days",
            grain="day",
            key=("day", "ad_group_id", "criterion_id", "ad_network_type", "device"),
            day="day",
            restated_days=30,
            columns=_columns(KEYWORD_DAY),
            read=read_keyword_days,
        ),
        Table(
            name="click_view",
            grain="day",
            key=("day", "gclid", "ad_network_type"),
            day="day",
            restated_days=3,
            columns=_columns(CLICK),
            read=read_click_view,
        ),
    ),
)
