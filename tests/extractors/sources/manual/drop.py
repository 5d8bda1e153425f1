"""Puts files into a manual drop and reads its tables back."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl

from extractors.errors import FixSettings
from extractors.model import Account, Connection, Row, Window
from extractors.sources.manual import MANUAL

FIXTURES = Path(__file__).parent / "fixtures"
MARCH = Window(date(2026, 3, 1), date(2026, 3, 31))
SPEND = "brand,date,platform,campaign_name,spend,currency"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text)


def office(folder: Path) -> Account:
    return Account("manual", "office", "manual", options={"folder": str(folder)})


def pages(folder: Path, table: str, account: Account | None = None, window: Window = MARCH) -> Iterable[Iterable[Row]]:
    """The table's pages, read from the folder; a file that cannot be read is an error when the others are read."""
    account = account or office(folder)
    client = MANUAL.connect(Connection(MANUAL.base_url), account)
    yield from MANUAL.table(table).read(client, account, window)
    if client.faults:
        raise FixSettings(" ".join(client.faults))


def rows(folder: Path, table: str) -> list[Row]:
    return [row for page in pages(folder, table) for row in page]


def accepted(folder: Path, table: str) -> list[Row]:
    return [row for row in rows(folder, table) if "_reject_reason" not in row]


def rejected(folder: Path, table: str) -> list[str]:
    return [row["_reject_reason"] for row in rows(folder, table) if "_reject_reason" in row]


def drop(folder: Path, table: str, name: str, fixture: str | None = None) -> Path:
    """The place of a file in the drop; a recorded one is copied there."""
    path = folder / table / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if fixture:
        shutil.copy(FIXTURES / fixture, path)
    return path


def spend(path: Path, *lines: str, header: str = SPEND) -> None:
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


def workbook(path: Path, *sheets: list[list[Any]]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for lines in sheets:
        sheet = book.create_sheet()
        for line in lines:
            sheet.append(line)
    book.save(path)
