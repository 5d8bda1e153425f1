"""The ways a request proves who asks. Each puts its proof on the request and on nothing else."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

TokenStyle = Literal["form", "json", "query"]
"""How a vendor wants to be asked for a token: a posted form, posted JSON, or a GET with parameters."""


class PostForm(Protocol):
    """Asks an absolute address for a token, without any proof: (status, decoded JSON or None)."""

    def __call__(
        self,
        url: str,
        fields: Mapping[str, str],
        style: TokenStyle = "form",
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        """Send it once."""


@dataclass
class Request:
    """What is about to be sent; an ``Auth`` may add to each part."""

    headers: dict[str, str]
    params: dict[str, Any]
    fields: dict[str, Any] | None
    json: Any = None
    """Not changed in place: the request is made anew from the same body when it is repeated."""
    raw: bytes | None = None
    """A body of another kind, as it goes over the wire."""


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
