"""A vendor on a real socket: tests say what it answers, and see what it was asked."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pyarrow.parquet as pq

from extractors.http.answers import Classify
from extractors.http.auth import NoAuth
from extractors.http.client import HttpClient
from extractors.model import Account, Client, Connection, Row, Source, Window
from extractors.run import land_table
from extractors.settings import landing_dir

SECRET = "canary-secret-7f3a"
"""The credential that every test connects with; it must never be shown."""


@dataclass(frozen=True)
class Request:
    """What the vendor was asked."""

    method: str
    path: str
    query_text: str
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.query_text, keep_blank_values=True))

    @cached_property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @cached_property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """What the vendor answers; ``is_cut`` ends the connection in the middle of the body."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = "application/json"
    is_cut: bool = False


Answer = Reply | Callable[[Request], Reply]


class Vendor:
    """Answers by "METHOD /path": the given replies one after the other, the last one from then on."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._answers: dict[str, list[Answer]] = defaultdict(list)
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answers(self, route: str, *answers: Answer) -> None:
        """From now on ``route`` ("GET /v3/calls.json") is answered so."""
        self._answers[route] += answers

    def asked(self, path: str) -> list[Request]:
        """The requests for a path, in order."""
        return [request for request in self.requests if request.path == path]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, request: Request) -> Reply:
        with self._lock:
            self.requests.append(request)
            queue = self._answers.get(f"{request.method} {request.path}")
            if not queue:
                return Reply(b'{"error":"the test gave no answer for this path"}', 404)
            answer = queue.pop(0) if len(queue) > 1 else queue[0]
        return answer if isinstance(answer, Reply) else answer(request)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        vendor = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._reply()

            def do_POST(self) -> None:
                self._reply()

            def _reply(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                address = urlsplit(self.path)
                headers = {name.lower(): value for name, value in self.headers.items()}
                reply = vendor._answer(Request(self.command, address.path, address.query, headers, body))
                self.send_response(reply.status)
                self.send_header("Content-Type", reply.media_type)
                self.send_header("Content-Length", str(len(reply.body)))
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if reply.is_cut:
                    self.wfile.write(reply.body[: len(reply.body) // 2])
                    self.close_connection = True
                else:
                    self.wfile.write(reply.body)

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing: what was asked is in ``vendor.requests``."""

        return Handler


def fixture(name: str) -> Path:
    """Where a recorded answer lies: ``google_ads/clicks.json`` is ``google_ads/fixtures/clicks.json``."""
    vendor, _, file = name.partition("/")
    return Path(__file__).parent / vendor / "fixtures" / file


def recorded(name: str, status: int = 200, is_cut: bool = False, **headers: str) -> Reply:
    """A recorded answer; ``retry_after="1"`` becomes the header Retry-After."""
    path = fixture(name)
    if not path.suffix:
        path = path.with_suffix(".json")
    media_type = {".json": "application/json", ".xml": "text/xml", ".html": "text/html"}.get(
        path.suffix, "application/octet-stream"
    )
    named = {header.replace("_", "-").title(): value for header, value in headers.items()}
    return Reply(path.read_bytes(), status, named, media_type, is_cut)


def opened(source: Source, vendor: Vendor, **options: Any) -> tuple[Client, Account]:
    """The source's own client, pointed at the vendor."""
    account = Account(source.name, "ACC1", source.name, brand="nordhaus", options=options)
    return source.connect(Connection(vendor.url, password=SECRET), account), account


def sleeps(client: Client, sleep: Callable[[float], None]) -> None:
    """From now on the client waits so."""
    assert isinstance(client, HttpClient)
    client._sleep = sleep


def unhurried(
    source: Source, vendor: Vendor, classify: Classify, waits: list[float], **options: Any
) -> tuple[Client, Account]:
    """A client with the source's rules that notes how long it should wait instead of waiting."""
    client, account = opened(source, vendor, **options)
    return HttpClient(client.base_url, name=client.name, auth=NoAuth(), classify=classify, sleep=waits.append), account


def read(source: Source, table: str, vendor: Vendor, window: Window, **options: Any) -> list[Row]:
    """Every row that the table's reader yields."""
    client, account = opened(source, vendor, **options)
    return [row for page in source.table(table).read(client, account, window) for row in page]


def land(source: Source, table: str, vendor: Vendor, window: Window, **options: Any) -> list[Row]:
    """The rows as they lie in the landing zone afterwards, rejects included, days in order."""
    account = Account(source.name, "ACC1", source.name, brand="nordhaus", options=options)
    land_table(source, account, table, window, Connection(vendor.url, password=SECRET))
    return landed_rows(source, table)


def landed_rows(source: Source, table: str) -> list[Row]:
    """What lies in the landing zone."""
    files = sorted((landing_dir() / source.name / table).glob("account=*/day=*.parquet"))
    return [row for file in files for row in pq.ParquetFile(file).read().to_pylist()]
