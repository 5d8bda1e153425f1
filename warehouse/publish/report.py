"""What is shown on the terminal after a build: money and results by channel, what was flagged, what is stale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb
from rich import box
from rich.console import Console
from rich.table import Table

from warehouse import settings
from warehouse.errors import NothingPublished

MODEL = "last_non_direct"
COLUMNS = (
    "channel",
    "spend",
    "inquiries\nby own\nchannel",
    "leads\nby last\nchannel",
    "sales\nby last\nchannel",
    "revenue\nby last\nchannel",
    "CPL",
    "CAC",
    "ROAS",
)
"""With the basis of each figure: what is by one rule does not compare with what is by another."""
BASIS = (
    "Inquiries by the channel of each inquiry itself. Leads, sales and revenue by the last channel of their person "
    "that was not direct, on the day of the conversion; so a channel can have more leads than inquiries. CPL: spend by "
    "valid inquiry. CAC: spend by first-time customer."
)

CHANNELS = """
    select
        channel,
        sum(spend) as spend,
        sum(inquiry_count)::bigint as inquiries,
        sum(lead_credit) as leads,
        sum(sale_credit) as sales,
        sum(revenue) as revenue,
        sum(spend) / nullif(sum(valid_inquiry_count), 0) as cpl,
        sum(spend) / nullif(sum(first_sale_credit), 0) as cac,
        sum(revenue) / nullif(sum(spend), 0) as roas
    from marts.channel_performance
    where attribution_model = ? and date_basis = 'conversion' and brand = ?
    group by grouping sets ((channel), ())
    order by channel is null, spend desc, leads desc, channel
"""

FLAGS = """
    select
        flag,
        count(*) as inquiries,
        count(*) / (select nullif(count(*), 0) from marts.inquiries) as share,
        any_value(what_to_fix) as what_to_fix
    from marts.inquiry_flags
    group by flag
    order by inquiries desc, flag
"""

STALE = """
    select distinct source, account, newest_day::varchar, note
    from marts.reconciliation
    where is_stale
    order by source, account, note
"""


SET_ASIDE = """
    select case when quantity = 'decisions_of_nobody' then 'people' else 'money' end, brand, note
    from marts.reconciliation
    where regexp_full_match(quantity, '(revenue_without_rate|credit_notes|spend_credit|unknown_platform)_.*')
        or (quantity like 'spend_%' and staged <> published)
        or quantity = 'decisions_of_nobody'
    order by brand, quantity, note
"""
"""Money that could not be converted, that is below zero or of an unknown platform, and decisions about people whom no
record has: each once, with its record, amount and cure."""


@dataclass(frozen=True)
class Brand:
    """One brand's channels, as rows of text in the order of ``COLUMNS``; the last row is the sum."""

    name: str
    currency: str
    rows: list[list[str]]


@dataclass(frozen=True)
class Report:
    """Everything that is shown."""

    as_of_day: str
    published_at: str
    first_day: str
    last_day: str
    brands: list[Brand]
    flags: list[list[str]]
    stale: list[list[str]]
    set_aside: list[list[str]]
    places: dict[str, str]


def read_report() -> Report:
    """Read the published warehouse."""
    link = settings.warehouse_link()
    if not link.exists():
        raise NothingPublished("Nothing was published yet. Build first: leadgen build --to DAY.")
    with duckdb.connect(str(link.resolve()), read_only=True) as reader:
        as_of_day, published_at = _rows(reader, "select as_of_day, published_at from marts.publication")[0]
        # Where midnight comes before UTC's, the last evening is of the next day already.
        first, last = _rows(
            reader, "select min(date), least(max(date), ?) from marts.channel_performance", [as_of_day]
        )[0]
        named = _rows(reader, "select brand, any_value(currency) from marts.channel_performance group by 1 order by 1")
        brands = [
            Brand(brand, currency or "", [_channel(row) for row in _rows(reader, CHANNELS, [MODEL, brand])])
            for brand, currency in named
        ]
        flags = [
            [flag, f"{inquiries:,}", f"{share:.1%}", what] for flag, inquiries, share, what in _rows(reader, FLAGS)
        ]
        stale = [[str(value or "") for value in row] for row in _rows(reader, STALE)]
        set_aside = [[str(value or "") for value in row] for row in _rows(reader, SET_ASIDE)]
    return Report(
        as_of_day=str(as_of_day),
        published_at=f"{published_at:%Y-%m-%d %H:%M} UTC",
        first_day=str(first),
        last_day=str(last),
        brands=brands,
        flags=flags,
        stale=stale,
        set_aside=set_aside,
        places={
            "warehouse": str(link),
            "Parquet": str(settings.parquet_dir() / "current"),
            "data docs": str(settings.data_docs_dir()),
            "report": str(settings.report_dir() / "index.html"),
            "logs": str(settings.logs_dir()),
        },
    )


def _rows(reader: duckdb.DuckDBPyConnection, query: str, values: Sequence[Any] = ()) -> list[Any]:
    return reader.execute(query, values).fetchall()


def _channel(row: tuple[Any, ...]) -> list[str]:
    channel, spend, inquiries, leads, sales, revenue, cpl, cac, roas = row
    return [
        channel or "all channels",
        _money(spend),
        f"{inquiries or 0:,}",
        f"{leads or 0:,.0f}",
        f"{sales or 0:,.0f}",
        _money(revenue),
        _money(cpl),
        _money(cac),
        "-" if roas is None else f"{roas:,.1f}",
    ]


def _money(amount: Decimal | float | None) -> str:
    return "-" if amount is None else f"{amount:,.0f}"


def show_report(console: Console) -> None:
    """Print the report on a terminal."""
    report = read_report()
    if not console.is_terminal:
        # A file or a pipe has no width of its own; numbers must not be cut off in it.
        console.width = max(console.width, 100)
    for brand in report.brands:
        title = f"{brand.name}, {report.first_day} to {report.last_day}, in {brand.currency}"
        # Narrow enough for eighty columns.
        table = Table(title=title, box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), collapse_padding=True)
        for column in COLUMNS:
            table.add_column(column, justify="left" if column == "channel" else "right", no_wrap=True)
        for row in brand.rows[:-1]:
            table.add_row(*row)
        table.add_section()
        table.add_row(*brand.rows[-1], style="bold")
        console.print(table)
    console.print(BASIS)
    flags = Table("flag", "inquiries", "share", "what to fix", title="Poorly identified inquiries", box=box.SIMPLE_HEAD)
    for row in report.flags:
        flags.add_row(*row)
    console.print(flags)
    for source, account, newest, note in report.stale:
        console.print(f"[yellow]stale[/] {source} {account} (newest day: {newest or 'none'}): {note}")
    for what, owner, note in report.set_aside:
        console.print(f"[yellow]{what}[/] {owner}: {note}")
    for what, place in report.places.items():
        console.print(f"{what + ':':<11} {place}", highlight=False, soft_wrap=True)
