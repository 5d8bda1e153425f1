"""Reads which of HubSpot's contacts, deals and line items were deleted: no search finds them any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from extractors.fields import Field, Fields, expect_fields, picked
from extractors.model import Account, Client, Row, Window
from extractors.sources.hubspot.objects import listed, paths
from extractors.times import days_before

PAGE_SIZE = 100
DELETED_KEPT = timedelta(days=90)
"""So long a deleted record can be brought back, and is listed."""

DELETED_DEAL: Fields = {
    "deal_id": Field("id"),
    "deleted_at": Field("archivedAt", "timestamp"),
}

DELETED_CONTACT: Fields = {
    "contact_id": Field("id"),
    "deleted_at": Field("archivedAt", "timestamp"),
}

DELETED_LINE_ITEM: Fields = {
    "line_item_id": Field("id"),
    "deleted_at": Field("archivedAt", "timestamp"),
}


def deleted(kind: str, fields: Fields) -> Callable[[Client, Account, Window], Iterator[list[Row]]]:
    """A reader of the records that were deleted on the window's days, in UTC, out of a list of all that were."""

    def read(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
        client.partly_gone |= days_before(window, DELETED_KEPT)
        path = f"{paths(account)['objects']}/{kind}"
        first, last = window.first_day.isoformat(), window.last_day.isoformat()
        for page in listed(client, path, {"archived": "true", "limit": PAGE_SIZE, "properties": "hs_lastmodifieddate"}):
            expect_fields(f"hubspot: deleted {kind}", page, ("id", "archivedAt"))
            yield [
                {**picked(record, fields), "_payload": record}
                for record in page
                # A time that is missing or odd becomes a reject.
                if not isinstance(record.get("archivedAt"), str) or first <= record["archivedAt"][:10] <= last
            ]

    return read
