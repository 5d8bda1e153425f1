"""The sandbox's own configuration: of the market alone, and of everybody that the sandbox speaks for."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
import requests
from typer.testing import CliRunner

from activations.destination_list import DESTINATIONS
from extractors.model import Window
from extractors.run import Failure, LandedTable, pull
from extractors.settings import config_dir, connection, load_accounts
from extractors.sources import SOURCES
from handwritten.activations import read_activations
from sandbox.__main__ import app
from sandbox.config import ACCOUNTS, BRANDS, connections, retelling, write_config
from sandbox.posts import SCANNER_S_KEY, NotTaken, Post, posts, send
from sandbox.service_key import service_key
from sandbox.vendors import VENDORS
from tests.extractors.receiver.receiving import landed, receiving, today
from tests.sandbox.serving import serving
from tests.sandbox.tiny_records import FIRST_DAY, LAST_DAY
from tests.sandbox.tiny_wire import write_tiny_wire

WITHOUT_SERVER = {"manual", "snowplow", "webhook", "pixel"}


@pytest.fixture
def market(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny market, with a configuration of all sources and a data folder of the test's own."""
    folder = tmp_path / "market"
    folder.mkdir()
    write_tiny_wire(folder / "wire.duckdb")
    for table in ("spend", "inquiries", "tracking_numbers", "plan"):
        (folder / "manual" / table).mkdir(parents=True)
    write_config(folder, tmp_path / "config", all_sources=True)
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    return folder


def open_all(market: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in connections(url, market).items():
        monkeypatch.setenv(name, value)


def test_every_vendor_and_every_file_has_an_account_whose_connection_is_there(
    market: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_all(market, "http://127.0.0.1:1", monkeypatch)
    accounts = load_accounts(SOURCES)

    assert {account.source for account in accounts} == {*VENDORS, *WITHOUT_SERVER}
    addresses = {account.source: connection(SOURCES[account.source], account).base_url for account in accounts}
    assert {source for source, address in addresses.items() if address.startswith("http://127.0.0.1:1/")} == {*VENDORS}


def test_whoever_retells_has_a_brand_and_rules_of_its_own(market: Path, tmp_path: Path) -> None:
    market_s_own = {*ACCOUNTS["nordhaus"], "ecb", "cbr", "manual"}
    assert {one.brand for one in load_accounts(SOURCES) if one.source not in market_s_own} == {"retold"}
    assert {one.brand for one in load_accounts(SOURCES) if one.source in ACCOUNTS["nordhaus"]} == {*BRANDS}
    lines = (tmp_path / "config" / "brands.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[0] for line in lines] == ["brand", *BRANDS, "retold"]


def test_the_market_s_own_configuration_knows_nobody_else(market: Path, tmp_path: Path) -> None:
    write_config(market, tmp_path / "config")

    assert {one.source for one in load_accounts(SOURCES)} == {*ACCOUNTS["nordhaus"], "ecb", "manual"}
    assert "retold" not in "".join(file.read_text(encoding="utf-8") for file in (tmp_path / "config").iterdir())


def test_what_the_market_tells_back_names_its_own_accounts_and_their_connections(
    market: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = read_activations(config_dir(), DESTINATIONS)
    own = {(one.source, one.brand, one.account) for one in load_accounts(SOURCES)}

    assert {(one.destination, one.brand, one.account) for one in told} <= own
    assert {one.brand: one.consent for one in told} == {"nordhaus": "asked", "clearwater": "assumed"}
    assert {f"AIRFLOW_CONN_{one.connection.upper()}" for one in told} <= {*connections("http://127.0.0.1:1", market)}


def test_ga4_s_key_is_made_once_and_read_by_its_owner_alone(market: Path) -> None:
    key = service_key(market)

    assert service_key(market) == key
    assert key.startswith("-----BEGIN PRIVATE KEY-----")
    [file] = market.glob("*.pem")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_pull_with_these_connections_lands_whoever_retells_the_market(
    market: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {*retelling(), "snowplow", "cbr"}
    with serving(market / "wire.duckdb") as server:
        open_all(market, server.url, monkeypatch)
        results = pull(Window(FIRST_DAY, LAST_DAY), asked)

    assert [one for one in results if isinstance(one, Failure)] == []
    assert {one.source for one in results if isinstance(one, LandedTable) and one.rows} == asked


def test_what_is_posted_to_a_receiver_lands_as_forms_notices_messages_and_hits(
    market: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_all(market, "http://127.0.0.1:1", monkeypatch)
    with receiving() as receiver:
        sent = send(posts(market), receiver.url)
        forms, notices, hits = landed("inquiries", "forms"), landed("lead_notices", "leads"), landed("hits", "retold")
        messages, updates = landed("messages", "chats"), landed("messages", "bot")

    told = list(posts(market))
    opened = sorted(row["message_id"] for row in messages if row["ad_id"])
    assert sent == {
        "forms": len(forms),
        "leads": len(notices),
        "chats": len(opened),
        "bot": len(updates),
        "retold": len(hits),
    }
    assert opened == sorted(one.key for one in told if one.account == "chats") != []
    heard = sorted(one.key for one in told if one.account == "bot")
    assert sorted(row["message_id"] for row in updates) == heard != []
    assert {row["channel_contact_id"] is None for row in (*messages, *updates)} == {False}
    assert sorted(row["inquiry_id"] for row in forms) == sorted(one.key for one in told if one.account == "forms")
    assert sorted(row["lead_id"] for row in notices) == sorted(one.key for one in told if one.account == "leads")
    assert sorted(row["hit_id"] for row in hits) == sorted(one.key for one in told if one.account == "retold")
    assert {row["_reject_reason"] for row in (*forms, *notices, *messages, *updates, *hits)} == {None}
    assert {row["email"] for row in forms} != {None}
    scanned = {row["hit_id"] for row in hits if row["is_bot"]}
    assert scanned == {one.key for one in told if one.key.endswith(SCANNER_S_KEY)}
    assert today().last_day in {row["received_at"].date() for row in hits}


def test_a_post_that_is_refused_is_said_with_its_answer(market: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_all(market, "http://127.0.0.1:1", monkeypatch)
    lost = Post("nobody", "R1", next(posts(market)).moment, b"{}")

    with receiving() as receiver, pytest.raises(NotTaken, match="/hook/nobody: R1 was answered with 404"):
        send([lost], receiver.url)


def test_the_command_prints_connections_that_a_running_server_takes(market: Path, tmp_path: Path) -> None:
    with serving(market / "wire.duckdb") as server:
        port = server.url.rpartition(":")[2]
        done = CliRunner().invoke(
            app, ["config", "--dir", str(market), "--out", str(tmp_path / "shown"), "--all-sources", "--port", port]
        )
        exports = dict(line.removeprefix("export ").split("=", 1) for line in done.stdout.splitlines())
        key = json.loads(exports["AIRFLOW_CONN_JOTFORM_NORDHAUS"].strip("'"))["password"]
        answer = requests.get(f"{server.url}/jotform/user/submissions", headers={"APIKEY": key}, timeout=10)

    assert done.exit_code == 0
    assert answer.status_code == 200
    assert json.loads(exports["AIRFLOW_CONN_GA4_NORDHAUS"].strip("'"))["password"] == service_key(market)
