"""Readers of Postgres see one whole generation, and no more than they may, whatever happens to the publisher."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from adbc_driver_postgresql import dbapi

from tests.warehouse.builds import finished_build
from tests.warehouse.postgres_server import Server, readable, schemas, shown
from warehouse.errors import BuildBusy
from warehouse.publish import postgres as in_postgres
from warehouse.publish import publish
from warehouse.publish.generations import rollback

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
                # As often as a busy dashboard, and not as the processor allows.
                done.wait(0.02)
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
