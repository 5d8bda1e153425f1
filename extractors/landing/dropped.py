"""Reads the Parquet files that people drop, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq

from extractors.model import Row


def read_parquet_pages(path: Path, rows_per_page: int) -> tuple[list[str], Iterator[list[Row]]]:
    """The column names of a Parquet file that a person dropped, and its rows a page at a time."""
    file = pq.ParquetFile(path)
    return list(file.schema_arrow.names), (batch.to_pylist() for batch in file.iter_batches(batch_size=rows_per_page))
