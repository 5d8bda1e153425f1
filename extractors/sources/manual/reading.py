"""Reads the files of one table: recognises each, and hands its sheets on to be converted.

A file that cannot be read is told and stops no other one; what was landed of it stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from extractors.errors import FixSettings
from extractors.model import Account, ColumnPage, ColumnType, Table, Window
from extractors.settings import PROJECT, config_dir
from extractors.sources.manual import written
from extractors.sources.manual.brands import Brand, load_brands, zone_named
from extractors.sources.manual.convert import Column
from extractors.sources.manual.csv_files import check_is_whole, csv_sheet
from extractors.sources.manual.findings import FileRead, Reading
from extractors.sources.manual.folder import PARQUET, TEXTS, folder_of, found_in, label_of
from extractors.sources.manual.mapping import FileMapping, matches_file
from extractors.sources.manual.mapping_files import beside
from extractors.sources.manual.page_maker import PageMaker
from extractors.sources.manual.parquet_files import parquet_sheet
from extractors.sources.manual.recognise import Known, Recognised, guessed_notation, recognised
from extractors.sources.manual.sheets import Broken, Sheet
from extractors.sources.manual.shops import WEEKDAYS
from extractors.sources.manual.workbooks import workbook_sheets
from extractors.sources.manual.written import Notation
from handwritten.lists import CHANNEL_FILES, channels, rule_rows


class TableReader:
    """Reads the files of one table of one account."""

    def __init__(
        self, table: Table, choices: Mapping[tuple[str, str], tuple[str, ...]], account: Account, window: Window
    ) -> None:
        self.table, self.account, self.window, self.choices = table, account, window, choices
        self.brands = load_brands()
        self.reading = Reading(table.name)
        self.zone = self._zone_of_account()
        self._lists = _Lists()

    def _zone_of_account(self) -> ZoneInfo | None:
        named = self.account.options.get("time_zone")
        return zone_named(str(named), f"manual, account {self.account.account}") if named else None

    def pages(self, tables: list[str]) -> Iterator[ColumnPage]:
        """Every row of every file in the table's folder; no folder and no files are no rows."""
        folder = folder_of(self.account)
        self.reading.found = found_in(folder, self.table.name, tables)
        self.reading.broken += self.reading.found.refused
        mappings = beside(folder / self.table.name, self.table)
        for rank, path in enumerate(self.reading.found.files):
            self.reading.rank[label_of(path)] = rank
            yield from self.pages_of(path, mappings)

    def pages_of(self, path: Path, mappings: tuple[FileMapping, ...]) -> Iterator[ColumnPage]:
        """The rows of one file; what it breaks with is told, whatever it is."""
        label = label_of(path)
        try:
            for found in self._sheets(path, label, mappings):
                yield from self._pages(found, label)
        except (Broken, FixSettings) as broken:
            self._break(label, str(broken))
        except FileNotFoundError:
            self._break(label, f"{label}: it was taken away while it was read. Pull again.")
        except PermissionError:
            self._break(label, f"{label}: it may not be read. Give the user who pulls the right to read it.")
        except Exception as unforeseen:
            said = str(unforeseen).split("\n")[0][:200]
            kind = type(unforeseen).__name__
            self._break(label, f"{label}: it cannot be read ({kind}: {said}). Open it, and save it again.")

    def _break(self, label: str, sentence: str) -> None:
        self.reading.broken.append(sentence)
        self.reading.broken_files.add(label)

    def _known(self, mappings: tuple[FileMapping, ...]) -> Known:
        brand = self.account.brand or (next(iter(self.brands)) if len(self.brands) == 1 else None)
        words = {one.constants.get("brand") for one in mappings}
        brand = next((word for word in words if word), brand)
        currency = self.brands[brand].currency if brand and brand in self.brands else None
        has_currency = "currency" in self.table.columns
        return Known(
            self.table,
            mappings,
            {"brand": brand} if brand else {},
            (currency or "").upper() or None if has_currency else None,
        )

    def _sheets(self, path: Path, label: str, mappings: tuple[FileMapping, ...]) -> Iterator[Recognised]:
        found, refused = [], []
        known = self._known(mappings)
        for sheet in self.sheets_of(path, label, mappings):
            try:
                found.append(recognised(sheet, path.name, known))
                self.reading.notes += sheet.notes
            except Broken as broken:
                refused.append((sheet.where, broken))
        if not found:
            raise refused[0][1]
        self.reading.found.passed_over += [f"{where}: it is no table of {self.table.name}" for where, _ in refused]
        return iter(found)

    def sheets_of(self, path: Path, label: str, mappings: tuple[FileMapping, ...] = ()) -> Iterator[Sheet]:
        """The tables that are in a file, whatever they are of."""
        fitting = [one for one in mappings if matches_file(one, path.name)]
        suffix = path.suffix.lower()
        if suffix in TEXTS:
            encoding = next((one.encoding for one in fitting if one.encoding), None)
            separator = next((one.separator for one in fitting if one.separator), None)
            sheet = csv_sheet(path, label, encoding, separator)
            check_is_whole(path, label, sheet.is_unfinished)
            if sheet.is_unfinished:
                self.reading.unfinished.add(label)
                self.reading.notes.append(f"the last line of {label} has no end: is the file whole?")
            return iter([sheet])
        if suffix in PARQUET:
            return iter([parquet_sheet(path, label)])
        return workbook_sheets(path, label)

    def _pages(self, found: Recognised, label: str) -> Iterator[ColumnPage]:
        notation = guessed_notation(found, self.table)
        file = FileRead(label, found.sheet.where, found, notation)
        self.reading.files.append(file)
        self.reading.same_key[label] = found.fitted.mapping.same_key
        converter = PageMaker(self, file)
        for block in found.sheet.read(found.head, found.index):
            page = converter.page(block)
            if page is not None:
                yield page

    def words_of(self, column: str) -> list[str]:
        """The words that a column takes, where they are a list."""
        if choices := self.choices.get((self.table.name, column)):
            return list(choices)
        lists = {"brand": lambda: list(self.brands), "channel": lambda: self._lists.channels}
        return lists[column]() if column in lists else self._lists.platforms if column == "platform" else []

    def column(self, name: str, kind: ColumnType, notation: Notation, mapping: FileMapping) -> Column:
        """How a column of a file is read."""
        nothing = written.words_for_nothing(name, kind, notation)
        return Column(name, kind, self._convert(name, kind), notation, nothing, dict(mapping.values.get(name, {})))

    def _convert(self, name: str, kind: ColumnType) -> written.Converter:
        if choices := self.choices.get((self.table.name, name)):
            return written.one_of(choices)
        special: dict[str, Callable[[], written.Converter]] = {
            "month": lambda: written.month,
            "held_from": lambda: written.moment_or_day(at_end=False),
            "held_to": lambda: written.moment_or_day(at_end=True),
            "brand": self._brand,
            "channel": lambda: written.known_word(
                self._lists.channels, "no channel", "the channels are those of the rule files"
            ),
            "platform": lambda: _platform(self._lists),
            "currency": lambda: written.currency,
            "email": lambda: written.email,
            "contact_id": lambda: written.first_identifier,
            "duration_seconds": lambda: written.seconds,
            "phone": lambda: written.phone,
            "tracking_number": lambda: written.phone_that_is_a_key,
            "time_zone": lambda: written.time_zone,
            **dict.fromkeys(WEEKDAYS, lambda: written.opening_hours),
            "hour": lambda: written.clock,
            **dict.fromkeys(("from_at", "to_at", "sold_at"), lambda: written.moment_as_written),
        }
        if name in special:
            return special[name]()
        return written.identifier if name in (*written.IDS, *written.OF_SHOPS) else written.CONVERT[kind]

    def _brand(self) -> written.Converter:
        if not self.brands:
            return written.text
        return written.known_word(self.brands, "no brand of brands.csv", "write it as there, or add it")

    def zone_of(self, brand: str | None, mapping: FileMapping) -> ZoneInfo | None:
        """The clock of a row: the file's, the account's, the brand's."""
        if mapping.time_zone:
            return zone_named(mapping.time_zone, mapping.name)
        known: Brand | None = self.brands.get(brand or "")
        return self.zone or (known.zone if known else None)


class _Lists:
    """The closed lists of the rule files, read when they are needed."""

    def __init__(self) -> None:
        self.folders = (config_dir(), PROJECT / "dbt_project" / "seeds")

    @property
    def channels(self) -> list[str]:
        return channels(row for name in CHANNEL_FILES for row in rule_rows(self.folders, name))

    @property
    def platforms(self) -> list[str]:
        rows = rule_rows(self.folders, "platform_channels") + rule_rows(self.folders, "source_platforms")
        return sorted({row["platform"] for row in rows if row.get("platform")})

    @property
    def spend_platforms(self) -> dict[str, str]:
        return spend_platforms(*self.folders)


def spend_platforms(*folders: Path) -> dict[str, str]:
    """The platform that money belongs to by each word for it, as ``int_platforms__worded`` has it."""
    rows = rule_rows(folders, "platform_channels")
    own = {word_key(row["platform"]): row["platform"] for row in rows if row.get("platform")}
    found = dict(own)
    for row in sorted(rule_rows(folders, "source_platforms"), key=lambda row: row.get("source") or ""):
        key = word_key(row.get("source") or "")
        if key and row.get("platform"):
            # `YouTube Ads` is the line `youtube`.
            found.setdefault(key, own.get(key.removesuffix("ads"), row["platform"]))
    return found


def word_key(text: str) -> str:
    """A word without the signs that people put between its parts: ``Google Ads``, ``google_ads``."""
    return text.lower().translate(BETWEEN_PARTS)


BETWEEN_PARTS = str.maketrans("", "", " _-/+&|")


def _platform(lists: _Lists) -> written.Converter:
    known = written.known_word(lists.platforms, "no platform", "", is_closed=False)
    platforms, words = set(lists.platforms), lists.spend_platforms

    def convert(value: Any, notation: Notation) -> str:
        word = str(known(value, notation))
        return word if word in platforms else words.get(word_key(word.strip()), word)

    return convert
