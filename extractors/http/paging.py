"""The ways vendors hand out long lists page by page, and the guards against endless ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from extractors.errors import RetryLater, SourceChanged
from extractors.model import Client

MOST_PAGES = 100_000
MOST_EMPTY_IN_A_ROW = 100
"""A list may have an empty page in it, where what stood there was filtered out; not a hundred, one after the other."""

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
    rows_total_key: str = "total_records",
    unwrap: Callable[[Any], Any] = lambda answer: answer,
) -> Iterator[Page]:
    """Yield page after page, counted from 1, until the last that the answer names, or an empty one where it names none.

    ``total_key`` names the pages, ``rows_total_key`` the rows: fewer rows than the last answer says are not the list.
    ``unwrap`` takes the rows and the totals out of what a vendor wraps around them.
    """
    last: Page | None = None
    came, empty = 0, 0
    for number in range(1, MOST_PAGES + 1):
        answer = unwrap(client.get(path, {**params, page_param: number, size_param: size}))
        where = f"{client.name}: {path} page {number}"
        page = rows_of(where, answer, rows_key)
        if page and page == last:
            raise RetryLater(f"{where}: it is the same as the page before. Ask again later.")
        if page:
            yield page
        came, empty = came + len(page), 0 if page else empty + 1
        pages, rows = whole_number(where, answer, total_key), whole_number(where, answer, rows_total_key)
        # Lists that say how long they are end there, whatever a page in the middle holds; others with an empty page.
        if (number >= pages) if pages is not None else (not page or (rows is not None and came >= rows)):
            if rows is not None and came < rows:
                raise RetryLater(f"{where}: it was the last, and {came} of {rows} rows came. Ask again later.")
            return
        _expect_an_end(where, empty)
        last = page
    raise SourceChanged(f"{client.name}: {path} has more than {MOST_PAGES} pages. Has the vendor changed its paging?")


def _expect_an_end(where: str, empty: int) -> None:
    if empty >= MOST_EMPTY_IN_A_ROW:
        raise RetryLater(f"{where}: {empty} empty pages came one after the other. Ask again later.")


def expect_day(where: str, rows: Page, field: str, day: date) -> None:
    """Refuse the rows of another day than the one that was asked for: they came in its place, and it would land empty.

    A row that names no day is left to whoever reads it.
    """
    other = {str(row[field]) for row in rows if row.get(field)} - {day.isoformat()}
    if other:
        raise RetryLater(f"{where}: rows of {min(other)[:10]} came. Ask again later.")


def whole_number(where: str, answer: Mapping[str, Any], name: str) -> int | None:
    """A count that an answer names; None where it names none."""
    value: object = answer.get(name)
    if value is None:
        return None
    if isinstance(value, str) and value.isdecimal() and len(value) < 19:
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise SourceChanged(f"{where}: {name!r} is no whole number. Has the vendor changed its paging?")
    return value


def cursor_pages(
    where: str, fetch: Callable[[str | None], Any], rows_key: str, next_cursor: Callable[[Any], str | None]
) -> Iterator[Page]:
    """Yield page after page; each answer names the cursor of the next, the last one none."""
    seen: set[str] = set()
    cursor: str | None = None
    last: Page | None = None
    empty = 0
    for _ in range(MOST_PAGES):
        answer = fetch(cursor)
        page = rows_of(where, answer, rows_key)
        if page and page == last:
            raise RetryLater(f"{where}: a page is the same as the one before. Ask again later.")
        if page:
            yield page
        last, empty = page, 0 if page else empty + 1
        _expect_an_end(where, empty)
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
    if not all(isinstance(row, dict) for row in rows):
        raise SourceChanged(f"{where}: the list {rows_key!r} holds something else than objects.")
    return rows
