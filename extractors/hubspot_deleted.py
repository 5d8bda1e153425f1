"""Reads which of HubSpot's deals were deleted, or went into another one: no search finds them any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from extractors.client import Client
from extractors.fields import Field, Fields, expect_fields, picked
from extractors.hubspot_objects import listed, paths
from extractors.model import Account, Row, Window
from extractors.times import days_before

PAGE_SIZE = 100
DELETED_KEPT = timedelta(days=90)
"""So long a deleted deal can be brought back, and is listed."""

DELETED_DEAL: Fields = {
    "deal_id": Field("id"),
    "deleted_at": Field("archivedAt", "timestamp"),
}


def read_deleted_deals(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the deals that were deleted on the window's days, in UTC, out of a list of all that were."""
    client.partly_gone |= days_before(window, DELETED_KEPT)
    path = f"{paths(account)['objects']}/deals"
    first, last = window.first_day.isoformat(), window.last_day.isoformat()
    for page in listed(client, path, {"archived": "true", "limit": PAGE_SIZE, "properties": "hs_lastmodifieddate"}):
        expect_fields("hubspot: deleted deals", page, ("id", "archivedAt"))
        yield [
            {**picked(deal, DELETED_DEAL), "_payload": deal}
            for deal in page
            # A time that is missing or odd becomes a reject.
            if not isinstance(deal.get("archivedAt"), str) or first <= deal["archivedAt"][:10] <= last
        ]
