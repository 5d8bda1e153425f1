"""Meta: its lists page after page, no faster than its limits allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from extractors.errors import RetryLater, SourceChanged
from extractors.http.client import Restart, TooMuch
from extractors.http.paging import Page, cursor_pages
from extractors.model import Account, Client
from extractors.records import object_in
from extractors.sources.meta_ads.errors import seconds_to_ease

VERSION = "v26.0"
SMALLEST_PAGE = 25
READS_OF_A_LIST = 3
READS_OF_A_PAGE = 3
"""Meta gives a row without what was asked for now and then, and with it when the page is read again."""
LONGEST_EASE_SECONDS = 300
"""Nobody sleeps for longer than this; a report that was ordered is found again later."""


def whole_list(client: Client, where: str, path: str, params: Mapping[str, Any], size: int) -> Iterator[Page]:
    """Pages as ``pages_of`` gives them. A list whose cursor died is begun anew: its first rows come twice then."""
    for is_last in (False,) * (READS_OF_A_LIST - 1) + (True,):
        try:
            yield from pages_of(client, where, path, params, size)
            return
        except Restart as died:
            if is_last:
                raise RetryLater(f"{where}: the list died {READS_OF_A_LIST} times while it was read: {died}") from died


def pages_of(
    client: Client,
    where: str,
    path: str,
    params: Mapping[str, Any],
    size: int,
    in_every_row: Sequence[str] = (),
) -> Iterator[Page]:
    """Pages by ``after``: the ready link to the next page holds the token, and would carry it into logs.

    One that is too much is asked for in smaller ones, and one with a row that lacks ``in_every_row`` read again.
    """
    limit = size
    asked: str | None = None

    def fetch(after: str | None) -> Any:
        nonlocal limit, asked
        asked, reads = after, 0
        while True:
            try:
                answer = get(client, path, {**params, "limit": limit, **({"after": after} if after else {})})
            except TooMuch:
                if limit <= SMALLEST_PAGE:
                    raise
                limit //= 2
                continue
            reads += 1
            if reads == READS_OF_A_PAGE or not _is_bad(answer):
                return answer

    def _is_bad(answer: Any) -> bool:
        rows = answer.get("data") if isinstance(answer, dict) else None
        rows = rows if isinstance(rows, list) else []
        return any(isinstance(row, dict) and name not in row for row in rows for name in in_every_row)

    def next_cursor(answer: Any) -> str | None:
        paging = object_in(answer, "paging")
        link = paging.get("next")
        if not link:
            return None
        after = object_in(paging, "cursors").get("after") or dict(parse_qsl(urlsplit(str(link)).query)).get("after")
        if not answer["data"] and (not after or str(after) == asked):
            # Behind its last page Meta may name a next one, which is empty and leads to itself.
            return None
        if not after:
            raise SourceChanged(
                f"{where}: there is a next page, and no 'after' leads to it. Has Meta changed its paging?"
            )
        return str(after)

    return cursor_pages(where, fetch, "data", next_cursor)


def address_of(account: Account) -> str:
    """The account as addresses name it, whether accounts.yml has its number alone or with the letters before it."""
    return f"act_{account.account.removeprefix('act_')}"


def version_of(account: Account) -> str:
    """The version of the API that the account is read in, as addresses begin."""
    return f"/{account.options.get('api_version', VERSION)}"


def get(client: Client, path: str, params: Mapping[str, Any] | None = None) -> Any:
    """The answer, asked for when what is used of Meta's limits allows it."""
    seconds = seconds_to_ease(client.last_headers)
    if seconds > LONGEST_EASE_SECONDS:
        raise RetryLater(
            f"meta_ads: its limits are used up, and Meta asks to wait {seconds:.0f} seconds.",
            timedelta(seconds=seconds),
        )
    if seconds:
        client.pause(seconds)
    return client.get(path, params)
