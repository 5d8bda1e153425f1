"""What Airflow wrote of somebody into its own Postgres, and into its logs, goes; Airflow itself wrote it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from adbc_driver_postgresql import dbapi

from erasure.airflow_postgres import search_postgres
from erasure.discover import Asked
from erasure.errors import LeftOver, NotSearched
from erasure.patterns import patterns_of
from erasure.retention import expire
from erasure.steps import forget, verify
from tests.airflow_stack import BIN, SECRETS, postgres
from warehouse import settings

ANN = Asked(emails=("ann@firm.example",))
EMAIL, WRITTEN, PHONE, BOB = "ann@firm.example", "Ann+x@firm.example", "+491701234567", "bob@firm.example"
PATTERNS = patterns_of({("email", EMAIL), ("email", WRITTEN), ("phone", PHONE)})
DAG = f"""
from datetime import datetime
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import dag, task

@dag(dag_id="told", schedule=None, start_date=datetime(2026, 1, 1))
def told():
    @task
    def who(**context):
        wanted = context["dag_run"].conf["who"]
        return {{"who": wanted, "number": {PHONE[1:]}, "bob": "{BOB}", "count": 7}}

    who() >> BashOperator(task_id="said", bash_command="echo {{{{ dag_run.conf['who'] }}}}")

told()
"""


class Airflow:
    """A Postgres in which a real Airflow keeps its runs, and that Airflow's folder."""

    def __init__(self, port: int, home: Path, database: str = "airflow") -> None:
        self.port, self.home = port, home
        self.uri = f"postgresql://airflow:{SECRETS['POSTGRES_PASSWORD']}@127.0.0.1:{port}/{database}"
        self.environment = {
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__DAGS_FOLDER": str(home / "dags"),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": self.uri.replace("postgresql", "postgresql+psycopg2"),
        }

    def run(self, *words: str) -> None:
        """Ask Airflow's own command."""
        done = subprocess.run(
            [BIN / "airflow", *words], env={**os.environ, **self.environment}, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]

    def ask(self, statement: str) -> list[Any]:
        """Run one statement; what it answers."""
        with closing(dbapi.connect(self.uri, autocommit=True)) as asking, asking.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def has_on_disk(self, text: str) -> bool:
        """Whether the files of its tables hold the text."""
        self.ask("checkpoint")
        [(folder, database)] = self.ask(
            "select current_setting('data_directory'), cast(oid as text) from pg_database "
            "where datname = current_database()"
        )
        found = subprocess.run(["grep", "-rqiF", text, str(Path(folder) / "base" / database)])
        return found.returncode == 0


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Airflow]:
    """An Airflow that ran one DAG about her: what a task returned, its rendered fields, its conf, its log."""
    with postgres() as port:
        found = Airflow(port, tmp_path_factory.mktemp("airflow"))
        (found.home / "dags").mkdir()
        (found.home / "dags" / "told.py").write_text(DAG, encoding="utf-8")
        found.run("db", "migrate")
        found.run("dags", "reserialize")
        found.run("dags", "test", "told", "2026-03-01", "--conf", json.dumps({"who": WRITTEN}))
        yield found


@pytest.fixture
def told(
    airflow: Airflow, build: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Airflow]:
    """A copy of it for each test, and an erasure that knows of it."""
    build.close()
    Airflow(airflow.port, airflow.home, "postgres").ask("create database copied template airflow")
    airflow = Airflow(airflow.port, airflow.home, "copied")
    log = airflow.home / "logs" / "dag_id=told" / "attempt=1.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(f"Running command: echo {WRITTEN}\n", encoding="utf-8")
    (tmp_path / "config").mkdir()
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("LEADGEN_HASH_KEY", "a key")
    for name, value in airflow.environment.items():
        monkeypatch.setenv(name, value)
    yield airflow
    Airflow(airflow.port, airflow.home, "postgres").ask("drop database copied with (force)")


def test_what_tasks_handed_on_and_were_told_is_nobodys_afterwards(told: Airflow) -> None:
    before = {f"{one.table}.{one.name}" for one in search_postgres(told.uri, PATTERNS).hits}
    assert before >= {"xcom.value", "dag_run.conf", "rendered_task_instance_fields.rendered_fields", "log.extra"}
    assert told.has_on_disk(WRITTEN)

    # The DAG's own code names a number: that is its writer's to change.
    with pytest.raises(LeftOver, match=r"dag_code\.source_code"):
        forget(ANN)

    left = {f"{one.table}.{one.name}" for one in search_postgres(told.uri, PATTERNS).hits}
    assert left <= {"dag_code.source_code", "serialized_dag.data"}
    assert not told.has_on_disk(WRITTEN)
    assert WRITTEN not in (told.home / "logs" / "dag_id=told" / "attempt=1.log").read_text()
    assert WRITTEN not in str(told.ask("select value from xcom"))
    [(value,)] = told.ask("select value from xcom where task_id = 'who'")
    assert {**json.loads(value), "who": "", "number": ""} == {"who": "", "number": "", "bob": BOB, "count": 7}


def test_it_is_told_before_and_after_where_she_is(told: Airflow) -> None:
    hits = {str(hit.file) for hit in verify(ANN)[0].hits}

    assert "Airflow's Postgres/public.xcom.value" in hits


def test_a_database_that_does_not_answer_leaves_the_erasure_open(
    told: Airflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = told.uri.replace(str(told.port), "1")
    monkeypatch.setenv("LEADGEN_AIRFLOW_DATABASE", hidden)

    with pytest.raises(NotSearched) as refused:
        forget(ANN)

    assert SECRETS["POSTGRES_PASSWORD"] not in str(refused.value)
    assert not any(
        file.read_text().count('"finished_at": "') for file in (settings.data_dir() / "erasures").glob("*.json")
    )


def test_no_other_database_is_taken_for_airflows(monkeypatch: pytest.MonkeyPatch) -> None:
    for address, found in (
        ("sqlite:////opt/airflow.db", ""),
        ("airflow-db-not-allowed:///", ""),
        ("postgresql+psycopg2://a:b@h/d", "postgresql://a:b@h/d"),
        ("postgres://a:b@h/d", "postgresql://a:b@h/d"),
    ):
        monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", address)
        assert settings.airflow_postgres() == found
    monkeypatch.setenv("LEADGEN_AIRFLOW_DATABASE", "postgresql://a:b@other/d")
    assert settings.airflow_postgres() == "postgresql://a:b@other/d"


def test_runs_that_are_too_old_go_with_what_their_tasks_handed_on(
    told: Airflow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # As a task of Airflow's finds it: its own address is hidden.
    monkeypatch.setenv("LEADGEN_AIRFLOW_DATABASE", told.uri)
    monkeypatch.setenv("AIRFLOW__DATABASE__SQL_ALCHEMY_CONN", "airflow-db-not-allowed:///")
    (tmp_path / "config" / "retention.yml").write_text("runs: 30", encoding="utf-8")
    today, run_on = datetime.now(UTC).date(), date(2026, 3, 1)
    before = told.ask("select count(*) from xcom")

    expire(run_on + timedelta(days=29))
    assert told.ask("select count(*) from xcom") == before
    assert expire(today + timedelta(days=40), dry=True).run_rows > 0
    assert told.ask("select count(*) from xcom") == before

    assert expire(today + timedelta(days=40)).run_rows > 0
    assert told.ask("select count(*) from xcom where value::text like '%firm.example%'") == [(0,)]
    assert told.ask("select count(*) from rendered_task_instance_fields") == [(0,)]
