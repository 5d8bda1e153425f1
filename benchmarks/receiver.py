"""Posts to a receiver that is killed while they come: what was acknowledged must land, once.

    python -m benchmarks.receiver [--posts 10000] [--per-second 200] [--kills 3]

The receiver is a process of its own and is ended by SIGKILL, then started again. A post without an answer is
sent again, as the better senders do. Halfway the day is landed while posts come. Prints the rates, the waits and
what was landed.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import yaml
from rich.console import Console

SECRET = "secret-of-the-benchmark"
ACCOUNT = "storm"
SENDERS_AT_ONCE = 24
STARTS_WITHIN_SECONDS = 60.0


@dataclass
class Outcome:
    """What was sent, how it was answered, and what came of it."""

    posts: int = 0
    sent: int = 0
    """Requests, those repeated included."""
    acknowledged: set[str] = field(default_factory=set)
    seconds: float = 0.0
    down_seconds: float = 0.0
    kills: int = 0
    waits: list[float] = field(default_factory=list)
    """Seconds of each request that was answered with 200."""
    spooled: int = 0
    landed: list[tuple[str, str]] = field(default_factory=list)
    """Id and address of each landed row."""
    rejected: int = 0

    def wait(self, share: float) -> float:
        """Milliseconds within which that share of the acknowledged was answered."""
        ordered = sorted(self.waits)
        return 1000 * ordered[min(int(share * len(ordered)), len(ordered) - 1)]


class Receiver:
    """The receiver as a process of its own, always on the same port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        config = folder / "config"
        config.mkdir(parents=True, exist_ok=True)
        options = {"sender": "gravity_forms", "posts_per_second": 100_000}
        account = {"source": "webhook", "account": ACCOUNT, "brand": "b", "connection": "storm", "options": options}
        (config / "accounts.yml").write_text(yaml.safe_dump({"accounts": [account]}), encoding="utf-8")
        self.environment: Mapping[str, str] = {
            "LEADGEN_CONFIG": str(config),
            "LEADGEN_DATA": str(folder / "data"),
            "AIRFLOW_CONN_STORM": json.dumps({"conn_type": "http", "password": SECRET}),
        }
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port: int = probe.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = ["-m", "extractors", "receive", "--port", str(self.port)]
        with (self.folder / "receiver.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *command], env={**os.environ, **self.environment}, stdout=log, stderr=log
            )
        limit = time.monotonic() + STARTS_WITHIN_SECONDS
        while time.monotonic() < limit and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise SystemExit(f"the receiver did not start: {(self.folder / 'receiver.log').read_text()[-2000:]}")

    def kill(self) -> None:
        """End it at once, as a power switch would."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """End it as an operator would."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait()

    def pull(self) -> None:
        """Land yesterday and today, as a night's run does."""
        day = datetime.now(UTC).date()
        days = ["--from", str(day - timedelta(days=1)), "--to", str(day)]
        done = subprocess.run(
            [sys.executable, "-m", "extractors", "pull", "--source", "webhook", *days],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])


def entry(number: int) -> tuple[str, bytes]:
    """The id and the body of one post."""
    name = f"post-{number:06}"
    fields = {"id": name, "form_id": "3", "2": address_of(name), "1.3": "Ann", "4": "A new roof, please. " * 20}
    return name, json.dumps(fields).encode()


def address_of(name: str) -> str:
    """The address that a post's form holds."""
    return f"{name}@mail.example"


def storm(folder: Path, posts: int, per_second: float, kills: int) -> Outcome:
    """Send the posts at that rate, kill the receiver so often on the way, and land what it took."""
    receiver, outcome, lock = Receiver(folder), Outcome(posts=posts, kills=kills), threading.Lock()
    started = time.monotonic()
    numbers = iter(range(posts))

    def next_number() -> int | None:
        with lock:
            return next(numbers, None)

    def send() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=30)
        headers = {"Content-Type": "application/json", "X-Leadgen-Key": SECRET}
        while (number := next_number()) is not None:
            time.sleep(max(0.0, started + number / per_second - time.monotonic()))
            name, body = entry(number)
            while True:
                asked = time.monotonic()
                try:
                    connection.request("POST", f"/hook/{ACCOUNT}", body, headers)
                    status = connection.getresponse()
                    status.read()
                    is_taken = status.status == 200
                except (OSError, http.client.HTTPException):
                    connection.close()
                    is_taken = False
                with lock:
                    outcome.sent += 1
                    if is_taken:
                        outcome.acknowledged.add(name)
                        outcome.waits.append(time.monotonic() - asked)
                if is_taken:
                    break
                time.sleep(0.05)

    threads = [threading.Thread(target=send, daemon=True) for _ in range(SENDERS_AT_ONCE)]
    try:
        for thread in threads:
            thread.start()
        for kill in range(1, kills + 1):
            _wait_for(outcome, posts * kill // (kills + 1), threads)
            if kill == (kills + 1) // 2:
                receiver.pull()
            receiver.kill()
            went_down = time.monotonic()
            receiver.start()
            outcome.down_seconds += time.monotonic() - went_down
        for thread in threads:
            thread.join()
        outcome.seconds = time.monotonic() - started
        receiver.kill()
        receiver.pull()
    finally:
        receiver.stop()
    _count(folder / "data", outcome)
    return outcome


def _wait_for(outcome: Outcome, acknowledged: int, threads: list[threading.Thread]) -> None:
    while len(outcome.acknowledged) < acknowledged and any(thread.is_alive() for thread in threads):
        time.sleep(0.005)


def _count(data: Path, outcome: Outcome) -> None:
    outcome.spooled = sum(file.read_bytes().count(b"\n") for file in (data / "spool").rglob("*.spool"))
    files = f"{data}/landing/webhook/inquiries/account={ACCOUNT}/day=*.parquet"
    rows = duckdb.sql(f"select inquiry_id, email, _reject_reason from read_parquet('{files}')").fetchall()
    outcome.landed = [(name, email) for name, email, reason in rows if reason is None]
    outcome.rejected = len(rows) - len(outcome.landed)


def main() -> None:
    """Print what came of it; end with 1 when anything acknowledged is missing or doubled."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--per-second", type=float, default=200)
    parser.add_argument("--kills", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="leadgen-benchmark-") as folder:
        found = storm(Path(folder), options.posts, options.per_second, options.kills)
    names = [name for name, _ in found.landed]
    missing, doubled = found.acknowledged - set(names), len(names) - len(set(names))
    lines = (
        f"posts                  {found.posts:,} in {found.seconds:.1f} s, {found.posts / found.seconds:,.0f} a second",
        f"killed                 {found.kills} times while they came; {found.down_seconds:.1f} s down in all",
        f"requests               {found.sent:,}, of which {len(found.waits):,} acknowledged",
        f"answered within        {found.wait(0.5):.1f} ms (half), {found.wait(0.99):.1f} ms (99 of 100)",
        f"records in the spool   {found.spooled:,}",
        f"landed                 {len(names):,} rows, {found.rejected} rejected",
        f"acknowledged, missing  {len(missing)}",
        f"landed twice           {doubled}",
    )
    Console(highlight=False).print("\n".join(lines))
    raise SystemExit(1 if missing or doubled or found.rejected else 0)


if __name__ == "__main__":
    main()
