"""The models of one build: where their rows lie, and from which rows of others each of them was made."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from warehouse import settings
from warehouse.errors import NothingPublished
from warehouse.statements import Model, statements_of
from warehouse.trace.declared import DECLARED, ENDS
from warehouse.trace.model import Alike, Beside, CannotRead, Reading, Readings
from warehouse.trace.readings import readings_of

LANDED = re.compile(r"read_parquet\(\s*'([^']*)/([a-z0-9_]+)/([a-z0-9_]+)/\*\*/\*\.parquet'[^)]*\)")
RULES = re.compile(r"read_csv\(\s*'([^']*)/([a-z0-9_]+)\.csv'(?:[^()']|'[^']*')*\)")
ANY_LANDED = re.compile(r"read_parquet\(\s*'[^']*/\[a-z\]\*/\*/\*\*/\*\.parquet'[^)]*\)|glob\([^)]*\)")
NAMED = re.compile(r'"(\w+)"\."(\w+)"')
LANDED_PREFIX, RULE_SCHEMA = "landed_", "rule_files"
VERSION = 10
"""Of the way in which statements are read; readings that were kept of another are made anew."""


class Lineage:
    """What one build kept, with a place of its own in memory to work in."""

    def __init__(self, database: Path, landing: Path) -> None:
        self.database, self.landing = database, landing
        self.connection = duckdb.connect()
        self.connection.execute("set TimeZone = 'UTC'")
        self.connection.execute(f"attach '{database}' as build (read_only)")
        self.statements = statements_of(self.connection, "build")
        if not self.statements:
            raise NothingPublished(f"The build {database.parent.name} kept no statements. Build again: leadgen build.")
        self._kept = _KeptReadings(settings.build_dir() / "readings.json")
        self._readings: dict[Model, Readings] = {}
        self.unread: dict[Model, str] = {}
        self._has_functions = False

    def close(self) -> None:
        """Keep what was found out, and let go of the build."""
        self.keep()
        self.connection.close()

    def keep(self) -> None:
        """Keep what was found out of statements, for the traces to come."""
        if self._kept.is_new:
            self._kept.write({self._recipe(model) for model in self.statements})

    @cached_property
    def columns(self) -> dict[str, dict[str, dict[str, str]]]:
        """The columns of all that models read, with their types."""
        found: dict[str, dict[str, dict[str, str]]] = {}
        for schema, table, name, kind in self.connection.execute(
            "select schema_name, table_name, column_name, data_type from duckdb_columns() "
            "where database_name = 'build' order by all"
        ).fetchall():
            found.setdefault(schema, {}).setdefault(table, {})[name] = kind
        for statement in self.statements.values():
            for match in LANDED.finditer(statement):
                _, source, table = match.groups()
                its = found.setdefault(LANDED_PREFIX + source, {})
                if table not in its:
                    its[table] = self._columns_of(match.group(0))
            for match in RULES.finditer(statement):
                its = found.setdefault(RULE_SCHEMA, {})
                if match.group(2) not in its:
                    its[match.group(2)] = self._columns_of(match.group(0))
        return found

    def _columns_of(self, read: str) -> dict[str, str]:
        described = self.connection.execute(f"describe select * from {read}").fetchall()
        return {row[0]: row[1] for row in described}

    def columns_of_model(self, model: Model) -> dict[str, str]:
        """The columns of one table of the build, with their types; empty where it has none of that name."""
        found = self.connection.execute(
            "select column_name, data_type from duckdb_columns() "
            "where database_name = 'build' and schema_name = ? and table_name = ? order by column_index",
            list(model),
        )
        return dict(found.fetchall())

    @cached_property
    def tables(self) -> set[Model]:
        """What lies in the build as rows; the rest are views."""
        found = self.connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'build'"
        )
        return set(found.fetchall())

    def plain(self, model: Model) -> str:
        """The statement of a model over names alone: landed tables and rule files are called like tables."""
        text = self.statements[model].replace('"build".', "")
        text = LANDED.sub(lambda found: f'"{LANDED_PREFIX}{found.group(2)}"."{found.group(3)}"', text)
        return RULES.sub(lambda found: f'"{RULE_SCHEMA}"."{found.group(2)}"', text)

    def readings(self, model: Model) -> Readings:
        """From which rows of which parents a row of the model was made; none where the trace ends."""
        if model not in self._readings:
            self._readings[model] = self._read(model)
        return self._readings[model]

    def _read(self, model: Model) -> Readings:
        if model in DECLARED:
            return Readings(DECLARED[model], DECLARED[model])
        if model in ENDS or model not in self.statements:
            return Readings([], [])
        recipe = self._recipe(model)
        if (kept := self._kept.get(recipe)) is not None:
            return kept
        try:
            made = readings_of(self.plain(model), self.columns)
        except CannotRead as unread:
            self.unread[model] = str(unread)
            return Readings([], [])
        self._kept.put(recipe, made)
        return made

    def _recipe(self, model: Model) -> str:
        return hashlib.sha256(f"{VERSION} {self.plain(model)}".encode()).hexdigest()

    def ancestors(self, model: Model) -> list[Model]:
        """The model and all that it was made of, each before its own parents."""
        done: list[Model] = []
        seen: set[Model] = set()

        def visit(one: Model) -> None:
            if one not in seen:
                seen.add(one)
                for parent in dict.fromkeys((reading.schema, reading.table) for reading in self.readings(one).own):
                    visit(parent)
                done.append(one)

        visit(model)
        return done[::-1]

    def execute(self, statement: str) -> duckdb.DuckDBPyConnection:
        """Run a statement; the functions that models take from Python are there from the first that calls one."""
        try:
            return self.connection.execute(statement)
        except duckdb.CatalogException as unknown:
            if self._has_functions or "Function" not in str(unknown):
                raise
            # Loading dbt for them takes longer than most traces.
            from warehouse.steps.dbt_functions import add_functions

            add_functions(self.connection)
            self._has_functions = True
            return self.connection.execute(statement)

    def one(self, statement: str) -> tuple[Any, ...]:
        """The only row of an answer."""
        row = self.execute(statement).fetchone()
        assert row
        return row

    def clear(self) -> None:
        """Forget what an earlier trace found."""
        made = self.execute("select table_name from duckdb_tables() where temporary").fetchall()
        for (name,) in made:
            self.execute(f"drop table {name}")

    def rows_of(self, model: Model) -> str:
        """What to put after ``from`` to read the rows of a model, a landed table or a rule file."""
        schema, table = model
        if schema.startswith(LANDED_PREFIX):
            return _read_landed(f"'{self._folder(model)}/**/*.parquet'")
        if schema == RULE_SCHEMA:
            return next(found.group(0) for found in self._rule_reads() if found.group(2) == table)
        return f'build."{schema}"."{table}"'

    def statement_over(self, model: Model, rows: Mapping[Model, str]) -> str:
        """The statement of a model over other rows than those of the build."""

        def put(found: re.Match[str]) -> str:
            schema, table = found.group(1), found.group(2)
            its = rows.get((schema, table), self.rows_of((schema, table)))
            return its if its.endswith(")") or " " not in its else f"({its})"

        return NAMED.sub(put, self.plain(model))

    def landed_rows(self, model: Model, staged: Sequence[str]) -> str:
        """The same of a landed table, from the files alone that the staged rows in these tables name."""
        named: set[tuple[str, date]] = set()
        for table in staged:
            columns = {row[0] for row in self.execute(f"describe {table}").fetchall()}
            if not {"account", "landed_day"} <= columns:
                return self.rows_of(model)
            named.update(self.execute(f"select distinct account, landed_day from {table}").fetchall())
        files = [self._folder(model) / f"account={account}" / f"day={day}.parquet" for account, day in named]
        if not files or not all(file.exists() for file in files):
            return self.rows_of(model)
        return _read_landed("[" + ", ".join(f"'{file}'" for file in sorted(files)) + "]")

    def _folder(self, model: Model) -> Path:
        return self.landing / model[0].removeprefix(LANDED_PREFIX) / model[1]

    def _rule_reads(self) -> Iterator[re.Match[str]]:
        for (schema, _), statement in self.statements.items():
            if schema == "staging":
                yield from RULES.finditer(statement)


def _read_landed(files: str) -> str:
    return (
        f"read_parquet({files}, union_by_name = true, hive_partitioning = false, filename = 'landed_file',"
        " file_row_number = true)"
    )


class _KeptReadings:
    """What was found out of statements, by the statement: finding it out takes longer than a trace."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.is_new = False
        try:
            self.kept: dict[str, dict[str, list[dict[str, Any]]]] = json.loads(file.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            self.kept = {}

    def get(self, recipe: str) -> Readings | None:
        found = self.kept.get(recipe)
        return None if found is None else Readings(*([_reading(one) for one in found[way]] for way in ("own", "all")))

    def put(self, recipe: str, readings: Readings) -> None:
        self.kept[recipe] = asdict(readings)
        self.is_new = True

    def write(self, used: set[str]) -> None:
        """Keep those of statements that are still used."""
        part = self.file.with_suffix(".part")
        part.write_text(json.dumps({one: made for one, made in self.kept.items() if one in used}), encoding="utf-8")
        part.replace(self.file)
        self.is_new = False


def _reading(kept: dict[str, Any]) -> Reading:
    return Reading(
        kept["schema"],
        kept["table"],
        [Alike(**one) for one in kept["alike"]],
        [
            Beside(tuple(one["parent"]), tuple((place, tuple(texts)) for place, texts in one["others"]))
            for one in kept["beside"]
        ],
        kept["carries"],
    )
