"""What was published on each day, kept for the nights after it: one Parquet file per day below the data folder.

A snapshot is made with its generation and gets the name of its day once readers see that generation: a build that is
not published leaves none, and of a day that is published twice the last one counts.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

import duckdb

from warehouse import settings
from warehouse.publish import generations
from warehouse.publish.generations import Generation
from warehouse.run import BuildRun, open_build

log = logging.getLogger(__name__)

KEPT_SNAPSHOTS = 31
"""A night needs the newest one before it; the others serve whoever builds an earlier day again."""

PREVIOUS_SNAPSHOT = """
    create or replace table steps.previous_snapshot (
        as_of_day date, kind text, brand text, month date, name text, channel text, attribution_model text,
        value decimal(20, 6), fingerprint text
    )
"""


def write_snapshot(run: BuildRun, target: Path) -> None:
    """Write what the build says of each month, and of what that was made."""
    with open_build(run) as database:
        database.execute(
            "copy (select ?::date as as_of_day, * from intermediate.int_snapshot__taken order by all) "
            f"to '{_quoted(target)}' (format parquet, compression zstd)",
            [run.as_of_day],
        )
    generations.flush(target)


def keep_snapshot(generation: Generation) -> None:
    """Name the snapshot of a generation that readers see by its day, and forget the oldest days."""
    made = generations.files_of(generation.name).snapshot
    if not made.exists():
        return
    folder = settings.snapshots_dir()
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{generation.as_of_day}.parquet"
    if not (kept.exists() and kept.samefile(made)):
        # A second name of the same file takes no room, also on a full disk.
        beside = folder / f".{generation.as_of_day}.part"
        beside.unlink(missing_ok=True)
        os.link(made, beside)
        beside.replace(kept)
        generations.flush(folder)
    for old in sorted(folder.glob("*.parquet"))[:-KEPT_SNAPSHOTS]:
        old.unlink()


def recall_snapshot(run: BuildRun) -> int:
    """Write ``steps.previous_snapshot`` and ``steps.rule_fingerprints``; returns how many rows were recalled.

    It is the newest of a day strictly before the run's: building a day again compares it with the same one. Days that
    were published after the one that readers see were rolled back, and count no more.
    """
    current = generations.served()
    before = run.as_of_day
    if current:
        # The publisher may have died after it turned the links.
        keep_snapshot(current)
        before = min(before, date.fromisoformat(current.as_of_day) + timedelta(days=1))
    earlier = (file for file in settings.snapshots_dir().glob("*.parquet") if file.stem < before.isoformat())
    with open_build(run) as database:
        newest = next((file for file in sorted(earlier, reverse=True) if _is_whole(database, file)), None)
        return write_previous(database, newest, rule_fingerprints())


def _is_whole(database: duckdb.DuckDBPyConnection, snapshot: Path) -> bool:
    """Whether the snapshot can be read; one that cannot is named, put aside and passed over."""
    try:
        database.execute(f"select * from read_parquet('{_quoted(snapshot)}')").fetchall()
    except duckdb.Error as damaged:
        aside = snapshot.with_suffix(".damaged")
        log.warning(
            "The snapshot %s cannot be read (%s). It is %s now, and the day before it is compared with. To have it "
            "again: leadgen build --to %s --to-older-day, then build the newest day again.",
            snapshot,
            str(damaged).partition("\n")[0],
            aside.name,
            snapshot.stem,
        )
        snapshot.replace(aside)
        return False
    return True


def write_previous(database: duckdb.DuckDBPyConnection, snapshot: Path | None, rules: Mapping[str, str]) -> int:
    """The same for a build database that is open already."""
    database.execute("create schema if not exists steps")
    database.execute(
        "create or replace table steps.rule_fingerprints as "
        "select unnest(?::varchar[]) as rule_file, unnest(?::varchar[]) as fingerprint",
        [list(rules), list(rules.values())],
    )
    database.execute(PREVIOUS_SNAPSHOT)
    if snapshot is not None:
        database.execute(f"insert into steps.previous_snapshot by name from read_parquet('{_quoted(snapshot)}')")
    (count,) = database.execute("select count(*) from steps.previous_snapshot").fetchone() or (0,)
    return int(count)


def rule_fingerprints() -> dict[str, str]:
    """A hash for each rule file as the build takes it, and one under the name ``models`` for the models."""
    project = settings.DBT_PROJECT
    code = [file for folder in ("models", "macros") for file in (project / folder).rglob("*.sql")]
    rules = {file.stem: _hash([file]) for file in settings.rules_dir().glob("*.csv")}
    return {**rules, "models": _hash([project / "dbt_project.yml", *sorted(code)])}


def _hash(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.name}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _quoted(file: Path) -> str:
    return str(file).replace("'", "''")
