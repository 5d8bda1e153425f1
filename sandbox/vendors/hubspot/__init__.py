"""HubSpot CRM: objects by list, search and batch, associations, pipelines, owners; dated and old paths.

API: https://developers.hubspot.com/docs/api-reference
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from sandbox.answering.answer import Answer, Refused, json_answer, spliced
from sandbox.answering.limits import Limit
from sandbox.answering.state import Login
from sandbox.answering.vendor import Call, Handler, Route, Vendor
from sandbox.vendors.hubspot.associations import read_associations
from sandbox.vendors.hubspot.forms import list_forms, list_submissions
from sandbox.vendors.hubspot.objects import (
    asked_kind,
    check_version,
    error,
    input_ids,
    name_list,
    not_found,
    property_pick,
)
from sandbox.vendors.hubspot.search import search

MOST_ON_PAGE = 100
MOST_INPUTS = 100
MOST_WITH_HISTORY = 50


def _list(call: Call) -> Answer:
    """Every record, by id."""
    check_version(call)
    kind = asked_kind(call)
    for name in ("associations", "propertiesWithHistory"):
        if name in call.query:
            raise Refused(error(400, "VALIDATION_ERROR", f"The sandbox gives {name} in batches only"))
    size = _size(call)
    is_archived = call.query.get("archived") == "true"
    table = _archived(call, kind.name) if is_archived else call.sandbox.known(kind.table)
    if table is None:
        return _page(call, [], None)
    rows = call.sandbox.wire.rows(
        f"select {kind.key}, _payload from {table}"
        f" where _account = ? and try_cast({kind.key} as bigint) >= try_cast(? as bigint)"
        f" order by try_cast({kind.key} as bigint) limit {size + 1}",
        [call.account, call.query.get("after", "0")],
    )
    names = [name for name in call.query.get("properties", "").split(",") if name]
    # What was deleted is told as it was written.
    pick = str if is_archived else property_pick(call, kind, names)
    return _page(call, [pick(text) for _, text in rows[:size]], rows[size][0] if len(rows) > size else None)


def _archived(call: Call, kind: str) -> str | None:
    """Where the deleted records of a kind are; None where nobody deletes any: deals alone are deleted in the market."""
    found = call.sandbox.wire.count(
        "select count(*) from information_schema.tables where table_name = ?", [f"hubspot__deleted_{kind}"]
    )
    return call.sandbox.known(f"hubspot__deleted_{kind}") if found else None


def _batch_read(call: Call) -> Answer:
    """Records by id, with the history of properties when asked for."""
    check_version(call)
    kind = asked_kind(call)
    body = call.json if isinstance(call.json, dict) else {}
    with_history = name_list(body.get("propertiesWithHistory"))
    ids = input_ids(call, MOST_WITH_HISTORY if with_history else MOST_INPUTS)
    pick = property_pick(call, kind, name_list(body.get("properties")))
    found = dict(
        call.sandbox.wire.rows(
            f"select {kind.key}, _payload from {call.sandbox.known(kind.table)}"
            f" where _account = ? and {kind.key} in (select unnest(?))",
            [call.account, ids],
        )
    )
    history = _stage_history(call, ids) if with_history else {}
    results = []
    for one in dict.fromkeys(ids):
        if one not in found:
            continue
        text = pick(found[one])
        if with_history:
            entries = spliced(history.get(one, [])) if "dealstage" in with_history else msgspec.Raw(b"[]")
            kept = msgspec.json.encode({name: entries for name in with_history if name == "dealstage"}).decode()
            text = f'{text[:-1]},"propertiesWithHistory":{kept}}}'
        results.append(text)
    missing = [one for one in dict.fromkeys(ids) if one not in found]
    answer: dict[str, Any] = {"status": "COMPLETE", "results": spliced(results)}
    if missing:
        problem = {
            "status": "error",
            "category": "OBJECT_NOT_FOUND",
            "message": "Could not get some objects, they may be deleted or not exist.",
            "context": {"ids": missing},
        }
        answer |= {"numErrors": 1, "errors": [problem]}
    return json_answer(answer, 207 if missing else 200)


def _stage_history(call: Call, ids: list[str]) -> dict[str, list[str]]:
    """The stages of each deal, newest first."""
    history: dict[str, list[str]] = {}
    for deal_id, text in call.sandbox.wire.rows(
        f"select deal_id, _payload from {call.sandbox.known('hubspot__deal_stages')}"
        " where _account = ? and deal_id in (select unnest(?)) order by entered_at desc, stage_id desc",
        [call.account, ids],
    ):
        history.setdefault(deal_id, []).append(text)
    return history


def _pipelines(call: Call) -> Answer:
    check_version(call)
    rows = call.sandbox.wire.rows(
        "select pipeline_id, any_value(pipeline_label), list(_payload order by display_order)"
        f" from {call.sandbox.known('hubspot__pipelines')} where _account = ?"
        " group by pipeline_id order by pipeline_id",
        [call.account],
    )
    pipelines = [
        {"id": number, "label": label, "displayOrder": order, "archived": False, "stages": spliced(stages)}
        for order, (number, label, stages) in enumerate(rows)
    ]
    return json_answer({"results": pipelines})


def _owners(call: Call) -> Answer:
    check_version(call)
    size, archived = _size(call), call.query.get("archived") == "true"
    rows = call.sandbox.wire.rows(
        f"select owner_id, _payload from {call.sandbox.known('hubspot__owners')} where _account = ?"
        " and coalesce(cast(json_extract(_payload, '$.archived') as boolean), false) = ?"
        f" and try_cast(owner_id as bigint) >= try_cast(? as bigint)"
        f" order by try_cast(owner_id as bigint) limit {size + 1}",
        [call.account, archived, call.query.get("after", "0")],
    )
    return _page(call, [text for _, text in rows[:size]], rows[size][0] if len(rows) > size else None)


def _properties(call: Call) -> Answer:
    check_version(call)
    names = [path[1] for path in call.sandbox.wire.structure(asked_kind(call).table) if path[0] == "properties"]
    results = [{"name": name, "label": name, "type": "string", "fieldType": "text"} for name in sorted(names)]
    return json_answer({"results": results})


def _page(call: Call, records: list[str], after: str | None) -> Answer:
    body: dict[str, Any] = {"results": spliced(records)}
    if after is not None:
        link = f"{call.base_url}{call.path.partition('/hubspot')[2]}?after={after}"
        body["paging"] = {"next": {"after": after, "link": link}}
    return json_answer(body)


def _size(call: Call) -> int:
    text = call.query.get("limit", "10")
    # Owners may come 500 at a time.
    most = 500 if "/owners" in call.path else MOST_ON_PAGE
    if not text.isdigit() or not 1 <= int(text) <= most:
        raise Refused(error(400, "VALIDATION_ERROR", f"limit must be between 1 and {most}"))
    return int(text)


def _let_in(call: Call) -> Login:
    login = call.sandbox.login("hubspot", call.bearer())
    if login is None:
        message = "Authentication credentials not found. This API supports OAuth 2.0 authentication"
        raise Refused(error(401, "INVALID_AUTHENTICATION", message))
    return login


def _rate_limited(call: Call, wait: float) -> Answer:
    body = {
        "status": "error",
        "message": "You have reached your secondly limit.",
        "errorType": "RATE_LIMIT",
        "correlationId": "00000000-0000-4000-8000-000000000000",
        "policyName": "SECONDLY" if call.path.endswith("/search") else "TEN_SECONDLY_ROLLING",
        "requestId": "00000000-0000-4000-8000-000000000001",
    }
    return json_answer(body, 429)


def _headers(call: Call) -> Mapping[str, str]:
    if call.path.endswith("/search"):
        return {}
    limits = call.sandbox.limits
    limit = limits.in_force("hubspot")
    return {
        "x-hubspot-ratelimit-max": str(limit.requests),
        "x-hubspot-ratelimit-remaining": str(limits.remaining("hubspot", call.account)),
        "x-hubspot-ratelimit-interval-milliseconds": str(round(limit.seconds * 1000)),
        "x-hubspot-ratelimit-daily": "1000000",
        "x-hubspot-ratelimit-daily-remaining": "999999",
    }


def _both(method: str, area: str, rest: str, handle: Handler, bucket: str = "") -> tuple[Route, Route]:
    """The dated path and the old one."""
    return (
        Route(method, f"/crm/{area}/{{version}}{rest}", handle, bucket=bucket),
        Route(method, f"/crm/v3/{area}{rest}", handle, bucket=bucket),
    )


HUBSPOT = Vendor(
    source="hubspot",
    routes=(
        Route("POST", "/crm/associations/{version}/{from_kind}/{to_kind}/batch/read", read_associations),
        Route("POST", "/crm/v4/associations/{from_kind}/{to_kind}/batch/read", read_associations),
        *_both("GET", "objects", "/{kind}", _list),
        *_both("POST", "objects", "/{kind}/search", search, bucket="search"),
        *_both("POST", "objects", "/{kind}/batch/read", _batch_read),
        *_both("GET", "pipelines", "/deals", _pipelines),
        *_both("GET", "properties", "/{kind}", _properties),
        *_both("GET", "owners", "", _owners),
        Route("GET", "/marketing/forms/{version}", list_forms),
        Route("GET", "/marketing/v3/forms", list_forms),
        Route("GET", "/form-integrations/v1/submissions/forms/{form}", list_submissions),
    ),
    let_in=_let_in,
    rate_limited=_rate_limited,
    server_error=lambda call: error(500, "SERVER_ERROR", "internal error"),
    expired_token=lambda call: error(401, "EXPIRED_AUTHENTICATION", "The access token is expired."),
    revoked=lambda call: error(403, "MISSING_SCOPES", "This app hasn't been granted all required scopes"),
    not_found=not_found,
    rows_keys=frozenset({"results"}),
    documented_limits={"": Limit(100, 10), "search": Limit(5, 1)},
    headers=_headers,
)
