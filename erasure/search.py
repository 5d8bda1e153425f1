"""Searches every byte below the data folder, and every value of what is compressed there, for a list of patterns.

Files are read as bytes; Parquet, DuckDB, gzip, ZIP and the spool also as what they hold, because compression hides a
text from whoever looks at bytes, and base64 most of its forms. Capitals make no difference.
"""

from __future__ import annotations

import gzip
import os
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from extractors.receiver.spooled import record_of

CHUNK = 16 << 20
WINDOW = 8
BITS = 22
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


HOLD_TEXT = frozenset({"BIGINT", "UBIGINT", "HUGEINT", "BLOB", "JSON"})
"""Types of DuckDB that can hold a number or a text of a person's, beside those that are made of ``VARCHAR``."""


class Matcher:
    """Finds any of thousands of patterns in bytes, at the speed of a few passes over them."""

    def __init__(self, patterns: Iterable[bytes]) -> None:
        self.patterns = sorted(set(patterns))
        self.longest = max(map(len, self.patterns), default=0)
        self._short = [one for one in self.patterns if len(one) < WINDOW]
        self._by_window: dict[bytes, list[bytes]] = defaultdict(list)
        for one in self.patterns:
            if len(one) >= WINDOW:
                self._by_window[one[:WINDOW]].append(one)
        windows = np.array([int.from_bytes(one, "little") for one in self._by_window], dtype=np.uint64)
        self._table = np.zeros(1 << BITS, dtype=np.bool_)
        self._table[self._slots(windows)] = True

    @staticmethod
    def _slots(windows: np.ndarray) -> np.ndarray:
        return (windows * MULTIPLIER) >> np.uint64(64 - BITS)

    def found_in(self, text: bytes) -> Counter[bytes]:
        """How often each pattern occurs in a text."""
        found: Counter[bytes] = Counter()
        low = text.lower()
        for one in self._short:
            if count := low.count(one):
                found[one] += count
        for place in self._candidates(low):
            for one in self._by_window.get(low[place : place + WINDOW], ()):
                found[one] += low.startswith(one, place)
        return +found

    def _candidates(self, low: bytes) -> Iterator[int]:
        if not self._by_window:
            return
        for start in range(min(WINDOW, len(low))):
            count = (len(low) - start) // WINDOW
            windows = np.frombuffer(low, dtype="<u8", count=count, offset=start)
            places = np.flatnonzero(self._table[self._slots(windows)])
            yield from (places * WINDOW + start).tolist()


@dataclass
class Hit:
    """Patterns that were found in one file."""

    file: Path
    patterns: Counter[bytes] = field(default_factory=Counter)


@dataclass
class Searched:
    """What was looked at and what was found."""

    files: int = 0
    bytes: int = 0
    values_bytes: int = 0
    """Bytes of values that were read out of compressed files, beside the files' own."""
    hits: list[Hit] = field(default_factory=list)
    unreadable: list[Path] = field(default_factory=list)
    not_searched: list[str] = field(default_factory=list)
    """Places that are known and could not be looked at, in words."""

    def add(self, other: Searched) -> None:
        """Count what was searched elsewhere to this."""
        self.files += other.files
        self.bytes += other.bytes
        self.values_bytes += other.values_bytes
        self.hits += other.hits
        self.unreadable += other.unreadable
        self.not_searched += other.not_searched


def search(folder: Path, patterns: Mapping[bytes, str], leave_out: Iterable[Path] = ()) -> Searched:
    """Search every file below a folder. What cannot be opened as what it says it is, is told."""
    searched, left = Searched(), set(leave_out)
    seen: set[tuple[int, int]] = set()
    looking = _Looking(Matcher(patterns))
    for path, below, names in os.walk(folder):
        here = Path(path)
        below[:] = sorted(name for name in below if here / name not in left)
        for name in sorted(names):
            file = here / name
            if file in left or file.is_symlink() or not file.is_file():
                continue
            searched.files += 1
            looking.take(file, os.fsencode(file.relative_to(folder)))
            status = file.stat()
            if (status.st_dev, status.st_ino) in seen:
                # A second name of what was searched under its first.
                continue
            seen.add((status.st_dev, status.st_ino))
            for text in _bytes_of(file):
                searched.bytes += len(text)
                looking.take(file, text)
            try:
                for text in values_of(file):
                    searched.values_bytes += len(text)
                    looking.take(file, text)
            except (pa.ArrowException, duckdb.Error, OSError, zlib.error, zipfile.BadZipFile):
                searched.unreadable.append(file)
    looking.look()
    searched.hits = [Hit(file, found) for file, found in sorted(looking.found.items())]
    return searched


class _Looking:
    """Looks through many small texts at once: thousands of small files would each cost as much as a large one."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self._waiting: list[tuple[Path, bytes]] = []
        self._bytes = 0
        self.found: dict[Path, Counter[bytes]] = {}

    def take(self, file: Path, text: bytes) -> None:
        """Look through a text of a file, sooner or later."""
        self._waiting.append((file, text))
        self._bytes += len(text)
        if self._bytes >= CHUNK:
            self.look()

    def look(self) -> None:
        """Look through what waits; one by one only where something is in it."""
        waiting, self._waiting, self._bytes = self._waiting, [], 0
        if self._matcher.found_in(b"\0".join(text for _, text in waiting)):
            for file, text in waiting:
                if found := self._matcher.found_in(text):
                    self.found.setdefault(file, Counter()).update(found)


def _bytes_of(file: Path) -> Iterator[bytes]:
    """The file in pieces that overlap by what a pattern can be long."""
    overlap = b""
    with file.open("rb") as opened:
        while piece := opened.read(CHUNK):
            yield overlap + piece
            overlap = piece[-256:]


def values_of(file: Path) -> Iterator[bytes]:
    """The values that a compressed file holds; nothing of a file that is as it looks."""
    if file.suffix == ".parquet" or ".parquet." in file.name:
        yield from _of_parquet(file)
    elif file.suffix == ".duckdb":
        yield from _of_duckdb(file)
    elif file.suffix == ".gz":
        with gzip.open(file) as opened:
            while piece := opened.read(CHUNK):
                yield piece
    elif file.suffix == ".spool":
        with file.open("rb") as opened:
            yield from (received.body for line in opened if (received := record_of(line)))
    elif file.suffix in (".zip", ".xlsx"):
        with zipfile.ZipFile(file) as archive:
            yield from (archive.read(name) for name in archive.namelist())


def _of_parquet(file: Path) -> Iterator[bytes]:
    with pq.ParquetFile(file) as opened:
        yield from (name + value for name, value in (opened.metadata.metadata or {}).items() if name != b"ARROW:schema")
        for batch in opened.iter_batches(65_536):
            yield from _of_batch(batch)


def _of_duckdb(file: Path) -> Iterator[bytes]:
    with duckdb.connect() as database:
        quoted = str(file).replace("'", "''")
        database.execute(f"attach '{quoted}' as looked_at (read_only)")
        tables = database.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'looked_at' order by all"
        ).fetchall()
        for schema, table in tables:
            columns = database.execute(
                "select column_name, data_type from duckdb_columns() "
                "where database_name = 'looked_at' and schema_name = ? and table_name = ? order by column_index",
                [schema, table],
            ).fetchall()
            # Days, moments, amounts and truths are no text.
            texts = [f'"{name}"::varchar' for name, kind in columns if kind in HOLD_TEXT or "VARCHAR" in kind]
            if not texts:
                continue
            rows = database.execute(f'select {", ".join(texts)} from looked_at."{schema}"."{table}"')
            for batch in rows.to_arrow_reader(65_536):
                yield from _of_batch(batch)


def _of_batch(batch: pa.RecordBatch) -> Iterator[bytes]:
    """The values of each column of text, and whole numbers as they are written."""
    for column in batch.columns:
        kind = column.type
        if pa.types.is_dictionary(kind):
            column = column.dictionary_decode()
        elif pa.types.is_nested(kind):
            column = pa.array([str(value) for value in column.to_pylist()], pa.string())
        elif pa.types.is_integer(kind) and kind.bit_width == 64:
            column = column.cast(pa.string())
        if text := joined(column):
            yield text


def joined(column: pa.Array) -> bytes:
    """The values behind one another, each for itself: the end of one and the beginning of the next are no number."""
    if column.type not in (pa.string(), pa.binary(), pa.large_string(), pa.large_binary()):
        return b""
    values = column.drop_null()
    between = pa.scalar("\0" if pa.types.is_string(values.type) or pa.types.is_large_string(values.type) else b"\0")
    whole = pc.binary_join(pa.ListArray.from_arrays([0, len(values)], values), between.cast(values.type))
    return bytes(whole[0].as_buffer())
