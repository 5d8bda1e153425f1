"""Publishes a build: a new generation, verified by another process, then links that turn to it.

Readers see the old or the new warehouse, never half of one, and never wait for a lock. The steps are named, and
killing the process at any of them leaves a whole warehouse in place and the next publish possible.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import duckdb

from warehouse import settings
from warehouse.errors import BuildBusy, BuildError, NothingPublished, PublishFailed
from warehouse.lock import locked
from warehouse.pipeline_steps import COMMENTS, refuse_unpassed
from warehouse.publish import generations
from warehouse.publish.private import write_contact_details
from warehouse.publish.snapshots import keep_snapshot, write_snapshot
from warehouse.publish.verify import Contents, fingerprints, rows_of, view_text
from warehouse.run import BuildRun, die_if_asked, open_build

log = logging.getLogger(__name__)

STORAGE = "v1.0.0"
"""DuckDB drivers of BI tools are older than ours; all since 1.0 open files of this version."""

STORED = "stored"
"""The schema of what the views of the public one show, in the build and in what is published: nobody's promise."""

STEPS = (
    "write", "verify", "parquet", "private", "snapshot", "seal", "flip", "flip_warehouse", "note", "keep", "forget"
)  # fmt: skip
"""Before each of them the process may die; from ``note`` on, readers see the new generation."""


def publish(run: BuildRun) -> Path:
    """Publish the marts of a build that passed its phases; return the path that readers open."""
    with _room(run):
        settings.build_dir().mkdir(mode=0o700, parents=True, exist_ok=True)
        with locked(settings.build_dir() / "publishing", f"The publication of {run.run_id}"):
            refuse_unpassed(run)
            generations.refuse_older(run)
            for folder in (settings.generations_dir(), settings.parquet_dir()):
                folder.mkdir(parents=True, exist_ok=True)
            generations.settle()
            published_at = datetime.now(UTC)
            made = generations.begin(run.run_id, run.as_of_day.isoformat(), f"{published_at:%Y-%m-%d %H:%M:%S.%f}")
            _make(run, made.name, published_at)
            die_if_asked("flip")
            generations.serve(made.name)
            # Whatever fails from here on, the next publish does again.
            with although_published(run, "its note or its snapshot was not kept"):
                die_if_asked("note")
                generations.write_note(made)
                die_if_asked("keep")
                keep_snapshot(made)
                die_if_asked("forget")
                generations.forget_old()
    return settings.warehouse_link()


@contextmanager
def although_published(run: BuildRun, what: str) -> Iterator[None]:
    """What fails inside the block is told and fails no publish: readers see the new warehouse already."""
    try:
        yield
    except Exception as failed:
        reason = str(failed).strip().partition("\n")[0] if isinstance(failed, OSError | duckdb.Error) else ""
        log.warning(
            "Readers see the warehouse of %s; only %s (%s%s).",
            run.run_id, what, type(failed).__name__, f": {reason}" if reason else "",
        )  # fmt: skip


def _make(run: BuildRun, name: str, published_at: datetime) -> None:
    """Write and verify everything under names that no reader knows yet."""
    making = generations.making_folder(name)
    files = generations.files_in(making)
    die_if_asked("write")
    written = _write(run, files.warehouse, published_at)
    generations.flush(files.warehouse)
    files.warehouse.chmod(0o444)
    die_if_asked("verify")
    _verify(files.warehouse, written)
    die_if_asked("parquet")
    _write_parquet(files.warehouse, generations.parquet_folder(name))
    die_if_asked("private")
    write_contact_details(run, files.private, STORAGE)
    generations.flush(files.private)
    die_if_asked("snapshot")
    write_snapshot(run, files.snapshot)
    generations.flush(making)
    die_if_asked("seal")
    making.replace(generations.files_of(name).note.parent)
    generations.flush(settings.generations_dir())


@contextmanager
def _room(run: BuildRun) -> Iterator[None]:
    """What the disk refuses becomes one sentence, and what was begun is removed."""
    try:
        yield
    except BuildBusy:
        # What was begun is another's, who is at it.
        raise
    except (OSError, duckdb.Error, BuildError) as failed:
        with suppress(OSError):
            generations.remove_begun()
        if isinstance(failed, BuildError):
            raise
        reason = str(failed).strip().partition("\n")[0]
        raise PublishFailed(
            f"The generation {run.run_id} could not be written below {settings.data_dir()}, where "
            f"{shutil.disk_usage(_nearest(settings.data_dir())).free:,} bytes are free and about {_needed(run):,} are "
            f"needed: {reason}. Readers keep the one they have. Make room, then: "
            f"leadgen publish --run-id {run.run_id} --to {run.as_of_day}."
        ) from failed


def _needed(run: BuildRun) -> int:
    """The room that a generation takes: that of the one before, or as much as its build where it is the first."""
    with suppress(OSError):
        if current := generations.served():
            return generations.bytes_of(current.name)
    with suppress(OSError):
        return run.database.stat().st_size
    return 0


def _nearest(folder: Path) -> Path:
    """The folder, or the first above it that exists."""
    return next(one for one in (folder, *folder.parents) if one.exists())


def _write(run: BuildRun, part: Path, published_at: datetime) -> Contents:
    """Copy the public schema, its descriptions and a row about the publication; what each table and view holds."""
    with open_build(run) as database:
        database.execute(f"attach '{_quoted(part)}' as published (storage_version '{STORAGE}')")
        database.execute("create schema published.marts")
        tables, views = _published(database, "table"), _published(database, "view")
        names = sorted([*tables, *views])
        if not names:
            raise NothingPublished(f"The build {run.run_id} has no marts yet. Run its phases first.")
        for table in tables:
            database.execute(f'create table published.marts."{table}" as from marts."{table}"')
        _write_views(database, views)
        descriptions = database.execute(_DESCRIPTIONS).fetchall()
        # Together: a transaction for each of a thousand takes longer than the tables.
        database.execute("begin transaction")
        for table, column, comment in descriptions:
            if table in names:
                _describe(database, table, column, comment, "view" if table in views else "table")
        database.execute("commit")
        database.execute(
            "create table published.marts.pipeline_steps as from steps.pipeline_steps order by phase_number, kind, step"
        )
        for column, comment in COMMENTS.items():
            _describe(database, "pipeline_steps", column, comment)
        made = {schema: fingerprints(database, schema, of) for schema, of in (("marts", names), (STORED, views)) if of}
        _write_publication(database, run, published_at, {name: rows_of(made["marts"][name]) for name in names})
        database.execute("checkpoint published; detach published")
    return made


def _published(database: duckdb.DuckDBPyConnection, kind: Literal["table", "view"]) -> list[str]:
    """The tables or the views of the public schema."""
    found = database.execute(
        f"select {kind}_name from duckdb_{kind}s() "
        "where database_name = current_database() and schema_name = 'marts' "
        # Steps on the way to a mart lie beside it, and are nobody's promise.
        f"and not starts_with({kind}_name, 'int_') order by all"
    ).fetchall()
    return [name for (name,) in found]


def _write_views(database: duckdb.DuckDBPyConnection, views: Sequence[str]) -> None:
    """What the views show, each a table of its own name, and the views as the build has them.

    A view names what it shows by schema and name alone: it means the same in a file that is called otherwise, for every
    reader since DuckDB 1.0.
    """
    if not views:
        return
    (build,) = database.execute("select current_database()").fetchone() or ("",)
    database.execute(f"create schema published.{STORED}")
    for view in views:
        database.execute(f'create table published.{STORED}."{view}" as from {STORED}."{view}"')
    texts = [view_text(database, "marts", view) for view in views]
    database.execute("use published")
    try:
        for view, text in zip(views, texts, strict=True):
            database.execute(f'create view marts."{view}" as {text}')
    finally:
        database.execute(f'use "{build}"')


_DESCRIPTIONS = """
    select table_name, '', comment from duckdb_tables()
    where database_name = current_database() and schema_name = 'marts' and comment is not null
    union all
    select view_name, '', comment from duckdb_views()
    where database_name = current_database() and schema_name = 'marts' and comment is not null
    union all
    select table_name, column_name, comment from duckdb_columns()
    where database_name = current_database() and schema_name = 'marts' and comment is not null
"""

_PUBLICATION = {
    "": "Which build this warehouse is. One row.",
    "run_id": "The build.",
    "published_at": "When it was published, UTC.",
    "as_of_day": "The last day that the build could know.",
    "model_hash": "Equal for two warehouses that were made by the same models and rules.",
    "row_count": "Rows of all tables together.",
    "row_counts": "Rows of each table, as JSON.",
    "duckdb_version": "The DuckDB that wrote the file; since 1.0 all can read it.",
}


def _write_publication(
    database: duckdb.DuckDBPyConnection, run: BuildRun, published_at: datetime, counts: dict[str, int]
) -> None:
    database.execute(
        """
        create table published.marts.publication as
        select
            ? as run_id, ?::timestamp as published_at, ?::date as as_of_day, ? as model_hash,
            ?::bigint as row_count, ? as row_counts, version() as duckdb_version
        """,
        [run.run_id, published_at, run.as_of_day, model_hash(), sum(counts.values()), json.dumps(counts)],
    )
    for column, comment in _PUBLICATION.items():
        _describe(database, "publication", column, comment)


def _describe(database: duckdb.DuckDBPyConnection, table: str, column: str, comment: str, kind: str = "table") -> None:
    """Describe a published table or view, or one of its columns."""
    text = comment.strip().replace("'", "''")
    what = f'column published.marts."{table}"."{column}"' if column else f'{kind} published.marts."{table}"'
    database.execute(f"comment on {what} is '{text}'")


def model_hash() -> str:
    """A hash of the models and of the rules as this build took them: the recipe, without the data."""
    digest = hashlib.sha256()
    folders = [settings.DBT_PROJECT / "models", settings.DBT_PROJECT / "macros", settings.rules_dir()]
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                digest.update(f"{folder.name}/{file.relative_to(folder)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _verify(part: Path, written: Contents) -> None:
    """Let a process of its own open the file as a reader will, and compare what it finds with what was built."""
    read = subprocess.run(
        [sys.executable, "-m", "warehouse.publish.verify", str(part)],
        input=json.dumps(written),
        cwd=settings.PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if read.returncode != 0:
        said = read.stdout.strip() or (read.stderr.strip().splitlines() or ["nothing"])[-1]
        raise PublishFailed(f"The new generation does not read as it was built: {said} Readers keep the one they have.")


def _write_parquet(target: Path, folder: Path) -> None:
    """The same tables as Parquet, for readers that are not DuckDB."""
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    with duckdb.connect(target, read_only=True) as reader:
        tables = reader.execute(
            "select table_name from information_schema.tables where table_schema = 'marts' order by all"
        ).fetchall()
        for (table,) in tables:
            file = part / f"{table}.parquet"
            reader.execute(f"copy marts.\"{table}\" to '{_quoted(file)}' (format parquet, compression zstd)")
            generations.flush(file)
    part.replace(folder)
    generations.flush(folder.parent)


def _quoted(file: Path) -> str:
    return str(file).replace("'", "''")
