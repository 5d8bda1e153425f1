"""HubSpot CRM: contacts, deals with their stages, people and products, calls, forms sent, owners, pipelines.

API: https://developers.hubspot.com/docs/api-reference (paths dated 2026-09; api_version "v3" in the
account's options asks the old ones). A record belongs to the day it was last changed, and its newest
version counts. The search index runs some minutes late, so the day before is read again. No search finds
what was deleted: it is listed for 90 days, and lands on the day of its deletion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from pyrate_limiter import Duration, Rate

from extractors.fields import Fields, changes_table, columns_of, expect_fields, picked
from extractors.http.answers import part, parts, retry_after, vendor_said
from extractors.http.auth import Auth, BearerToken
from extractors.http.client import Answer, HttpClient, Verdict
from extractors.http.limits import rates_of
from extractors.http.oauth import OAuthRefresh
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.records import all_rows_made, rows_made, value_in
from extractors.sources.hubspot.columns import (
    CALL,
    CONTACT,
    DEAL,
    DEAL_CONTACT,
    DEAL_STAGE,
    LINE_ITEM,
    OWN_OF_CONTACTS,
    OWN_OF_DEALS,
    OWNER,
    PIPELINE,
    first_moment,
    merged_ids,
    with_own,
)
from extractors.sources.hubspot.currency import CompanyCurrency
from extractors.sources.hubspot.deleted import DELETED_CONTACT, DELETED_DEAL, DELETED_LINE_ITEM, deleted
from extractors.sources.hubspot.forms import FORM_PATH, FORM_SUBMISSION, read_form_submissions
from extractors.sources.hubspot.objects import Record, associated, batch_results, changed, listed, paths, results
from extractors.sources.hubspot.rows import call_row, labels_of, line_item, row_of, stages_entered, stages_of

TOKEN_URL = "https://api.hubapi.com/oauth/v1/token"
HISTORY_BATCH = 50


def classify(answer: Answer) -> Verdict | None:
    """HubSpot's own rules."""
    body = answer.body if isinstance(answer.body, dict) else {}
    category = body.get("category") or body.get("errorType") or "no category given"
    said = _said(category, body)
    asked = retry_after(answer.headers)
    match answer.status:
        case 401:
            return Verdict("refresh_auth", f"the token is not accepted ({category})")
        case 403 if not body:
            return Verdict("fix_settings", "a wall before HubSpot refused the request, not HubSpot itself")
        case 403 if "/forms" in answer.url:
            return Verdict("skip", f"perhaps the token lacks the scope forms ({said})")
        case 404 if FORM_PATH in answer.url:
            return Verdict("gone", "the form was deleted")
        case 403:
            return Verdict("fix_settings", f"perhaps the token lacks a scope ({said})")
        case 423:
            return Verdict("wait", "the records are locked for a moment", after=2 if asked is None else asked)
        case 429 if body.get("policyName") == "DAILY":
            return Verdict("defer", "the day's requests are used up; they come back at the portal's midnight")
        case 429:
            usual = 1 if body.get("policyName") == "SECONDLY" else 10
            return Verdict("wait", "too many requests", after=usual if asked is None else asked)
        case 477:
            return Verdict("defer", "HubSpot is moving this portal to another data centre")
        case 530:
            return Verdict("fix_settings", "the token is malformed; copy it again")
        case 400 | 404:
            return Verdict("fix_settings", f"HubSpot refused the request ({said})")
    return None


def _said(category: str, body: Mapping[str, Any]) -> str:
    """The category with HubSpot's own sentences: the errors inside name the scope or the property."""
    inside = parts(body, "errors")
    told = [vendor_said(one.get("message")) for one in (body, *inside)]
    for error in inside:
        scopes = part(error, "context").get("requiredGranularScopes")
        told += map(str, scopes) if isinstance(scopes, list) else []
    return ": ".join(dict.fromkeys([str(category), *map(str, filter(None, told))]))


def read_contacts(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the contacts that changed on the window's days."""
    fields, own = with_own(CONTACT, account, "contact_fields", OWN_OF_CONTACTS)
    properties = (*_properties(fields), "hs_calculated_merged_vids")
    for page in changed(client, account, window, "contacts", properties, ("email", "phone", "createdate", *own)):
        yield rows_made(
            "hubspot: contacts", page, lambda one: {**row_of(one, fields), "merged_contact_ids": merged_ids(one)}
        )


def read_deals(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the deals that changed on the window's days."""
    fields, own = with_own(DEAL, account, "deal_fields", OWN_OF_DEALS)
    expected = ("amount", "dealstage", "pipeline", "createdate", *own)
    home = CompanyCurrency(client)
    for page in changed(client, account, window, "deals", _properties(fields), expected):
        rows = rows_made("hubspot: deals", page, lambda deal: row_of(deal, fields))
        yield [{**row, "currency": home.of(row), "cancelled_at": first_moment(row.get("cancelled_at"))} for row in rows]


def read_deal_stages(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield every stage that each changed deal has been in, with the moment it came there."""
    path = f"{paths(account)['objects']}/deals/batch/read"
    where = "hubspot: deals with history"
    for updated_at in _changed_deals(client, account, window):
        ids = list(updated_at)
        for start in range(0, len(ids), HISTORY_BATCH):
            body = {
                "inputs": [{"id": deal_id} for deal_id in ids[start : start + HISTORY_BATCH]],
                "properties": ["dealstage"],
                "propertiesWithHistory": ["dealstage"],
            }
            deals = batch_results(where, client.post_json(path, body))
            expect_fields(where, deals, ("id", "propertiesWithHistory"))
            expect_fields(where, [deal.get("propertiesWithHistory") for deal in deals], ("dealstage",))
            yield all_rows_made(where, deals, partial(stages_entered, updated_at=updated_at))


def read_deal_contacts(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the contacts of each changed deal; a row without a contact where it has none: the last may have left."""
    for updated_at in _changed_deals(client, account, window):
        ties = list(associated(client, account, "deals", "contacts", list(updated_at)))
        tied = {deal_id for deal_id, _ in ties}
        yield [
            {
                "deal_id": deal_id,
                # A number in version 4, text in the dated ones.
                "contact_id": str(contact["toObjectId"]),
                "role": labels_of(contact),
                "updated_at": updated_at.get(deal_id),
                "_payload": contact,
            }
            for deal_id, contact in ties
        ] + [
            {"deal_id": deal_id, "contact_id": None, "updated_at": moment, "_payload": {"id": deal_id}}
            for deal_id, moment in updated_at.items()
            if deal_id not in tied
        ]


def read_line_items(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the products of deals that changed on the window's days, each with its deal."""
    expected = ("name", "quantity", "amount")
    for page in changed(client, account, window, "line_items", _properties(LINE_ITEM), expected):
        deals = _first_associated(client, account, "line_items", "deals", page)
        yield rows_made("hubspot: line_items", page, partial(line_item, deals=deals))


def read_calls(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield the calls that colleagues logged or changed on the window's days, each with its contact."""
    expected = ("hs_timestamp", "hs_call_direction")
    for page in changed(client, account, window, "calls", _properties(CALL), expected):
        contacts = _first_associated(client, account, "calls", "contacts", page)
        yield rows_made("hubspot: calls", page, partial(call_row, contacts=contacts))


def read_owners(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield every colleague; those who left too, because their deals stay."""
    for archived in (False, True):
        params = {"limit": 100, "archived": str(archived).lower()}
        for page in listed(client, paths(account)["owners"], params):
            expect_fields("hubspot: owners", page, ("id", "email"))
            yield [
                {**picked(owner, OWNER), "_payload": owner} for owner in page if bool(owner.get("archived")) == archived
            ]


def read_pipelines(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
    """Yield every stage of every deal pipeline."""
    where = "hubspot: pipelines"
    pipelines = results(where, client.get(f"{paths(account)['pipelines']}/deals"))
    expect_fields(where, pipelines, ("id", "stages"))
    yield all_rows_made(where, pipelines, stages_of)


def _properties(fields: Fields) -> list[str]:
    """The properties to ask for; HubSpot passes over those that an account does not have."""
    return [field.name for field in fields.values()]


def _changed_deals(client: Client, account: Account, window: Window) -> Iterator[dict[str, Any]]:
    """Pages of changed deals: id -> when it was changed."""
    for page in changed(client, account, window, "deals", ["hs_lastmodifieddate"]):
        yield {str(deal["id"]): value_in(deal, "properties", "hs_lastmodifieddate") for deal in page}


def _first_associated(
    client: Client, account: Account, from_kind: str, to_kind: str, page: Sequence[Record]
) -> dict[str, str]:
    """The first associated object of each record that has one."""
    found: dict[str, str] = {}
    for from_id, to in associated(client, account, from_kind, to_kind, [str(one["id"]) for one in page]):
        found.setdefault(from_id, str(to["toObjectId"]))
    return found


def connect(connection: Connection, account: Account) -> Client:
    """A client that carries the token of a private app, or renews the one of an application."""
    auth: Auth = BearerToken(connection.password)
    if connection.login:
        auth = OAuthRefresh(
            token_url=connection.extra.get("token_url", TOKEN_URL),
            client_id=connection.login,
            client_secret=connection.extra.get("client_secret", ""),
            refresh_token=connection.password,
            usual_lifetime=1800,
        )
    return HttpClient(
        connection.base_url,
        name=f"hubspot/{account.account}",
        auth=auth,
        classify=classify,
        # Searches have the narrowest limit, 5 a second; it is kept for everything.
        rates=rates_of(account, Rate(5, Duration.SECOND)),
        secrets=connection.secrets(),
    )


def _deleted(kind: str, key: str, fields: Fields) -> Table:
    return Table(
        name=f"deleted_{kind}",
        grain="day",
        key=(key,),
        day="deleted_at",
        restated_days=1,
        columns=columns_of(fields),
        read=deleted(kind, fields),
        learns_of_removals_by=("never",),
    )


HUBSPOT = Source(
    name="hubspot",
    kind="crm",
    base_url="https://api.hubapi.com",
    docs="https://developers.hubspot.com/docs/api-reference",
    settings={
        "password": "HubSpot: Settings > Integrations > Private apps (or a service key), access token; or the refresh "
        "token of an application",
    },
    connect=connect,
    tables=(
        changes_table("contacts", ("contact_id",), CONTACT, read_contacts, removals=("deleted_list", "taken_over")),
        changes_table(
            "deals",
            ("deal_id",),
            DEAL,
            read_deals,
            removals=("deleted_list", "taken_over"),
            optional=OWN_OF_DEALS,
        ),
        changes_table(
            "deal_stages", ("deal_id", "stage_id", "entered_at"), DEAL_STAGE, read_deal_stages, removals=("never",)
        ),
        changes_table(
            "deal_contacts",
            ("deal_id", "contact_id"),
            DEAL_CONTACT,
            read_deal_contacts,
            removals=("parent",),
            has_empty_keys=True,
        ),
        changes_table("line_items", ("line_item_id",), LINE_ITEM, read_line_items, removals=("deleted_list",)),
        changes_table("calls", ("call_id",), CALL, read_calls, removals=("not_told",)),
        _deleted("contacts", "contact_id", DELETED_CONTACT),
        _deleted("deals", "deal_id", DELETED_DEAL),
        _deleted("line_items", "line_item_id", DELETED_LINE_ITEM),
        Table(
            name="form_submissions",
            grain="day",
            key=("submission_id",),
            day="submitted_at",
            restated_days=1,
            columns=FORM_SUBMISSION,
            read=read_form_submissions,
            learns_of_removals_by=("never",),
        ),
        Table("owners", "snapshot", ("owner_id",), columns_of(OWNER), read_owners, learns_of_removals_by=("whole",)),
        Table(
            "pipelines",
            "snapshot",
            ("pipeline_id", "stage_id"),
            columns_of(PIPELINE),
            read_pipelines,
            learns_of_removals_by=("whole",),
        ),
    ),
)
