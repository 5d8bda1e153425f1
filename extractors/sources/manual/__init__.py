"""Manual files: what no API gives, dropped as CSV, XLSX or Parquet into one folder per table.

Columns and examples: docs/manual-files.md. The tables have the shapes that every source is staged
into, so anything can be brought in here. Every pull reads every file again: the folder is the truth,
a row taken out of a file is gone after the next pull.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from extractors.errors import FixSettings
from extractors.http.auth import NoAuth
from extractors.http.client import HttpClient
from extractors.model import Account, Client, ColumnPage, ColumnType, Connection, Row, Source, Table, Window
from extractors.sources.manual.check_file import Checked, check, guessed_mapping
from extractors.sources.manual.findings import Reading
from extractors.sources.manual.reading import TableReader
from extractors.sources.manual.same_key import settled
from extractors.sources.manual.shops import SHOP_CHOICES, SHOP_TABLES
from extractors.sources.manual.template import write_template

CHOICES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("inquiries", "kind"): ("form", "call", "chat", "email", "lead_ad", "walk_in"),
    ("inquiries", "direction"): ("inbound", "outbound"),
    ("tracking_numbers", "kind"): ("static", "pool"),
    **SHOP_CHOICES,
}
"""Columns that take these words and no others."""


class DroppedFiles(HttpClient):
    """A client that is never asked: the rows are on this machine. It keeps what was read of which file."""

    reading: Reading | None = None


def read_table(name: str, client: Client, account: Account, window: Window) -> Iterator[ColumnPage]:
    """Every row of every file in the table's folder; no folder and no files are no rows."""
    reader = TableReader(MANUAL.table(name), CHOICES, account, window)
    reading = reader.reading
    if isinstance(client, DroppedFiles):
        client.reading = reading
    yield from reader.pages([table.name for table in MANUAL.tables])
    client.parts_read |= set(reading.rank)
    client.parts_unfinished |= reading.unfinished
    client.parts_kept |= reading.broken_files
    client.faults += reading.broken


def settle(name: str, client: Client, rows: list[Row]) -> list[Row]:
    """Which of the rows of one key stand."""
    reading = client.reading if isinstance(client, DroppedFiles) else None
    return settled(reading or Reading(name), MANUAL.table(name), rows)


def told(client: Client) -> list[str]:
    """What a person should know of the files that were read."""
    reading = client.reading if isinstance(client, DroppedFiles) else None
    return reading.sentences() if reading else []


def check_files(path: Path, accounts: Sequence[Account], last_day: date, table: str = "") -> list[Checked]:
    """What a pull would make of a file, of the folder of a table, or of a whole drop; nothing is landed."""
    return check(path, MANUAL.tables, CHOICES, accounts, last_day, table)


def write_mapping(path: Path, checked: Checked) -> Path:
    """Write the mapping of a file beside it; one that is there stays."""
    target = path.parent / "mapping.yml"
    if target.exists():
        raise FixSettings(f"{target} is there already. Add to it what is missing, or move it away.")
    target.write_text(guessed_mapping(path, checked, checked.table), encoding="utf-8")
    return target


def empty_workbook(table: str, target: Path) -> Path:
    """Write an empty workbook for a table."""
    found = MANUAL.table(table)
    reader = TableReader(found, CHOICES, Account("manual", "manual", "manual"), Window(date.min, date.min))
    lists = {column: words for column in found.columns if (words := reader.words_of(column))}
    write_template(target, found, lists)
    return target


REQUIRED: Mapping[str, tuple[str, ...]] = {
    "spend": ("brand", "date", "platform", "campaign_name", "spend", "currency"),
    "visits": ("brand", "visit_id", "started_at", "client_id"),
    "inquiries": ("brand", "inquiry_id", "kind", "occurred_at"),
    "tracking_numbers": ("brand", "tracking_number", "kind"),
    "deals": ("brand", "deal_id", "created_at"),
    "deal_items": ("brand", "deal_id", "product"),
    "plan": ("brand", "month", "channel"),
    **{name: table.required for name, table in SHOP_TABLES.items()},
}
"""Columns that a file must have and a row must fill."""


WHERE_IT_STANDS: Mapping[str, ColumnType] = {"_file": "text", "_line": "integer"}
"""Of which file a row is, and where in it."""


def _table(name: str, key: tuple[str, ...], columns: Mapping[str, ColumnType]) -> Table:
    def read(client: Client, account: Account, window: Window) -> Iterator[ColumnPage]:
        return read_table(name, client, account, window)

    return Table(
        name=name,
        grain="snapshot",
        is_cleared_by_hand=True,
        key=key,
        columns={**columns, **WHERE_IT_STANDS},
        read=read,
        settle=partial(settle, name),
        told=told,
        part="_file",
        required=REQUIRED[name],
        has_empty_keys=True,
    )


def connect(connection: Connection, account: Account) -> Client:
    """A client that is never asked."""
    return DroppedFiles(connection.base_url, name=f"manual/{account.account}", auth=NoAuth())


MANUAL = Source(
    name="manual",
    kind="manual",
    base_url="http://localhost",
    docs="docs/manual-files.md",
    connect=connect,
    tables=(
        _table(
            "spend",
            # The same campaign may be spent on at several levels; an empty level is a level too.
            key=(
                "brand",
                "date",
                "platform",
                "campaign_name",
                "campaign_id",
                "ad_group_id",
                "ad_group_name",
                "keyword",
            ),
            columns={
                "brand": "text",
                "date": "date",
                "platform": "text",
                "campaign_name": "text",
                "spend": "decimal",
                "currency": "text",
                "campaign_id": "text",
                "ad_group_id": "text",
                "ad_group_name": "text",
                "keyword": "text",
                "impressions": "integer",
                "clicks": "integer",
            },
        ),
        _table(
            "visits",
            key=("brand", "visit_id"),
            columns={
                "brand": "text",
                "visit_id": "text",
                "started_at": "timestamp",
                "client_id": "text",
                "landing_url": "text",
                "referrer": "text",
                "user_id": "text",
                "device": "text",
                "country": "text",
            },
        ),
        _table(
            "inquiries",
            key=("brand", "inquiry_id"),
            columns={
                "brand": "text",
                "inquiry_id": "text",
                "kind": "text",
                "occurred_at": "timestamp",
                "email": "text",
                "phone": "text",
                "name": "text",
                "company": "text",
                "city": "text",
                "client_id": "text",
                "visit_id": "text",
                "page_url": "text",
                "form_id": "text",
                "tracking_number": "text",
                "direction": "text",
                "duration_seconds": "integer",
                "answered": "boolean",
                "voicemail": "boolean",
                "first_response_at": "timestamp",
                "employee": "text",
                "product": "text",
                "self_reported_source": "text",
            },
        ),
        _table(
            "tracking_numbers",
            key=("brand", "tracking_number", "client_id", "held_from"),
            columns={
                "brand": "text",
                "tracking_number": "text",
                "kind": "text",
                "channel": "text",
                "campaign_name": "text",
                "client_id": "text",
                "held_from": "timestamp",
                "held_to": "timestamp",
            },
        ),
        _table(
            "deals",
            key=("brand", "deal_id"),
            columns={
                "brand": "text",
                "deal_id": "text",
                "created_at": "timestamp",
                "email": "text",
                "phone": "text",
                "contact_id": "text",
                "inquiry_id": "text",
                "qualified_at": "timestamp",
                "opportunity_at": "timestamp",
                "won_at": "timestamp",
                "lost_at": "timestamp",
                "lost_reason": "text",
                "cancelled_at": "timestamp",
                "amount": "decimal",
                "margin": "decimal",
                "currency": "text",
                "employee": "text",
            },
        ),
        _table(
            "deal_items",
            key=("brand", "deal_id", "product"),
            columns={
                "brand": "text",
                "deal_id": "text",
                "product": "text",
                "quantity": "decimal",
                "amount": "decimal",
                "margin": "decimal",
            },
        ),
        _table(
            "plan",
            key=("brand", "month", "channel"),
            columns={
                "brand": "text",
                "month": "date",
                "channel": "text",
                "spend": "decimal",
                "inquiries": "decimal",
                "leads": "decimal",
                "sales": "decimal",
                "revenue": "decimal",
                "currency": "text",
            },
        ),
        *(_table(name, key=table.key, columns=table.columns) for name, table in SHOP_TABLES.items()),
    ),
)
