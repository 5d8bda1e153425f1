"""Refresh tokens that are good once: each brings an access token, and the refresh token that is good from then on."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping

from sandbox.answering.state import Login, Sandbox

SPENT = "spent_consent"
"""Under this kind the sandbox keeps which of the connections' own refresh tokens were used."""


def knows_client(sandbox: Sandbox, source: str, asked: Mapping[str, str]) -> bool:
    """Whether the application that asks for tokens has this id and this secret; some have no secret."""
    return any(_is_client(login, source, asked) for login in sandbox.logins)


def renewed(sandbox: Sandbox, source: str, asked: Mapping[str, str], lifetime: float) -> dict[str, str | int] | None:
    """The next pair of tokens; None where the refresh token opens nothing, or nothing any more."""
    token = asked.get("refresh_token", "")
    with sandbox.lock:
        for login in sandbox.logins:
            if not _is_client(login, source, asked):
                continue
            is_issued = sandbox.kept.pop((f"{source}_refresh", token), None) is login
            if not is_issued and (token != login.password or (SPENT, token) in sandbox.kept):
                continue
            if not is_issued:
                sandbox.kept[SPENT, token] = True
            access, refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
            sandbox.kept[f"{source}_refresh", refresh] = login
            sandbox.kept[f"{source}_access", access] = (login, time.monotonic() + lifetime)
            return {"access_token": access, "refresh_token": refresh, "expires_in": int(lifetime)}
    return None


def token_owner(sandbox: Sandbox, source: str, token: str) -> Login | None:
    """Whose access token this is; None when it is unknown or has expired.

    A connection without an application's id holds a token that opens the account as it is; the refresh token of an
    application must be exchanged first.
    """
    login, expires_at = sandbox.kept.get((f"{source}_access", token), (None, 0.0))
    if login is not None:
        return login if time.monotonic() < expires_at else None
    login = sandbox.login(source, token)
    return None if login is None or login.name else login


def was_issued(sandbox: Sandbox, source: str, token: str) -> bool:
    """Whether the token was good once: it has expired, then, and is not a wrong one."""
    return (f"{source}_access", token) in sandbox.kept


def end(sandbox: Sandbox, source: str, token: str) -> None:
    """From now on the access token has expired."""
    key = (f"{source}_access", token)
    if key in sandbox.kept:
        sandbox.kept[key] = (sandbox.kept[key][0], 0.0)


def consent_anew(sandbox: Sandbox) -> None:
    """The connections' own refresh tokens are good again, used or not."""
    with sandbox.lock:
        for key in [key for key in list(sandbox.kept) if key[0] == SPENT]:
            del sandbox.kept[key]


def _is_client(login: Login, source: str, asked: Mapping[str, str]) -> bool:
    is_named = login.source == source and login.name != "" and login.name == asked.get("client_id")
    return is_named and login.extra.get("client_secret", "") == asked.get("client_secret", "")
