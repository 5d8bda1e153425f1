"""Bitrix24: deals with their stages, people and products, leads, activities, colleagues.

API: https://apidocs.bitrix24.com/api-reference (``crm.item.*``, and the older lists where there is no newer one).
A record belongs to the day it was last changed; the day before is read again. A deal that was deleted is listed no
more and nothing says so: every pull lists the ids that there are. What the webhook's user may not see is silently
absent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from pyrate_limiter import Duration, Rate

from extractors.errors import FixSettings
from extractors.errors import RetryLater as RetryLater
from extractors.errors import SourceChanged as SourceChanged
from extractors.fields import Fields as Fields
from extractors.fields import changes_table, columns_of, expect_fields, own_fields
from extractors.fields import picked as picked
from extractors.http.auth import Auth, NoAuth
from extractors.http.client import Answer as Answer
from extractors.http.client import HttpClient
from extractors.http.client import Verdict as Verdict
from extractors.http.limits import rates_of
from extractors.http.oauth import RotatingOAuthRefresh
from extractors.http.paging import cursor_pages, rows_of
from extractors.http.tokens import TokenStore
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.records import all_rows_made, list_in, value_in
from extractors.settings import own_address
from extractors.sources.bitrix24.calls import batch, between, call, changed, items, listed
from extractors.sources.bitrix24.columns import (
    ACTIVITY,
    CONTACT_FIELDS,
    DEAL_CONTACT,
    DEAL_FIELDS,
    DEAL_STAGE,
    LEAD_FIELDS,
    PRODUCT_ROW,
    STAGE,
    USER,
)
from extractors.sources.bitrix24.errors import PERMANENT as PERMANENT
from extractors.sources.bitrix24.errors import classify
from extractors.sources.bitrix24.values import blank, money, multi, multi_rest, row_of, text, vendor_names, yes
from extractors.times import end_of as end_of
from extractors.times import start_of as start_of

TOKEN_URL = "https://oauth.bitrix24.tech/oauth/token/"
LEAD, DEAL, CONTACT = 1, 2, 3
"""The numbers of the kinds of records."""

OWN_OF_DEALS = ("cancelled_at", "cost_of_goods")
OWN_OF_CONTACTS = ("click_id",)


def read_contacts(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the contacts that changed on the window's days."""
    own = own_fields(account, "contact_fields", OWN_OF_CONTACTS)
    fields = [*vendor_names(CONTACT_FIELDS, OWN_OF_CONTACTS), *own.values()]
    for page in changed(client, CONTACT, fields, window, ("id", "fm", "createdTime", *own.values())):
        yield [
            {
                **row_of(contact, CONTACT_FIELDS),
                "email": multi(contact, "EMAIL", 0),
                "phone": multi(contact, "PHONE", 0),
                "second_phone": multi(contact, "PHONE", 1),
                "other_emails": multi_rest(contact, "EMAIL", 1),
                "other_phones": multi_rest(contact, "PHONE", 2),
                "click_id": blank(contact.get(own["click_id"])) if own else None,
                "_payload": contact,
            }
            for contact in page
        ]


def read_leads(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the leads that changed on the window's days."""
    fields = vendor_names(LEAD_FIELDS)
    for page in changed(client, LEAD, fields, window, ("id", "fm", "stageId", "createdTime")):
        yield [
            {
                **row_of(lead, LEAD_FIELDS),
                "email": multi(lead, "EMAIL", 0),
                "phone": multi(lead, "PHONE", 0),
                "_payload": lead,
            }
            for lead in page
        ]


def read_deals(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the deals that changed on the window's days."""
    own = own_fields(account, "deal_fields", OWN_OF_DEALS)
    fields = [*vendor_names(DEAL_FIELDS, OWN_OF_DEALS), *own.values()]
    expected = ("id", "opportunity", "currencyId", "stageId", "categoryId", "createdTime", *own.values())
    for page in changed(client, DEAL, fields, window, expected):
        yield [
            {
                **row_of(deal, DEAL_FIELDS),
                "is_closed": yes(deal.get("closed")),
                "cancelled_at": blank(deal.get(own.get("cancelled_at", ""))),
                "cost_of_goods": money(deal.get(own.get("cost_of_goods", ""))),
                "_payload": deal,
            }
            for deal in page
        ]


def read_deal_contacts(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the contacts of each changed deal; a row without a contact where it has none: the last may have left."""
    fields = ("id", "contactId", "contactIds", "updatedTime")
    for page in changed(client, DEAL, fields, window, ("id", "contactIds")):
        yield all_rows_made("bitrix24: deal contacts", page, _deal_contacts)


def _deal_contacts(deal: dict[str, Any]) -> list[Row]:
    return [
        {
            "deal_id": deal["id"],
            "contact_id": contact_id,
            "is_main": contact_id is not None and contact_id == deal.get("contactId"),
            "updated_at": deal.get("updatedTime"),
            "_payload": {"id": deal["id"], "contactIds": deal.get("contactIds")},
        }
        for contact_id in list_in(deal, "contactIds") or [None]
    ]


def read_deal_ids(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the id of every deal that there is."""
    for page in items(client, DEAL, ("id",), {}):
        expect_fields("bitrix24: deal ids", page, ("id",))
        yield [{"deal_id": deal["id"], "_payload": deal} for deal in page]


def read_deal_stages(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the stages that deals entered on the window's days."""
    created = between("CREATED_TIME", window)
    for page in listed(client, "crm.stagehistory.list", "items", "ID", created, {"entityTypeId": DEAL}):
        expect_fields("bitrix24: stage history", page, ("ID", "OWNER_ID", "STAGE_ID", "CREATED_TIME"))
        yield [{**row_of(entry, DEAL_STAGE), "_payload": entry} for entry in page]


def read_product_rows(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the products of each changed deal, asked for in batches; a row without a product where it has none."""
    for page in changed(client, DEAL, ("id", "updatedTime"), window, ("id",)):
        updated_at = {str(deal["id"]): deal.get("updatedTime") for deal in page}
        waiting = {f"d{deal_id}": (deal_id, 0) for deal_id in updated_at}
        while waiting:
            # The sign of equality inside a name is written in percent, or the name would end there.
            commands = {
                name: f"crm.item.productrow.list?filter[%3DownerType]=D&filter[%3DownerId]={deal_id}&start={start}"
                for name, (deal_id, start) in waiting.items()
            }
            found, following = batch(client, commands)
            empty = []
            for name in commands:
                rows = rows_of(f"bitrix24: products of {name}", found.get(name), "productRows")
                expect_fields("bitrix24: products", rows, ("id", "ownerId", "productName", "price", "quantity"))
                deal_id, start = waiting[name]
                if not rows and not start:
                    # The last may have left.
                    empty.append(
                        {"deal_id": deal_id, "updated_at": updated_at[deal_id], "_payload": {"ownerId": deal_id}}
                    )
                yield [
                    {
                        **row_of(row, PRODUCT_ROW),
                        "updated_at": updated_at.get(str(row.get("ownerId"))),
                        "_payload": row,
                    }
                    for row in rows
                ]
            yield empty
            waiting = {name: (waiting[name][0], int(start)) for name, start in following.items()}


def read_activities(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the calls and e-mails that changed on the window's days."""
    select = [field.name for field in ACTIVITY.values()]
    for page in listed(client, "crm.activity.list", None, "ID", between("LAST_UPDATED", window), {"select": select}):
        expect_fields("bitrix24: activities", page, ("ID", "OWNER_ID", "DIRECTION", "LAST_UPDATED", "COMPLETED"))
        yield [{**row_of(one, ACTIVITY), "is_completed": yes(one.get("COMPLETED")), "_payload": one} for one in page]


def read_stages(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield every stage of every pipeline, which Bitrix24 calls a category."""
    where = "bitrix24: categories"
    answer = call(client, "crm.category.list", {"entityTypeId": DEAL})
    categories = rows_of(where, answer.get("result"), "categories")
    expect_fields(where, categories, ("id", "name"))
    for category in categories:
        number = category["id"]
        entity = "DEAL_STAGE" if str(number) == "0" else f"DEAL_STAGE_{number}"
        stages = rows_of(
            "bitrix24: stages", call(client, "crm.status.list", {"filter": {"ENTITY_ID": entity}}), "result"
        )
        expect_fields("bitrix24: stages", stages, ("STATUS_ID", "NAME"))
        yield [
            {
                **row_of(stage, STAGE),
                "category_id": number,
                "category_name": category["name"],
                # The older place of it is inside.
                "semantics": blank(stage.get("SEMANTICS") or value_in(stage, "EXTRA", "SEMANTICS")),
                "_payload": stage,
            }
            for stage in stages
        ]


def read_users(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield every colleague; those who left too, because their deals stay."""

    def fetch(cursor: str | None) -> Any:
        return call(client, "user.get", {"start": int(cursor or 0)})

    for page in cursor_pages("bitrix24: user.get", fetch, "result", lambda answer: text(answer.get("next"))):
        expect_fields("bitrix24: users", page, ("ID", "EMAIL"))
        yield [{**row_of(user, USER), "_payload": user} for user in page]


def connect(connection: Connection, account: Account) -> Client:
    """A client that asks through an incoming webhook, or as an application that renews its token."""
    portal = own_address(connection, account, "https://acme.bitrix24.com")
    auth: Auth = NoAuth()
    address = f"{portal}/rest/{connection.login or '1'}/{connection.password}"
    if connection.extra.get("client_secret"):
        address = f"{portal}/rest"
        auth = RotatingOAuthRefresh(
            token_url=connection.extra.get("token_url", TOKEN_URL),
            client_id=connection.login,
            client_secret=connection.extra["client_secret"],
            refresh_token=connection.password,
            store=TokenStore(f"bitrix24/{account.account}"),
            style="query",
            in_query="auth",
            accept=lambda answer: _check_portal(answer, portal),
        )
    return HttpClient(
        # The webhook's secret is a part of the address, and hidden wherever an address is shown.
        address,
        name=f"bitrix24/{account.account}",
        auth=auth,
        classify=classify,
        rates=rates_of(account, Rate(2, Duration.SECOND)),
        secrets=[secret for secret in (connection.password, *connection.extra.values()) if secret],
    )


def _check_portal(answer: Mapping[str, Any], portal: str) -> None:
    """A token is good for its own portal only."""
    home = answer.get("client_endpoint")
    if home and urlsplit(str(home)).hostname != urlsplit(portal).hostname:
        raise FixSettings(f"the token belongs to {home}. Put that portal into the connection as its host.")


BITRIX24 = Source(
    name="bitrix24",
    kind="crm",
    base_url="",
    docs="https://apidocs.bitrix24.com/api-reference",
    settings={
        "host": "your portal, like https://acme.bitrix24.com",
        "login": "the number of the user who made the webhook, the first part after /rest/ in its address",
        "password": "Bitrix24: Developer resources > Other > Inbound webhook, the secret after that number",
    },
    connect=connect,
    tables=(
        changes_table("contacts", ("contact_id",), CONTACT_FIELDS, read_contacts, removals=("not_told",)),
        changes_table("leads", ("lead_id",), LEAD_FIELDS, read_leads, removals=("not_told",)),
        changes_table("deals", ("deal_id",), DEAL_FIELDS, read_deals, removals=("ids",), optional=OWN_OF_DEALS),
        changes_table(
            "deal_contacts",
            ("deal_id", "contact_id"),
            DEAL_CONTACT,
            read_deal_contacts,
            removals=("parent",),
            has_empty_keys=True,
        ),
        Table(
            "deal_ids", "snapshot", ("deal_id",), {"deal_id": "text"}, read_deal_ids, learns_of_removals_by=("whole",)
        ),
        Table(
            name="deal_stages",
            grain="day",
            key=("entry_id",),
            day="entered_at",
            restated_days=1,
            columns=columns_of(DEAL_STAGE),
            read=read_deal_stages,
            learns_of_removals_by=("never",),
        ),
        changes_table(
            "product_rows",
            ("deal_id", "product_row_id"),
            PRODUCT_ROW,
            read_product_rows,
            removals=("parent",),
            has_empty_keys=True,
        ),
        changes_table("activities", ("activity_id",), ACTIVITY, read_activities, removals=("not_told",)),
        Table(
            "stages",
            "snapshot",
            ("category_id", "stage_id"),
            columns_of(STAGE),
            read_stages,
            learns_of_removals_by=("whole",),
        ),
        Table("users", "snapshot", ("user_id",), columns_of(USER), read_users, learns_of_removals_by=("whole",)),
    ),
)
