"""How Microsoft Advertising says no: faults with codes, the errors of its tokens, and those of its store of files."""

from __future__ import annotations

import uuid
from typing import Literal

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.rotating_oauth import end
from sandbox.answering.vendor import Call

FILES = "/reports/"
TOKEN = "/token"

List = Literal["Errors", "OperationErrors", "BatchErrors"]


def fault(call: Call, status: int, code: int, name: str, message: str, told_in: List = "OperationErrors") -> Answer:
    """A fault: what every service knows is told in ``Errors``, what this one knows in the other lists."""
    problem = {"Code": code, "ErrorCode": name, "Message": message, "Detail": None}
    kind = "AdApiFaultDetail" if told_in == "Errors" else "ApiFaultDetail"
    # The same request has the same id.
    tracking = str(uuid.uuid5(uuid.NAMESPACE_URL, call.text()))
    return json_answer({"TrackingId": tracking, "Type": kind, told_in: [problem]}, status)


def refusal(call: Call, code: int, name: str, message: str, told_in: List = "OperationErrors") -> Refused:
    """A request that is wrong as it stands, to be raised."""
    return Refused(fault(call, 400, code, name, message, told_in))


def token_refusal(status: int, reason: str, code: int, description: str) -> Answer:
    """The token endpoint's way to say no."""
    told = {"error": reason, "error_description": f"AADSTS{code}: {description}", "error_codes": [code]}
    return json_answer(told, status)


def file_refusal(status: int, code: str) -> Answer:
    """The store of files speaks XML."""
    body = f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code></Error>'
    return Answer(status, body.encode(), {}, "application/xml")


def invalid_credentials(call: Call) -> Answer:
    """The token or the developer's token is none."""
    message = "Authentication failed. Either supplied credentials are invalid or the account is inactive."
    return fault(call, 401, 105, "InvalidCredentials", message, "Errors")


def not_authorized(call: Call) -> Answer:
    """Another customer's account, or an account that was closed."""
    return fault(call, 400, 106, "UserIsNotAuthorized", "The user is not authorized to use this account.")


def rate_limited(call: Call, wait: float) -> Answer:
    """Too many calls in a minute; nothing says for how long."""
    if FILES in call.path:
        return file_refusal(503, "ServerBusy")
    if call.path.endswith(TOKEN):
        return token_refusal(429, "temporarily_unavailable", 90055, "Too many requests.")
    return fault(call, 429, 117, "CallRateExceeded", "You may not make so many calls in a minute.", "Errors")


def server_error(call: Call) -> Answer:
    """A fault of Microsoft's own."""
    if FILES in call.path:
        return file_refusal(500, "InternalError")
    if call.path.endswith(TOKEN):
        return token_refusal(503, "temporarily_unavailable", 90033, "The service is temporarily unavailable.")
    return fault(call, 500, 0, "InternalError", "An internal error has occurred.", "Errors")


def expired(call: Call) -> Answer:
    """The access token is taken away; a refresh gives a new one."""
    if FILES in call.path:
        return file_refusal(403, "AuthenticationFailed")
    end(call.sandbox, "microsoft_ads", call.bearer())
    return fault(call, 401, 109, "AuthenticationTokenExpired", "The authentication token has expired.", "Errors")


def revoked(call: Call) -> Answer:
    """Consent was withdrawn, or the account was closed."""
    if FILES in call.path:
        return file_refusal(403, "AuthenticationFailed")
    if call.path.endswith(TOKEN):
        return token_refusal(400, "invalid_grant", 70000, "The refresh token has been revoked or was used before.")
    return not_authorized(call)


def not_found(call: Call) -> Answer:
    """What is at no address of the API."""
    return Answer(404, b"", {}, "text/html; charset=utf-8")
