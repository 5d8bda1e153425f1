"""The ways vendors hand out long lists page by page, and the guards against endless ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from extractors.errors import RetryLater, SourceChanged
from extractors.model import Client

MOST_PAGES = 100_000

Page = list[dict[str, Any]]


def numbered_pages(
    client: Client,
    path: str,
    rows_key: str,
    params: Mapping[str, Any],
    *,
    page_param: str = "page",
    size_param: str = "per_page",
    size: int,
    total_key: str = "total_pages",
    unwrap: Callable[[Any], Any] = lambda answer: answer,
) -> Iterator[Page]:
    """Yield page after page, counted from 1, until the last that the answer names or an empty one.

    ``unwrap`` takes the rows and the total out of what a vendor wraps around them.
    """
    last: Page | None = None
    for number in range(1, MOST_PAGES + 1):
        answer = unwrap(client.get(path, {**params, page_param: number, size_param: size}))
        where = f"{client.name}: {path} page {number}"
        page = rows_of(where, answer, rows_key)
        if page and page == last:
            raise RetryLater(f"{where}: it is the same as the page before. Ask again later.")
        if page:
            yield page
        total = answer.get(total_key)
        # Some lists leave the total out: they end with an empty page.
        if not page or (total is not None and number >= int(total)):
            return
        last = page
    raise SourceChanged(f"{client.name}: {path} has more than {MOST_PAGES} pages. Has the vendor changed its paging?")


def cursor_pages(
    where: str, fetch: Callable[[str | None], Any], rows_key: str, next_cursor: Callable[[Any], str | None]
) -> Iterator[Page]:
    """Yield page after page; each answer names the cursor of the next, the last one none."""
    seen: set[str] = set()
    cursor: str | None = None
    last: Page | None = None
    for _ in range(MOST_PAGES):
        answer = fetch(cursor)
        page = rows_of(where, answer, rows_key)
        if page and page == last:
            raise RetryLater(f"{where}: a page is the same as the one before. Ask again later.")
        if page:
            yield page
        last = page
        cursor = next_cursor(answer)
        if not cursor:
            return
        if cursor in seen:
            raise RetryLater(f"{where}: the same cursor came twice, so the list would never end. Ask again later.")
        seen.add(cursor)
    raise SourceChanged(f"{where} has more than {MOST_PAGES} pages. Has the vendor changed its paging?")


def rows_of(where: str, answer: Any, rows_key: str) -> Page:
    """The rows of an answer; an answer without them has another shape than ours."""
    if not isinstance(answer, dict):
        raise SourceChanged(f"{where}: an object was expected, and it is {type(answer).__name__}.")
    rows = answer.get(rows_key)
    if not isinstance(rows, list):
        raise SourceChanged(
            f"{where}: no list {rows_key!r} in the answer; it has {sorted(answer)}. Has the vendor changed its paging?"
        )
    return rows
