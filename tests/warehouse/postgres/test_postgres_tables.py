"""What readers of Postgres find is what readers of the file find: rows, values, comments, and the keys promised."""

from __future__ import annotations

import pytest

from tests.warehouse.builds import finished_build
from tests.warehouse.postgres_server import Server, schemas, shown, with_columns
from warehouse.errors import PublishFailed
from warehouse.publish import postgres as in_postgres
from warehouse.publish import publish
from warehouse.publish.postgres.promises import promises
from warehouse.run import BuildRun


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
