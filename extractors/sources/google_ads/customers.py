"""Google Ads: whose rows an account's tables hold, and the answer to a query, read from the stream.

An account of ``accounts.yml`` is one customer, or a manager above others. A manager has no numbers of its own: each
client below it is read in its place, through it.
API: https://developers.google.com/google-ads/api/docs/account-management/get-account-hierarchy
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import IO

from extractors.errors import RetryLater, SkipAccount, SourceChanged
from extractors.http.bodies import NotWhole
from extractors.http.decode import ends_with, holds, json_array_items, json_keys
from extractors.model import Account, Client, Row
from extractors.redaction import safe_logger
from extractors.sources.google_ads.columns import CUSTOMER_CLIENTS, Query, lacking

log = safe_logger(__name__)

VERSION = "v26"
ROWS_PER_PAGE = 1_000
# What a batch of the stream may hold; it leaves the rows out when there are none.
BATCH_KEYS = {"results", "fieldMask", "requestId", "queryResourceConsumption", "summaryRow"}


def of_each_customer(
    client: Client, account: Account, read: Callable[[str], Iterator[list[Row]]]
) -> Iterator[list[Row]]:
    """Yield the rows of every customer of the account. One that was closed since the tree was drawn is left out."""
    customers = _customers(client, account)
    for customer in customers:
        try:
            yield from read(customer)
            client.parts_read.add(customer)
        except SkipAccount as closed:
            if customers == [customer_of(account)]:
                raise
            log.warning("google_ads/%s: client %s is left out: %s", account.account, customer, closed)
    if not client.parts_read:
        raise SkipAccount(
            f"google_ads, account {account.account}: this manager has no client account that can be read. "
            "Link one in Google Ads under Sub-account settings, or list a client account itself."
        )


def read_clients(client: Client, account: Account) -> Iterator[list[Row]]:
    """Yield the account and, below a manager, everything under it, also what is closed."""
    return pages(client, account, customer_of(account), CUSTOMER_CLIENTS)


def customer_of(account: Account) -> str:
    """The account as addresses name it: people write its number with dashes."""
    return account.account.replace("-", "")


def _customers(client: Client, account: Account) -> list[str]:
    """The customers that can be read: the account itself, or the open clients of a manager."""
    tree = [row for page in read_clients(client, account) for row in page]
    own = customer_of(account)
    if not any(row["is_manager"] is True and row["customer_id"] == own for row in tree):
        return [own]
    # A client that is linked in two places is listed twice.
    clients = {row["customer_id"]: row for row in tree if not row["is_manager"]}
    left_out = {
        customer: "hidden" if row["status"] == "ENABLED" else str(row["status"])
        for customer, row in clients.items()
        if row["is_hidden"] or row["status"] != "ENABLED"
    }
    if left_out:
        named = ", ".join(f"{customer} ({why})" for customer, why in sorted(left_out.items()))
        log.warning("google_ads/%s: client accounts left out, with what was landed of them: %s", account.account, named)
    return sorted(set(clients) - set(left_out))


def pages(
    client: Client, account: Account, customer: str, query: Query, where: str | None = None
) -> Iterator[list[Row]]:
    """The rows of one query. The answer is one JSON list of batches, read from a file piece by piece."""
    named = f"google_ads/{customer}: {query.resource}"
    version = account.options.get("api_version", VERSION)
    path = f"/{version}/customers/{customer}/googleAds:searchStream"
    missing, rows = set(query.needed), 0
    with client.stream("POST", path, {"query": query.text(where)}, _expect_whole) as body:
        results = json_array_items(named, body, "item.results.item")
        while page := list(islice(results, ROWS_PER_PAGE)):
            if not all(isinstance(result, dict) for result in page):
                raise SourceChanged(
                    f"{named}: 'results' holds something else than rows. Has Google changed its stream?"
                )
            missing, rows = lacking(page, missing), rows + len(page)
            yield [query.row(result, customer) for result in page]
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
