"""Turns the blocks of one sheet into pages of a table's columns, with the reasons of rows that are not taken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from extractors.model import ColumnPage, ColumnType, Row, Table, Window
from extractors.sources.manual import written
from extractors.sources.manual.convert import ARROW, Column
from extractors.sources.manual.findings import FileRead, Reading
from extractors.sources.manual.mapping import FileMapping
from extractors.sources.manual.sheets import Block, Broken, Coded, blank_codes, kept, texts_of
from extractors.sources.manual.stage_times import add_stage_times
from extractors.sources.manual.totals import totals_in
from extractors.sources.manual.written import Notation

DECISIVE = ("currency", "kind", "channel", "held_from", "held_to", "won_at", "lost_at", "cancelled_at")
"""Beside key and required columns: without them money is in no currency, a number somebody's for ever, and a deal open
that was won or lost. A row that lacks another thing is taken without it."""
PLANNED = ("month", "held_from", "held_to")
"""Days that may lie ahead."""
DAYS = ("date", "month", "occurred_at", "created_at")
"""What every row has but one of totals."""


class Reader(Protocol):
    """What a sheet's pages are made by: the table that is read, and how its columns are."""

    table: Table
    window: Window
    reading: Reading

    def column(self, name: str, kind: ColumnType, notation: Notation, mapping: FileMapping) -> Column:
        """How a column of a file is read."""

    def zone_of(self, brand: str | None, mapping: FileMapping) -> ZoneInfo | None:
        """The clock of a row."""


class PageMaker:
    """Turns the blocks of one sheet into pages."""

    def __init__(self, reader: Reader, file: FileRead) -> None:
        self.reader, self.file, self.fitted = reader, file, file.recognised.fitted
        self.table, self.mapping = reader.table, self.fitted.mapping
        self.names = [name for name in self.table.columns if not name.startswith("_")]
        self.columns = {
            name: reader.column(name, self.table.columns[name], file.notation, self.mapping) for name in self.names
        }
        self.constants = {name: self._constant(name, value) for name, value in self.fitted.constants.items()}
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
        if {"spend", "date"} <= arrays.keys():
            self.file.days.update(day for day in pc.unique(arrays["date"]).to_pylist() if day)
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
            is_blank &= blank_codes(column)[np.minimum(column.codes, len(column.values))]
            if not is_blank.any():
                return block
        for place, _ in block.cell_faults:
            is_blank[place] = False
        for place in block.faults:
            is_blank[place] = False
        return kept(block, ~is_blank)

    def _arrays(self, block: Block, reasons: dict[int, list[str]]) -> dict[str, pa.Array]:
        rows = len(block)
        arrays: dict[str, pa.Array] = {}
        for name in sorted(self.names, key=lambda one: (one != "brand", self.fitted.places.get(one, 999))):
            kind = self.table.columns[name]
            arrays[name] = self._array(name, kind, block, reasons, arrays)
        if self.mapping.stages and (self.fitted.stage is not None or self.fitted.stage_said):

            def convert(name: str, kind: ColumnType, place: int) -> tuple[pa.Array, dict[int, str]]:
                column = self.reader.column(name, kind, self.file.notation, self.mapping)
                return self._converted(column, block.columns[place], arrays)

            add_stage_times(self.file, block, arrays, reasons, convert)
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
            for other in self.fitted.others.get(name, ()):
                found, more = self._converted(self.columns[name], block.columns[other], arrays)
                problems |= {row: why for row, why in more.items() if array[row].as_py() is None}
                array = pc.coalesce(array, found)
            _add(reasons, name, problems)
        elif name in self.fitted.joined:
            parts = [texts_of(block.columns[one]) for one in self.fitted.joined[name]]
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

    def _without_totals(
        self, arrays: dict[str, pa.Array], block: Block, reasons: dict[int, list[str]]
    ) -> tuple[dict[str, pa.Array], Block, dict[int, list[str]]]:
        day = next((name for name in DAYS if name in arrays), self.names[0])
        is_total = totals_in(block, arrays, self.fitted, day)
        if not is_total.any():
            return arrays, block, reasons
        self.file.totals += int(is_total.sum())
        keep = pa.array(~is_total)
        place_of = np.cumsum(~is_total) - 1
        kept_reasons = {int(place_of[place]): why for place, why in reasons.items() if not is_total[place]}
        return {name: array.filter(keep) for name, array in arrays.items()}, kept(block, ~is_total), kept_reasons

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
        if self.fitted.until is not None:
            self._check_is_one_day(arrays["date"], block, reasons)
        if "currency" in arrays:
            self._check_symbols(arrays["currency"], block, reasons)

    def _check_is_one_day(self, days: pa.Array, block: Block, reasons: dict[int, list[str]]) -> None:
        """The money of a week is not that of its first day."""
        assert self.fitted.until is not None
        last, _ = self.columns["date"].array(block.columns[self.fitted.until])
        is_later = pc.fill_null(pc.greater(last, days), False)
        said = {place: f"is the first of several days (to {last[place]}); export by day" for place in _places(is_later)}
        _add(reasons, "date", said)

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
                if sign is None:
                    continue
                fitting = written.SHARED_SYMBOLS.get(sign, (sign,))
                for row in np.nonzero(coded.codes == code)[0].tolist():
                    if currencies[row].is_valid and currencies[row].as_py() not in fitting:
                        reasons.setdefault(row, []).append(f"{name} is in {sign} and currency says another one")


def _add(reasons: dict[int, list[str]], name: str, problems: Mapping[int, str]) -> None:
    for place, problem in problems.items():
        reasons.setdefault(place, []).append(f"{name} {problem}")


def _places(mask: pa.Array) -> list[int]:
    return pc.indices_nonzero(mask).to_pylist()  # type: ignore[no-any-return]
