"""TikTok: what ads cost by day.

API: https://business-api.tiktok.com/portal/docs (v1.3; the version is an option of the account). Days are those of the
advertiser's time zone, money is in its currency; both stand in the table ``advertiser``. TikTok corrects its numbers
for a week, and books conversions for 28 days. Auction ads are read, and GMV Max campaigns of the shops that the option
``store_ids`` names: these have no ads, so a row is a campaign of a shop, and its ``ad_id`` says so. A reservation is
bought by contract, and its cost comes as a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from pyrate_limiter import Duration, Rate

from extractors.errors import FixSettings, SourceChanged
from extractors.fields import Field, Fields, columns_of, expect_fields, picked, same_named
from extractors.http.auth import StaticHeader
from extractors.http.client import Answer, HttpClient, Verdict
from extractors.http.limits import rates_of
from extractors.http.paging import Page, numbered_pages, rows_of
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.records import object_in, rows_made
from extractors.redaction import short

VERSION = "v1.3"
ROWS_PER_PAGE = 1_000
MOST_DAYS = 30
"""TikTok refuses a report by day over more days than these."""

ADVERTISER: Fields = same_named("advertiser_id", "name", "currency", "timezone", "display_timezone", "status")
AD_DAY: Fields = {
    "day": Field("stat_time_day", "date"),
    **same_named("ad_id", "ad_name", "adgroup_id", "adgroup_name", "campaign_id", "campaign_name"),
    **same_named("impressions", "clicks", "conversion", "real_time_conversion", "result", kind="integer"),
    "spend": Field("spend", "decimal"),
}
DIMENSIONS = ("ad_id", "stat_time_day")
METRICS = tuple(field.name for field in AD_DAY.values() if field.name not in DIMENSIONS)
# Without this, ads that were deleted since are missing and their money with them.
EVERY_STATUS = [{"field_name": "ad_status", "filter_type": "IN", "filter_value": json.dumps(["STATUS_ALL"])}]

GMV_MAX_DIMENSIONS = ("campaign_id", "stat_time_day")
GMV_MAX_METRICS = ("cost", "orders")

TOO_MANY = {40100, 40133, 40016}
REFUSED = {
    40001: "perhaps the token may not read this advertiser",
    40104: "the access token is missing",
    40105: "the access token is not accepted; make a new one",
}


def classify(answer: Answer) -> Verdict | None:
    """TikTok's own rule: the status is 200 whatever happens, and a code in the body tells what it is."""
    code = answer.body.get("code") if isinstance(answer.body, dict) else None
    if not isinstance(code, int) or code == 0:
        return None
    if code in TOO_MANY:
        return Verdict("wait", f"too many requests (code {code})")
    if code == 20001:
        return Verdict("transient", "only a part of the answer came (code 20001)")
    if code in (50000, 50002, 60001) or 51000 <= code < 52000:
        return Verdict("transient", f"TikTok has a fault of its own (code {code})")
    said = short(answer.body.get("message"))
    cure = f"; {REFUSED[code]}" if code in REFUSED else ""
    return Verdict("fix_settings", f"TikTok refused the request: {said}{cure} (code {code})")


def read_advertiser(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the advertiser itself: its currency and its time zone."""
    where = "tiktok_ads: advertiser"
    answer = client.get(_path(account, "advertiser/info/"), {"advertiser_ids": json.dumps([account.account])})
    advertisers = rows_of(where, _data(where, answer), "list")
    if not advertisers:
        raise FixSettings(f"{where} {account.account}: TikTok knows none of this id. Correct the account's id.")
    expect_fields(where, advertisers, ("advertiser_id", "currency", "timezone"))
    yield [{**picked(one, ADVERTISER), "_payload": one} for one in advertisers]


def read_ad_days(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield what each ad cost by day, and each GMV Max campaign of the shops that the option ``store_ids`` names."""
    stores = _stores(account)
    first_day = window.first_day
    while first_day <= window.last_day:
        last_day = min(first_day + timedelta(days=MOST_DAYS - 1), window.last_day)
        yield from _report(client, account, Window(first_day, last_day))
        for store in stores:
            yield from _gmv_max(client, account, Window(first_day, last_day), store)
        first_day = last_day + timedelta(days=1)


def _report(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    where = f"tiktok_ads: report of {window.first_day} to {window.last_day}"
    params = {
        "advertiser_id": account.account,
        "service_type": "AUCTION",
        "report_type": "BASIC",
        "data_level": "AUCTION_AD",
        "dimensions": json.dumps(DIMENSIONS),
        "metrics": json.dumps(METRICS),
        "start_date": str(window.first_day),
        "end_date": str(window.last_day),
        "filtering": json.dumps(EVERY_STATUS),
    }
    for page in _pages(client, account, where, "report/integrated/get/", params):
        expect_fields(where, page, ("dimensions", "metrics"))
        # What is asked for comes, a dash where there is nothing to tell.
        expect_fields(where, [one.get("dimensions") for one in page], DIMENSIONS)
        expect_fields(where, [one.get("metrics") for one in page], METRICS)
        yield rows_made(where, page, lambda one: _row(_told(one), one))


def _stores(account: Account) -> list[str]:
    named = account.options.get("store_ids") or []
    if not isinstance(named, list) or not all(str(one).isdecimal() for one in named):
        raise FixSettings(
            f"tiktok_ads, account {account.account}: the option store_ids must be a list of TikTok Shop's store ids."
        )
    return [str(one) for one in named]


def _gmv_max(client: Client, account: Account, window: Window, store: str) -> Iterator[list[Row]]:
    """What the campaigns of a shop cost that TikTok runs by itself: they have no ads, and are in no other report."""
    where = f"tiktok_ads: GMV Max of store {store}, {window.first_day} to {window.last_day}"
    params = {
        "advertiser_id": account.account,
        "store_ids": json.dumps([store]),
        "dimensions": json.dumps(GMV_MAX_DIMENSIONS),
        "metrics": json.dumps(GMV_MAX_METRICS),
        "start_date": str(window.first_day),
        "end_date": str(window.last_day),
    }
    for page in _pages(client, account, where, "gmv_max/report/get/", params):
        expect_fields(where, page, ("dimensions", "metrics"))
        expect_fields(where, [one.get("dimensions") for one in page], GMV_MAX_DIMENSIONS)
        expect_fields(where, [one.get("metrics") for one in page], GMV_MAX_METRICS)
        yield rows_made(where, page, partial(_gmv_max_row, store=store))


def _gmv_max_row(one: dict[str, Any], store: str) -> Row:
    record = _told(one)
    record |= {"ad_id": f"gmv_max.{store}.{record['campaign_id']}", "spend": record["cost"]}
    return _row({**record, "result": record["orders"]}, one)


def _told(one: dict[str, Any]) -> dict[str, Any]:
    return {**object_in(one, "dimensions"), **object_in(one, "metrics")}


def _row(record: dict[str, Any], payload: Any) -> Row:
    # A dash stands where there is nothing to tell.
    row = {column: None if value == "-" else value for column, value in picked(record, AD_DAY).items()}
    if isinstance(row["day"], str):
        # A day is written as its midnight.
        row["day"] = row["day"].removesuffix(" 00:00:00")
    return {**row, "_payload": payload}


def _pages(client: Client, account: Account, where: str, path: str, params: dict[str, str]) -> Iterator[Page]:
    return numbered_pages(
        client,
        _path(account, path),
        "list",
        params,
        size_param="page_size",
        size=ROWS_PER_PAGE,
        total_key="total_page",
        rows_total_key="total_number",
        unwrap=lambda answer: _page(where, answer),
    )


def _page(where: str, answer: Any) -> dict[str, Any]:
    """The list and, beside it, how many pages and rows there are."""
    data = _data(where, answer)
    info = data.get("page_info")
    if not isinstance(info, dict) or not isinstance(info.get("total_page"), int):
        raise SourceChanged(f"{where}: no 'total_page' in the answer. Has TikTok changed its paging?")
    # A page without rows may come without its list.
    rows = [] if "list" not in data and not info.get("total_number") else data.get("list")
    return {"list": rows, "total_page": info["total_page"], "total_number": info.get("total_number")}


def _data(where: str, answer: Any) -> dict[str, Any]:
    expect_fields(where, [answer], ("code", "data"))
    if not isinstance(answer["data"], dict):
        raise SourceChanged(f"{where}: 'data' is {type(answer['data']).__name__}, not an object.")
    data: dict[str, Any] = answer["data"]
    return data


def _path(account: Account, path: str) -> str:
    return f"/open_api/{account.options.get('api_version', VERSION)}/{path}"


def connect(connection: Connection, account: Account) -> Client:
    """A client that carries the token, within the limit of an app of the basic level."""
    if not connection.password:
        raise FixSettings(f"tiktok_ads, account {account.account}: the connection has no access token (password).")
    return HttpClient(
        connection.base_url,
        name=f"tiktok_ads/{account.account}",
        auth=StaticHeader("Access-Token", "{}", connection.password),
        classify=classify,
        rates=rates_of(account, Rate(10, Duration.SECOND)),
        secrets=connection.secrets(),
    )


TIKTOK_ADS = Source(
    name="tiktok_ads",
    kind="ads",
    base_url="https://business-api.tiktok.com",
    docs="https://business-api.tiktok.com/portal/docs",
    settings={"password": "TikTok for Business developers > My Apps > the advertiser's authorisation: access token"},
    connect=connect,
    tables=(
        Table(
            name="advertiser",
            grain="snapshot",
            key=("advertiser_id",),
            columns=columns_of(ADVERTISER),
            read=read_advertiser,
        ),
        Table(
            name="ad_days",
            grain="day",
            key=("day", "ad_id"),
            day="day",
            required=("spend", "campaign_id"),
            # Conversions are booked on the day of the click, and come for as long as their window is open.
            restated_days=28,
            columns=columns_of(AD_DAY),
            read=read_ad_days,
        ),
    ),
)
