"""Webhooks: forms that site builders post to the receiver, messages to us, and Meta's notices that there is a lead.

How each sender is set up: docs/webhooks-and-pixel.md. A post belongs to the UTC day on which it was received,
which may end after the night's run: the day before is read again. Posts of which a day is told apart by the
sender's id, or where it gives none by what the form says: sent twice on one day, it is one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from extractors.errors import FixSettings
from extractors.fields import as_json
from extractors.forms.columns import PERSON, WORDS, Filled, filled, rules_of
from extractors.forms.names import UTM
from extractors.forms.nested import named_values
from extractors.forms.posted import MOST_DOCUMENTS, Unreadable, decoded, documents
from extractors.forms.submission import Submission
from extractors.http.auth import NoAuth
from extractors.http.client import HttpClient
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.receiver.senders import SENDERS, Sender, Told
from extractors.receiver.spool import Received
from extractors.receiver.spooled import Damaged, read_day
from extractors.sources.webhook.messages import COLUMNS, messages_of
from extractors.sources.webhook.stated import believable, hidden, moment, payload, utc


def read_inquiries(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the forms received on the window's days; of a sender of anything else there are none."""
    yield from _of_table("inquiries", client, account, window)


def read_lead_notices(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the leads that Meta spoke of on the window's days: ids only, the lead itself is read from Meta Ads."""
    yield from _of_table("lead_notices", client, account, window)


def read_messages(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield what people wrote to us, as their messenger posted it on the window's days."""
    yield from _of_table("messages", client, account, window)


def _of_table(table: Told, client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    if _sender(account).table == table:
        yield from _pages(client, account, window)


def _sender(account: Account) -> Sender:
    name = str(account.options.get("sender"))
    if name not in SENDERS:
        raise FixSettings(f"webhook, account {account.account}: 'sender' must be one of {', '.join(SENDERS)}.")
    return SENDERS[name]


def _pages(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    for day in window.days():
        pages = read_day("webhook", account.account, day)
        if pages is None:
            # Nothing came, or it was landed long ago and cleared: what is landed stays.
            client.gone.add(day)
        for page in pages or ():
            yield [row for record in page for row in _rows_of(account, record, day)]


def _rows_of(account: Account, record: Received | Damaged, day: date) -> list[Row]:
    if isinstance(record, Damaged):
        # The record's own time is lost; its file says the day.
        received_at = datetime.combine(day, datetime.min.time())
        return [{**_named(account, record.id), "received_at": received_at, "_reject_reason": record.reason}]
    return rows_of(account, record)


def rows_of(account: Account, received: Received) -> list[Row]:
    """The rows of one post; a post that cannot be read is a row too, which says why."""
    sender = _sender(account)
    try:
        if sender.messages:
            return messages_of(sender, received)
        return _inquiries(sender, account, received) if sender.read else _notices(received)
    except Unreadable as unreadable:
        return [
            {
                **_named(account, received.id),
                "sender": sender.name,
                "received_at": utc(received.at),
                "occurred_at": utc(received.at),
                "_payload": payload({"body": received.body.decode(errors="replace")}),
                "_reject_reason": str(unreadable),
            }
        ]


def _named(account: Account, record_id: str) -> Row:
    """The key of a row that has none of its own."""
    return {KEYS[_sender(account).table]: record_id}


KEYS: Mapping[Told, str] = {"inquiries": "inquiry_id", "lead_notices": "lead_id", "messages": "message_id"}


def _inquiries(sender: Sender, account: Account, received: Received) -> list[Row]:
    """A form for each JSON value of the body; programs that send in batches write one behind the other."""
    told = documents(received.body, received.content_type)
    if len(told) == 1 and _is_batch(told[0]):
        told = told[0]
    forms = [_inquiry(sender, account, received, one) for one in told]
    if len(forms) > 1 and len({form["inquiry_id"] for form in forms}) < len(forms):
        # The id is the post's, not the form's.
        return [{**form, "inquiry_id": f"{form['inquiry_id']}-{number}"} for number, form in enumerate(forms, start=1)]
    return forms


def _is_batch(value: Any) -> bool:
    """Whether the value is a list of forms, and not of the names and values of one."""
    return (
        isinstance(value, list)
        and 1 < len(value) <= MOST_DOCUMENTS
        and all(isinstance(one, Mapping) for one in value)
        and named_values(value) is None
    )


def _inquiry(sender: Sender, account: Account, received: Received, posted: Any) -> Row:
    assert sender.read is not None
    form = sender.read(posted, received.headers)
    found = filled(form.answers, rules_of(account, form.form_id))
    received_at = utc(received.at)
    return {
        "inquiry_id": form.record_id or _told_apart(form, found, received_at),
        "site": form.site,
        "sender": sender.name,
        "form_id": form.form_id,
        "form_name": form.form_name,
        "received_at": received_at,
        "occurred_at": believable(form.occurred_at, received_at),
        **{column: found.columns.get(column) for column in PERSON},
        "page_url": form.page_url or found.columns.get("page_url"),
        **{column: found.columns.get(column) for column in UTM},
        "click_ids": as_json(found.click_ids or None),
        "is_marked_spam": form.is_marked_spam or found.is_trapped,
        **{column: hidden(value) for column, value in found.words().items()},
        "_payload": payload(form.payload),
    }


def _told_apart(form: Submission, found: Filled, received_at: datetime) -> str:
    """An id for a form whose sender gave none: the same words on the same day are the same form."""
    # What a builder adds of its own may be the minute of sending.
    said = sorted(found.answers.items()) or sorted((answer.name, answer.value) for answer in form.answers)
    text = json.dumps([form.form_id, received_at.date().isoformat(), said])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _notices(received: Received) -> list[Row]:
    """One post may speak of up to a thousand leads."""
    posted = decoded(received.body, received.content_type or "application/json")
    entries = posted.get("entry") if isinstance(posted, dict) else None
    if not isinstance(entries, list):
        raise Unreadable("the body has no list 'entry'")
    changes = [
        change
        for entry in entries
        for change in (entry.get("changes") or [] if isinstance(entry, dict) else [])
        if isinstance(change, dict) and change.get("field") == "leadgen"
    ]
    return [_notice(change.get("value"), received) for change in changes]


def _notice(value: Any, received: Received) -> Row:
    told: Mapping[str, Any] = value if isinstance(value, dict) else {}
    return {
        "lead_id": told.get("leadgen_id"),
        "page_id": told.get("page_id"),
        "form_id": told.get("form_id"),
        "ad_id": told.get("ad_id"),
        "adset_id": told.get("adgroup_id"),
        "created_at": moment(told.get("created_time")),
        "received_at": utc(received.at),
        "_payload": payload(value),
    }


def connect(connection: Connection, account: Account) -> Client:
    """A client that is never asked: what was received is on this machine. It knows which secrets to hide."""
    return HttpClient(
        connection.base_url, name=f"webhook/{account.account}", auth=NoAuth(), secrets=connection.secrets()
    )


WEBHOOK = Source(
    name="webhook",
    kind="forms",
    base_url="http://localhost",
    docs="docs/webhooks-and-pixel.md",
    settings={
        "password": "the secret that the sender puts into the address, a header or its signature; none for `browser`",
        "extra": '{"previous_secret": "accepted as well while it is replaced", "verify_token": "Meta only"}',
    },
    # A page can keep no secret: it is known by its address.
    needs_connection=lambda account: account.options.get("sender") != "browser",
    connect=connect,
    tables=(
        Table(
            name="inquiries",
            grain="day",
            key=("site", "inquiry_id"),
            has_empty_keys=True,
            day="received_at",
            restated_days=1,
            required=("inquiry_id", "sender", "occurred_at"),
            columns={
                "inquiry_id": "text",
                "site": "text",
                "sender": "text",
                "form_id": "text",
                "form_name": "text",
                "received_at": "timestamp",
                "occurred_at": "timestamp",
                **dict.fromkeys(PERSON, "text"),
                "page_url": "text",
                **dict.fromkeys(UTM, "text"),
                "click_ids": "text",
                "is_marked_spam": "boolean",
                **WORDS,
            },
            read=read_inquiries,
        ),
        Table(
            name="lead_notices",
            grain="day",
            key=("lead_id",),
            day="received_at",
            restated_days=1,
            columns={
                "lead_id": "text",
                "page_id": "text",
                "form_id": "text",
                "ad_id": "text",
                "adset_id": "text",
                "created_at": "timestamp",
                "received_at": "timestamp",
            },
            read=read_lead_notices,
        ),
        Table(
            name="messages",
            grain="day",
            key=("message_id",),
            day="received_at",
            restated_days=1,
            required=("sender", "direction", "sent_at"),
            columns=COLUMNS,
            read=read_messages,
        ),
    ),
)
