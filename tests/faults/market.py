"""The market of market.sql: its wire file, the accounts that read it, and what they have landed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb

from extractors.model import Account, Client, Connection, Source, Window
from extractors.run import LandedTable, land_table
from extractors.settings import landing_dir
from extractors.sources import SOURCES
from sandbox.config import PATHS
from tests.extractors.sources.vendor import sleeps
from tests.sandbox.serving import Server
from tests.sandbox.tiny_wire import ACCOUNTS, CONNECTIONS

SQL = Path(__file__).with_name("market.sql")
WINDOW = Window(date(2026, 3, 1), date(2026, 3, 3))
OPTIONS: dict[str, Mapping[str, Any]] = {
    "meta_ads": {"page_id": "7700"},
    "matomo": {"site_id": "1"},
    # As fast as the server can: how a limit is kept is the client's own test.
    "typeform": {"forms": ["F0"], "requests_per_second": 1000},
    "hubspot": {"requests_per_second": 1000},
    "jotform": {"requests_per_second": 1000},
    "calendly": {"requests_per_second": 1000},
    "calltouch": {"requests_per_second": 1000},
    "comagic": {"requests_per_second": 1000},
    "ga4": {"project": "nordhaus-web"},
    "yandex_metrica": {"requests_per_second": 1000},
    "stripe": {"requests_per_second": 1000},
    "tiktok_ads": {"requests_per_second": 1000},
    "vk_ads": {"requests_per_second": 1000},
    "yandex_direct": {"requests_per_second": 1000},
    "microsoft_ads": {"customer_id": "5001"},
}
# Columns by which a row belongs to a day, in the order in which they are looked for.
MOMENTS = ("day", "visited_day", "started_at", "sent_at", "submitted_at", "created_at", "updated_at")

Rows = list[tuple[Any, ...]]

# The market's records once more, by vendors that are no part of a nightly run: source -> account.
RETOLD = {
    "jotform": "nordhaus",
    "calendly": "nordhaus-calendly",
    "calltouch": "51001",
    "comagic": "61001",
    "ga4": "300100",
    "yandex_metrica": "44001",
    "stripe": "acct_SYN1",
    "tiktok_ads": "7101000000000000001",
    "vk_ads": "nordhaus-vk",
    "linkedin_ads": "507404993",
    "yandex_direct": "nordhaus-direct",
    "microsoft_ads": "900100",
}
# Their pages are as small as the others'; and HubSpot tells of forms, which it does not in a market of its own.
SETTINGS = {"most_on_page": 50, "forms_at_hubspot": ACCOUNTS["hubspot"]}

_clean: dict[tuple[str, str], Rows] = {}


def write_market(path: Path) -> Path:
    """Write the wire file and return where it is."""
    with duckdb.connect(str(path)) as database:
        database.execute(SQL.read_text(encoding="utf-8"))
        tables = database.execute("select table_name from duckdb_tables() where table_name like '%\\_\\_%' escape '\\'")
        for (table,) in tables.fetchall():
            columns = [row[0] for row in database.execute(f"describe {table}").fetchall()]
            source = table.split("__")[0]
            brand = "null" if source == "ecb" else "'nordhaus'"
            day = next((name for name in MOMENTS if name in columns), "date '2026-01-01'")
            database.execute(
                f"create or replace table {table} as select *, {brand}::text as _brand,"
                f" '{ACCOUNTS[source]}' as _account, ({day})::date as _day,"
                f" date '2026-01-01' as _valid_from, null::date as _valid_to from {table}"
            )
    return path


def as_new(server: Server) -> None:
    """Nothing is ordered or counted any more."""
    server.reset()
    server.order("settings", **SETTINGS)


def account_of(source: str) -> Account:
    """The one account of a source."""
    brand = None if source == "ecb" else "nordhaus"
    return Account(source, (ACCOUNTS | RETOLD)[source], f"{source}_nordhaus", brand, OPTIONS.get(source, {}))


def connection_to(server: Server, source: str) -> Connection:
    """The connection that leads to the served source."""
    variable = "AIRFLOW_CONN_ECB" if source == "ecb" else f"AIRFLOW_CONN_{source.upper()}_NORDHAUS"
    parts = json.loads(CONNECTIONS[variable])
    extra = dict(parts.get("extra") or {})
    if "token_url" in extra:
        extra["token_url"] = server.url + urlsplit(extra["token_url"]).path
    base = server.url + PATHS.get(source, f"/{source}")
    return Connection(base, parts.get("login", ""), parts.get("password", ""), extra)


def land(server: Server, source: str, table: str) -> LandedTable:
    """Pull one table as a night's run does, only without sitting through the waits."""
    return land_table(awake(SOURCES[source]), account_of(source), table, WINDOW, connection_to(server, source))


def awake(source: Source) -> Source:
    """The source with a client that does not sleep; how long it waits is the client's own test."""

    def connect(connection: Connection, account: Account) -> Client:
        client = source.connect(connection, account)
        sleeps(client, lambda seconds: None)
        return client

    return replace(source, connect=connect)


def landed_rows(source: str, table: str) -> Rows:
    """Every landed row, accepted and rejected, in an order of its own; all columns but the moment of landing."""
    files = landing_dir() / source / table / "account=*" / "day=*.parquet"
    query = f"select * exclude (_landed_at) from read_parquet('{files}', hive_partitioning = false) order by all"
    return duckdb.sql(query).fetchall()


def clean_rows(server: Server, source: str, table: str) -> Rows:
    """The rows that a pull without faults lands; read once, and then remembered."""
    if (source, table) not in _clean:
        land(server, source, table)
        _clean[source, table] = landed_rows(source, table)
        for file in (landing_dir() / source / table).rglob("day=*.parquet"):
            file.unlink()
    return _clean[source, table]


def landed_files(source: str, table: str) -> dict[str, bytes]:
    """The files of a table, byte for byte."""
    folder = landing_dir() / source / table
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("day=*.parquet"))}


def secrets_of(server: Server, source: str) -> list[str]:
    """What no message may show."""
    connection = connection_to(server, source)
    shown = connection.extra.get("token_url", "")
    return [secret for secret in connection.secrets() if secret != shown]
