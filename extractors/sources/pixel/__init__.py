"""The first-party pixel: one row per hit that a page of ours reported to the receiver.

How it is embedded: docs/webhooks-and-pixel.md. A hit belongs to the UTC day on which it was received, which may
end after the night's run: the day before is read again. Hits become visits in the warehouse.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from extractors.fields import Field, Fields, as_json, columns_of, picked, same_named
from extractors.http.auth import NoAuth
from extractors.http.client import HttpClient
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.receiver.spool import Received
from extractors.receiver.spooled import Damaged, read_day

HIT: Fields = {
    "hit_id": Field("hit_id"),
    "received_at": Field("received_at", "timestamp"),
    **same_named("event", "client_id", "session_id", "user_id", "url", "referrer", "title", "user_agent", "device"),
    "client_at": Field("client_at", "timestamp"),
    "is_bot": Field("is_bot", "boolean"),
    **same_named("analytics_storage", "ad_storage", "ad_user_data", "ad_personalization", "third_party_ids"),
}


def read_hits(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the hits received on the window's days."""
    for day in window.days():
        pages = read_day("pixel", account.account, day)
        if pages is None:
            # Nothing came, or it was landed long ago and cleared: what is landed stays.
            client.gone.add(day)
        for page in pages or ():
            yield [_hit(record, datetime.combine(day, datetime.min.time())) for record in page]


def _hit(record: Received | Damaged, midnight: datetime) -> Row:
    if isinstance(record, Damaged):
        # The record's own time is lost; its file says the day.
        return {"hit_id": record.id, "received_at": midnight, "_reject_reason": record.reason}
    hit: dict[str, Any] = msgspec.json.decode(record.body)
    return {
        **picked(hit, HIT),
        # A page that gives no id cannot send the same hit twice.
        "hit_id": hit.get("event_id") or record.id,
        "received_at": record.at.astimezone(UTC).replace(tzinfo=None),
        "third_party_ids": as_json(hit.get("third_party_ids")),
        "_payload": hit,
    }


def connect(connection: Connection, account: Account) -> Client:
    """A client that is never asked: the hits are on this machine."""
    return HttpClient(connection.base_url, name=f"pixel/{account.account}", auth=NoAuth())


PIXEL = Source(
    name="pixel",
    kind="visits",
    base_url="http://localhost",
    docs="docs/webhooks-and-pixel.md",
    connect=connect,
    tables=(
        Table(
            name="hits",
            grain="day",
            key=("hit_id",),
            day="received_at",
            restated_days=1,
            columns=columns_of(HIT),
            read=read_hits,
        ),
    ),
)
