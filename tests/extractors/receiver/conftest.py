"""A receiver with an account of every sender, for each test of this folder that asks for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.extractors.receiver.receiving import HOOKS, PREVIOUS, SECRET, Running, receiving, write_accounts


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path / "config"))
    write_accounts(tmp_path / "config")
    extra = {"previous_secret": PREVIOUS, "verify_token": "verify-me"}
    for name, options in HOOKS.items():
        if options["sender"] != "browser" and name != "forgotten":
            value = json.dumps({"conn_type": "http", "password": SECRET, "extra": extra})
            monkeypatch.setenv(f"AIRFLOW_CONN_HOOK_{name.upper()}", value)


@pytest.fixture
def receiver() -> Iterator[Running]:
    """A receiver that runs while the test does."""
    with receiving() as running:
        yield running
