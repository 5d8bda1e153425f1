"""Where a search passes from one piece of a file to the next, on which day something is too old, and who stays."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from erasure.patterns import patterns_of
from erasure.plain_files import wipe
from erasure.retention import expire
from erasure.search import CHUNK, search
from erasure.steps import forget_remembered
from extractors.landing.writer import LandingWriter
from extractors.model import Account, Row, Window
from extractors.settings import landing_dir
from extractors.sources import SOURCES
from warehouse import settings

EMAIL = b"ann@firm.example"
PATTERNS = patterns_of({("email", EMAIL.decode())})
TODAY, DAYS = date(2026, 6, 30), 30
LAST = TODAY - timedelta(days=DAYS)


@pytest.mark.parametrize("before", [1, len(EMAIL) // 2, len(EMAIL) - 1], ids="{} signs before it".format)
def test_a_form_that_lies_across_two_pieces_of_a_large_file_is_found_and_written_over(
    tmp_path: Path, before: int
) -> None:
    file = tmp_path / "tool.log"
    file.write_bytes(b"x" * (CHUNK - before) + EMAIL + b"y" * 10)
    assert [hit.file for hit in search(tmp_path, PATTERNS).hits] == [file]

    wipe(file, PATTERNS)

    assert search(tmp_path, PATTERNS).hits == []
    assert file.stat().st_size == CHUNK - before + len(EMAIL) + 10
    assert file.read_bytes()[-10 - len(EMAIL) - 1 :] == b"x" + b"*" * len(EMAIL) + b"y" * 10


def test_what_is_as_old_as_may_be_stays_and_a_day_older_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path / "config"))
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "retention.yml").write_text(f"logs: {DAYS}\npayloads: {DAYS}\n", encoding="utf-8")
    logs = tmp_path / "data" / "logs" / "dbt"
    logs.mkdir(parents=True)
    source, account = SOURCES["typeform"], Account("typeform", "n", "typeform", brand="n")
    for day in (LAST, LAST - timedelta(days=1)):
        at = datetime(day.year, day.month, day.day, tzinfo=UTC)
        (logs / f"{day}.log").write_text("said", encoding="utf-8")
        os.utime(logs / f"{day}.log", (at.timestamp(), at.timestamp()))
        row: Row = {"response_id": f"r{day}", "form_id": "F", "submitted_at": at, "_payload": {"x": 1}}
        with LandingWriter(
            landing_dir(), "typeform", source.table("responses"), account, Window(day, day), "r"
        ) as writer:
            writer.add([row])
            writer.commit()

    done = expire(TODAY)

    assert (done.logs, done.payload_rows) == (1, 1)
    assert [file.name for file in logs.iterdir()] == [f"{LAST}.log"]
    files = sorted(landing_dir().glob("typeform/responses/account=*/day=*.parquet"))
    assert [pq.ParquetFile(file).read()["_payload"].to_pylist() for file in files] == [[None], ['{"x":1}']]


def test_of_what_builds_remember_the_person_goes_and_the_others_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    memory = settings.build_dir() / "remembered" / "people.parquet"
    memory.parent.mkdir(parents=True)
    pq.write_table(pa.table({"person_id": ["ann", "bob"], "node_id": ["a", "b"]}), memory)

    forget_remembered({"ann", "cleo"})

    assert pq.read_table(memory).to_pylist() == [{"person_id": "bob", "node_id": "b"}]
