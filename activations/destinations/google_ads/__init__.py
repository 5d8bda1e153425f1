"""Google Ads through the Data Manager API: conversions by click or hashed contact, and their values corrected.

API: https://developers.google.com/data-manager/api. The same ``transactionId`` at the same action is an adjustment of
the value, and a new conversion where Google does not know it: so nothing is corrected that was not taken. Nothing can
be taken back: a cancelled sale is restated to 0 and stays counted. What Google thinks of a row later it tells only as
counts by reason and request, so requests are small: of one row where a minute's quota allows that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from pyrate_limiter import Duration, Rate

from activations.batches import Refused, Taken, deliver_whole
from activations.destinations.google_ads.errors import (
    CONTACTS_IMPOSSIBLE,
    LATER,
    classify,
    reasons_of,
    rows_of,
)
from activations.destinations.google_ads.later import later
from activations.hashing import gmail_email, hashed, with_plus
from activations.model import Destination, Job, Outcome, Telling
from extractors.errors import FixSettings
from extractors.http.answers import Answer, parts
from extractors.http.client import HttpClient
from extractors.http.oauth import OAuthRefresh
from extractors.model import Connection
from handwritten.activations import Told

INGEST = "/v1/events:ingest"
TOKEN_URL = "https://oauth2.googleapis.com/token"
CLICK_IDS = ("gclid", "gbraid", "wbraid")
CHOICES = {"granted": "CONSENT_GRANTED", "denied": "CONSENT_DENIED"}
REQUESTS_A_MINUTE = 300
NOBODY = "nobody@readiness.example"
PLACEHOLDER = re.compile(r"\s|\{|^test$")


def deliver(client: HttpClient, job: Job, tellings: Sequence[Telling]) -> Iterator[list[Outcome]]:
    """Small requests, each to one action; rows that Google names are taken out."""
    for told_as in sorted({one.told_as for one in tellings}):
        rows = [one for one in tellings if one.told_as == told_as]
        for outcomes in deliver_whole(rows, partial(_ask, client, job, told_as)):
            # The count stays: it is said, so that nobody looks for it.
            yield [
                one._replace(state="warned", reason="value_0_and_still_counted")
                if one.state in ("accepted", "warned") and tellings[0].action == "retract"
                else one
                for one in outcomes
            ]


def _ask(client: HttpClient, job: Job, told_as: str, rows: Sequence[Telling]) -> Taken | Refused:
    answer = client.submit(INGEST, request_of(job, told_as, rows, with_contacts=True), is_read=_is_read)
    if answer.status != 200 and reasons_of(answer.body) & CONTACTS_IMPOSSIBLE:
        # Clicks can still go; who is known by a contact alone waits until the terms are signed.
        waiting = {place: "terms_for_contacts_not_signed" for place, one in enumerate(rows) if not _click(one)}
        if waiting:
            return Refused("terms_for_contacts_not_signed", waiting, "deferred")
        answer = client.submit(INGEST, request_of(job, told_as, rows, with_contacts=False), is_read=_is_read)
    if answer.status == 200:
        warnings = {place: f"passed_over:{reason}" for place, reason in rows_of(parts(answer.body, "fieldWarnings"))}
        return Taken(str(answer.body.get("requestId") or ""), warnings)
    reasons = reasons_of(answer.body)
    if later := sorted(reasons & LATER):
        return Refused(later[0], dict.fromkeys(range(len(rows)), later[0]), "deferred")
    named = dict(rows_of([one for detail in parts(answer.body["error"], "details") for one in _violations(detail)]))
    return Refused(", ".join(sorted(reasons)) or "INVALID_ARGUMENT", named)


def _violations(detail: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return parts(detail, "fieldViolations")


def _is_read(answer: Answer) -> bool:
    if not isinstance(answer.body, Mapping):
        return False
    return (answer.status == 200 and "requestId" in answer.body) or (
        answer.status == 400 and classify(answer) is None and "error" in answer.body
    )


def request_of(job: Job, told_as: str, rows: Sequence[Telling], with_contacts: bool) -> dict[str, Any]:
    """A request for events of one action."""
    options = job.told.options
    destination: dict[str, Any] = {
        "operatingAccount": _account(options.get("operating_account", job.told.account)),
        "productDestinationId": told_as,
    }
    if login := options.get("login_account"):
        destination["loginAccount"] = _account(login)
    source = str(options.get("event_source", "OTHER"))
    return {
        "destinations": [destination],
        "encoding": "HEX",
        "events": [_event(one, source, with_contacts) for one in rows],
        "validateOnly": job.is_check,
    }


def ready(client: HttpClient, job: Job) -> Iterator[str]:
    """Ask of each action whether it would take an invented conversion by click and contact. Nothing is kept of it."""
    asks = replace(job, is_check=True)
    for told_as in dict.fromkeys(one.told_as for one in job.told.tells):
        invented = Telling(
            "readiness", "send", "sale", "readiness", told_as, job.now, Decimal(1), "EUR", "gclid", "readiness",
            email=NOBODY, ad_user_data="granted",
        )  # fmt: skip
        try:
            answer = client.submit(INGEST, request_of(asks, told_as, [invented], with_contacts=True), is_read=_is_read)
        except FixSettings as error:
            yield f"conversion action {told_as}: {error}"
            continue
        if answer.status == 200:
            continue
        reasons = reasons_of(answer.body)
        said = f"conversion action {told_as}: {', '.join(sorted(reasons)) or answer.status}"
        if reasons & CONTACTS_IMPOSSIBLE:
            said += ": clicks can go, contacts wait until the terms for them are signed"
        yield said


def _account(number: object) -> dict[str, str]:
    return {"accountType": "GOOGLE_ADS", "accountId": str(number).replace("-", "")}


def _click(one: Telling) -> dict[str, str]:
    """The click by its name; nothing where a page's address held a placeholder in its place."""
    if one.click_id and one.click_id_type in CLICK_IDS and not PLACEHOLDER.search(one.click_id):
        return {one.click_id_type: one.click_id}
    return {}


def _event(one: Telling, source: str, with_contacts: bool) -> dict[str, Any]:
    event: dict[str, Any] = {
        # A lead and its sale are told to different actions: the id is of both.
        "transactionId": f"{one.milestone}:{one.conversion_id}",
        "eventTimestamp": one.happened_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventSource": source,
    }
    if click := _click(one):
        event["adIdentifiers"] = click
    contacts = [
        {name: value}
        for name, value in (
            ("emailAddress", hashed(gmail_email(one.email))),
            ("phoneNumber", hashed(with_plus(one.phone))),
        )
        if value
    ]
    if contacts and with_contacts:
        event["userData"] = {"userIdentifiers": contacts}
    if one.action == "retract":
        event |= {"conversionValue": 0.0, "currency": one.currency}
    elif one.value is not None:
        event |= {"conversionValue": float(one.value), "currency": one.currency}
    consent = {"adUserData": one.ad_user_data, "adPersonalization": one.ad_personalization}
    if said := {name: CHOICES[choice] for name, choice in consent.items() if choice in CHOICES}:
        event["consent"] = said
    return event


def connect(connection: Connection, told: Told) -> HttpClient:
    """A client whose token has the scope datamanager."""
    secret = connection.extra.get("client_secret", "")
    wanted = {"login": connection.login, "extra.client_secret": secret, "password": connection.password}
    if missing := [name for name, value in wanted.items() if not value]:
        raise FixSettings(f"google_ads, account {told.account}: its connection has no {', no '.join(missing)}.")
    return HttpClient(
        connection.base_url,
        name=f"google_data_manager/{told.account}",
        auth=OAuthRefresh(
            connection.extra.get("token_url") or TOKEN_URL, connection.login, secret, connection.password
        ),
        classify=classify,
        rates=(Rate(REQUESTS_A_MINUTE, Duration.MINUTE),),
        secrets=connection.secrets(),
    )


GOOGLE_ADS = Destination(
    name="google_ads",
    base_url="https://datamanager.googleapis.com",
    connect=connect,
    deliver=deliver,
    correction="value",
    normaliser="google-1",
    batch=20,
    click_hours=24,
    docs="https://developers.google.com/data-manager/api",
    settings={
        "login": "Google Cloud console > Credentials: the OAuth client's id",
        "extra.client_secret": "the same page: the client's secret",
        "password": "a refresh token with the scope datamanager; one for adwords is not enough",
    },
    can_check=True,
    ready=ready,
    later=later,
    later_after=timedelta(minutes=30),
    later_until=timedelta(days=49),
    requests_at_once=REQUESTS_A_MINUTE,
)
