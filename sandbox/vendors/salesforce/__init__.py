"""Salesforce: descriptions and queries of a few objects, pages by address, tokens without an end.

API: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest
"""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime
from typing import Any

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.limits import Limit
from sandbox.answering.state import Login
from sandbox.answering.vendor import Call, Route, Vendor
from sandbox.stories.crm_story import CUT_AT, DEALS, DELETED_AT, STAGES, Deal, stage_number

MOST_ON_PAGE = 2000
VERSION = "v67.0"
STAGE_NAMES = {
    "new": "Prospecting",
    "qualified": "Qualification",
    "offer": "Proposal/Price Quote",
    "won": "Closed Won",
    "lost": "Closed Lost",
}
SOQL = re.compile(
    r"SELECT (?P<fields>[\w, ]+) FROM (?P<kind>\w+)"
    r"(?: WHERE (?P<moment>\w+) >= (?P<start>\S+) AND (?P=moment) < (?P<end>\S+))?"
    r" ORDER BY (?P<order>[\w, ]+)",
    re.ASCII,
)

Record = dict[str, Any]


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000+0000"


def _id(prefix: str, number: int) -> str:
    return f"{prefix}SYN{number:09}AAA"


def _common(prefix: str, deal: Deal, changed_at: datetime) -> Record:
    return {
        "Id": _id(prefix, deal.number),
        "OwnerId": _id("005", 9),
        "LeadSource": "Web",
        "CreatedDate": _moment(deal.created_at),
        "SystemModstamp": _moment(changed_at),
        "IsDeleted": False,
    }


def _person(prefix: str, deal: Deal) -> Record:
    first, last = deal.name.split()
    return {
        **_common(prefix, deal, deal.created_at),
        "Email": deal.email,
        "Phone": deal.phone,
        "MobilePhone": None,
        "FirstName": first,
        "LastName": last,
        "MasterRecordId": None,
        "GCLID__c": f"SYN-GCLID-{deal.number}",
    }


def _contacts() -> list[Record]:
    people = [
        {
            **_person("003", deal),
            "HomePhone": deal.home_phone,
            "OtherPhone": None,
            "AccountId": None,
            "MailingCity": None,
        }
        for deal in DEALS
    ]
    # Somebody was entered twice, and the second record was merged into the first.
    twice = {**people[0], "Id": _id("003", 99), "IsDeleted": True, "MasterRecordId": people[0]["Id"]}
    return [*people, twice]


def _leads() -> list[Record]:
    deal = DEALS[0]
    converted = {"IsConverted": True, "ConvertedContactId": _id("003", 1), "ConvertedOpportunityId": _id("006", 1)}
    return [{**_person("00Q", deal), "Company": "Berg", "City": None, "Status": "Qualified", **converted}]


def _opportunity(deal: Deal) -> Record:
    return {
        **_common("006", deal, DELETED_AT if deal.is_deleted else CUT_AT if deal.is_cut else deal.stages[-1][1]),
        "AccountId": None,
        "Name": f"Roof {deal.number}",
        "StageName": STAGE_NAMES[deal.stage],
        "Amount": deal.cents / 100,
        "IsClosed": deal.stage in ("won", "lost"),
        "IsWon": deal.stage == "won",
        "CloseDate": f"{deal.closed_at or deal.stages[-1][1]:%Y-%m-%d}",
        "LastStageChangeDate": _moment(deal.stages[-1][1]),
        "CampaignId": None,
        "ContactId": None if deal.is_cut else _id("003", deal.number),
        "IsDeleted": deal.is_deleted,
    }


def _history() -> list[Record]:
    return [
        {
            "Id": _id("008", 10 * deal.number + step),
            "OpportunityId": _id("006", deal.number),
            "StageName": STAGE_NAMES[stage],
            "Amount": deal.cents / 100,
            "CreatedDate": _moment(at),
            "IsDeleted": False,
        }
        for deal in DEALS
        for step, (stage, at) in enumerate(deal.stages)
    ]


def _tie(deal: Deal, contact: int) -> Record:
    people = {"OpportunityId": _id("006", deal.number), "ContactId": _id("003", contact)}
    is_main = contact == deal.number
    own = {"Id": _id("00K", 10 * deal.number + contact), "Role": "Decision Maker" if is_main else "Evaluator"}
    return {**_part("00K", deal), **own, **people, "IsPrimary": is_main}


def _part(prefix: str, deal: Deal) -> Record:
    """What is tied to an opportunity and can be taken off it: it is listed once more then, and says so."""
    made = _common(prefix, deal, CUT_AT if deal.is_cut else deal.created_at)
    return {**made, "IsDeleted": deal.is_cut}


def _product(deal: Deal) -> Record:
    # Salesforce makes the name of a line out of two.
    sold = {
        "Product2Id": _id("01t", 5),
        "Name": f"Roof {deal.number} Tiles",
        "Quantity": 2.0,
        "TotalPrice": deal.cents / 100,
    }
    return {**_part("00k", deal), "OpportunityId": _id("006", deal.number), **sold}


def _task(deal: Deal) -> Record:
    called_at = deal.created_at.replace(minute=30)
    return {
        **_common("00T", deal, called_at),
        "WhoId": _id("003", deal.number),
        "WhatId": _id("006", deal.number),
        "TaskSubtype": "Call",
        "CallType": "Outbound",
        "IsClosed": True,
        "CompletedDateTime": _moment(called_at),
    }


def _stage(stage: str) -> Record:
    return {
        "Id": _id("01J", stage_number(stage)),
        "ApiName": STAGE_NAMES[stage],
        "MasterLabel": STAGE_NAMES[stage],
        "SortOrder": stage_number(stage),
        "IsClosed": stage in ("won", "lost"),
        "IsWon": stage == "won",
        "IsActive": True,
    }


OBJECTS: dict[str, list[Record]] = {
    "Lead": _leads(),
    "Contact": _contacts(),
    "Opportunity": [_opportunity(deal) for deal in DEALS],
    "OpportunityHistory": _history(),
    "OpportunityContactRole": [_tie(deal, one) for deal in DEALS for one in deal.contacts or (deal.number,)],
    "OpportunityLineItem": [_product(deal) for deal in DEALS],
    "Product2": [{"Id": _id("01t", 5), "Name": "Tiles", "ProductCode": "TILES"}],
    "Task": [_task(deal) for deal in DEALS],
    "OpportunityStage": [_stage(stage) for stage in STAGES],
    "User": [{"Id": _id("005", 9), "Name": "Kim", "Email": "kim@nordhaus.example", "IsActive": True}],
}


def _describe(call: Call) -> Answer:
    records = _object(call, call.parts["kind"])
    names = dict.fromkeys(name for record in records for name in record)
    fields = [{"name": name, "type": "string", "nillable": True, "custom": name.endswith("__c")} for name in names]
    return json_answer({"name": call.parts["kind"], "queryable": True, "fields": fields})


def _query(call: Call) -> Answer:
    _check_version(call)
    asked = SOQL.fullmatch(call.query.get("q", ""))
    if asked is None:
        raise Refused(_error(400, "MALFORMED_QUERY", "unexpected token"))
    kind, names = asked["kind"], [name.strip() for name in asked["fields"].split(",")]
    records = _object(call, kind)
    for name in names:
        if name not in records[0]:
            message = f"No such column '{name}' on entity '{kind}'."
            raise Refused(_error(400, "INVALID_FIELD", message))
    if asked["moment"]:
        start, end = (_read_moment(asked[end]) for end in ("start", "end"))
        records = [one for one in records if start <= _read_moment(one[asked["moment"]]) < end]
    order = [name.strip() for name in asked["order"].split(",")]
    records = sorted(records, key=lambda one: tuple(str(one[name]) for name in order))
    shown = [
        {
            "attributes": {"type": kind, "url": f"/services/data/{VERSION}/sobjects/{kind}/{one['Id']}"},
            **{name: one[name] for name in names},
        }
        for one in records
    ]
    return _page(call, shown, 0)


def _more(call: Call) -> Answer:
    locator, _, start = call.parts["locator"].rpartition("-")
    shown = call.sandbox.kept.get(("salesforce_cursor", locator))
    if shown is None or not start.isdigit():
        raise Refused(_error(400, "INVALID_QUERY_LOCATOR", "invalid query locator"))
    return _page(call, shown, int(start), locator)


def _page(call: Call, shown: list[Record], start: int, locator: str = "") -> Answer:
    end = start + min(MOST_ON_PAGE, call.sandbox.settings.most_on_page)
    body: Record = {"totalSize": len(shown), "done": end >= len(shown), "records": shown[start:end]}
    if not body["done"]:
        locator = locator or f"01g{secrets.token_hex(6)}"
        call.sandbox.kept["salesforce_cursor", locator] = shown
        # A whole path at Salesforce; here everything lies under the vendor's name.
        body["nextRecordsUrl"] = f"{call.base_url}/services/data/{VERSION}/query/{locator}-{end}"
    return json_answer(body)


def _object(call: Call, kind: str) -> list[Record]:
    _check_version(call)
    if kind not in OBJECTS:
        raise Refused(_error(400, "INVALID_TYPE", f"sObject type '{kind}' is not supported."))
    return OBJECTS[kind]


def _check_version(call: Call) -> None:
    if call.parts["version"] != VERSION:
        raise Refused(_error(404, "NOT_FOUND", "The requested resource does not exist"))


def _read_moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        raise Refused(_error(400, "MALFORMED_QUERY", f"invalid moment {text}")) from None


def _give_token(call: Call) -> Answer:
    """``POST /services/oauth2/token`` with the application's own credentials; the answer names no end."""
    form = call.form
    for login in call.sandbox.logins:
        opens = (login.source, login.name, login.password)
        if opens == ("salesforce", form.get("client_id"), form.get("client_secret")):
            if form.get("grant_type") != "client_credentials":
                return json_answer({"error": "unsupported_grant_type"}, 400)
            token = secrets.token_urlsafe(24)
            call.sandbox.kept["salesforce_session", token] = login
            body = {"access_token": token, "instance_url": call.base_url, "token_type": "Bearer"}
            return json_answer({**body, "issued_at": "1773135000000", "scope": "api"})
    body = {"error": "invalid_client", "error_description": "invalid client credentials"}
    return json_answer(body, 400)


def _let_in(call: Call) -> Login:
    login = call.sandbox.kept.get(("salesforce_session", call.bearer()))
    if not isinstance(login, Login):
        raise Refused(_ended(call))
    return login


def _ended(call: Call) -> Answer:
    return _error(401, "INVALID_SESSION_ID", "Session expired or invalid")


def _error(status: int, code: str, message: str) -> Answer:
    return json_answer([{"message": message, "errorCode": code}], status)


SALESFORCE = Vendor(
    source="salesforce",
    accounts={"nordhaus": "00DSYN"},
    routes=(
        Route("POST", "/services/oauth2/token", _give_token, is_public=True),
        Route("GET", "/services/data/{version}/sobjects/{kind}/describe", _describe),
        Route("GET", "/services/data/{version}/queryAll", _query),
        Route("GET", "/services/data/{version}/query/{locator}", _more),
    ),
    let_in=_let_in,
    rate_limited=lambda call, wait: _error(
        403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit exceeded."
    ),
    server_error=lambda call: _error(500, "UNKNOWN_EXCEPTION", "An unexpected error occurred."),
    expired_token=_ended,
    revoked=lambda call: _error(403, "API_DISABLED_FOR_ORG", "API is not enabled for this Organization"),
    not_found=lambda call: _error(404, "NOT_FOUND", "The requested resource does not exist"),
    rows_keys=frozenset({"records"}),
    documented_limits={"": Limit(25, 1)},
    headers=lambda call: {"Sforce-Limit-Info": "api-usage=25/15000"},
)
