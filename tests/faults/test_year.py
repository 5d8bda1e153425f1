"""Nights with faults drawn at random: whatever happened, a landed day has its old rows or its new ones, once each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import built_year
from tests.faults.year import FAULTS, live


@pytest.mark.timeout(300)
def test_a_stretch_of_nights_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))

    drawn = live(1, 60, tmp_path)

    assert set(drawn) >= set(FAULTS)


@pytest.mark.timeout(1800)
def test_nights_with_builds_hold_and_end_in_the_numbers_of_a_clean_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "year" / "data"))

    drawn = built_year.live(21, 10, 0.2, tmp_path)

    assert {what: count for what, count in drawn.items() if what.startswith("built")} == {
        "built, whole": 1,
        "built, killed while publishing": 1,
    }
