"""Answers as they were recorded, one value of one of them exchanged, without a socket."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

MOST_REQUESTS = 60
"""Of one table; whoever asks for more would ask for ever."""


@dataclass(frozen=True)
class Recorded:
    """An answer, and what it answered."""

    method: str
    url: str
    sent: bytes
    status: int
    headers: Mapping[str, str]
    body: bytes
    sent_headers: Mapping[str, str] = field(default_factory=dict)


class Recorder(HTTPAdapter):
    """Asks whoever is asked, and keeps what came, each answer once."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: dict[tuple[str, str, bytes, bytes], Recorded] = {}

    def send(self, request: requests.PreparedRequest, *args: Any, **named: Any) -> requests.Response:
        """Send the request and keep the answer."""
        response = super().send(request, *args, **named)
        body = b"".join(response.raw.stream(1 << 16, decode_content=True))
        headers = {
            name: value
            for name, value in response.headers.items()
            if name.lower() not in ("content-length", "content-encoding", "transfer-encoding")
        }
        sent = _sent(request)
        kept = Recorded(
            request.method or "", request.url or "", sent, response.status_code, headers, body, request.headers
        )
        self.answers.setdefault((kept.method, kept.url, sent, body), kept)
        return _response(request, kept, body)


class Endless(Exception):
    """A reader went on asking."""


class Replayer(HTTPAdapter):
    """Answers what was recorded; one of the answers has another body."""

    def __init__(self, answers: list[Recorded], changed: int, body: bytes) -> None:
        super().__init__()
        self._exact: dict[tuple[str, str, bytes], list[Recorded]] = defaultdict(list)
        self._like: dict[tuple[str, str], list[Recorded]] = defaultdict(list)
        for answer in answers:
            self._exact[answer.method, answer.url, answer.sent].append(answer)
            self._like[answer.method, urlsplit(answer.url).path].append(answer)
        self._changed, self._body = answers[changed], body
        self._asked = 0
        self._turn: dict[int, int] = defaultdict(int)
        self.is_hit = False

    def send(self, request: requests.PreparedRequest, *args: Any, **named: Any) -> requests.Response:
        """The recorded answer to the request, or to one like it; the last of several stays."""
        self._asked += 1
        if self._asked > MOST_REQUESTS:
            raise Endless
        method, url = request.method or "", request.url or ""
        found = self._exact.get((method, url, _sent(request))) or self._like.get((method, urlsplit(url).path))
        if not found:
            return _response(request, Recorded(method, url, b"", 404, {}, b""), b'{"error":"not found"}')
        turn = self._turn[id(found)]
        self._turn[id(found)] += 1
        answer = found[min(turn, len(found) - 1)]
        if answer is self._changed:
            self.is_hit = True
        return _response(request, answer, self._body if answer is self._changed else answer.body)


def _sent(request: requests.PreparedRequest) -> bytes:
    body = request.body or b""
    return body.encode() if isinstance(body, str) else bytes(body) if isinstance(body, bytes | bytearray) else b""


def _response(request: requests.PreparedRequest, answer: Recorded, body: bytes) -> requests.Response:
    response = requests.Response()
    response.status_code, response.url, response.request = answer.status, request.url or "", request
    response.headers.update(answer.headers)
    response.raw = urllib3.HTTPResponse(
        body=io.BytesIO(body), headers=dict(answer.headers), status=answer.status, preload_content=False
    )
    return response
