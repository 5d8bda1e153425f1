"""Mappings: what the columns of somebody else's file are here, and how its values are written.

A mapping is YAML. Those of ``shipped/`` know the exports of vendors by their headers; ``mapping.yml`` beside the files
is a person's own: with ``columns`` it is a mapping of its own, without them it adds to whichever fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from functools import lru_cache
from pathlib import Path
from typing import Any

from extractors.errors import FixSettings
from extractors.model import Table
from handwritten.plain_yaml import NotYaml, load
from handwritten.words import did_you_mean, plain

SHIPPED = Path(__file__).with_name("shipped")
SAME_KEY = ("refuse", "add", "newest")
MONEY = ("spend", "amount", "margin", "revenue")
CURRENCY_IN_HEADER = re.compile(r"^(?P<name>.*?)[\s,]*[(\[]?\b(?P<currency>[A-Z]{3})\b[)\]]?$")
STAGE_COLUMNS = ("qualified_at", "opportunity_at", "won_at", "lost_at", "cancelled_at")


@dataclass(frozen=True)
class Stages:
    """A column that names a stage, turned into the moments that a deal came to one."""

    column: tuple[str, ...]
    at: tuple[str, ...]
    """Where the moment of the stage stands; the first of these columns that is filled."""
    words: Mapping[str, tuple[str, ...]]
    """Our column -> the stages that mean it."""


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
        for name in ("constants", "columns", "joined", "values"):
            changed[name] = {**getattr(other, name), **getattr(self, name)}
        for name in ("empty", "stop", "passed_over"):
            changed[name] = (*getattr(other, name), *getattr(self, name))
        for name in SETTINGS_OF_A_FILE:
            if (value := getattr(self, name)) not in (None, ()):
                changed[name] = value
        return replace(other, **changed)


SETTINGS_OF_A_FILE = (
    "stages",
    "same_key",
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


@lru_cache(maxsize=1)
def shipped() -> tuple[FileMapping, ...]:
    """The mappings that come with the product."""
    found: list[FileMapping] = []
    for file in sorted(SHIPPED.glob("*.yml")):
        found.extend(_read(file, None))
    return tuple(found)


def beside(folder: Path, table: Table) -> tuple[FileMapping, ...]:
    """A person's mappings in a table's folder; none where there is no ``mapping.yml``."""
    for name in ("mapping.yml", "mapping.yaml"):
        if (file := folder / name).is_file():
            return tuple(_read(file, table))
    return ()


def _read(file: Path, table: Table | None) -> Iterator[FileMapping]:
    where = f"{file.parent.name}/{file.name}"
    try:
        content = load(file.read_text(encoding="utf-8-sig"))
    except NotYaml as broken:
        raise FixSettings(f"{where}{f', line {broken.line}' if broken.line else ''}: {broken}") from None
    except UnicodeDecodeError:
        raise FixSettings(f"{where}: this is not UTF-8. Save it again as UTF-8.") from None
    for number, entry in enumerate(content if isinstance(content, list) else [content or {}], start=1):
        here = where if not isinstance(content, list) else f"{where}, mapping {number}"
        if not isinstance(entry, dict):
            raise FixSettings(f"{here}: it must have names and values. See docs/manual-files.md.")
        yield _mapping(here, file.stem, entry, table)


def _mapping(where: str, name: str, entry: Mapping[str, Any], table: Table | None) -> FileMapping:
    for key in entry:
        if key not in KEYS:
            raise FixSettings(
                f"{where}: {key!r} means nothing here; known are {', '.join(sorted(KEYS))}.{did_you_mean(key, KEYS)}"
            )
    values = dict(entry)
    values.setdefault("name", where if table else name)
    if table:
        values["table"] = table.name
        known = [column for column in table.columns if not column.startswith("_")]
        for key in ("columns", "constants", "joined", "values"):
            for column in _named(where, key, values.get(key) or {}):
                if column not in known:
                    raise FixSettings(
                        f"{where}: {key} names {column!r}, which is no column of {table.name}; the columns are "
                        f"{', '.join(known)}.{did_you_mean(column, known)}"
                    )
    for key in ("columns", "joined"):
        values[key] = {column: _words(theirs) for column, theirs in _named(where, key, values.get(key) or {}).items()}
    constants = _named(where, "constants", values.get("constants") or {})
    values["constants"] = {column: str(value) for column, value in constants.items()}
    translated = _named(where, "values", values.get("values") or {})
    values["values"] = {
        column: {plain(str(their)): str(our) for their, our in _named(where, column, words).items()}
        for column, words in translated.items()
    }
    for key in ("empty", "stop", "passed_over", "dates", "times"):
        values[key] = _words(values.get(key) or ())
    values["recognised_by"] = tuple(_words(one) for one in values.get("recognised_by") or ())
    if values.get("stages"):
        values["stages"] = _stages(where, _named(where, "stages", values["stages"]))
    if values.get("same_key") not in (None, *SAME_KEY):
        raise FixSettings(f"{where}: same_key is {values['same_key']!r} and must be one of {', '.join(SAME_KEY)}.")
    for key in ("decimal", "thousands", "separator"):
        mark = {"tab": "\t", "space": " "}.get(str(values.get(key)), values.get(key))
        if mark is not None and (not isinstance(mark, str) or len(mark) != 1):
            raise FixSettings(f"{where}: {key} must be one mark in quotes, such as ',' or ';' (or tab, or space).")
        values[key] = mark
    skip = values.get("skip_rows")
    if skip is not None and (isinstance(skip, bool) or not isinstance(skip, int) or skip < 0):
        raise FixSettings(f"{where}: skip_rows must be a whole number such as 2.")
    if values.get("encoding"):
        try:
            "".encode(str(values["encoding"]))
        except LookupError:
            raise FixSettings(f"{where}: there is no encoding {values['encoding']!r}; say utf-8 or cp1252.") from None
    return FileMapping(**values)


def _stages(where: str, said: Mapping[str, Any]) -> Stages:
    for key in said:
        if key not in ("column", "at", *STAGE_COLUMNS):
            raise FixSettings(
                f"{where}: stages names {key!r}; it takes column, at and {', '.join(STAGE_COLUMNS)}."
                f"{did_you_mean(key, STAGE_COLUMNS)}"
            )
    if not said.get("column"):
        raise FixSettings(f"{where}: stages must say in which column the stage stands.")
    words = {key: tuple(plain(word) for word in _words(said[key])) for key in STAGE_COLUMNS if said.get(key)}
    return Stages(_words(said["column"]), _words(said.get("at") or ()), words)


def _named(where: str, key: str, said: Any) -> Mapping[str, Any]:
    if not isinstance(said, dict):
        raise FixSettings(f"{where}: {key} must be names and values.")
    return {str(name): value for name, value in said.items()}


def _words(said: Any) -> tuple[str, ...]:
    return tuple(str(word) for word in said) if isinstance(said, list | tuple) else (str(said),)


@dataclass(frozen=True)
class Fitted:
    """A mapping laid on the header of one file."""

    mapping: FileMapping
    header: tuple[str, ...]
    places: Mapping[str, int]
    """Our column -> which column of the file it is."""
    joined: Mapping[str, tuple[int, ...]]
    stage: int | None
    stage_at: tuple[int, ...]
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
    constants, places, doubled = dict(mapping.constants), dict[str, int](), list[str]()
    for column, aliases in mapping.columns.items():
        for alias in aliases:
            found = spelled.get(plain(alias) or alias)
            if found is None and column in MONEY:
                found, currency = _with_currency(header, alias)
                if found and "currency" in (*required, "currency") and currency:
                    constants.setdefault("currency", currency)
            if found:
                places[column] = found[0]
                if len(found) > 1:
                    doubled.append(header[found[0]])
                break
    if "currency" in places and "currency" not in mapping.constants:
        constants.pop("currency", None)
    joined = {}
    for column, names in mapping.joined.items():
        parts = tuple(spelled[plain(name)][0] for name in names if plain(name) in spelled)
        if column not in places and parts:
            joined[column] = parts
    stage, stage_at = None, tuple[int, ...]()
    if mapping.stages:
        stage = next((spelled[plain(one)][0] for one in mapping.stages.column if plain(one) in spelled), None)
        stage_at = tuple(spelled[plain(one)][0] for one in mapping.stages.at if plain(one) in spelled)
    for column, value in given.items():
        if column not in places and column not in joined:
            constants.setdefault(column, value)
    used = {*places.values(), *(place for parts in joined.values() for place in parts), *stage_at}
    used |= {stage} if stage is not None else set()
    unused = tuple(name for place, name in enumerate(header) if name.strip() and place not in used)
    missing = tuple(one for one in required if one not in places and one not in joined and one not in constants)
    return Fitted(mapping, tuple(header), places, joined, stage, stage_at, constants, unused, missing, tuple(doubled))


def _with_currency(header: Sequence[str], alias: str) -> tuple[list[int], str | None]:
    for place, name in enumerate(header):
        said = CURRENCY_IN_HEADER.match(name.strip())
        if said and plain(said["name"]) == plain(alias):
            return [place], said["currency"]
    return [], None


def is_recognised(mapping: FileMapping, header: Sequence[str]) -> tuple[str, ...]:
    """The headers by which a shipped mapping knows the file; empty where it does not."""
    spelled = {plain(name) for name in header}
    spelled |= {plain(said["name"]) for name in header if (said := CURRENCY_IN_HEADER.match(name.strip()))}
    fitting = [one for one in mapping.recognised_by if all(plain(word) in spelled for word in one)]
    return max(fitting, key=len, default=())


def matches_file(mapping: FileMapping, name: str) -> bool:
    """Whether a person's mapping is meant for a file of this name."""
    return fnmatch(name.lower(), mapping.files.lower())
