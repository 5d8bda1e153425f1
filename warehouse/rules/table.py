"""A rule file, read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class RuleTable:
    """A rule file, read: every row as long as the header, no value with blanks around it."""

    file: Path
    columns: list[str]
    rows: list[list[str]]
    lines: list[int] = field(default_factory=list)
    """The line of each row; empty where the file has no lines of rows."""

    def numbered_rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """The rows by column, each with its line."""
        for place, row in enumerate(self.rows):
            yield (self.lines[place] if self.lines else 0), dict(zip(self.columns, row, strict=True))

    def named_rows(self) -> Iterator[dict[str, str]]:
        """The rows by column."""
        return (row for _, row in self.numbered_rows())

    def values_of(self, column: str) -> Iterator[tuple[int, str]]:
        """The filled values of a column, each with its line."""
        if column in self.columns:
            for line, row in self.numbered_rows():
                if row[column]:
                    yield line, row[column]
