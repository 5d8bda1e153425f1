"""Proof by tokens that are fetched first: a refresh token, one that changes at each use, a client's own."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from extractors.errors import FixSettings, RetryLater
from extractors.http.answers import AskAgain
from extractors.http.auth import PostForm, Request, TokenStyle
from extractors.http.tokens import REFRESH_EARLY_SECONDS, Tokens, TokenStore, granted, lifetime


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
    usual_lifetime: float = 3600
    """Seconds that an access token lives when the answer does not say."""
    accept: Callable[[Mapping[str, Any]], None] = field(default=lambda answer: None, repr=False)
    """Looks at the token answer, and raises when it names another account or host than ours."""
    _token: str = field(default="", repr=False)
    _expires_at: float = field(default=0.0, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def apply(self, request: Request, post_form: PostForm) -> None:
        """Add the access token, fetching one when there is none or it is about to expire."""
        with self._lock:
            if not self._token or self.clock() >= self._expires_at - REFRESH_EARLY_SECONDS:
                self._fetch(post_form)
            request.headers["Authorization"] = f"Bearer {self._token}"

    def grant(self) -> dict[str, str]:
        """What the token is asked for with."""
        return {
            "grant_type": "refresh_token",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "refresh_token": self.refresh_token,
        }

    def _fetch(self, post_form: PostForm) -> None:
        answer = granted(*post_form(self.token_url, self.grant()), what=self.grant()["grant_type"].replace("_", " "))
        self.accept(answer)
        self._token = answer["access_token"]
        self._expires_at = self.clock() + lifetime(answer, self.usual_lifetime)

    def refresh(self) -> bool:
        """Forget the access token, so that the next request fetches another."""
        with self._lock:
            self._token = ""
        return True

    def secrets(self) -> list[str]:
        """All that opens the account, the current access token included."""
        return [value for value in (self.client_secret, self.refresh_token, self._token) if value]


@dataclass
class ClientCredentials(OAuthRefresh):
    """An access token fetched with the application's own id and secret: nobody's consent stands behind it."""

    refresh_token: str = field(default="", repr=False)

    def grant(self) -> dict[str, str]:
        """What the token is asked for with."""
        return {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
        }


@dataclass
class RotatingOAuthRefresh:
    """An access token of a vendor whose refresh token changes at each use.

    Both tokens are stored before the access token is used, and one process renews them for all. A renewal is
    sent once: its answer may hold the only token that is good from then on. The mark written before it tells,
    when the token is refused afterwards, that an answer was lost. A person who puts a new refresh token into
    the connection begins anew.
    """

    token_url: str
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    store: TokenStore = field(repr=False)
    style: TokenStyle = "form"
    extra_fields: Mapping[str, str] = field(default_factory=dict)
    """What the vendor wants beside the grant, as amoCRM its ``redirect_uri``."""
    is_basic: bool = False
    """Whether the client proves itself in the header of HTTP Basic and not among the fields."""
    in_query: str = ""
    """The parameter that carries the access token; empty for the header ``Authorization: Bearer``."""
    usual_lifetime: float = 3600
    accept: Callable[[Mapping[str, Any]], None] = field(default=lambda answer: None, repr=False)
    clock: Callable[[], float] = field(default=time.time, repr=False)
    _held: Tokens = field(default_factory=lambda: Tokens(""), repr=False)
    _refused: str = field(default="", repr=False)
    _is_postponed: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def apply(self, request: Request, post_form: PostForm) -> None:
        """Add the access token, renewing it when it is about to expire and nobody else has."""
        with self._lock:
            self._held = self.store.read(self.refresh_token)
            if not self._is_good(self._held):
                with self.store.locked():
                    self._held = self.store.read(self.refresh_token)
                    if not self._is_good(self._held):
                        self._held = self._renewed(self._held, post_form)
            if self.in_query:
                request.params[self.in_query] = self._held.access_token
            else:
                request.headers["Authorization"] = f"Bearer {self._held.access_token}"

    def _is_good(self, tokens: Tokens) -> bool:
        early = 0 if self._is_postponed else REFRESH_EARLY_SECONDS
        is_new = bool(tokens.access_token) and tokens.access_token != self._refused
        return is_new and self.clock() < tokens.expires_at - early

    def _renewed(self, tokens: Tokens, post_form: PostForm) -> Tokens:
        now = datetime.fromtimestamp(self.clock(), UTC).isoformat(timespec="seconds")
        # Written first: a disk that is full is found before the token is spent, and a kill leaves its trace.
        self.store.write(self.refresh_token, replace(tokens, renewing_since=tokens.renewing_since or now))
        fields = {**self._grant(tokens), **self.extra_fields}
        headers: dict[str, str] = {}
        if self.is_basic:
            pair = f"{self.client_id}:{self.client_secret}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        else:
            # An application without a secret is refused when it sends an empty one.
            fields |= {"client_id": self.client_id}
            fields |= {"client_secret": self.client_secret} if self.client_secret else {}
        try:
            status, body = post_form(self.token_url, fields, self.style, headers)
        except AskAgain as lost:
            self._is_postponed = True
            if self._is_good(tokens):
                return tokens
            after = None if lost.after is None else timedelta(seconds=lost.after)
            raise RetryLater(f"{lost}, and a token that changes at each use is not asked for twice", after) from None
        try:
            answer = granted(status, body, what=self._what(tokens), lost_since=tokens.renewing_since)
        except FixSettings:
            # The vendor has answered: what is stored is what it refused, and no answer was lost now.
            self.store.write(self.refresh_token, tokens)
            raise
        renewed = Tokens(
            # Some vendors change it now and then only.
            refresh_token=answer.get("refresh_token") or tokens.refresh_token,
            access_token=answer["access_token"],
            expires_at=self.clock() + lifetime(answer, self.usual_lifetime),
        )
        self.store.write(self.refresh_token, renewed)
        self._is_postponed = False
        self.accept(answer)
        return renewed

    def _grant(self, tokens: Tokens) -> dict[str, str]:
        return {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}

    def _what(self, tokens: Tokens) -> str:
        return "refresh token"

    def refresh(self) -> bool:
        """Renew at the next request, unless another process has done so since."""
        with self._lock:
            self._refused, self._is_postponed = self._held.access_token, False
        return True

    def secrets(self) -> list[str]:
        """All that opens the account, as far as it is known now."""
        held = (self._held.refresh_token, self._held.access_token)
        return [value for value in (self.client_secret, self.refresh_token, *held) if value]


@dataclass
class FewTokens(RotatingOAuthRefresh):
    """An access token of a vendor that gives a client few of them in all, whatever became of the others (VK).

    One is asked for with the client's own id and secret, once, and kept; from then on it is renewed, by one process
    for all, and the value before dies at once. ``refresh_token`` is the client's secret: another one begins anew.
    """

    first_grant: Mapping[str, str] = field(default_factory=lambda: {"grant_type": "client_credentials"})
    hint: str = ""
    """What a person does when no token is left."""

    def _grant(self, tokens: Tokens) -> dict[str, str]:
        return dict(self.first_grant) if self._is_first(tokens) else super()._grant(tokens)

    def _what(self, tokens: Tokens) -> str:
        return "client credentials" if self._is_first(tokens) else "refresh token"

    def _is_first(self, tokens: Tokens) -> bool:
        return tokens.refresh_token == self.refresh_token

    def _renewed(self, tokens: Tokens, post_form: PostForm) -> Tokens:
        try:
            return super()._renewed(tokens, post_form)
        except FixSettings as refused:
            if self._is_first(tokens):
                raise FixSettings(f"{refused} {self.hint}") from None
        # What was kept is no token any more: somebody deleted them all, or it was not used for a month.
        return self._renewed(Tokens(self.refresh_token), post_form)
