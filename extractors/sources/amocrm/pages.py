"""Lists of amoCRM, page by page, and the records that changed on given days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from extractors.errors import SourceChanged
from extractors.fields import expect_fields
from extractors.http.paging import cursor_pages
from extractors.model import Client, Window
from extractors.times import end_of, start_of, unix

PAGE_SIZE = 250


def changed_records(
    client: Client, window: Window, kind: str, expected: Sequence[str], also: Mapping[str, Any] | None = None
) -> Iterator[list[dict[str, Any]]]:
    """Yield the records last changed on the window's days, in UTC."""
    params = {
        "filter[updated_at][from]": unix(start_of(window)),
        "filter[updated_at][to]": unix(end_of(window)) - 1,
        # By id: a record that changes meanwhile leaves the window, and the others hardly move.
        "order[id]": "asc",
        "limit": PAGE_SIZE,
        **(also or {}),
    }
    for page in pages_of(client, f"/api/v4/{kind}", kind, params):
        expect_fields(f"amocrm: {kind}", page, (*expected, "updated_at"))
        yield page


def pages_of(client: Client, path: str, key: str, params: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """A short page is not the last one: that is the one without a link to the next."""

    def fetch(cursor: str | None) -> Any:
        number = int(cursor or 1)
        answer = client.get(path, {**params, "page": number})
        if answer is None:
            # No content: there is nothing, or nothing more.
            return {"rows": []}
        if not isinstance(answer, dict) or "_embedded" not in answer:
            raise SourceChanged(f"amocrm: {path}: no '_embedded' in the answer. Has the vendor changed its paging?")
        links, inside = answer.get("_links"), answer["_embedded"]
        # PHP writes an empty object as an empty list.
        has_next = isinstance(links, dict) and bool(links.get("next"))
        return {
            "rows": inside.get(key) if isinstance(inside, dict) else [],
            "next": str(number + 1) if has_next else None,
        }

    yield from cursor_pages(f"amocrm: {path}", fetch, "rows", lambda answer: answer.get("next"))
