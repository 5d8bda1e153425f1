"""The tiny market, served once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.serving import Server, serving
from tests.sandbox.tiny_wire import CONNECTIONS, write_tiny_wire


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
