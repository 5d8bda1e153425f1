"""VK Ads: what ads cost by day, and what people wrote into lead forms.

API: https://ads.vk.com/doc/api. Its words are not those of its screen: a campaign is an ``ad_plan``, an ad is a
``banner``. Days are Moscow's; the last ones are corrected. Money is in the account's currency, which stands in the
table ``account`` alone. A client gets five tokens in all: one is asked for once and renewed from then on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from pyrate_limiter import Duration, Rate

from extractors.errors import FixSettings
from extractors.fields import Field, Fields, columns_of, expect_fields, picked, same_named
from extractors.http.client import HttpClient, TooMuch
from extractors.http.limits import rates_of
from extractors.http.oauth import FewTokens
from extractors.http.paging import cursor_pages, whole_number
from extractors.http.tokens import TokenStore
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.records import all_rows_made, id_in, object_in, objects_in, rows_made
from extractors.sources.vk_ads.errors import classify
from extractors.sources.vk_ads.leads import LEAD, id_of, lead_row
from extractors.times import days_before

IDS_PER_REQUEST = 200
ROWS_PER_PAGE = 50
KEPT = timedelta(days=366)
EVERY_STATUS = {"_status__in": "active,blocked,deleted"}
"""What was deleted since has cost money all the same."""

ACCOUNT: Fields = same_named("id", "username", "currency", "status")
BANNER_DAY: Fields = {
    "day": Field("date", "date"),
    **same_named("banner_id", "banner_name", "ad_group_id", "ad_group_name", "ad_plan_id", "ad_plan_name"),
    **same_named("shows", "clicks", "goals", kind="integer"),
    "spent": Field("spent", "decimal"),
}
Named = Mapping[str, Mapping[str, Any]]
"""Objects by their id."""


def read_account(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the account itself, for its currency."""
    me = client.get("/api/v2/user.json")
    expect_fields("vk_ads: account", [me], ("id", "currency"))
    yield [{**picked(me, ACCOUNT), "_payload": me}]


def read_banner_days(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield what each ad cost on each day on which it was shown."""
    client.gone |= days_before(window, KEPT)
    days = [day for day in window.days() if day not in client.gone]
    if not days:
        return
    plans, odd_plans = _named(client, "ad_plans", "id,name")
    groups, odd_groups = _named(client, "ad_groups", "id,name,ad_plan_id")
    banners, odd_banners = _named(client, "banners", "id,name,ad_group_id")
    # What has no id that can be read names nothing, and what it cost cannot be asked for.
    yield [*odd_plans, *odd_groups, *odd_banners]
    ids = sorted(banners)
    where = "vk_ads: statistics of banners"
    for place in range(0, len(ids), IDS_PER_REQUEST):
        for items in _statistics(client, where, ids[place : place + IDS_PER_REQUEST], days):
            told = partial(_days_of_banner, banners, groups, plans)
            yield [row for row in all_rows_made(where, items, told) if not _is_nothing(row)]


def _statistics(client: Client, where: str, ids: list[str], days: list[date]) -> Iterator[list[dict[str, Any]]]:
    """What these ads cost on these days; what is too much for one answer is asked for in halves."""
    params = {"date_from": str(days[0]), "date_to": str(days[-1]), "metrics": "base", "id": ",".join(ids)}
    try:
        answer = client.get("/api/v2/statistics/banners/day.json", params)
    except TooMuch:
        if len(ids) == len(days) == 1:
            raise
        half = len(ids) // 2
        if half:
            parts = [(ids[:half], days), (ids[half:], days)]
        else:
            parts = [(ids, days[: len(days) // 2]), (ids, days[len(days) // 2 :])]
        for some_ids, some_days in parts:
            yield from _statistics(client, where, some_ids, some_days)
        return
    expect_fields(where, [answer], ("items",))
    items = objects_in(answer, "items")
    expect_fields(where, items, ("id", "rows"))
    rows = [row for item in items for row in _rows_in(item)]
    expect_fields(where, rows, ("date", "base"))
    expect_fields(where, [row.get("base") for row in rows], ("shows", "clicks", "spent"))
    yield items


def _rows_in(item: dict[str, Any]) -> list[dict[str, Any]]:
    rows = item.get("rows")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _days_of_banner(banners: Named, groups: Named, plans: Named, item: dict[str, Any]) -> list[Row]:
    told = partial(_banner_day, id_in(item), banners, groups, plans)
    return rows_made("vk_ads: days of a banner", objects_in(item, "rows"), told)


def _banner_day(banner_id: str, banners: Named, groups: Named, plans: Named, row: dict[str, Any]) -> Row:
    base = object_in(row, "base")
    banner = banners.get(banner_id, {})
    group = groups.get(str(banner.get("ad_group_id")), {})
    plan = plans.get(str(group.get("ad_plan_id")), {})
    return {
        "day": row.get("date"),
        "banner_id": banner_id,
        "banner_name": banner.get("name"),
        "ad_group_id": id_of(banner.get("ad_group_id")),
        "ad_group_name": group.get("name"),
        "ad_plan_id": id_of(group.get("ad_plan_id")),
        "ad_plan_name": plan.get("name"),
        "shows": base.get("shows"),
        "clicks": base.get("clicks"),
        # The goals of today's cabinet; those beside it are of the old one.
        "goals": object_in(base, "vk").get("goals"),
        "spent": base.get("spent"),
        "_payload": {**row, "id": banner_id},
    }


def _is_nothing(row: Row) -> bool:
    """Whether the ad was not shown: some days come as noughts, others do not come."""
    told = [row.get(name) for name in ("shows", "clicks", "goals", "spent")]
    return "_reject_reason" not in row and all(one in (None, 0, "0", "0.00", "0.0") for one in told)


def _named(client: Client, what: str, fields: str) -> tuple[Named, list[Row]]:
    """The objects by their id, and those whose id cannot be read as rejects."""
    found: dict[str, Mapping[str, Any]] = {}
    odd: list[Row] = []
    for page in _list(client, f"/api/v2/{what}.json", {"fields": fields, "sorting": "id", **EVERY_STATUS}):
        expect_fields(f"vk_ads: {what}", page, fields.split(","))
        for row in rows_made(f"vk_ads: {what}", page, lambda one: {"id": id_in(one), "one": one}):
            if "_reject_reason" in row:
                odd.append(row)
            else:
                found[row["id"]] = row["one"]
    return found, odd


def _list(client: Client, path: str, params: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
    read = 0

    def fetch(cursor: str | None) -> Any:
        return client.get(path, {**params, "limit": ROWS_PER_PAGE, "offset": cursor or "0"})

    def following(answer: Mapping[str, Any]) -> str | None:
        nonlocal read
        # A page that repeats itself is no longer than what it tells; going on behind all of it would leave some out.
        read += len({str(one.get("id")) for one in answer["items"]})
        count = whole_number(f"vk_ads: {path}", answer, "count")
        return str(read) if answer["items"] and (count is None or read < count) else None

    yield from cursor_pages(f"vk_ads: {path}", fetch, "items", following)


def read_leads(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield what was written into lead forms on the window's days, in UTC."""
    # Whose midnight the filter means is not said: a day is asked for on either side, and the answer says the moment.
    params = {
        "sorting": "created_at,id",
        "_created_at__gte": f"{window.first_day - timedelta(days=1)} 00:00:00",
        "_created_at__lte": f"{window.last_day + timedelta(days=1)} 23:59:59",
    }
    for page in _list(client, "/api/v1/lead_ads/leads.json", params):
        expect_fields("vk_ads: leads", page, ("id", "created_at", "contact_info"))
        rows = rows_made("vk_ads: leads", page, lead_row)
        yield [row for row in rows if _is_of(window, row.get("created_at"))]


def _is_of(window: Window, moment: Any) -> bool:
    """What cannot be read is told, whichever day it is of."""
    day: date | None = moment.date() if isinstance(moment, datetime) else None
    return day is None or day in window


def connect(connection: Connection, account: Account) -> Client:
    """A client that keeps the one token it was given, and renews it."""
    if not connection.login or not connection.password:
        raise FixSettings(
            f"vk_ads, account {account.account}: the connection needs login (client id) and password (its secret)."
        )
    base_url = connection.base_url.rstrip("/")
    client_of_agency = account.options.get("agency_client_name")
    return HttpClient(
        base_url,
        name=f"vk_ads/{account.account}",
        auth=FewTokens(
            token_url=f"{base_url}/api/v2/oauth2/token.json",
            client_id=connection.login,
            client_secret=connection.password,
            refresh_token=connection.password,
            store=TokenStore(f"vk_ads/{account.account}"),
            first_grant=_first_grant(client_of_agency),
            hint="VK gives a client five tokens for a user in all: if they are taken, delete them with "
            "oauth2/token/delete.json and run again.",
            usual_lifetime=86400.0,
        ),
        classify=classify,
        rates=rates_of(account, Rate(4, Duration.SECOND)),
        secrets=connection.secrets(),
    )


def _first_grant(client_of_agency: Any) -> dict[str, str]:
    if not client_of_agency:
        return {"grant_type": "client_credentials"}
    return {"grant_type": "agency_client_credentials", "agency_client_name": str(client_of_agency)}


VK_ADS = Source(
    name="vk_ads",
    kind="ads",
    base_url="https://ads.vk.com",
    docs="https://ads.vk.com/doc/api",
    settings={
        "login": "VK Ads: Settings > API access, the client id",
        "password": "its secret",
        "host": "https://ads.vk.ru where that is the cabinet's address",
    },
    connect=connect,
    tables=(
        Table(name="account", grain="snapshot", key=("id",), columns=columns_of(ACCOUNT), read=read_account),
        Table(
            name="banner_days",
            grain="day",
            key=("day", "banner_id"),
            day="day",
            required=("spent",),
            # Shows and clicks that were none are taken out, and goals of those who had only seen the ad come late.
            restated_days=30,
            columns=columns_of(BANNER_DAY),
            read=read_banner_days,
        ),
        Table(
            name="leads",
            grain="day",
            key=("lead_id",),
            day="created_at",
            restated_days=1,
            columns=columns_of(LEAD),
            read=read_leads,
        ),
    ),
)
