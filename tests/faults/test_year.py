"""Nights with faults drawn at random: whatever happened, a landed day has its old rows or its new ones, once each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.year import live


@pytest.mark.timeout(300)
def test_a_stretch_of_nights_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))

    drawn = live(1, 40, tmp_path)

    assert set(drawn) >= {"none", "twice", "vendor", "kill", "full disk"}
