"""docker-compose.yml is valid, keeps no secret, and its services' very commands work on a real Postgres.

No Docker is needed: the commands run on this machine, with the services' own environment, in which only
host names, ports and folders are replaced by ones of this machine.
"""

from __future__ import annotations

import base64
import json
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
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
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


def compose_text() -> str:
    return (ROOT / "docker-compose.yml").read_text()


def filled_in(settings: dict[str, str]) -> dict[str, Any]:
    """The file as docker compose reads it, with these settings."""

    def value(found: re.Match[str]) -> str:
        if found["name"] in settings:
            return settings[found["name"]]
        assert found["kind"] == "-", f"{found['name']} has no value"
        return found["rest"]

    loaded: dict[str, Any] = yaml.safe_load(VARIABLE.sub(value, compose_text()))
    return loaded


def test_the_file_keeps_to_the_compose_specification() -> None:
    checked = subprocess.run(
        [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", ROOT / "docker-compose.yml"],
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_secret_is_asked_for_and_none_has_a_default() -> None:
    found = {match["name"]: match["kind"] for match in VARIABLE.finditer(compose_text())}
    secret = {name for name in found if re.search("PASSWORD|SECRET|KEY|TOKEN", name)}
    assert secret == set(SECRETS)
    assert {found[name] for name in secret} == {"?"}


def test_the_example_explains_every_setting_and_fills_in_no_secret() -> None:
    example = dict(
        line.split("=", 1) for line in (ROOT / ".env.example").read_text().splitlines() if re.match(r"[A-Z]", line)
    )
    assert set(example) == {match["name"] for match in VARIABLE.finditer(compose_text())}
    assert {name for name, value in example.items() if not value} == set(SECRETS)


def test_every_service_that_runs_on_says_how_its_health_is_seen() -> None:
    services = filled_in(SECRETS)["services"]
    assert [name for name, service in services.items() if "healthcheck" not in service] == ["init"]


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
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def here(self, text: str) -> str:
        """A command or a value of the file, for this machine."""
        for host in ("postgres", "api-server", "sandbox"):
            text = text.replace(f"@{host}:", "@127.0.0.1:").replace(f"//{host}:", "//127.0.0.1:")
        for inside, outside in self.ports.items():
            text = re.sub(rf"\b{inside}\b", str(outside), text)
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


@pytest.fixture(scope="module")
def postgres_port() -> Iterator[int]:
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


@pytest.fixture(scope="module")
def stack(postgres_port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("stack")
    for name in ("airflow", "config", "data", "market"):
        (folder / name).mkdir()
    ports = {"5432": postgres_port, "8080": free_port(), "8974": free_port(), "8090": free_port(), "8070": free_port()}
    started = Stack(folder, ports, filled_in(SECRETS))
    try:
        yield started
    finally:
        started.stop()


@pytest.mark.timeout(420)
def test_airflow_s_four_services_start_on_postgres_and_answer_their_health_checks(stack: Stack) -> None:
    stack.run("init")
    services = ["api-server", "scheduler", "dag-processor", "triggerer"]
    for service in services:
        stack.start(service)
    for service in services:
        assert stack.becomes_healthy(service), f"{service}: {stack.log(service)}"

    # The scheduler sees the DAGs that the dag-processor read, and the pools that init made.
    listed = subprocess.run(
        [BIN / "airflow", "dags", "list", "--output", "plain"],
        env=stack.environment("scheduler"),
        capture_output=True,
        text=True,
    ).stdout
    assert "build_warehouse" in listed
    assert "extract_callrail" in listed


@pytest.mark.timeout(300)
def test_the_sandbox_service_invents_a_market_and_answers(stack: Stack) -> None:
    stack.start("sandbox")

    assert stack.becomes_healthy("sandbox"), stack.log("sandbox")

    with urllib.request.urlopen(f"http://127.0.0.1:{stack.ports['8090']}/__sandbox__/stats", timeout=10) as answer:
        assert answer.status == 200


@pytest.mark.timeout(120)
def test_the_receiver_service_takes_forms_and_visits_into_the_data_folder(stack: Stack) -> None:
    origin = "https://www.dach.example"
    accounts = [
        {"source": "webhook", "account": "site", "brand": "b", "options": {"sender": "browser", "origins": [origin]}},
        {"source": "pixel", "account": "dach", "brand": "b", "options": {"origins": [origin]}},
    ]
    (stack.folder / "config" / "accounts.yml").write_text(yaml.safe_dump({"accounts": accounts}))
    stack.start("receiver")

    assert stack.becomes_healthy("receiver", within_seconds=60), stack.log("receiver")

    for path, body in (("hook/site", b"email=ann%40mail.example"), ("v?site=dach", b"event=page_view")):
        address = f"http://127.0.0.1:{stack.ports['8070']}/{path}"
        post = urllib.request.Request(address, body, {"Origin": origin, "User-Agent": "Mozilla/5.0"})
        with urllib.request.urlopen(post, timeout=10) as answer:
            assert answer.status in (200, 204)
    spool = stack.folder / "data" / "spool"
    written = {file.relative_to(spool).parts[0]: file.read_bytes()[9:] for file in spool.rglob("*.spool")}
    assert {source: sorted(json.loads(line)) for source, line in written.items()} == {
        "webhook": ["at", "body", "content_type", "id"],
        "pixel": ["at", "body", "id"],
    }


def test_the_receiver_is_given_no_secret_of_airflow_s() -> None:
    receiver = filled_in(SECRETS)["services"]["receiver"]

    assert receiver["environment"] == {}
    assert not [value for value in SECRETS.values() if value in str(receiver)]
