"""The receiver as a process: how it starts, whom it believes, how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.extractors.receiver.receiving import SECRET, recorded, spooled

CONSENT = "analytics_storage=granted"


@contextmanager
def started(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The process and its address."""
    port_file = folder / "port"
    command = ["-m", "extractors", "receive", "--port", "0", "--port-file", str(port_file), *options]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, *command], stdout=log, stderr=log)
    try:
        limit = time.monotonic() + 60
        while not port_file.exists():
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < limit
            time.sleep(0.05)
        yield process, f"http://127.0.0.1:{port_file.read_text()}"
    finally:
        process.kill()
        process.wait()


def test_a_proxy_is_believed_when_it_is_named(tmp_path: Path) -> None:
    behind = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9", "User-Agent": "Mozilla/5.0"}
    for options, is_secure in (((), False), (("--trusted-proxies", "10.0.0.0/8,127.0.0.1"), True)):
        (tmp_path / "port").unlink(missing_ok=True)
        with started(tmp_path, *options) as (_, url):
            answer = requests.get(f"{url}/v?site=dach&{CONSENT}", headers=behind, timeout=10)
        assert ("; secure" in answer.headers["set-cookie"].lower()) == is_secure


def test_who_is_told_to_end_finishes_what_was_begun(tmp_path: Path) -> None:
    post, answered = recorded("gravity_forms__entry"), []
    with started(tmp_path) as (process, url):

        def send() -> None:
            with requests.Session() as session:
                while True:
                    try:
                        address = f"{url}/hook/gravity/{SECRET}"
                        answered.append(session.post(address, post.body, headers=post.headers, timeout=10).status_code)
                    except requests.RequestException:
                        return

        threads = [threading.Thread(target=send) for _ in range(4)]
        for thread in threads:
            thread.start()
        while len(answered) < 40:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) in (0, -signal.SIGTERM)
        for thread in threads:
            thread.join()

    assert set(answered) <= {200, 503}
    assert len(spooled("webhook", "gravity")) == answered.count(200)


@pytest.mark.parametrize(
    ("accounts", "sentence"),
    [
        (None, "accounts.yml does not exist"),
        ("{source: webhook, account: a, brand: b, options: {sender: fax}}", "'sender' must be one of tilda"),
        ("{source: webhook, account: a, brand: b, options: {sender: browser}}", "name the sites that may post"),
        ("{source: pixel, account: a, brand: b}", "name the site's addresses under 'origins'"),
        ("{source: pixel, account: a, brand: b, options: {origins: [www.a.example]}}", "is not an address like"),
        ("{source: pixel, account: a, brand: b, options: {origins: ['https://a.example'], consent: x}}", "'consent'"),
        ("{source: webhook, account: a, brand: b, options: {sender: jotform, posts_per_second: 0}}", "above 0"),
    ],
)
def test_a_wrong_configuration_is_said_in_a_sentence_before_anything_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, accounts: str | None, sentence: str
) -> None:
    (tmp_path / "other").mkdir()
    if accounts is not None:
        (tmp_path / "other" / "accounts.yml").write_text(f"accounts: [{accounts}]")
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path / "other"))
    monkeypatch.setenv("AIRFLOW_CONN_WEBHOOK_A", '{"conn_type": "http", "password": "some-secret"}')

    said = subprocess.run(
        [sys.executable, "-m", "extractors", "receive", "--port", "0"],
        env={**os.environ, "COLUMNS": "300"},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert said.returncode == 1
    assert sentence in said.stdout
    assert "Traceback" not in said.stdout + said.stderr
