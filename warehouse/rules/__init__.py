"""Lays out the rules of a build: the project's rule files, each replaced by yours of the same name."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from handwritten.activations import FILE as ACTIVATIONS
from handwritten.activations import WrongActivations, read_activations
from handwritten.plain_yaml import NotYaml, load
from handwritten.tables import Line, Unreadable, lines_of
from handwritten.words import did_you_mean
from warehouse import settings
from warehouse.errors import FixRules
from warehouse.rules.files import RULE_FILES, RuleFile
from warehouse.rules.named_brands import refuse_unlisted_brands
from warehouse.rules.table import RuleTable
from warehouse.rules.together import check_together, misplaced
from warehouse.rules.values import Check, a_pattern, a_small_pattern

SHIPPED = settings.DBT_PROJECT / "seeds"
ACCOUNT_COLUMNS = ["source", "account", "brand"]
ANY_TEXT = RuleFile(key=())
LANDED = ("kept", "left_out")
"""What becomes of the rows of an account that is read no more."""


def lay_out_rules() -> list[str]:
    """Write the rules of this build where dbt reads them; returns the names that your configuration replaced.

    All are read before the first is written, so that a wrong file changes nothing.
    """
    tables = _read_together()
    folder = settings.rules_dir()
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.csv"):
        old.unlink()
    for table in tables:
        with (folder / f"{table.file.stem}.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(table.columns)
            writer.writerows(table.rows)
    return sorted(_own() & _shipped().keys())


def wrong_rules() -> list[str]:
    """What a build would refuse of the rule files: a sentence for each, or one for what they say together."""
    shipped, wrong = _shipped(), []
    for file in (settings.config_dir() / f"{name}.csv" for name in sorted(_own() & shipped.keys())):
        try:
            usual = read_rule_file(shipped[file.stem], ANY_TEXT)
            read_rule_file(file, RULE_FILES.get(file.stem, ANY_TEXT), usual.columns)
        except FixRules as refused:
            wrong.append(str(refused))
    if not wrong:
        try:
            _read_together()
        except FixRules as refused:
            wrong.append(str(refused))
    return wrong


def _shipped() -> dict[str, Path]:
    return {file.stem: file for file in sorted(SHIPPED.glob("*.csv"))}


def _own() -> set[str]:
    return {file.stem for file in settings.config_dir().glob("*.csv")}


def _read_together() -> list[RuleTable]:
    """All rule files, each replaced by yours of the same name, and held against each other."""
    config, shipped, own = settings.config_dir(), _shipped(), _own()
    misplaced(config, shipped)
    tables, usual = [], {}
    for name, file in shipped.items():
        usual[name] = read_rule_file(file, ANY_TEXT)
        read = config / f"{name}.csv" if name in own else file
        tables.append(read_rule_file(read, RULE_FILES.get(name, ANY_TEXT), usual[name].columns))
    accounts = config / "accounts.yml"
    tables.append(_accounts(accounts))
    if (config / ACTIVATIONS).exists():
        position = list(shipped).index("activations")
        destinations = tables[list(shipped).index("activation_destinations")]
        tables[position] = _activations(config, [row[0].lower() for row in destinations.rows], tables[position])
    if accounts.exists() or "brands" in own:
        named = [(table.file, brand) for table in tables for brand in _brands_in(table)]
        refuse_unlisted_brands(config / "brands.csv", _brands_in(tables[list(shipped).index("brands")]), named)
    check_together({table.file.stem: table for table in tables}, usual)
    return tables


def _activations(config: Path, destinations: list[str], shipped: RuleTable) -> RuleTable:
    """What ``activations.yml`` says, as a rule file: a line for each account and milestone."""
    try:
        told = read_activations(config, destinations)
    except WrongActivations as wrong:
        raise FixRules(str(wrong)) from None
    rows = [
        [
            one.brand, one.destination, one.account, tell.milestone, tell.told_as, tell.value_from,
            "" if tell.fixed_value is None else str(tell.fixed_value), one.consent, str(tell.hold_days),
        ]
        for one in told
        for tell in one.tells
    ]  # fmt: skip
    return RuleTable(config / ACTIVATIONS, shipped.columns, rows)


def read_rule_file(file: Path, rule: RuleFile, columns: list[str] | None = None) -> RuleTable:
    """Read one CSV file; what is wrong is said with its line and its cure."""
    lines = list(_lines(file))
    if not lines:
        raise FixRules(f"{file} is empty. Write at least the line with the column names.")
    header = [name.lower() for name in lines[0][1]]
    while len(header) > 1 and not header[-1]:
        header.pop()
    columns = columns or header
    _check_header(file, header, columns)
    order = [header.index(name) for name in columns]
    rows, numbers, seen = [], list[int](), dict[tuple[str, ...], int]()
    for line, cells in lines[1:]:
        if not any(cells):
            continue
        while len(cells) > len(header) and not cells[-1]:
            cells.pop()
        if len(cells) != len(header):
            raise FixRules(
                f"{file}, line {line}: {len(cells)} values under {len(header)} columns. "
                "Put quotes around a value that holds a comma."
            )
        row = [cells[position] for position in order]
        _check_row(f"{file}, line {line}", dict(zip(columns, row, strict=True)), rule)
        if rule.key:
            key = tuple(_told_apart(row[columns.index(name)], rule.values.get(name)) for name in rule.key)
            if key in seen:
                raise FixRules(
                    f"{file}, line {line}: the same {', '.join(rule.key)} as in line {seen[key]}. Remove one of them."
                )
            seen[key] = line
        rows.append(row)
        numbers.append(line)
    return RuleTable(file, columns, rows, numbers)


def _lines(file: Path) -> Iterator[Line]:
    """The lines with their numbers, of whatever encoding and separator a person's program wrote."""
    try:
        yield from lines_of(file)
    except Unreadable as unreadable:
        where = f"{file}, line {unreadable.line}" if unreadable.line else f"{file}"
        raise FixRules(f"{where}: {unreadable}") from None


def _brands_in(table: RuleTable) -> list[str]:
    """The brands that a rule file names, in their order."""
    if "brand" not in table.columns:
        return []
    return [row[table.columns.index("brand")] for row in table.rows]


def _check_header(file: Path, header: list[str], columns: list[str]) -> None:
    known = ", ".join(columns)
    for name in header:
        if header.count(name) > 1:
            raise FixRules(f"{file}, line 1: the column {name!r} is there twice. Remove one.")
        if name not in columns:
            raise FixRules(
                f"{file}, line 1: the column {name!r} is unknown. The columns are {known}.{did_you_mean(name, columns)}"
            )
    for name in columns:
        if name not in header:
            raise FixRules(f"{file}, line 1: the column {name!r} is missing. The columns are {known}.")


def _check_row(where: str, row: dict[str, str], rule: RuleFile) -> None:
    for name in rule.required:
        if not row[name]:
            raise FixRules(f"{where}: {name} is empty. Fill it in, or remove the line.")
    for name, check in rule.values.items():
        if row[name] and (wanted := check(row[name])):
            raise FixRules(f"{where}: {name} is {row[name]!r} and must be {wanted}.")
    for row_check in rule.rows:
        if wrong := row_check(row):
            raise FixRules(f"{where}: {wrong}")


def _told_apart(value: str, check: Check | None) -> str:
    """In a pattern the case has a meaning; everywhere else the models don't see it."""
    return value if check in (a_pattern, a_small_pattern) else value.lower()


def listed_accounts() -> set[tuple[str, str]]:
    """Source and account of every account that is read."""
    return {(source, account) for source, account, _ in _accounts(settings.config_dir() / "accounts.yml").rows}


def former_accounts() -> dict[tuple[str, str], str]:
    """Source and account of those that are read no more, and what becomes of what is landed of them."""
    file = settings.config_dir() / "accounts.yml"
    content = _accounts_file(file) or {}
    former = {}
    for number, entry in enumerate(content.get("former_accounts") or (), start=1):
        if not isinstance(entry, dict) or not {"source", "account"} <= set(entry) or entry.get("landed") not in LANDED:
            raise FixRules(
                f"{file}, former account {number}: it must have 'source', 'account' and 'landed', which is "
                f"{' or '.join(LANDED)}."
            )
        former[str(entry["source"]), str(entry["account"])] = str(entry["landed"])
    return former


def _accounts_file(file: Path) -> Any:
    """What the file holds; None where there is none."""
    try:
        return load(file.read_text(encoding="utf-8-sig"), words_are_booleans=True) or {}
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FixRules(f"{file} cannot be read: {error.strerror}.") from None
    except NotYaml as broken:
        line = f", line {broken.line}" if broken.line else ""
        raise FixRules(f"{file}{line}: {broken}") from None
    except UnicodeDecodeError:
        raise FixRules(f"{file}: this is not UTF-8. Save the file as UTF-8.") from None


def _accounts(file: Path) -> RuleTable:
    """Who is to deliver data, so that silence is noticed. Without the file there are no expectations."""
    content = _accounts_file(file)
    if content is None:
        return RuleTable(file, ACCOUNT_COLUMNS, [])
    entries = content.get("accounts") if isinstance(content, dict) else None
    if not isinstance(entries, list):
        raise FixRules(f"{file}: there is no list 'accounts'. See config/accounts.example.yml.")
    rows: list[list[str]] = []
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict) or not entry.get("source"):
            raise FixRules(f"{file}, account {number}: it must have a 'source'. See config/accounts.example.yml.")
        source, brand = str(entry["source"]), entry.get("brand")
        # The rates and the drop folder need no account id: there is one of each.
        row = [source, str(entry.get("account") or source), "" if brand is None else str(brand)]
        if row[:2] in [other[:2] for other in rows]:
            raise FixRules(f"{file}: {row[0]} account {row[1]} is listed twice. Remove one.")
        rows.append(row)
    return RuleTable(file, ACCOUNT_COLUMNS, rows)
