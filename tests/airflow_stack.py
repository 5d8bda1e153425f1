"""The services of docker-compose.yml without Docker: their very commands on this machine, on a Postgres of our own.

They run with the services' own environment, in which only host names, ports and folders are replaced by ones of this
machine.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<rest>[^}]*))?\}")

SECRETS = {
    "POSTGRES_PASSWORD": secrets.token_hex(16),
    "AIRFLOW_FERNET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    "AIRFLOW_API_SECRET_KEY": secrets.token_hex(32),
    "AIRFLOW_JWT_SECRET": secrets.token_hex(32),
    "LEADGEN_HASH_KEY": secrets.token_hex(32),
}


COMPOSE = "docker-compose.yml"


def compose_text(name: str = COMPOSE) -> str:
    return (ROOT / name).read_text()


def filled_in(settings: dict[str, str], *over: str) -> dict[str, Any]:
    """The file as docker compose reads it, with these settings, and with files that are put over it."""

    def value(found: re.Match[str]) -> str:
        if found["name"] in settings:
            return settings[found["name"]]
        assert found["kind"] == "-", f"{found['name']} has no value"
        return found["rest"]

    loaded: dict[str, Any] = yaml.safe_load(VARIABLE.sub(value, compose_text()))
    for name in over:
        for service, changed in yaml.safe_load(VARIABLE.sub(value, compose_text(name)))["services"].items():
            before = loaded["services"][service]
            environment = {**before["environment"], **changed.get("environment", {})}
            before.update({**changed, "environment": environment})
    return loaded


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@dataclass
class Stack:
    """The services' commands, running here."""

    folder: Path
    ports: dict[str, int]
    compose: dict[str, Any]
    settings: dict[str, str]
    """What this machine sets beside what the file does."""
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def here(self, text: str) -> str:
        """A command or a value of the file, for this machine."""
        for host in ("postgres", "api-server", "sandbox"):
            text = text.replace(f"@{host}:", "@127.0.0.1:").replace(f"//{host}:", "//127.0.0.1:")
        for inside, outside in self.ports.items():
            text = re.sub(rf"\b{inside}\b", str(outside), text)
        text = text.replace("/opt/leadgen/leadgen/", f"{ROOT}/leadgen/")
        return text.replace("/opt/leadgen/", f"{self.folder}/").replace("0.0.0.0", "127.0.0.1")

    def environment(self, service: str) -> dict[str, str]:
        stated = {
            name: self.here(str(value)) for name, value in self.compose["services"][service]["environment"].items()
        }
        # What the Dockerfile sets, and ports that the file leaves at Airflow's defaults.
        return {
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "HOME": str(self.folder),
            "PYTHONPATH": str(ROOT),
            "AIRFLOW_HOME": str(self.folder / "airflow"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(self.ports["8974"]),
            "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(free_port()),
            "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(free_port()),
            "LEADGEN_CONFIG": str(self.folder / "config"),
            "LEADGEN_DATA": str(self.folder / "data"),
            "DO_NOT_TRACK": "1",
            **stated,
            **self.settings,
        }

    def command(self, service: str) -> list[str]:
        return [self.here(word) for word in self.compose["services"][service]["command"]]

    def run(self, service: str) -> None:
        done = subprocess.run(
            self.command(service),
            cwd=self.folder,
            env=self.environment(service),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]

    def start(self, service: str) -> None:
        with (self.folder / f"{service}.log").open("wb") as log:
            self.running[service] = subprocess.Popen(
                self.command(service),
                cwd=self.folder,
                env=self.environment(service),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def is_healthy(self, service: str) -> bool:
        kind, *words = self.compose["services"][service]["healthcheck"]["test"]
        assert kind == "CMD"
        check = subprocess.run(
            [self.here(word) for word in words],
            cwd=self.folder,
            env=self.environment(service),
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
        return check.returncode == 0

    def becomes_healthy(self, service: str, within_seconds: float = 150) -> bool:
        limit = time.monotonic() + within_seconds
        while time.monotonic() < limit:
            if self.running[service].poll() is not None:
                return False
            if self.is_healthy(service):
                return True
            time.sleep(1)
        return False

    def log(self, service: str) -> str:
        return (self.folder / f"{service}.log").read_text(errors="replace")[-4000:]

    def stop(self) -> None:
        for process in self.running.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in self.running.values():
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def postgres_bin() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    assert found, "Debian's package postgresql is not installed: tests/install-system-packages"
    return found[-1].parent


@contextmanager
def postgres(settings: Mapping[str, str] | None = None) -> Iterator[int]:
    """A Postgres of our own in a temporary folder, with the role and the database that the file names."""
    bin_folder, port = postgres_bin(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="leadgen-postgres-"))
    user = "postgres" if os.geteuid() == 0 else None  # Postgres refuses to run as root
    if user:
        shutil.chown(folder, user, user)
    (folder / "password").write_text(SECRETS["POSTGRES_PASSWORD"])
    (folder / "password").chmod(0o644)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [bin_folder / program, *arguments],
            check=True,
            cwd=folder,
            env={**os.environ, **(settings or {})},
            user=user,
            stdout=subprocess.DEVNULL,
        )

    data = str(folder / "data")
    run(
        "initdb",
        "-D",
        data,
        "-U",
        "airflow",
        "-A",
        "scram-sha-256",
        "--pwfile",
        str(folder / "password"),
        "-E",
        "UTF8",
    )
    options = f"-c port={port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    run("pg_ctl", "-D", data, "-l", str(folder / "log"), "-o", options, "-w", "start")
    try:
        subprocess.run(
            [bin_folder / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "airflow", "airflow"],
            env={"PGPASSWORD": SECRETS["POSTGRES_PASSWORD"], "PATH": os.environ["PATH"]},
            check=True,
        )
        yield port
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def services(folder: Path, postgres_port: int, *over: str) -> Iterator[Stack]:
    """The services in a folder of their own, none of them running yet; all that were started end with the block."""
    for name in ("airflow", "config", "data", "market"):
        (folder / name).mkdir(parents=True)
    ports = {"5432": postgres_port, "8080": free_port(), "8974": free_port(), "8090": free_port(), "8070": free_port()}
    made = Stack(folder, ports, filled_in(SECRETS, *over), {})
    try:
        yield made
    finally:
        made.stop()
