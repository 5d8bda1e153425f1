"""The views that readers of Postgres build on stay, and lose nothing in silence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.warehouse.builds import finished_build
from tests.warehouse.postgres_server import Server, readable, shown, with_columns
from warehouse.errors import ColumnsGone
from warehouse.publish import postgres as in_postgres
from warehouse.publish import publish


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
