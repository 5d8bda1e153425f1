"""Connections that wait for nothing: nobody may hold one open without saying what he wants.

A request's headers have to come within seconds and fit into a page. Where more connections are open than may be, the
one goes that has waited longest for the rest of its request; who has said what he wants is never cut off for others.
"""

from __future__ import annotations

import asyncio
import resource
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

HEADER_SECONDS = 10.0
MOST_HEADER_BYTES = 64 * 1024
MOST_CONNECTIONS = 2000
KEPT_FILES = 128
"""What the process needs beside its connections: the spool's files, logs, libraries."""


@dataclass
class Open:
    """The connections of one receiver, the one that has been silent longest first."""

    most: int
    header_seconds: float = HEADER_SECONDS
    shed: int = 0
    waiting: OrderedDict[Any, None] = field(default_factory=OrderedDict)
    """Those whose request has not come whole."""


def most_connections() -> int:
    """As many as there are files for, once the limit is as high as the system lets it be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard != resource.RLIM_INFINITY else max(soft, 4096), hard))
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(16, min(MOST_CONNECTIONS, soft - KEPT_FILES)) if soft != resource.RLIM_INFINITY else MOST_CONNECTIONS


def impatient(connections: Open) -> type[asyncio.Protocol]:
    """Uvicorn's protocol, which waits for no headers that do not come."""

    class Impatient(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
        _timer: asyncio.TimerHandle | None = None
        _head = 0

        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            connections.waiting[self] = None
            self._wait()
            while len(self.connections) > connections.most and connections.waiting:
                oldest, _ = connections.waiting.popitem(last=False)
                connections.shed += 1
                # At once: a closed one that is still in the set would be counted again.
                oldest.connections.discard(oldest)
                oldest.transport.abort()

        def data_received(self, data: bytes) -> None:
            self._head += len(data)
            super().data_received(data)
            if self.transport.is_closing():
                return
            if self._is_between_requests():
                self._wait()
                if self._head > MOST_HEADER_BYTES:
                    self.transport.abort()
                return
            self._head = 0
            self._stop_waiting()
            if self.cycle.more_body:
                connections.waiting[self] = None
            else:
                connections.waiting.pop(self, None)

        def on_response_complete(self) -> None:
            super().on_response_complete()
            self._head = 0
            if not self.transport.is_closing():
                # Kept for the next request, and the first to go where there is no room.
                connections.waiting[self] = None

        def connection_lost(self, exc: Exception | None) -> None:
            self._stop_waiting()
            connections.waiting.pop(self, None)
            super().connection_lost(exc)

        def _is_between_requests(self) -> bool:
            return self.cycle is None or self.cycle.response_complete

        def _wait(self) -> None:
            if self._timer is None:
                self._timer = self.loop.call_later(connections.header_seconds, self._give_up)

        def _stop_waiting(self) -> None:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

        def _give_up(self) -> None:
            self._timer = None
            if self._is_between_requests() and not self.transport.is_closing():
                self.transport.abort()

    return Impatient
