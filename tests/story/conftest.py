"""One night, run once for all tests that look at it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from sandbox.generate import Market, generate
from tests.sandbox.serving import serving
from tests.story.night import FIRST_DAY, LAST_DAY, Night, said


@pytest.fixture(scope="session")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """The market pulled over HTTP by the very commands of ``make nightly``, built and published."""
    folder = tmp_path_factory.mktemp("night")
    days = date.fromisoformat(FIRST_DAY), date.fromisoformat(LAST_DAY)
    generate(Market(seed=11, scale=0.03, first_day=days[0], last_day=days[1]), folder / "market")
    with serving(folder / "market" / "wire.duckdb") as server:
        made = Night(folder, folder / "market", server)
        for done in (made.pull(), made.build()):
            assert done.returncode == 0, said(done)
        yield made
