"""amoCRM (Kommo): leads, which are deals elsewhere, with their people, products and history; users, stages.

API: https://www.amocrm.ru/developers/content/crm_platform/api-reference (version 4; Kommo's is the same). A record
belongs to the day it was last changed, and the day before is read again. A lead that was deleted is listed no more:
an event says so, as it says which stage a lead came to. Eight tables of one account in one file, longer than most: all
read the same pages and the same custom fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pyrate_limiter import Duration, Rate

from extractors.errors import SourceChanged
from extractors.fields import changes_table, columns_of, expect_fields, own_fields, picked
from extractors.http.auth import Auth, BearerToken, RotatingOAuthRefresh
from extractors.http.client import Answer, HttpClient, Verdict
from extractors.http.limits import rates_of
from extractors.http.paging import cursor_pages
from extractors.http.tokens import TokenStore
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.settings import own_address
from extractors.sources.amocrm.columns import (
    CONTACT,
    EVENT,
    LEAD,
    LEAD_CONTACT,
    LEAD_PRODUCT,
    PRODUCT,
    STAGE,
    TRACKED,
    USER,
)
from extractors.times import end_of, from_unix, start_of, unix

PAGE_SIZE = 250
EVENTS_ON_PAGE = 100

OWN_OF_LEADS = ("cancelled_at", "cost_of_goods")

EVENT_TYPES = (
    *("lead_added", "lead_status_changed", "lead_deleted", "lead_restored", "contact_deleted", "contact_restored"),
    # What reaches the customer: somebody answered.
    *("outgoing_call", "outgoing_chat_message", "outgoing_sms"),
)


def classify(answer: Answer) -> Verdict | None:
    """amoCRM's own rules; its limits name no time, and too many of them make a wall answer instead of it."""
    body = answer.body if isinstance(answer.body, dict) else {}
    said = body.get("title") or "no reason given"
    match answer.status:
        case 401:
            return Verdict("refresh_auth", f"the token is not accepted ({said})")
        case 402:
            return Verdict("fix_settings", "the account is not paid for")
        case 403 if not body:
            return Verdict("wait", "amoCRM's wall blocks this address for a while", after=300)
        case 403 if "/users" in answer.url:
            return Verdict("skip", "only an administrator may list the users")
        case 403:
            return Verdict("fix_settings", f"the user of the token has no right to this ({said})")
        case 429:
            return Verdict("wait", "more than 7 requests a second")
        case 400 | 404 | 422:
            return Verdict("fix_settings", f"amoCRM refused the request ({said})")
    return None


def read_contacts(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the contacts that changed on the window's days."""
    for page in _changed(client, window, "contacts", ("id", "created_at", "custom_fields_values")):
        yield [
            {
                **picked(contact, CONTACT),
                **_moments(contact, "created_at", "updated_at"),
                "email": _nth(_coded(contact, "EMAIL"), 0),
                "phone": _nth(_coded(contact, "PHONE"), 0),
                "second_phone": _nth(_coded(contact, "PHONE"), 1),
                "_payload": contact,
            }
            for contact in page
        ]


def read_leads(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the leads that changed on the window's days."""
    own = own_fields(account, "lead_fields", OWN_OF_LEADS)
    home = client.get("/api/v4/account")
    expect_fields("amocrm: account", [home], ("currency",))
    for page in _changed_leads(client, window):
        yield [_lead(lead, home["currency"], own) for lead in page]


def _lead(lead: dict[str, Any], currency: Any, own: Mapping[str, str]) -> Row:
    reasons = _inside(lead, "loss_reason")
    cancelled_at = _of_field(lead, own.get("cancelled_at"))
    return {
        **picked(lead, LEAD),
        **_moments(lead, "created_at", "updated_at", "closed_at"),
        # All leads of an account are in its one currency.
        "currency": currency,
        "loss_reason": reasons[0].get("name") if reasons else None,
        **{column: _nth(_coded(lead, code), 0) for column, code in TRACKED.items()},
        "cancelled_at": from_unix(cancelled_at),
        "cost_of_goods": _of_field(lead, own.get("cost_of_goods")),
        "_payload": lead,
    }


def read_lead_contacts(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the contacts of each changed lead."""
    for page in _changed_leads(client, window):
        yield [
            {
                "lead_id": lead["id"],
                "contact_id": contact.get("id"),
                "is_main": contact.get("is_main"),
                **_moments(lead, "updated_at"),
                "_payload": contact,
            }
            for lead in page
            for contact in _inside(lead, "contacts")
        ]


def read_lead_products(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the products of each changed lead."""
    for page in _changed_leads(client, window):
        yield [
            {
                "lead_id": lead["id"],
                "product_id": element.get("id"),
                "catalog_id": (element.get("metadata") or {}).get("catalog_id"),
                "quantity": (element.get("metadata") or {}).get("quantity"),
                **_moments(lead, "updated_at"),
                "_payload": element,
            }
            for lead in page
            for element in _inside(lead, "catalog_elements")
        ]


def read_events(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield what happened to leads and contacts on the window's days."""
    params = {
        "filter[type][]": list(EVENT_TYPES),
        "filter[created_at][from]": unix(start_of(window)),
        "filter[created_at][to]": unix(end_of(window)) - 1,
        "limit": EVENTS_ON_PAGE,
    }
    for page in _pages(client, "/api/v4/events", "events", params):
        expect_fields("amocrm: events", page, ("id", "type", "entity_id", "created_at", "value_after", "value_before"))
        yield [_event(event) for event in page]


def _event(event: dict[str, Any]) -> Row:
    before, after = _stage_of(event.get("value_before")), _stage_of(event.get("value_after"))
    return {
        **picked(event, EVENT),
        **_moments(event, "created_at"),
        "before_pipeline_id": before.get("pipeline_id"),
        "before_status_id": before.get("id"),
        "after_pipeline_id": after.get("pipeline_id"),
        "after_status_id": after.get("id"),
        "_payload": event,
    }


def read_pipelines(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield every stage of every pipeline."""
    for page in _pages(client, "/api/v4/leads/pipelines", "pipelines", {}):
        expect_fields("amocrm: pipelines", page, ("id", "name", "_embedded"))
        yield [
            {
                "pipeline_id": pipeline["id"],
                "status_id": status.get("id"),
                "pipeline_name": pipeline.get("name"),
                "status_name": status.get("name"),
                "display_order": status.get("sort"),
                "status_type": status.get("type"),
                "_payload": status,
            }
            for pipeline in page
            for status in _inside(pipeline, "statuses")
        ]


def read_products(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield every product of the catalogues that the option ``catalogs`` names; none without it."""
    for catalog in account.options.get("catalogs") or []:
        path = f"/api/v4/catalogs/{catalog}/elements"
        for page in _pages(client, path, "elements", {"limit": PAGE_SIZE}):
            expect_fields("amocrm: products", page, ("id", "name", "custom_fields_values"))
            yield [
                {
                    "catalog_id": str(catalog),
                    "product_id": element["id"],
                    "name": element.get("name"),
                    "price": _nth(_coded(element, "PRICE"), 0),
                    "_payload": element,
                }
                for element in page
            ]


def read_users(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield every colleague."""
    for page in _pages(client, "/api/v4/users", "users", {"limit": PAGE_SIZE}):
        expect_fields("amocrm: users", page, ("id", "email"))
        yield [{**picked(user, USER), "_payload": user} for user in page]


def _changed_leads(client: Client, window: Window) -> Iterator[list[dict[str, Any]]]:
    expected = ("id", "price", "status_id", "pipeline_id", "created_at", "closed_at", "custom_fields_values")
    with_these = "contacts,loss_reason,source_id,catalog_elements"
    return _changed(client, window, "leads", expected, {"with": with_these})


def _changed(
    client: Client, window: Window, kind: str, expected: Sequence[str], also: Mapping[str, Any] | None = None
) -> Iterator[list[dict[str, Any]]]:
    """Yield the records last changed on the window's days, in UTC."""
    params = {
        "filter[updated_at][from]": unix(start_of(window)),
        "filter[updated_at][to]": unix(end_of(window)) - 1,
        # By id: a record that changes meanwhile leaves the window, and the others hardly move.
        "order[id]": "asc",
        "limit": PAGE_SIZE,
        **(also or {}),
    }
    for page in _pages(client, f"/api/v4/{kind}", kind, params):
        expect_fields(f"amocrm: {kind}", page, (*expected, "updated_at"))
        yield page


def _pages(client: Client, path: str, key: str, params: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """A short page is not the last one: that is the one without a link to the next."""

    def fetch(cursor: str | None) -> Any:
        number = int(cursor or 1)
        answer = client.get(path, {**params, "page": number})
        if answer is None:
            # No content: there is nothing, or nothing more.
            return {"rows": []}
        if not isinstance(answer, dict) or "_embedded" not in answer:
            raise SourceChanged(f"amocrm: {path}: no '_embedded' in the answer. Has the vendor changed its paging?")
        links, inside = answer.get("_links"), answer["_embedded"]
        # PHP writes an empty object as an empty list.
        has_next = isinstance(links, dict) and bool(links.get("next"))
        return {
            "rows": inside.get(key) if isinstance(inside, dict) else [],
            "next": str(number + 1) if has_next else None,
        }

    yield from cursor_pages(f"amocrm: {path}", fetch, "rows", lambda answer: answer.get("next"))


def _inside(record: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    inside = record.get("_embedded")
    return list(inside.get(key) or []) if isinstance(inside, dict) else []


def _moments(record: Mapping[str, Any], *names: str) -> Row:
    return {name: from_unix(record.get(name)) for name in names}


def _values(record: Mapping[str, Any], name: str, wanted: str) -> list[Any]:
    """The values of a custom field, found by its code or by its number."""
    for field in record.get("custom_fields_values") or []:
        if str(field.get(name)) == wanted:
            return [entry.get("value") for entry in field.get("values") or [] if entry.get("value") not in (None, "")]
    return []


def _coded(record: Mapping[str, Any], code: str) -> list[Any]:
    return _values(record, "field_code", code)


def _of_field(record: Mapping[str, Any], field_id: str | None) -> Any:
    return _nth(_values(record, "field_id", field_id), 0) if field_id else None


def _nth(values: list[Any], place: int) -> Any:
    return values[place] if place < len(values) else None


def _stage_of(values: Any) -> Mapping[str, Any]:
    """The stage inside a change of stages; an event of another kind has none."""
    for value in values if isinstance(values, list) else []:
        if isinstance(value, dict) and isinstance(value.get("lead_status"), dict):
            return dict(value["lead_status"])
    return {}


def connect(connection: Connection, account: Account) -> Client:
    """A client that carries the long-lived token, or renews the one of an integration."""
    base_url = own_address(connection, account, "https://acme.amocrm.ru or https://acme.kommo.com")
    auth: Auth = BearerToken(connection.password)
    if connection.login:
        auth = RotatingOAuthRefresh(
            token_url=f"{base_url}/oauth2/access_token",
            client_id=connection.login,
            client_secret=connection.extra.get("client_secret", ""),
            refresh_token=connection.password,
            store=TokenStore(f"amocrm/{account.account}"),
            style="json",
            extra_fields={"redirect_uri": connection.extra.get("redirect_uri", "")},
            usual_lifetime=86400,
        )
    return HttpClient(
        base_url,
        name=f"amocrm/{account.account}",
        auth=auth,
        classify=classify,
        # 7 a second are allowed to an integration, and whoever goes on above that is blocked.
        rates=rates_of(account, Rate(5, Duration.SECOND)),
        secrets=connection.secrets(),
    )


AMOCRM = Source(
    name="amocrm",
    kind="crm",
    base_url="",
    docs="https://www.amocrm.ru/developers/content/crm_platform/api-reference",
    settings={
        "host": "your own address, like https://acme.amocrm.ru or https://acme.kommo.com",
        "password": "amoCRM: amoMarket > your integration > Keys and scopes, long-lived token (or a refresh token)",
    },
    connect=connect,
    tables=(
        changes_table("contacts", ("contact_id",), CONTACT, read_contacts),
        changes_table("leads", ("lead_id",), LEAD, read_leads),
        changes_table("lead_contacts", ("lead_id", "contact_id"), LEAD_CONTACT, read_lead_contacts),
        changes_table("lead_products", ("lead_id", "product_id"), LEAD_PRODUCT, read_lead_products),
        Table(
            name="events",
            grain="day",
            key=("event_id",),
            day="created_at",
            restated_days=1,
            columns=columns_of(EVENT),
            read=read_events,
        ),
        Table("pipelines", "snapshot", ("pipeline_id", "status_id"), columns_of(STAGE), read_pipelines),
        Table("products", "snapshot", ("catalog_id", "product_id"), columns_of(PRODUCT), read_products),
        Table("users", "snapshot", ("user_id",), columns_of(USER), read_users),
    ),
)
