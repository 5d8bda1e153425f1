"""A connection that cannot be used is told as one, by the name of its variable and without what it holds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from extractors.errors import FixSettings
from extractors.model import Account
from extractors.settings import connection
from extractors.sources.pipedrive import PIPEDRIVE

ACCOUNT = Account("pipedrive", "1", "crm", "nordhaus")
SECRET = "canary-secret-7f3a"


def opened(monkeypatch: pytest.MonkeyPatch, **parts: Any) -> Any:
    monkeypatch.setenv("AIRFLOW_CONN_CRM", json.dumps({"conn_type": "http", "password": SECRET, **parts}))
    return connection(PIPEDRIVE, ACCOUNT)


@pytest.mark.parametrize("host", ["http://[::1", "http://x:port", "http://127.0.0.1:99999", "https://[nowhere]"])
def test_a_host_that_is_no_address_is_told(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    with pytest.raises(FixSettings, match=r"AIRFLOW_CONN_CRM: its host is no address") as told:
        opened(monkeypatch, host=host)

    assert SECRET not in str(told.value)


@pytest.mark.parametrize(
    "parts", [{"password": ["a"]}, {"password": True}, {"login": {"a": 1}}, {"password": "\ud83d"}, {"extra": "[1]"},
              {"extra": '{"client_secret": "\\ud83d"}'}, {"extra": 5}],
)  # fmt: skip
def test_what_is_no_text_is_no_secret(monkeypatch: pytest.MonkeyPatch, parts: dict[str, Any]) -> None:
    with pytest.raises(FixSettings, match="AIRFLOW_CONN_CRM is neither JSON nor an URI"):
        opened(monkeypatch, **parts)


def test_a_secret_of_digits_may_be_written_as_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    found = opened(monkeypatch, login=77, password=1234567890)

    assert (found.login, found.password) == ("77", "1234567890")
