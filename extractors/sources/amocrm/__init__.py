"""amoCRM (Kommo): leads, which are deals elsewhere, with their people, products and history; users, stages.

API: https://www.amocrm.ru/developers/content/crm_platform/api-reference (version 4; Kommo's is the same). A record
belongs to the day it was last changed, and the day before is read again. A lead that was deleted is listed no more:
an event says so, as it says which stage a lead came to. One that was merged into another is told by nothing: every
pull lists the ids that there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from pyrate_limiter import Duration, Rate

from extractors.errors import SourceChanged as SourceChanged
from extractors.fields import changes_table, columns_of, expect_fields, own_fields, picked
from extractors.http.auth import Auth, BearerToken
from extractors.http.client import Answer as Answer
from extractors.http.client import HttpClient
from extractors.http.client import Verdict as Verdict
from extractors.http.limits import rates_of
from extractors.http.oauth import RotatingOAuthRefresh
from extractors.http.paging import cursor_pages as cursor_pages
from extractors.http.tokens import TokenStore
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.records import all_rows_made, rows_made, value_in
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
from extractors.sources.amocrm.errors import classify
from extractors.sources.amocrm.pages import PAGE_SIZE, changed_records, pages_of
from extractors.sources.amocrm.values import coded, embedded_in, moments, nth_of, of_field, rest_of, stage_of
from extractors.times import end_of, from_unix, start_of, unix

EVENTS_ON_PAGE = 100

OWN_OF_LEADS = ("cancelled_at", "cost_of_goods")

EVENT_TYPES = (
    *("lead_added", "lead_status_changed", "lead_deleted", "lead_restored", "contact_deleted", "contact_restored"),
    # What reaches the customer: somebody answered.
    *("outgoing_call", "outgoing_chat_message", "outgoing_sms"),
)


def read_contacts(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the contacts that changed on the window's days."""
    for page in changed_records(client, window, "contacts", ("id", "created_at", "custom_fields_values")):
        yield rows_made("amocrm: contacts", page, _contact)


def _contact(contact: dict[str, Any]) -> Row:
    return {
        **picked(contact, CONTACT),
        **moments(contact, "created_at", "updated_at"),
        "email": nth_of(coded(contact, "EMAIL"), 0),
        "phone": nth_of(coded(contact, "PHONE"), 0),
        "second_phone": nth_of(coded(contact, "PHONE"), 1),
        "other_emails": rest_of(coded(contact, "EMAIL"), 1),
        "other_phones": rest_of(coded(contact, "PHONE"), 2),
        "_payload": contact,
    }


def read_leads(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the leads that changed on the window's days."""
    own = own_fields(account, "lead_fields", OWN_OF_LEADS)
    home = client.get("/api/v4/account")
    expect_fields("amocrm: account", [home], ("currency",))
    for page in _changed_leads(client, window):
        yield rows_made("amocrm: leads", page, partial(_lead, currency=home["currency"], own=own))


def _lead(lead: dict[str, Any], currency: Any, own: Mapping[str, str]) -> Row:
    reasons = embedded_in(lead, "loss_reason")
    cancelled_at = of_field(lead, own.get("cancelled_at"))
    return {
        **picked(lead, LEAD),
        **moments(lead, "created_at", "updated_at", "closed_at"),
        # All leads of an account are in its one currency.
        "currency": currency,
        "loss_reason": reasons[0].get("name") if reasons else None,
        **{column: nth_of(coded(lead, code), 0) for column, code in TRACKED.items()},
        "cancelled_at": from_unix(cancelled_at),
        "cost_of_goods": of_field(lead, own.get("cost_of_goods")),
        "_payload": lead,
    }


def read_lead_contacts(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the contacts of each changed lead; a row without a contact where it has none: the last may have left."""
    for page in _changed_leads(client, window):
        yield all_rows_made("amocrm: lead_contacts", page, _lead_contacts)


def _lead_contacts(lead: dict[str, Any]) -> list[Row]:
    return [
        {
            "lead_id": lead["id"],
            "contact_id": contact.get("id"),
            "is_main": contact.get("is_main"),
            **moments(lead, "updated_at"),
            "_payload": contact,
        }
        for contact in embedded_in(lead, "contacts") or [{}]
    ]


def read_lead_products(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the products of each changed lead; a row without a product where it has none: the last may have left."""
    for page in _changed_leads(client, window):
        yield all_rows_made("amocrm: lead_products", page, _lead_products)


def _lead_products(lead: dict[str, Any]) -> list[Row]:
    return [
        {
            "lead_id": lead["id"],
            "product_id": element.get("id"),
            "catalog_id": value_in(element, "metadata", "catalog_id"),
            "quantity": value_in(element, "metadata", "quantity"),
            **moments(lead, "updated_at"),
            "_payload": element,
        }
        for element in embedded_in(lead, "catalog_elements") or [{}]
    ]


def read_lead_ids(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the id of every lead that there is: one that was merged into another leaves without a word."""
    for page in pages_of(client, "/api/v4/leads", "leads", {"order[id]": "asc", "limit": PAGE_SIZE}):
        expect_fields("amocrm: lead ids", page, ("id",))
        yield [{"lead_id": lead["id"], "_payload": {"id": lead["id"]}} for lead in page]


def read_events(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield what happened to leads and contacts on the window's days."""
    params = {
        "filter[type][]": list(EVENT_TYPES),
        "filter[created_at][from]": unix(start_of(window)),
        "filter[created_at][to]": unix(end_of(window)) - 1,
        "limit": EVENTS_ON_PAGE,
    }
    for page in pages_of(client, "/api/v4/events", "events", params):
        expect_fields("amocrm: events", page, ("id", "type", "entity_id", "created_at", "value_after", "value_before"))
        yield [_event(event) for event in page]


def _event(event: dict[str, Any]) -> Row:
    before, after = stage_of(event.get("value_before")), stage_of(event.get("value_after"))
    return {
        **picked(event, EVENT),
        **moments(event, "created_at"),
        "before_pipeline_id": before.get("pipeline_id"),
        "before_status_id": before.get("id"),
        "after_pipeline_id": after.get("pipeline_id"),
        "after_status_id": after.get("id"),
        "_payload": event,
    }


def read_pipelines(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield every stage of every pipeline."""
    for page in pages_of(client, "/api/v4/leads/pipelines", "pipelines", {}):
        expect_fields("amocrm: pipelines", page, ("id", "name", "_embedded"))
        yield all_rows_made("amocrm: pipelines", page, _stages)


def _stages(pipeline: dict[str, Any]) -> list[Row]:
    return [
        {
            "pipeline_id": pipeline["id"],
            "status_id": status.get("id"),
            "pipeline_name": pipeline.get("name"),
            "status_name": status.get("name"),
            "display_order": status.get("sort"),
            "status_type": status.get("type"),
            "_payload": status,
        }
        for status in embedded_in(pipeline, "statuses")
    ]


def read_products(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield every product of the catalogues that the option ``catalogs`` names; none without it."""
    for catalog in account.options.get("catalogs") or []:
        path = f"/api/v4/catalogs/{catalog}/elements"
        for page in pages_of(client, path, "elements", {"limit": PAGE_SIZE}):
            expect_fields("amocrm: products", page, ("id", "name", "custom_fields_values"))
            yield rows_made("amocrm: products", page, partial(_product, catalog=str(catalog)))


def _product(element: dict[str, Any], catalog: str) -> Row:
    return {
        "catalog_id": catalog,
        "product_id": element["id"],
        "name": element.get("name"),
        "price": nth_of(coded(element, "PRICE"), 0),
        "_payload": element,
    }


def read_users(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield every colleague."""
    for page in pages_of(client, "/api/v4/users", "users", {"limit": PAGE_SIZE}):
        expect_fields("amocrm: users", page, ("id", "email"))
        yield [{**picked(user, USER), "_payload": user} for user in page]


def _changed_leads(client: Client, window: Window) -> Iterator[list[dict[str, Any]]]:
    expected = ("id", "price", "status_id", "pipeline_id", "created_at", "closed_at", "custom_fields_values")
    with_these = "contacts,loss_reason,source_id,catalog_elements"
    return changed_records(client, window, "leads", expected, {"with": with_these})


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
        changes_table("contacts", ("contact_id",), CONTACT, read_contacts, removals=("event",)),
        changes_table("leads", ("lead_id",), LEAD, read_leads, removals=("ids", "event"), optional=OWN_OF_LEADS),
        Table(
            "lead_ids", "snapshot", ("lead_id",), {"lead_id": "text"}, read_lead_ids, learns_of_removals_by=("whole",)
        ),
        changes_table(
            "lead_contacts",
            ("lead_id", "contact_id"),
            LEAD_CONTACT,
            read_lead_contacts,
            removals=("parent",),
            has_empty_keys=True,
        ),
        changes_table(
            "lead_products",
            ("lead_id", "product_id"),
            LEAD_PRODUCT,
            read_lead_products,
            removals=("parent",),
            has_empty_keys=True,
        ),
        Table(
            name="events",
            grain="day",
            key=("event_id",),
            day="created_at",
            restated_days=1,
            columns=columns_of(EVENT),
            read=read_events,
            learns_of_removals_by=("never",),
        ),
        Table(
            "pipelines",
            "snapshot",
            ("pipeline_id", "status_id"),
            columns_of(STAGE),
            read_pipelines,
            learns_of_removals_by=("whole",),
        ),
        Table(
            "products",
            "snapshot",
            ("catalog_id", "product_id"),
            columns_of(PRODUCT),
            read_products,
            learns_of_removals_by=("whole",),
        ),
        Table("users", "snapshot", ("user_id",), columns_of(USER), read_users, learns_of_removals_by=("whole",)),
    ),
)
