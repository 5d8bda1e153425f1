"""LinkedIn: conversions of a rule. One bad element refuses its batch and is named in the text; nothing is corrected.

API: https://learn.microsoft.com/linkedin/marketing/integrations/ads-reporting/conversions-api. LinkedIn knows a
repetition by rule and id of the event. There is no place for a phone number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from pyrate_limiter import Duration, Rate

from activations.batches import Refused, Taken, deliver_whole
from activations.hashing import hashed, plain_email
from activations.model import Destination, Job, Outcome, State, Telling
from extractors.errors import SourceChanged
from extractors.http.answers import Answer, Verdict, part, parts
from extractors.http.auth import Auth, BearerToken
from extractors.http.client import Gone, HttpClient
from extractors.http.oauth import OAuthRefresh
from extractors.model import Connection
from extractors.redaction import short
from handwritten.activations import Told

EVENTS = "/conversionEvents"
RULES = "/conversions"
METHOD = "CONVERSIONS_API"
VERSION = "202609"
TOKEN_URL = "https://www.linkedin.com/oauth/v2/accessToken"
TAKEN = range(200, 300)
"""Of an answer and of an element: 201 is the usual one."""
ABOUT_VERSION = frozenset({"INVALID_VERSION", "NONEXISTENT_VERSION", "VERSION_MISSING"})
SHORTEST_WINDOW = timedelta(days=1)
BEYOND_WINDOW = "click_outside_the_rule_s_window"
PASSING = (401, 403, 408, 423, 429)
ABOUT_AN_ELEMENT = re.compile(r"Index: (\d+), ERROR :: ([^\n]*)")
INDICES = re.compile(r"indices \[([\d, ]+)\]")


def deliver(client: HttpClient, job: Job, tellings: Sequence[Telling]) -> Iterator[list[Outcome]]:
    """Batches of elements; those that the answer names are taken out, else the batch is halved."""

    def ask(rows: Sequence[Telling]) -> Taken | Refused:
        answer = client.submit(
            EVENTS,
            {"elements": [_element(one) for one in rows]},
            headers={"X-RestLi-Method": "BATCH_CREATE"},
            is_read=_is_read,
        )
        if answer.status in TAKEN:
            statuses = [one.get("status") for one in parts(answer.body, "elements")]
            if len(statuses) != len(rows):
                raise SourceChanged(f"linkedin_ads: {len(rows)} elements were sent, and {len(statuses)} answered.")
            refused = {place: _refusal(status) for place, status in enumerate(statuses) if status not in TAKEN}
            return Taken(refused=refused)
        said = str(answer.body.get("message") or "")
        named = {int(found[1]): short(found[2]) for found in ABOUT_AN_ELEMENT.finditer(said)}
        for found in INDICES.finditer(said):
            named |= {int(place): short(said) for place in found[1].split(",")}
        return Refused(f"{answer.status} {short(said)}", named)

    beyond = _beyond_window(client, job, tellings)
    for outcomes in deliver_whole(tellings, ask):
        yield [
            one._replace(state="warned", reason=BEYOND_WINDOW)
            if one.state == "accepted" and one.activation_id in beyond
            else one
            for one in outcomes
        ]


def _beyond_window(client: HttpClient, job: Job, tellings: Sequence[Telling]) -> set[str]:
    """Those that LinkedIn knows by a click alone which their rule counts no more.

    They are told all the same: only LinkedIn knows whether the member looked at an ad again.
    """
    by_click = [
        one
        for one in tellings
        if one.clicked_at
        and one.happened_at - one.clicked_at > SHORTEST_WINDOW
        and not one.lead_ad_id
        and not plain_email(one.email)
    ]
    found = set()
    for told_as in dict.fromkeys(one.told_as for one in by_click):
        try:
            days = _rule(client, job, told_as).get("postClickAttributionWindowSize")
        except Gone:
            # The sending will say what is wrong with it.
            continue
        if isinstance(days, int) and not isinstance(days, bool):
            window = timedelta(days=days)
            found |= {
                one.activation_id
                for one in by_click
                if one.told_as == told_as and one.clicked_at and one.happened_at - one.clicked_at > window
            }
    return found


def _rule(client: HttpClient, job: Job, told_as: str) -> Mapping[str, Any]:
    return part(client.get(f"{RULES}/{told_as}", {"account": f"urn:li:sponsoredAccount:{job.told.account}"}))


def ready(client: HttpClient, job: Job) -> Iterator[str]:
    """Each rule must be one for this API, and switched on."""
    for told_as in dict.fromkeys(one.told_as for one in job.told.tells):
        try:
            rule = _rule(client, job, told_as)
        except Gone:
            yield f"there is no rule {told_as}: make it, or correct 'as' in activations.yml"
            continue
        if rule.get("conversionMethod") != METHOD:
            yield f"the rule {told_as} has the method {rule.get('conversionMethod')}, and not {METHOD}"
        elif rule.get("enabled") is False:
            yield f"the rule {told_as} is switched off"


def _refusal(status: object) -> tuple[State, str]:
    """What an element comes to that was not taken with the others: for what it is, or for what the moment was."""
    is_of_the_element = isinstance(status, int) and 400 <= status < 500 and status not in PASSING
    return "failed" if is_of_the_element else "deferred", f"status {status}"


def _is_read(answer: Answer) -> bool:
    if not isinstance(answer.body, Mapping):
        return False
    if answer.status in TAKEN:
        return "elements" in answer.body
    return answer.status in (400, 422) and classify(answer) is None


def _element(one: Telling) -> dict[str, Any]:
    ids = []
    if email := hashed(plain_email(one.email)):
        ids.append({"idType": "SHA256_EMAIL", "idValue": email})
    if one.click_id:
        ids.append({"idType": "LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID", "idValue": one.click_id})
    # The list has to be there, also where it is empty.
    user: dict[str, Any] = {"userIds": ids}
    if one.lead_ad_id:
        user["lead"] = f"urn:li:leadGenFormResponse:{one.lead_ad_id}"
    element = {
        "conversion": f"urn:lla:llaPartnerConversion:{one.told_as}",
        "conversionHappenedAt": int(one.happened_at.timestamp() * 1000),
        "eventId": f"{one.milestone}:{one.conversion_id}",
        "user": user,
    }
    if one.value is not None:
        element["conversionValue"] = {"currencyCode": one.currency, "amount": f"{one.value:.2f}"}
    return element


def classify(answer: Answer) -> Verdict | None:
    """LinkedIn's own words for a token that was taken back and a version that is gone."""
    body = answer.body if isinstance(answer.body, Mapping) else {}
    if answer.status == 401 and body.get("code") == "REVOKED_ACCESS_TOKEN":
        return Verdict("fix_settings", "the token was taken back")
    if answer.status == 404:
        return Verdict("gone", "it is not there")
    if answer.status == 426 or (answer.status == 400 and body.get("code") in ABOUT_VERSION):
        return Verdict("changed", "this version of the API is gone: set the option version")
    return None


def connect(connection: Connection, told: Told) -> HttpClient:
    """A client with the token of the ad account."""
    auth: Auth = BearerToken(connection.password)
    if connection.login:
        auth = OAuthRefresh(
            token_url=connection.extra.get("token_url") or TOKEN_URL,
            client_id=connection.login,
            client_secret=connection.extra.get("client_secret", ""),
            refresh_token=connection.password,
        )
    return HttpClient(
        connection.base_url,
        name=f"linkedin_events/{told.account}",
        auth=auth,
        classify=classify,
        rates=(Rate(5, Duration.SECOND),),
        headers={
            "LinkedIn-Version": str(told.options.get("version", VERSION)),
            "X-Restli-Protocol-Version": "2.0.0",
        },
        secrets=connection.secrets(),
    )


LINKEDIN_ADS = Destination(
    name="linkedin_ads",
    base_url="https://api.linkedin.com/rest",
    connect=connect,
    deliver=deliver,
    correction="none",
    normaliser="linkedin-1",
    batch=500,
    docs="https://learn.microsoft.com/linkedin/marketing/integrations/ads-reporting/conversions-api",
    settings={
        "login": "developer portal: the app's client id; empty with a token that does not expire",
        "password": "a refresh token with the scope rw_conversions, or an access token",
        "extra.client_secret": "developer portal: the app's secret",
    },
    ready=ready,
)
