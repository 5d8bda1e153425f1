"""Writes pages of columns straight into one landed file: a row group at a time, each key once.

Of every row a number of 64 bits is kept in memory, made of its key. Only where two are alike are rows read back,
compared, and the file written again without those that do not stand.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from extractors.model import Row, Table

BYTES_PER_GROUP = 6 << 20
PRIME = np.uint64(0x9E3779B97F4A7C15)
NOTHING = np.uint64(0x5BD1E995)
"""Stands for a value that is not there."""

MOST_PLAIN = 64
BLANKS = np.uint64(0x2020202020202020)
FACTORS = np.array([pow(0x9E3779B97F4A7C15, 2 * power + 1, 1 << 64) for power in range(MOST_PLAIN // 8)], np.uint64)

Settle = Callable[[list[Row]], list[Row]]
"""Takes accepted rows whose keys come more than once, and gives those that are to stand, some of them rejected."""


@dataclass(frozen=True)
class Written:
    """What is in a file."""

    accepted: int
    rejected: int
    read: int
    emptied: int
    """Accepted rows of which a column could not be read; before any were settled."""
    by_part: Mapping[str, int]
    """Accepted rows by the part of the account, where it has parts; before any were settled."""


def give_memory_back() -> None:
    """Let Arrow use the allocator that keeps least of what was freed, where this system has it."""
    if "jemalloc" in pa.supported_memory_backends():
        pa.set_memory_pool(pa.jemalloc_memory_pool())


class ColumnFile:
    """One file in the making. Whoever makes one finishes or closes it."""

    def __init__(self, path: Path, schema: pa.Schema, table: Table) -> None:
        self._path, self._schema, self._table = path, schema, table
        self._hashes, self._rejected = array("Q"), array("q")
        self._by_part: Counter[str] = Counter()
        self._emptied = 0
        self.parts_seen: set[str] = set()
        """Of which parts of the account a row was taken, accepted or not."""
        self._group: list[pa.RecordBatch] = []
        self._group_bytes = 0
        self._writer = pq.ParquetWriter(path, schema, compression="zstd", compression_level=1)
        # Arrow compresses without holding the interpreter: the next page is read meanwhile.
        self._thread = ThreadPoolExecutor(1)
        self._pending: Future[None] | None = None

    def add(self, batch: pa.RecordBatch) -> None:
        """Take a page."""
        accepted = pc.is_null(batch["_reject_reason"])
        if batch["_reject_reason"].null_count < len(batch):
            places = pc.indices_nonzero(pc.invert(accepted)).to_numpy().astype(np.int64) + len(self._hashes)
            self._rejected.frombytes(places.tobytes())
        self._hashes.frombytes(hashes_of(batch, self._table.key).tobytes())
        emptied = batch["_column_rejects"]
        if emptied.null_count < len(batch):
            self._emptied += int(pc.sum(pc.and_(accepted, pc.is_valid(emptied))).as_py() or 0)
        if self._table.part:
            self.parts_seen.update(pc.unique(batch[self._table.part]).to_pylist())
            parts = batch[self._table.part].filter(accepted).value_counts()
            self._by_part.update({one["values"].as_py(): one["counts"].as_py() for one in parts})
        self._group.append(batch)
        self._group_bytes += batch.nbytes
        if self._group_bytes >= BYTES_PER_GROUP:
            self._flush()

    def finish(self, metadata: Callable[[Written], Mapping[str, str]], settle: Settle | None) -> Written:
        """Write what is left, let rows of the same key be settled, and say in the file what it holds."""
        self._flush()
        self._wait()
        read = len(self._hashes)
        rejected = len(self._rejected)
        twice = self._places_of_repeated()
        if not len(twice):
            written = Written(read - rejected, rejected, read, self._emptied, self._by_part)
            self._end(metadata(written))
            return written
        self._end({})
        same = self._rows_at(twice)
        stay, settled = self._settled(same, settle)
        leave = np.setdiff1d(twice, stay, assume_unique=True)
        refused = sum(1 for row in settled if row.get("_reject_reason"))
        stands = read - rejected - len(leave) + len(settled) - refused
        written = Written(stands, rejected + refused, read, self._emptied, self._by_part)
        self._write_again(leave, settled, metadata(written))
        return written

    def seal(self) -> None:
        """End the file as a source for another one."""
        self._flush()
        self._end({})

    def close(self) -> None:
        """Let go of the file as it is."""
        try:
            self._wait()
        finally:
            self._thread.shutdown()
            if self._writer.is_open:
                self._writer.close()

    def _flush(self) -> None:
        if not self._group:
            return
        group, self._group, self._group_bytes = self._group, [], 0
        self._wait()
        self._pending = self._thread.submit(self._write_group, group)

    def _write_group(self, group: list[pa.RecordBatch]) -> None:
        self._writer.write_table(pa.Table.from_batches(group, self._schema).combine_chunks())

    def _wait(self) -> None:
        if self._pending is not None:
            pending, self._pending = self._pending, None
            pending.result()

    def _end(self, metadata: Mapping[str, str]) -> None:
        if metadata:
            self._writer.add_key_value_metadata(dict(metadata))
        self.close()
        pa.default_memory_pool().release_unused()

    def _places_of_repeated(self) -> Any:
        """Where accepted rows lie whose number comes more than once; two keys may share one by chance."""
        hashes = np.frombuffer(self._hashes, np.uint64)
        is_repeated = np.zeros(len(hashes), dtype=bool)
        # A sixteenth of them at a time, by the last bits: sorting takes as much memory again.
        last_bits = hashes.view(np.uint8)[::8] & 15
        for share in range(16):
            places = np.flatnonzero(last_bits == share)
            ordered = np.sort(hashes[places])
            repeated = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
            if len(repeated):
                is_repeated[places] = np.isin(hashes[places], repeated)
        is_repeated[np.frombuffer(self._rejected, np.int64)] = False
        return np.flatnonzero(is_repeated)

    def _rows_at(self, places: Any) -> pa.Table:
        """Those rows, read back, with their ``_place``."""
        found = []
        for start, rows in self._groups():
            here = places[np.searchsorted(places, start) : np.searchsorted(places, start + len(rows))]
            if len(here):
                found.append(rows.take(pa.array(here - start)).append_column("_place", pa.array(here)))
        return pa.concat_tables(found)

    def _settled(self, same: pa.Table, settle: Settle | None) -> tuple[Any, list[Row]]:
        """The places of rows that stay as they are, and the rows that stand for the others."""
        groups: dict[tuple[Any, ...], list[Row]] = {}
        for row in same.to_pylist():
            groups.setdefault(tuple(row[name] for name in self._table.key), []).append(row)
        alone = [rows[0]["_place"] for rows in groups.values() if len(rows) == 1]
        if settle is None:
            return np.sort(np.array(alone + [rows[-1]["_place"] for rows in groups.values() if len(rows) > 1])), []
        alike = [row for rows in groups.values() if len(rows) > 1 for row in rows]
        untouched = {id(row) for row in alike}
        stand = settle(alike)
        stay = alone + [row["_place"] for row in stand if id(row) in untouched and not row.get("_reject_reason")]
        changed = [row for row in stand if id(row) not in untouched or row.get("_reject_reason")]
        return np.sort(np.array(stay, dtype=np.int64)), changed

    def _groups(self) -> Iterator[tuple[int, pa.Table]]:
        start = 0
        with pq.ParquetFile(self._path) as file:
            for number in range(file.num_row_groups):
                rows = file.read_row_group(number)
                yield start, rows
                start += len(rows)

    def _write_again(self, leave: Any, settled: list[Row], metadata: Mapping[str, str]) -> None:
        again = self._path.with_name(f"{self._path.name}.again.part")
        schema = self._schema.with_metadata(dict(metadata))
        with pq.ParquetWriter(again, schema, compression="zstd", compression_level=1) as writer:
            for start, rows in self._groups():
                gone = leave[np.searchsorted(leave, start) : np.searchsorted(leave, start + len(rows))] - start
                stays = np.ones(len(rows), dtype=bool)
                stays[gone] = False
                writer.write_table(rows.filter(pa.array(stays)))
            if settled:
                plain = [{name: row.get(name) for name in self._schema.names} for row in settled]
                writer.write_table(pa.Table.from_pylist(plain, self._schema))
        again.replace(self._path)


def hashes_of(batch: pa.RecordBatch, key: tuple[str, ...]) -> Any:
    """A number of 64 bits for each row, the same for the same key."""
    total = np.zeros(len(batch), dtype=np.uint64)
    for name in key:
        total = (total * PRIME) ^ _hashes(batch[name])
        total ^= total >> np.uint64(29)
    return total


def _hashes(array: pa.Array) -> Any:
    if array.null_count == len(array):
        return np.full(len(array), NOTHING)
    if pa.types.is_string(array.type):
        hashes = _of_texts(array)
    else:
        values = [hash(value) & 0xFFFFFFFFFFFFFFFF for value in array.dictionary_encode().dictionary.to_pylist()]
        codes = array.dictionary_encode().indices.fill_null(0).to_numpy(zero_copy_only=False)
        hashes = np.array(values, dtype=np.uint64)[codes]
    if array.null_count:
        hashes = np.where(array.is_null().to_numpy(zero_copy_only=False), NOTHING, hashes)
    return hashes


def _of_texts(array: pa.Array) -> Any:
    """Short texts of plain letters eight letters at a time, the others one by one; each text always in one way."""
    array = array.fill_null("")
    lengths = pc.binary_length(array).to_numpy(zero_copy_only=False)
    is_long = lengths > MOST_PLAIN
    if pc.any(pc.not_equal(pc.binary_length(array), pc.utf8_length(array))).as_py():
        is_long |= pc.not_equal(pc.binary_length(array), pc.utf8_length(array)).to_numpy(zero_copy_only=False)
    odd: Any = None
    if is_long.any():
        odd = np.array([hash(text) & 0xFFFFFFFFFFFFFFFF for text in array.filter(pa.array(is_long)).to_pylist()])
        array = pc.if_else(pa.array(is_long), "", array)
        lengths = np.where(is_long, 0, lengths)
    words = max(1, (int(lengths.max()) + 7) // 8)
    padded = pc.ascii_rpad(array, width=words * 8, padding=" ")
    letters = np.frombuffer(padded.buffers()[2], np.uint64)[: len(array) * words].reshape(len(array), words)
    # Blanks count nothing: how far a page is padded does not matter.
    hashes = ((letters ^ BLANKS) * FACTORS[:words]).sum(axis=1, dtype=np.uint64)
    if odd is not None:
        hashes[is_long] = odd.astype(np.uint64)
    return hashes
