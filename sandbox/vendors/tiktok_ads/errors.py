"""TikTok's answers: always status 200, and a code in the body that tells what it is."""

from __future__ import annotations

import hashlib
from typing import Any

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.vendor import Call

MINUTE_SECONDS = 1.0
"""Who must wait longer than this has used up the minute and not only the second."""


def ok(call: Call, data: Any) -> Answer:
    """Code 0."""
    return json_answer({"code": 0, "message": "OK", "request_id": _request_id(call), "data": data})


def error(call: Call, code: int, message: str) -> Answer:
    """Any other code, with nothing in ``data``."""
    return json_answer({"code": code, "message": message, "request_id": _request_id(call), "data": {}})


def bad_parameter(call: Call, message: str) -> Refused:
    """Code 40002, to be raised."""
    return Refused(error(call, 40002, message))


def no_permission(call: Call) -> Answer:
    """Code 40001: the token is good, and not for this advertiser."""
    return error(call, 40001, "No permission to operate the advertiser.")


def token_missing(call: Call) -> Answer:
    """Code 40104."""
    return error(call, 40104, "Access token is empty.")


def token_invalid(call: Call) -> Answer:
    """Code 40105: it is wrong or was revoked; these tokens do not expire otherwise."""
    return error(call, 40105, "Access token is incorrect or has been revoked.")


def rate_limited(call: Call, wait: float) -> Answer:
    """Nobody says how long to wait."""
    if wait > MINUTE_SECONDS:
        return error(call, 40133, "Requests made too frequently: the limit of a minute is reached.")
    return error(call, 40100, "Requests made too frequently: the limit of a second is reached.")


def server_error(call: Call) -> Answer:
    """Code 50000: ask again."""
    return error(call, 50000, "System error. Try again later.")


def not_found(call: Call) -> Answer:
    """A path that there is not; also with status 200."""
    return error(call, 40002, f"Path {call.path} is not supported.")


def _request_id(call: Call) -> str:
    return hashlib.sha256(call.text().encode()).hexdigest()[:32].upper()
