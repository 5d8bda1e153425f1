"""What all of LinkedIn's endpoints share: headers, queries, pages of two kinds, words for refusing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.pages import page_behind
from sandbox.answering.vendor import Call, Handler
from sandbox.vendors.linkedin_ads.restli import parsed_query

# A new one each month, and each lives for a year.
VERSIONS = (*(f"2025{month}" for month in (11, 12)), *(f"2026{month:02}" for month in range(1, 12)))
PROTOCOL = "2.0.0"
MOST_ON_PAGE = 1000

Record = dict[str, Any]
Query = Mapping[str, Any]


def endpoint(find: Callable[[Call, Query], Answer], finder: str | None) -> tuple[Handler, Handler]:
    """A list that is asked for with GET, and its tunnel: the same with POST, the query in the body.

    ``finder`` is what the parameter ``q`` has to name; None where the list has more than one.
    """

    def handle(call: Call) -> Answer:
        check_headers(call)
        try:
            query = parsed_query(call.query_text)
        except ValueError:
            raise bad_query() from None
        if finder is not None and query.get("q") != finder:
            raise bad_query(f"No finder '{query.get('q')}'; there is '{finder}'")
        return find(call, query)

    def tunnelled(call: Call) -> Answer:
        if call.headers.get("x-http-method-override", "").upper() != "GET":
            raise Refused(error(405, 0, "METHOD_NOT_ALLOWED", "POST without X-HTTP-Method-Override: GET"))
        call.query_text = call.body.decode()
        return handle(call)

    return handle, tunnelled


def check_headers(call: Call) -> None:
    version = call.headers.get("linkedin-version", "")
    if not version:
        raise Refused(error(400, 0, "VERSION_MISSING", "A version must be present in the header LinkedIn-Version"))
    if version not in VERSIONS:
        raise Refused(error(426, 0, "NONEXISTENT_VERSION", f"Requested version {version} is not active"))
    if call.headers.get("x-restli-protocol-version") != PROTOCOL:
        raise bad_query("Lists and objects need X-Restli-Protocol-Version: 2.0.0")


def token_page(call: Call, query: Query, records: Sequence[Record]) -> Answer:
    """A page that names the token of the next one."""
    size = min(_number(query, "pageSize", 100), call.sandbox.settings.most_on_page)
    try:
        page, token = page_behind(records, str(query.get("pageToken", "")), size)
    except ValueError:
        raise bad_query("Invalid pageToken") from None
    return json_answer({"elements": page, "metadata": {"nextPageToken": token} if token else {}})


def offset_page(call: Call, query: Query, records: Sequence[Any], make: Callable[[Any], Record]) -> Answer:
    """A page by place. ``count`` in the answer is the size that it was cut to, which may be less than was asked."""
    start = _number(query, "start", 0, least=0, most=10**9)
    size = min(_number(query, "count", 10), call.sandbox.settings.most_on_page)
    page = [make(one) for one in records[start : start + size]]
    links = []
    if start + size < len(records):
        path = call.path.partition("/linkedin_ads")[2]
        kept = "&".join(part for part in call.query_text.split("&") if not part.startswith(("start=", "count=")))
        links = [
            {"type": "application/json", "rel": "next", "href": f"{path}?{kept}&start={start + size}&count={size}"}
        ]
    return json_answer(
        {"paging": {"start": start, "count": size, "links": links, "total": len(records)}, "elements": page}
    )


def _number(query: Query, name: str, usual: int, least: int = 1, most: int = MOST_ON_PAGE) -> int:
    text = query.get(name, str(usual))
    if not isinstance(text, str) or not text.isdigit() or not least <= int(text) <= most:
        raise bad_query(f"{name} has to be {least} to {most}")
    return int(text)


def check_owner(call: Call, query: Query) -> None:
    """Refuse whoever is not ``owner=(sponsoredAccount:urn...)`` of the account."""
    owner = query.get("owner")
    if not isinstance(owner, dict) or list(owner) != ["sponsoredAccount"]:
        raise bad_query("owner: (sponsoredAccount:urn) was expected")
    if owner["sponsoredAccount"] != urn("sponsoredAccount", call.account):
        raise Refused(denied(call))


def urn(kind: str, number: object) -> str:
    """LinkedIn's name for a thing."""
    return f"urn:li:{kind}:{number}"


def number_in(text: object, kind: str) -> str:
    """The number of a URN of that kind."""
    start = urn(kind, "")
    if not isinstance(text, str) or not text.startswith(start):
        raise bad_query(f"{quote(str(text)[:80])} is no {start}")
    return text.removeprefix(start)


def bad_query(message: str = "Invalid query parameters passed to request") -> Refused:
    """400, to be raised."""
    return Refused(error(400, 100, "ILLEGAL_ARGUMENT", message))


def denied(call: Call) -> Answer:
    """403: the token's owner has no role in the account."""
    what = call.path.rpartition("/")[2]
    return error(403, 100, "ACCESS_DENIED", f"Not enough permissions to access: {what}.FINDER")


def invalid_token(call: Call) -> Answer:
    """401, 65600: no token, or one that LinkedIn never gave."""
    return error(401, 65600, "INVALID_ACCESS_TOKEN", "Invalid access token")


def revoked_token(call: Call) -> Answer:
    """401, 65601."""
    return error(401, 65601, "REVOKED_ACCESS_TOKEN", "The token used in the request has been revoked by the user")


def expired_token(call: Call) -> Answer:
    """401, 65602: it lived for 60 days."""
    return error(401, 65602, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired")


def rate_limited(call: Call, wait: float) -> Answer:
    """429; neither a header nor the message says for how long."""
    return error(429, 101, "TOO_MANY_REQUESTS", "Resource level throttle limit for calls to this resource is reached.")


def server_error(call: Call) -> Answer:
    """500: ask again."""
    return error(500, 0, "INTERNAL_SERVER_ERROR", "Internal Server Error")


def not_found(call: Call) -> Answer:
    """404."""
    return error(404, 0, "RESOURCE_NOT_FOUND", f"No virtual resource found for {call.path.partition('/rest')[2]}")


def error(status: int, service_code: int, code: str, message: str) -> Answer:
    """LinkedIn's error body."""
    return json_answer({"status": status, "serviceErrorCode": service_code, "code": code, "message": message}, status)
