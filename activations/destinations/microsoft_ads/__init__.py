"""Microsoft Advertising: offline conversions row by row, restated and retracted.

API: https://learn.microsoft.com/advertising/campaign-management-service/applyofflineconversions (v13, REST). There is
no id of ours: a conversion is known by its click (or contact), its goal and its second, so those are sent as they were
sent first. Rows that ``PartialErrors`` does not name are taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, timedelta
from typing import Any

from activations.destinations.microsoft_ads.errors import AGAIN, NO_SUCH_GOAL, THEIR_CLOCK_IS_BEHIND, classify
from activations.destinations.microsoft_ads.goals import click_windows, later, ready
from activations.hashing import bare_mailbox, hashed, with_plus
from activations.model import Destination, Job, Outcome, State, Telling
from extractors.errors import FixSettings, SourceChanged
from extractors.http.answers import Answer, parts
from extractors.http.client import HttpClient
from extractors.http.oauth import RotatingOAuthRefresh
from extractors.http.tokens import TokenStore
from extractors.model import Connection
from handwritten.activations import Told

APPLY = "/CampaignManagement/v13/OfflineConversions/Apply"
ADJUST = "/CampaignManagement/v13/OfflineConversionAdjustments/Apply"
TOKEN_URL = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
SCOPE = "https://ads.microsoft.com/msads.manage offline_access"
CLICK_ID = re.compile(r"[0-9a-fA-F]{32}")
MOST_ROWS = 1_000
ADJUSTMENTS = {"restate": "Restate", "retract": "Retract"}


def deliver(client: HttpClient, job: Job, tellings: Sequence[Telling]) -> Iterator[list[Outcome]]:
    """One request; each row has its own answer."""
    action = tellings[0].action
    if action == "send":
        body = {"OfflineConversions": [_conversion(one) for one in tellings]}
        answer = client.submit(APPLY, body, is_read=_is_read)
    else:
        now = job.now.strftime("%Y-%m-%dT%H:%M:%SZ")
        body = {"OfflineConversionAdjustments": [_adjustment(one, now) for one in tellings]}
        answer = client.submit(ADJUST, body, is_read=_is_read)
    refused: dict[int, list[Mapping[str, Any]]] = {}
    for error in parts(answer.body, "PartialErrors"):
        refused.setdefault(_index(error, len(tellings)), []).append(error)
    # What it tells later it tells by the day of the upload.
    day = f"{job.now.astimezone(UTC):%Y-%m-%d}"
    yield [_outcome(one, refused.get(place, []), day) for place, one in enumerate(tellings)]


def _is_read(answer: Answer) -> bool:
    return answer.status == 200 and isinstance(answer.body, dict) and "PartialErrors" in answer.body


def _who(one: Telling) -> dict[str, Any]:
    """The click where there is one, else the hashed contact; what cannot be a click only where there is no contact."""
    found = {"HashedEmailAddress": hashed(bare_mailbox(one.email)), "HashedPhoneNumber": hashed(with_plus(one.phone))}
    contact = {name: value for name, value in found.items() if value}
    if one.click_id and (CLICK_ID.fullmatch(one.click_id) or not contact):
        return {"MicrosoftClickId": one.click_id}
    return contact


def _conversion(one: Telling) -> dict[str, Any]:
    row = {**_who(one), "ConversionName": one.told_as, "ConversionTime": _time(one)}
    if one.value is not None:
        row |= {"ConversionValue": float(one.value), "ConversionCurrencyCode": one.currency}
    return row


def _adjustment(one: Telling, now: str) -> dict[str, Any]:
    row = {
        **_who(one),
        "ConversionName": one.told_as,
        "ConversionTime": _time(one),
        "AdjustmentTime": now,
        "AdjustmentType": ADJUSTMENTS[one.action],
    }
    # A value is wanted of a restatement, and refused of a retraction.
    if one.action == "restate" and one.value is not None:
        row |= {"AdjustmentValue": float(one.value), "AdjustmentCurrencyCode": one.currency}
    return row


def _time(one: Telling) -> str:
    return one.happened_at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _index(error: Mapping[str, Any], rows: int) -> int:
    """The row that an error is about: the list of errors is not parallel to that of the rows."""
    index = error.get("Index")
    if not isinstance(index, int) or isinstance(index, bool) or not 0 <= index < rows:
        raise SourceChanged(f"microsoft_ads: an error names the row {index!r} of {rows}.")
    return index


def _outcome(one: Telling, errors: Sequence[Mapping[str, Any]], day: str) -> Outcome:
    if not errors:
        return Outcome(one.activation_id, "accepted", "", day)
    # A row may have several: it goes again when all of them pass by themselves.
    codes = list(dict.fromkeys(str(error.get("ErrorCode") or error.get("Code") or "unknown") for error in errors))
    passes = all(code in AGAIN or code in NO_SUCH_GOAL or code.endswith(THEIR_CLOCK_IS_BEHIND) for code in codes)
    state: State = "deferred" if passes else "failed"
    return Outcome(one.activation_id, state, ", ".join(codes))


def connect(connection: Connection, told: Told) -> HttpClient:
    """A client that keeps the refresh token of the day and names whose account it tells."""
    token = connection.extra.get("developer_token", "")
    customer = str(told.options.get("customer_id") or "")
    wanted = {
        "login in its connection": connection.login,
        "password in its connection": connection.password,
        "extra.developer_token in its connection": token,
        "customer_id among its options": customer,
    }
    if missing := [name for name, value in wanted.items() if not value]:
        raise FixSettings(f"microsoft_ads, account {told.account}: there is no {', no '.join(missing)}.")
    tenant = connection.extra.get("tenant", "common")
    return HttpClient(
        connection.base_url,
        name=f"microsoft_ads/{told.account}",
        auth=RotatingOAuthRefresh(
            token_url=connection.extra.get("token_url") or TOKEN_URL.format(tenant=tenant),
            client_id=connection.login,
            client_secret=connection.extra.get("client_secret", ""),
            refresh_token=connection.password,
            # The same token as the extractor's of this account: each use of it brings the next.
            store=TokenStore(f"microsoft_ads/{told.account}"),
            extra_fields={"scope": SCOPE},
        ),
        classify=classify,
        headers={"DeveloperToken": token, "CustomerId": customer, "CustomerAccountId": told.account},
        secrets=connection.secrets(),
    )


MICROSOFT_ADS = Destination(
    name="microsoft_ads",
    base_url="https://campaign.api.bingads.microsoft.com",
    connect=connect,
    deliver=deliver,
    correction="retract",
    normaliser="microsoft-1",
    batch=MOST_ROWS,
    click_hours=1,
    correction_hours=6,
    correction_days=90,
    corrects_by_contact=True,
    docs="https://learn.microsoft.com/advertising/campaign-management-service/applyofflineconversions",
    settings={
        "login": "Azure portal > App registrations: the application's (client) id",
        "extra.client_secret": "the same page: Certificates & secrets; none for a native application",
        "password": "the refresh token that consent with the scope msads.manage gave",
        "extra.developer_token": "Microsoft Advertising developer portal > Request token",
    },
    ready=ready,
    later=later,
    later_after=timedelta(hours=6),
    later_until=timedelta(days=4),
    click_windows=click_windows,
)
