"""What was read of a table's files and what was not, kept for the person whose files they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from extractors.sources.manual.folder import Found
from extractors.sources.manual.recognise import Recognised
from extractors.sources.manual.written import Notation
from handwritten.words import plain

MOST_FAULTS = 10
BY_PERIOD = re.compile(
    r"\b(?:(?P<week>weekly|wöchentlich|semanal|по неделям)|(?P<month>monthly|monatlich|mensual|по месяцам))\b",
    re.IGNORECASE,
)
"""What stands above the header of a report that is not by day."""
FEWEST_PERIODS = 3
"""So many days that lie a week or a month apart, and none between, are no longer chance."""


@dataclass
class FileRead:
    """What was read of one sheet of one file."""

    label: str
    """The file."""
    where: str
    """The file, and the sheet where it has several."""
    recognised: Recognised
    notation: Notation
    rows: int = 0
    rejected: int = 0
    totals: int = 0
    """Rows of totals that were passed over."""
    days: set[date] = field(default_factory=set)
    """Days that money was spent on."""

    stages: Counter[str] = field(default_factory=Counter)
    """Stages that the mapping gives no meaning, and the rows that are in each."""

    def meet_stages(self, words: Sequence[str], rows: Sequence[int]) -> None:
        """Keep account of stages without a meaning, each with its rows."""
        stages = self.recognised.fitted.mapping.stages
        known = {word for meant in stages.words.values() for word in meant} if stages else set()
        for word, count in zip(words, rows, strict=True):
            if word and count and plain(word) not in known:
                self.stages[word] += count

    def is_by(self) -> str | None:
        """``week`` or ``month`` where the money seems to be of whole weeks or months, each on its first day."""
        above = " ".join(cell for _, cells in self.recognised.above for cell in cells)
        if said := BY_PERIOD.search(above):
            return "month" if said["month"] else "week"
        days = sorted(self.days)
        if len(days) < FEWEST_PERIODS:
            return None
        if all(one.day == 1 for one in days):
            return "month"
        apart = {later - earlier for earlier, later in pairwise(days)}
        return "week" if apart == {timedelta(days=7)} else None

    def sentence(self) -> str:
        """What came out of it."""
        return f"{self.where} ({self.rows - self.rejected:,} rows, {self.recognised.fitted.mapping.name})"


@dataclass(frozen=True)
class Fault:
    """One row that is not taken, for a person who looks at the file."""

    where: str
    line: int
    reason: str
    value: str | None
    """What stands in the cell."""


@dataclass
class Reading:
    """What was read of a table's files, and what was not."""

    table: str
    found: Found = field(default_factory=Found)
    files: list[FileRead] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    broken_files: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    emptied: Counter[str] = field(default_factory=Counter)
    """What could not be read of rows that are taken without it."""
    first_places: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    rank: dict[str, int] = field(default_factory=dict)
    """The files by age, the newest last."""
    same_key: dict[str, str | None] = field(default_factory=dict)
    """What is to be done with rows of one key inside a file."""
    unfinished: set[str] = field(default_factory=set)

    def reject(self, where: str, line: int, reason: str, value: str | None = None) -> None:
        """Keep account of a row that is not taken."""
        self.reasons[reason] += 1
        self.first_places.setdefault(reason, f"{where}, line {line}")
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(where, line, reason, value))

    def empty(self, where: str, line: int, reason: str) -> None:
        """Keep account of a row that is taken without a value."""
        self.emptied[reason] += 1
        self.first_places.setdefault(reason, f"{where}, line {line}")

    def doubts(self) -> list[str]:
        """What is read as it stands and may be meant otherwise."""
        by = [(one.where, one.is_by()) for one in self.files if one.rows]
        unnamed = [
            f"{one.where}: deals stay open in the stages {_and_more(_counted(one.stages))}. If one of them is an end, "
            "name it in mapping.yml under stages (won_at, lost_at)"
            for one in self.files
            if one.stages
        ]
        return unnamed + [
            f"{where}: its days lie a {period} apart. If a row is of a whole {period}, export it by day; now its money "
            "counts on the day that is written"
            for where, period in by
            if period
        ]

    def sentences(self) -> list[str]:
        """What a person should know of the reading."""
        told = []
        if self.files:
            told.append(f"read {_and_more([one.sentence() for one in self.files])}")
        if self.found.passed_over:
            told.append(f"passed over {_and_more(self.found.passed_over)}")
        told += [*self.notes, *self.doubts()]
        totals = [f"{one.totals} of {one.where}" for one in self.files if one.totals]
        if totals:
            told.append(f"rows of totals passed over: {_and_more(totals)}")
        told += [
            f"{count:,} rows rejected: {reason} (first in {self.first_places[reason]})"
            for reason, count in self.reasons.most_common(MOST_FAULTS)
        ]
        told += [
            f"{count:,} rows taken without a value: {reason} (first in {self.first_places[reason]})"
            for reason, count in self.emptied.most_common(MOST_FAULTS)
        ]
        return told


def _counted(words: Counter[str]) -> list[str]:
    return [f"{word!r} ({count:,})" for word, count in words.most_common()]


def _and_more(names: list[str]) -> str:
    return "; ".join(names[:MOST_FAULTS]) + (
        f"; and {len(names) - MOST_FAULTS} more" if len(names) > MOST_FAULTS else ""
    )
