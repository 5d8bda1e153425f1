"""What holds of credit whatever people did: it sums to one, in any order of rows, with any name of a channel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dbt_project.compiled_models import CompiledModels
from tests.dbt_project.credited_market import CreditedMarket

START = datetime.fromisoformat("2026-04-01T00:00:00")
CHANNELS = st.one_of(
    st.sampled_from(["Direct", "Paid Search", "Organic Search", "Email", "Display", "Affiliates"]),
    # Whatever somebody may call a channel, the separators of other tools among it.
    st.sampled_from([" > ", "a > b", "it's", '"', "channel; drop table x", "(start)", "null", "канал", "🙂"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12),
)
# Few moments, so that touches, milestones and conversions coincide; the edges of both windows among them.
MOMENTS = st.one_of(
    st.sampled_from([0, 86_400 * 30 - 1, 86_400 * 30, 86_400 * 30 + 1, 86_400 * 90 - 1, 86_400 * 90, 86_400 * 90 + 1]),
    st.integers(0, 200).map(lambda half_days: half_days * 43_200),
)


@dataclass(frozen=True)
class Person:
    """Touches as (second, channel), leads as (second, second of the next stages or None), and seconds of sales."""

    touches: tuple[tuple[int, str], ...]
    leads: tuple[tuple[int, int | None, int | None], ...]
    sales: tuple[int, ...]


PEOPLE = st.lists(
    st.builds(
        Person,
        touches=st.lists(st.tuples(MOMENTS, CHANNELS), max_size=12).map(tuple),
        leads=st.lists(
            st.tuples(MOMENTS, st.none() | MOMENTS, st.none() | MOMENTS), max_size=2
        ).map(tuple),
        sales=st.lists(MOMENTS, max_size=3).map(lambda seconds: tuple(sorted(seconds))),
    ),
    min_size=1,
    max_size=6,
)  # fmt: skip
ALL_DIRECT = [Person(((0, "Direct"), (5, "Direct"), (5, "Direct")), ((5, 5, 5),), (5, 6, 6))]


@pytest.fixture(scope="module")
def models(credited: CreditedMarket) -> CompiledModels:
    return CompiledModels(credited)


@pytest.fixture(scope="module")
def database(models: CompiledModels) -> Iterator[duckdb.DuckDBPyConnection]:
    """One database for all examples; each begins by emptying it."""
    with models.open() as connection:
        yield connection


def moment(second: int | None) -> datetime | None:
    return None if second is None else START + timedelta(seconds=second)


def rows_of(people: list[Person]) -> dict[str, list[dict[str, object]]]:
    """The rows of the three tables that journeys are made from."""
    touches: list[dict[str, object]] = []
    leads: list[dict[str, object]] = []
    sales: list[dict[str, object]] = []
    for number, person in enumerate(people):
        name: dict[str, object] = {"brand": "nord", "person_id": f"p{number}"}
        touches += [
            {**name, "touchpoint_id": f"t{number}-{place:02}", "touched_at": moment(second), "channel": channel}
            for place, (second, channel) in enumerate(person.touches)
        ]
        leads += [
            {
                **name,
                "lead_id": f"l{number}-{place}",
                "created_at": moment(second),
                "created_date": START.date(),
                "qualified_at": moment(qualified),
                "opportunity_at": moment(opportunity),
            }
            for place, (second, qualified, opportunity) in enumerate(person.leads)
        ]
        sales += [
            {
                **name,
                "sale_id": f"s{number}-{place}",
                "sold_at": moment(second),
                "sale_date": START.date(),
                "lead_id": f"l{number}-0" if person.leads else None,
                "is_first_sale": place == 0,
                "is_cancelled": False,
            }
            for place, second in enumerate(person.sales)
        ]
    return {"int_touchpoints__unioned": touches, "int_leads__built": leads, "int_sales__built": sales}


def credit(
    models: CompiledModels, database: duckdb.DuckDBPyConnection, tables: dict[str, list[dict[str, object]]]
) -> list[tuple[object, ...]]:
    """Every row of credit, in an order of its own."""
    for table, rows in tables.items():
        database.execute(f"delete from intermediate.{table}")
        for row in rows:
            names, places = ", ".join(row), ", ".join("?" for _ in row)
            database.execute(f"insert into intermediate.{table} ({names}) values ({places})", list(row.values()))
    models.run(database)
    return database.execute(
        """
        select conversions.conversion_id, eligible.touchpoint_id, credit.attribution_model, credit.credit
        from intermediate.int_credit__unioned as credit
        inner join intermediate.int_conversions__unioned as conversions using (conversion_number)
        left join intermediate.int_touchpoints__eligible as eligible using (conversion_number, touch_number)
        order by all
        """
    ).fetchall()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(people=PEOPLE, random=st.randoms(use_true_random=False))
def test_credit_sums_to_one_and_hangs_on_no_order_of_rows(
    models: CompiledModels, database: duckdb.DuckDBPyConnection, people: list[Person], random: object
) -> None:
    tables = rows_of(people)
    found = credit(models, database, tables)

    conversions = database.execute("select count(*) from intermediate.int_conversions__unioned").fetchone()
    listed = database.execute("select count(*) from intermediate.int_attribution_models__listed").fetchone()
    summed = database.execute(
        "select count(*), coalesce(max(abs(total - 1)), 0), coalesce(min(least), 0) from ("
        "  select sum(credit) as total, min(credit) as least from intermediate.int_credit__unioned"
        "  group by conversion_number, attribution_model)"
    ).fetchone()
    assert conversions is not None
    assert listed is not None
    assert summed is not None
    groups, furthest_from_one, least = summed
    assert groups == conversions[0] * listed[0]
    assert furthest_from_one < 1e-9
    assert least >= 0

    for rows in tables.values():
        random.shuffle(rows)  # type: ignore[attr-defined]
    assert credit(models, database, tables) == found


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(people=PEOPLE)
def test_only_touches_of_the_window_earn(
    models: CompiledModels, database: duckdb.DuckDBPyConnection, people: list[Person]
) -> None:
    credit(models, database, rows_of(people))

    beyond = database.execute(
        """
        select count(*)
        from intermediate.int_credit__unioned as credit
        inner join intermediate.int_conversions__unioned as conversions using (conversion_number)
        inner join intermediate.int_touchpoints__eligible as eligible using (conversion_number, touch_number)
        inner join intermediate.int_touchpoints__unioned as touchpoints using (touchpoint_id)
        where touchpoints.person_id <> conversions.person_id
            or touchpoints.touched_at > conversions.converted_at
            or touchpoints.touched_at < conversions.converted_at
            - to_days(case when conversions.conversion_type in ('lead', 'qualified_lead') then 30 else 90 end)
        """
    ).fetchone()
    assert beyond == (0,)


def test_a_journey_of_direct_visits_alone_earns_under_every_model(
    models: CompiledModels, database: duckdb.DuckDBPyConnection
) -> None:
    found = credit(models, database, rows_of(ALL_DIRECT))

    without_paid = {row[2] for row in found if row[1] is None}
    assert without_paid <= {"first_paid", "last_paid"}
    assert {row[0] for row in found} == {"l0-0", "l0-0:qualified", "s0-0", "s0-1", "s0-2"}
