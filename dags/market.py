"""The invented market as child processes of this one: made, configured, served, and ended with the block."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

STARTS_WITHIN_SECONDS = 60


class MarketFailed(Exception):
    """The sandbox did not do what it was asked for; its own words are in the log."""


@contextlib.contextmanager
def sandbox(command: str, *arguments: object) -> Iterator[subprocess.Popen[bytes]]:
    """``python -m sandbox <command>`` as a child that never outlives the block."""
    words = [sys.executable, "-m", "sandbox", command, *map(str, arguments)]
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def finish(process: subprocess.Popen[bytes], what: str) -> None:
    """Wait for a command that ends by itself."""
    if process.wait() != 0:
        raise MarketFailed(f"the market could not be {what}")


@contextlib.contextmanager
def served(market: Path) -> Iterator[int]:
    """Serve the market on a free port of this machine while the block runs."""
    port_file = market / "port"
    port_file.unlink(missing_ok=True)
    with sandbox("serve", "--dir", market, "--port", 0, "--port-file", port_file) as server:
        limit = time.monotonic() + STARTS_WITHIN_SECONDS
        while not (port_file.exists() and port_file.read_text().strip()):
            if server.poll() is not None or time.monotonic() > limit:
                raise MarketFailed("the market could not be served")
            time.sleep(0.05)
        yield int(port_file.read_text())


def configure(market: Path, port: int, config: Path) -> None:
    """Write the configuration with which this market is read."""
    with sandbox("config", "--dir", market, "--port", port, "--out", config) as process:
        finish(process, "configured")
