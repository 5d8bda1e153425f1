"""A Postgres that was published to is searched when somebody is forgotten; what may not be looked at is named."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from erasure.certificate import certificates
from erasure.discover import Asked
from erasure.errors import LeftOver, NotSearched
from erasure.everywhere import search_everywhere
from erasure.patterns import patterns_of
from erasure.steps import forget
from tests.airflow_stack import postgres
from tests.warehouse.builds import finished_build
from tests.warehouse.postgres_server import PASSWORD, Server, schemas, with_columns
from warehouse.publish import postgres as in_postgres
from warehouse.publish import publish

JANE = patterns_of({("email", "jane@mail.example"), ("phone", "+4915112345678")})
ANN = Asked(emails=("ann@firm.example",))
WITHOUT_JANE = (
    "update intermediate.int_inquiries__identified set email_normalised = 'a@b.example', phone_e164 = null",
    "update shapes.inquiries__unioned set full_name = 'A', email_raw = 'a@b.example', phone_raw = null",
)
PUBLISHED = "the published Postgres"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with postgres() as port:
        found = Server(port)
        found.ask(f"create role publisher login createrole password '{PASSWORD}'", database="airflow")
        yield found


@pytest.fixture(autouse=True)
def database(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server.ask("create database bi", database="airflow")
    server.ask("grant create on database bi to publisher")
    (tmp_path / "config").mkdir()
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("LEADGEN_HASH_KEY", "a key")
    connect(server, monkeypatch)
    yield
    server.ask("drop database bi with (force)", database="airflow")


def connect(server: Server, monkeypatch: pytest.MonkeyPatch, name: str = "bi") -> None:
    """Publish to this database of the server."""
    monkeypatch.setenv(
        "AIRFLOW_CONN_LEADGEN_POSTGRES",
        f"postgres://publisher:p%40ss%2Fw%3Ard%20%2525@127.0.0.1:{server.port}/{name}?sslmode=disable",
    )


def two_generations() -> None:
    """Jane was in the first, and is in the second no more."""
    publish(finished_build("r1"))
    in_postgres.publish()
    publish(with_columns(finished_build("r2", 2), *WITHOUT_JANE))
    in_postgres.publish()


def found() -> set[str]:
    """Where Jane is, in the Postgres."""
    return {str(hit.file) for hit in search_everywhere(JANE).hits if str(hit.file).startswith(PUBLISHED)}


def has_on_disk(server: Server, text: str) -> bool:
    """Whether the files of the database's tables hold the text."""
    server.ask("checkpoint")
    [(folder, oid)] = server.ask(
        "select current_setting('data_directory'), cast(oid as text) from pg_database where datname = 'bi'"
    )
    return subprocess.run(["grep", "-rqiF", text, str(Path(folder) / "base" / oid)]).returncode == 0


def test_a_generation_that_is_kept_is_searched_and_nothing_of_it_is_left_when_it_is_dropped(server: Server) -> None:
    two_generations()
    assert f"{PUBLISHED}/warehouse_g1_private.contact_details.email" in found()
    assert has_on_disk(server, "jane@mail.example")

    assert in_postgres.forget_others() == ["r1"]

    assert found() == set()
    assert not has_on_disk(server, "jane@mail.example")


def test_a_generation_that_cannot_be_dropped_because_something_stands_on_it_is_found(server: Server) -> None:
    two_generations()
    server.ask("create view public.mine as select * from warehouse_g1_private.contact_details")

    assert in_postgres.forget_others() == []

    assert schemas(server) >= {"warehouse_g1_private"}
    assert f"{PUBLISHED}/warehouse_g1_private.contact_details.email" in found()


def test_copies_that_somebody_made_are_found_and_what_may_not_be_read_is_named(server: Server) -> None:
    two_generations()
    server.ask("create schema analysts")
    server.ask("create table analysts.copied as select 1 as id, 'Jane@mail.example'::varchar(90) as who")
    server.ask("create materialized view analysts.kept as select '{jane@mail.example}'::text[] as many")
    server.ask("create table public.closed as select 'jane@mail.example' as who")
    server.ask("grant usage on schema analysts to publisher")
    server.ask("grant select on all tables in schema analysts to publisher")
    in_postgres.forget_others()

    searched = search_everywhere(JANE)

    assert found() == {f"{PUBLISHED}/analysts.copied.who", f"{PUBLISHED}/analysts.kept.many"}
    assert searched.not_searched == [f"{PUBLISHED}: public.closed, which may not be read"]


def test_a_postgres_of_former_days_is_named(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    two_generations()
    where = f"Postgres at 127.0.0.1:{server.port}/bi"
    assert search_everywhere(JANE).not_searched == []

    connect(server, monkeypatch, "airflow")
    moved = search_everywhere(JANE).not_searched
    monkeypatch.delenv("AIRFLOW_CONN_LEADGEN_POSTGRES")
    unset = search_everywhere(JANE).not_searched

    assert moved == unset == [f"{where}: it was published to, and no setting opens it now"]
    known = (Path(str(finished_build("r3").database)).parents[3] / "published_to.json").read_text(encoding="utf-8")
    assert json.loads(known) == [where]
    assert "publisher" not in known


@pytest.fixture
def ann(build: duckdb.DuckDBPyConnection, database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A build that knows Ann, below the data folder."""
    build.close()
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    return tmp_path


def test_an_erasure_stays_open_until_a_copy_of_hers_is_gone(server: Server, ann: Path) -> None:
    server.ask("create table public.copied as select 'ann@firm.example' as who")
    server.ask("create table public.closed as select 'x' as who")
    server.ask("grant select on public.copied to publisher")

    with pytest.raises(LeftOver, match=rf"{PUBLISHED}/public\.copied\.who"):
        forget(ANN)
    server.ask("drop table public.copied")
    done = forget(ANN)

    assert (done.found, done.finished_at is not None) == (0, True)
    assert done.not_searched == [f"{PUBLISHED}: public.closed, which may not be read"]
    assert [one.not_searched for one in certificates()] == [done.not_searched]


def test_a_postgres_that_does_not_answer_keeps_the_erasure_open(ann: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_LEADGEN_POSTGRES", "postgres://publisher:secret@127.0.0.1:9/bi")

    with pytest.raises(NotSearched, match=PUBLISHED) as refused:
        forget(ANN)

    assert "secret" not in str(refused.value)
    assert "AIRFLOW_CONN_LEADGEN_POSTGRES" in str(refused.value)
    assert [one.finished_at for one in certificates()] == [None]
