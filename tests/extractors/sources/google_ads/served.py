"""Google Ads on a real socket: the account that the tests read, and its answers."""

from __future__ import annotations

from datetime import date
from typing import Any

from extractors.model import Account, Client, Connection, Row, Window
from extractors.sources.google_ads import GOOGLE_ADS
from tests.extractors.sources.vendor import SECRET, Reply, Request, Vendor, recorded, sleeps

STREAM = "POST /v26/customers/ACC1/googleAds:searchStream"
TWO_DAYS = Window(date(2026, 3, 10), date(2026, 3, 11))
ONE_DAY = Window(date(2026, 3, 10), date(2026, 3, 10))
LEAF = recorded("google_ads/customer_clients__leaf")
"""The tree of an account that has none below it."""


def account(**options: Any) -> Account:
    return Account("google_ads", "ACC1", "google_ads", brand="nordhaus", options=options)


def connection(vendor: Vendor) -> Connection:
    vendor.answers("POST /token", Reply(b'{"access_token":"access-1","expires_in":3600,"token_type":"Bearer"}'))
    extra = {"client_secret": "client-secret-1", "token_url": f"{vendor.url}/token"}
    return Connection(vendor.url, login="client-1", password=SECRET, extra=extra)


def answers(vendor: Vendor, *replies: Reply) -> None:
    """From now on queries are answered so, one after the other; the account tree is answered beside them."""
    waiting = list(replies)

    def answer(request: Request) -> Reply:
        if is_of_the_tree(request):
            return LEAF
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    vendor.answers(STREAM, answer)


def is_of_the_tree(request: Request) -> bool:
    return str(request.json["query"]).endswith("FROM customer_client")


def asked(vendor: Vendor) -> list[Request]:
    """The queries that were asked, but for the account tree."""
    return [one for one in vendor.requests if one.path.endswith("Stream") and not is_of_the_tree(one)]


def client_of(vendor: Vendor, waits: list[float] | None = None, **options: Any) -> Client:
    client = GOOGLE_ADS.connect(connection(vendor), account(**options))
    sleeps(client, (waits if waits is not None else []).append)
    return client


def read(vendor: Vendor, table: str, window: Window = TWO_DAYS, **options: Any) -> list[Row]:
    client = client_of(vendor, **options)
    pages = GOOGLE_ADS.table(table).read(client, account(**options), window)
    return [row for page in pages for row in page]
