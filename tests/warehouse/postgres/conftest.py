"""One server for the tests of a file, and a database of its own for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.airflow_stack import postgres
from tests.warehouse.postgres_server import PASSWORD, Server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One server for all tests; each has a database of its own."""
    with postgres() as port:
        found = Server(port)
        for statement in (
            # May make roles and schemas, and nothing else.
            f"create role publisher login createrole password '{PASSWORD}'",
            "create role analyst login password 'secret'",
            "create role steward login password 'secret'",
        ):
            found.ask(statement, database="airflow")
        yield found


@pytest.fixture(autouse=True)
def database(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A data folder, and a database into which the publisher may put schemas."""
    server.ask("create database bi", database="airflow")
    server.ask("grant create on database bi to publisher")
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    monkeypatch.setenv(
        "AIRFLOW_CONN_LEADGEN_POSTGRES",
        f"postgres://publisher:p%40ss%2Fw%3Ard%20%2525@127.0.0.1:{server.port}/bi?sslmode=disable",
    )
    yield
    server.ask("drop database bi with (force)", database="airflow")
