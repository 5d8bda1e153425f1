"""A served sandbox, and the folders of whoever tells its vendors what was sold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from activations.sending import Report, tell
from activations.settings import config_dir, data_dir
from handwritten.activations import Told, read_activations
from tests.activations.publications import NOW
from tests.activations.teller import Teller
from tests.sandbox.serving import Server, serving
from tests.sandbox.tiny_wire import CONNECTIONS, write_tiny_wire

TOKEN_PATHS = {"linkedin_ads": "/oauth/v2/accessToken"}


@pytest.fixture(scope="session")
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the whole session."""
    wire = write_tiny_wire(tmp_path_factory.mktemp("tiny") / "wire.duckdb")
    with serving(wire, CONNECTIONS) as server:
        yield server


@dataclass
class Platform:
    """One account of one vendor of the sandbox, and its teller."""

    server: Server
    source: str
    account: str

    @property
    def data(self) -> Path:
        return data_dir()

    @property
    def told(self) -> Told:
        """The account as activations.yml names it."""
        from activations.destination_list import DESTINATIONS

        return read_activations(config_dir(), DESTINATIONS)[0]

    def tell(self, **moved: Any) -> Report:
        """Tell it what is published, now."""
        return tell(self.told, moved.get("now", NOW))

    def posted(self) -> list[dict[str, Any]]:
        """Every row that the vendor took, repetitions included."""
        return list(self._taken()["posted"])

    def standing(self) -> dict[str, Any]:
        """The vendor's own key -> how the conversion counts now."""
        return dict(self._taken()["standing"])

    def _taken(self) -> dict[str, Any]:
        told = requests.get(f"{self.server.url}/__sandbox__/taken", timeout=10).json()
        return dict(told.get(f"{self.source}/{self.account}", {"posted": [], "standing": {}}))

    def ledger(self) -> str:
        """All that was written down."""
        return "".join(file.read_text() for file in (self.data / "activations").rglob("*.jsonl"))


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders of this test's own."""
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    (tmp_path / "config").mkdir()


@pytest.fixture
def teller(request: pytest.FixtureRequest, folders: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Teller]:
    """An account of the platform that the test names, which answers as the test says."""
    found = Teller(request.param, monkeypatch)
    yield found
    found.vendor.close()


@pytest.fixture
def environment(running_server: Server, folders: None) -> Server:
    """Folders of this test's own, and the connections that open the sandbox."""
    running_server.reset()
    running_server.order("clock", today="2026-04-08")
    requests.delete(f"{running_server.url}/__sandbox__/taken", timeout=10)
    return running_server


def connected(server: Server, source: str, path: str = "") -> str:
    """The connection of the sandbox's account, as an environment holds it."""
    connection = json.loads(CONNECTIONS[f"AIRFLOW_CONN_{source.upper()}_NORDHAUS"])
    extra = connection.get("extra") or {}
    extra = json.loads(extra) if isinstance(extra, str) else dict(extra)
    if "token_url" in extra or source == "microsoft_ads":
        extra["token_url"] = f"{server.url}/{source}{TOKEN_PATHS.get(source, '/token')}"
    return json.dumps({**connection, "host": f"{server.url}/{source}{path}", "extra": extra})


def configured(monkeypatch: pytest.MonkeyPatch, server: Server, entry: dict[str, Any], path: str = "") -> Platform:
    """Name the account in activations.yml and give it its connection."""
    source, account = entry["destination"], entry["account"]
    (config_dir() / "activations.yml").write_text(yaml.safe_dump({"destinations": [entry]}), encoding="utf-8")
    monkeypatch.setenv(f"AIRFLOW_CONN_{source.upper()}_{account.upper()}", connected(server, source, path))
    return Platform(server, source, account)


@pytest.fixture
def microsoft(environment: Server, monkeypatch: pytest.MonkeyPatch) -> Platform:
    """Microsoft Advertising, told every sale of one brand at its revenue."""
    entry = {
        "destination": "microsoft_ads",
        "account": "900100",
        "brand": "nordhaus",
        "options": {"customer_id": "5001"},
        "tells": [{"milestone": "sale", "as": "Sale", "value": "revenue"}],
    }
    return configured(monkeypatch, environment, entry)
