"""The messages of one post of a messenger as rows."""

from __future__ import annotations

from datetime import UTC, datetime

from extractors.forms.posted import decoded
from extractors.model import ColumnType, Row
from extractors.receiver.messages import Message
from extractors.receiver.senders import Sender
from extractors.receiver.spool import Received
from extractors.sources.webhook.stated import believable, hidden, moment, payload, utc

COLUMNS: dict[str, ColumnType] = {
    "message_id": "text",
    "sender": "text",
    "inbox_id": "text",
    "channel_contact_id": "text",
    "direction": "text",
    "message_type": "text",
    "is_writing": "boolean",
    "sent_at": "timestamp",
    "received_at": "timestamp",
    "text": "text",
    "phone": "text",
    "email": "text",
    "name": "text",
    "ad_id": "text",
    "post_id": "text",
    "click_id_type": "text",
    "click_id": "text",
    "page_url": "text",
    "link_tag": "text",
}


def messages_of(sender: Sender, received: Received) -> list[Row]:
    """The rows of one post; one that nobody can be told of, neither by id nor by number, is rejected."""
    assert sender.messages is not None
    posted = decoded(received.body, received.content_type or "application/json")
    return [_row(sender, one, utc(received.at)) for one in sender.messages(posted)]


def _row(sender: Sender, one: Message, received_at: datetime) -> Row:
    sent_at = moment(one.sent_at)
    row: Row = {
        "message_id": one.message_id,
        "sender": sender.name,
        "inbox_id": one.inbox_id,
        "channel_contact_id": one.channel_contact_id,
        "direction": one.direction,
        "message_type": one.message_type,
        "is_writing": one.is_writing,
        "sent_at": believable(sent_at.replace(tzinfo=UTC), received_at) if isinstance(sent_at, datetime) else sent_at,
        "received_at": received_at,
        "text": hidden(one.text),
        "phone": one.phone,
        "email": one.email,
        "name": one.name,
        "ad_id": one.ad_id,
        "post_id": one.post_id,
        "click_id_type": one.click_id_type,
        "click_id": one.click_id,
        "page_url": hidden(one.page_url),
        "link_tag": one.link_tag,
        "_payload": payload(one.payload),
    }
    if not (one.channel_contact_id or one.phone):
        row["_reject_reason"] = "the message does not say who wrote it"
    return row
