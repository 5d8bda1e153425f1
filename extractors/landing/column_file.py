"""Writes pages of columns straight into one landed file: a row group at a time, each key once.

Of every row a number of 64 bits is kept in a file without a name, made of its key. Only where two are alike are rows
read back, compared, and the file written again without those that do not stand.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from extractors.model import Row, Table

BYTES_PER_GROUP = 6 << 20
HASHES_AT_ONCE = 1 << 17
PRIME = np.uint64(0x9E3779B97F4A7C15)
NOTHING = np.uint64(0x5BD1E995)
"""Stands for a value that is not there."""

MOST_PLAIN = 64
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


class ColumnFile:
    """One file in the making. Whoever makes one finishes or closes it."""

    def __init__(self, path: Path, schema: pa.Schema, table: Table) -> None:
        self._path, self._schema, self._table = path, schema, table
        self._hashes, self._read = TemporaryFile(dir=path.parent), 0  # noqa: SIM115 - closed by close()
        self._rejected = array("q")
        self._by_part: Counter[str] = Counter()
        self._emptied = 0
        self.parts_seen: set[str] = set()
        """Of which parts of the account a row was taken, accepted or not."""
        self._group: list[pa.RecordBatch] = []
        self._group_bytes = 0
        self._writer: pq.ParquetWriter | None = None
        # Arrow compresses without holding the interpreter: the next page is read meanwhile.
        self._thread = ThreadPoolExecutor(1)
        self._pending: Future[None] | None = None

    def add(self, batch: pa.RecordBatch) -> None:
        """Take a page."""
        accepted = pc.is_null(batch["_reject_reason"])
        if batch["_reject_reason"].null_count < len(batch):
            places = pc.indices_nonzero(pc.invert(accepted)).to_numpy().astype(np.int64) + self._read
            self._rejected.frombytes(places.tobytes())
        self._hashes.write(hashes_of(batch, self._table.key))
        self._read += len(batch)
        emptied = batch["_column_rejects"]
        if emptied.null_count < len(batch):
            self._emptied += int(pc.sum(pc.and_(accepted, pc.is_valid(emptied))).as_py() or 0)
        if self._table.part:
            self._count_parts(batch[self._table.part], accepted)
        self._group.append(batch)
        self._group_bytes += batch.nbytes
        if self._group_bytes >= BYTES_PER_GROUP:
            self._flush()

    def _count_parts(self, parts: pa.Array, accepted: pa.Array) -> None:
        if pc.all(accepted).as_py() is False:
            self.parts_seen.update(pc.unique(parts).to_pylist())
            parts = parts.filter(accepted)
        counted = {one["values"].as_py(): one["counts"].as_py() for one in parts.value_counts()}
        self.parts_seen.update(counted)
        self._by_part.update(counted)

    def finish(self, metadata: Callable[[Written], Mapping[str, str]], settle: Settle | None) -> Written:
        """Write what is left, let rows of the same key be settled, and say in the file what it holds."""
        self._flush()
        self._wait()
        read, rejected = self._read, len(self._rejected)
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
            self._hashes.close()
            if self._writer and self._writer.is_open:
                self._writer.close()

    def _flush(self) -> None:
        if not self._group:
            return
        group, self._group, self._group_bytes = self._group, [], 0
        self._wait()
        self._pending = self._thread.submit(self._write_group, group)

    def _write_group(self, group: list[pa.RecordBatch]) -> None:
        rows = pa.Table.from_batches(group, self._schema).combine_chunks()
        self._writer = self._writer or _writer(self._path, self._schema, rows)
        self._writer.write_table(rows)

    def _wait(self) -> None:
        if self._pending is not None:
            pending, self._pending = self._pending, None
            pending.result()

    def _end(self, metadata: Mapping[str, str]) -> None:
        self._writer = self._writer or _writer(self._path, self._schema, self._schema.empty_table())
        if metadata:
            self._writer.add_key_value_metadata(dict(metadata))
        self.close()
        pa.default_memory_pool().release_unused()

    def _places_of_repeated(self) -> Any:
        """Where accepted rows lie whose number comes more than once; two keys may share one by chance."""
        found = [np.array([], np.int64)]
        # A sixteenth of them at a time, by the last bits, is what is in memory.
        for share in range(16):
            places, hashes = self._of_share(share)
            ordered = np.sort(hashes)
            repeated = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
            if len(repeated):
                found.append(places[np.isin(hashes, repeated)])
        return np.setdiff1d(np.concatenate(found), np.frombuffer(self._rejected, np.int64))

    def _of_share(self, share: int) -> tuple[Any, Any]:
        """The places of a share of the rows, and their numbers."""
        places, hashes, start = [np.array([], np.int64)], [np.array([], np.uint64)], 0
        self._hashes.seek(0)
        while data := self._hashes.read(HASHES_AT_ONCE * 8):
            part = np.frombuffer(data, np.uint64)
            here = np.flatnonzero(part.view(np.uint8)[::8] & 15 == share)
            places.append(here + start)
            hashes.append(part[here])
            start += len(part)
        return np.concatenate(places), np.concatenate(hashes)

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
        writer: pq.ParquetWriter | None = None
        try:
            for start, rows in self._groups():
                gone = leave[np.searchsorted(leave, start) : np.searchsorted(leave, start + len(rows))] - start
                stays = np.ones(len(rows), dtype=bool)
                stays[gone] = False
                writer = writer or _writer(again, schema, rows)
                writer.write_table(rows.filter(pa.array(stays)))
            if settled and writer:
                plain = [{name: row.get(name) for name in self._schema.names} for row in settled]
                writer.write_table(pa.Table.from_pylist(plain, self._schema))
        finally:
            if writer:
                writer.close()
        again.replace(self._path)


def _writer(path: Path, schema: pa.Schema, rows: pa.Table) -> pq.ParquetWriter:
    """A writer that looks values up only where the first rows show that they come again: that is half of its work."""
    few = [name for name in schema.names if 2 * pc.count_distinct(rows[name], mode="all").as_py() <= len(rows)]
    steps = {
        field.name: "DELTA_BINARY_PACKED" for field in schema if field.type == pa.int64() and field.name not in few
    }
    return pq.ParquetWriter(
        path, schema, compression="zstd", compression_level=1, use_dictionary=few, column_encoding=steps or None
    )


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
    elif pa.types.is_date32(array.type):
        hashes = _numbers_of(array.cast(pa.int32()))
    elif pa.types.is_timestamp(array.type) or pa.types.is_int64(array.type):
        hashes = _numbers_of(array.cast(pa.int64()))
    else:
        coded = array.dictionary_encode()
        values = [hash(value) & 0xFFFFFFFFFFFFFFFF for value in coded.dictionary.to_pylist()]
        hashes = np.array(values, dtype=np.uint64)[coded.indices.fill_null(0).to_numpy(zero_copy_only=False)]
    if array.null_count:
        hashes = np.where(array.is_null().to_numpy(zero_copy_only=False), NOTHING, hashes)
    return hashes


def _numbers_of(array: pa.Array) -> Any:
    return array.fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64).view(np.uint64) * FACTORS[0]


def _of_texts(array: pa.Array) -> Any:
    """Short texts of plain letters eight letters at a time, the others one by one; each text always in one way."""
    first = array[0]
    if first.is_valid and pc.all(pc.equal(array, first)).as_py() is True and not array.null_count:
        return np.repeat(_of_different_texts(array.slice(0, 1)), len(array))
    return _of_different_texts(array)


def _of_different_texts(array: pa.Array) -> Any:
    array = array.fill_null("") if array.null_count else array
    lengths = pc.binary_length(array)
    odd: Any = None
    is_long: Any = None
    if pc.max(lengths).as_py() > MOST_PLAIN or not pc.all(pc.string_is_ascii(array)).as_py():
        is_long = pc.or_(pc.greater(lengths, MOST_PLAIN), pc.invert(pc.string_is_ascii(array)))
        odd = np.array([hash(text) & 0xFFFFFFFFFFFFFFFF for text in array.filter(is_long).to_pylist()], np.uint64)
        array = pc.if_else(is_long, "", array)
        lengths = pc.binary_length(array)
    words = max(1, (pc.max(lengths).as_py() + 7) // 8)
    # What stands for nothing counts nothing: how far a page is filled up does not matter.
    padded = pc.ascii_rpad(array, width=words * 8, padding="\0")
    letters = np.frombuffer(padded.buffers()[2], np.uint64)[: len(array) * words].reshape(len(array), words)
    hashes = letters[:, 0] * FACTORS[0]
    for word in range(1, words):
        hashes += letters[:, word] * FACTORS[word]
    if odd is not None:
        hashes[is_long.to_numpy(zero_copy_only=False)] = odd
    return hashes
