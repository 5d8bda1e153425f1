"""A Postgres to publish to, what is seen there, and builds with other columns."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import duckdb
from adbc_driver_postgresql import dbapi

from tests.airflow_stack import SECRETS
from warehouse.run import BuildRun

PASSWORD = "p@ss/w:rd %25"


class Server:
    """A Postgres, and who may sign in there."""

    def __init__(self, port: int) -> None:
        self.port = port

    def uri(self, login: str = "airflow", database: str = "airflow") -> str:
        """An address; the first login may do everything."""
        password = SECRETS["POSTGRES_PASSWORD"] if login == "airflow" else "secret"
        return f"postgresql://{login}:{password}@127.0.0.1:{self.port}/{database}"

    def ask(self, statement: str, login: str = "airflow", database: str = "bi") -> list[Any]:
        """Run one statement; what it answers."""
        with closing(dbapi.connect(self.uri(login, database), autocommit=True)) as asking, asking.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []


def shown(server: Server, view: str = "warehouse.inquiries") -> list[Any]:
    """The numbers that readers see, and how many rows."""
    return server.ask(f"select min(number), max(number), count(*) from {view}")


def readable(server: Server) -> None:
    """Let the two people be readers of each kind."""
    server.ask("grant bi_reader to analyst")
    server.ask("grant pii_reader to steward")


def schemas(server: Server) -> set[str]:
    """The schemas of generations."""
    return {name for (name,) in server.ask("select nspname from pg_namespace where nspname like 'warehouse%g%'")}


def with_columns(run: BuildRun, *statements: str) -> BuildRun:
    """The build with other columns in its marts."""
    with duckdb.connect(str(run.database)) as build:
        for statement in statements:
            build.execute(statement)
    return run
