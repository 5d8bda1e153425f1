"""Mappings: what the columns of somebody else's file are here, and how one is laid on a header."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from typing import Any

from babel.numbers import is_currency

from extractors.model import Table
from extractors.sources.manual.written.words import CURRENCY_WORDS, SHARED_SYMBOLS
from handwritten.words import plain

MONEY = ("spend", "amount", "margin", "revenue")
CURRENCY_IN_HEADER = re.compile(r"(?P<name>.*?)[\s,]*[(\[]?\s*(?P<currency>[^\s()\[\],]+)\s*[)\]]?")
STAGE_SAID = ("is_won", "is_lost", "is_closed")
OF_SEVERAL = ("email", "phone")
"""Columns that a file may have several of: what the first leaves empty another one fills."""
STAGE_COLUMNS = ("qualified_at", "opportunity_at", "won_at", "lost_at", "cancelled_at")


@dataclass(frozen=True)
class Stages:
    """A column that names a stage, turned into the moments that a deal came to one."""

    column: tuple[str, ...]
    at: tuple[str, ...]
    """Where the moment of the stage stands; the first of these columns that is filled."""
    words: Mapping[str, tuple[str, ...]]
    """Our column -> the stages that mean it."""
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """``is_won``, ``is_lost``, ``is_closed`` -> the columns in which the file itself says so, whatever the stage is."""


@dataclass(frozen=True)
class FileMapping:
    """How one kind of file is read."""

    name: str
    table: str
    files: str = "*"
    recognised_by: tuple[tuple[str, ...], ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    joined: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Our column -> columns of the file that make its value together."""
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Our column -> their word -> ours."""
    stages: Stages | None = None
    empty: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()
    """Words with which a row of totals begins."""
    until: Mapping[str, str] = field(default_factory=dict)
    """Their header of a first day -> their header of the last day that the same row is of."""
    totals_lack: str | None = None
    """Our column that every row has but those of totals."""
    notes_below: bool = False
    """Whether lines that fill nothing but their first cell are notes about the report."""
    passed_over: tuple[str, ...] = ()
    same_key: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    dates: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    time_zone: str | None = None
    skip_rows: int | None = None
    encoding: str | None = None
    separator: str | None = None

    def over(self, other: FileMapping) -> FileMapping:
        """The other mapping with what this one says put over it."""
        changed: dict[str, Any] = {"name": f"{other.name} with {self.name}"}
        for name in ("constants", "columns", "joined", "values", "until"):
            changed[name] = {**getattr(other, name), **getattr(self, name)}
        for name in ("empty", "stop", "passed_over"):
            changed[name] = (*getattr(other, name), *getattr(self, name))
        for name in SETTINGS_OF_A_FILE:
            if (value := getattr(self, name)) not in (None, (), False):
                changed[name] = value
        return replace(other, **changed)


SETTINGS_OF_A_FILE = (
    "stages",
    "same_key",
    "totals_lack",
    "notes_below",
    "decimal",
    "thousands",
    "dates",
    "times",
    "time_zone",
    "skip_rows",
    "encoding",
    "separator",
)
KEYS = set(FileMapping.__dataclass_fields__)


def own_format(table: Table) -> FileMapping:
    """The mapping of a file that names its columns as we do."""
    columns = {name: (name,) for name in table.columns if not name.startswith("_")}
    return FileMapping(name="our own columns", table=table.name, columns=columns)


@dataclass(frozen=True)
class Fitted:
    """A mapping laid on the header of one file."""

    mapping: FileMapping
    header: tuple[str, ...]
    places: Mapping[str, int]
    """Our column -> which column of the file it is."""
    joined: Mapping[str, tuple[int, ...]]
    until: int | None
    """Which column of the file says the last day of a row."""
    stage: int | None
    stage_at: tuple[int, ...]
    stage_said: Mapping[str, int]
    others: Mapping[str, tuple[int, ...]]
    """Our column -> more columns of the file that may hold it."""
    constants: Mapping[str, str]
    unused: tuple[str, ...]
    """Headers that nothing is taken from."""
    missing: tuple[str, ...]
    """Required columns that neither the file nor a constant gives."""
    doubled: tuple[str, ...]
    """Headers that are there twice and are wanted."""

    @property
    def taken(self) -> int:
        """How many columns of the file are used."""
        return len(self.places)


def fit(mapping: FileMapping, header: Sequence[str], required: Sequence[str], given: Mapping[str, str]) -> Fitted:
    """Lay a mapping on a header. ``given`` are constants that stand where neither file nor mapping says anything."""
    spelled: dict[str, list[int]] = {}
    for place, name in enumerate(header):
        if name.strip():
            spelled.setdefault(plain(name) or name.strip(), []).append(place)
    bare = {plain(name): [place] for place, name in reversed([*enumerate(map(_bare, header))]) if name}
    constants, places, doubled = dict(mapping.constants), dict[str, int](), list[str]()
    for column, aliases in mapping.columns.items():
        for alias in aliases:
            found = spelled.get(plain(alias) or alias) or (bare.get(plain(alias)) if column in MONEY else None)
            if found:
                places[column] = found[0]
                if len(found) > 1:
                    doubled.append(header[found[0]])
                break
    if "currency" not in places and "currency" not in constants:
        money = [currencies_of(header[place])[1] for column, place in places.items() if column in MONEY]
        if named := next(filter(None, money), ()):
            # A mark that several currencies have says which only where the brand's is one of them.
            usual = given.get("currency", "")
            given = {**given, "currency": usual if usual in named else named[0] if len(named) == 1 else ""}

    def there(headers: Sequence[str]) -> tuple[int, ...]:
        return tuple(spelled[plain(one)][0] for one in headers if plain(one) in spelled)

    joined = {
        column: parts for column, names in mapping.joined.items() if column not in places and (parts := there(names))
    }
    others = {
        column: tuple(dict.fromkeys(there(aliases)))[1:]
        for column, aliases in mapping.columns.items()
        if column in OF_SEVERAL
    }
    stage, stage_at, stage_said = None, tuple[int, ...](), dict[str, int]()
    if mapping.stages:
        stage = next(iter(there(mapping.stages.column)), None)
        stage_at = there(mapping.stages.at)
        stage_said = {name: said[0] for name, headers in mapping.stages.said.items() if (said := there(headers))}
    first_day = plain(header[places["date"]]) if "date" in places else ""
    lasts = (last for first, last in mapping.until.items() if plain(first) == first_day and plain(last) in spelled)
    until = next((spelled[plain(last)][0] for last in lasts), None)
    for column, value in given.items():
        if value and column not in places and column not in joined:
            constants.setdefault(column, value)
    used = {*places.values(), *(place for parts in joined.values() for place in parts), *stage_at}
    used |= {*stage_said.values(), *(place for more in others.values() for place in more)}
    used |= {place for place in (stage, until) if place is not None}
    unused = tuple(name for place, name in enumerate(header) if name.strip() and place not in used)
    missing = tuple(one for one in required if one not in places and one not in joined and one not in constants)
    taken = (places, joined, until, stage, stage_at, stage_said, others, constants)
    return Fitted(mapping, tuple(header), *taken, unused, missing, tuple(doubled))


def currencies_of(header: str) -> tuple[str, tuple[str, ...]]:
    """A header without the currency that it names, and which it may be: ``Cost ($)`` is ``Cost`` in one of dollars."""
    said = CURRENCY_IN_HEADER.fullmatch(header.strip())
    if not said or not said["name"]:
        return header, ()
    word = said["currency"]
    if re.fullmatch("[A-Z]{3}", word) and is_currency(word):
        return said["name"], (word,)
    if word in SHARED_SYMBOLS:
        return said["name"], SHARED_SYMBOLS[word]
    code = CURRENCY_WORDS.get(word.casefold())
    return (said["name"], (code,)) if code else (header, ())


def _bare(header: str) -> str:
    name, currencies = currencies_of(header)
    return name if currencies else ""


def is_recognised(mapping: FileMapping, header: Sequence[str]) -> tuple[str, ...]:
    """The headers by which a shipped mapping knows the file; empty where it does not."""
    spelled = {plain(name) for name in header}
    spelled |= {plain(name) for name in map(_bare, header) if name}
    fitting = [one for one in mapping.recognised_by if all(plain(word) in spelled for word in one)]
    return max(fitting, key=len, default=())


def matches_file(mapping: FileMapping, name: str) -> bool:
    """Whether a person's mapping is meant for a file of this name."""
    return fnmatch(name.lower(), mapping.files.lower())
