"""Airflow's connection of an account, as the extractors want it. Nothing else here sees a secret."""

from __future__ import annotations

from collections.abc import Mapping

from airflow.sdk import Connection as AirflowConnection
from airflow.sdk.exceptions import AirflowNotFoundException

from extractors.errors import FixSettings
from extractors.model import Account, Connection, Source


def connection_of(source: Source, account: Account) -> Connection:
    """Where the account is and what opens it; the source's public address where the connection names no host.

    A source that needs no credentials needs no connection either.
    """
    try:
        found = AirflowConnection.get(account.connection)
    except AirflowNotFoundException:
        if not source.settings or not source.needs_connection(account):
            return Connection(base_url=source.base_url)
        fields = "; ".join(f"{name}: {where}" for name, where in source.settings.items())
        raise FixSettings(
            f"{source.name}: there is no connection {account.connection!r} for account {account.account}. "
            f"Add it in Airflow, as a connection of the type Leadgen source, with {fields}"
        ) from None
    return connection_from(found, source)


def connection_named(name: str, base_url: str, settings: Mapping[str, str]) -> Connection:
    """The connection of that name; the public address where it names no host."""
    try:
        found = AirflowConnection.get(name)
    except AirflowNotFoundException:
        fields = "; ".join(f"{field}: {where}" for field, where in settings.items())
        raise FixSettings(
            f"There is no connection {name!r}. Add it in Airflow, as a connection of the type Leadgen source, with "
            f"{fields}"
        ) from None
    return _connection(found, base_url)


def connection_from(found: AirflowConnection, source: Source) -> Connection:
    """What a connection of Airflow holds."""
    return _connection(found, source.base_url)


def _connection(found: AirflowConnection, base_url: str) -> Connection:
    return Connection(
        base_url=_base_url(found) or base_url,
        login=found.login or "",
        password=found.password or "",
        extra={name: str(value) for name, value in found.extra_dejson.items()},
    )


def _base_url(found: AirflowConnection) -> str:
    """The connection's host as an address: it may hold a whole one, or only the parts of one."""
    if not found.host or "://" in found.host:
        return found.host or ""
    scheme = found.conn_type if found.conn_type in ("http", "https") else "https"
    port = f":{found.port}" if found.port else ""
    path = f"/{found.schema.strip('/')}" if found.schema else ""
    return f"{scheme}://{found.host}{port}{path}"
