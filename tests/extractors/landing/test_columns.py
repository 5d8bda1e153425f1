"""A column reads alike whether all its values fit or one of them does not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.landing.columns import array_of
from extractors.model import ColumnType

OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime.fromisoformat("1971-01-02"), datetime.fromisoformat("2199-12-30"), timezones=OFFSETS)
DAYS = st.dates(date(1970, 1, 1), date(2199, 12, 31))


def decimals(places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=places)


def in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


GOOD: dict[str, st.SearchStrategy[Any]] = {
    "text": st.text(st.characters(exclude_categories=["Cs"])),
    "integer": st.integers(-(2**63), 2**63 - 1) | st.integers(-(2**63), 2**63 - 1).map(str),
    "decimal": decimals(6) | decimals(6).map(str) | st.integers(-(10**9), 10**9),
    "rate": decimals(10) | decimals(10).map(str),
    "boolean": st.booleans() | st.sampled_from(["true", "false"]),
    "date": DAYS | DAYS.map(str),
    "timestamp": MOMENTS.map(datetime.isoformat) | MOMENTS.map(in_utc),
}  # fmt: skip
BAD: dict[str, Any] = dict.fromkeys(GOOD, "nonsense") | {"text": [1]}


@pytest.mark.parametrize("kind", get_args(ColumnType))
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_one_value_that_does_not_fit_changes_none_of_the_others(kind: ColumnType, data: st.DataObject) -> None:
    values = data.draw(st.lists(GOOD[kind] | st.none(), min_size=1, max_size=8))

    whole, problems = array_of(values, kind)
    beside, problems_beside = array_of([*values, BAD[kind]], kind)

    assert problems == {}
    assert list(problems_beside) == [len(values)]
    assert beside.type == whole.type
    assert beside.slice(0, len(values)).equals(whole)
    assert beside[len(values)].as_py() is None


def test_a_time_with_an_offset_is_the_moment_that_it_names_also_beside_nonsense() -> None:
    wanted = datetime.fromisoformat("2026-03-31T07:30:00")

    assert array_of(["2026-03-31T09:30:00+02:00"], "timestamp")[0].to_pylist() == [wanted]
    column, problems = array_of(["2026-03-31T09:30:00+02:00", "nonsense", "2026-03-31T09:30:00"], "timestamp")

    assert column.to_pylist() == [wanted, None, None]
    assert sorted(problems) == [1, 2]


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        ("text", True, "true"), ("text", Decimal("1.50"), "1.50"), ("text", 7, "7"),
        ("integer", "7", 7), ("integer", Decimal("7.0"), 7), ("integer", 7.0, 7), ("integer", -(2**63), -(2**63)),
        ("decimal", "0.0000005", Decimal("0.000000")), ("decimal", "0.0000015", Decimal("0.000002")),
        ("decimal", 0.1, Decimal("0.100000")),
        ("rate", "1.00000000005", Decimal("1.0000000000")), ("rate", 1.1, Decimal("1.1000000000")),
        ("boolean", " TRUE ", True), ("boolean", 0, False), ("boolean", "1", True),
        ("date", "2026-03-31", date(2026, 3, 31)),
        ("timestamp", "2026-03-31T00:30:00+02:00", datetime.fromisoformat("2026-03-30T22:30:00")),
    ],
)  # fmt: skip
def test_a_value_is_read_alike_alone_and_beside_nonsense(kind: ColumnType, value: Any, read: Any) -> None:
    for values in ([value], [value, BAD[kind]]):
        column, problems = array_of(values, kind)

        assert (column[0].as_py(), list(problems)) == (read, [1] if len(values) == 2 else [])


@pytest.mark.parametrize(
    ("kind", "value", "why"),
    [
        ("text", 1.5, "is float, not text"), ("text", {}, "is dict, not text"),
        ("integer", True, "is true or false"), ("integer", "7.5", "is not a whole number"),
        ("integer", "inf", "is not a whole number"), ("integer", 2**63, "does not fit"),
        ("decimal", True, "is bool, not a number"), ("decimal", "nan", "not a finite number"),
        ("boolean", "yes", "neither true nor false"), ("boolean", 2, "neither true nor false"),
        ("date", "2026-03-31T00:00:00", "is not a day"), ("date", datetime(2026, 3, 31, tzinfo=UTC), "is a time"),
        ("date", "20260331", "is not a day"),
        ("timestamp", "2026-03-31", "is a time without an offset"), ("timestamp", date(2026, 3, 31), "is not a time"),
        ("timestamp", 1774909800, "is not a time"),
    ],
)  # fmt: skip
def test_what_does_not_fit_costs_its_own_value_and_says_why(kind: ColumnType, value: Any, why: str) -> None:
    column, problems = array_of([value], kind)

    assert column.to_pylist() == [None]
    assert why in problems[0]
