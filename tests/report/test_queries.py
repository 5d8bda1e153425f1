"""What a page is asked for, row by row, where a name or a line is easily taken for another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from report.cubes import QUERIES
from tests.report.published_market import publish


@pytest.fixture
def marts(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published warehouse that may be added to, as the report asks it."""
    with duckdb.connect(str(publish(tmp_path / "warehouse.duckdb"))) as database:
        database.execute("create temp macro first_day() as date '2026-01-01'")
        database.execute("create temp macro block(day) as date_trunc('week', day)::date")
        yield database


def told(marts: duckdb.DuckDBPyConnection, name: str, columns: str, where: str) -> list[tuple[object, ...]]:
    """What a query of the report finds."""
    query = (QUERIES / f"{name}.sql").read_text(encoding="utf-8")
    return marts.execute(f"select distinct {columns} from ({query}) where {where} order by all").fetchall()


def test_a_vendor_is_called_as_it_writes_itself_and_inquiries_are_many(marts: duckdb.DuckDBPyConnection) -> None:
    marts.execute(
        "insert into marts.claims by name select 'nord' as brand, source, 'a' as account, "
        "'inquiry' as conversion_kind, date '2026-05-01' as month, 3 as claimed_conversions "
        "from (values ('callrail'), ('toy_calls')) as t (source)"
    )

    found = told(marts, "claims", "claim", "brand = 'nord' and month = '2026-05-01' and claim like '%inq%'")
    assert found == [("CallRail, inquiries",), ("toy_calls, inquiries",)]


def test_an_account_of_several_brands_is_one_line_and_a_stale_one_is_never_left_out(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    marts.execute("delete from marts.reconciliation")
    marts.execute(
        """
        insert into marts.reconciliation by name
        select * from (values
            ('nord', 'manual', 'files', 'spend_EUR', null, date '2026-06-30', false),
            ('pool', 'manual', 'files', 'spend_USD', null, date '2026-06-30', false),
            (null, 'manual', 'files', 'rows_spend', 7, date '2026-06-30', false),
            ('nord', 'callrail', 'A1', 'spend_EUR', null, date '2026-06-01', true)
        ) as told (brand, source, account, quantity, landed, newest_day, is_stale)
        """
    )

    assert told(marts, "freshness", "brand, source, landed", "true") == [
        ("(all)", "manual", 7), ("nord", "callrail", None),
    ]  # fmt: skip


def test_pages_of_one_host_are_told_apart_and_those_of_two_keep_it(marts: duckdb.DuckDBPyConnection) -> None:
    marts.execute("delete from marts.identification_trend where dimension = 'page'")
    marts.execute(
        """
        insert into marts.identification_trend by name
        select brand, date '2026-06-02' as inquiry_date, 'page' as dimension, place as dimension_value,
            2 as inquiry_count, 1 as poor_count
        from (values
            ('nord', 'https://www.dach.example/'), ('nord', 'https://www.dach.example/preis/ziegel'),
            ('pool', 'https://pool.example/a'), ('pool', 'https://shop.example/a')
        ) as told (brand, place)
        """
    )

    assert told(marts, "places", "brand, place", "dimension = 'page'") == [
        ("nord", "/"), ("nord", "/preis/ziegel"), ("pool", "https://pool.example/a"), ("pool", "https://shop.example/a"),
    ]  # fmt: skip
