"""Google Ads REST: accounts, and queries answered as a stream or in pages.

API: https://developers.google.com/google-ads/api/rest/overview
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sandbox.answering.answer import Answer, Refused, json_answer, spliced
from sandbox.answering.fields import Pick, picker
from sandbox.answering.google_oauth import give_token, token_owner
from sandbox.answering.limits import Limit
from sandbox.answering.state import Login
from sandbox.answering.vendor import Call, Route, Vendor
from sandbox.vendors.google_ads import gaql
from sandbox.vendors.google_ads.clients import CLOSED, MANAGER, clients
from sandbox.vendors.google_ads.data_manager import ingest, request_status
from sandbox.vendors.google_ads.errors import (
    VERSIONS,
    broken_stream,
    error,
    expired,
    not_found,
    rate_limited,
    refusal,
    request_id,
    revoked,
    server_error,
)

TABLES = {
    "customer": "google_ads__customer",
    "campaign": "google_ads__campaign_days",
    "ad_group": "google_ads__ad_group_days",
    "keyword_view": "google_ads__keyword_days",
    "search_term_view": "google_ads__search_term_days",
    "click_view": "google_ads__click_view",
    "call_view": "google_ads__call_view",
    "lead_form_submission_data": "google_ads__lead_form_submission_data",
}
ORDER = {
    "customer": "customer_id",
    "campaign": "day, campaign_id, ad_network_type, device",
    "ad_group": "day, ad_group_id, ad_network_type, device",
    "keyword_view": "day, ad_group_id, criterion_id, ad_network_type, device",
    "search_term_view": "day, ad_group_id, criterion_id, search_term",
    "click_view": "day, gclid, ad_network_type",
    "call_view": "day, call_id",
    "lead_form_submission_data": "submitted_at, lead_id",
}
WITHOUT_DAYS = ("customer", "customer_client", "call_view", "lead_form_submission_data")
"""Resources that know no ``segments.date``."""
LEADS_KEPT = timedelta(days=30)
# The sandbox keeps rows by day, network and device; it cannot add them up as Google does for coarser queries.
GRAIN = ("segments.date", "segments.ad_network_type", "segments.device")
TERM_GRAIN = ("segments.date", "segments.keyword.ad_group_criterion", "segments.search_term_match_type")


def list_customers(call: Call) -> Answer:
    """``customers:listAccessibleCustomers``."""
    _check_version(call)
    return json_answer({"resourceNames": [f"customers/{call.account}", f"customers/{MANAGER}"]})


def search_stream(call: Call) -> Answer:
    """``googleAds:searchStream``: one JSON array of batches, sent as it is read."""
    query = _checked_query(call)
    stream = _stream(_batches(call, query, offset=0), query.mask(), call.text())
    return Answer(200, broken_stream(call, stream) if call.is_ordered("stream_error") else stream)


def _stream(batches: Iterator[list[str]], mask: str, seed: str) -> Iterator[bytes]:
    number = request_id(seed)
    tail = f',"fieldMask":"{mask}","requestId":"{number}","queryResourceConsumption":"100"}}'
    is_first = True
    for batch in batches:
        opening = "[" if is_first else ",\r\n"
        yield f'{opening}{{"results":[{",".join(batch)}]{tail}'.encode()
        is_first = False
    if not is_first:
        yield b"]"
    elif int(number[-1], 16) % 2:
        # Google answers "nothing" in two ways.
        yield b"[]"
    else:
        yield f'[{{"fieldMask":"{mask}","requestId":"{number}"}}]'.encode()


def search(call: Call) -> Answer:
    """``googleAds:search``: pages of a fixed size."""
    body = call.json if isinstance(call.json, dict) else {}
    if "pageSize" in body:
        raise refusal(call, 400, "requestError", "PAGE_SIZE_NOT_SUPPORTED", "Setting the page size is not supported.")
    query = _checked_query(call)
    size = call.sandbox.settings.stream_batch_rows
    offset = _read_page_token(call, str(body.get("pageToken") or ""))
    batches = _batches(call, query, offset)
    results = next(batches, [])
    answer: dict[str, Any] = {"results": spliced(results)} if results else {}
    if len(results) == size and next(batches, None):
        answer["nextPageToken"] = _page_token(call, offset + size)
    return json_answer({**answer, "fieldMask": query.mask()})


def _batches(call: Call, query: gaql.Query, offset: int) -> Iterator[list[str]]:
    size = call.sandbox.settings.stream_batch_rows
    if query.resource == "customer_client":
        yield clients(call, query)
        return
    table = TABLES[query.resource]
    where, parameters = "_account = ?", [call.parts["customer"]]
    if query.first_day and query.last_day:
        where += " and _day between ? and ?"
        parameters += [query.first_day.isoformat(), query.last_day.isoformat()]
    if query.resource == "lead_form_submission_data" and call.sandbox.today:
        # Older answers are deleted, and nothing says so.
        where += " and _day >= ?"
        parameters.append((call.sandbox.today - LEADS_KEPT).isoformat())
    for name, operator, value in query.conditions:
        column = f"json_extract_string(_payload, '$.{gaql.json_path(name)}')"
        comparable = value.replace(".", "", 1).isdigit()
        where += f" and {f'try_cast({column} as double)' if comparable else column} {operator} ?"
        parameters.append(value)
    limit = f"limit {max(query.limit - offset, 0)}" if query.limit is not None else ""
    texts = (
        f"select _payload from {call.sandbox.known(table)} where {where}"
        f" order by {ORDER[query.resource]} {limit} offset {offset}"
    )
    pick = _pick(call, query, table)
    for batch in call.sandbox.wire.batches(texts, parameters, size):
        yield [pick(text) for text in batch]


def _pick(call: Call, query: gaql.Query, table: str) -> Pick:
    wanted = {tuple(gaql.json_path(name).split(".")) for name in query.fields}
    # Google adds the resource name of every resource that is read from, asked for or not.
    resources = {path[0] for path in wanted} - {"metrics", "segments"} | {gaql.camel(query.resource)}
    wanted |= {(resource, "resourceName") for resource in resources}
    if query.resource == "click_view":
        wanted.add(("clickView", "resourceName"))
    return picker(call.sandbox.wire, table, frozenset(wanted))


def _checked_query(call: Call) -> gaql.Query:
    _check_version(call)
    _check_customer(call)
    body = call.json
    text = body.get("query") if isinstance(body, dict) else None
    if not isinstance(text, str):
        raise refusal(call, 400, "requestError", "REQUIRED_FIELD_MISSING", "The required field was not present: query.")
    try:
        query = gaql.parse(text)
        _check_days(call, query)
    except gaql.QueryRefused as refused:
        raise refusal(call, 400, refused.category, refused.code, refused.message) from None
    return query


def _check_days(call: Call, query: gaql.Query) -> None:
    if query.resource in WITHOUT_DAYS:
        return
    if call.parts["customer"] == MANAGER:
        raise gaql.QueryRefused(
            "queryError",
            "REQUESTED_METRICS_FOR_MANAGER",
            "Metrics cannot be requested for a manager account.",
        )
    if query.resource == "click_view" and (query.first_day is None or query.first_day != query.last_day):
        raise gaql.QueryRefused(
            "queryError",
            "EXPECTED_FILTERS_ON_DATE_RANGE",
            "The query must filter on segments.date for exactly one day.",
        )
    if query.first_day is None or query.last_day is None:
        raise gaql.QueryRefused(
            "queryError",
            "EXPECTED_FILTERS_ON_DATE_RANGE",
            "Expected filters on date range, segments.date must be limited on both ends.",
        )
    grain = TERM_GRAIN if query.resource == "search_term_view" else GRAIN
    missing = [name for name in grain if name not in query.fields]
    if missing and query.resource != "click_view":
        raise gaql.QueryRefused(
            "queryError",
            "REQUIRED_SEGMENT_FIELD_MISSING",
            f"The sandbox needs {', '.join(missing)} in SELECT.",
        )
    today = call.sandbox.today
    if today is None:
        return
    if query.resource == "click_view" and query.first_day < today - timedelta(days=90):
        raise gaql.QueryRefused("dateRangeError", "INVALID_DATE", "click_view goes back 90 days only.")
    if query.first_day < today - timedelta(days=37 * 365 // 12):
        raise gaql.QueryRefused(
            "dateRangeError",
            "REQUESTED_DATE_GRANULARITY_NOT_SUPPORTED",
            "Daily rows are kept for 37 months.",
        )


def _check_version(call: Call) -> None:
    version = call.parts["version"]
    if version in VERSIONS:
        return
    if version.startswith("v") and version[1:].isdigit():
        raise refusal(call, 400, "requestError", "UNSUPPORTED_VERSION", f"Version {version} is not supported.")
    raise Refused(not_found(call))


def _check_customer(call: Call) -> None:
    customer = call.parts["customer"]
    if not customer.isdigit():
        raise refusal(call, 400, "requestError", "INVALID_CUSTOMER_ID", "Customer ids are digits only.")
    if customer == CLOSED:
        message = "The customer account can't be accessed because it is not yet enabled or has been deactivated."
        raise refusal(call, 403, "authorizationError", "CUSTOMER_NOT_ENABLED", message)
    through = call.headers.get("login-customer-id")
    if customer not in (call.account, MANAGER) or through not in (None, customer, MANAGER):
        message = "User doesn't have permission to access customer. Note: check 'login-customer-id'."
        raise refusal(call, 403, "authorizationError", "USER_PERMISSION_DENIED", message)


def _let_in(call: Call) -> Login:
    login = token_owner(call.sandbox, call.bearer())
    if login is None:
        raise Refused(error(call, 401, "authenticationError", "OAUTH_TOKEN_INVALID", "Invalid access token."))
    return login


def _page_token(call: Call, offset: int) -> str:
    return base64.urlsafe_b64encode(f"{request_id(_query_text(call))}:{offset}".encode()).decode()


def _read_page_token(call: Call, token: str) -> int:
    if not token:
        return 0
    try:
        query, _, offset = base64.urlsafe_b64decode(token).decode().partition(":")
        if query == request_id(_query_text(call)):
            return int(offset)
    except (binascii.Error, ValueError):
        pass
    raise refusal(call, 400, "requestError", "INVALID_PAGE_TOKEN", "Page token is invalid.")


def _query_text(call: Call) -> str:
    return f"{call.parts['customer']} {call.json['query']}"


GOOGLE_ADS = Vendor(
    source="google_ads",
    routes=(
        Route("POST", "/token", give_token, is_public=True),
        Route("GET", "/{version}/customers:listAccessibleCustomers", list_customers),
        Route("POST", "/{version}/customers/{customer}/googleAds:searchStream", search_stream),
        Route("POST", "/{version}/customers/{customer}/googleAds:search", search),
        Route("POST", "/v1/events:ingest", ingest),
        Route("GET", "/v1/requestStatus:retrieve", request_status),
    ),
    let_in=_let_in,
    rate_limited=rate_limited,
    server_error=server_error,
    expired_token=expired,
    revoked=revoked,
    not_found=not_found,
    rows_keys=frozenset({"results"}),
    # Google publishes no rate; this is the daily quota of basic access.
    documented_limits={"": Limit(15_000, 86_400)},
)
