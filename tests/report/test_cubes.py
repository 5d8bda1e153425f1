"""What the report's page is sent, by value: numbers, words and the blocks of weeks and months."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import duckdb
import pytest

from report.cubes import KEPT_DAYS, Cube, Facts, encoded, macros, read_facts


def test_numbers_are_short_and_words_stand_once() -> None:
    assert encoded([Decimal("2.000000"), 0.12346, None, 3]) == {"numbers": [2, 0.1235, None, 3]}
    assert encoded(["a", None, "a", True, False]) == {"words": ["a", None, "yes", "no"], "codes": [0, 1, 0, 2, 3]}
    assert encoded([None, None]) == {"words": [None], "codes": [0, 0]}
    assert encoded([True, 1]) == {"words": ["yes", "1"], "codes": [0, 1]}
    assert Cube("", {"a": encoded([1, 2, 3])}).row_count == Cube("", {"a": encoded(["x"] * 3)}).row_count == 3


@pytest.mark.parametrize(
    ("day", "block"),
    [
        # The report is of a Tuesday, the 14th of April: weeks end on Tuesdays and are cut where months begin.
        ("2026-04-14", "2026-04-08"),
        ("2026-04-08", "2026-04-08"),
        ("2026-04-07", "2026-04-01"),
        ("2026-04-01", "2026-04-01"),
        ("2026-03-31", "2026-03-25"),
        ("2026-03-25", "2026-03-25"),
        ("2026-03-24", "2026-03-18"),
        ("2026-03-03", "2026-03-01"),
        ("2026-02-28", "2026-02-25"),
        # A brand east of UTC has begun the next day.
        ("2026-04-15", "2026-04-08"),
    ],
)
def test_a_block_is_a_week_that_ends_with_the_reports_day_cut_where_a_month_begins(day: str, block: str) -> None:
    facts = Facts(date(2026, 4, 14), date(2025, 1, 1), "", "", [])
    with duckdb.connect() as reader:
        for statement in macros(facts):
            reader.execute(statement)
        found = reader.execute(f"select block(date '{day}'), first_day()").fetchone()

    assert found == (date.fromisoformat(block), date(2025, 1, 1))


@pytest.mark.parametrize(
    ("first", "shown"),
    [("2026-01-05", "2026-01-05"), ("2020-01-01", str(date(2026, 4, 14) - timedelta(days=KEPT_DAYS)))],
)
def test_the_report_begins_with_the_first_day_and_keeps_two_years(first: str, shown: str) -> None:
    with duckdb.connect() as reader:
        reader.execute(
            f"""
            create schema marts;
            create table marts.publication as
            select 'r1' as run_id, timestamp '2026-04-15 03:04:59' as published_at, date '2026-04-14' as as_of_day;
            create table marts.channel_days as select unnest([date '{first}', date '2026-04-14']) as date;
            create table marts.brands as
            select 'n' as brand, 'Nord' as brand_name, 'EUR' as currency, null as language
            union all select 'a', 'Alp', 'CHF', 'de';
            """
        )
        facts = read_facts(reader)

    assert facts == Facts(
        date(2026, 4, 14),
        date.fromisoformat(shown),
        "2026-04-15 03:04 UTC",
        "r1",
        [
            {"brand": "a", "name": "Alp", "currency": "CHF", "language": "de"},
            {"brand": "n", "name": "Nord", "currency": "EUR", "language": "en"},
        ],
    )
