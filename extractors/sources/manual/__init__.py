"""Manual files: what no API gives, dropped as CSV, XLSX or Parquet into one folder per table.

Columns and examples: docs/manual-files.md. The tables have the shapes that every source is staged
into, so anything can be brought in here. Every pull reads every file again: the folder is the truth,
a row taken out of a file is gone after the next pull.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from extractors.errors import FixSettings
from extractors.http.auth import NoAuth
from extractors.http.client import HttpClient
from extractors.model import Account, Client, ColumnType, Connection, Row, Source, Table, Window
from extractors.settings import data_dir, home
from extractors.sources.manual.tabular import RawRow, Sheet, as_text, files_in, sheets_of
from extractors.sources.manual.written import CONVERT, Converter, Unfit, filled, moment_or_day, month, one_of

CHOICES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("inquiries", "kind"): ("form", "call", "chat", "email", "lead_ad", "walk_in"),
    ("inquiries", "direction"): ("inbound", "outbound"),
    ("tracking_numbers", "kind"): ("static", "pool"),
}
"""Columns that take these words and no others."""


def read_table(name: str, account: Account) -> Iterator[list[Row]]:
    """Every row of every file in the table's folder; no folder and no files are no rows."""
    table = MANUAL.table(name)
    for path in files_in(_folder(account) / name):
        for sheet in sheets_of(path):
            _check_columns(table, sheet)
            columns = {column: _converter(table, column) for column in sheet.columns}
            absent = dict.fromkeys(column for column in table.columns if column not in columns)
            for page in sheet.pages:
                yield [{**absent, **_row(columns, raw)} for raw in page]


def _folder(account: Account) -> Path:
    named = account.options.get("folder")
    if named is None:
        return data_dir() / "manual"
    if not isinstance(named, str) or not named:
        raise FixSettings(f"manual, account {account.account}: 'folder' must be the path of a folder.")
    return home() / Path(named).expanduser()


def _check_columns(table: Table, sheet: Sheet) -> None:
    unknown = [name for name in sheet.columns if name not in table.columns]
    if unknown:
        raise FixSettings(
            f"{sheet.where}: {table.name} has no column {', '.join(map(repr, unknown))}. "
            f"Rename or remove it; the columns are: {', '.join(table.columns)}."
        )
    missing = [name for name in REQUIRED[table.name] if name not in sheet.columns]
    if missing:
        raise FixSettings(
            f"{sheet.where}: the column {', '.join(map(repr, missing))} is missing. "
            f"Every file of {table.name} must have it."
        )


def _row(columns: Mapping[str, Converter], raw: RawRow) -> Row:
    """The row converted; what a column does not take is null and named in ``_reject_reason``."""
    row: Row = {
        "_payload": {name: value if type(value) is str else as_text(value) for name, value in raw.values.items()}
    }
    reasons = [raw.fault] if raw.fault else []
    for column, convert in columns.items():
        try:
            row[column] = convert(raw.values.get(column))
        except Unfit as unfit:
            row[column] = None
            reasons.append(f"{column} {unfit}")
    if reasons:
        row["_reject_reason"] = "; ".join(reasons)
    return row


def _converter(table: Table, column: str) -> Converter:
    if column == "month":
        return filled(month)
    if column in ("held_from", "held_to"):
        return filled(partial(moment_or_day, at_end=column == "held_to"))
    choices = CHOICES.get((table.name, column))
    return filled(partial(one_of, choices) if choices else CONVERT[table.columns[column]])


REQUIRED: Mapping[str, tuple[str, ...]] = {
    "spend": ("brand", "date", "platform", "campaign_name", "spend", "currency"),
    "visits": ("brand", "visit_id", "started_at", "client_id"),
    "inquiries": ("brand", "inquiry_id", "kind", "occurred_at"),
    "tracking_numbers": ("brand", "tracking_number", "kind"),
    "deals": ("brand", "deal_id", "created_at"),
    "deal_items": ("brand", "deal_id", "product"),
    "plan": ("brand", "month", "channel"),
}
"""Columns that a file must have and a row must fill."""


def _table(name: str, key: tuple[str, ...], columns: Mapping[str, ColumnType]) -> Table:
    def read(_: Client, account: Account, __: Window) -> Iterator[list[Row]]:
        return read_table(name, account)

    return Table(
        name=name,
        grain="snapshot",
        is_cleared_by_hand=True,
        key=key,
        columns=columns,
        read=read,
        required=REQUIRED[name],
        has_empty_keys=True,
    )


def connect(connection: Connection, account: Account) -> Client:
    """A client that is never asked: the rows are on this machine."""
    return HttpClient(connection.base_url, name=f"manual/{account.account}", auth=NoAuth())


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
    ),
)
