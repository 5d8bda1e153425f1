"""Small tables that people write: their separators, their quotes, their blank lines and a spreadsheet's cells."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from handwritten.tables import Unreadable, best_separator, lines_of, said_separator, split


@pytest.mark.parametrize(
    ("line", "separator"),
    [("a,b;c,d", ","), ("a;b;c,d", ";"), ("a\tb", "\t"), ("a|b|c,d", "|"), ("alone", ","), ("a;b,c", ","), ("", ",")],
)
def test_the_separator_is_the_one_that_makes_most_columns(line: str, separator: str) -> None:
    assert best_separator([line]) == separator


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sep=;\na;b", (";", 1)),
        ('"sep=,"\r\na', (",", 1)),
        ("SEP=|\n", ("|", 1)),
        ("sep=;;\n", (None, 0)),
        ("a;b", (None, 0)),
    ],
)
def test_excels_first_line_says_the_separator(text: str, said: tuple[str | None, int]) -> None:
    assert said_separator(text) == said


def test_a_line_has_the_number_in_which_it_begins_and_no_blanks_around_its_values() -> None:
    assert list(split('a, b \n"x\ny",z\nlast,1\n', ",")) == [(1, ["a", "b"]), (2, ["x\ny", "z"]), (4, ["last", "1"])]
    with pytest.raises(Unreadable) as unreadable:
        list(split('a,b\n"open,c\n', ","))
    assert unreadable.value.line == 2


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a;b\n1,5;2\n", [(1, ["a", "b"]), (2, ["1,5", "2"])]),
        ("sep=|\na|b\n\n;;\n1|2\n", [(2, ["a", "b"]), (4, [";;"]), (5, ["1", "2"])]),
        ("a,b\n,\n1,2\n", [(1, ["a", "b"]), (3, ["1", "2"])]),
        ("sep=;", []),
    ],
)
def test_a_file_has_its_filled_lines(tmp_path: Path, text: str, lines: list[tuple[int, list[str]]]) -> None:
    file = tmp_path / "x.csv"
    file.write_text(text, encoding="utf-8")

    assert lines_of(file) == lines


def test_a_whole_number_of_a_spreadsheet_has_no_point_and_the_first_filled_sheet_counts(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet("filled")
    for row in (["a", "b", "c"], [None, None, None], [5, 2.5, True], [date(2026, 3, 31), " x ", 0]):
        sheet.append(row)
    book.create_sheet("later").append(["other"])
    book.save(tmp_path / "x.xlsx")

    assert lines_of(tmp_path / "x.xlsx") == [
        (1, ["a", "b", "c"]),
        (3, ["5", "2.5", "true"]),
        (4, ["2026-03-31", "x", "0"]),
    ]


def test_a_broken_spreadsheet_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"PK no book")

    with pytest.raises(Unreadable, match="not a readable spreadsheet"):
        lines_of(tmp_path / "x.xlsx")
