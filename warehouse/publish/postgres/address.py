"""Where the Postgres is and who we are there, from a connection as Airflow writes it; its password is never shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from warehouse import settings
from warehouse.errors import FixConnection

OPTIONS = frozenset(
    {"application_name", "channel_binding", "connect_timeout", "gssencmode", "keepalives", "keepalives_count",
     "keepalives_idle", "keepalives_interval", "options", "sslcert", "sslcrl", "sslkey", "sslmode", "sslrootcert",
     "target_session_attrs", "tcp_user_timeout"}
)  # fmt: skip
"""What may stand in the connection's extra. Other names there are meant for other programs."""


@dataclass(frozen=True)
class Address:
    """A database of a Postgres server, and its publisher."""

    host: str
    database: str
    login: str
    password: str = field(repr=False)
    port: int = 5432
    options: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"Postgres at {self.host}:{self.port}/{self.database}"

    @property
    def uri(self) -> str:
        """The address as libpq takes it, the password within."""
        known = {"connect_timeout": "30", "application_name": "leadgen publish", **dict(self.options)}
        who = f"{_quoted(self.login)}:{_quoted(self.password)}" if self.password else _quoted(self.login)
        host = f"[{self.host}]" if ":" in self.host else _quoted(self.host)
        return f"postgresql://{who}@{host}:{self.port}/{_quoted(self.database)}?{urlencode(known, quote_via=quote)}"

    def without_secrets(self, text: str) -> str:
        """The text without the password, however it is written in it."""
        for secret in {self.password, _quoted(self.password)} - {""}:
            text = text.replace(secret, "***")
        return text


def address(text: str | None = None) -> Address:
    """The address that a connection names, as JSON or as an URI; that of the environment where none is given."""
    text = settings.postgres_connection() if text is None else text
    if not text:
        raise FixConnection(
            f"{settings.POSTGRES_CONNECTION} is not set. It names the Postgres to publish to, say as "
            "postgresql://publisher:PASSWORD@HOST:5432/DATABASE."
        )
    try:
        found = _from_json(text) if text.startswith("{") else _from_uri(text)
    except (ValueError, TypeError, AttributeError):
        # The text holds a password, and so may the parser's message.
        raise FixConnection(
            f"{settings.POSTGRES_CONNECTION} is neither JSON nor an URI as Airflow writes connections."
        ) from None
    missing = [name for name in ("host", "database", "login") if not getattr(found, name)]
    if missing:
        raise FixConnection(f"{settings.POSTGRES_CONNECTION} names no {' and no '.join(missing)}.")
    return found


def _from_json(text: str) -> Address:
    parts = json.loads(text)
    extra = parts.get("extra") or {}
    extra = json.loads(extra) if isinstance(extra, str) else extra
    return Address(
        host=parts.get("host") or "",
        database=parts.get("schema") or "",
        login=parts.get("login") or "",
        password=parts.get("password") or "",
        port=int(parts.get("port") or 5432),
        options=_options(extra),
    )


def _from_uri(text: str) -> Address:
    parts = urlsplit(text)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError
    extra = dict(parse_qsl(parts.query))
    # Airflow writes what has more than one level as JSON in a name of its own.
    extra |= json.loads(extra.pop("__extra__", "{}"))
    return Address(
        host=unquote(parts.hostname or ""),
        database=unquote(parts.path).strip("/"),
        login=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        port=parts.port or 5432,
        options=_options(extra),
    )


def _options(extra: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for name, value in sorted(extra.items()) if name in OPTIONS)


def _quoted(text: str) -> str:
    return quote(text, safe="")
