"""The doctor says ready only of what is there, and tells what a token may not read, without a secret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extractors.doctor import Finding, ask, look
from extractors.model import Account
from tests.faults.configured import Installation
from tests.faults.market import account_of, as_new, connection_to
from tests.sandbox.serving import Server


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path / "config"))
    return Installation(tmp_path)


def connect(market: Server, monkeypatch: pytest.MonkeyPatch, source: str, password: str = "") -> Account:
    """The served account, its connection in the environment."""
    found = connection_to(market, source)
    parts = {
        "host": found.base_url,
        "login": found.login,
        "password": password or found.password,
        "extra": dict(found.extra),
    }
    account = account_of(source)
    monkeypatch.setenv(f"AIRFLOW_CONN_{account.connection.upper()}", json.dumps(parts))
    return account


@pytest.mark.parametrize("source", ["snowplow", "manual"])
def test_a_folder_that_is_not_there_is_missing(installation: Installation, source: str) -> None:
    folder = installation.folder / "nowhere"
    entry = {"source": source, "account": "files", "brand": "nordhaus", "options": {"folder": str(folder)}}
    installation.configure(entry, brands=["nordhaus"])

    assert [finding.word for finding in look()] == ["missing"]
    folder.mkdir()
    assert list(look()) == [Finding("ready", f"{source} files: {folder}")]


def test_files_of_which_none_ever_came_are_not_ready(installation: Installation) -> None:
    installation.configure({"source": "snowplow", "account": "web", "brand": "nordhaus"}, brands=["nordhaus"])

    assert [finding.word for finding in look()] == ["empty"]


def test_a_data_folder_that_is_a_file_is_missing(installation: Installation) -> None:
    installation.configure()
    (installation.folder / "data").write_text("mine")

    [finding] = look()

    assert finding.word == "missing"
    assert "is a file where a folder must be" in finding.sentence


def test_what_a_token_may_read_is_asked_page_by_page(market: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts = [connect(market, monkeypatch, source) for source in ("callrail", "hubspot")]
    as_new(market)

    found = list(ask(accounts))

    assert {finding.word for finding in found} == {"may"}
    assert [finding.sentence.partition(":")[0] for finding in found] == [
        f"{account.source} {account.account}" for account in accounts
    ]
    assert market.stats()["answers"]["callrail"] == {"200": len(found[0].sentence.split(","))}


def test_a_wrong_token_is_told_by_the_vendor_s_own_answer_and_not_shown(
    market: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = connect(market, monkeypatch, "callrail", password="not-the-token-7391")

    found = list(ask([account]))

    assert {finding.word for finding in found} == {"may not"}
    assert "was answered with 401" in found[0].sentence
    assert "not-the-token-7391" not in str(found)
