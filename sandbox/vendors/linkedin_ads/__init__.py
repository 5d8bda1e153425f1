"""LinkedIn's Marketing API: accounts, campaigns, costs, leads; it retells Google's campaigns and Typeform's answers.

API: https://learn.microsoft.com/linkedin/marketing/
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.limits import Limit
from sandbox.answering.state import Login
from sandbox.answering.vendor import Call, Route, Vendor
from sandbox.vendors.linkedin_ads import analytics as linkedin_analytics
from sandbox.vendors.linkedin_ads.conversions import read_rule, take_conversions
from sandbox.vendors.linkedin_ads.leads import find_forms, find_responses
from sandbox.vendors.linkedin_ads.story import OBJECTIVE, Campaign, account, campaigns
from sandbox.vendors.linkedin_ads.wire import (
    Query,
    Record,
    bad_query,
    denied,
    endpoint,
    expired_token,
    invalid_token,
    not_found,
    rate_limited,
    revoked_token,
    server_error,
    token_page,
    urn,
)

TOKEN_DAYS, REFRESH_DAYS = 60, 365
STATUSES = ("ACTIVE", "PAUSED", "ARCHIVED", "COMPLETED", "CANCELED", "DRAFT", "PENDING_DELETION", "REMOVED")
OTHERS = (500900900, 520900900)
"""Accounts that the token's owner sees too; one is before any of the sandbox's, one behind them."""


def _give_token(call: Call) -> Answer:
    """A new access token; the refresh token stays as it is, and its year goes on."""
    form, sandbox = call.form, call.sandbox
    login = sandbox.login("linkedin_ads", form.get("refresh_token", ""))
    if form.get("grant_type") != "refresh_token" or login is None or not login.name:
        return _no_token("invalid_request", "The provided refresh token is invalid, expired or revoked")
    if (form.get("client_id"), form.get("client_secret")) != (login.name, login.extra.get("client_secret")):
        return _no_token("invalid_client", "Client authentication failed")
    token = f"AQX{secrets.token_urlsafe(24)}"
    sandbox.kept["linkedin_token", token] = login
    day = 86_400
    return json_answer(
        {
            "access_token": token,
            "expires_in": TOKEN_DAYS * day,
            "refresh_token": login.password,
            "refresh_token_expires_in": REFRESH_DAYS * day,
        }
    )


def _no_token(error: str, description: str) -> Answer:
    return json_answer({"error": error, "error_description": description}, 400 if error == "invalid_request" else 401)


def _find_accounts(call: Call, query: Query) -> Answer:
    known = account(call)
    own = [] if known is None else [_account(int(call.account), known["descriptiveName"], known["currencyCode"])]
    others = [_account(number, f"Account {number}", "USD") for number in OTHERS]
    return token_page(call, query, sorted(own + others, key=lambda one: int(one["id"])))


def _account(number: int, name: str, currency: str) -> Record:
    return {
        "id": number,
        "name": name,
        "currency": currency,
        "status": "ACTIVE",
        "type": "BUSINESS",
        "reference": urn("organization", number + 1),
        "servingStatuses": ["RUNNABLE"],
        "test": False,
    }


def _find_campaigns(call: Call, query: Query) -> Answer:
    search = query.get("search", {})
    asked: Any = search.get("status", {"values": ["ACTIVE"]}) if isinstance(search, dict) else None
    statuses = asked.get("values") if isinstance(asked, dict) else None
    if not isinstance(statuses, list) or not set(statuses) <= set(STATUSES):
        raise bad_query("search: (status:(values:List(ACTIVE,..))) was expected")
    # Whoever names no status is shown the campaigns that run.
    return token_page(call, query, [_campaign(call, one) for one in campaigns(call) if one.status in statuses])


def _campaign(call: Call, one: Campaign) -> Record:
    started = datetime.combine(one.first_day, time(), UTC)
    return {
        "id": int(one.campaign_id),
        "name": one.name,
        "status": one.status,
        "type": "SPONSORED_UPDATES",
        "objectiveType": OBJECTIVE,
        "costType": "CPC",
        "account": urn("sponsoredAccount", call.account),
        "campaignGroup": urn("sponsoredCampaignGroup", one.group),
        "runSchedule": {"start": int(started.timestamp() * 1000)},
    }


def _find_groups(call: Call, query: Query) -> Answer:
    kinds = {one.group: one.kind for one in campaigns(call)}
    groups = [
        {"id": number, "name": kind.title(), "status": "ACTIVE", "account": urn("sponsoredAccount", call.account)}
        for number, kind in sorted(kinds.items())
    ]
    return token_page(call, query, groups)


def _find_creatives(call: Call, query: Query) -> Answer:
    # Of several ways to read creatives it has to be told which one is meant.
    if call.headers.get("x-restli-method", "").upper() != "FINDER":
        raise bad_query("creatives need the header X-RestLi-Method: FINDER")
    creatives = [
        {
            "id": urn("sponsoredCreative", one.creative),
            "campaign": urn("sponsoredCampaign", one.campaign_id),
            "account": urn("sponsoredAccount", call.account),
            "intendedStatus": one.status,
        }
        for one in campaigns(call)
    ]
    return token_page(call, query, creatives)


def _of_account(find: Callable[[Call, Query], Answer]) -> Callable[[Call, Query], Answer]:
    def checked(call: Call, query: Query) -> Answer:
        if call.parts["account"] != call.account:
            raise Refused(denied(call))
        return find(call, query)

    return checked


def _let_in(call: Call) -> Login:
    token = call.bearer()
    login = call.sandbox.kept.get(("linkedin_token", token)) or call.sandbox.login("linkedin_ads", token)
    # A refresh token is no access token.
    if login is None or (login.name and token == login.password):
        raise Refused(invalid_token(call))
    assert isinstance(login, Login)
    return login


FINDERS = {
    "/rest/adAccounts": ("search", _find_accounts),
    "/rest/adAccounts/{account}/adCampaigns": ("search", _of_account(_find_campaigns)),
    "/rest/adAccounts/{account}/adCampaignGroups": ("search", _of_account(_find_groups)),
    "/rest/adAccounts/{account}/creatives": ("criteria", _of_account(_find_creatives)),
    "/rest/adAnalytics": (None, linkedin_analytics.find),
    "/rest/leadForms": ("owner", find_forms),
    "/rest/leadFormResponses": ("owner", find_responses),
}

LINKEDIN_ADS = Vendor(
    source="linkedin_ads",
    accounts={"nordhaus": "507404993", "clearwater": "507404994"},
    routes=(
        Route("POST", "/oauth/v2/accessToken", _give_token, is_public=True),
        Route("POST", "/rest/conversionEvents", take_conversions),
        Route("GET", "/rest/conversions/{rule}", read_rule),
        *(
            Route(method, path, handle)
            for path, (finder, find) in FINDERS.items()
            for method, handle in zip(("GET", "POST"), endpoint(find, finder), strict=True)
        ),
    ),
    let_in=_let_in,
    rate_limited=rate_limited,
    server_error=server_error,
    expired_token=expired_token,
    revoked=revoked_token,
    not_found=not_found,
    rows_keys=frozenset({"elements"}),
    # Of quotas by the day it tells no number; this many values are handed out in five minutes.
    documented_limits={linkedin_analytics.VALUES: Limit(45_000_000, 300)},
)
