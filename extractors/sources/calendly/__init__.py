"""Calendly: who booked an appointment, with the tags of the link and what was asked.

API: https://developer.calendly.com/api-docs (v2). Times are UTC. Appointments can be asked for by the time of the
meeting alone, not by when they were booked or changed: each night reads all of them around its days, and keeps the
invitees that were booked or changed on its days.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from pyrate_limiter import Duration, Rate

from extractors.errors import FixSettings, SkipAccount, SourceChanged
from extractors.fields import as_json, expect_fields
from extractors.forms.columns import PERSON, WORDS, filled, rules_of
from extractors.forms.columns import Answer as FormAnswer
from extractors.forms.names import UTM
from extractors.http.auth import BearerToken
from extractors.http.client import Answer, HttpClient, Verdict
from extractors.http.limits import rates_of
from extractors.http.paging import cursor_pages
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.records import object_in, objects_in, rows_made
from extractors.times import end_of, start_of, zulu

log = logging.getLogger(__name__)

PAGE_SIZE = 100
DAYS_AHEAD = 180
DAYS_BACK = 30
"""Who did not come to a meeting is marked within so many days of it."""


def classify(answer: Answer) -> Verdict | None:
    """Calendly's own rules."""
    if answer.status == 429:
        # Seconds that are left, no moment.
        left = answer.headers.get("X-RateLimit-Reset", "")
        return Verdict("wait", "too many requests of this user", after=float(left) if left.isdecimal() else 60.0)
    if answer.status == 401:
        return Verdict("fix_settings", "perhaps the token was revoked or is wrong")
    if answer.status == 403:
        return Verdict("fix_settings", "the user may not read this; all appointments need an owner or an administrator")
    if answer.status == 404 and answer.url.endswith("/invitees"):
        return Verdict("skip", "the appointment does not exist any more")
    if answer.status == 424:
        return Verdict("transient", "a calendar that Calendly asks did not answer")
    return None


def read_invitees(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield whoever booked, changed or cancelled on the window's days, by pages of appointments."""
    whose = _whose(client, account)
    first, end = start_of(window), end_of(window)
    around = {
        "min_start_time": zulu(first - timedelta(days=DAYS_BACK)),
        "max_start_time": zulu(end + timedelta(days=_days_ahead(account))),
    }
    for page in _list(client, "/scheduled_events", {**whose, **around, "sort": "start_time:asc"}):
        expect_fields("calendly: appointments", page, ("uri", "event_type", "start_time"))
        yield [row for event in page for row in _of_event(client, account, window, event)]


def _of_event(client: Client, account: Account, window: Window, event: dict[str, Any]) -> Iterator[Row]:
    name = _id(event.get("uri"))
    if not name:
        yield {"_reject_reason": "an appointment has no address of its own in 'uri'", "_payload": event}
        return
    path = f"/scheduled_events/{name}/invitees"
    try:
        for page in _list(client, path, {}):
            expect_fields("calendly: invitees", page, ("uri", "created_at", "updated_at"))
            rows = rows_made("calendly: invitees", page, lambda one: _invitee(account, event, one))
            # What cannot be read is told, whichever day it is of.
            yield from (row for row in rows if _is_of(window, row.get("updated_at")))
    except SkipAccount:
        log.warning("calendly: an appointment was deleted while it was read; it is left out")


def _is_of(window: Window, moment: Any) -> bool:
    try:
        return datetime.fromisoformat(moment).date() in window
    except (TypeError, ValueError):
        return True


def _list(client: Client, path: str, params: Mapping[str, str]) -> Iterator[list[dict[str, Any]]]:
    def fetch(cursor: str | None) -> Any:
        return client.get(path, {**params, "count": PAGE_SIZE, **({"page_token": cursor} if cursor else {})})

    def following(answer: Mapping[str, Any]) -> str | None:
        # The address of the next page would be believed as it is; its token goes to the host that we know.
        token = object_in(answer, "pagination").get("next_page_token")
        return str(token) if token else None

    yield from cursor_pages(f"calendly: {path}", fetch, "collection", following)


def _whose(client: Client, account: Account) -> dict[str, str]:
    """Whose appointments are read: those of one user where the options say so, else of the whole organization."""
    me = object_in(client.get("/users/me"), "resource")
    named = "uri" if account.options.get("only_own") else "current_organization"
    if not isinstance(me.get(named), str):
        raise SourceChanged(f"calendly: the answer to /users/me names no {named!r}; it has {sorted(me)}.")
    return {"user" if named == "uri" else "organization": me[named]}


def _days_ahead(account: Account) -> int:
    days = account.options.get("days_ahead", DAYS_AHEAD)
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= 730:
        raise FixSettings(f"calendly, account {account.account}: 'days_ahead' must be a number of days from 1 to 730.")
    return days


def _id(uri: Any) -> str:
    """The last part of an address: ids are whole addresses, and a path wants the part alone."""
    return uri.rstrip("/").rpartition("/")[2] if isinstance(uri, str) else ""


def _invitee(account: Account, event: Mapping[str, Any], one: dict[str, Any]) -> Row:
    event_type = event.get("event_type")
    found = filled(_answers(event, one), rules_of(account, event_type if isinstance(event_type, str) else None))
    tags = object_in(one, "tracking")
    return {
        "invitee_id": one.get("uri"),
        "event_id": event.get("uri"),
        "event_name": event.get("name"),
        "form_id": event_type,
        "status": one.get("status"),
        "is_no_show": one.get("no_show") is not None,
        "booked_at": one.get("created_at"),
        "updated_at": one.get("updated_at"),
        "start_at": event.get("start_time"),
        "old_invitee_id": one.get("old_invitee"),
        "new_invitee_id": one.get("new_invitee"),
        **{column: found.columns.get(column) for column in PERSON},
        # The link's own tags; an answer of that name is a guess beside them.
        **{column: tags.get(column) or found.columns.get(column) for column in UTM},
        "click_ids": as_json(found.click_ids or None),
        **found.words(),
        "_payload": {**one, "scheduled_event": event},
    }


def _answers(event: Mapping[str, Any], one: Mapping[str, Any]) -> list[FormAnswer]:
    """What was told, the surest first: fields of Calendly's own, then questions, then what the page passed on."""
    place = object_in(event, "location")
    called = place.get("location") if place.get("type") == "outbound_call" else None
    own = {
        "email": (one.get("email"), "email"),
        "name": (one.get("name"), "full_name"),
        "text_reminder_number": (one.get("text_reminder_number"), "phone"),
        "location": (called, "phone"),
    }
    told = [FormAnswer(name, str(value), kind=kind) for name, (value, kind) in own.items() if value]
    told += [
        FormAnswer(str(asked.get("question") or ""), str(asked["answer"]))
        for asked in objects_in(one, "questions_and_answers")
        if asked.get("answer")
    ]
    # Calendly passes no click id on. Pages put one, or the visitor's id, into this field: `fields` says what it is.
    passed_on = object_in(one, "tracking").get("salesforce_uuid")
    return [*told, *([FormAnswer("salesforce_uuid", str(passed_on), kind="hidden")] if passed_on else [])]


def connect(connection: Connection, account: Account) -> Client:
    """A client that carries the personal token."""
    return HttpClient(
        connection.base_url,
        name=f"calendly/{account.account}",
        auth=BearerToken(connection.password),
        classify=classify,
        # 500 a minute on paid plans; a free one allows 50 and says how long to wait.
        rates=rates_of(account, Rate(8, Duration.SECOND)),
        secrets=connection.secrets(),
    )


CALENDLY = Source(
    name="calendly",
    kind="forms",
    base_url="https://api.calendly.com",
    docs="https://developer.calendly.com/api-docs",
    settings={"password": "Calendly: Integrations > API and webhooks > Personal access tokens, of an owner or admin"},
    connect=connect,
    tables=(
        Table(
            name="invitees",
            grain="changes",
            key=("invitee_id",),
            day="updated_at",
            restated_days=1,
            required=("booked_at",),
            columns={
                "invitee_id": "text",
                "event_id": "text",
                "event_name": "text",
                "form_id": "text",
                "status": "text",
                "is_no_show": "boolean",
                "booked_at": "timestamp",
                "updated_at": "timestamp",
                "start_at": "timestamp",
                "old_invitee_id": "text",
                "new_invitee_id": "text",
                **dict.fromkeys(PERSON, "text"),
                **dict.fromkeys(UTM, "text"),
                "click_ids": "text",
                **WORDS,
            },
            read=read_invitees,
        ),
    ),
)
