"""The state of a running sandbox: its clock, its faults, its limits and whom it lets in."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import msgspec

from sandbox.answering.faults import Faults
from sandbox.answering.limits import Limits
from sandbox.answering.wire import Wire, known


@dataclass(frozen=True)
class Login:
    """A credential and the one account that it opens. Its ``repr`` shows no secret."""

    source: str
    brand: str
    account: str
    name: str = field(repr=False)
    password: str = field(repr=False)
    extra: Mapping[str, str] = field(repr=False)


class Settings(msgspec.Struct, forbid_unknown_fields=True):
    """What a test may change about how the vendors behave."""

    report_polls: int = 1
    """How often a report made in the background, a query of BigQuery or what was told Google is asked about before it
    is complete."""
    token_seconds: float = 3600.0
    """How long an access token of Google, amoCRM or Microsoft lives."""
    stream_batch_rows: int = 10_000
    """Rows in one batch of a Google stream and on one page of a Google search."""
    most_on_page: int = 10_000
    """Records on one page of a vendor with few records of its own, where that is less than its own most."""
    refused_later: tuple[str, ...] = ()
    """What vendors take at first and tell of later that it came to nothing: a click (Google, Microsoft), an order
    (Yandex)."""
    forms_at_hubspot: str = ""
    """The HubSpot account that retells Typeform's forms. Beside Typeform they would count twice: nobody by default."""


@dataclass
class Sandbox:
    """Everything the vendors share."""

    wire: Wire
    logins: tuple[Login, ...]
    today: date | None = None
    settings: Settings = field(default_factory=Settings)
    faults: Faults = field(default_factory=Faults)
    limits: Limits = field(default_factory=Limits)
    requests: Counter[str] = field(default_factory=Counter)
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    kept: dict[tuple[str, str], Any] = field(default_factory=dict)
    """What a vendor remembers between requests: (kind, id) -> value."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def known(self, table: str) -> str:
        """The table as the vendor shows it today, to stand in a FROM."""
        return known(table, self.today)

    def now(self) -> date:
        """The day by the sandbox's clock; without a clock, the day after the market ends."""
        return self.today or self.wire.last_day() + timedelta(days=1)

    def login(self, source: str, password: str) -> Login | None:
        """Whose secret this is, among the accounts of a source."""
        for login in self.logins:
            if login.source == source and login.password == password:
                return login
        return None


def read_logins(connections: Mapping[str, str], accounts: Mapping[tuple[str, str], str]) -> tuple[Login, ...]:
    """The logins that Airflow connections (variable name -> JSON) open."""
    found = []
    for variable, text in connections.items():
        connection = msgspec.json.decode(text)
        name = variable.removeprefix("AIRFLOW_CONN_").lower()
        for (source, brand), account in accounts.items():
            if name == f"{source}_{brand}":
                extra = connection.get("extra") or {}
                found.append(
                    Login(
                        source=source,
                        brand=brand,
                        account=account,
                        name=connection.get("login") or "",
                        password=connection.get("password") or "",
                        extra=msgspec.json.decode(extra) if isinstance(extra, str) else extra,
                    )
                )
    return tuple(found)
