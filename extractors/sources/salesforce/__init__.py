"""Salesforce: opportunities, which are deals elsewhere, with their stages, people and products; leads, contacts, tasks.

API: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest (queries in SOQL; the option
api_version says which release). A record belongs to the day of its SystemModstamp, which system changes move too.
Long transactions become visible late: the day before is read again. ``queryAll`` lists deleted and merged records until
the recycle bin lets go of them; what was landed of older days stays, so that they stay deleted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from extractors.errors import FixSettings, RetryLater, SkipAccount, SourceChanged
from extractors.fields import Fields, changes_table, columns_of, expect_fields, own_fields, picked
from extractors.http.answers import parts
from extractors.http.auth import Auth
from extractors.http.client import HttpClient, Restart, TooMuch
from extractors.http.oauth import ClientCredentials, RotatingOAuthRefresh
from extractors.http.paging import cursor_pages
from extractors.http.tokens import TokenStore
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.records import objects_in
from extractors.redaction import safe_logger
from extractors.settings import own_address
from extractors.sources.salesforce.columns import (
    CONTACT,
    LEAD,
    OPPORTUNITY,
    OPPORTUNITY_CONTACT,
    OPPORTUNITY_HISTORY,
    OPPORTUNITY_PRODUCT,
    PRODUCT,
    STAGE,
    TASK,
    USER,
)
from extractors.sources.salesforce.errors import Rules
from extractors.times import days_before, end_of, start_of, zulu

log = safe_logger(__name__)

DEFAULT_VERSION = "v67.0"
LONGEST_SESSION_SECONDS = 30 * 86400.0
"""A token answer names no end: it ends when the organisation's policy says so, with a refusal."""
RESTARTS = 3
SHORTEST_SLICE = timedelta(minutes=15)
DELETED_KEPT = timedelta(days=15)
USUAL_SHARE = 80
ORGANISATION = "SELECT DefaultCurrencyIsoCode FROM Organization"

OWN_OF_PEOPLE = ("click_id",)
OWN_OF_OPPORTUNITIES = ("lost_reason", "cancelled_at", "cost_of_goods")

NOT_EVERYWHERE = {
    "CurrencyIsoCode": "the organisation has one currency",
    "MasterRecordId": "hidden by its security",
    "ContactId": "hidden by its security",
    "City": "hidden by its security",
    "MailingCity": "hidden by its security",
    "IsPersonAccount": "person accounts are not switched on",
    "ProductCode": "hidden by its security",
    "CampaignId": "the user sees no campaigns",
    "LastStageChangeDate": "hidden by its security",
    "CallType": "hidden by its security",
    "CompletedDateTime": "hidden by its security",
}
"""Fields that an organisation may lack or hide: they stay empty then. Any other one that is missing is an error."""


def _changes(
    kind: str, fields: Fields, option: str = "", own: Sequence[str] = (), moment: str = "SystemModstamp"
) -> Callable[[Client, Account, Window], Iterator[list[Row]]]:
    """A reader of the records of an object that changed on the window's days."""

    def read(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
        mapped = own_fields(account, option, own) if option else {}
        client.partly_gone |= days_before(window, DELETED_KEPT)
        names = [field.name for column, field in fields.items() if column not in own]
        present = _present(client, account, kind, [*names, *mapped.values()])
        # Where there is one currency, no record names it.
        is_unnamed = "currency" in fields and "CurrencyIsoCode" not in present
        also = {"currency": _home_currency(client, account)} if is_unnamed else {}

        def select(start: datetime, end: datetime) -> Iterator[list[dict[str, Any]]]:
            condition = f"{moment} >= {zulu(start)} AND {moment} < {zulu(end)}"
            query = f"SELECT {', '.join(present)} FROM {kind} WHERE {condition} ORDER BY {moment}, Id"
            return _whole(client, account, kind, query, present)

        for page in _halved(select, start_of(window), end_of(window)):
            yield [
                {
                    **picked(record, fields),
                    **{column: _own(column, record.get(mapped.get(column, ""))) for column in own},
                    **also,
                    "_payload": record,
                }
                for record in page
            ]

    return read


def _home_currency(client: Client, account: Account) -> str | None:
    """The one currency of an organisation; None where it does not tell, and then the brand's stands in."""
    try:
        answer = client.get(f"{_base(account)}/queryAll", {"q": ORGANISATION})
    except (FixSettings, SkipAccount) as refused:
        log.warning("salesforce: opportunities are counted in the brand's currency: %s", refused)
        return None
    told = [one.get("DefaultCurrencyIsoCode") for one in parts(answer, "records")]
    return str(told[0]) if told and told[0] else None


def _all(kind: str, fields: Fields) -> Callable[[Client, Account, Window], Iterator[list[Row]]]:
    """A reader of all that there is of a small object."""

    def read(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
        present = _present(client, account, kind, [field.name for field in fields.values()])
        for page in _whole(client, account, kind, f"SELECT {', '.join(present)} FROM {kind} ORDER BY Id", present):
            yield [{**picked(record, fields), "_payload": record} for record in page]

    return read


def _present(client: Client, account: Account, kind: str, wanted: Sequence[str]) -> list[str]:
    """The fields that the organisation shows; one that no organisation lacks by right is missed by name."""
    answer = client.get(f"{_base(account)}/sobjects/{kind}/describe")
    described = answer.get("fields") if isinstance(answer, dict) else None
    if not isinstance(described, list):
        raise SourceChanged(f"salesforce: {kind}: no list 'fields' in the description.")
    shown = {str(field.get("name")) for field in objects_in(answer, "fields")}
    missing = [name for name in wanted if name not in shown]
    for name in missing:
        if name.endswith("__c"):
            raise FixSettings(f"salesforce: {kind} has no field {name}, or the user may not see it.")
        if name not in NOT_EVERYWHERE:
            raise SourceChanged(
                f"salesforce: {kind} shows no field {name!r}. Has it been renamed, or is it hidden from the user?"
            )
        log.info("salesforce: %s has no field %s (%s); its column stays empty", kind, name, NOT_EVERYWHERE[name])
    return [name for name in dict.fromkeys(wanted) if name in shown]


def _halved(
    select: Callable[[datetime, datetime], Iterator[list[dict[str, Any]]]], start: datetime, end: datetime
) -> Iterator[list[dict[str, Any]]]:
    """What changed from start to end; a query that takes too long is asked in two halves, and these in halves again."""
    try:
        yield from select(start, end)
    except TooMuch as slow:
        if end - start < 2 * SHORTEST_SLICE:
            raise RetryLater(
                f"{slow} It was asked for {SHORTEST_SLICE} at once; try when Salesforce is idle."
            ) from None
        middle = start + timedelta(seconds=int((end - start).total_seconds() / 2))
        yield from _halved(select, start, middle)
        yield from _halved(select, middle, end)


def _whole(
    client: Client, account: Account, kind: str, query: str, expected: Sequence[str]
) -> Iterator[list[dict[str, Any]]]:
    """All pages of a query. A cursor that died begins again: the landing zone keeps each key once."""
    for attempt in range(RESTARTS):
        try:
            for page in _pages(client, account, kind, query):
                expect_fields(f"salesforce: {kind}", page, expected)
                yield [{name: value for name, value in record.items() if name != "attributes"} for record in page]
            return
        except Restart:
            if attempt == RESTARTS - 1:
                raise RetryLater(f"salesforce: {kind}: the cursor died {RESTARTS} times in a row.") from None


def _pages(client: Client, account: Account, kind: str, query: str) -> Iterator[list[dict[str, Any]]]:
    def fetch(cursor: str | None) -> Any:
        return client.get(cursor) if cursor else client.get(f"{_base(account)}/queryAll", {"q": query})

    yield from cursor_pages(f"salesforce: {kind}", fetch, "records", _following)


def _following(answer: Mapping[str, Any]) -> str | None:
    if answer.get("done", True):
        return None
    following = answer.get("nextRecordsUrl")
    if not isinstance(following, str):
        raise SourceChanged("salesforce: the answer is not done and names no 'nextRecordsUrl'.")
    return following


def _own(column: str, value: Any) -> Any:
    """A day has no hour: its first one is meant."""
    is_day = column == "cancelled_at" and isinstance(value, str) and len(value) == 10
    return f"{value}T00:00:00Z" if is_day else value


def _base(account: Account) -> str:
    version = str(account.options.get("api_version", DEFAULT_VERSION))
    if not re.fullmatch(r"v\d\d\.\d", version, re.ASCII):
        raise FixSettings(f"salesforce, account {account.account}: api_version must look like '{DEFAULT_VERSION}'.")
    return f"/services/data/{version}"


def _share(account: Account) -> int:
    share: Any = account.options.get("most_of_requests", USUAL_SHARE)
    if isinstance(share, bool) or not isinstance(share, int) or not 1 <= share <= 100:
        raise FixSettings(
            f"salesforce, account {account.account}: most_of_requests must be a whole number of percent, 1 to 100."
        )
    return int(share)


def connect(connection: Connection, account: Account) -> Client:
    """A client that asks as the application itself, or with a person's consent where a refresh token is given."""
    home = own_address(connection, account, "https://acme.my.salesforce.com")
    token_url = connection.extra.get("token_url") or f"{home}/services/oauth2/token"
    refresh_token = connection.extra.get("refresh_token", "")

    def accept(answer: Mapping[str, Any]) -> None:
        """A token opens its own instance only."""
        instance = answer.get("instance_url")
        if instance and urlsplit(str(instance)).hostname != urlsplit(home).hostname:
            raise FixSettings(f"the token belongs to {instance}. Put that address into the connection as its host.")

    auth: Auth
    if refresh_token:
        # Its owner may have switched rotation on: then every use gives another one.
        auth = RotatingOAuthRefresh(
            token_url=token_url,
            client_id=connection.login,
            client_secret=connection.password,
            refresh_token=refresh_token,
            store=TokenStore(f"salesforce/{account.account}"),
            usual_lifetime=LONGEST_SESSION_SECONDS,
            accept=accept,
        )
    else:
        auth = ClientCredentials(
            token_url=token_url,
            client_id=connection.login,
            client_secret=connection.password,
            usual_lifetime=LONGEST_SESSION_SECONDS,
            accept=accept,
        )
    return HttpClient(
        home,
        name=f"salesforce/{account.account}",
        auth=auth,
        classify=Rules(_share(account)).classify,
        headers={"Sforce-Query-Options": "batchSize=2000"},
        secrets=connection.secrets(),
    )


SALESFORCE = Source(
    name="salesforce",
    kind="crm",
    base_url="",
    docs="https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest",
    settings={
        "host": "your own domain, like https://acme.my.salesforce.com",
        "login": "Salesforce: Setup > External Client App Manager > your app > OAuth settings, consumer key",
        "password": "the consumer secret beside it; the app needs the client credentials flow and a run-as user",
    },
    connect=connect,
    tables=(
        changes_table(
            "leads", ("lead_id",), LEAD, _changes("Lead", LEAD, "lead_fields", OWN_OF_PEOPLE), removals=("flag",)
        ),
        changes_table(
            "contacts",
            ("contact_id",),
            CONTACT,
            _changes("Contact", CONTACT, "contact_fields", OWN_OF_PEOPLE),
            removals=("flag",),
        ),
        changes_table(
            "opportunities",
            ("opportunity_id",),
            OPPORTUNITY,
            _changes("Opportunity", OPPORTUNITY, "opportunity_fields", OWN_OF_OPPORTUNITIES),
            removals=("flag",),
            optional=OWN_OF_OPPORTUNITIES,
        ),
        Table(
            name="opportunity_history",
            grain="day",
            key=("entry_id",),
            day="entered_at",
            restated_days=1,
            columns=columns_of(OPPORTUNITY_HISTORY),
            read=_changes("OpportunityHistory", OPPORTUNITY_HISTORY, moment="CreatedDate"),
            learns_of_removals_by=("never",),
        ),
        changes_table(
            "opportunity_contacts",
            ("tie_id",),
            OPPORTUNITY_CONTACT,
            _changes("OpportunityContactRole", OPPORTUNITY_CONTACT),
            removals=("flag",),
        ),
        changes_table(
            "opportunity_products",
            ("line_id",),
            OPPORTUNITY_PRODUCT,
            _changes("OpportunityLineItem", OPPORTUNITY_PRODUCT),
            removals=("flag",),
        ),
        Table(
            "products",
            "snapshot",
            ("product_id",),
            columns_of(PRODUCT),
            _all("Product2", PRODUCT),
            learns_of_removals_by=("whole",),
        ),
        changes_table("tasks", ("task_id",), TASK, _changes("Task", TASK), removals=("flag",)),
        Table(
            "stages",
            "snapshot",
            ("stage_id",),
            columns_of(STAGE),
            _all("OpportunityStage", STAGE),
            learns_of_removals_by=("whole",),
        ),
        Table(
            "users", "snapshot", ("user_id",), columns_of(USER), _all("User", USER), learns_of_removals_by=("whole",)
        ),
    ),
)
