"""What accounts.yml and brands.csv say other than what is landed: told once, with the command that puts it right."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from extractors.differences import differences, unlisted_sentence
from extractors.landing.writer import LandingWriter
from extractors.model import Account, Window
from extractors.settings import landing_dir, load_accounts
from extractors.sources import SOURCES

MONDAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path))


def land(account: str) -> None:
    """Land a call of an account."""
    of = Account("callrail", account, "callrail", brand="nordhaus")
    with LandingWriter(
        landing_dir(), "callrail", SOURCES["callrail"].table("calls"), of, Window(MONDAY, MONDAY), "r"
    ) as w:
        w.add([{"_payload": {}, "call_id": "c1", "started_at": f"{MONDAY}T10:00:00Z"}])
        w.commit()


def told(folder: Path, accounts: str, brands: str = "brand,name\nnordhaus,Nordhaus\n") -> list[str]:
    """The differences under these two files."""
    (folder / "accounts.yml").write_text(accounts, encoding="utf-8")
    (folder / "brands.csv").write_text(brands, encoding="utf-8")
    return differences(load_accounts(SOURCES))


LISTED = "accounts:\n  - {source: callrail, account: listed, brand: nordhaus}\n"


def test_a_landed_account_that_nobody_lists_is_told_and_one_that_is_listed_is_not(tmp_path: Path) -> None:
    land("listed")
    land("old")
    assert told(tmp_path, LISTED) == [unlisted_sentence("callrail", "old", {"listed"})]


@pytest.mark.parametrize("landed", ["kept", "left_out"])
def test_a_former_account_is_told_no_more_and_another_still_is(tmp_path: Path, landed: str) -> None:
    land("old")
    land("older")
    former = f"former_accounts:\n  - {{source: callrail, account: old, landed: {landed}}}\n"
    assert told(tmp_path, LISTED + former) == [unlisted_sentence("callrail", "older", {"listed"})]


def test_a_former_account_of_another_source_hides_none(tmp_path: Path) -> None:
    land("old")
    former = "former_accounts:\n  - {source: hubspot, account: old, landed: kept}\n"
    assert told(tmp_path, LISTED + former) == [unlisted_sentence("callrail", "old", {"listed"})]


@pytest.mark.parametrize(
    ("listed", "command"),
    [
        ({"only"}, "leadgen rename-account --source callrail --from old --to only."),
        ({"one", "two"}, "leadgen rename-account --source callrail --from old --to NEW."),
    ],
)
def test_a_new_name_is_proposed_where_there_is_one(listed: set[str], command: str) -> None:
    assert command in unlisted_sentence("callrail", "old", listed)


def test_no_new_name_is_proposed_where_the_source_has_no_account() -> None:
    assert "rename-account" not in unlisted_sentence("callrail", "old", set())


@pytest.mark.parametrize(
    "brands",
    ["brand,name\nother,Other\n", "Brand;Name\nother;Other\n", "name\nnordhaus\n", ""],
)
def test_a_brand_without_a_line_is_told_with_its_source(tmp_path: Path, brands: str) -> None:
    [sentence] = told(tmp_path, LISTED, brands)
    assert sentence.startswith("accounts.yml names the brand 'nordhaus' (callrail)")


@pytest.mark.parametrize("brands", ["Brand;Name\n nordhaus ;N\n", "\ufeffbrand,name\nnordhaus,N\n"])
def test_a_brand_is_found_however_the_list_was_saved(tmp_path: Path, brands: str) -> None:
    assert told(tmp_path, LISTED, brands) == []
