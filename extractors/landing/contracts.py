"""A file without rows for every table, so that who reads the landing zone always finds its columns."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from extractors.landing.batches import schema_of
from extractors.model import Source
from extractors.private import private_file, private_folder, shut


def write_contracts(root: Path, sources: Iterable[Source]) -> None:
    """For every table a file without rows, so that who reads the landing zone always finds its columns."""
    shut(private_folder(root))
    for source in sources:
        for table in source.tables:
            folder = root / source.name / table.name
            private_folder(folder)
            target, schema = folder / "_contract.parquet", schema_of(table)
            if not _has_schema(target, schema):
                part = folder / f".contract.{uuid.uuid4().hex}.part"
                pq.write_table(schema.empty_table(), private_file(part))
                part.replace(target)


def _has_schema(file: Path, schema: pa.Schema) -> bool:
    try:
        return bool(pq.read_schema(file).equals(schema))
    except (OSError, pa.ArrowException):
        # Not there yet, or a power cut left it without content.
        return False
