"""Keeps what each erasure did, without a word about whom: ``data/erasures/<erasure>.json``, and whose conversions.

The file is written before anything is changed and after each step, so that an erasure that was killed is found and
finished. It stays as the proof that it was done.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from erasure.person import Person
from warehouse import settings


@dataclass
class Certificate:
    """One erasure."""

    erasure: str
    asked_at: str
    people: int = 0
    records: dict[str, int] = field(default_factory=dict)
    listed: int = 0
    landing: list[dict[str, Any]] = field(default_factory=list)
    """Place, table, files and rows that were written anew."""
    posts: int = 0
    ledger_lines: int = 0
    withdrawals_waiting: int = 0
    """Conversions that platforms take back with the next sending; until they have answered, ledgers keep their ids."""
    taken_back: int = 0
    """Conversions that a platform knew by a contact alone, and took back before the contact was erased."""
    not_taken_back: int = 0
    """Those of them that it did not take back: it was told too shortly ago, or refused, or could not be reached."""
    plain_files: int = 0
    postgres_columns: int = 0
    """Columns of Airflow's Postgres in which something stood, and was written over."""
    builds: int = 0
    generations: int = 0
    snapshots: int = 0
    searched_files: int = 0
    searched_bytes: int = 0
    searched_values_bytes: int = 0
    searched_for: int = 0
    """In how many forms."""
    found: int | None = None
    left_in: list[str] = field(default_factory=list)
    """Files that still hold something, and the kinds of forms; empty when it is finished."""
    not_searched: list[str] = field(default_factory=list)
    """Places that we know of and could not look at: tables that are not ours to read, a Postgres of former days."""
    changed_totals: list[str] = field(default_factory=list)
    open_by: int = 0
    """Processes that still read what is gone from the folder; the disk forgets it when they close it."""
    seconds: dict[str, float] = field(default_factory=dict)
    finished_at: str | None = None

    def keep(self) -> None:
        """Write it down, in one step."""
        folder = erasures_dir()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = folder / f".{self.erasure}.part"
        with part.open("w", encoding="utf-8") as file:
            file.write(json.dumps(asdict(self), indent=2))
            file.flush()
            os.fsync(file.fileno())
        part.replace(folder / f"{self.erasure}.json")


def erasures_dir() -> Path:
    """Where the certificates lie."""
    return settings.data_dir() / "erasures"


def now() -> str:
    """The moment, UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")


def certificates() -> Iterator[Certificate]:
    """Every erasure that was begun, oldest first."""
    for file in sorted(erasures_dir().glob("*.json")):
        yield Certificate(**json.loads(file.read_text(encoding="utf-8")))


def keep_conversions(erasure: str, people: Iterable[Person]) -> None:
    """Write whose conversions were erased, by their published ids: what destinations were told of them is withdrawn.

    Columns: ``erasure``, ``brand``, ``kind`` (``inquiry``, ``lead``, ``sale``), ``conversion_id``, ``erased_at``.
    """
    at = datetime.now(UTC).replace(tzinfo=None)
    rows = [
        {"erasure": erasure, "brand": person.brand, "kind": kind, "conversion_id": one, "erased_at": at}
        for person in people
        for kind, one in person.conversions
    ]
    schema = pa.schema(
        [(name, pa.string()) for name in ("erasure", "brand", "kind", "conversion_id")]
        + [("erased_at", pa.timestamp("us"))]
    )
    folder = erasures_dir()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part, file = folder / f".{erasure}.conversions.part", folder / f"{erasure}.conversions.parquet"
    # Whoever finishes an erasure that was killed may not know whom it was about.
    known = pq.read_table(file, schema=schema) if file.exists() else schema.empty_table()
    ids = set(known["conversion_id"].to_pylist())
    new = pa.Table.from_pylist([row for row in rows if row["conversion_id"] not in ids], schema)
    pq.write_table(pa.concat_tables([known, new]), part)
    part.replace(file)
