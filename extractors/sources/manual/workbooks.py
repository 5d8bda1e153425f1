"""Workbooks of Excel, LibreOffice and Google: every filled sheet, read by calamine, which looks at no style."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import numpy as np
from defusedxml.ElementTree import iterparse
from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from extractors.sources.manual.disguised import disguise, is_text
from extractors.sources.manual.sheets import (
    ROWS_PER_BLOCK,
    SAMPLE_LINES,
    Block,
    Broken,
    Head,
    Sheet,
    coded_values,
)

LOST = {
    "formula": "is a formula without a saved result; save the workbook in Excel, or paste the value",
    "error": "is an error of Excel's instead of a value",
}
TOO_LONG = "is a number of more than 15 digits, which Excel has rounded; format the column as text"
DIGITS_OF_EXCEL = 10**15
EMPTY_TEXT = '""'
CELL = re.compile(r"([A-Z]+)([0-9]+)")


def workbook_sheets(path: Path, where: str) -> Iterator[Sheet]:
    """Every filled sheet."""
    if is_text(path) and (disguised := disguise(path)):
        raise Broken(f"{where}: {disguised}")
    try:
        book = CalamineWorkbook.from_path(str(path))
        tables = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        found = 0
        for number, one in enumerate(book.sheets_metadata):
            if one not in tables:
                continue
            rows = _rows(book, one.name)
            if not rows:
                continue
            found += 1
            here = f"{where}, sheet {one.name!r}"
            hidden = one.visible != SheetVisibleEnum.Visible
            notes = [f"{here} is hidden, and its rows count"] if hidden else []
            lost = _lost_cells(path, number) if path.suffix.lower() in (".xlsx", ".xlsm") else {}
            yield _sheet(here, rows, lost, notes)
        if not found:
            raise Broken(f"{where}: the workbook is empty. The first row of a sheet must name the columns.")
    except PasswordError:
        raise Broken(f"{where}: not a readable workbook: it has a password. Remove it and save it again.") from None
    except Broken:
        raise
    except Exception as unreadable:
        # Whatever the library makes of a damaged file: it is this file, and no other.
        kind = path.suffix.lower().removeprefix(".").upper()
        raise Broken(
            f"{where}: not a readable {kind} workbook ({unreadable}). Open it in Excel, remove its password if it has "
            "one, and save it again."
        ) from unreadable


def _rows(book: CalamineWorkbook, name: str) -> list[tuple[int, list[Any]]]:
    """The filled rows with their numbers."""
    sheet = book.get_sheet_by_name(name)
    first = sheet.start[0] if sheet.start else 0
    # Rows above the first filled one are counted by calamine where it starts at the top.
    rows = list(sheet.iter_rows())
    shift = 1 if len(rows) == sheet.total_height else first + 1
    return [(number, row) for number, row in enumerate(rows, start=shift) if any(_filled(cell) for cell in row)]


def _sheet(where: str, rows: list[tuple[int, list[Any]]], lost: dict[tuple[int, int], str], notes: list[str]) -> Sheet:
    shown = [(number, [_header_text(cell) for cell in row]) for number, row in rows[:SAMPLE_LINES]]

    def read(head: Head, index: int) -> Iterator[Block]:
        width = len(head.lines[index][1])
        while width and not head.lines[index][1][width - 1].strip():
            width -= 1
        width = max(width, 1)
        for start in range(index + 1, len(rows), ROWS_PER_BLOCK):
            yield _block(rows[start : start + ROWS_PER_BLOCK], width, lost)

    return Sheet(where, [Head(shown)], read, notes)


def _block(rows: Sequence[tuple[int, list[Any]]], width: int, lost: dict[tuple[int, int], str]) -> Block:
    lines = np.array([number for number, _ in rows], dtype=np.int64)
    faults: dict[int, str] = {}
    cell_faults: dict[tuple[int, int], str] = {}
    columns: list[list[Any]] = [[] for _ in range(width)]
    for place, (number, row) in enumerate(rows):
        cells = row[:width] + [""] * (width - len(row))
        beyond = [cell for cell in row[width:] if _filled(cell)]
        if beyond:
            faults[place] = f"the row has {width + len(beyond)} cells where the first row names {width}"
        for column, cell in enumerate(cells):
            value, trouble = _value(cell)
            trouble = trouble or lost.get((number, column + 1))
            if trouble:
                cell_faults[place, column] = trouble
            columns[column].append(value)
    return Block([coded_values(column) for column in columns], lines, faults, cell_faults)


def _value(cell: Any) -> tuple[Any, str | None]:
    """The cell as a value that loses nothing, or why there is none."""
    if isinstance(cell, float):
        if abs(cell) >= DIGITS_OF_EXCEL:
            return None, TOO_LONG
        # Excel keeps 15 digits; what a float shows beyond them is not in the sheet.
        exact = Decimal(format(cell, ".15g"))
        return (int(exact) if exact == exact.to_integral_value() else exact), None
    if isinstance(cell, time | timedelta):
        return str(cell), None
    return (None if cell == "" else cell), None


def _lost_cells(path: Path, number: int) -> dict[tuple[int, int], str]:
    """Cells that calamine shows as empty and that are not: formulas without a result, and errors."""
    lost: dict[tuple[int, int], str] = {}
    without_result: dict[tuple[int, int], str] = {}
    has_results = False
    try:
        with ZipFile(path) as archive, archive.open(_sheet_file(archive, number)) as file:
            for _, cell in iterparse(file, events=("end",)):
                if _tag(cell) == "row":
                    cell.clear()
                place = CELL.fullmatch(cell.get("r") or "") if _tag(cell) == "c" else None
                if place is None:
                    continue
                here, texts = (int(place[2]), _column(place[1])), {_tag(child): child.text for child in cell}
                if cell.get("t") == "e":
                    lost[here] = LOST["error"]
                elif "f" in texts and texts.get("v"):
                    has_results = True
                elif "f" in texts and cell.get("t") != "str":
                    without_result[here] = texts["f"] or ""
    except (KeyError, BadZipFile, SyntaxError, IndexError, ValueError, OSError):
        # A workbook of another make: calamine has read it, and its empty cells are empty.
        return lost
    # Excel saves the result "" as nothing. Nobody calculated a sheet where a formula that cannot give it has none.
    if not has_results and any(EMPTY_TEXT not in formula for formula in without_result.values()):
        lost |= dict.fromkeys(without_result, LOST["formula"])
    return lost


def _sheet_file(archive: ZipFile, number: int) -> str:
    relations = {}
    with archive.open("xl/_rels/workbook.xml.rels") as file:
        for _, one in iterparse(file, events=("end",)):
            if _tag(one) == "Relationship":
                relations[one.get("Id")] = one.get("Target") or ""
    with archive.open("xl/workbook.xml") as file:
        sheets = [one for _, one in iterparse(file, events=("end",)) if _tag(one) == "sheet"]
    [identifier] = [value for name, value in sheets[number].attrib.items() if name.endswith("}id")]
    target = relations[identifier]
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _tag(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _header_text(cell: Any) -> str:
    value, _ = _value(cell)
    return "" if value is None else str(value).strip()


def _filled(cell: Any) -> bool:
    return cell is not None and str(cell).strip() != ""
