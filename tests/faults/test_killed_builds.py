"""A build that is killed while dbt builds: readers keep what they have, and what it left is in nobody's way."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from dags.fingerprint import fingerprint
from tests.faults.town import Town, land_day
from warehouse.run import PHASES, BuildRun

LAST_DAY = date(2026, 3, 4)
CLEAN, KILLED, NEXT = (BuildRun(name, LAST_DAY) for name in ("clean", "killed", "next"))


@pytest.mark.timeout(1800)
def test_a_build_killed_while_dbt_builds_leaves_readers_whole_and_nothing_half(tmp_path: Path) -> None:
    town = Town(tmp_path)
    for number in range(4):
        deals = {f"d{number}{one}": str(100 * one + 50) for one in range(5)}
        land_day(town.landing, LAST_DAY - timedelta(days=number), deals)
    town.build(CLEAN, *PHASES)
    clean = fingerprint(town.warehouse)

    town.build(KILLED, "prepare")
    assert town.kill_in(KILLED, "stage")
    assert (town.shown(), fingerprint(town.warehouse)) == ("clean", clean)

    # A build that begins anew is not held up by it; in each of its phases dbt is killed and begins again.
    town.build(NEXT, "prepare")
    for phase in PHASES[1:-1]:
        if phase in ("stage", "identify", "model", "attribute"):
            assert town.kill_in(NEXT, phase)
            assert town.shown() == "clean"
        town.build(NEXT, phase)
    assert fingerprint(town.warehouse) == clean
    town.build(NEXT, "publish")

    assert (town.shown(), fingerprint(town.warehouse)) == ("next", clean)
