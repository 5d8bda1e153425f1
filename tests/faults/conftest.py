"""A served market whose every list has a second page, and a data folder of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.market import as_new, write_market
from tests.sandbox.serving import Server, serving
from tests.sandbox.tiny_wire import CONNECTIONS


@pytest.fixture(scope="session")
def running_market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the whole session."""
    wire = write_market(tmp_path_factory.mktemp("market") / "wire.duckdb")
    with serving(wire, CONNECTIONS) as server:
        yield server


@pytest.fixture
def market(running_market: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The server without faults, and an empty landing zone."""
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    as_new(running_market)
    return running_market
