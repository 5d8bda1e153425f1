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
