"""accounts.yml: what is written is what is meant, and what YAML would make of it is refused or undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors.errors import FixSettings
from extractors.settings import load_accounts
from extractors.sources import SOURCES


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file, to be written."""
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path))
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    return tmp_path / "accounts.yml"


def test_ids_and_brands_are_the_text_that_is_written(write: Path) -> None:
    ids = ["0112223334", "12_34_56", "5.10", "1e3", "0x1F", "017", "12345678901234567890"]
    listed = "".join(f"  - source: callrail\n    account: {one}\n    brand: no\n" for one in ids)
    write.write_text(f"accounts:\n{listed}")

    accounts = load_accounts(SOURCES)

    assert [account.account for account in accounts] == ids
    assert {account.brand for account in accounts} == {"no"}


def test_options_keep_the_kinds_that_they_have(write: Path) -> None:
    write.write_text(
        "accounts:\n  - source: yandex_direct\n    account: a\n    brand: b\n    options:\n"
        "      include_vat: yes\n      requests_per_second: 0.5\n      goals: [1, 2]\n      login_customer_id: 0112\n"
        "      version: 5.10\n      off: false\n"
    )

    [account] = load_accounts(SOURCES)

    assert account.options == {
        "include_vat": True,
        "requests_per_second": 0.5,
        "goals": [1, 2],
        "login_customer_id": "0112",
        "version": "5.10",
        "off": False,
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "accounts:\n  - source: ecb\naccounts:\n  - source: manual\n",
            "line 3: the key 'accounts' is there twice, first in line 1",
        ),
        (
            "accounts:\n  - source: ecb\n    options: {}\n    options: {}\n",
            "line 4: the key 'options' is there twice, first in line 3",
        ),
        ("accounts:\n  - source: hubspott\n    account: 1\n", "no source 'hubspott'.*Did you mean 'hubspot'"),
        ("accounts:\n  - source: ecb\n    acount: 1\n", "'acount'.*Did you mean 'account'"),
        ("accounts: [\n", "this is not YAML"),
        ("accounts:\n\t- source: ecb\n", "line 2: this is not YAML"),
        (
            "accounts:\n  - source: manual\n    account: a\n  - source: manual\n    account: b\n",
            "the manual accounts a and b read the same folder",
        ),
        (
            "accounts:\n  - source: manual\n    account: a\n    options: {folder: x/../y}\n"
            "  - source: manual\n    account: b\n    options: {folder: y}\n",
            "the manual accounts a and b read the same folder",
        ),
    ],
)
def test_what_would_be_lost_or_doubled_is_refused_with_its_place(write: Path, text: str, message: str) -> None:
    write.write_text(text)

    with pytest.raises(FixSettings, match=message):
        load_accounts(SOURCES)
