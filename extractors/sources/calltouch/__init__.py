"""Calltouch: calls with the visit that led to each, and the forms that it caught.

API: https://www.calltouch.ru/support/api-calltouch/ (RestAPI). Tags, targets and orders of a call change later: the
last 30 days are read again. Everything is asked for day by day, as the cabinet's clock counts days.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from pyrate_limiter import Duration, Rate

from extractors.errors import SourceChanged
from extractors.fields import Field, Fields, as_json, columns_of, expect_fields, picked, same_named
from extractors.http.answers import part
from extractors.http.auth import QueryToken
from extractors.http.client import Answer, HttpClient, Verdict
from extractors.http.limits import rates_of
from extractors.http.paging import cursor_pages, whole_number
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.records import list_in, object_in, objects_in, rows_made
from extractors.redaction import short
from extractors.times import from_local, zone_of

PAGE_SIZE = 1000
USUAL_ZONE = "Europe/Moscow"
CLOCK = "%d/%m/%Y %H:%M:%S"

UTM: Fields = {
    "utm_source": Field("utmSource"),
    "utm_medium": Field("utmMedium"),
    "utm_campaign": Field("utmCampaign"),
    "utm_term": Field("utmTerm"),
    "utm_content": Field("utmContent"),
}

# What Calltouch knows of the ad from its ties to the platforms.
ADS = same_named("yandex_campaign_id", "yandex_ad_group_id", "google_campaign_id", "google_ad_group_id")

CALL: Fields = {
    "call_id": Field("callId"),
    "called_day": Field("called_day", "date"),
    "started_at": Field("date", "timestamp"),
    "call_phase": Field("callphase"),
    "caller_number": Field("callerNumber"),
    "tracking_number": Field("phoneNumber"),
    "redirect_number": Field("redirectNumber"),
    "duration_seconds": Field("duration", "integer"),
    "waiting_seconds": Field("waitingConnect", "integer"),
    "is_successful": Field("successful", "boolean"),
    "is_unique": Field("uniqueCall", "boolean"),
    "is_target": Field("targetCall", "boolean"),
    "is_callback": Field("callbackCall", "boolean"),
    **same_named("manager", "city", "source", "medium", "keyword"),
    "landing_url": Field("url"),
    "call_url": Field("callUrl"),
    "referrer": Field("ref"),
    **UTM,
    "session_id": Field("sessionId"),
    "caller_id": Field("ctCallerId"),
    "ga_client_id": Field("clientId"),
    "ya_client_id": Field("yaClientId"),
    **ADS,
    **same_named("tags", "orders"),
}

REQUEST: Fields = {
    "request_id": Field("requestId"),
    "requested_day": Field("requested_day", "date"),
    "submitted_at": Field("date", "timestamp"),
    **same_named("subject", "manager", "full_name", "phone", "email"),
    "is_unique": Field("uniqueRequest", "boolean"),
    "is_target": Field("targetRequest", "boolean"),
    **same_named("city", "source", "medium", "keyword", "landing_url", "referrer"),
    **UTM,
    **same_named("session_id", "ga_client_id", "ya_client_id"),
    **ADS,
    **same_named("tags", "orders"),
}

SESSION: Fields = {
    **same_named("city", "source", "medium"),
    "keyword": Field("keywords"),
    "landing_url": Field("url"),
    "referrer": Field("ref"),
    **UTM,
    "session_id": Field("sessionId"),
    "ga_client_id": Field("guaClientId"),
    "ya_client_id": Field("yaClientId"),
}

EXPECTED_OF_CALLS = ("callId", "date", "callerNumber", "phoneNumber", "duration", "successful", "source", "medium")


def classify(answer: Answer) -> Verdict | None:
    """Calltouch's own rules. A refusal may be an object with a message, or a page in HTML."""
    body = answer.body if isinstance(answer.body, dict) else {}
    message = short(body.get("message") or "no reason given")
    if answer.status in (401, 403):
        return Verdict("fix_settings", f"the token is not accepted, or may not read this site ({message})")
    if answer.status == 404:
        return Verdict("fix_settings", f"there is no site of this number; 'account' must be the site's id ({message})")
    if answer.status == 400 or (answer.status == 200 and body.get("errorCode")):
        return Verdict("fix_settings", f"Calltouch refused the request: {message}")
    return None


def read_calls(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the calls of each of the window's days."""
    path = f"/calls-service/RestAPI/{account.account}/calls-diary/calls"
    zone = zone_of(account, USUAL_ZONE)
    for day in window.days():
        where = f"calltouch: calls of {day}"
        # Day, month, year.
        params = {"dateFrom": f"{day:%d/%m/%Y}", "dateTo": f"{day:%d/%m/%Y}", "withCallTags": "true"}
        params |= {"withOrders": "true", "withYandexDirect": "true", "withGoogleAdwords": "true"}

        def fetch(cursor: str | None, params: dict[str, str] = params) -> Any:
            answer = client.get(path, {**params, "page": cursor or "1", "limit": PAGE_SIZE})
            # An older way of the API: a bare list, which is the whole day.
            return {"records": answer, "page": 1, "pageTotal": 1} if isinstance(answer, list) else answer

        for page in cursor_pages(where, fetch, "records", _next_page):
            expect_fields(where, page, EXPECTED_OF_CALLS)
            yield rows_made(where, page, partial(_call, day=day, zone=zone))


def _call(call: dict[str, Any], day: date, zone: ZoneInfo) -> Row:
    return {
        **_filled(picked(call, CALL)),
        **_ads(call),
        "called_day": day.isoformat(),
        "started_at": from_local(call.get("date"), CLOCK, zone),
        # Nought where no visit was found.
        "session_id": call.get("sessionId") or None,
        "tags": _tag_names(call.get("callTags")),
        "orders": as_json(call.get("orders") or None),
        "_payload": call,
    }


def _next_page(answer: dict[str, Any]) -> str | None:
    if answer.get("page") is None or answer.get("pageTotal") is None:
        raise SourceChanged(f"calltouch: calls have no 'page' of 'pageTotal'; the answer has {sorted(answer)}.")
    number, total = (whole_number("calltouch: calls", answer, name) or 0 for name in ("page", "pageTotal"))
    return str(number + 1) if number < total else None


def read_requests(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the forms of each of the window's days; a day comes as one list."""
    for day in window.days():
        # Month, day, year: the other way round than for calls.
        params = {"dateFrom": f"{day:%m/%d/%Y}", "dateTo": f"{day:%m/%d/%Y}", "siteId": account.account}
        params |= {"withRequestTags": "true", "withYandexDirect": "true", "withGoogleAdwords": "true"}
        answer = client.get("/calls-service/RestAPI/requests/", params)
        if not isinstance(answer, list):
            raise SourceChanged(
                f"calltouch: requests of {day}: a list was expected, and it is {type(answer).__name__}."
            )
        expect_fields(f"calltouch: requests of {day}", answer, ("requestId", "date", "client", "session"))
        if answer:
            yield rows_made(f"calltouch: requests of {day}", answer, partial(_request, day=day))


def _request(request: dict[str, Any], day: date) -> Row:
    person, session = object_in(request, "client"), object_in(request, "session")
    phones = [phone.get("phoneNumber") for phone in objects_in(person, "phones")]
    contacts = [str(contact.get("contactValue")) for contact in objects_in(person, "contacts")]
    return {
        **_filled(picked(request, REQUEST)),
        **_filled(picked(session, SESSION)),
        **_ads(request),
        "requested_day": day.isoformat(),
        "submitted_at": _from_milliseconds(request.get("date")),
        "full_name": person.get("fio") or None,
        "phone": next(filter(None, phones), None),
        "email": next((contact for contact in contacts if "@" in contact), None),
        "session_id": session.get("sessionId") or None,
        "tags": _tag_names(request.get("RequestTags")),
        "orders": as_json(request.get("orders") or None),
        "_payload": request,
    }


def _ads(record: dict[str, Any]) -> Row:
    yandex, google = (part(record, name) for name in ("yandexDirect", "googleAdWords"))
    return {
        "yandex_campaign_id": yandex.get("campaignId") or None,
        "yandex_ad_group_id": yandex.get("adGroupId") or None,
        "google_campaign_id": google.get("campaignId") or None,
        "google_ad_group_id": google.get("adGroupId") or None,
    }


def _filled(row: Row) -> Row:
    """The row without what only looks like a value: nothing, or "<не указано>" (not given) and its like."""
    return {name: None if _says_nothing(value) else value for name, value in row.items()}


def _says_nothing(value: Any) -> bool:
    return isinstance(value, str) and (not value.strip() or (value.startswith("<не ") and value.endswith(">")))


def _tag_names(tags: Any) -> str | None:
    """Tags come as groups of names."""
    groups = [group for group in tags if isinstance(group, dict)] if isinstance(tags, list) else []
    return as_json([name for group in groups for name in list_in(group, "names")] or None)


def _from_milliseconds(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    try:
        return datetime.fromtimestamp(value / 1000, UTC).replace(tzinfo=None)
    except (OverflowError, OSError, ValueError):
        return str(value)


def connect(connection: Connection, account: Account) -> Client:
    """A client that carries the token; Calltouch knows no other place for it than the address."""
    return HttpClient(
        connection.base_url,
        name=f"calltouch/{account.account}",
        auth=QueryToken("clientApiId", connection.password),
        classify=classify,
        # No limit is published; this is what careful programs keep to.
        rates=rates_of(account, Rate(3, Duration.SECOND)),
        secrets=connection.secrets(),
    )


CALLTOUCH = Source(
    name="calltouch",
    kind="calls",
    base_url="https://api.calltouch.ru",
    docs="https://www.calltouch.ru/support/api-calltouch/",
    settings={"password": "Calltouch: Integrations > API and webhooks > token of the cabinet (clientApiId)"},
    connect=connect,
    tables=(
        Table(
            name="calls",
            grain="day",
            key=("call_id",),
            day="called_day",
            required=("started_at",),
            restated_days=30,
            columns=columns_of(CALL),
            read=read_calls,
        ),
        Table(
            name="requests",
            grain="day",
            key=("request_id",),
            day="requested_day",
            required=("submitted_at",),
            restated_days=30,
            columns=columns_of(REQUEST),
            read=read_requests,
        ),
    ),
)
