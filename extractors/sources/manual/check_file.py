"""Reads a file, a table's folder or a whole drop without landing anything, and says what a pull would make of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from extractors.errors import FixSettings
from extractors.model import Account, ColumnPage, Row, Table, Window
from extractors.sources.manual.findings import FileRead, Reading
from extractors.sources.manual.folder import READABLE, folder_of
from extractors.sources.manual.mapping import FileMapping
from extractors.sources.manual.mapping_files import beside, shipped
from extractors.sources.manual.reading import TableReader
from extractors.sources.manual.same_key import settled
from handwritten.words import nearest, plain

MONEY = {"spend": ("date", "spend"), "deals": ("created_at", "amount"), "plan": ("month", "spend")}
"""Table -> its day and its money."""
BY = ("brand", "platform", "channel", "currency")
MOST_COMPARED = 200_000
"""Rows whose keys are compared; a file of more shows its doubles at the pull."""
GUESSES: Mapping[str, tuple[str, ...]] = {
    "date": ("Datum", "Fecha", "Дата", "Invoice date", "Rechnungsdatum"),
    "spend": ("Amount", "Betrag", "Ausgaben", "Сумма", "Importe", "Net", "Netto"),
    "amount": ("Value", "Wert", "Total", "Summe"),
    "campaign_name": ("Title", "Titel", "Description", "Beschreibung"),
}
"""Words that no vendor's export has, and that people write."""
Choices = Mapping[tuple[str, str], tuple[str, ...]]


@dataclass
class Checked:
    """What a pull would make of the files of one table."""

    table: Table
    reading: Reading
    money: dict[tuple[str, ...], Decimal] = field(default_factory=dict)
    """(month, brand, platform or channel, currency) -> the sum of what would be landed."""

    def sentences(self) -> Iterator[str]:
        """All that is to be said, a line each."""
        for file in self.reading.files:
            yield from _of_file(file)
        for broken in self.reading.broken:
            yield f"refused: {broken}"
        for passed in self.reading.found.passed_over:
            yield f"passed over: {passed}"
        yield from self.reading.notes
        yield from self.reading.doubts()
        for key, amount in sorted(self.money.items()):
            yield f"  {'  '.join(key)}  {amount:,.2f}"
        for reason, count in self.reading.reasons.most_common():
            yield f"{count:,} rows would be rejected: {reason}"
        for reason, count in self.reading.emptied.most_common():
            place = self.reading.first_places[reason]
            yield f"{count:,} rows would be taken without a value: {reason} (first in {place})"
        for fault in self.reading.faults:
            value = f" [{fault.value}]" if fault.value else ""
            yield f"  {fault.where}, line {fault.line}: {fault.reason}{value}"

    @property
    def is_good(self) -> bool:
        """Whether all of it would be landed."""
        return not self.reading.broken and not self.reading.reasons


def _of_file(file: FileRead) -> Iterator[str]:
    found, fitted = file.recognised, file.recognised.fitted
    line = found.head.lines[found.index][0]
    yield f"{file.where}: read as {fitted.mapping.name}, because {found.why}" + (
        f" (in line {line})" if line > 1 else ""
    )
    for column, place in fitted.places.items():
        yield f"  {fitted.header[place]!r} -> {column}"
    for column, places in fitted.others.items():
        for place in places:
            yield f"  {fitted.header[place]!r} -> {column}, where there is no other"
    for column, places in fitted.joined.items():
        yield f"  {' and '.join(repr(fitted.header[place]) for place in places)} -> {column}"
    if fitted.stage is not None and fitted.mapping.stages:
        at = " or ".join(repr(fitted.header[place]) for place in dict.fromkeys(fitted.stage_at))
        moment = f" at {at}" if at else ""
        yield f"  {fitted.header[fitted.stage]!r}{moment} -> {', '.join(fitted.mapping.stages.words)}"
    for said, place in fitted.stage_said.items():
        yield f"  {fitted.header[place]!r} -> {said}, whatever the stage is"
    for column, value in fitted.constants.items():
        yield f"  always {value!r} -> {column}"
    if fitted.unused:
        yield f"  not used: {', '.join(map(repr, fitted.unused))}"
    marks = [f"decimals behind {file.notation.decimal!r}"] if file.notation.decimal else []
    if file.notation.day_first is not None:
        marks.append("days before months" if file.notation.day_first else "months before days")
    if marks:
        yield f"  {', '.join(marks)}"
    yield f"  {file.rows:,} rows, {file.rejected:,} rejected" + (f", {file.totals} of totals" if file.totals else "")


def check(
    path: Path, tables: Sequence[Table], choices: Choices, accounts: Sequence[Account], last_day: date, table: str = ""
) -> list[Checked]:
    """What a pull up to a day would make of a file, of the folder of a table, or of a whole drop."""
    if not path.exists():
        raise FixSettings(f"{path} is not there.")
    path, window = path.resolve(), Window(date(2000, 1, 1), last_day)
    named = {one.name: one for one in tables}
    if table and table not in named:
        raise FixSettings(f"There is no table {table!r}; there are {', '.join(named)}.")
    if path.is_file():
        account = _account_of(path.parent.parent, accounts)
        return [_best_table(path, tables, choices, account, window, table)]
    if path.name in named:
        account = _account_of(path.parent, accounts)
        return [_folder(named[path.name], path.parent, tables, choices, account, window)]
    account = _account_of(path, accounts)
    wanted = [one for one in tables if (path / one.name).is_dir() or one is tables[0]]
    return [_folder(one, path, tables, choices, account, window) for one in wanted]


def _account_of(folder: Path, accounts: Sequence[Account]) -> Account:
    """The account whose drop this is; one without a word where it is nobody's."""
    for account in accounts:
        if folder_of(account).resolve() == folder:
            return account
    return Account("manual", "manual", "manual", brand=accounts[0].brand if len(accounts) == 1 else None)


def _folder(
    table: Table, folder: Path, tables: Sequence[Table], choices: Choices, account: Account, window: Window
) -> Checked:
    options = {**account.options, "folder": str(folder)}
    listed = Account(account.source, account.account, account.connection, account.brand, options)
    reader = TableReader(table, choices, listed, window)
    return _checked(table, reader, reader.pages([one.name for one in tables]))


def _best_table(
    path: Path, tables: Sequence[Table], choices: Choices, account: Account, window: Window, wanted: str
) -> Checked:
    """The table that the file lies in, or the one that it can be read as."""
    lies_in = wanted or (path.parent.name if path.parent.name in {one.name for one in tables} else "")
    if path.suffix.lower() not in READABLE:
        raise FixSettings(f"{path.name}: files of this kind are not read. Save it as CSV, XLSX or Parquet.")
    tried = []
    for table in tables:
        if lies_in and table.name != lies_in:
            continue
        reader = TableReader(table, choices, account, window)
        mappings = beside(path.parent, table) if path.parent.name == table.name else ()
        reader.reading.rank[f"{path.parent.name}/{path.name}"] = 0
        tried.append(_checked(table, reader, reader.pages_of(path, mappings)))
    return max(
        tried, key=lambda one: (bool(one.reading.files), sum(file.rows - file.rejected for file in one.reading.files))
    )


def _checked(table: Table, reader: TableReader, pages: Iterator[ColumnPage]) -> Checked:
    checked = Checked(table, reader.reading)
    kept: list[pa.Table] = []
    count = 0
    for page in pages:
        mask = np.ones(len(page), dtype=bool)
        mask[list(page.reasons)] = False
        rows = pa.table(dict(page.columns)).filter(pa.array(mask))
        _add_money(checked, rows, reader)
        count += len(rows)
        if count <= MOST_COMPARED:
            kept.append(rows)
    if count <= MOST_COMPARED and kept:
        _compare_keys(table, reader.reading, pa.concat_tables(kept, promote_options="default"))
    return checked


def _add_money(checked: Checked, rows: pa.Table, reader: TableReader) -> None:
    day, money = MONEY.get(checked.table.name, ("", ""))
    if not day or not len(rows):
        return
    moments = rows[day].cast(pa.timestamp("s"), safe=False)
    if checked.table.columns[day] == "timestamp":
        moments = _on_clocks(moments, rows["brand"], reader)
    months = pc.strftime(moments, format="%Y-%m")
    by = [name for name in BY if name in rows.column_names]
    sums = (
        rows.select([*by, money]).append_column("_month", months).group_by(["_month", *by]).aggregate([(money, "sum")])
    )
    for row in sums.to_pylist():
        key = (row["_month"] or "no month", *(row[name] or "-" for name in by))
        checked.money[key] = checked.money.get(key, Decimal(0)) + (row[f"{money}_sum"] or Decimal(0))


def _on_clocks(moments: pa.ChunkedArray, brands: pa.ChunkedArray, reader: TableReader) -> pa.ChunkedArray:
    """What the clock of each row's brand shows: a month is one of the brand's, not of Greenwich."""
    for brand in pc.unique(brands).to_pylist():
        known = reader.brands.get(brand or "")
        if zone := reader.zone or (known.zone if known else None):
            local = pc.local_timestamp(pc.assume_timezone(moments, "UTC").cast(pa.timestamp("s", str(zone))))
            moments = pc.if_else(pc.fill_null(pc.equal(brands, brand), False), local, moments)
    return moments


def _compare_keys(table: Table, reading: Reading, rows: pa.Table) -> None:
    counted = Counter(tuple(row.values()) for row in rows.select(list(table.key)).to_pylist())
    if all(count == 1 for count in counted.values()):
        return
    alike: list[Row] = [row for row in rows.to_pylist() if counted[tuple(row[name] for name in table.key)] > 1]
    settled(reading, table, alike)


def guessed_mapping(path: Path, checked: Checked, table: Table) -> str:
    """A mapping.yml for the file as it was read, or for what its headers seem to mean, to be corrected."""
    if checked.reading.files:
        fitted = checked.reading.files[0].recognised.fitted
        header, places, constants = list(fitted.header), dict(fitted.places), dict(fitted.constants)
        name, notation = fitted.mapping.name, checked.reading.files[0].notation
        same_key, decimal = fitted.mapping.same_key, notation.decimal
    else:
        header, places = _guessed_columns(path, table)
        constants, name, same_key, decimal = {}, "guessed from the headers", None, None
    lines = [
        f"# {path.name}: {name}. Correct what is wrong; docs/manual-files.md says what may stand here.",
        "columns:",
    ]
    lines += [f"  {column}: {_quoted(header[place])}" for column, place in places.items()]
    missing = [one for one in table.required if one not in places and one not in constants]
    if constants or missing:
        lines.append("constants:")
        lines += [f"  {column}: {_quoted(value)}" for column, value in constants.items()]
        lines += [f"  {column}: ''  # needed: write it here, or name its column above" for column in missing]
    unused = [one for place, one in enumerate(header) if one and place not in places.values()]
    if unused:
        lines += ["passed_over:", *(f"  - {_quoted(one)}" for one in unused)]
    if decimal:
        lines.append(f"decimal: {_quoted(decimal)}")
    lines.append(
        f"same_key: {same_key or 'refuse'}  # add: numbers of one key are added up; newest: the later row counts"
    )
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _guessed_columns(path: Path, table: Table) -> tuple[list[str], dict[str, int]]:
    reader = TableReader(table, {}, Account("manual", "manual", "manual"), Window(date(2000, 1, 1), date(2000, 1, 1)))
    aliases = {plain(word): column for column, words in GUESSES.items() if column in table.columns for word in words}
    for mapping in (*shipped(), FileMapping("", table.name, columns={name: (name,) for name in table.columns})):
        if mapping.table == table.name:
            aliases |= {plain(alias): column for column, words in mapping.columns.items() for alias in words}
    best: tuple[int, list[str], dict[str, int]] = (-1, [], {})
    for sheet in reader.sheets_of(path, path.name):
        for head in sheet.heads:
            for _, cells in head.lines[:25]:
                places: dict[str, int] = {}
                for place, cell in enumerate(cells):
                    meant = nearest(cell, aliases, cutoff=0.85) if cell.strip() else None
                    if meant is not None:
                        places.setdefault(aliases[meant], place)
                score = 2 * len(places) + len({cell for cell in cells if cell.strip()})
                if score > best[0]:
                    best = score, [cell.strip() for cell in cells], places
    return best[1], best[2]
