"""What is landed holds names, addresses and numbers: nobody but its owner may enter its folders or read its files."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from extractors.landing.contracts import write_contracts
from extractors.landing.versions import Versions
from extractors.receiver.spool import Received, Spool
from extractors.settings import landing_dir, spool_dir
from extractors.sources import SOURCES
from tests.faults.market import account_of, land
from tests.sandbox.serving import Server


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """Of a system that lets everybody read what nobody forbids."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(root: Path) -> list[Path]:
    return [path for path in (root, *root.rglob("*")) if path.stat().st_mode & 0o077]


def test_nothing_that_is_landed_is_open_to_others(market: Server) -> None:
    for source, table in (("hubspot", "deals"), ("callrail", "calls"), ("microsoft_ads", "campaign_days")):
        land(market, source, table)
        land(market, source, table)
    versions = Versions(landing_dir(), "callrail", SOURCES["callrail"].table("calls"), account_of("callrail").account)
    day = versions.days_in(versions.previous)[0]
    versions.restore(day)

    # Readers of the warehouse go through the data folder.
    assert landing_dir().parent.stat().st_mode & 0o055 == 0o055
    assert [path.name for path in landing_dir().iterdir() if path.name.startswith("_")]
    assert open_to_others(landing_dir()) == []


def test_a_day_that_is_held_is_not_open_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    table = SOURCES["callrail"].table("calls")
    versions = Versions(tmp_path / "landing", "callrail", table, "ACC1")
    part = tmp_path / "part"
    part.touch(mode=0o600)

    versions.hold(part, date(2026, 3, 1))

    assert open_to_others(tmp_path / "landing") == []


def test_a_receiver_that_is_there_first_lets_readers_of_the_warehouse_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))

    async def receive() -> None:
        spool = Spool(spool_dir())
        await spool.probe()
        await spool.append("webhook", "site", Received(id="1", at=datetime.now(UTC), body=b"email=ann%40mail.example"))
        await spool.close()

    asyncio.run(receive())

    assert (tmp_path / "data").stat().st_mode & 0o055 == 0o055
    assert list(spool_dir().rglob("*.spool"))
    assert open_to_others(spool_dir()) == []


def test_a_landing_zone_of_before_is_shut(tmp_path: Path) -> None:
    root = tmp_path / "landing"
    root.mkdir(mode=0o755)

    write_contracts(root, [])

    assert open_to_others(root) == []
