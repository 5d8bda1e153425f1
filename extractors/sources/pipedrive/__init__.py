"""Pipedrive: persons, deals with their stages and products, activities, users, stages.

API: https://developers.pipedrive.com/docs/api/v1 (version 2 where it exists; the history of a deal and the users
are in version 1 only). A record belongs to the day it was last changed; the day before is read again. A deal that
was deleted is listed for 30 days, with that said; what was landed of older days stays, so that it stays deleted.
The participants of a deal are asked for deal by deal, where it has any: a change of them alone changes no deal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from extractors.errors import FixSettings
from extractors.fields import changes_table, columns_of, expect_fields, own_fields, picked
from extractors.http.answers import Gone
from extractors.http.auth import Auth, StaticHeader
from extractors.http.client import HttpClient
from extractors.http.oauth import RotatingOAuthRefresh
from extractors.http.paging import cursor_pages
from extractors.http.tokens import TokenStore
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.records import object_in, value_in
from extractors.sources.pipedrive.columns import ACTIVITY, DEAL, DEAL_PRODUCT, DEAL_STAGE, PERSON, STAGE, USER
from extractors.sources.pipedrive.errors import classify
from extractors.times import days_before, end_of, said_in_utc, start_of, zulu

TOKEN_URL = "https://oauth.pipedrive.com/oauth/token"
PAGE_SIZE = 500
DEALS_AT_ONCE = 100
DELETED_KEPT = timedelta(days=30)

# Two columns of a deal and one of a person come from fields of the customer's own.
OWN_OF_DEALS = ("cancelled_at", "cost_of_goods")
OWN_OF_PERSONS = ("click_id",)


def read_persons(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the persons that changed on the window's days."""
    own = own_fields(account, "person_fields", OWN_OF_PERSONS)
    for page in _changed(client, window, "/api/v2/persons", ("id", "emails", "phones", "add_time"), own):
        yield [
            {
                **picked(person, PERSON),
                "email": _listed(person.get("emails"), 0),
                "phone": _listed(person.get("phones"), 0),
                "second_phone": _listed(person.get("phones"), 1),
                "other_emails": _rest(person.get("emails"), 1),
                "other_phones": _rest(person.get("phones"), 2),
                **_own_values(person, own, OWN_OF_PERSONS),
                "_payload": person,
            }
            for person in page
        ]


def read_deals(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the deals that changed on the window's days, archived and deleted ones too."""
    own = own_fields(account, "deal_fields", OWN_OF_DEALS)
    client.partly_gone |= days_before(window, DELETED_KEPT)
    for page in _changed_deals(client, window, own, include_fields="participants_count"):
        yield [
            {
                **picked(deal, DEAL),
                "participant_ids": _participants(client, deal),
                **_own_values(deal, own, OWN_OF_DEALS),
                "_payload": deal,
            }
            for deal in page
        ]


def _participants(client: Client, deal: Mapping[str, Any]) -> str | None:
    """The persons of a deal beside its main one, separated by semicolons. Only version 1 names them, deal by deal."""
    main, count = deal.get("person_id"), deal.get("participants_count")
    # The main person is counted too.
    if not isinstance(count, int) or count <= (main is not None):
        return None

    def fetch(start: str | None) -> Any:
        params = {"limit": PAGE_SIZE, **({"start": start} if start else {})}
        answer = client.get(f"/api/v1/deals/{deal['id']}/participants", params)
        return {**answer, "data": []} if isinstance(answer, dict) and answer.get("data", ()) is None else answer

    found: list[str] = []
    try:
        for page in cursor_pages("pipedrive: participants", fetch, "data", _next_start):
            expect_fields("pipedrive: participants", page, ("person_id",))
            found += [str(person) for one in page if (person := _person_of(one)) not in (None, main)]
    except Gone:
        return None
    return ";".join(dict.fromkeys(found)) or None


def _person_of(participant: Mapping[str, Any]) -> Any:
    person = participant["person_id"]
    return person.get("value") if isinstance(person, dict) else person


def _next_start(answer: Mapping[str, Any]) -> str | None:
    pagination = object_in(object_in(answer, "additional_data"), "pagination")
    start = pagination.get("next_start") if pagination.get("more_items_in_collection") is True else None
    return str(start) if start else None


def read_deal_stages(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield every stage that each changed deal has been in, with the moment it came there."""
    for page in _changed_deals(client, window):
        for deal in page:
            try:
                changes = [change for part in _changelog(client, deal["id"]) for change in part]
            except Gone:
                continue
            yield _stages(deal, changes)


def _changelog(client: Client, deal_id: Any) -> Iterator[list[dict[str, Any]]]:
    path = f"/api/v1/deals/{deal_id}/changelog"
    for page in _pages(client, path, {"limit": PAGE_SIZE}):
        expect_fields("pipedrive: changelog", page, ("field_key", "new_value", "old_value", "time"))
        yield [change for change in page if change.get("field_key") == "stage_id"]


def _stages(deal: Mapping[str, Any], changes: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The first stage has no change of its own: the deal was made in it."""
    in_order = sorted(changes, key=lambda change: str(change.get("time")))
    first = in_order[0].get("old_value") if in_order else deal.get("stage_id")
    entered = [(first, deal.get("add_time"), {"stage_id": first, "add_time": deal.get("add_time")})]
    entered += [(change.get("new_value"), said_in_utc(change.get("time")), dict(change)) for change in in_order]
    return [
        {
            "deal_id": deal["id"],
            "stage_id": stage_id,
            "entered_at": entered_at,
            "updated_at": deal.get("update_time"),
            "_payload": change,
        }
        for stage_id, entered_at, change in entered
    ]


def read_deal_products(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the products of each changed deal; a row without a product where it has none: the last may have left."""
    for page in _changed_deals(client, window):
        updated_at = {str(deal["id"]): deal.get("update_time") for deal in page}
        ids = list(updated_at)
        for start in range(0, len(ids), DEALS_AT_ONCE):
            asked = ids[start : start + DEALS_AT_ONCE]
            params = {"deal_ids": ",".join(asked), "limit": PAGE_SIZE}
            having: set[str] = set()
            for products in _pages(client, "/api/v2/deals/products", params):
                expect_fields("pipedrive: deal products", products, ("id", "deal_id", "name", "quantity", "sum"))
                having |= {str(product.get("deal_id")) for product in products}
                yield [
                    {
                        **picked(product, DEAL_PRODUCT),
                        "updated_at": updated_at.get(str(product.get("deal_id"))),
                        "_payload": product,
                    }
                    for product in products
                ]
            yield [
                {"deal_id": deal_id, "updated_at": updated_at[deal_id], "_payload": {"deal_id": deal_id}}
                for deal_id in asked
                if deal_id not in having
            ]


def read_activities(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the calls, meetings and tasks that changed on the window's days."""
    expected = ("id", "type", "done", "person_id", "marked_as_done_time")
    for page in _changed(client, window, "/api/v2/activities", expected):
        yield [
            {**picked(one, ACTIVITY), "done_at": said_in_utc(one.get("marked_as_done_time")), "_payload": one}
            for one in page
        ]


def read_stages(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield every stage of every pipeline."""
    names: dict[Any, Any] = {}
    for page in _pages(client, "/api/v2/pipelines", {"limit": PAGE_SIZE}):
        expect_fields("pipedrive: pipelines", page, ("id", "name"))
        names |= {str(pipeline.get("id")): pipeline.get("name") for pipeline in page}
    for page in _pages(client, "/api/v2/stages", {"limit": PAGE_SIZE}):
        expect_fields("pipedrive: stages", page, ("id", "name", "pipeline_id"))
        yield [
            {
                **picked(stage, STAGE),
                "pipeline_name": names.get(str(stage.get("pipeline_id"))),
                "probability": _share(stage.get("deal_probability")),
                "_payload": stage,
            }
            for stage in page
        ]


def read_users(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield every colleague; those who left too, because their deals stay."""
    for page in _pages(client, "/api/v1/users", {}):
        expect_fields("pipedrive: users", page, ("id", "email"))
        yield [{**picked(user, USER), "_payload": user} for user in page]


def _changed_deals(
    client: Client, window: Window, own: Mapping[str, str] | None = None, **also: str
) -> Iterator[list[dict[str, Any]]]:
    """Three lists: the plain one has shown neither archived nor deleted deals since July 2025."""
    expected = ("id", "value", "currency", "status", "stage_id", "pipeline_id", "person_id", "add_time", "won_time")
    yield from _changed(client, window, "/api/v2/deals", expected, own, **also)
    yield from _changed(client, window, "/api/v2/deals/archived", expected, own, **also)
    yield from _changed(client, window, "/api/v2/deals", expected, own, **also, status="deleted")


def _changed(
    client: Client,
    window: Window,
    path: str,
    expected: Sequence[str],
    own: Mapping[str, str] | None = None,
    **only: str,
) -> Iterator[list[dict[str, Any]]]:
    """Yield the records last changed on the window's days, in UTC."""
    params = {
        "updated_since": zulu(start_of(window)),
        # Exclusive; what changed on a later day belongs to that day.
        "updated_until": zulu(end_of(window)),
        # By id: a record that changes meanwhile keeps its place.
        "sort_by": "id",
        "sort_direction": "asc",
        "limit": PAGE_SIZE,
        **({"custom_fields": ",".join(own.values())} if own else {}),
        **only,
    }
    where = f"pipedrive: {path}"
    for page in _pages(client, path, params):
        expect_fields(where, page, (*expected, "update_time"))
        if own:
            expect_fields(where, [record.get("custom_fields") for record in page], own.values())
        yield page


def _pages(client: Client, path: str, params: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
    def fetch(cursor: str | None) -> Any:
        answer = client.get(path, {**params, **({"cursor": cursor} if cursor else {})})
        # An empty list of version 1 is null.
        if isinstance(answer, dict) and answer.get("data", ()) is None:
            return {**answer, "data": []}
        return answer

    yield from cursor_pages(f"pipedrive: {path}", fetch, "data", _next_cursor)


def _next_cursor(answer: Mapping[str, Any]) -> str | None:
    cursor = object_in(answer, "additional_data").get("next_cursor")
    return str(cursor) if cursor else None


def _listed(entries: Any, place: int) -> Any:
    """The value of an e-mail or a phone; the primary one comes first."""
    if not isinstance(entries, list):
        return entries
    known = _values(entries)
    return known[place] if place < len(known) else None


def _rest(entries: Any, place: int) -> str | None:
    """The values from that place on."""
    return ";".join(map(str, _values(entries)[place:])) or None if isinstance(entries, list) else None


def _values(entries: list[Any]) -> list[Any]:
    known = [entry for entry in entries if isinstance(entry, dict) and entry.get("value")]
    return [entry["value"] for entry in sorted(known, key=lambda entry: not entry.get("primary"))]


def _own_values(record: Mapping[str, Any], own: Mapping[str, str], columns: Sequence[str]) -> Row:
    """The customer's own fields; an amount of money is an object with its currency."""
    values: Row = dict.fromkeys(columns)
    for column, name in own.items():
        value = value_in(record, "custom_fields", name)
        value = value.get("value") if isinstance(value, dict) else value
        # A day has no hour: its first one is meant.
        values[column] = f"{value}T00:00:00Z" if column == "cancelled_at" and isinstance(value, str) else value
    return values


def _share(percent: Any) -> Any:
    return percent / 100 if isinstance(percent, int | float) and not isinstance(percent, bool) else percent


def connect(connection: Connection, account: Account) -> Client:
    """A client that carries the personal token, or renews the one of an application."""
    base_url = connection.base_url.rstrip("/")
    auth: Auth = StaticHeader("x-api-token", "{}", connection.password)
    if connection.login:
        auth = RotatingOAuthRefresh(
            token_url=connection.extra.get("token_url", TOKEN_URL),
            client_id=connection.login,
            client_secret=connection.extra.get("client_secret", ""),
            refresh_token=connection.password,
            store=TokenStore(f"pipedrive/{account.account}"),
            is_basic=True,
            accept=lambda answer: _check_home(answer, base_url),
        )
    return HttpClient(
        base_url,
        name=f"pipedrive/{account.account}",
        auth=auth,
        classify=classify,
        secrets=connection.secrets(),
    )


def _check_home(answer: Mapping[str, Any], base_url: str) -> None:
    """A token is good for its company's own address only."""
    home = answer.get("api_domain")
    if home and urlsplit(str(home)).hostname != urlsplit(base_url).hostname:
        raise FixSettings(f"the token belongs to {home}. Put that address into the connection as its host.")


PIPEDRIVE = Source(
    name="pipedrive",
    kind="crm",
    base_url="https://api.pipedrive.com",
    docs="https://developers.pipedrive.com/docs/api/v1",
    settings={
        "password": "Pipedrive: Personal preferences > API, personal token (or the refresh token of an application)",
    },
    connect=connect,
    tables=(
        changes_table("persons", ("person_id",), PERSON, read_persons, removals=("flag", "not_told")),
        changes_table("deals", ("deal_id",), DEAL, read_deals, removals=("flag",), optional=OWN_OF_DEALS),
        changes_table(
            "deal_stages", ("deal_id", "stage_id", "entered_at"), DEAL_STAGE, read_deal_stages, removals=("never",)
        ),
        changes_table(
            "deal_products",
            ("deal_id", "deal_product_id"),
            DEAL_PRODUCT,
            read_deal_products,
            removals=("parent",),
            has_empty_keys=True,
        ),
        changes_table("activities", ("activity_id",), ACTIVITY, read_activities, removals=("flag", "not_told")),
        Table("stages", "snapshot", ("stage_id",), columns_of(STAGE), read_stages, learns_of_removals_by=("whole",)),
        Table("users", "snapshot", ("user_id",), columns_of(USER), read_users, learns_of_removals_by=("whole",)),
    ),
)
