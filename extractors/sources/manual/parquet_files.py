"""Parquet files as pandas, Spark, DuckDB and Polars write them: read by their types, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from extractors.sources.manual.sheets import (
    ROWS_PER_BLOCK,
    Block,
    Broken,
    Coded,
    Head,
    Sheet,
    coded_texts,
    coded_values,
)

INDEX = "__index_level_"
"""What pandas calls the columns of its index."""


def parquet_sheet(path: Path, where: str) -> Sheet:
    """The one sheet of a Parquet file."""
    try:
        file = pq.ParquetFile(path)
        names = list(file.schema_arrow.names)
    except Exception as unreadable:
        raise Broken(f"{where}: not a readable Parquet file ({_first_line(unreadable)}). Write it again.") from None
    wanted = [name for name in names if not name.startswith(INDEX)]
    # The types are in the file: no value has to be looked at to know how it is written.
    return Sheet(where, [Head([(0, wanted)])], lambda head, index: _blocks(file, where, wanted))


def _blocks(file: pq.ParquetFile, where: str, names: list[str]) -> Iterator[Block]:
    row = 1
    try:
        for batch in file.iter_batches(batch_size=ROWS_PER_BLOCK, columns=names):
            columns, faults = [], dict[tuple[int, int], str]()
            for place, name in enumerate(names):
                columns.append(_coded(batch.column(name), place, faults))
            yield Block(columns, np.arange(row, row + len(batch), dtype=np.int64), {}, faults)
            row += len(batch)
    except Exception as broken:
        raise Broken(f"{where}: the Parquet file is damaged ({_first_line(broken)}). Write it again.") from broken


def _coded(array: pa.Array, place: int, faults: dict[tuple[int, int], str]) -> Coded:
    kind = array.type
    if pa.types.is_dictionary(kind):
        array, kind = array.dictionary_decode(), kind.value_type
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        # Spark and Impala write text so.
        try:
            array = array.cast(pa.string())
        except pa.ArrowInvalid:
            return coded_values(array.to_pylist())
        kind = array.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return coded_texts(array.cast(pa.string()))
    if pa.types.is_float32(kind) or pa.types.is_float16(kind):
        # 1450.55 is what was meant where 32 bits say 1450.550049.
        array = array.cast(pa.float32()).cast(pa.string()).cast(pa.float64())
    if pa.types.is_timestamp(kind):
        return _moments(array, place, faults)
    if pa.types.is_date(kind):
        days = pc.cast(array, pa.timestamp("ms"))
        return _python(array, pc.cast(days, pa.int64()), -62135596800000, 253402300799999, place, faults)
    return coded_values(array.to_pylist())


def _moments(array: pa.Array, place: int, faults: dict[tuple[int, int], str]) -> Coded:
    """Times in microseconds; one with a zone becomes UTC, whatever the zone is called."""
    zone = array.type.tz
    plain = array.cast(pa.timestamp(array.type.unit)) if zone is None else _as_utc(array)
    micro = pc.cast(plain, pa.timestamp("us", plain.type.tz), safe=False)
    limits = -62135596800_000000, 253402300799_999999
    coded = _python(micro, pc.cast(micro, pa.int64()), *limits, place, faults)
    if zone is None:
        return coded
    # A midnight in the file's own zone is how a day is written.
    clock = _known_zone(zone)
    return Coded([_local(value, clock) for value in _list(coded.values)], coded.codes)


def _known_zone(name: str) -> tzinfo:
    with suppress(ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(name)
    return UTC


def _local(value: datetime | None, clock: tzinfo) -> datetime | None:
    try:
        return value.astimezone(clock) if value else None
    except OverflowError:
        return value


def _list(values: Any) -> list[Any]:
    return values.to_pylist() if isinstance(values, pa.Array) else list(values)


def _as_utc(array: pa.Array) -> pa.Array:
    return array.view(pa.int64()).view(pa.timestamp(array.type.unit, "UTC"))


def _python(
    array: pa.Array, numbers: pa.Array, least: int, most: int, place: int, faults: dict[tuple[int, int], str]
) -> Coded:
    beyond = pc.fill_null(pc.or_(pc.less(numbers, least), pc.greater(numbers, most)), False)
    if pc.any(beyond).as_py():
        for row in pc.indices_nonzero(beyond).to_pylist():
            faults[row, place] = "is not in the calendar"
        array = pc.if_else(beyond, pa.scalar(None, array.type), array)
    return coded_values(array.to_pylist())


def _first_line(error: Any) -> str:
    return str(error).split("\n")[0][:200]
