"""Finds the header of a sheet and the mapping that fits it, and says why; what fits nothing is told with the cure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from extractors.model import Table
from extractors.sources.manual import written
from extractors.sources.manual.csv_files import NAMES
from extractors.sources.manual.mapping import (
    FileMapping,
    Fitted,
    fit,
    is_recognised,
    matches_file,
    own_format,
)
from extractors.sources.manual.mapping_files import shipped
from extractors.sources.manual.sheets import Broken, Head, Sheet
from handwritten.words import did_you_mean, plain

HEADER_LINES = 25
"""A header lies within so many filled lines: above it stand at most titles and what a report was made of."""
COMMA_DECIMAL = re.compile(r"(^|[^\d.,])(\d{1,3}(\.\d{3})+,\d+|\d+,\d{1,2})\D*$")
POINT_DECIMAL = re.compile(r"(^|[^\d.,])(\d{1,3}(,\d{3})+\.\d+|\d+\.(\d{1,2}|\d{4,}))\D*$")


@dataclass(frozen=True)
class Recognised:
    """How a sheet is read."""

    sheet: Sheet
    head: Head
    index: int
    fitted: Fitted
    why: str
    others: tuple[str, ...] = field(default=())
    """Tables that the file would rather belong to."""

    @property
    def above(self) -> Sequence[tuple[int, Sequence[str]]]:
        """The filled lines above the header."""
        return self.head.lines[: self.index]


@dataclass(frozen=True)
class Known:
    """What a file may be recognised as."""

    table: Table
    own: tuple[FileMapping, ...]
    """The mappings of ``mapping.yml``."""
    given: Mapping[str, str]
    """Constants that stand where nothing else is said: the brand."""
    currency: str | None
    """The brand's currency, for exports that name none."""


def recognised(sheet: Sheet, name: str, known: Known) -> Recognised:
    """The mapping that fits best; ``Broken`` tells what is missing where none does."""
    overlays = [one for one in known.own if matches_file(one, name)]
    best: tuple[tuple[int, int, int], Recognised] | None = None
    for head, index, header in _headers(sheet, overlays):
        for rank, mapping, why in _candidates(header, overlays, known):
            given = {**known.given, **({"currency": known.currency} if known.currency and rank != OWN else {})}
            fitted = fit(mapping, header, known.table.required, given)
            fitted = _without_empty_constants(fitted)
            if fitted.missing or fitted.doubled or not fitted.taken:
                continue
            if rank == OWN and (_unknown(fitted) or _is_unnamed(header)):
                continue
            score = (rank, fitted.taken, -index)
            if best is None or score > best[0]:
                best = score, Recognised(sheet, head, index, fitted, why)
    if best is None:
        raise Broken(_refusal(sheet, overlays, known))
    return best[1]


SHIPPED, OWN, THEIRS = 0, 1, 2


def _headers(sheet: Sheet, overlays: Sequence[FileMapping]) -> Iterator[tuple[Head, int, tuple[str, ...]]]:
    skipped = next((one.skip_rows for one in overlays if one.skip_rows is not None), None)
    for head in sheet.heads:
        for index, (line, cells) in enumerate(head.lines[:HEADER_LINES]):
            if skipped is not None and line not in (0, skipped + 1):
                continue
            header = tuple(cell.strip().lstrip("\ufeff") for cell in cells)
            if any(header):
                yield head, index, header


def _candidates(
    header: Sequence[str], overlays: Sequence[FileMapping], known: Known
) -> Iterator[tuple[int, FileMapping, str]]:
    additions = [one for one in overlays if not one.columns]

    def with_additions(mapping: FileMapping) -> FileMapping:
        for one in additions:
            mapping = one.over(mapping)
        return mapping

    for mapping in overlays:
        if mapping.columns:
            # Columns that are called as ours need no word in a mapping.
            theirs = replace(mapping, columns={**own_format(known.table).columns, **mapping.columns})
            yield THEIRS, with_additions(theirs), f"{mapping.name} says what its columns are"
    yield OWN, with_additions(own_format(known.table)), "its columns have our names"
    for mapping in shipped():
        if mapping.table == known.table.name and (headers := is_recognised(mapping, header)):
            yield SHIPPED, with_additions(mapping), f"it has the columns {', '.join(map(repr, headers))}"


def _without_empty_constants(fitted: Fitted) -> Fitted:
    return replace(fitted, constants={name: value for name, value in fitted.constants.items() if value != ""})


def _unknown(fitted: Fitted) -> list[str]:
    passed = {plain(one) for one in fitted.mapping.passed_over}
    return [one for one in fitted.unused if not one.startswith("_") and plain(one) not in passed]


def _is_unnamed(header: Sequence[str]) -> bool:
    """Whether a column between others has no name; those at the end are Excel's."""
    last = max((place for place, name in enumerate(header) if name), default=-1)
    return any(not name for name in header[:last])


def _refusal(sheet: Sheet, overlays: Sequence[FileMapping], known: Known) -> str:
    """What is wrong with the most likely header."""
    table = known.table
    ways = [(head, index, header) for head, index, header in _headers(sheet, overlays)]
    if not ways:
        return f"{sheet.where}: the file is empty. Its first row must name the columns."
    vendor = _nearly_recognised(sheet, ways, known)
    own = own_format(table)
    for mapping in (one for one in overlays if one.columns):
        own = replace(own, columns={**own.columns, **mapping.columns})
    for mapping in (one for one in overlays if not one.columns):
        own = mapping.over(own)
    fits = [(fit(own, header, table.required, known.given), head, index) for head, index, header in ways]
    fitted, head, index = max(fits, key=lambda one: (one[0].taken, -one[2], len(one[0].header)))
    line = head.lines[index][0]
    if vendor and fitted.taken < max(2, vendor[1]):
        return vendor[0]
    if fitted.taken == 0:
        fitted, head, index = fits[0]
        first = [one for one in fitted.header if one]
        hint = ""
        if len(first) == 1 and len(head.lines) > 1:
            hint = " The first row seems to be a title: say 'skip_rows' and 'columns' in mapping.yml."
        return (
            f"{sheet.where}: {table.name} has no column {', '.join(map(repr, first[:8]))}. Rename or remove it, or say "
            f"what it is in mapping.yml (leadgen check-file --write-mapping begins one); the columns are: "
            f"{', '.join(_own_columns(table))}.{hint}"
        )
    if fitted.doubled:
        return f"{sheet.where}: the column {fitted.doubled[0]!r} is there twice. Remove one of them."
    if _is_unnamed(fitted.header):
        number = next(place for place, name in enumerate(fitted.header, start=1) if not name)
        return f"{sheet.where}: column {number} has no name in the first row. Name it or remove it."
    if unknown := _unknown(fitted):
        meant = did_you_mean(unknown[0], set(_own_columns(table)) - set(fitted.places))
        return (
            f"{sheet.where}: {table.name} has no column {', '.join(map(repr, unknown))}.{meant} Rename it, or name it "
            "in mapping.yml under 'columns' or under 'passed_over' (then rows that only it tells apart are one: say "
            f"same_key: add); the columns are: {', '.join(_own_columns(table))}."
        )
    separated = f" Its columns are separated by {NAMES[head.separator]}." if head.separator in NAMES else ""
    separated = separated if head.separator != "," else ""
    missing = ", ".join(map(repr, fitted.missing))
    place = f" (header in line {line})" if line > 1 else ""
    return (
        f"{sheet.where}: the column {missing} is missing{place}. Every file of {table.name} must have it, "
        f"or mapping.yml a constant for it.{separated}"
    )


def _nearly_recognised(
    sheet: Sheet, ways: Sequence[tuple[Head, int, tuple[str, ...]]], known: Known
) -> tuple[str, int] | None:
    """What a vendor's export lacks, and how many of its columns are known."""
    for mapping in shipped():
        for _, _, header in ways:
            if not is_recognised(mapping, header):
                continue
            if mapping.table != known.table.name:
                said = f"this is a {mapping.name}, which belongs into the folder {mapping.table}. Move it."
                return f"{sheet.where}: {said}", len(header)
            given = {**known.given, **({"currency": known.currency} if known.currency else {})}
            fitted = fit(mapping, header, known.table.required, given)
            cure = " and ".join(_cure_of(column) for column in fitted.missing)
            return (
                f"{sheet.where}: a {mapping.name} without {', '.join(map(repr, fitted.missing))}. Put {cure} into "
                f"{known.table.name}/mapping.yml, or export it with that column."
            ), fitted.taken
    return _without_one(sheet, ways, known)


def _without_one(
    sheet: Sheet, ways: Sequence[tuple[Head, int, tuple[str, ...]]], known: Known
) -> tuple[str, int] | None:
    """The same for an export that has all headers but one by which it would be known: one by week, for a start."""
    for mapping in shipped():
        for _, _, header in ways:
            spelled = {plain(name) for name in header}
            for words in mapping.recognised_by:
                lacking = [word for word in words if plain(word) not in spelled]
                if mapping.table == known.table.name and len(words) > len(lacking) + 1 and len(lacking) == 1:
                    by_day = " by day" if lacking[0] in mapping.columns.get("date", ()) else ""
                    said = (
                        f"it looks like a {mapping.name} without the column {lacking[0]!r}. Export it{by_day} with it."
                    )
                    return f"{sheet.where}: {said}", len(words)
    return None


def _cure_of(column: str) -> str:
    examples = {"brand": "nordhaus", "currency": "EUR", "platform": "google_ads"}
    return f"'constants: {{{column}: {examples.get(column, '...')}}}'"


def _own_columns(table: Table) -> list[str]:
    return [name for name in table.columns if not name.startswith("_")]


def guessed_notation(found: Recognised, table: Table) -> written.Notation:
    """What the first rows of a file show of how its numbers and days are written; what its mapping says goes first."""
    mapping, cells = found.fitted.mapping, list(found.head.lines[found.index + 1 :])
    comma = point = day_first = month_first = False
    read = [(table.columns.get(column), place) for column, place in found.fitted.places.items()]
    # One program writes all days of a file alike: what one column leaves open another one may show.
    for kind, place in (*read, *(("timestamp", place) for place in found.fitted.stage_at)):
        for _, row in cells:
            cell = row[place].strip() if place < len(row) else ""
            if kind == "decimal":
                comma, point = comma or bool(COMMA_DECIMAL.search(cell)), point or bool(POINT_DECIMAL.search(cell))
            elif kind in ("date", "timestamp") and (slashed := written.SLASHED.match(cell)):
                day_first = day_first or int(slashed[1]) > 12
                month_first = month_first or int(slashed[3]) > 12
    decimal = mapping.decimal or (None if comma == point else "," if comma else ".")
    if decimal is None and not comma and found.head.separator == ";":
        # Spreadsheets separate by semicolons where the comma is taken.
        decimal = ","
    said = {plain(one) for one in mapping.dates}
    if "dayfirst" in said or "monthfirst" in said:
        day_first, month_first = "dayfirst" in said, "monthfirst" in said
    return written.Notation(
        decimal=decimal,
        thousands=mapping.thousands,
        day_first=None if day_first == month_first else day_first,
        dates=tuple(one for one in mapping.dates if "%" in one),
        times=tuple(one for one in mapping.times if "%" in one),
        empty=tuple(word.lower() for word in mapping.empty),
    )
