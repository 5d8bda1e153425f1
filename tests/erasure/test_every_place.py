"""Ann is planted in every place below the data folder and in every form; after the erasure nothing of her is found."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from erasure.discover import Asked
from erasure.patterns import patterns_of
from erasure.search import Matcher, search
from erasure.steps import forget
from extractors.landing.writer import LandingWriter
from extractors.model import Account, Row, Window
from extractors.receiver.spool import Received, line_of, new_receipt
from extractors.settings import landing_dir, rejects_dir, spool_dir
from extractors.sources import SOURCES
from warehouse import settings

ANN = Asked(emails=("ann@firm.example",))
EMAIL, WRITTEN, PHONE = "ann@firm.example", "Ann+x@firm.example", "+491701234567"
PATTERNS = patterns_of({("email", EMAIL), ("email", WRITTEN), ("phone", PHONE)})
FORMS = {
    "raw": WRITTEN,
    "lower-cased": EMAIL,
    "E.164": PHONE,
    "as it was written": "0170 1234567",
    "hashed without a key": hashlib.sha256(EMAIL.encode()).hexdigest(),
    "hashed with MD5": hashlib.md5(PHONE.encode(), usedforsecurity=False).hexdigest(),
    "URL-encoded": quote(EMAIL, safe=""),
    "a number in an address": quote(PHONE, safe=""),
    "base64": base64.b64encode(f"<{EMAIL}>".encode()).decode(),
}
EVERY_FORM = " | ".join(FORMS.values())
DAY = date(2026, 6, 10)
BOB = "bob@firm.example"


@pytest.fixture
def data(build: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory, monkeypatch: Any) -> Path:
    """A build that knows her, and nothing else yet."""
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path_factory.mktemp("config")))
    monkeypatch.setenv("LEADGEN_HASH_KEY", "a key")
    build.close()
    return settings.data_dir()


def land(form: str) -> Path:
    """A form of hers and one of Bob's, with what the vendor sent."""
    rows: list[Row] = [
        {
            "response_id": f"r-{who}",
            "form_id": "F",
            "submitted_at": datetime(2026, 6, 10, tzinfo=UTC),
            "email": who,
            "_payload": {"answers": [{"email": who, "text": said}]},
        }
        for who, said in ((WRITTEN, form), (BOB, "nothing"))
    ]
    source, account = SOURCES["typeform"], Account("typeform", "n", "typeform", brand="nord")
    with LandingWriter(landing_dir(), "typeform", source.table("responses"), account, Window(DAY, DAY), "r") as writer:
        writer.add(rows)
        writer.commit()
    (file,) = landing_dir().glob("typeform/responses/account=*/day=*.parquet")
    return file


def in_landing(form: str) -> None:
    """Among the rows of a day."""
    land(form)


def in_a_held_day(form: str) -> None:
    """In a day that was held back."""
    moved(land(form), "_held")


def in_a_replaced_day(form: str) -> None:
    """In a version that was replaced and is kept for a while."""
    moved(land(form), "_previous")


def moved(file: Path, place: str) -> None:
    to = landing_dir() / place / file.relative_to(landing_dir())
    to.parent.mkdir(parents=True)
    file.rename(to)


def in_rejects(form: str) -> None:
    """Among the rows of a file that were refused, beside her address."""
    folder = rejects_dir() / "manual" / "deals"
    folder.mkdir(parents=True)
    (folder / "deals.csv").write_text(f"deal_id,email,note\n1,{EMAIL},{form}\n2,{BOB},x\n", encoding="utf-8")


def in_the_spool(form: str) -> None:
    """In a post that nobody has landed yet."""
    folder = spool_dir() / "webhook" / "forms" / f"day={DAY}"
    folder.mkdir(parents=True)
    posts = [
        Received(
            id=new_receipt(), at=datetime(2026, 6, 10, tzinfo=UTC), content_type="application/json",
            body=json.dumps({"email": who, "message": form}).encode(),
        )
        for who in (EMAIL, BOB)
    ]  # fmt: skip
    (folder / "20260610T000000-1.spool").write_bytes(b"".join(line_of(one) for one in posts[:1]))


def beside_the_tokens(form: str) -> None:
    """In what a tool left beside the tokens of accounts."""
    folder = settings.data_dir() / "tokens"
    folder.mkdir()
    (folder / "google_ads.json").write_text(json.dumps({"refresh_token": "kept"}))
    (folder / "google_ads.json.bak").write_text(f"asked for {form}", encoding="utf-8")


def in_a_build(form: str) -> None:
    """In an earlier build's database, and in its log of what was checked."""
    folder = settings.build_dir() / "runs" / "earlier"
    folder.mkdir()
    with duckdb.connect(str(folder / "build.duckdb")) as database:
        database.execute("create table inquiries as select ? as email", [form])
    (folder / "checks.json").write_text(json.dumps({"unexpected": [form]}))


def in_what_builds_remember(form: str) -> None:
    """In what one build left for the next."""
    folder = settings.build_dir() / "remembered"
    folder.mkdir()
    pq.write_table(pa.table({"person_id": ["ann"], "text": [form]}), folder / "people.parquet")


def in_logs(form: str) -> None:
    """In a log, and in one that was put away."""
    folder = settings.logs_dir() / "dbt"
    folder.mkdir(parents=True)
    (folder / "dbt.log").write_text(f"12:00 {form} failed\n", encoding="utf-8")
    (folder / "dbt.log.1.gz").write_bytes(gzip.compress(f"11:00 {form} failed\n".encode()))


def in_xcom(form: str) -> None:
    """In what a task of Airflow's handed to the next, in Airflow's own database."""
    folder = settings.data_dir() / "airflow"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "airflow.db", isolation_level=None)) as database:
        database.execute("create table xcom (key text, value blob)")
        database.execute("insert into xcom values ('return_value', ?)", [json.dumps({"who": form})])


def in_data_docs(form: str) -> None:
    """On a page of what was checked."""
    settings.data_docs_dir().mkdir()
    (settings.data_docs_dir() / "index.html").write_text(f"<td>{form}</td>", encoding="utf-8")


def in_the_report(form: str) -> None:
    """On a page that was written for marketers."""
    settings.report_dir().mkdir()
    (settings.report_dir() / "index.html").write_text(f"<p>{form}</p>", encoding="utf-8")


def in_an_export(form: str) -> None:
    """In a file that somebody wrote below the data folder for another tool."""
    folder = settings.data_dir() / "exports"
    folder.mkdir()
    (folder / "audience.csv").write_text(f"contact\n{form}\n", encoding="utf-8")


PLACES = (
    in_landing, in_a_held_day, in_a_replaced_day, in_rejects, in_the_spool, beside_the_tokens, in_a_build,
    in_what_builds_remember, in_logs, in_xcom, in_data_docs, in_the_report, in_an_export,
)  # fmt: skip


@pytest.mark.parametrize("plant", PLACES)
def test_nothing_of_her_is_left_there_in_any_form(data: Path, plant: Callable[[str], None]) -> None:
    plant(EVERY_FORM)
    there = {one for hit in search(data, PATTERNS).hits for one in hit.patterns}
    assert set(Matcher(PATTERNS).found_in(EVERY_FORM.encode())) <= there, "she is there in each form before"

    done = forget(ANN)

    assert done.found == 0
    searched = search(data, PATTERNS)
    assert (searched.hits, searched.unreadable) == ([], [])


def test_what_is_not_hers_is_as_it_was(data: Path) -> None:
    for plant in PLACES:
        if plant not in (in_a_held_day, in_a_replaced_day):
            plant(WRITTEN)

    forget(ANN)

    (landed,) = landing_dir().glob("typeform/responses/account=*/day=*.parquet")
    rows = pq.ParquetFile(landed).read().to_pylist()
    assert [row["email"] for row in rows][1] == BOB
    assert BOB in rows[1]["_payload"]
    assert len(rows) == 2
    assert (rejects_dir() / "manual" / "deals" / "deals.csv").read_text() == f"deal_id,email,note\n2,{BOB},x\n"
    assert json.loads((data / "tokens" / "google_ads.json").read_text()) == {"refresh_token": "kept"}
    assert gzip.decompress((settings.logs_dir() / "dbt" / "dbt.log.1.gz").read_bytes()).startswith(b"11:00 ***")
