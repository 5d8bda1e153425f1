"""Pages of columns in one file: each key once, whatever its texts are; what comes once is not looked up."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extractors.landing.batches import schema_of
from extractors.landing.column_file import HASHES_AT_ONCE, ColumnFile, hashes_of
from extractors.model import Account, Client, ColumnPage, Table, Window


def _nothing(client: Client, account: Account, window: Window) -> Iterator[ColumnPage]:
    return iter([])


TABLE = Table(
    name="things",
    grain="snapshot",
    key=("name", "day"),
    columns={"name": "text", "day": "date", "number": "integer"},
    read=_nothing,
)
NAMES = ["a", "b", "", "a\0", "ä", "a b", "x" * 64, "x" * 65, "x" * 64 + "y", "12345678", "12345678 ", None]


def batch(names: Sequence[str | None], days: Sequence[date | None] | None = None) -> pa.RecordBatch:
    schema, rows = schema_of(TABLE), len(names)
    columns = {
        "name": pa.array(names, pa.string()),
        "day": pa.array(days or [date(2026, 3, 1)] * rows, pa.date32()),
        "number": pa.array(range(rows), pa.int64()),
    }
    arrays = [columns.get(field.name, pa.nulls(rows, field.type)) for field in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def written(path: Path, *batches: pa.RecordBatch) -> tuple[int, pa.Table]:
    file = ColumnFile(path, schema_of(TABLE), TABLE)
    for one in batches:
        file.add(one)
    return file.finish(lambda done: {"rows": str(done.accepted)}, None).accepted, pq.read_table(path)


@pytest.mark.parametrize("name", NAMES)
def test_a_key_has_the_same_number_in_whatever_page_it_comes(name: str | None) -> None:
    alone, among = hashes_of(batch([name]), TABLE.key)[0], hashes_of(batch([*NAMES, name, name]), TABLE.key)
    assert among[-1] == among[-2] == alone


def test_a_key_that_comes_again_counts_once_and_another_is_kept(tmp_path: Path) -> None:
    days = [date(2026, 3, 1 + number) for number in range(len(NAMES))]
    count, rows = written(tmp_path / "f.parquet", batch(NAMES), batch(NAMES), batch(NAMES, days))
    assert count == 2 * len(NAMES) - 1
    assert len(rows) == count


def test_a_key_that_comes_again_far_below_counts_once(tmp_path: Path) -> None:
    names = [f"keyword {number}" for number in range(HASHES_AT_ONCE + 10)]
    again = [names[0], names[HASHES_AT_ONCE - 1], names[HASHES_AT_ONCE], names[-1]]
    count, rows = written(tmp_path / "f.parquet", batch(names), batch(again))
    assert count == len(names)
    assert sorted(rows["name"].to_pylist()) == sorted(names)


def test_texts_that_come_once_are_not_looked_up(tmp_path: Path) -> None:
    names = [f"keyword {number}" for number in range(5_000)]
    written(tmp_path / "f.parquet", batch(names))
    group = pq.ParquetFile(tmp_path / "f.parquet").metadata.row_group(0)
    encodings = {group.column(place).path_in_schema: group.column(place).encodings for place in range(3)}
    assert "RLE_DICTIONARY" not in encodings["name"]
    assert "RLE_DICTIONARY" in encodings["day"]
    assert "DELTA_BINARY_PACKED" in encodings["number"]


def test_a_file_without_rows_is_a_file(tmp_path: Path) -> None:
    assert written(tmp_path / "f.parquet") == (0, schema_of(TABLE).empty_table())


def test_landing_loads_no_pandas_and_a_data_frame_can_still_be_had() -> None:
    script = (
        "import sys; import pyarrow as pa; from extractors.landing.memory import leave_pandas_out; leave_pandas_out()\n"
        "pa.array(['a']); assert 'pandas' not in sys.modules\n"
        "assert pa.table({'a': [1]}).to_pandas()['a'].tolist() == [1]"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
