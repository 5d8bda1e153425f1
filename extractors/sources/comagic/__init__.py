"""CoMagic, UIS, CallGear and Novofon: calls and messages from forms, with the visit that led to each.

API: https://www.uiscom.ru/academiya/spravochnyj-centr/dokumentatsiya-api/data_api/ (Data API 2.0; one product on
several hosts). Tags and sales change later: the last 30 days are read again. The cabinet's clock counts the days.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from pyrate_limiter import Duration, Rate

from extractors.errors import FixSettings, RetryLater, SourceChanged
from extractors.fields import Field, Fields, as_json, columns_of, expect_fields, picked, same_named
from extractors.http.answers import AskAgain, part, seconds_of
from extractors.http.auth import PostForm, Request
from extractors.http.client import Answer, HttpClient, Verdict
from extractors.http.limits import rates_of
from extractors.http.paging import whole_number
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.records import object_in, objects_in
from extractors.redaction import short
from extractors.times import from_local, zone_of

VERSION = "/v2.0"
PAGE_SIZE = 10_000
MOST_DAYS = 7
"""A request may ask for 90 days; a week keeps its pages few."""
USUAL_ZONE = "Europe/Moscow"
CLOCK = "%Y-%m-%d %H:%M:%S"

VISIT_BEFORE: Fields = {
    **same_named("entrance_page", "referrer", "channel", "campaign_id", "campaign_name", "site_id"),
    "page_url": Field("communication_page_url"),
    **same_named("visitor_id", "visitor_session_id", "person_id", "visitor_city", "visitor_country", "visitor_device"),
    **same_named("ua_client_id", "ym_client_id", "gclid", "yclid", "ymclid"),
    **same_named("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"),
    "sale_cost": Field("sale_cost", "decimal"),
}

CALL: Fields = {
    "call_id": Field("id"),
    "called_day": Field("called_day", "date"),
    "started_at": Field("start_time", "timestamp"),
    **same_named("direction", "finish_reason", "contact_phone_number", "virtual_phone_number", "contact_full_name"),
    "is_lost": Field("is_lost", "boolean"),
    "talk_seconds": Field("talk_duration", "integer"),
    "wait_seconds": Field("wait_duration", "integer"),
    "total_seconds": Field("total_duration", "integer"),
    "source": Field("source"),
    **VISIT_BEFORE,
    "tags": Field("tags"),
    "employee_name": Field("employees"),
}

MESSAGE: Fields = {
    "message_id": Field("id"),
    "sent_day": Field("sent_day", "date"),
    "sent_at": Field("date_time", "timestamp"),
    **same_named("form_type", "status", "text", "visitor_name", "visitor_phone_number", "visitor_email"),
    "employee_name": Field("employee_full_name"),
    **VISIT_BEFORE,
    "tags": Field("tags"),
}

OURS = ("called_day", "sent_day")

# Codes of JSON-RPC, and the vendor's own.
NOT_LOGGED_IN, FORBIDDEN, LIMITED, TOO_OFTEN, WRONG_PARAMS, FAULT = -32001, -32003, -32004, -32029, -32602, -32603


def classify(answer: Answer) -> Verdict | None:
    """An error comes with status 200, a code and a word ("mnemonic") that says what it means."""
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    if not isinstance(error, dict):
        return None
    code, data = error.get("code"), part(error, "data")
    word, message = str(data.get("mnemonic")), short(error.get("message"))
    if "whitelist" in word:
        return Verdict("fix_settings", "this machine's address is not allowed; add it in the cabinet's API settings")
    if code == NOT_LOGGED_IN:
        return Verdict("refresh_auth", f"the access token is not accepted ({word})")
    if code == TOO_OFTEN or (code == LIMITED and "limit" in word):
        return _limited(part(data, "metadata", "limits"))
    if code in (FORBIDDEN, LIMITED):
        return Verdict("fix_settings", f"the user of the token has no right to this report ({word})")
    if word == "method_component_disabled":
        return Verdict("skip", "this report belongs to a component that the cabinet has not got")
    if code == FAULT:
        return Verdict("transient", "the vendor has a fault of its own")
    if code == WRONG_PARAMS:
        return Verdict("changed", f"a parameter or a field is not known any more: {message} ({data.get('field')})")
    return Verdict("fix_settings", f"the request was refused: {message} ({code})")


def _limited(limits: Mapping[str, Any]) -> Verdict:
    if limits.get("day_remaining") == 0:
        return Verdict("defer", "the day's requests are used up", after=seconds_of(limits.get("day_reset")))
    return Verdict("wait", "the minute's requests are used up", after=seconds_of(limits.get("minute_reset")))


@dataclass
class CabinetToken:
    """An access token inside the body's parameters: a permanent one, or one of an hour for login and password."""

    url: str
    login: str = field(repr=False)
    password: str = field(repr=False)
    _token: str = field(default="", repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def apply(self, request: Request, post_form: PostForm) -> None:
        """Add the token, logging in where there is a login and no token yet."""
        with self._lock:
            self._token = self._token or (self._logged_in(post_form) if self.login else self.password)
            request.json = {**request.json, "params": {"access_token": self._token, **request.json["params"]}}

    def _logged_in(self, post_form: PostForm) -> str:
        body: dict[str, Any] = {"jsonrpc": "2.0", "id": 1, "method": "login.user"}
        body["params"] = {"login": self.login, "password": self.password}
        _, answer = post_form(self.url, body, "json")
        answer = answer if isinstance(answer, dict) else {}
        error = answer.get("error")
        if isinstance(error, dict):
            word = str(part(error, "data").get("mnemonic"))
            if error.get("code") in (FAULT, TOO_OFTEN):
                raise AskAgain(f"the login was answered with {word}")
            raise FixSettings(
                f"the login was refused ({word}). Check login and password in the connection, and that the cabinet "
                "allows this machine's address."
            )
        token = part(answer, "result", "data").get("access_token")
        if not isinstance(token, str):
            raise SourceChanged(f"the answer to the login has no 'access_token'; it has {sorted(answer)}.")
        return token

    def refresh(self) -> bool:
        """Log in again; a permanent token that is refused stays refused."""
        with self._lock:
            self._token = ""
        return bool(self.login)

    def secrets(self) -> list[str]:
        """All that opens the cabinet, as far as it is known now."""
        return [value for value in (self.password, self._token) if value]


def read_calls(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the calls that started on the window's days, those that still go on left out."""
    zone = zone_of(account, USUAL_ZONE)
    for page in _report(client, account, window, "calls", CALL, "start_time", {"include_ongoing_calls": False}):
        yield [
            {
                **_filled(picked(call, CALL)),
                "called_day": _day(call.get("start_time")),
                "started_at": from_local(call.get("start_time"), CLOCK, zone),
                "tags": _tag_names(call.get("tags")),
                "employee_name": _first_name(call.get("employees")),
                "_payload": call,
            }
            for call in page
        ]


def read_messages(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the messages that were sent from forms on the window's days."""
    zone = zone_of(account, USUAL_ZONE)
    for page in _report(client, account, window, "offline_messages", MESSAGE, "date_time", {}):
        yield [
            {
                **_filled(picked(message, MESSAGE)),
                "sent_day": _day(message.get("date_time")),
                "sent_at": from_local(message.get("date_time"), CLOCK, zone),
                "tags": _tag_names(message.get("tags")),
                "_payload": message,
            }
            for message in page
        ]


def _report(
    client: Client, account: Account, window: Window, name: str, fields: Fields, clock: str, more: dict[str, Any]
) -> Iterator[list[dict[str, Any]]]:
    """A report's records week by week, page by page, until as many came as were announced."""
    for first, last in _weeks(window):
        where = f"comagic: {name} from {first} to {last}"
        params: dict[str, Any] = {
            "date_from": f"{first} 00:00:00",
            "date_till": f"{last} 23:59:59",
            "limit": PAGE_SIZE,
            "fields": [one.name for column, one in fields.items() if column not in OURS],
            "sort": [{"field": clock, "order": "asc"}],
            **({"user_id": account.options["user_id"]} if account.options.get("user_id") else {}),
            **more,
        }
        offset, total = 0, 1
        seen: set[Any] = set()
        while offset < total:
            body = {"jsonrpc": "2.0", "id": 1, "method": f"get.{name}_report", "params": {**params, "offset": offset}}
            answer = client.post_json(client.base_url, body)
            expect_fields(where, [answer], ("result",))
            result = answer["result"]
            expect_fields(where, [result], ("data", "metadata"))
            expect_fields(where, [result["metadata"]], ("total_items",))
            page, total = (
                objects_in(result, "data"),
                whole_number(where, object_in(result, "metadata"), "total_items") or 0,
            )
            if page:
                expect_fields(where, page, [one.name for column, one in fields.items() if column not in OURS])
                yield page
            elif offset < total:
                break
            offset += len(page)
            ids = {str(record.get("id")) for record in page}
            if page and ids <= seen:
                raise RetryLater(f"{where}: a page came that had come before, at offset {offset}. Ask again later.")
            seen |= ids
            limits = part(result, "metadata", "limits")
            if offset < total and limits.get("minute_remaining") == 0:
                client.pause(seconds_of(limits.get("minute_reset")) or 60)
        # A page that comes twice makes up the number, and another is missing.
        if len(seen) != total:
            raise RetryLater(f"{where}: {len(seen)} records came, and {total} were announced. Ask again later.")


def _weeks(window: Window) -> Iterator[tuple[date, date]]:
    first = window.first_day
    while first <= window.last_day:
        last = min(first + timedelta(days=MOST_DAYS - 1), window.last_day)
        yield first, last
        first = last + timedelta(days=1)


def _filled(row: Row) -> Row:
    """The row without empty texts: an address that was not left is no wrong address."""
    return {name: None if isinstance(value, str) and not value.strip() else value for name, value in row.items()}


def _day(moment: Any) -> Any:
    return moment[:10] if isinstance(moment, str) else moment


def _listed(values: Any) -> list[Any]:
    return values if isinstance(values, list) else []


def _first_name(employees: Any) -> Any:
    """Who took the call first; a call that is passed on names all who had it."""
    return next((one.get("employee_full_name") for one in _listed(employees) if isinstance(one, dict)), None)


def _tag_names(tags: Any) -> str | None:
    names = [tag.get("tag_name") for tag in _listed(tags) if isinstance(tag, dict)]
    return as_json(names or None)


def connect(connection: Connection, account: Account) -> Client:
    """A client of the host that the connection names; all of them speak alike."""
    base = connection.base_url.rstrip("/").removesuffix(VERSION) + VERSION
    return HttpClient(
        base,
        name=f"comagic/{account.account}",
        auth=CabinetToken(base, connection.login, connection.password),
        classify=classify,
        rates=rates_of(account, Rate(2, Duration.SECOND)),
        headers={"Content-Type": "application/json; charset=UTF-8"},
        secrets=connection.secrets(),
    )


COMAGIC = Source(
    name="comagic",
    kind="calls",
    base_url="https://dataapi.comagic.ru",
    docs="https://www.uiscom.ru/academiya/spravochnyj-centr/dokumentatsiya-api/data_api/",
    settings={
        "host": "https://dataapi.comagic.ru, https://dataapi.uiscom.ru or https://dataapi.callgear.com",
        "password": "a permanent API key of the cabinet's user, whose settings must allow this machine's address; "
        "or the password of the login",
    },
    connect=connect,
    tables=(
        Table(
            name="calls",
            grain="day",
            key=("call_id",),
            day="called_day",
            required=("started_at", "direction"),
            restated_days=30,
            columns=columns_of(CALL),
            read=read_calls,
        ),
        Table(
            name="messages",
            grain="day",
            key=("message_id",),
            day="sent_day",
            required=("sent_at",),
            restated_days=30,
            columns=columns_of(MESSAGE),
            read=read_messages,
        ),
    ),
)
