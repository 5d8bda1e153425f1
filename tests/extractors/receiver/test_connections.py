"""Hostile connections: held open, DRIPPING, endless, malformed, a thousand at once. Nobody else is shut out by them."""

from __future__ import annotations

import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
import uvicorn

from extractors.receiver.app import create_app
from extractors.receiver.connections import Open, impatient
from extractors.receiver.doors import open_doors
from extractors.receiver.spool import Spool
from extractors.settings import spool_dir
from extractors.sources import SOURCES
from tests.extractors.receiver.receiving import HOOKS, SECRET, Running, in_a_thread, recorded, spooled


@contextmanager
def short_of_patience(most: int = 500, header_seconds: float = 0.5) -> Iterator[tuple[Running, Open]]:
    """A receiver that waits for headers half a second."""
    spool, connections = Spool(spool_dir()), Open(most, header_seconds)
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listening:
        config = uvicorn.Config(
            create_app(open_doors(SOURCES), spool), log_level="critical", access_log=False, http=impatient(connections)
        )
        with in_a_thread(uvicorn.Server(config), listening):
            yield Running(f"http://127.0.0.1:{listening.getsockname()[1]}", spool), connections


def connected(url: str) -> socket.socket:
    opened = socket.create_connection((urlsplit(url).hostname or "", urlsplit(url).port or 0), timeout=10)
    opened.settimeout(10)
    return opened


def is_closed(opened: socket.socket) -> bool:
    """Whether the other side ends it, within the time-out."""
    try:
        return opened.recv(1) == b""
    except ConnectionError:
        return True


def sent_until_closed(opened: socket.socket, parts: list[bytes], pause: float) -> bool:
    """Whether the other side ended it before all was sent."""
    try:
        for part in parts:
            opened.sendall(part)
            time.sleep(pause)
    except OSError:
        return True
    return False


@pytest.mark.parametrize("begun", [b"", b"POST /hook/gravity HTTP/1.1\r\nHost: a\r\nX-A: b"])
def test_headers_that_do_not_come_end_the_connection(begun: bytes) -> None:
    with short_of_patience() as (receiver, _), connected(receiver.url) as opened:
        opened.sendall(begun)
        started = time.monotonic()

        assert is_closed(opened)
        assert 0.2 < time.monotonic() - started < 5


DRIPPING = [bytes([one]) for one in b"GET /health HTTP/1.1\r\nX-Slow: " + b"a" * 200]


def test_headers_that_drip_do_not_prolong_the_wait_also_behind_a_good_request() -> None:
    with short_of_patience() as (receiver, _), connected(receiver.url) as opened:
        opened.sendall(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b"200 OK" in opened.recv(4096)
        started = time.monotonic()

        assert sent_until_closed(
            opened, [bytes([one]) for one in b"GET /health HTTP/1.1\r\nX-Slow: " + b"a" * 200], 0.02
        )
        assert time.monotonic() - started < 3


def test_headers_without_end_are_cut_off() -> None:
    lines = [b"GET / HTTP/1.1\r\n", *[b"X-A: " + b"a" * 1000 + b"\r\n"] * 10_000]
    with short_of_patience(header_seconds=30) as (receiver, _), connected(receiver.url) as opened:
        assert sent_until_closed(opened, lines, 0.0005)


def test_a_thousand_half_open_connections_shut_nobody_out(tmp_path: Path) -> None:
    port_file = tmp_path / "port"
    receive = f"{sys.executable} -m extractors receive --port 0 --port-file {port_file}"
    with (tmp_path / "log").open("wb") as log, ExitStack() as held:
        process = subprocess.Popen(["bash", "-c", f"ulimit -n 400; exec {receive}"], stdout=log, stderr=log)
        try:
            while not port_file.exists():
                assert process.poll() is None, (tmp_path / "log").read_text()
                time.sleep(0.05)
            url = f"http://127.0.0.1:{port_file.read_text()}"
            # More than the process has files for.
            for _ in range(700):
                held.enter_context(connected(url)).sendall(b"POST /hook/gravity HTTP/1.1\r\n")
            post = recorded("gravity_forms__entry")
            started = time.monotonic()
            answer = requests.post(f"{url}/hook/gravity/{SECRET}", post.body, headers=post.headers, timeout=10)
            assert (answer.status_code, answer.text) == (200, "ok")
            assert time.monotonic() - started < 3
        finally:
            process.kill()
            process.wait()
    assert "Traceback" not in (tmp_path / "log").read_text()
    assert len(spooled("webhook", "gravity")) == 1


def test_bodies_that_do_not_come_give_way_to_who_sends_his() -> None:
    post = recorded("gravity_forms__entry")
    with short_of_patience(most=50, header_seconds=30) as (receiver, connections), ExitStack() as held:
        for _ in range(120):
            opened = held.enter_context(connected(receiver.url))
            opened.sendall(b"POST /hook/gravity HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\nx")
        assert receiver.post(f"/hook/gravity/{SECRET}", post).status_code == 200
        assert connections.shed >= 70


def test_a_thousand_senders_at_once_are_all_heard() -> None:
    post = recorded("gravity_forms__entry")

    def send(number: int) -> int:
        body = post.body.replace(b'"512"', b'"%d"' % number)
        return requests.post(
            f"{receiver.url}/hook/gravity/{SECRET}", body, headers=post.headers, timeout=30
        ).status_code

    with short_of_patience(most=2000, header_seconds=10) as (receiver, _):
        started = time.monotonic()
        with ThreadPoolExecutor(100) as senders:
            answers = Counter(senders.map(send, range(1000)))

    assert set(answers) <= {200, 429}
    assert answers[200] == len(spooled("webhook", "gravity")) > 400
    assert time.monotonic() - started < 30


NO_HTTP = (
    b"\x16\x03\x01\x02",
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
    b"\x00" * 9000,
)


def test_nothing_malformed_ends_in_a_fault_or_in_silence() -> None:
    chance = random.Random(7)
    kinds = (
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=b",
        "text/plain",
        "?",
    )
    digits = "9" * 400
    with short_of_patience() as (receiver, _):
        for account in [name for name in HOOKS if name not in ("slow", "forgotten")]:
            for kind in kinds:
                body = chance.randbytes(chance.randrange(400)) if chance.random() < 0.6 else b'{"a":' + b"[" * 5000
                headers = {
                    "Content-Type": kind, "webhook-id": digits, "webhook-timestamp": digits,
                    "webhook-signature": "v1,x",
                    "X-WPForms-Webhook-Signature": f"t={digits},v=é".encode().decode("latin-1"), "Origin": "null",
                    "typeform-signature": "\xff", "Content-Encoding": chance.choice(["", "gzip", "x", "deflate"]),
                }  # fmt: skip
                answer = requests.post(f"{receiver.url}/hook/{account}", body, headers=headers, timeout=10)
                assert answer.status_code in (400, 401, 415), (account, kind, answer.status_code)
            hit = f"{receiver.url}/v?site=dach&client_time={digits}"
            pixel = requests.post(hit, body, headers={"Origin": "%"}, timeout=10)
            assert pixel.status_code in (204, 400, 403)
        for line in NO_HTTP:
            with connected(receiver.url) as opened:
                opened.sendall(line)
                assert b" 500 " not in opened.recv(4096)
        assert receiver.get("/health").status_code == 200
