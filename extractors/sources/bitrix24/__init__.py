"""Bitrix24: deals with their stages, people and products, leads, activities, colleagues.

API: https://apidocs.bitrix24.com/api-reference (``crm.item.*``, and the older lists where there is no newer one).
A record belongs to the day it was last changed; the day before is read again. A deal that was deleted is listed no
more and nothing says so: every pull lists the ids that there are. What the webhook's user may not see is silently
absent. Ten tables of one portal in one file, longer than most: all go through the same calls and their same refusals.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from pyrate_limiter import Duration, Rate

from extractors.errors import FixSettings, RetryLater, SourceChanged
from extractors.fields import Fields, changes_table, columns_of, expect_fields, own_fields, picked
from extractors.http.auth import Auth, NoAuth, RotatingOAuthRefresh
from extractors.http.client import Answer, HttpClient, Verdict
from extractors.http.limits import rates_of
from extractors.http.paging import cursor_pages, rows_of
from extractors.http.tokens import TokenStore
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.settings import own_address
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
from extractors.times import end_of, start_of

TOKEN_URL = "https://oauth.bitrix24.tech/oauth/token/"
PAGE_SIZE = 50
"""Fixed by Bitrix24, for pages and for the commands of a batch."""
LEAD, DEAL, CONTACT = 1, 2, 3
"""The numbers of the kinds of records."""

OWN_OF_DEALS = ("cancelled_at", "cost_of_goods")
OWN_OF_CONTACTS = ("click_id",)

PERMANENT = {
    "OVERLOAD_LIMIT": "Bitrix24 has blocked the portal by hand; its support lifts that",
    "PORTAL_DELETED": "the portal was deleted",
    "NO_AUTH_FOUND": "the webhook was deleted, or its secret is wrong",
    "INVALID_CREDENTIALS": "the user of the webhook has no right to this",
    "ACCESS_DENIED": "REST needs a commercial plan, or the user has no right to this",
    "insufficient_scope": "the webhook lacks a scope; it needs crm and user",
    "user_access_error": "the user has no access to the application",
    "ERROR_BATCH_LENGTH_EXCEEDED": "a batch was longer than 50 commands",
}


def classify(answer: Answer) -> Verdict | None:
    """Bitrix24's own rules: the code decides, and a limit may be a 503."""
    body = answer.body if isinstance(answer.body, dict) else {}
    if answer.status < 300 and "result" in body:
        return None
    code = str(body.get("error") or "")
    if code == "QUERY_LIMIT_EXCEEDED":
        return Verdict("wait", "more than 2 requests a second", after=2)
    if code == "OPERATION_TIME_LIMIT":
        reset = (body.get("time") or {}).get("operating_reset_at")
        after = max(1.0, float(reset) - time.time()) if reset else 600.0
        return Verdict("wait", "this method has computed for too long in the last ten minutes", after=after)
    if code == "expired_token":
        return Verdict("refresh_auth", "the access token has expired")
    if code in ("insufficient_scope", "ACCESS_DENIED") and "/user.get" in answer.url:
        return Verdict("skip", "the webhook may not list the users")
    if code in PERMANENT:
        return Verdict("fix_settings", f"{PERMANENT[code]} ({code})")
    if answer.status < 500 and answer.text.lstrip().lower().startswith(("<!doctype", "<html")):
        return Verdict("fix_settings", "a web page answers instead of the portal: it was renamed or suspended")
    if 400 <= answer.status < 500 and answer.status not in (408, 429):
        return Verdict("fix_settings", f"Bitrix24 refused the request ({code or 'no code given'})")
    if code and answer.status < 300:
        return Verdict("transient", f"an error came as a success ({code})")
    return None


def read_contacts(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the contacts that changed on the window's days."""
    own = own_fields(account, "contact_fields", OWN_OF_CONTACTS)
    fields = [*_vendor_names(CONTACT_FIELDS, OWN_OF_CONTACTS), *own.values()]
    for page in _changed(client, CONTACT, fields, window, ("id", "fm", "createdTime", *own.values())):
        yield [
            {
                **_row(contact, CONTACT_FIELDS),
                "email": _multi(contact, "EMAIL", 0),
                "phone": _multi(contact, "PHONE", 0),
                "second_phone": _multi(contact, "PHONE", 1),
                "click_id": _blank(contact.get(own["click_id"])) if own else None,
                "_payload": contact,
            }
            for contact in page
        ]


def read_leads(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the leads that changed on the window's days."""
    fields = _vendor_names(LEAD_FIELDS)
    for page in _changed(client, LEAD, fields, window, ("id", "fm", "stageId", "createdTime")):
        yield [
            {
                **_row(lead, LEAD_FIELDS),
                "email": _multi(lead, "EMAIL", 0),
                "phone": _multi(lead, "PHONE", 0),
                "_payload": lead,
            }
            for lead in page
        ]


def read_deals(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the deals that changed on the window's days."""
    own = own_fields(account, "deal_fields", OWN_OF_DEALS)
    fields = [*_vendor_names(DEAL_FIELDS, OWN_OF_DEALS), *own.values()]
    expected = ("id", "opportunity", "currencyId", "stageId", "categoryId", "createdTime", *own.values())
    for page in _changed(client, DEAL, fields, window, expected):
        yield [
            {
                **_row(deal, DEAL_FIELDS),
                "is_closed": _yes(deal.get("closed")),
                "cancelled_at": _blank(deal.get(own.get("cancelled_at", ""))),
                "cost_of_goods": _money(deal.get(own.get("cost_of_goods", ""))),
                "_payload": deal,
            }
            for deal in page
        ]


def read_deal_contacts(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the contacts of each changed deal."""
    fields = ("id", "contactId", "contactIds", "updatedTime")
    for page in _changed(client, DEAL, fields, window, ("id", "contactIds")):
        yield [
            {
                "deal_id": deal["id"],
                "contact_id": contact_id,
                "is_main": contact_id == deal.get("contactId"),
                "updated_at": deal.get("updatedTime"),
                "_payload": {"id": deal["id"], "contactIds": deal.get("contactIds")},
            }
            for deal in page
            for contact_id in deal.get("contactIds") or []
        ]


def read_deal_ids(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the id of every deal that there is."""
    for page in _items(client, DEAL, ("id",), {}):
        expect_fields("bitrix24: deal ids", page, ("id",))
        yield [{"deal_id": deal["id"], "_payload": deal} for deal in page]


def read_deal_stages(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the stages that deals entered on the window's days."""
    between = _between("CREATED_TIME", window)
    for page in _listed(client, "crm.stagehistory.list", "items", "ID", between, {"entityTypeId": DEAL}):
        expect_fields("bitrix24: stage history", page, ("ID", "OWNER_ID", "STAGE_ID", "CREATED_TIME"))
        yield [{**_row(entry, DEAL_STAGE), "_payload": entry} for entry in page]


def read_product_rows(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the products of each changed deal, asked for in batches."""
    for page in _changed(client, DEAL, ("id", "updatedTime"), window, ("id",)):
        updated_at = {str(deal["id"]): deal.get("updatedTime") for deal in page}
        waiting = {f"d{deal_id}": (deal_id, 0) for deal_id in updated_at}
        while waiting:
            # The sign of equality inside a name is written in percent, or the name would end there.
            commands = {
                name: f"crm.item.productrow.list?filter[%3DownerType]=D&filter[%3DownerId]={deal_id}&start={start}"
                for name, (deal_id, start) in waiting.items()
            }
            found, following = _batch(client, commands)
            for name in commands:
                rows = rows_of(f"bitrix24: products of {name}", found.get(name), "productRows")
                expect_fields("bitrix24: products", rows, ("id", "ownerId", "productName", "price", "quantity"))
                yield [
                    {
                        **_row(row, PRODUCT_ROW),
                        "updated_at": updated_at.get(str(row.get("ownerId"))),
                        "_payload": row,
                    }
                    for row in rows
                ]
            waiting = {name: (waiting[name][0], int(start)) for name, start in following.items()}


def read_activities(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the calls and e-mails that changed on the window's days."""
    select = [field.name for field in ACTIVITY.values()]
    for page in _listed(client, "crm.activity.list", None, "ID", _between("LAST_UPDATED", window), {"select": select}):
        expect_fields("bitrix24: activities", page, ("ID", "OWNER_ID", "DIRECTION", "LAST_UPDATED", "COMPLETED"))
        yield [{**_row(one, ACTIVITY), "is_completed": _yes(one.get("COMPLETED")), "_payload": one} for one in page]


def read_stages(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield every stage of every pipeline, which Bitrix24 calls a category."""
    where = "bitrix24: categories"
    answer = _call(client, "crm.category.list", {"entityTypeId": DEAL})
    categories = rows_of(where, answer.get("result"), "categories")
    expect_fields(where, categories, ("id", "name"))
    for category in categories:
        number = category["id"]
        entity = "DEAL_STAGE" if str(number) == "0" else f"DEAL_STAGE_{number}"
        stages = rows_of(
            "bitrix24: stages", _call(client, "crm.status.list", {"filter": {"ENTITY_ID": entity}}), "result"
        )
        expect_fields("bitrix24: stages", stages, ("STATUS_ID", "NAME"))
        yield [
            {
                **_row(stage, STAGE),
                "category_id": number,
                "category_name": category["name"],
                # The older place of it is inside.
                "semantics": _blank(stage.get("SEMANTICS") or (stage.get("EXTRA") or {}).get("SEMANTICS")),
                "_payload": stage,
            }
            for stage in stages
        ]


def read_users(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield every colleague; those who left too, because their deals stay."""

    def fetch(cursor: str | None) -> Any:
        return _call(client, "user.get", {"start": int(cursor or 0)})

    for page in cursor_pages("bitrix24: user.get", fetch, "result", lambda answer: _text(answer.get("next"))):
        expect_fields("bitrix24: users", page, ("ID", "EMAIL"))
        yield [{**_row(user, USER), "_payload": user} for user in page]


def _changed(
    client: Client, kind: int, fields: Sequence[str], window: Window, expected: Sequence[str]
) -> Iterator[list[dict[str, Any]]]:
    """Yield the records last changed on the window's days."""
    select = list(dict.fromkeys([*fields, "id", "updatedTime"]))
    for page in _items(client, kind, select, _between("updatedTime", window)):
        expect_fields(f"bitrix24: records of kind {kind}", page, (*expected, "updatedTime"))
        yield page


def _items(
    client: Client, kind: int, select: Sequence[str], condition: Mapping[str, Any]
) -> Iterator[list[dict[str, Any]]]:
    also = {"entityTypeId": kind, "select": list(select)}
    return _listed(client, "crm.item.list", "items", "id", condition, also)


def _listed(
    client: Client, method: str, key: str | None, id_field: str, condition: Mapping[str, Any], also: Mapping[str, Any]
) -> Iterator[list[dict[str, Any]]]:
    """Page by id: pages by number shift when a record changes, and Bitrix24 counts the whole list for each."""
    where = f"bitrix24: {method}"

    def fetch(cursor: str | None) -> Any:
        body = {
            **also,
            "order": {id_field: "ASC"},
            "filter": {**condition, f">{id_field}": int(cursor or 0)},
            "start": -1,
        }
        answer = _call(client, method, body)
        return answer if key is None else {"result": rows_of(where, answer.get("result"), key)}

    def following(answer: Mapping[str, Any]) -> str | None:
        page = answer["result"]
        return str(page[-1].get(id_field)) if len(page) >= PAGE_SIZE else None

    yield from cursor_pages(where, fetch, "result", following)


def _batch(client: Client, commands: Mapping[str, str]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What each command found, and where each goes on. One that failed fails the batch: it came with a 200."""
    outer = _call(client, "batch", {"halt": 0, "cmd": dict(commands)}).get("result")
    if not isinstance(outer, dict):
        raise SourceChanged("bitrix24: a batch has no object 'result'. Has the vendor changed its answer?")
    # PHP writes an empty object as an empty list.
    errors, found, following = (outer.get(name) or {} for name in ("result_error", "result", "result_next"))
    for error in errors.values() if isinstance(errors, dict) else []:
        code = error.get("error") if isinstance(error, dict) else error
        if str(code) in PERMANENT:
            raise FixSettings(f"bitrix24: a command of a batch was refused: {PERMANENT[str(code)]} ({code}).")
        raise RetryLater(f"bitrix24: a command of a batch failed ({code or 'no code given'}).")
    return found if isinstance(found, dict) else {}, following if isinstance(following, dict) else {}


def _call(client: Client, method: str, body: Mapping[str, Any]) -> dict[str, Any]:
    answer = client.post_json(f"{method}.json", dict(body))
    if not isinstance(answer, dict):
        raise SourceChanged(f"bitrix24: {method}: an object was expected, and it is {type(answer).__name__}.")
    return answer


def _between(field: str, window: Window) -> dict[str, str]:
    return {f">={field}": _offset(start_of(window)), f"<{field}": _offset(end_of(window))}


def _offset(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _vendor_names(fields: Fields, own: Sequence[str] = ()) -> list[str]:
    return [field.name for column, field in fields.items() if column not in own]


def _row(record: Mapping[str, Any], fields: Fields) -> Row:
    return {column: _blank(value) for column, value in picked(record, fields).items()}


def _blank(value: Any) -> Any:
    """The older lists write nothing as an empty text."""
    return None if value == "" else value


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _yes(value: Any) -> Any:
    return {"Y": True, "N": False}.get(value, value)


def _money(value: Any) -> Any:
    """A field of money is written with its currency, ``900.10|EUR``."""
    return _blank(value.partition("|")[0]) if isinstance(value, str) else value


def _multi(record: Mapping[str, Any], kind: str, place: int) -> Any:
    """A telephone number or an e-mail address, of which a person may have several."""
    entries = record.get("fm") or []
    values = [entry.get("value") for entry in entries if entry.get("typeId") == kind and entry.get("value")]
    return values[place] if place < len(values) else None


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
        changes_table("contacts", ("contact_id",), CONTACT_FIELDS, read_contacts),
        changes_table("leads", ("lead_id",), LEAD_FIELDS, read_leads),
        changes_table("deals", ("deal_id",), DEAL_FIELDS, read_deals),
        changes_table("deal_contacts", ("deal_id", "contact_id"), DEAL_CONTACT, read_deal_contacts),
        Table("deal_ids", "snapshot", ("deal_id",), {"deal_id": "text"}, read_deal_ids),
        Table(
            name="deal_stages",
            grain="day",
            key=("entry_id",),
            day="entered_at",
            restated_days=1,
            columns=columns_of(DEAL_STAGE),
            read=read_deal_stages,
        ),
        changes_table("product_rows", ("product_row_id",), PRODUCT_ROW, read_product_rows),
        changes_table("activities", ("activity_id",), ACTIVITY, read_activities),
        Table("stages", "snapshot", ("category_id", "stage_id"), columns_of(STAGE), read_stages),
        Table("users", "snapshot", ("user_id",), columns_of(USER), read_users),
    ),
)
