"""What a vendor of the sandbox is: routes, a check of the credential, its words for refusing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from sandbox.answering.answer import Answer
from sandbox.answering.faults import FaultKind, Ordered
from sandbox.answering.limits import Limit
from sandbox.answering.state import Login, Sandbox


@dataclass
class Call:
    """One request, read whole."""

    sandbox: Sandbox
    method: str
    path: str
    query_text: str
    headers: Mapping[str, str]
    body: bytes
    base_url: str
    """Where this vendor is, without a slash at the end."""
    parts: Mapping[str, str] = field(default_factory=dict)
    """What the route's path holds in braces."""
    login: Login | None = None
    orders: list[Ordered] = field(default_factory=list)
    """The faults that look at this request."""

    @cached_property
    def query(self) -> dict[str, str]:
        """The parameters of the URL; a repeated one counts once, the last wins."""
        return dict(parse_qsl(self.query_text, keep_blank_values=True))

    @cached_property
    def form(self) -> dict[str, str]:
        """The fields of a form body; empty for any other body."""
        if "form-urlencoded" not in self.headers.get("content-type", ""):
            return {}
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @cached_property
    def json(self) -> Any:
        """The JSON body, None when there is none or it is broken."""
        try:
            return msgspec.json.decode(self.body)
        except msgspec.DecodeError:
            return None

    @property
    def account(self) -> str:
        """The account that the credential opens; empty before anybody was let in."""
        return self.login.account if self.login else ""

    def bearer(self) -> str:
        """The token of ``Authorization: Bearer``, empty when there is none."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    def is_ordered(self, kind: FaultKind) -> bool:
        """Whether a fault that the vendor itself must act out hits this request."""
        hit = [order for order in self.orders if order.fault.kind == kind and order.is_due()]
        for order in hit:
            order.fired += 1
        return bool(hit)

    def text(self) -> str:
        """What a fault's ``match`` is looked for in."""
        return f"{self.method} {self.path}?{self.query_text}\n{self.body.decode(errors='replace')}"


Handler = Callable[[Call], Answer]


@dataclass(frozen=True)
class Route:
    """One endpoint; ``bucket`` names a rate limit of its own."""

    method: str
    path: str
    handle: Handler
    is_public: bool = False
    bucket: str = ""


@dataclass(frozen=True)
class Vendor:
    """One vendor, served under its name."""

    source: str
    routes: tuple[Route, ...]
    let_in: Callable[[Call], Login]
    """Whose credential the request carries; raises Refused when it carries none that is good."""
    rate_limited: Callable[[Call, float], Answer]
    server_error: Handler
    expired_token: Handler
    revoked: Handler
    not_found: Handler
    rows_keys: frozenset[str] = frozenset()
    """The keys under which answers hold their list of rows."""
    documented_limits: Mapping[str, Limit] = field(default_factory=dict)
    accounts: Mapping[str, str] = field(default_factory=dict)
    """Brand -> account of a vendor whose few records are its own and no part of the market."""
    headers: Callable[[Call], Mapping[str, str]] | None = None
    """Headers that every answer carries."""
