"""Who writes SQL in a tool reads the marts and nothing else: the settings that docs/connect-a-tool.md ships hold."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy

from benchmarks.readers import READERS, Reader

PAGE = Path(__file__).parents[2] / "docs" / "connect-a-tool.md"
CURIOUS = (
    "select content from read_text('/etc/passwd')",
    "select * from glob('/etc/*')",
    "copy (select 1) to '{folder}/out.csv'",
    "export database '{folder}/all'",
    "attach '{folder}/other.duckdb' as other",
    "select * from read_parquet('{folder}/landing.parquet')",
    "create secret of_mine (type s3)",
    "install httpfs",
    "load httpfs",
    "set enable_external_access = true",
    "set lock_configuration = false",
    "reset enable_external_access",
    "set temp_directory = '/tmp'",
)
"""What a reader may try."""


def shipped(language: str, words: str = "lock_configuration") -> str:
    """The page's one block in that language with these words: that locks the settings."""
    blocks = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    [block] = [one for one in blocks if words in one]
    return str(block)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation with a warehouse, a database beside it and a landed file."""
    (tmp_path / "data").mkdir()
    for name in ("data/warehouse.duckdb", "other.duckdb"):
        with duckdb.connect(str(tmp_path / name)) as database:
            database.execute("create schema marts; create table marts.sales as select range as revenue from range(4)")
    duckdb.execute(f"copy (select 'jane@mail.example' as email) to '{tmp_path}/landing.parquet'")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@contextmanager
def by_python(folder: Path) -> Iterator[Any]:
    names: dict[str, Any] = {}
    exec(shipped("python"), names)
    with names["warehouse"] as connection:
        yield lambda statement: connection.execute(statement).fetchall()


@contextmanager
def by_sqlalchemy(folder: Path) -> Iterator[Any]:
    parameters = json.loads(shipped("json", "connect_args"))
    engine = sqlalchemy.create_engine(f"duckdb:///{folder}/data/warehouse.duckdb", **parameters)

    def ask(statement: str) -> Any:
        with engine.connect() as connection:
            return connection.execute(sqlalchemy.text(statement)).fetchall()

    yield ask
    engine.dispose()


@contextmanager
def by_init_sql(folder: Path) -> Iterator[Any]:
    with duckdb.connect(str(folder / "data" / "warehouse.duckdb"), read_only=True) as connection:
        connection.execute(shipped("sql"))
        yield lambda statement: connection.execute(statement).fetchall()


@contextmanager
def by_read_only_alone(folder: Path) -> Iterator[Any]:
    with duckdb.connect(str(folder / "data" / "warehouse.duckdb"), read_only=True) as connection:
        yield lambda statement: connection.execute(statement).fetchall()


@pytest.mark.parametrize("way", [by_python, by_sqlalchemy, by_init_sql])
def test_a_curious_reader_gets_the_marts_and_nothing_else(folder: Path, way: Any) -> None:
    with way(folder) as ask:
        assert ask("select sum(revenue) from marts.sales") == [(6,)]
        for statement in CURIOUS:
            with pytest.raises((duckdb.Error, sqlalchemy.exc.SQLAlchemyError)):
                ask(statement.format(folder=folder))
        assert ask("select sum(revenue) from warehouse.marts.sales") == [(6,)]
    assert not (folder / "out.csv").exists()
    assert not (folder / "all").exists()


def test_read_only_alone_keeps_nobody_from_the_server_s_files(folder: Path) -> None:
    with by_read_only_alone(folder) as ask:
        assert ask("select content from read_text('/etc/passwd')")[0][0].startswith("root:")
        assert ask(f"select * from read_parquet('{folder}/landing.parquet')") == [("jane@mail.example",)]
        ask(f"copy (select 1) to '{folder}/out.csv'")
    assert (folder / "out.csv").exists()


AT_HAND = [reader for reader in READERS if reader.name in (f"DuckDB {duckdb.__version__.rpartition('.')[0]}", "pandas")]


@pytest.mark.parametrize("reader", AT_HAND, ids=lambda reader: reader.name)
def test_a_tool_of_the_page_opens_a_warehouse_behind_its_link(tmp_path: Path, reader: Reader) -> None:
    """The tools that this environment has; ``benchmarks.readers`` opens one with all of them."""
    generation = tmp_path / "generations" / "g1"
    (tmp_path / "parquet" / "current").mkdir(parents=True)
    generation.mkdir(parents=True)
    with duckdb.connect(str(generation / "warehouse.duckdb")) as database:
        database.execute("create schema marts; create table marts.channel_days as select 12.5::decimal(20, 6) as spend")
        database.execute(f"copy marts.channel_days to '{tmp_path}/parquet/current/channel_days.parquet'")
    (tmp_path / "warehouse.duckdb").symlink_to("generations/g1/warehouse.duckdb")

    program = reader.program.replace("DATA", str(tmp_path))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout.strip()) == (0, "12.500000"), done.stderr


def test_the_page_lists_every_tool_that_was_opened() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert [reader.name for reader in READERS if f"| {reader.name} |" not in page] == []
    assert [reader.name for reader in AT_HAND] == [f"DuckDB {duckdb.__version__.rpartition('.')[0]}", "pandas"]
