"""A field that never came before is told once, in few words, and never stops a table."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from extractors.model import Account, Connection, Window
from extractors.run import LandedTable, land_table
from extractors.settings import state_dir
from extractors.sources.stripe import STRIPE
from tests.extractors.sources.vendor import SECRET, Reply, Vendor, recorded

THE_10TH = Window(date(2026, 3, 10), date(2026, 3, 10))


@pytest.fixture
def vendor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Vendor]:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    running = Vendor()
    running.answers("GET /v1/events", recorded("stripe/empty"))
    yield running
    running.close()


def refunds(*more: str) -> Reply:
    """Recorded refunds with fields of these names."""
    body = json.loads(recorded("stripe/refunds__one").body)
    body["data"] = [{**refund, **dict.fromkeys(more, "x")} for refund in body["data"]]
    return Reply(json.dumps(body).encode())


def landed(vendor: Vendor) -> LandedTable:
    account = Account("stripe", "ACC1", "x", "nordhaus", {"requests_per_second": 200})
    return land_table(STRIPE, account, "refunds", THE_10TH, Connection(vendor.url, password=SECRET))


def test_many_new_fields_are_told_by_the_first_of_them_and_their_number(
    vendor: Vendor, caplog: pytest.LogCaptureFixture
) -> None:
    names = [f"aa_{number:02d}_{'x' * 80}" for number in range(12)]
    vendor.answers("GET /v1/refunds", refunds(), refunds(*names))

    first, second, third = (landed(vendor) for _ in range(3))

    assert (first.new_fields, third.new_fields) == ((), ())
    assert second.new_fields == tuple(name[:60] for name in names[:10])
    [told] = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert told.startswith("stripe, account ACC1: refunds has fields that never came before: 'aa_00_")
    assert "and 2 more" in told


def test_what_a_power_cut_left_of_the_known_fields_begins_anew(vendor: Vendor) -> None:
    vendor.answers("GET /v1/refunds", refunds(), refunds("aa"), refunds("aa", "bb"))
    landed(vendor)
    [file] = (state_dir() / "fields").iterdir()
    file.write_text('["amou')

    assert landed(vendor).new_fields == ()
    assert landed(vendor).new_fields == ("bb",)
