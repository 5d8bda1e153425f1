"""Jotform: the submissions of forms.

API: https://api.jotform.com/docs/. Times are those of New York, without saying so. A submission that the form's owner
deleted later stays: it was an inquiry, and it says that it is deleted.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pyrate_limiter import Duration, Rate

from extractors.errors import FixSettings, SkipAccount
from extractors.fields import as_json, expect_fields
from extractors.forms.columns import PERSON, WORDS, filled, rules_of
from extractors.forms.columns import Answer as FormAnswer
from extractors.forms.names import UTM
from extractors.forms.submission import spoken
from extractors.http.auth import StaticHeader
from extractors.http.client import Answer, HttpClient, Verdict
from extractors.http.limits import rates_of
from extractors.http.paging import cursor_pages, whole_number
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.records import object_in
from extractors.times import end_of, start_of, zulu

log = logging.getLogger(__name__)

PAGE_SIZE = 1000
ZONE = "America/New_York"
WRITTEN = "%Y-%m-%d %H:%M:%S"

KINDS = {"control_email": "email", "control_phone": "phone", "control_fullname": "full_name"}
"""Jotform's types of fields that show what an answer is, whatever the field is called."""


def classify(answer: Answer) -> Verdict | None:
    """Jotform's own rules; the code in the body counts, because some errors come with a status of 200."""
    body = answer.body if isinstance(answer.body, dict) else {}
    told = body.get("responseCode")
    code = told if isinstance(told, int) and answer.status < 300 else answer.status
    message = str(body.get("message") or "")
    if code < 300:
        return None
    if "limit exceeded" in message.lower():
        return Verdict("defer", "the day's requests of the account's plan are used up")
    if code in (301, 302):
        return Verdict("fix_settings", "the account is at another host: eu-api.jotform.com or hipaa-api.jotform.com")
    if code == 401:
        return Verdict("fix_settings", "perhaps the key is wrong, or there is no such form, or another account has it")
    if code == 404 and "/form/" in answer.url:
        return Verdict("skip", "the form does not exist any more")
    if code == 429:
        return Verdict("wait", "too many requests")
    if code >= 500:
        return Verdict("transient", "Jotform has a fault of its own")
    return Verdict("fix_settings", f"Jotform refused the request ({code})")


def read_submissions(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the submissions of the window's days, in UTC: of the forms that the options name, else of all."""
    zone = _zone(account)
    rules_of(account)
    named = account.options.get("forms") or {}
    for path in [f"/form/{form_id}/submissions" for form_id in named] or ["/user/submissions"]:
        try:
            for page in _submissions(client, path, zone, window):
                expect_fields(f"jotform: {path}", page, ("id", "form_id", "created_at", "answers"))
                yield [_submission(account, zone, one) for one in page]
        except SkipAccount:
            log.warning("jotform: %s does not exist; it is left out", path)


def _submissions(client: Client, path: str, zone: ZoneInfo, window: Window) -> Iterator[list[dict[str, Any]]]:
    # Both ends are excluded, and Jotform counts in seconds.
    after = (start_of(window) - timedelta(seconds=1)).astimezone(zone)
    before = end_of(window).astimezone(zone)
    wanted = {"created_at:gt": f"{after:{WRITTEN}}", "created_at:lt": f"{before:{WRITTEN}}"}
    params = {"filter": json.dumps(wanted), "orderby": "created_at", "limit": PAGE_SIZE}
    read = 0

    def fetch(cursor: str | None) -> Any:
        return client.get(path, {**params, "offset": cursor or "0"})

    def following(answer: Mapping[str, Any]) -> str | None:
        nonlocal read
        # The limit that was applied may be smaller than ours.
        limit = whole_number(f"jotform: {path}", object_in(answer, "resultSet"), "limit") or PAGE_SIZE
        # A page that holds more repeats itself; going on behind all of it would leave the next one out.
        read += min(len(answer["content"]), limit)
        return str(read) if answer["content"] and len(answer["content"]) >= limit else None

    yield from cursor_pages(f"jotform: {path}", fetch, "content", following)


def _submission(account: Account, zone: ZoneInfo, one: dict[str, Any]) -> Row:
    form_id = str(one.get("form_id"))
    answers = _answers(one.get("answers"))
    found = filled(answers, rules_of(account, form_id))
    return {
        "submission_id": one.get("id"),
        "form_id": form_id,
        "status": one.get("status"),
        "submitted_at": _moment(one.get("created_at"), zone),
        "updated_at": _moment(one.get("updated_at"), zone),
        **{column: found.columns.get(column) for column in (*PERSON, "page_url", *UTM)},
        "click_ids": as_json(found.click_ids or None),
        **found.words(),
        "_payload": {name: value for name, value in one.items() if name != "ip"},
    }


def _place(order: Any) -> int:
    """Where a field stands in the form; in front where nobody can say."""
    text = str(order)
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _answers(fields: Any) -> list[FormAnswer]:
    """What was answered, in the order of the form. No field at all is written as an empty list."""
    shown = [field for field in fields.values() if isinstance(field, dict)] if isinstance(fields, dict) else []
    ordered = sorted(shown, key=lambda field: _place(field.get("order")))
    return [
        FormAnswer(
            str(field.get("name") or ""), said, str(field.get("text") or ""), KINDS.get(str(field.get("type")), "")
        )
        for field in ordered
        if (said := spoken(field.get("answer")))
    ]


def _moment(written: Any, zone: ZoneInfo) -> Any:
    """A time of New York in UTC; what is none stays and becomes a reject. The hour that comes twice is its first."""
    try:
        return zulu(datetime.strptime(written, WRITTEN).replace(tzinfo=zone).astimezone(UTC))
    except (TypeError, ValueError):
        return written


def _zone(account: Account) -> ZoneInfo:
    name = str(account.options.get("time_zone", ZONE))
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise FixSettings(f"jotform, account {account.account}: there is no time_zone {name!r}.") from None


def connect(connection: Connection, account: Account) -> Client:
    """A client that carries the API key."""
    return HttpClient(
        connection.base_url,
        name=f"jotform/{account.account}",
        auth=StaticHeader("APIKEY", "{}", connection.password),
        classify=classify,
        rates=rates_of(account, Rate(2, Duration.SECOND)),
        secrets=connection.secrets(),
    )


JOTFORM = Source(
    name="jotform",
    kind="forms",
    base_url="https://api.jotform.com",
    docs="https://api.jotform.com/docs/",
    settings={
        "password": "Jotform: Account > API, a key with read access",
        "host": "https://eu-api.jotform.com for data kept in the EU, https://hipaa-api.jotform.com for health data",
    },
    connect=connect,
    tables=(
        Table(
            name="submissions",
            grain="day",
            key=("submission_id",),
            day="submitted_at",
            restated_days=1,
            columns={
                "submission_id": "text",
                "form_id": "text",
                "status": "text",
                "submitted_at": "timestamp",
                "updated_at": "timestamp",
                **dict.fromkeys(PERSON, "text"),
                "page_url": "text",
                **dict.fromkeys(UTM, "text"),
                "click_ids": "text",
                **WORDS,
            },
            read=read_submissions,
        ),
    ),
)
