"""Reads the files of one table: recognises each, converts its columns, and keeps account of all that is not taken.

A file that cannot be read is told and stops no other one; what was landed of it stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from extractors.errors import FixSettings
from extractors.model import Account, ColumnPage, ColumnType, Row, Table, Window
from extractors.settings import PROJECT, config_dir
from extractors.sources.manual import written
from extractors.sources.manual.brands import Brand, load_brands, zone_named
from extractors.sources.manual.convert import ARROW, Column
from extractors.sources.manual.csv_files import check_is_whole, csv_sheet
from extractors.sources.manual.folder import PARQUET, TEXTS, Found, folder_of, found_in, label_of
from extractors.sources.manual.mapping import FileMapping, beside, matches_file
from extractors.sources.manual.parquet_files import parquet_sheet
from extractors.sources.manual.recognise import Known, Recognised, guessed_notation, recognised
from extractors.sources.manual.sheets import Block, Broken, Coded, Sheet
from extractors.sources.manual.workbooks import workbook_sheets
from extractors.sources.manual.written import Notation
from handwritten.lists import CHANNEL_FILES, channels, rule_rows
from handwritten.words import plain

MOST_FAULTS = 10
DECISIVE_KINDS = ("decimal", "date", "timestamp")
"""A row whose money or moment cannot be read is rejected; one that lacks another thing is taken without it."""
DECISIVE = ("currency", "kind", "channel")
PLANNED = ("month", "held_from", "held_to")
"""Days that may lie ahead."""


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

    def sentences(self) -> list[str]:
        """What a person should know of the reading."""
        told = []
        if self.files:
            told.append(f"read {_and_more([one.sentence() for one in self.files])}")
        if self.found.passed_over:
            told.append(f"passed over {_and_more(self.found.passed_over)}")
        told += self.notes
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


def _and_more(names: list[str]) -> str:
    return "; ".join(names[:MOST_FAULTS]) + (
        f"; and {len(names) - MOST_FAULTS} more" if len(names) > MOST_FAULTS else ""
    )


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
        converter = _Converter(self, file)
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
        }
        if name in special:
            return special[name]()
        return written.identifier if name in written.IDS else written.CONVERT[kind]

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
    def platform_of_source(self) -> dict[str, str]:
        rows = rule_rows(self.folders, "source_platforms")
        return {row["source"].casefold(): row["platform"] for row in rows if row.get("source") and row.get("platform")}


def _platform(lists: _Lists) -> written.Converter:
    known = written.known_word(lists.platforms, "no platform", "", is_closed=False)
    platforms, sources = set(lists.platforms), lists.platform_of_source

    def convert(value: Any, notation: Notation) -> str:
        word = str(known(value, notation))
        return word if word in platforms else sources.get(word.casefold(), word)

    return convert


class _Converter:
    """Turns the blocks of one sheet into pages."""

    def __init__(self, reader: TableReader, file: FileRead) -> None:
        self.reader, self.file, self.fitted = reader, file, file.recognised.fitted
        self.table, self.mapping = reader.table, self.fitted.mapping
        self.names = [name for name in self.table.columns if not name.startswith("_")]
        self.columns = {
            name: reader.column(name, self.table.columns[name], file.notation, self.mapping) for name in self.names
        }
        stop = tuple(word.casefold() for word in self.mapping.stop)
        self.stop = stop
        self.constants = {name: self._constant(name, value) for name, value in self.fitted.constants.items()}
        self.has_moments = any(
            kind == "timestamp" and (name in self.fitted.places or self.fitted.stage is not None)
            for name, kind in self.table.columns.items()
        )
        last = reader.window.last_day
        self.last = {"date": last, "timestamp": last + timedelta(days=1)}

    def _constant(self, name: str, value: str) -> Any:
        coded = Coded(pa.array([value], pa.string()), np.zeros(1, dtype=np.int64))
        array, reasons = self.columns[name].array(coded)
        if reasons:
            raise Broken(f"{self.file.where}: {name} is {value!r}, which {reasons[0]}. Say another one.")
        return array[0]

    def page(self, block: Block) -> ColumnPage | None:
        """The rows of the block that say something."""
        block = self._without_blank(block)
        if not len(block):
            return None
        reasons: dict[int, list[str]] = {place: [fault] for place, fault in block.faults.items()}
        arrays = self._arrays(block, reasons)
        arrays, block, reasons = self._without_totals(arrays, block, reasons)
        rows = len(block)
        if not rows:
            return None
        emptied = self._set_apart(reasons)
        self._check(arrays, block, reasons)
        arrays["_file"] = pa.repeat(pa.scalar(self.file.label, pa.string()), rows)
        arrays["_line"] = pa.array(block.lines, pa.int64())
        self.file.rows += rows
        self.file.rejected += len(reasons)
        said = {place: "; ".join(why) for place, why in reasons.items()}
        payloads = {place: self._payload(block, place) for place in said}
        for place, reason in said.items():
            first = reason.split(" ", 1)[0]
            self.reader.reading.reject(self.file.where, int(block.lines[place]), reason, payloads[place].get(first))
        without = {place: "; ".join(why) for place, why in emptied.items() if place not in said}
        for place, reason in without.items():
            self.reader.reading.empty(self.file.where, int(block.lines[place]), reason)
        return ColumnPage(arrays, said, without, payloads)

    def _set_apart(self, reasons: dict[int, list[str]]) -> dict[int, list[str]]:
        """Take out of the reasons what is none to reject a row."""
        table = self.table
        decisive = {*table.key, *table.required, *DECISIVE}
        decisive |= {name for name, kind in table.columns.items() if kind in DECISIVE_KINDS}
        emptied: dict[int, list[str]] = {}
        for place, why in list(reasons.items()):
            apart = [
                one for one in why if one.split(" ", 1)[0] in table.columns and one.split(" ", 1)[0] not in decisive
            ]
            if apart:
                emptied[place] = apart
                reasons[place] = [one for one in why if one not in apart]
                if not reasons[place]:
                    del reasons[place]
        return emptied

    def _payload(self, block: Block, place: int) -> Row:
        ours = {at: name for name, at in self.fitted.places.items()}
        row: Row = {}
        for at, column in enumerate(block.columns):
            header = self.fitted.header[at] if at < len(self.fitted.header) else ""
            if header:
                row[ours.get(at, header)] = written.as_text(column.at(place))
        row["_file"], row["_line"] = self.file.label, int(block.lines[place])
        return row

    def _without_blank(self, block: Block) -> Block:
        width = len(self.fitted.header)
        is_blank = np.ones(len(block), dtype=bool)
        for column in block.columns[:width]:
            is_blank &= _blank_codes(column)[np.minimum(column.codes, len(column.values))]
            if not is_blank.any():
                return block
        for place, _ in block.cell_faults:
            is_blank[place] = False
        for place in block.faults:
            is_blank[place] = False
        return _kept(block, ~is_blank)

    def _arrays(self, block: Block, reasons: dict[int, list[str]]) -> dict[str, pa.Array]:
        rows = len(block)
        arrays: dict[str, pa.Array] = {}
        for name in sorted(self.names, key=lambda one: (one != "brand", self.fitted.places.get(one, 999))):
            kind = self.table.columns[name]
            arrays[name] = self._array(name, kind, block, reasons, arrays)
        if self.fitted.stage is not None and self.mapping.stages:
            self._stage_times(block, arrays, reasons)
        for (place, at), fault in block.cell_faults.items():
            for name, used in self.fitted.places.items():
                if used == at:
                    told = reasons.setdefault(place, [])
                    told[:] = [one for one in told if not one.startswith(f"{name} ")] + [f"{name} {fault}"]
        assert all(len(array) == rows for array in arrays.values())
        return arrays

    def _array(
        self, name: str, kind: ColumnType, block: Block, reasons: dict[int, list[str]], arrays: Mapping[str, pa.Array]
    ) -> pa.Array:
        rows = len(block)
        place = self.fitted.places.get(name)
        if place is not None:
            array, problems = self._converted(self.columns[name], block.columns[place], arrays)
            _add(reasons, name, problems)
        elif name in self.fitted.joined:
            parts = [_as_texts(block.columns[one]) for one in self.fitted.joined[name]]
            array = pc.binary_join_element_wise(*parts, "|", null_handling="replace", null_replacement="")
        elif name in self.constants:
            return pa.repeat(self.constants[name], rows)
        else:
            return pa.nulls(rows, ARROW[kind])
        if name in self.constants and array.null_count:
            array = pc.fill_null(array, self.constants[name])
        return array

    def _converted(
        self, column: Column, coded: Coded, arrays: Mapping[str, pa.Array]
    ) -> tuple[pa.Array, dict[int, str]]:
        if column.kind != "timestamp":
            return column.array(coded)
        brands = pc.unique(arrays["brand"]).to_pylist()
        zones = {brand: self.reader.zone_of(brand, self.mapping) for brand in brands}
        if len(set(zones.values())) <= 1:
            return self._in_zone(column, next(iter(zones.values()), None)).array(coded)
        result = pa.nulls(len(coded.codes), ARROW["timestamp"])
        problems: dict[int, str] = {}
        for brand, zone in zones.items():
            mask = pc.equal(arrays["brand"], brand) if brand is not None else pc.is_null(arrays["brand"])
            mask = pc.fill_null(mask, False)
            array, found = self._in_zone(column, zone).array(coded)
            result = pc.if_else(mask, array, result)
            problems |= {place: reason for place, reason in found.items() if mask[place].as_py()}
        return result, problems

    def _in_zone(self, column: Column, zone: ZoneInfo | None) -> Column:
        if column.notation.zone == zone:
            return column
        self.columns[column.name] = column.in_zone(zone)
        return self.columns[column.name]

    def _stage_times(self, block: Block, arrays: dict[str, pa.Array], reasons: dict[int, list[str]]) -> None:
        stages = self.mapping.stages
        assert stages is not None
        assert self.fitted.stage is not None
        coded = block.columns[self.fitted.stage]
        words = [plain(written.as_text(value) or "") for value in _listed(coded.values)] + [""]
        at, problems = pa.nulls(len(block), ARROW["timestamp"]), dict[int, str]()
        column = self.reader.column("won_at", "timestamp", self.file.notation, self.mapping)
        for place in self.fitted.stage_at:
            found, trouble = self._converted(column, block.columns[place], arrays)
            problems = {**trouble, **problems}
            at = pc.coalesce(at, found)
        for name, meant in stages.words.items():
            codes = np.array([word in meant for word in words])
            mask = codes[np.minimum(coded.codes, len(words) - 1)]
            if not mask.any():
                continue
            # A deal that came to a stage on a day came to it after it was made.
            moment = pc.if_else(_is_earlier_that_day(at, arrays["created_at"]), arrays["created_at"], at)
            arrays[name] = pc.coalesce(arrays[name], pc.if_else(pa.array(mask), moment, pa.scalar(None, at.type)))
            lacking = np.nonzero(mask & arrays[name].is_null().to_numpy(zero_copy_only=False))[0]
            for row in lacking.tolist():
                why = problems.get(row, f"has no moment: the stage says it, and {self._at_headers()} is empty")
                reasons.setdefault(row, []).append(f"{name} {why}")

    def _at_headers(self) -> str:
        return " and ".join(repr(self.fitted.header[place]) for place in self.fitted.stage_at) or "no column of a time"

    def _without_totals(
        self, arrays: dict[str, pa.Array], block: Block, reasons: dict[int, list[str]]
    ) -> tuple[dict[str, pa.Array], Block, dict[int, list[str]]]:
        if not self.stop:
            return arrays, block, reasons
        first = block.columns[0]
        begins = [
            str(written.as_text(value) or "").strip().casefold().startswith(self.stop)
            for value in _listed(first.values)
        ]
        is_total = np.array([*begins, False])[np.minimum(first.codes, len(begins))]
        day = arrays.get(self.table.day or ("date" if "date" in arrays else self.names[0]))
        if day is not None:
            # A campaign may be called Total: only a row without its day is one of totals.
            is_total &= day.is_null().to_numpy(zero_copy_only=False)
        if not is_total.any():
            return arrays, block, reasons
        self.file.totals += int(is_total.sum())
        keep = pa.array(~is_total)
        place_of = np.cumsum(~is_total) - 1
        kept_reasons = {int(place_of[place]): why for place, why in reasons.items() if not is_total[place]}
        return {name: array.filter(keep) for name, array in arrays.items()}, _kept(block, ~is_total), kept_reasons

    def _check(self, arrays: Mapping[str, pa.Array], block: Block, reasons: dict[int, list[str]]) -> None:
        """What no cell alone shows: days that nobody can know yet, required columns without a value."""
        for name, array in arrays.items():
            last = self.last.get(self.table.columns[name])
            if last is None or name in PLANNED or array.null_count == len(array):
                continue
            days = array.cast(pa.date32(), safe=False)
            late = pc.fill_null(pc.greater(days, pa.scalar(last, pa.date32())), False)
            if pc.any(late).as_py():
                asked = self.reader.window.last_day
                _add(reasons, name, dict.fromkeys(_places(late), f"lies after {asked}, the last day asked for"))
        for name in dict.fromkeys((*self.table.required, *(() if self.table.has_empty_keys else self.table.key))):
            if arrays[name].null_count:
                for place in _places(pc.is_null(arrays[name])):
                    if not any(why.startswith(f"{name} ") for why in reasons.get(place, ())):
                        reasons.setdefault(place, []).append(f"{name} is missing")
        if "currency" in arrays:
            self._check_symbols(arrays["currency"], block, reasons)

    def _check_symbols(self, currencies: pa.Array, block: Block, reasons: dict[int, list[str]]) -> None:
        """An amount whose sign is of another currency than its row says."""
        for name, place in self.fitted.places.items():
            if self.table.columns[name] != "decimal" or not self.columns[name].has_odd:
                continue
            coded = block.columns[place]
            if not isinstance(coded.values, pa.Array):
                continue
            has_sign = pc.match_substring_regex(coded.values, r"[^\d\s.,()+'-]")
            if not pc.any(has_sign).as_py():
                continue
            signs = [
                written.without_symbol(value.strip("()"))[1] if value else None for value in coded.values.to_pylist()
            ]
            for code, sign in enumerate(signs):
                if sign is None or sign in written.SHARED_SYMBOLS:
                    continue
                for row in np.nonzero(coded.codes == code)[0].tolist():
                    if currencies[row].is_valid and currencies[row].as_py() != sign:
                        reasons.setdefault(row, []).append(f"{name} is in {sign} and currency says another one")


def _is_earlier_that_day(moment: pa.Array, other: pa.Array) -> pa.Array:
    day = pa.scalar(timedelta(days=1), pa.duration("us"))
    earlier = pc.and_(pc.less(moment, other), pc.greater(pc.add(moment, day), other))
    return pc.fill_null(earlier, False)


def _kept(block: Block, keep: Any) -> Block:
    place_of = np.cumsum(keep) - 1
    return Block(
        [column.take(keep) for column in block.columns],
        block.lines[keep],
        {int(place_of[place]): fault for place, fault in block.faults.items() if keep[place]},
        {(int(place_of[row]), at): fault for (row, at), fault in block.cell_faults.items() if keep[row]},
    )


def _blank_codes(column: Coded) -> Any:
    blank = [value is None or not str(value).strip() for value in _listed_small(column)]
    return np.array([*blank, True])


def _listed_small(column: Coded) -> list[Any]:
    if isinstance(column.values, pa.Array):
        is_blank = pc.fill_null(pc.equal(pc.utf8_trim_whitespace(column.values), ""), True)
        return ["" if one else "x" for one in is_blank.to_pylist()]
    return list(column.values)


def _listed(values: Any) -> list[Any]:
    return values.to_pylist() if isinstance(values, pa.Array) else list(values)


def _as_texts(column: Coded) -> pa.Array:
    texts = pa.array([written.as_text(value) for value in _listed(column.values)] + [None], pa.string())
    return texts.take(pa.array(np.minimum(column.codes, len(texts) - 1)))


def _add(reasons: dict[int, list[str]], name: str, problems: Mapping[int, str]) -> None:
    for place, problem in problems.items():
        reasons.setdefault(place, []).append(f"{name} {problem}")


def _places(mask: pa.Array) -> list[int]:
    return pc.indices_nonzero(mask).to_pylist()  # type: ignore[no-any-return]
