"""The tiny market and an invented one, each served once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from extractors.model import Window
from extractors.run import Failure, pull
from sandbox.config import connections, write_config
from sandbox.generate import Market, generate
from sandbox.land import land
from tests.sandbox.serving import Server, serving
from tests.sandbox.tiny_wire import CONNECTIONS, write_tiny_wire

DAYS = Window(date(2026, 3, 20), date(2026, 4, 5))
MARKET = Market(scale=0.03, first_day=DAYS.first_day, last_day=DAYS.last_day)


@pytest.fixture(scope="session")
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the whole session."""
    wire = write_tiny_wire(tmp_path_factory.mktemp("tiny") / "wire.duckdb")
    with serving(wire, CONNECTIONS) as server:
        yield server


@pytest.fixture
def server(running_server: Server) -> Server:
    """The server as if it had just been started."""
    running_server.reset()
    return running_server


@pytest.fixture(scope="session")
def landed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The landing zone as it was pulled, and as it was written directly."""
    folder = tmp_path_factory.mktemp("market")
    generate(MARKET, folder / "market")
    write_config(folder / "market", folder / "config")
    land(folder / "market", folder / "direct")
    with pytest.MonkeyPatch.context() as environment, serving(folder / "market/wire.duckdb") as server:
        for name, value in connections(server.url).items():
            environment.setenv(name, value)
        environment.setenv("LEADGEN_CONFIG", str(folder / "config"))
        environment.setenv("LEADGEN_DATA", str(folder / "pulled"))
        failures = [one for one in pull(DAYS) if isinstance(one, Failure)]
    assert failures == []
    return folder / "pulled/landing", folder / "direct/landing"
