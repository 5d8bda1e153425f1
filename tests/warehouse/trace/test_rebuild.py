"""A number is made again from the landed records of its trace alone, and without one of them it is another."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.warehouse.trace.market import made
from warehouse.trace.cell import find_cell, open_newest
from warehouse.trace.follow import follow, is_followed
from warehouse.trace.lineage import Lineage
from warehouse.trace.rebuild import rebuild

DAY = {"brand": "n", "date": "2026-06-01"}


@pytest.fixture
def lineage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lineage]:
    """The lineage of a small build."""
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    made()
    opened = open_newest()
    yield opened
    opened.close()


@pytest.mark.parametrize(("column", "value"), [("revenue", Decimal("280.30")), ("sale_count", 2)])
def test_a_number_is_made_again_from_its_landed_records(lineage: Lineage, column: str, value: object) -> None:
    cell = find_cell(lineage, "days", DAY, column)
    trace = follow(lineage, cell.mart, cell.condition, [column])

    again = rebuild(lineage, cell, trace)

    assert (again.value, again.is_same) == (value, True)
    assert [one.row_count for one in trace.landed] == [2]


def test_without_one_of_its_records_a_number_is_another(lineage: Lineage) -> None:
    cell = find_cell(lineage, "days", DAY, "revenue")
    trace = follow(lineage, cell.mart, cell.condition, ["revenue"])

    again = rebuild(lineage, cell, trace, (("landed_hubspot", "deals"), "deal_id = 'd2'"))

    assert (again.value, again.is_same) == (Decimal("200.20"), False)


def test_a_rate_that_is_multiplied_by_is_followed_and_the_others_of_a_brand_are_not(lineage: Lineage) -> None:
    cell = find_cell(lineage, "days", DAY, "revenue")
    trace = follow(lineage, cell.mart, cell.condition, ["revenue"])

    assert trace.found["intermediate", "int_rates__daily"].row_count == 1
    assert trace.found["intermediate", "int_sales__built"].row_count == 2


def test_what_is_counted_needs_no_rate(lineage: Lineage) -> None:
    cell = find_cell(lineage, "days", DAY, "sale_count")
    trace = follow(lineage, cell.mart, cell.condition, ["sale_count"])

    assert ("intermediate", "int_rates__daily") not in trace.found
    sales = trace.found["intermediate", "int_sales__built"]
    assert [one.table for one in lineage.readings(sales.model).own if is_followed(sales, one)] == ["deals__hubspot"]
