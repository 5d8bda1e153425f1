"""A vendor over a real socket that answers as a test says: for answers that no vendor's rules would bring about."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKENS = ("/token", "/oauth/v2/accessToken")


@dataclass
class Asked:
    """One request, without what proves it."""

    method: str
    path: str
    body: str

    @property
    def json(self) -> Any:
        """Its body as JSON."""
        return json.loads(self.body)


@dataclass
class Said:
    """One answer."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    is_cut: bool = False
    """The request is read whole, and the connection closed without a word."""


Script = Callable[[Asked], Said]


class Vendor:
    """A server that does as its script says, and remembers what it was asked."""

    def __init__(self, script: Script) -> None:
        self.script, self.asked = script, list[Asked]()
        vendor = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                self._answer()

            def log_message(self, *said: object) -> None:
                pass

            def _answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                said = vendor.answer(Asked(self.command, self.path, body))
                if said.is_cut:
                    self.close_connection = True
                    return
                text = said.body if isinstance(said.body, str) else json.dumps(said.body)
                self.send_response(said.status)
                for name, value in {"Content-Type": "application/json", **said.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, asked: Asked) -> Said:
        """A token to whoever asks for one; else what the script says."""
        if asked.path.partition("?")[0] in TOKENS:
            return Said({"access_token": "t", "refresh_token": "r", "expires_in": 3600, "token_type": "Bearer"})
        self.asked.append(asked)
        return self.script(asked)

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)


@contextmanager
def answering(script: Script) -> Iterator[Vendor]:
    """A vendor for as long as the block lasts."""
    vendor = Vendor(script)
    try:
        yield vendor
    finally:
        vendor.close()
