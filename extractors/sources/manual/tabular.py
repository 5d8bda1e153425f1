"""Tables in files (CSV, XLSX, Parquet), read a page of rows at a time, whatever their size.

A file that cannot be read at all is refused with its name and the cure. A row that cannot be read
is given with its ``fault``, so that it can be rejected and counted instead of being lost.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from extractors.errors import FixSettings
from extractors.landing.dropped import read_parquet_pages

ROWS_PER_PAGE = 10_000

READABLE = (".csv", ".xlsx", ".parquet")
MISTAKEN = (".xls", ".xlsm", ".xlsb", ".ods", ".numbers", ".tsv", ".gz", ".zip")
"""Files that somebody may well take for readable: refused by name rather than passed over in silence."""


@dataclass(frozen=True)
class RawRow:
    """One row of a file, under the header's names."""

    values: dict[str, Any]
    fault: str | None = None
    """Why the row as a whole cannot be trusted; None when it can."""


@dataclass(frozen=True)
class Sheet:
    """One table of a file: a CSV or Parquet file has one, a workbook one per filled sheet."""

    where: str
    columns: tuple[str, ...]
    pages: Iterator[list[RawRow]]


def files_in(folder: Path) -> list[Path]:
    """The readable files of a folder by name; none when there is no such folder."""
    if not folder.is_dir():
        return []
    found = []
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        # Excel keeps "~$name.xlsx" beside an open workbook; a leading dot marks what is not meant for us.
        if path.name.startswith((".", "~$")) or not path.is_file():
            continue
        suffix = path.suffix.lower()
        if suffix in MISTAKEN:
            raise FixSettings(
                f"{_short(path)}: {suffix} files are not read. Save it as CSV (UTF-8), XLSX or Parquet, "
                "or move it out of the folder."
            )
        if suffix in READABLE:
            found.append(path)
    return found


def sheets_of(path: Path) -> Iterator[Sheet]:
    """Every table of the file; read each one's pages before asking for the next."""
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        yield from _workbook(path)
    elif suffix == ".parquet":
        yield _parquet(path)
    else:
        yield from _csv(path)


def _csv(path: Path) -> Iterator[Sheet]:
    where = _short(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = _csv_lines(where, csv.reader(file, strict=True))
        header = next(lines, None)
        if header is None:
            raise FixSettings(f"{where}: the file is empty. Its first row must name the columns.")
        if len(header) == 1:
            for mark, name in ((";", "semicolons"), ("\t", "tabs")):
                if mark in header[0]:
                    raise FixSettings(
                        f"{where}: its columns are separated by {name}. Save it with commas between "
                        "the columns and a point in decimals."
                    )
        columns = _columns(where, header)
        yield Sheet(where, columns, _pages(_row(columns, cells) for cells in lines))


def _csv_lines(where: str, reader: Any) -> Iterator[list[str]]:
    """Lines that hold something; what breaks the file as a whole is said with its line."""
    try:
        for line in reader:
            if line and not "".join(line).isspace() and any(line):
                yield line
    except UnicodeDecodeError as not_utf8:
        raise FixSettings(
            f"{where}: not UTF-8 (after line {reader.line_num}). Save it again as UTF-8; in Excel choose "
            "'CSV UTF-8 (Comma delimited)'."
        ) from not_utf8
    except csv.Error as broken:
        raise FixSettings(
            f"{where}: line {reader.line_num} is not CSV ({broken}). Look for a quotation mark that is not "
            "closed, or not doubled inside a quoted value."
        ) from broken


def _parquet(path: Path) -> Sheet:
    where = _short(path)
    try:
        names, pages = read_parquet_pages(path, ROWS_PER_PAGE)
    except (ValueError, OSError) as unreadable:
        raise FixSettings(f"{where}: not a readable Parquet file. Write it again.") from unreadable
    return Sheet(where, _columns(where, names), _parquet_pages(where, pages))


def _parquet_pages(where: str, pages: Iterator[list[dict[str, Any]]]) -> Iterator[list[RawRow]]:
    try:
        for page in pages:
            yield [RawRow(values) for values in page]
    except (ValueError, OSError) as broken:
        raise FixSettings(f"{where}: the Parquet file is damaged. Write it again.") from broken


def _workbook(path: Path) -> Iterator[Sheet]:
    where = _short(path)
    with ExitStack() as opened:
        try:
            # A formula's saved result is in the first, the formula itself only in the second.
            results = load_workbook(path, read_only=True, data_only=True)
            opened.callback(results.close)
            formulas = load_workbook(path, read_only=True, data_only=False)
            opened.callback(formulas.close)
        except (BadZipFile, InvalidFileException, KeyError, ValueError) as unreadable:
            raise FixSettings(
                f"{where}: not a readable XLSX workbook. Open it in Excel, remove its password "
                "if it has one, and save it again."
            ) from unreadable
        for name in results.sheetnames:
            sheet, twin = results[name], formulas[name]
            if not hasattr(sheet, "iter_rows"):
                continue  # a chart
            # Some writers state a size that cuts rows off; what is in the file counts.
            sheet.reset_dimensions()
            twin.reset_dimensions()
            rows = (
                (cells, wanted)
                for cells, wanted in zip(sheet.iter_rows(), twin.iter_rows(values_only=True), strict=True)
                if any(_filled(value) for value in wanted)
            )
            header = next(rows, None)
            if header is None:
                continue
            here = f"{where}, sheet {name!r}"
            names = [str(cell.value) if _filled(cell.value) else "" for cell in header[0]]
            while names and not names[-1]:
                names.pop()
            columns = _columns(here, names)
            yield Sheet(here, columns, _pages(_workbook_row(columns, *row) for row in rows))


def _workbook_row(columns: tuple[str, ...], cells: Iterable[Any], wanted: Iterable[Any]) -> RawRow:
    values: list[Any] = []
    fault = None
    for number, (cell, formula) in enumerate(zip(cells, wanted, strict=False)):
        value, trouble = _excel_value(cell.value, cell.data_type, formula)
        values.append(value)
        if trouble and number < len(columns):
            fault = fault or f"{columns[number]} is {trouble}"
    while len(values) > len(columns) and not _filled(values[-1]):
        values.pop()
    # A short row is not broken here: Excel leaves empty cells at the end out.
    values += [None] * (len(columns) - len(values))
    row = _row(columns, values)
    return RawRow(row.values, fault or row.fault)


def _excel_value(value: Any, kind: str, formula: Any) -> tuple[Any, str | None]:
    """The cell as a value that loses nothing, or why there is none."""
    if value is None and formula is not None:
        return None, "a formula without a saved result; save the workbook in Excel, or paste the value"
    if kind == "e":
        return None, "an error of Excel's instead of a value"
    if isinstance(value, float):
        if abs(value) >= 10**15:
            return None, "a number of more than 15 digits, which Excel has rounded; format the column as text"
        # Excel keeps 15 digits; what a float shows beyond them is not in the sheet.
        exact = Decimal(format(value, ".15g"))
        return (int(exact) if exact == exact.to_integral_value() else exact), None
    if isinstance(value, time | timedelta):
        return str(value), None
    return value, None


def _columns(where: str, header: Iterable[str]) -> tuple[str, ...]:
    names = tuple(name.strip() for name in header)
    for number, name in enumerate(names, start=1):
        if not name:
            raise FixSettings(f"{where}: column {number} has no name in the first row. Name it or remove it.")
        if name in names[: number - 1]:
            raise FixSettings(f"{where}: column {name!r} is there twice. Remove one of them.")
    return names


def _row(columns: tuple[str, ...], cells: list[Any]) -> RawRow:
    values = dict(zip(columns, cells, strict=False))
    if len(cells) == len(columns):
        return RawRow(values)
    return RawRow(values, f"the row has {len(cells)} cells where the first row names {len(columns)}")


def _pages(rows: Iterable[RawRow]) -> Iterator[list[RawRow]]:
    page: list[RawRow] = []
    for row in rows:
        page.append(row)
        if len(page) == ROWS_PER_PAGE:
            yield page
            page = []
    if page:
        yield page


def _filled(value: Any) -> bool:
    return value is not None and str(value).strip() != ""


def _short(path: Path) -> str:
    """The file under its table's folder, as a person looks for it."""
    return f"{path.parent.name}/{path.name}"


def as_text(value: Any) -> str | None:
    """A cell as a person would write it; None for an empty one."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)
