"""One market of all vendors, served once, whose answers the fuzz tests record and change."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import requests

from extractors.model import Window
from sandbox.config import connections, write_config
from sandbox.generate import Market, generate
from tests.sandbox.serving import serving

MEMORY = "/dev/shm"
DAYS = Window(date(2026, 3, 24), date(2026, 3, 25))
STORY = Window(date(2026, 3, 1), date(2026, 3, 20))
"""The small CRMs tell of seven deals of these days."""
TELL_THE_STORY = {"pipedrive", "amocrm", "bitrix24", "salesforce"}
MARKET = Market(scale=0.03, first_day=date(2026, 3, 20), last_day=date(2026, 3, 27))


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment in which every source of the served market is set up."""
    folder = tmp_path_factory.mktemp("fuzzed")
    generate(MARKET, folder / "market")
    write_config(folder / "market", folder / "config", all_sources=True)
    with serving(folder / "market/wire.duckdb") as server:
        yield {
            **connections(server.url, folder / "market"),
            "LEADGEN_CONFIG": str(folder / "config"),
            "SANDBOX": server.url,
        }


@pytest.fixture(autouse=True)
def _set_up(settings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # In memory where there is such a place: every client opens the files of its limits.
    # A thread of the limits may still look into it when it goes.
    with TemporaryDirectory(dir=MEMORY if Path(MEMORY).is_dir() else None, ignore_cleanup_errors=True) as folder:
        for name, value in {**settings, "LEADGEN_DATA": folder}.items():
            monkeypatch.setenv(name, value)
        # Tokens that change at each use begin anew with the empty folder.
        requests.delete(f"{settings['SANDBOX']}/__sandbox__/consent", timeout=10)
        yield


def is_whole() -> bool:
    """Whether every mutation is tried, and not the sample of each night's CI: LEADGEN_FUZZ=whole."""
    return os.environ.get("LEADGEN_FUZZ", "") == "whole"


def days_of(source: str) -> Window:
    """Days of which the source has something to tell."""
    if source == "stripe":
        # A small market sells little.
        return Window(MARKET.first_day, MARKET.last_day)
    return STORY if source in TELL_THE_STORY else DAYS
