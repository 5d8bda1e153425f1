"""Where the publication, the ledgers and the configuration are."""

from __future__ import annotations

import json
import os
from pathlib import Path

from activations.errors import FixActivations
from extractors.model import Connection
from extractors.settings import config_dir, data_dir

__all__ = ["config_dir", "data_dir"]


def private_publication() -> Path:
    """The private file of the generation that readers see."""
    return data_dir() / "warehouse_private.duckdb"


def activations_dir() -> Path:
    """Ledgers and locks."""
    return data_dir() / "activations"


def erased_conversions() -> list[Path]:
    """What each erasure says of whose conversions it was about."""
    return sorted((data_dir() / "erasures").glob("*.conversions.parquet"))


def connection_named(name: str, base_url: str) -> Connection:
    """The connection of an account, from ``AIRFLOW_CONN_<NAME>`` as JSON."""
    variable = f"AIRFLOW_CONN_{name.upper()}"
    text = os.environ.get(variable, "").strip()
    if not text:
        raise FixActivations(f"{variable} is not set. It is the connection that opens the account.")
    try:
        parts = json.loads(text)
        extra = parts.get("extra") or {}
        extra = json.loads(extra) if isinstance(extra, str) else extra
        host = parts.get("host") or ""
    except (ValueError, TypeError, AttributeError):
        # The text holds secrets, and so may the parser's message.
        raise FixActivations(f"{variable} is no JSON as Airflow writes connections.") from None
    if host and "://" not in host:
        host = f"https://{host}"
    return Connection(
        base_url=host or base_url,
        login=parts.get("login") or "",
        password=parts.get("password") or "",
        extra={key: str(value) for key, value in extra.items()},
    )
