"""Reads mappings from YAML, and refuses what means nothing in one.

Those of ``shipped/`` know the exports of vendors by their headers; ``mapping.yml`` beside the files is a person's own:
with ``columns`` it is a mapping of its own, without them it adds to whichever fits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from extractors.errors import FixSettings
from extractors.model import Table
from extractors.sources.manual.mapping import KEYS, STAGE_COLUMNS, STAGE_SAID, FileMapping, Stages
from handwritten.plain_yaml import NotYaml, load
from handwritten.words import did_you_mean, plain

SHIPPED = Path(__file__).with_name("shipped")
SAME_KEY = ("refuse", "add", "newest")


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
    values["until"] = {first: str(last) for first, last in _named(where, "until", values.get("until") or {}).items()}
    if (lacked := values.get("totals_lack")) and table and lacked not in table.columns:
        raise FixSettings(
            f"{where}: totals_lack is {lacked!r}, no column of {table.name}.{did_you_mean(lacked, table.columns)}"
        )
    if not isinstance(values.get("notes_below", False), bool):
        raise FixSettings(f"{where}: notes_below is yes or no.")
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
        if key not in ("column", "at", *STAGE_COLUMNS, *STAGE_SAID):
            raise FixSettings(
                f"{where}: stages names {key!r}; it takes column, at, {', '.join((*STAGE_COLUMNS, *STAGE_SAID))}."
                f"{did_you_mean(key, (*STAGE_COLUMNS, *STAGE_SAID))}"
            )
    if not said.get("column") and not said.get("is_won"):
        raise FixSettings(f"{where}: stages must say in which column the stage stands (column, or is_won).")
    words = {key: tuple(plain(word) for word in _words(said[key])) for key in STAGE_COLUMNS if said.get(key)}
    flags = {key: _words(said[key]) for key in STAGE_SAID if said.get(key)}
    return Stages(_words(said.get("column") or ()), _words(said.get("at") or ()), words, flags)


def _named(where: str, key: str, said: Any) -> Mapping[str, Any]:
    if not isinstance(said, dict):
        raise FixSettings(f"{where}: {key} must be names and values.")
    return {str(name): value for name, value in said.items()}


def _words(said: Any) -> tuple[str, ...]:
    return tuple(str(word) for word in said) if isinstance(said, list | tuple) else (str(said),)
