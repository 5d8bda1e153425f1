"""The least that landing costs: what a source answered is decoded and its rows are written, nothing else.

The answers are the payloads that it landed. No HTTP, no paging, no contract, no days: one file for each table.
"""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

ROWS_AT_ONCE = 10_000


def bare_seconds(landing: Path, source: str, target: Path) -> float:
    """Seconds to decode the payloads of a source, make columns of the landed values, and write them."""
    return sum(
        _bare_seconds(sorted(folder.glob("account=*/day=*.parquet")), target / f"bare__{source}__{folder.name}.parquet")
        for folder in sorted((landing / source).iterdir())
        if folder.is_dir()
    )


def _bare_seconds(files: list[Path], target: Path) -> float:
    if not files:
        return 0.0
    rows = ds.dataset([str(file) for file in files], format="parquet").to_table().combine_chunks()
    decode, seconds = msgspec.json.Decoder().decode, 0.0
    with pq.ParquetWriter(target, rows.schema, compression="zstd") as writer:
        for batch in rows.to_batches(max_chunksize=ROWS_AT_ONCE):
            # Reading the landing zone is no part of the limit.
            values, payloads = batch.to_pylist(), [text for text in batch["_payload"].to_pylist() if text]
            started = time.monotonic()
            for payload in payloads:
                decode(payload)
            writer.write_batch(pa.RecordBatch.from_pylist(values, schema=rows.schema))
            seconds += time.monotonic() - started
        # What is left is written when the file is closed.
        started = time.monotonic()
    return seconds + time.monotonic() - started
