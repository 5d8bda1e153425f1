"""Which days a run reads: its own, those still corrected, or exactly those asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dags.schedule import day_of_run, window_of_run
from extractors.errors import FixSettings
from extractors.model import Window

THIRD_OF_MARCH = datetime(2026, 3, 3, 2, 15, tzinfo=UTC)  # 03:15 in Berlin
NEXT_NIGHT = datetime(2026, 3, 4, 2, 15, tzinfo=UTC)


def test_a_run_reads_the_day_its_interval_starts_in_and_the_days_still_corrected() -> None:
    assert window_of_run({}, THIRD_OF_MARCH, NEXT_NIGHT, 2) == Window(date(2026, 3, 1), date(2026, 3, 3))


def test_a_run_is_about_the_day_where_the_schedule_lives_not_about_the_utc_day() -> None:
    late_in_utc = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # 00:30 on 2 July in Berlin

    assert day_of_run(late_in_utc, NEXT_NIGHT) == date(2026, 7, 2)


def test_days_asked_for_are_read_exactly() -> None:
    asked = {"first_day": "2026-01-01", "last_day": "2026-01-31"}

    assert window_of_run(asked, THIRD_OF_MARCH, NEXT_NIGHT, 30) == Window(date(2026, 1, 1), date(2026, 1, 31))


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"first_day": "2026-01-01"}, "Only one of first_day and last_day"),
        ({"first_day": "2026-01-02", "last_day": "2026-01-01"}, "ends .* before it starts"),
        ({"first_day": "2026-02-30", "last_day": "2026-03-01"}, "cannot be read"),
    ],
)
def test_days_that_make_no_window_are_refused_in_words(params: dict[str, str], says: str) -> None:
    with pytest.raises(FixSettings, match=says):
        window_of_run(params, THIRD_OF_MARCH, NEXT_NIGHT, 0)


def test_a_run_that_was_triggered_at_a_shell_and_has_no_interval_reads_what_the_nightly_run_reads() -> None:
    assert window_of_run({}, None, NEXT_NIGHT, 2) == window_of_run({}, THIRD_OF_MARCH, NEXT_NIGHT, 2)
    # Before the night has begun, the one before it is the newest.
    assert day_of_run(None, datetime(2026, 3, 4, 2, 14, tzinfo=UTC)) == date(2026, 3, 2)
