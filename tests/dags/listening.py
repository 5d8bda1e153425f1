"""An address of this machine that takes messages, and a mail server that takes any mail."""

from __future__ import annotations

import json
import socketserver
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Listener(ThreadingHTTPServer):
    """An address that takes messages."""

    def __init__(self, status: int = 200) -> None:
        self.status, self.taken = status, list[dict[str, Any]]()
        super().__init__(("127.0.0.1", 0), Taker)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/services/T0/B0/secret-of-the-hook"


class Taker(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append(json.loads(body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class MailServer(socketserver.ThreadingTCPServer):
    """An SMTP server that takes any mail, without encryption."""

    def __init__(self, *, breaks_off: bool = False) -> None:
        self.heard, self.breaks_off = list[str](), breaks_off
        super().__init__(("127.0.0.1", 0), MailTaker)


class MailTaker(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        in_data = False
        for raw in self.rfile:
            line = raw.decode().rstrip("\r\n")
            self.server.heard.append(line)
            if in_data and line != ".":
                continue
            if line == "." and self.server.breaks_off:
                return
            in_data = line.upper() == "DATA"
            if line.upper() == "QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            self.wfile.write(b"354 go on\r\n" if in_data else b"250 good\r\n")
