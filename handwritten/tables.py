"""Small tables that people write, all at once: CSV in whatever notation, or a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from handwritten.cells import bare
from handwritten.letters import NotText, decoded

SEPARATORS = (",", ";", "\t", "|")
SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
Line = tuple[int, list[str]]
"""The number of a line in its file, and its cells."""


class Unreadable(ValueError):
    """A table that cannot be read: in which line, and what to do."""

    def __init__(self, line: int | None, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line


def lines_of(path: Path) -> list[Line]:
    """The filled lines of a small table; the first of them names the columns."""
    if path.suffix.lower() in SPREADSHEETS:
        return list(_of_spreadsheet(path))
    try:
        text, _ = decoded(path.read_bytes())
    except NotText as not_text:
        raise Unreadable(None, f"{not_text}. Save the file as 'CSV UTF-8'.") from None
    separator, skipped = said_separator(text)
    body = text.split("\n", 1)[1] if skipped and "\n" in text else ("" if skipped else text)
    separator = separator or best_separator(body.splitlines()[:1])
    return [(line + skipped, cells) for line, cells in split(body, separator) if any(cells)]


def split(text: str, separator: str) -> Iterator[Line]:
    """The lines of a CSV text with the number of the line in which each begins, no blanks around a value."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for cells in reader:
            yield begins, [bare(cell) for cell in cells]
            begins = reader.line_num + 1
    except csv.Error:
        raise Unreadable(
            begins, "a quote is open, or stands inside a value. Write a quote inside a quoted value twice."
        ) from None


def said_separator(text: str) -> tuple[str | None, int]:
    """What Excel's first line ``sep=;`` says, and how many lines say it."""
    first = text[:10].split("\n", 1)[0].rstrip("\r").strip('"').lower()
    return (first[4:], 1) if len(first) == 5 and first.startswith("sep=") else (None, 0)


def best_separator(lines: Iterable[str]) -> str:
    """The separator that makes most columns of the lines."""
    counts = {one: sum(line.count(one) for line in lines) for one in SEPARATORS}
    best = max(SEPARATORS, key=lambda one: counts[one])
    return best if counts[best] else ","


def _of_spreadsheet(path: Path) -> Iterator[Line]:
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = [one.name for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        for name in names:
            sheet = book.get_sheet_by_name(name)
            rows = list(sheet.iter_rows())
            filled = [(number, row) for number, row in enumerate(rows, start=1) if any(cell != "" for cell in row)]
            if filled:
                for number, row in filled:
                    yield number, [_cell(cell) for cell in row]
                return
    except (CalamineError, OSError, ValueError) as broken:
        raise Unreadable(None, f"not a readable spreadsheet ({broken}). Save it again, or as 'CSV UTF-8'.") from None


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return bare(str(value))
