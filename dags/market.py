"""The invented market as child processes of this one: made, configured, served, and ended with the block."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from dags.child import python_module

STARTS_WITHIN_SECONDS = 60


class MarketFailed(Exception):
    """The sandbox did not do what it was asked for; its own words are in the log."""


def finish(process: subprocess.Popen[str], what: str) -> None:
    """Wait for a command that ends by itself."""
    if process.wait() != 0:
        raise MarketFailed(f"the market could not be {what}")


@contextlib.contextmanager
def served(market: Path) -> Iterator[int]:
    """Serve the market on a free port of this machine while the block runs."""
    port_file = market / "port"
    port_file.unlink(missing_ok=True)
    with python_module("sandbox", "serve", "--dir", market, "--port", 0, "--port-file", port_file) as server:
        limit = time.monotonic() + STARTS_WITHIN_SECONDS
        while not (port_file.exists() and port_file.read_text().strip()):
            if server.poll() is not None or time.monotonic() > limit:
                raise MarketFailed("the market could not be served")
            time.sleep(0.05)
        yield int(port_file.read_text())


def configure(market: Path, port: int, config: Path) -> None:
    """Write the configuration with which this market is read."""
    with python_module("sandbox", "config", "--dir", market, "--port", port, "--out", config) as process:
        finish(process, "configured")
