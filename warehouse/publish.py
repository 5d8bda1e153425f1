"""Publishes a build: a new generation file, verified, then a symlink that flips to it.

Readers see the old or the new warehouse, never half of one, and never wait for a lock. The steps are named,
and killing the process at any of them leaves the old generation in place and the next publish possible.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from warehouse.errors import NothingPublished, PublishFailed
from warehouse.pipeline_steps import COMMENTS
from warehouse.private import write_contact_details
from warehouse.run import BuildRun, die_if_asked, open_build
from warehouse.settings import (
    DBT_PROJECT,
    data_dir,
    generations_dir,
    parquet_dir,
    private_link,
    warehouse_link,
)

KEPT_GENERATIONS = 3
STORAGE = "v1.0.0"
"""DuckDB drivers of BI tools are older than ours; all since 1.0 open files of this version."""

STEPS = ("write", "seal", "verify", "parquet", "private", "flip", "forget")


def publish(run: BuildRun) -> Path:
    """Publish the marts of a build; return the path that readers open."""
    generations = generations_dir()
    generations.mkdir(parents=True, exist_ok=True)
    target = generations / f"{run.run_id}.duckdb"
    part = generations / f".{run.run_id}.duckdb.part"
    private = generations / f"{run.run_id}.private.duckdb"
    parquet = parquet_dir() / run.run_id
    try:
        _remove(part, private)
        die_if_asked("write")
        counts = _write(run, part)
        die_if_asked("seal")
        _seal(part, target)
        die_if_asked("verify")
        _verify(target, counts)
        die_if_asked("parquet")
        _write_parquet(target, parquet)
        die_if_asked("private")
        write_contact_details(run, private, STORAGE)
        die_if_asked("flip")
        _flip(Path("generations") / private.name, private_link())
        _flip(Path(run.run_id), parquet_dir() / "current")
        _flip(Path("generations") / target.name, warehouse_link())
    except (OSError, duckdb.Error) as failed:
        _remove(part, private)
        free = shutil.disk_usage(data_dir()).free
        raise PublishFailed(
            f"The warehouse could not be written below {data_dir()} ({free // 2**20} MiB are free): {failed}. "
            "Readers keep the one they have."
        ) from failed
    die_if_asked("forget")
    _forget_old_generations()
    return warehouse_link()


def rollback() -> Path:
    """Let readers see the generation before the current one again; return it."""
    current = current_generation()
    if current is None:
        raise NothingPublished("Nothing was published yet. Build first: python -m warehouse build --to DAY.")
    older = [file for file in generations_by_age() if file.stat().st_mtime_ns < current.stat().st_mtime_ns]
    if not older:
        raise NothingPublished(f"There is no generation older than {current.name}.")
    _flip(Path("generations") / older[-1].name, warehouse_link())
    private = older[-1].with_suffix(".private.duckdb")
    if private.exists():
        _flip(Path("generations") / private.name, private_link())
    if (parquet_dir() / older[-1].stem).exists():
        _flip(Path(older[-1].stem), parquet_dir() / "current")
    return older[-1]


def current_generation() -> Path | None:
    """The file that readers see; None before the first publish."""
    link = warehouse_link()
    return link.resolve() if link.exists() else None


def generations_by_age() -> list[Path]:
    """Every generation that is kept, oldest first."""
    files = (generations_dir()).glob("[!.]*.duckdb")
    public = [file for file in files if not file.name.endswith(".private.duckdb")]
    return sorted(public, key=lambda file: file.stat().st_mtime_ns)


def _remove(*databases: Path) -> None:
    """Remove what was begun, and the log that DuckDB writes beside it."""
    for database in databases:
        database.unlink(missing_ok=True)
        database.with_name(f"{database.name}.wal").unlink(missing_ok=True)


def _write(run: BuildRun, part: Path) -> dict[str, int]:
    """Copy the public schema, its descriptions and a row about the publication; return rows by table."""
    counts: dict[str, int] = {}
    with open_build(run) as database:
        database.execute(f"attach '{part}' as published (storage_version '{STORAGE}')")
        database.execute("create schema published.marts")
        tables = database.execute(
            "select table_name from information_schema.tables "
            "where table_catalog = current_database() and table_schema = 'marts' "
            # Steps on the way to a mart lie beside it, and are nobody's promise.
            "and not starts_with(table_name, 'int_') order by all"
        ).fetchall()
        for (table,) in tables:
            database.execute(f'create table published.marts."{table}" as from marts."{table}"')
            row = database.execute(f'select count(*) from published.marts."{table}"').fetchone()
            counts[table] = int(row[0]) if row else 0
        database.execute(
            "create table published.marts.pipeline_steps as from steps.pipeline_steps order by phase_number, kind, step"
        )
        for column, comment in COMMENTS.items():
            _comment(database, "pipeline_steps", column, comment)
        for table, column, comment in database.execute(_DESCRIPTIONS).fetchall():
            if table in counts:
                _comment(database, table, column or "", comment)
        database.execute(
            """
            create table published.marts.publication as
            select
                ? as run_id, ?::timestamp as published_at, ?::date as as_of_day, ? as model_hash,
                ?::bigint as row_count, version() as duckdb_version
            """,
            [run.run_id, datetime.now(UTC), run.as_of_day, model_hash(), sum(counts.values())],
        )
        database.execute("checkpoint published; detach published")
    return counts


_DESCRIPTIONS = """
    select table_name, null, comment from duckdb_tables()
    where database_name = current_database() and schema_name = 'marts' and comment is not null
    union all
    select table_name, column_name, comment from duckdb_columns()
    where database_name = current_database() and schema_name = 'marts' and comment is not null
"""


def _comment(database: duckdb.DuckDBPyConnection, table: str, column: str, comment: str) -> None:
    """Describe a published table, or one of its columns."""
    text = comment.strip().replace("'", "''")
    what = f'column published.marts."{table}"."{column}"' if column else f'table published.marts."{table}"'
    database.execute(f"comment on {what} is '{text}'")


def model_hash() -> str:
    """A hash of the models and the shipped rules: two warehouses of one hash were made by one recipe."""
    digest = hashlib.sha256()
    for folder in ("models", "macros", "seeds"):
        for file in sorted((DBT_PROJECT / folder).rglob("*")):
            if file.is_file():
                digest.update(str(file.relative_to(DBT_PROJECT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def _seal(part: Path, target: Path) -> None:
    with part.open("rb") as handle:
        os.fsync(handle.fileno())
    part.chmod(0o444)
    part.replace(target)
    _flush_folder(target.parent)


def _verify(target: Path, counts: dict[str, int]) -> None:
    """Open the new file in a process of its own, as a reader will, and count its rows."""
    program = (
        "import duckdb, sys\n"
        "with duckdb.connect(sys.argv[1], read_only=True) as reader:\n"
        "    for table in sys.argv[2:]:\n"
        "        print(table, reader.execute(f'select count(*) from marts.\"{table}\"').fetchone()[0])\n"
        "    assert reader.execute('select count(*) from marts.publication').fetchone()[0] == 1\n"
    )
    read = subprocess.run([sys.executable, "-c", program, str(target), *counts], capture_output=True, text=True)
    found = {table: int(rows) for table, rows in (line.rsplit(" ", 1) for line in read.stdout.splitlines())}
    if read.returncode != 0 or found != counts:
        target.unlink(missing_ok=True)
        raise PublishFailed(f"The new warehouse {target.name} does not read as it was written. It was removed.")


def _write_parquet(target: Path, folder: Path) -> None:
    """The same tables as Parquet, for readers that are not DuckDB."""
    part = folder.with_name(f".{folder.name}.part")
    for leftover in (part, folder):
        shutil.rmtree(leftover, ignore_errors=True)
    part.mkdir(parents=True)
    with duckdb.connect(str(target), read_only=True) as reader:
        for (table,) in reader.execute(
            "select table_name from information_schema.tables where table_schema = 'marts'"
        ).fetchall():
            reader.execute(f"copy marts.\"{table}\" to '{part}/{table}.parquet' (format parquet, compression zstd)")
    part.replace(folder)
    _flush_folder(folder.parent)


def _flip(target: Path, link: Path) -> None:
    """Make the link point to the relative target in one move."""
    beside = link.with_name(f".{link.name}.new")
    beside.unlink(missing_ok=True)
    beside.symlink_to(target)
    beside.replace(link)
    _flush_folder(link.parent)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _forget_old_generations() -> None:
    """Keep the newest generations; a reader that has an older one open may keep reading it."""
    current = current_generation()
    for old in generations_by_age()[:-KEPT_GENERATIONS]:
        if old != current:
            old.unlink(missing_ok=True)
            old.with_suffix(".private.duckdb").unlink(missing_ok=True)
            shutil.rmtree(parquet_dir() / old.stem, ignore_errors=True)
