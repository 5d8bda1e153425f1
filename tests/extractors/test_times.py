"""Moments by value: where a window begins and ends, and what a vendor's clock means in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from extractors.errors import FixSettings
from extractors.model import Account, Window
from extractors.times import days_before, end_of, from_local, from_unix, said_in_utc, start_of, unix, zone_of, zulu

TWO_DAYS = Window(date(2026, 3, 30), date(2026, 3, 31))


def account(**options: Any) -> Account:
    """An account with these options."""
    return Account(source="callrail", account="1", connection="none", brand="nordhaus", options=options)


def test_a_window_lasts_to_the_first_moment_after_its_last_day() -> None:
    assert start_of(TWO_DAYS) == datetime(2026, 3, 30, tzinfo=UTC)
    assert end_of(TWO_DAYS) == datetime(2026, 4, 1, tzinfo=UTC)


def test_a_moment_is_written_in_utc_whatever_its_clock() -> None:
    moment = datetime(2026, 3, 31, 0, 30, tzinfo=ZoneInfo("Europe/Berlin"))

    assert zulu(moment) == "2026-03-30T22:30:00Z"
    assert unix(moment) == 1774909800
    assert unix(moment + timedelta(milliseconds=999)) == 1774909800


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1774909800, "2026-03-30T22:30:00Z"),
        (True, True),
        ("1774909800", "1774909800"),
        (None, None),
        (10**18, str(10**18)),
    ],
)
def test_seconds_since_1970_are_a_moment_and_anything_else_stays_to_be_refused(value: Any, moment: Any) -> None:
    assert from_unix(value) == moment


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("2026-03-10 09:30:00", "2026-03-10T09:30:00Z"),
        ("2026-03-10T09:30:00", "2026-03-10T09:30:00Z"),
        ("2026-03-10 09:30", "2026-03-10 09:30"),
        ("2026-03-10T09:30:00+02:00", "2026-03-10T09:30:00+02:00"),
        ("2026-03-10_09:30:00", "2026-03-10_09:30:00"),
        (None, None),
    ],
)
def test_a_clock_that_is_utc_says_so(value: Any, said: Any) -> None:
    assert said_in_utc(value) == said


def test_a_local_time_is_the_moment_of_its_zone_in_winter_and_in_summer() -> None:
    berlin, form = ZoneInfo("Europe/Berlin"), "%Y-%m-%d %H:%M:%S"

    assert from_local("2026-03-28 00:30:00", form, berlin) == datetime.fromisoformat("2026-03-27T23:30:00")
    assert from_local("2026-03-30 00:30:00", form, berlin) == datetime.fromisoformat("2026-03-29T22:30:00")
    assert from_local("30.03.2026", form, berlin) == "30.03.2026"
    assert from_local(None, form, berlin) is None


def test_a_zone_is_the_accounts_own_else_the_vendors() -> None:
    assert zone_of(account(time_zone="Europe/Berlin"), "UTC") == ZoneInfo("Europe/Berlin")
    assert zone_of(account(), "America/Phoenix") == ZoneInfo("America/Phoenix")
    with pytest.raises(FixSettings, match="the option time_zone is 'Berlin'"):
        zone_of(account(time_zone="Berlin"), "UTC")


def test_days_further_back_than_a_source_keeps_them_are_named_and_no_later_one() -> None:
    today = datetime.now(UTC).date()
    window = Window(today - timedelta(days=4), today)

    # The day of three days ago began more than three days ago, unless it is midnight to the microsecond.
    assert days_before(window, timedelta(days=3)) == {today - timedelta(days=4), today - timedelta(days=3)}
    assert days_before(window, timedelta(days=30)) == set()
