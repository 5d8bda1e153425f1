"""Publishing to Postgres: readers see one whole generation, whatever happens to the publisher, and lose nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from adbc_driver_postgresql import dbapi

from tests.airflow_stack import SECRETS, postgres
from tests.warehouse.builds import finished_build
from warehouse.errors import BuildBusy, ColumnsGone, FixConnection, NothingPublished, PublishFailed
from warehouse.publish import postgres as in_postgres
from warehouse.publish import publish
from warehouse.publish.generations import rollback
from warehouse.publish.postgres.address import address
from warehouse.publish.postgres.promises import promises
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


def test_readers_see_the_marts_with_their_comments_and_which_generation_they_are(server: Server) -> None:
    publish(finished_build("r1"))

    said = in_postgres.publish()

    assert said.generation == "r1"
    assert shown(server) == [(1, 1, 1000)]
    assert server.ask("select run_id, as_of_day::text, row_count from warehouse.publication") == [
        ("r1", "2026-06-30", 3000)
    ]
    assert server.ask("select obj_description('warehouse.inquiries'::regclass)") == [
        ("What came in. It's one row per inquiry.",)
    ]
    assert server.ask(
        "select col_description('warehouse.publication'::regclass, attnum) from pg_attribute"
        " where attrelid = 'warehouse.publication'::regclass and attname = 'row_count'"
    ) == [("Rows of all tables together.",)]


def test_the_same_generation_is_not_loaded_again(server: Server) -> None:
    publish(finished_build("r1"))
    first = in_postgres.publish()

    again = in_postgres.publish()

    assert first.rows > 3000
    assert (again.rows, again.schema) == (0, first.schema)
    assert shown(server) == [(1, 1, 1000)]


def test_values_arrive_as_they_were(server: Server) -> None:
    run = with_columns(
        finished_build("r1", rows=1),
        "create table marts.kinds as select 12345678901234.123456::decimal(20, 6) as money,"
        " timestamp '2026-06-30 23:59:59.123456' as at, date '1999-12-31' as day, true as yes, 0.1::double as share,"
        " 7::integer as small, 170141183460469231731687303715884105727::hugeint as huge, null::varchar as nothing,"
        " 'ä' || chr(0) || '€\n' as text, timestamptz '2026-06-30 12:00:00+02' as moment",
    )
    publish(run)

    with pytest.raises(PublishFailed, match="A value of kinds fits into no type") as failed:
        in_postgres.publish()
    assert "1701411" not in str(failed.value)
    with_columns(run, "alter table marts.kinds drop column huge")
    publish(BuildRun("r1", run.as_of_day))
    in_postgres.publish()

    assert server.ask(
        "select money::text, at::text, day::text, yes, share, small, nothing, text,"
        " (moment at time zone 'UTC')::text from warehouse.kinds"
    ) == [
        ("12345678901234.123456", "2026-06-30 23:59:59.123456", "1999-12-31", True, 0.1, 7, None, "ä€\n",
         "2026-06-30 10:00:00")
    ]  # fmt: skip


def test_keys_are_those_of_the_contracts(server: Server) -> None:
    run = with_columns(
        finished_build("r1"),
        "drop table marts.inquiries",
        "create table marts.inquiries as select 1 as number, 'b' as brand, 'i' || range as inquiry_id from range(5)",
        "create table marts.plan_vs_actual as select 'b' as brand, date '2026-01-01' as month, 'c' as channel",
        "drop table marts.channel_performance",
        "create table marts.channel_performance as select date '2026-01-01' as date, 'd' as date_basis, 'b' as brand,"
        " 'c' as channel, null::varchar as platform, null::varchar as campaign_id, null::varchar as campaign_name,"
        " 'm' as attribution_model",
    )
    publish(run)

    schema = in_postgres.publish().schema

    assert server.ask(
        "select relname, contype::text, pg_get_constraintdef(pg_constraint.oid) from pg_constraint"
        f" join pg_class on conrelid = pg_class.oid where relnamespace = '{schema}'::regnamespace order by 1"
    ) == [
        (
            "channel_performance", "u", "UNIQUE NULLS NOT DISTINCT (date, date_basis, brand, channel, platform,"
            " campaign_id, campaign_name, attribution_model)",
        ),
        ("inquiries", "p", "PRIMARY KEY (inquiry_id)"),
        ("plan_vs_actual", "p", "PRIMARY KEY (brand, month, channel)"),
    ]  # fmt: skip


def test_a_row_that_is_there_twice_stops_it_and_is_not_told(server: Server) -> None:
    publish(finished_build("r1"))
    in_postgres.publish()
    publish(
        with_columns(
            finished_build("r2", 2),
            "create table marts.leads as select 'b' as brand, 'lead-of-jane' as lead_id from range(2)",
        )
    )

    with pytest.raises(PublishFailed) as failed:
        in_postgres.publish()

    assert "could not create unique index" in str(failed.value)
    assert "jane" not in str(failed.value)
    assert failed.value.__cause__ is None
    assert shown(server) == [(1, 1, 1000)]
    assert len(schemas(server)) == 2


def test_most_marts_have_a_key() -> None:
    without = {mart for mart, promise in promises().items() if not promise.keys and not mart.startswith("int_")}

    assert without == {"attributed_leads", "attributed_sales", "rejects"}


def test_a_key_that_is_too_long_for_an_index_is_left_out(server: Server) -> None:
    long = "(select string_agg(md5(range::varchar), '') from range(1000))"
    publish(
        with_columns(
            finished_build("r1"),
            f"create table marts.leads as select 'b' as brand, {long} as lead_id",
        )
    )

    in_postgres.publish()

    assert server.ask("select length(lead_id) from warehouse.leads") == [(32000,)]


READERS = 3


def test_readers_see_one_whole_generation_during_ten_publishes(server: Server) -> None:
    publish(finished_build("r0", 0, 200))
    in_postgres.publish()
    readable(server)
    done, torn, failed = threading.Event(), list[Any](), list[str]()
    reads: list[set[int]] = [set() for _ in range(READERS)]

    def read(mine: set[int]) -> None:
        try:
            while not done.is_set():
                with closing(dbapi.connect(server.uri("analyst", "bi"))) as reader, reader.cursor() as cursor:
                    seen = []
                    # In the other order than the views are locked in, and each in a statement of its own.
                    for table in ("publication", "inquiries", "channel_performance", "attributed_leads"):
                        column = "substr(run_id, 2)::bigint" if table == "publication" else "number"
                        cursor.execute(f"select min({column}), max({column}), count(*) from warehouse.{table}")
                        seen.append(cursor.fetchone())
                    reader.rollback()
                low, high, rows = seen[1] or (None, None, None)
                if {one[:2] for one in seen if one} != {(low, low)} or low != high or rows != 200:
                    torn.append(seen)
                mine.add(low or 0)
        except dbapi.Error as refused:
            failed.append(str(refused))

    threads = [threading.Thread(target=read, args=(mine,)) for mine in reads]
    for thread in threads:
        thread.start()
    try:
        for number in range(1, 11):
            publish(finished_build(f"r{number}", number, 200))
            in_postgres.publish(grace=timedelta(0))
    finally:
        done.set()
        for thread in threads:
            thread.join()

    assert failed == []
    assert torn == []
    assert all(len(mine) > 3 for mine in reads)
    assert shown(server) == [(10, 10, 200)]
    assert len(schemas(server)) == 2


def test_a_reader_in_a_transaction_is_waited_for_and_not_thrown_out(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_postgres, "SWITCH_TRIES", 2)
    publish(finished_build("r1"))
    in_postgres.publish()
    publish(finished_build("r2", 2))

    with closing(dbapi.connect(server.uri(database="bi"))) as reader, reader.cursor() as cursor:
        cursor.execute("select max(number) from warehouse.inquiries")
        assert cursor.fetchone() == (1,)
        with pytest.raises(BuildBusy, match="transaction open"):
            in_postgres.publish()
        cursor.execute("select max(number) from warehouse.attributed_leads")
        assert cursor.fetchone() == (1,)
    said = in_postgres.publish()

    assert said.rows == 0
    assert shown(server) == [(2, 2, 1000)]


@pytest.mark.parametrize("step", in_postgres.STEPS)
def test_a_publisher_killed_at_any_step_leaves_a_whole_generation(server: Server, step: str) -> None:
    publish(finished_build("r1"))
    in_postgres.publish()
    publish(finished_build("r2", 2))

    killed = subprocess.run(
        [sys.executable, "-m", "leadgen", "publish", "--to", "postgres"],
        env={**os.environ, "LEADGEN_KILL_AT": step},
        check=False,
        capture_output=True,
    )

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    seen = 2 if step == "postgres_drop" else 1
    assert shown(server) == [(seen, seen, 1000)]
    assert shown(server, "warehouse.attributed_leads") == [(seen, seen, 1000)]
    in_postgres.publish(grace=timedelta(0))
    assert shown(server) == [(2, 2, 1000)]
    assert len(schemas(server)) == 2


def test_a_view_of_somebodys_own_survives(server: Server) -> None:
    publish(finished_build("r1"))
    in_postgres.publish()
    server.ask("create schema mine")
    server.ask("create view mine.newest as select number, id from warehouse.inquiries")

    for number in (2, 3):
        publish(finished_build(f"r{number}", number))
        in_postgres.publish(grace=timedelta(0))

    assert shown(server, "mine.newest") == [(3, 3, 1000)]


def test_a_new_column_and_a_new_table_arrive_wherever_they_stand(server: Server) -> None:
    publish(finished_build("r1"))
    in_postgres.publish()
    server.ask("create view mine as select * from warehouse.inquiries")
    publish(
        with_columns(
            finished_build("r2", 2),
            "drop table marts.inquiries",
            "create table marts.inquiries as select 'new' as first, range as id, 2 as number from range(3)",
            "create table marts.brands as select 'b' as brand, 'B' as brand_name, 'E' as currency, 'Z' as time_zone",
        )
    )

    in_postgres.publish()

    assert server.ask("select * from warehouse.inquiries order by id limit 1") == [(2, 0, "new")]
    assert server.ask("select * from mine order by id limit 1") == [(2, 0)]
    readable(server)
    assert server.ask("select brand_name from warehouse.brands", "analyst") == [("B",)]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("alter table marts.inquiries drop column id", "warehouse.inquiries.id is gone"),
        ("alter table marts.inquiries alter id type varchar", "warehouse.inquiries.id was bigint and is text"),
        ("drop table marts.inquiries", "warehouse.inquiries is gone"),
    ],
)
def test_what_readers_would_lose_fails_loudly(server: Server, change: str, said: str) -> None:
    publish(finished_build("r1"))
    in_postgres.publish()
    publish(with_columns(finished_build("r2", 2), change))

    with pytest.raises(ColumnsGone, match=said):
        in_postgres.publish()

    assert shown(server) == [(1, 1, 1000)]
    assert shown(server, "warehouse.attributed_leads") == [(1, 1, 1000)]
    server.ask("drop view warehouse.inquiries")
    in_postgres.publish()
    assert shown(server, "warehouse.attributed_leads") == [(2, 2, 1000)]


def test_a_view_of_somebody_else_in_our_schema_is_not_written_over(server: Server) -> None:
    publish(finished_build("r1"))
    in_postgres.publish()
    server.ask("create view warehouse.brands as select 1 as theirs")
    in_postgres.publish()
    publish(with_columns(finished_build("r2", 2), "create table marts.brands as select 1 as theirs"))

    with pytest.raises(ColumnsGone, match="brands is somebody else's view"):
        in_postgres.publish()

    assert server.ask("select theirs from warehouse.brands") == [(1,)]


def test_each_reader_sees_what_the_role_allows(server: Server) -> None:
    publish(finished_build("r1"))
    schema = in_postgres.publish().schema
    readable(server)
    contacts = "select full_name, email from warehouse_private.contact_details"

    assert server.ask("select count(*) from warehouse.inquiries", "analyst") == [(1000,)]
    assert server.ask("select count(*) from warehouse.inquiries", "steward") == [(1000,)]
    assert server.ask(contacts, "steward") == [("Jane", "jane@mail.example")]
    for refused, who in (
        (contacts, "analyst"),
        (f"select count(*) from {schema}.inquiries", "analyst"),
        (f"select count(*) from {schema}_private.contact_details", "steward"),
        ("delete from warehouse.inquiries", "analyst"),
        ("create view warehouse.mine as select 1", "analyst"),
        ("select count(*) from warehouse_publisher.generations", "steward"),
    ):
        with pytest.raises(dbapi.ProgrammingError, match="permission denied"):
            server.ask(refused, who)
    tables = server.ask("select viewname from pg_views where schemaname = 'warehouse_private' order by 1")
    assert tables == [("contact_details",), ("identity_links",)]


def test_what_was_replaced_is_kept_for_a_while_and_gone_back_to_without_loading(server: Server) -> None:
    publish(finished_build("r1"))
    first = in_postgres.publish()
    publish(finished_build("r2", 2))
    second = in_postgres.publish()
    assert second.dropped == ()
    assert {first.schema, second.schema} < schemas(server)

    rollback()
    back = in_postgres.publish()

    assert (back.schema, back.rows) == (first.schema, 0)
    assert shown(server) == [(1, 1, 1000)]
    assert in_postgres.forget_others() == ["r2"]
    assert shown(server) == [(1, 1, 1000)]


def test_what_somebody_stands_on_is_not_dropped(server: Server) -> None:
    publish(finished_build("r1"))
    schema = in_postgres.publish().schema
    server.ask(f"create view below as select number from {schema}.inquiries")
    publish(finished_build("r2", 2))

    said = in_postgres.publish(grace=timedelta(0))

    assert said.dropped == ()
    assert shown(server) == [(2, 2, 1000)]
    assert shown(server, "below") == [(1, 1, 1000)]


def test_it_follows_only_where_the_setting_asks(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(finished_build("r1"))

    assert in_postgres.follow() is None
    monkeypatch.setenv("LEADGEN_PUBLISH_TO", "postgres")
    assert in_postgres.follow() is not None

    assert shown(server) == [(1, 1, 1000)]


def test_nothing_published_is_said() -> None:
    with pytest.raises(NothingPublished, match="leadgen build"):
        in_postgres.publish()


@pytest.mark.parametrize(
    "connection",
    [
        "postgres://publisher:hush%40hush@127.0.0.1:{port}/bi",
        '{{"conn_type": "postgres", "host": "127.0.0.1", "port": {port}, "login": "publisher", "password": "hush@hush",'
        ' "schema": "bi", "extra": {{"sslmode": "disable", "other": 1}}}}',
        "postgres://publisher:hush%40hush@127.0.0.1:{port}/no_such_database",
        "postgres://publisher:hush%40hush@127.0.0.1:1/bi",
        "postgres://publisher:hush%40hush@127.0.0.1:{port}/bi?sslmode=hush%40hush",
        "postgres://publisher:hush%40hush@127.0.0.1:hush/bi",
        "{{hush@hush",
        "mysql://publisher:hush%40hush@127.0.0.1/bi",
        "postgres://:hush%40hush@127.0.0.1",
    ],
)
def test_no_sentence_holds_the_password(server: Server, connection: str) -> None:
    publish(finished_build("r1"))

    with pytest.raises((PublishFailed, FixConnection)) as failed:
        in_postgres.publish(connection.format(port=server.port))

    assert "hush" not in str(failed.value) + repr(failed.value.__cause__)


def test_an_address_is_not_shown_with_its_password() -> None:
    found = address("postgres://me:hush@[::1]:6000/bi?sslmode=require&nonsense=1")

    assert found.uri.startswith("postgresql://me:hush@[::1]:6000/bi?")
    assert "sslmode=require" in found.uri
    assert "nonsense" not in found.uri
    assert "hush" not in f"{found} {found!r}"
