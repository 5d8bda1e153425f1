"""Runs the sandbox in a thread of the test, over real HTTP on a free port."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
import uvicorn

from sandbox.serve import create_app


class Server:
    """A running sandbox and the orders that a test gives it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def order(self, what: str, **order: Any) -> Any:
        """Send one order to a control endpoint."""
        answer = requests.post(f"{self.url}/__sandbox__/{what}", json=order, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def reset(self) -> None:
        """No clock, no faults, generous limits, the usual settings, consent given anew, nothing counted."""
        for what in ("clock", "faults", "limits", "settings", "consent", "stats"):
            requests.delete(f"{self.url}/__sandbox__/{what}", timeout=10)

    def fired(self) -> int:
        """How many requests the ordered faults have hit."""
        faults = requests.get(f"{self.url}/__sandbox__/faults", timeout=10).json()
        return sum(fault["fired"] for fault in faults)

    def stats(self) -> Any:
        """What was asked and how it was answered."""
        return requests.get(f"{self.url}/__sandbox__/stats", timeout=10).json()


@contextmanager
def serving(wire: Path, connections: Mapping[str, str] | None = None) -> Iterator[Server]:
    """The sandbox over a wire file, until the block ends."""
    app = create_app(wire, connections)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, log_level="critical", access_log=False, timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield Server(f"http://127.0.0.1:{listening.getsockname()[1]}")
        server.should_exit = True
        thread.join(timeout=10)
