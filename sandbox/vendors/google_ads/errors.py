"""Google's error bodies, each with the code that the vendor documents."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.google_oauth import revoked_grant
from sandbox.answering.vendor import Call

VERSIONS = ("v23", "v24", "v25", "v26")


def error(
    call: Call, status: int, category: str, code: str, message: str, details: dict[str, Any] | None = None
) -> Answer:
    """An error body with one GoogleAdsFailure."""
    names = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED",
             429: "RESOURCE_EXHAUSTED", 500: "INTERNAL"}  # fmt: skip
    version = call.parts.get("version", VERSIONS[-1])
    failure: dict[str, Any] = {"errorCode": {category: code}, "message": message}
    if details:
        failure["details"] = details
    general = {400: "Request contains an invalid argument.", 429: "Resource has been exhausted"}
    problem = {
        "code": status,
        "message": general.get(status, message),
        "status": names[status],
        "details": [
            {
                "@type": f"type.googleapis.com/google.ads.googleads.{version}.errors.GoogleAdsFailure",
                "errors": [failure],
                "requestId": request_id(call.text()),
            }
        ],
    }
    # A stream is an array even when it is only an error.
    is_stream = call.path.endswith("Stream")
    return json_answer([{"error": problem}] if is_stream else {"error": problem}, status)


def refusal(call: Call, status: int, category: str, code: str, message: str) -> Refused:
    """The same, to be raised."""
    return Refused(error(call, status, category, code, message))


def rate_limited(call: Call, wait: float) -> Answer:
    """429 with the delay that Google asks for in the body."""
    details = {
        "quotaErrorDetails": {
            "rateScope": "ACCOUNT", "rateName": "Requests per account", "retryDelay": f"{wait:.3f}s",
        }
    }  # fmt: skip
    return error(call, 429, "quotaError", "RESOURCE_TEMPORARILY_EXHAUSTED", "Too many requests", details)


def expired(call: Call) -> Answer:
    """The access token is taken away; a refresh gives a new one."""
    call.sandbox.kept.pop(("access_token", call.bearer()), None)
    return error(call, 401, "authenticationError", "OAUTH_TOKEN_EXPIRED", "The access token has expired.")


def revoked(call: Call) -> Answer:
    """The account was closed, or the refresh token withdrawn."""
    if call.path.endswith("/token"):
        return revoked_grant()
    message = "The customer account can't be accessed because it is not yet enabled or has been deactivated."
    return error(call, 403, "authorizationError", "CUSTOMER_NOT_ENABLED", message)


def not_found(call: Call) -> Answer:
    """Google's page for a path that does not exist."""
    page = b"<!DOCTYPE html><html><title>Error 404 (Not Found)!!1</title></html>"
    return Answer(404, page, {}, "text/html; charset=UTF-8")


def server_error(call: Call) -> Answer:
    """500 INTERNAL_ERROR."""
    return error(call, 500, "internalError", "INTERNAL_ERROR", "An internal error has occurred.")


def request_id(seed: str) -> str:
    """The id of a request; the same request has the same id."""
    return hashlib.md5(seed.encode(), usedforsecurity=False).hexdigest()[:22]


def broken_stream(call: Call, stream: Iterator[bytes]) -> Iterator[bytes]:
    """The first batch of a stream, and then an error where the second would be."""
    first = next(stream).removesuffix(b"]")
    yield first
    yield (b"" if first == b"[" else b",") + server_error(call).whole_body().removeprefix(b"[")
