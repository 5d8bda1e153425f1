"""The ways a request proves who asks. Each puts its proof on the request and on nothing else."""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from extractors.errors import FixSettings, SourceChanged

REFRESH_EARLY_SECONDS = 300

PostForm = Callable[[str, Mapping[str, str]], tuple[int, Any]]
"""Sends a form to an absolute address without any proof: (status, decoded JSON or None)."""


@dataclass
class Request:
    """What is about to be sent; an ``Auth`` may add to each part."""

    headers: dict[str, str]
    params: dict[str, Any]
    fields: dict[str, Any] | None


class Auth(Protocol):
    """Puts the proof on a request."""

    def apply(self, request: Request, post_form: PostForm) -> None:
        """Add the proof; ``post_form`` fetches a token where one is needed."""

    def refresh(self) -> bool:
        """Forget a token that was refused. False when there is nothing to renew."""

    def secrets(self) -> list[str]:
        """What must never be shown, as far as it is known now."""


class _Fixed:
    """A proof that never changes."""

    def refresh(self) -> bool:
        """There is nothing to renew."""
        return False


@dataclass(frozen=True)
class NoAuth(_Fixed):
    """A public source."""

    def apply(self, request: Request, post_form: PostForm) -> None:
        """Add nothing."""

    def secrets(self) -> list[str]:
        """None."""
        return []


@dataclass(frozen=True)
class StaticHeader(_Fixed):
    """A header made from a template, as ``Token token="{}"``."""

    name: str
    template: str
    secret: str = field(repr=False)

    def apply(self, request: Request, post_form: PostForm) -> None:
        """Add the header."""
        request.headers[self.name] = self.template.format(self.secret)

    def secrets(self) -> list[str]:
        """The secret."""
        return [self.secret]


def BearerToken(secret: str) -> StaticHeader:  # noqa: N802 - reads as the kind of auth that it makes
    """``Authorization: Bearer`` and a token that does not expire."""
    return StaticHeader("Authorization", "Bearer {}", secret)


@dataclass(frozen=True)
class QueryToken(_Fixed):
    """A token in the query string, for vendors that know no other place."""

    name: str
    secret: str = field(repr=False)

    def apply(self, request: Request, post_form: PostForm) -> None:
        """Add the parameter."""
        request.params[self.name] = self.secret

    def secrets(self) -> list[str]:
        """The secret."""
        return [self.secret]


@dataclass(frozen=True)
class FormToken(_Fixed):
    """A token among the fields of a posted form."""

    name: str
    secret: str = field(repr=False)

    def apply(self, request: Request, post_form: PostForm) -> None:
        """Add the field."""
        if request.fields is None:
            raise ValueError("a token inside the form needs a request that posts a form")
        request.fields[self.name] = self.secret

    def secrets(self) -> list[str]:
        """The secret."""
        return [self.secret]


@dataclass(frozen=True)
class ProvenToken(_Fixed):
    """A bearer token, and beside it the proof that its sender knows the app's secret (Meta).

    The proof is the hexadecimal HMAC-SHA256 of the token under the app's secret.
    """

    token: str = field(repr=False)
    app_secret: str = field(default="", repr=False)

    def apply(self, request: Request, post_form: PostForm) -> None:
        """Add the header and, where an app secret is known, the proof."""
        request.headers["Authorization"] = f"Bearer {self.token}"
        if self.app_secret:
            target = request.params if request.fields is None else request.fields
            target["appsecret_proof"] = self.proof()

    def proof(self) -> str:
        """The proof itself."""
        return hmac.new(self.app_secret.encode(), self.token.encode(), hashlib.sha256).hexdigest()

    def secrets(self) -> list[str]:
        """Token, app secret and proof."""
        return [self.token, *([self.app_secret, self.proof()] if self.app_secret else [])]


@dataclass
class OAuthRefresh:
    """An access token fetched with a refresh token, renewed five minutes before it expires.

    A refused refresh is ``FixSettings``: only a person can give consent again.
    """

    token_url: str
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)
    _token: str = field(default="", repr=False)
    _expires_at: float = field(default=0.0, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def apply(self, request: Request, post_form: PostForm) -> None:
        """Add the access token, fetching one when there is none or it is about to expire."""
        with self._lock:
            if not self._token or self.clock() >= self._expires_at - REFRESH_EARLY_SECONDS:
                self._fetch(post_form)
            request.headers["Authorization"] = f"Bearer {self._token}"

    def _fetch(self, post_form: PostForm) -> None:
        status, body = post_form(
            self.token_url,
            {
                "grant_type": "refresh_token",
                "client_id": self.client_id,
                "client_secret": self.client_secret,
                "refresh_token": self.refresh_token,
            },
        )
        answer = body if isinstance(body, dict) else {}
        if status != 200:
            raise FixSettings(
                f"the refresh token was refused with {status} ({answer.get('error', 'no reason given')}). "
                "Give consent again and put the new refresh token into the connection."
            )
        if not isinstance(answer.get("access_token"), str):
            raise SourceChanged(f"the token answer has no 'access_token'; it has {sorted(answer)}.")
        self._token = answer["access_token"]
        lifetime = float(answer.get("expires_in") or 3600)
        # A token that lives shorter than the margin is still used once before the next fetch.
        self._expires_at = self.clock() + max(lifetime, REFRESH_EARLY_SECONDS + 1)

    def refresh(self) -> bool:
        """Forget the access token, so that the next request fetches another."""
        with self._lock:
            self._token = ""
        return True

    def secrets(self) -> list[str]:
        """All that opens the account, the current access token included."""
        return [value for value in (self.client_secret, self.refresh_token, self._token) if value]
