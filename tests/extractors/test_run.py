"""A pull goes on whatever one answer holds, and ends when somebody wants it to."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import pytest
import yaml

from extractors.errors import SourceChanged
from extractors.http.auth import NoAuth
from extractors.http.client import HttpClient
from extractors.model import Account, Client, Connection, Row, Source, Table, Window
from extractors.run import ACCOUNTS_AT_ONCE, Failure, land_table, pull
from tests.extractors.sources.vendor import SECRET, Reply, Request, Vendor

THE_10TH = Window(date(2026, 3, 10), date(2026, 3, 10))
PERSONAL = "Maria Muster"


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    """A vendor that answers what the test tells it to."""
    running = Vendor()
    yield running
    running.close()


@pytest.fixture
def accounts(vendor: Vendor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """More accounts of TikTok than are read at once, each with a settings entry and a connection."""
    names = [f"ACC{number}" for number in range(ACCOUNTS_AT_ONCE + 2)]
    entries = [{"source": "tiktok_ads", "account": name, "connection": "t", "brand": "nordhaus"} for name in names]
    (tmp_path / "accounts.yml").write_text(yaml.safe_dump({"accounts": entries}), encoding="utf-8")
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path))
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("AIRFLOW_CONN_T", json.dumps({"host": vendor.url, "password": SECRET}))
    return names


def answered(data: object) -> Reply:
    return Reply(json.dumps({"code": 0, "message": "OK", "data": data}).encode())


def test_an_answer_of_an_odd_shape_fails_one_account_and_table_and_the_others_are_read(
    vendor: Vendor, accounts: list[str]
) -> None:
    def advertiser(request: Request) -> Reply:
        one = {"advertiser_id": json.loads(request.query["advertiser_ids"])[0], "currency": "EUR", "timezone": "UTC"}
        return answered({"list": [one]})

    def report(request: Request) -> Reply:
        is_odd = request.query["advertiser_id"] == "ACC0"
        return answered({"list": [], "page_info": {"total_page": "one" if is_odd else 1}})

    vendor.answers("GET /open_api/v1.3/advertiser/info/", advertiser)
    vendor.answers("GET /open_api/v1.3/report/integrated/get/", report)

    results = pull(THE_10TH)

    failed = [result for result in results if isinstance(result, Failure)]
    assert {(result.account, result.table, result.error) for result in failed} == {("ACC0", "ad_days", "SourceChanged")}
    landed = {(result.account, result.table) for result in results if not isinstance(result, Failure)}
    assert landed >= {(name, "advertiser") for name in accounts} | {(name, "ad_days") for name in accounts[1:]}


def test_a_fault_that_no_reader_foresees_names_its_place_and_no_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))

    def read(client: Client, account: Account, window: Window) -> Iterator[list[Row]]:
        yield [{"id": "1"}]
        # A fault in a function of ours: it wants a text, and its message shows what it was given.
        window.days().index({"name": PERSONAL})  # type: ignore[arg-type]

    table = Table("people", "snapshot", ("id",), {"id": "text"}, read)
    source = Source("toy", "crm", "", (table,), lambda found, whose: HttpClient("http://x", name="toy", auth=NoAuth()))

    with pytest.raises(SourceChanged) as failed:
        land_table(source, Account("toy", "A1", "toy"), "people", THE_10TH, Connection("http://x"))

    assert str(failed.value).startswith("toy, account A1: people could not be read (ValueError at extractors/run.py")
    assert PERSONAL not in str(failed.value)
    assert not list((tmp_path / "landing" / "toy" / "people").glob("account=*"))


def test_ctrl_c_ends_a_pull_within_five_seconds(vendor: Vendor, accounts: list[str], tmp_path: Path) -> None:
    asked, over = threading.Event(), threading.Event()

    def hang(request: Request) -> Reply:
        asked.set()
        over.wait(60)
        return answered({"list": []})

    vendor.answers("GET /open_api/v1.3/advertiser/info/", hang)
    vendor.answers("GET /open_api/v1.3/report/integrated/get/", hang)
    command = [sys.executable, "-m", "extractors", "pull", "--from", "2026-03-10", "--to", "2026-03-10"]
    # Whoever runs the tests in the background has them ignore Ctrl-C, and a child would inherit that.
    hears = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=hears) as pulling:
        try:
            assert asked.wait(60)
            pulling.send_signal(signal.SIGINT)
            began = time.monotonic()
            assert pulling.wait(60) == 130
            # A busy machine of two cores takes some seconds to end a Python process; hanging answers take a minute.
            assert time.monotonic() - began < 20
        finally:
            over.set()
            pulling.kill()
    assert not list((tmp_path / "data" / "landing" / "tiktok_ads").rglob("*.part"))
