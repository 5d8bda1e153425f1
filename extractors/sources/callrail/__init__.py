"""CallRail: calls, form submissions, text messages, and the tracking numbers that tell where they came from.

API: https://apidocs.callrail.com (v3). A call can be listed up to 20 minutes after it ended, and its
tags, value and lead status change later: the last 30 days are read again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from typing import Any

from extractors.fields import as_json, columns_of, expect_fields, picked
from extractors.forms.columns import Answer as FormAnswer
from extractors.forms.columns import FormRules, filled
from extractors.forms.submission import spoken
from extractors.http.answers import parts, retry_after
from extractors.http.auth import StaticHeader
from extractors.http.client import Answer, HttpClient, Verdict
from extractors.http.paging import Page, numbered_pages
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.records import all_rows_made, id_in, object_in, objects_in, rows_made
from extractors.redaction import short
from extractors.sources.callrail.columns import (
    CALL,
    CALLS_ON_REQUEST,
    EXPECTED_OF_CALLS,
    EXPECTED_OF_CONVERSATIONS,
    FORM_SUBMISSION,
    FORMS_ON_REQUEST,
    TEXT_MESSAGE,
    TEXTS_ON_REQUEST,
    TRACKER,
)
from extractors.times import end_of, start_of

ROWS_AT_ONCE = 250
MONEY = re.compile(r"[$€£]?\s?(-?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{1,6})?)", re.ASCII)

# Networks spell ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE on the telephone's keypad.
KEYPAD_WORDS = ("266696687", "7378742833", "2562533", "8656696", "86282452253")


def classify(answer: Answer) -> Verdict | None:
    """CallRail's own rules; its error texts are not documented, so the status decides."""
    if answer.status == 429:
        # The documentation promises no word on when the next request may come.
        asked = retry_after(answer.headers)
        reason = "CallRail allows 1,000 requests an hour and 10,000 a day"
        return Verdict("wait", reason, after=10 if asked is None else asked)
    if answer.status == 403 and "/form_submissions.json" in answer.url:
        return Verdict("skip", "form tracking is not switched on for this account, or the key's user may not read it")
    if answer.status in (400, 422) and re.search(r"date|range|month", answer.text, re.IGNORECASE):
        said = short(" ".join(answer.text.split()))
        return Verdict("fix_settings", f"{said}; perhaps these days are older than the 25 months that CallRail keeps")
    if answer.status in (400, 422):
        # Which field or which filter it does not know stands in the answer alone.
        return Verdict("fix_settings", f"CallRail refused the request: {short(' '.join(answer.text.split()))}")
    if answer.status == 401:
        return Verdict("fix_settings", "the API key is wrong or was deleted")
    return None


def read_calls(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the calls that started on the window's days, in UTC."""
    path = f"/v3/a/{account.account}/calls.json"
    params = {**_days(window), "sort": "start_time", "order": "asc", "fields": CALLS_ON_REQUEST}
    for page in numbered_pages(client, path, "calls", params, size=250):
        expect_fields("callrail: calls", page, EXPECTED_OF_CALLS)
        yield [_call(call) for call in page]


def _call(call: dict[str, Any]) -> Row:
    return {
        **picked(call, CALL),
        "customer_phone_number": shown_number(call.get("customer_phone_number")),
        "value": _money(call.get("value")),
        "tags": as_json(_tag_names(call.get("tags"))),
        "_payload": call,
    }


def read_form_submissions(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the forms submitted on the window's days, in UTC."""
    path = f"/v3/a/{account.account}/form_submissions.json"
    params = {**_days(window), "sort": "submitted_at", "order": "asc", "fields": FORMS_ON_REQUEST}
    for page in numbered_pages(client, path, "form_submissions", params, size=250):
        expect_fields("callrail: form_submissions", page, ("id", "submitted_at", "form_data"))
        yield [_form_submission(form) for form in page]


def _money(value: Any) -> Any:
    """The number in ``$1,200.00``. A value that cannot be read stays, and is told by the row that lands without it."""
    if not isinstance(value, str):
        return value
    found = MONEY.fullmatch(value.strip())
    return found[1].replace(",", "") if found else value or None


def _form_submission(form: dict[str, Any]) -> Row:
    said = form.get("form_data")
    answers = [FormAnswer(str(name), spoken(value)) for name, value in said.items()] if isinstance(said, dict) else []
    return {
        **picked(form, FORM_SUBMISSION),
        "customer_phone_number": shown_number(form.get("customer_phone_number")),
        "form_data": as_json(said),
        # Who it is CallRail says itself; of the fields it caught only the words are told apart.
        **filled(answers, FormRules()).words(),
        "_payload": form,
    }


def read_trackers(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield every tracker, the disabled ones too: old calls came over them."""
    for page in numbered_pages(client, f"/v3/a/{account.account}/trackers.json", "trackers", {}, size=250):
        expect_fields("callrail: trackers", page, ("id", "type", "status"))
        yield rows_made("callrail: trackers", page, _tracker)


def _tracker(tracker: dict[str, Any]) -> Row:
    company = object_in(tracker, "company")
    return {
        **picked(tracker, TRACKER),
        "company_id": company.get("id"),
        "company_name": company.get("name"),
        "tracking_numbers": as_json(_numbers(tracker)),
        "source_type": object_in(tracker, "source").get("type"),
        "_payload": tracker,
    }


def read_text_messages(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the messages of the window's days, in UTC, some conversations at a time."""
    path = f"/v3/a/{account.account}/text-messages"
    # A conversation is listed by its newest message, which may be of a later day: the list has no end.
    days = {name: value for name, value in _days(window).items() if name != "end_date"}
    listed: dict[Any, dict[str, Any]] = {}
    # The list is read before any conversation is: a new message moves its conversation to another page.
    for page in numbered_pages(client, f"{path}.json", "conversations", {**days, "fields": TEXTS_ON_REQUEST}, size=250):
        expect_fields("callrail: text_messages", page, EXPECTED_OF_CONVERSATIONS)
        recent = [message for conversation in page for message in parts(conversation, "recent_messages")]
        expect_fields("callrail: text_messages", recent, ("direction", "content", "created_at"))
        for told in rows_made("callrail: text_messages", page, lambda one: {"id": id_in(one), "conversation": one}):
            if "_reject_reason" in told:
                yield [told]
            else:
                listed[told["id"]] = told["conversation"]
    rows: list[Row] = []
    for conversation in listed.values():
        rows += all_rows_made(
            "callrail: text_messages", [conversation], lambda one: _text_messages(client, path, one, window)
        )
        # Most conversations have a message or two: each for itself would be landed slowly.
        if len(rows) >= ROWS_AT_ONCE:
            yield rows
            rows = []
    if rows:
        yield rows


def _text_messages(client: Client, path: str, conversation: dict[str, Any], window: Window) -> list[Row]:
    asked = [one for one in _messages(client, path, conversation, window) if _is_asked_for(one, window)]
    return rows_made("callrail: text_messages", asked, partial(_text_message, conversation))


def _messages(client: Client, path: str, conversation: dict[str, Any], window: Window) -> Page:
    """All messages of a conversation since the window began, and perhaps older ones."""
    recent: Page = objects_in(conversation, "recent_messages")
    # The list shows the newest few: unless one is older than the window, older ones of it may be hidden.
    if any(_is_before(message, window) for message in recent):
        return recent
    messages: Page = []
    for page in numbered_pages(client, f"{path}/{conversation.get('id')}.json", "messages", {}, size=100):
        expect_fields("callrail: text_messages of a conversation", page, ("direction", "created_at"))
        messages += page
        if any(_is_before(message, window) for message in page):
            break
    return messages


def _text_message(conversation: dict[str, Any], message: dict[str, Any]) -> Row:
    thread = object_in(message, "sms_thread")
    is_known = message.get("direction") in ("incoming", "outgoing")
    return {
        **picked({**conversation, **thread, **message, "id": conversation.get("id")}, TEXT_MESSAGE),
        "message_id": _message_id(conversation, message),
        "thread_id": thread.get("id"),
        "media_urls": as_json(message.get("media_urls") or None),
        "customer_phone_number": shown_number(conversation.get("customer_phone_number")),
        "lead_status": thread.get("lead_qualification") or conversation.get("lead_status"),
        "tags": as_json(_tag_names(thread.get("tags"))),
        # What every later message changes is left out, so that a message stays what it was.
        "_payload": {
            **{
                name: value
                for name, value in conversation.items()
                if name not in ("recent_messages", "last_message_at")
            },
            "message": message,
        },
        **({} if is_known else {"_reject_reason": "direction is neither incoming nor outgoing"}),
    }


def _message_id(conversation: dict[str, Any], message: dict[str, Any]) -> str:
    """CallRail gives a message no id of its own: its conversation, and a hash of its moment, direction and text."""
    moment = _moment(message)
    clock = moment.astimezone(UTC).isoformat(timespec="microseconds") if moment else message.get("created_at")
    told = "\n".join((str(clock), str(message.get("direction")), str(message.get("content") or "")))
    return f"{conversation.get('id')}-{sha256(told.encode()).hexdigest()[:16]}"


def _is_before(message: dict[str, Any], window: Window) -> bool:
    moment = _moment(message)
    return moment is not None and moment < start_of(window)


def _is_asked_for(message: dict[str, Any], window: Window) -> bool:
    """Whether it is of the window's days; what tells no moment is kept, and rejected."""
    moment = _moment(message)
    return moment is None or start_of(window) <= moment < end_of(window)


def _moment(message: dict[str, Any]) -> datetime | None:
    try:
        moment = datetime.fromisoformat(message.get("created_at") or "")
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None


def shown_number(number: Any) -> Any:
    """The caller's number; None when withheld, or all withheld callers would become one person."""
    if not isinstance(number, str):
        return number
    digits = re.sub(r"\D", "", number)
    return number if digits and digits not in KEYPAD_WORDS else None


def _numbers(tracker: dict[str, Any]) -> list[str]:
    """A source tracker lists its numbers; a session tracker has a pool, inside the list or beside it."""
    listed = tracker.get("tracking_numbers") or []
    entries: list[Any] = [listed] if isinstance(listed, dict) else list(listed)
    numbers = [entry for entry in entries if isinstance(entry, str)]
    for pool in [*(entry for entry in entries if isinstance(entry, dict)), tracker]:
        numbers += [number for number in pool.get("pool_numbers") or [] if isinstance(number, str)]
    return list(dict.fromkeys(numbers))


def _tag_names(tags: Any) -> Any:
    """Tags come as names, or as objects that have one."""
    if not isinstance(tags, list):
        return tags
    return [tag.get("name") if isinstance(tag, dict) else tag for tag in tags]


def _days(window: Window) -> dict[str, str]:
    # Without dates CallRail answers for the last days only; without a zone, in that of the key's owner.
    return {
        "start_date": window.first_day.isoformat(),
        "end_date": window.last_day.isoformat(),
        "time_zone": "UTC",
    }


def connect(connection: Connection, account: Account) -> Client:
    """A client that carries the API key."""
    return HttpClient(
        # The vendor's documentation writes the version into the address; either way it is asked once.
        connection.base_url.rstrip("/").removesuffix("/v3"),
        name=f"callrail/{account.account}",
        auth=StaticHeader("Authorization", 'Token token="{}"', connection.password),
        classify=classify,
        secrets=connection.secrets(),
    )


CALLRAIL = Source(
    name="callrail",
    kind="calls",
    base_url="https://api.callrail.com",
    docs="https://apidocs.callrail.com",
    settings={"password": "CallRail: Settings > Integrations > API keys, of a user who sees all companies."},
    connect=connect,
    tables=(
        Table(
            name="calls",
            grain="day",
            key=("call_id",),
            day="started_at",
            required=("direction", "is_answered"),
            restated_days=30,
            columns=columns_of(CALL),
            read=read_calls,
        ),
        Table(
            name="form_submissions",
            grain="day",
            key=("form_submission_id",),
            day="submitted_at",
            restated_days=30,
            columns=columns_of(FORM_SUBMISSION),
            read=read_form_submissions,
        ),
        Table(
            name="text_messages",
            grain="day",
            key=("message_id",),
            day="sent_at",
            required=("conversation_id", "direction"),
            # Sent is sent; but every conversation of these days may cost a request of its own.
            restated_days=7,
            columns=columns_of(TEXT_MESSAGE),
            read=read_text_messages,
        ),
        Table(
            name="trackers",
            grain="snapshot",
            key=("tracker_id",),
            columns=columns_of(TRACKER),
            read=read_trackers,
        ),
    ),
)
