"""A contact is found in whatever form it lies, also where a file is compressed, and nothing else is."""

from __future__ import annotations

import base64
import gzip
import hashlib
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erasure.patterns import patterns_of
from erasure.plain_files import wipe
from erasure.search import Matcher, search, values_of

EMAIL, PHONE, COOKIE = "Ann.Smith@firm.example", "+491701234567", "000a86fad63cdc85"
PATTERNS = patterns_of({("email", EMAIL), ("phone", PHONE), ("id", COOKIE)})


@pytest.mark.parametrize(
    "text",
    [
        EMAIL,
        EMAIL.lower(),
        EMAIL.upper(),
        quote(EMAIL),
        PHONE,
        quote(PHONE, safe=""),
        "0170 1234567",
        "1701234567",
        "00491701234567",
        "+49 170 1234567",
        COOKIE,
        *(hashlib.new(name, one.encode()).hexdigest() for name in ("md5", "sha1", "sha256") for one in (EMAIL, PHONE)),
        hashlib.sha256(EMAIL.lower().encode()).hexdigest().upper(),
        *(base64.b64encode(b"x" * before + EMAIL.encode() + b"yz").decode() for before in range(4)),
    ],
)
def test_each_form_is_found_in_the_bytes_of_a_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "task.log").write_text(f"before {text} after\n", encoding="utf-8")

    (hit,) = search(tmp_path, PATTERNS).hits

    assert hit.file.name == "task.log"


def test_another_s_contacts_are_not_found(tmp_path: Path) -> None:
    (tmp_path / "task.log").write_text(
        "bob.smith@firm.example +491707654321 111a86fad63cdc85 ann.smith@", encoding="utf-8"
    )

    searched = search(tmp_path, PATTERNS)

    assert not searched.hits
    assert (searched.files, searched.bytes) == (1, 64)


def in_parquet(folder: Path) -> None:
    """Among many other values, compressed."""
    texts = [f"{number}@firm.example" for number in range(5_000)] + [EMAIL]
    pq.write_table(pa.table({"email": texts, "number": list(range(5_001))}), folder / "a.parquet", compression="zstd")


def in_a_list_of_parquet(folder: Path) -> None:
    """Inside a list."""
    pq.write_table(pa.table({"emails": [["x@firm.example"], ["y", EMAIL]]}), folder / "a.parquet")


def as_a_number_of_parquet(folder: Path) -> None:
    """As a whole number."""
    pq.write_table(pa.table({"phone": [1, 491701234567]}), folder / "a.parquet")


def in_duckdb(folder: Path) -> None:
    """In a table of a database that is compressed."""
    with duckdb.connect(str(folder / "a.duckdb")) as database:
        database.execute("create table people as select range || '@firm.example' as email from range(200_000)")
        database.execute("insert into people values (?)", [EMAIL])


def in_gzip(folder: Path) -> None:
    """In a log that was put away."""
    (folder / "a.log.gz").write_bytes(gzip.compress(b"x" * 1000 + EMAIL.encode()))


def in_zip(folder: Path) -> None:
    """In an archive."""
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inside.txt", "x" * 1000 + EMAIL)


def in_a_name(folder: Path) -> None:
    """In the name of a file."""
    (folder / f"{EMAIL}.txt").touch()


@pytest.mark.parametrize(
    "write", [in_parquet, in_a_list_of_parquet, as_a_number_of_parquet, in_duckdb, in_gzip, in_zip, in_a_name]
)
def test_what_is_compressed_is_searched_by_its_values(tmp_path: Path, write: Callable[[Path], None]) -> None:
    write(tmp_path)

    assert len(search(tmp_path, PATTERNS).hits) == 1


def test_the_end_of_one_value_and_the_beginning_of_the_next_are_no_number(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["991701", None, "234567"], "n": [9917012, 1, 34567]}), tmp_path / "a.parquet")
    with duckdb.connect(str(tmp_path / "a.duckdb")) as database:
        database.execute("create table ids as select unnest(['991701', '234567']) as id")

    values = {text for file in ("a.parquet", "a.duckdb") for text in values_of(tmp_path / file)}

    assert b"991701\x00234567" in values
    assert not any(Matcher(PATTERNS).found_in(text) for text in values)


def test_a_file_that_is_not_what_its_name_says_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"no table")

    assert [file.name for file in search(tmp_path, PATTERNS).unreadable] == ["a.parquet"]


@given(st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=20), st.binary(max_size=400), st.data())
def test_the_matcher_counts_what_a_slow_search_counts(patterns: list[bytes], text: bytes, data: st.DataObject) -> None:
    patterns = [one.lower() for one in patterns]
    text += data.draw(st.sampled_from(patterns)) + text[:50]
    found = Matcher(patterns).found_in(text)

    low = text.lower()
    for one in set(patterns):
        slow = low.count(one) if len(one) < 8 else sum(low.startswith(one, place) for place in range(len(low)))
        assert found[one] == slow


def test_a_log_is_written_over_and_keeps_its_length_and_its_place(tmp_path: Path) -> None:
    log = tmp_path / "task.log"
    log.write_text(f"1 {EMAIL} 2\n{EMAIL.upper()} 3\n", encoding="utf-8")
    before = log.stat()
    (hit,) = search(tmp_path, PATTERNS).hits

    wipe(log, hit.patterns)

    assert log.read_text(encoding="utf-8") == f"1 {'*' * len(EMAIL)} 2\n{'*' * len(EMAIL)} 3\n"
    assert (log.stat().st_ino, log.stat().st_size) == (before.st_ino, before.st_size)


def test_a_database_of_a_tool_loses_the_value_and_the_pages_that_held_it(tmp_path: Path) -> None:
    file = tmp_path / "airflow.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("create table xcom (key text, value blob)")
        database.executemany("insert into xcom values (?, ?)", [(f"k{number}", f"{number}") for number in range(1000)])
        database.execute("insert into xcom values ('old', ?)", [f'{{"email": "{EMAIL}"}}'])
        database.execute("delete from xcom where key = 'old'")
        database.execute("insert into xcom values ('now', ?)", [f'{{"email": "{EMAIL}"}}'])
    (hit,) = search(tmp_path, PATTERNS).hits

    wipe(file, hit.patterns)

    assert not search(tmp_path, PATTERNS).hits
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("select count(*), max(value) filter (where key = 'now') from xcom").fetchone() == (
            1001,
            "***",
        )
