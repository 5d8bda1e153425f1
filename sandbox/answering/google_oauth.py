"""Google's token endpoint: a refresh token becomes an access token that expires."""

from __future__ import annotations

import secrets
import time

from sandbox.answering.answer import Answer, json_answer
from sandbox.answering.state import Login, Sandbox
from sandbox.answering.vendor import Call

SCOPE = "https://www.googleapis.com/auth/adwords"


def give_token(call: Call) -> Answer:
    """``POST /token``: a new access token; the refresh token stays as it is."""
    form = call.form
    if form.get("grant_type") != "refresh_token":
        return refusal(400, "unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type', '')}")
    logins = [login for login in call.sandbox.logins if login.source == "google_ads"]
    clients = {(login.name, login.extra.get("client_secret", "")) for login in logins}
    if (form.get("client_id", ""), form.get("client_secret", "")) not in clients:
        return refusal(401, "invalid_client", "The OAuth client was not found.")
    login = call.sandbox.login("google_ads", form.get("refresh_token", ""))
    if login is None:
        return revoked_grant()
    return new_token(call.sandbox, login, SCOPE)


def new_token(sandbox: Sandbox, login: Login, scope: str) -> Answer:
    """A new access token for the login."""
    token = f"ya29.{secrets.token_urlsafe(24)}"
    lifetime = sandbox.settings.token_seconds
    sandbox.kept["access_token", token] = (login, time.monotonic() + lifetime)
    return json_answer({"access_token": token, "expires_in": int(lifetime), "scope": scope, "token_type": "Bearer"})


def token_owner(sandbox: Sandbox, token: str) -> Login | None:
    """Whose access token this is; None when it is unknown or has expired."""
    login, expires_at = sandbox.kept.get(("access_token", token), (None, 0.0))
    return login if time.monotonic() < expires_at else None


def revoked_grant() -> Answer:
    """The refresh token opens nothing (any more)."""
    return refusal(400, "invalid_grant", "Token has been expired or revoked.")


def refusal(status: int, error: str, description: str) -> Answer:
    """The token endpoint's way to say no."""
    return json_answer({"error": error, "error_description": description}, status)
