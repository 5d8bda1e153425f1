"""A name that means something to a path, a statement or a template is text, or it is refused before a path is made."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from extractors.errors import FixSettings
from extractors.landing.writer import LandingWriter
from extractors.model import Account, Window
from extractors.settings import load_accounts
from extractors.sources import SOURCES
from tests.faults.configured import deal

DAY = date(2026, 3, 3)
PATHS = (
    "../../etc",
    "..",
    ".",
    "a/b",
    "a\\b",
    "C:",
    "a\x00b",
    "a" * 300,
    "Ａ１",
    "аccount",
    "a b",
    "a'b",
    "*",
    "",
    "\n",
    "-rf",
)
TEXTS = (
    "'); drop table deals; --",
    "{{ env_var('HOME') }}",
    "${HOME} $(id) `id`",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "+49\t@sum(1)",
    "\u202egnp.exe",
    'O\'Brien "& Sons"',
)


@pytest.mark.parametrize("name", PATHS)
def test_an_account_whose_name_is_a_path_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path))
    entry = {"source": "hubspot", "account": name, "brand": "b"}
    (tmp_path / "accounts.yml").write_text(yaml.safe_dump({"accounts": [entry]}), encoding="utf-8")

    with pytest.raises(FixSettings):
        load_accounts(SOURCES)
    account = Account("hubspot", name, "none", "b")
    with pytest.raises(FixSettings):
        LandingWriter(
            tmp_path / "landing", "hubspot", SOURCES["hubspot"].table("deals"), account, Window(DAY, DAY), "r"
        )
    assert [path.name for path in tmp_path.iterdir()] == ["accounts.yml"]


@pytest.mark.parametrize("text", TEXTS)
def test_a_hostile_text_lands_as_it_came(tmp_path: Path, text: str) -> None:
    table, account = SOURCES["hubspot"].table("deals"), Account("hubspot", "41001", "none", "b")
    with LandingWriter(tmp_path, "hubspot", table, account, Window(DAY, DAY), "r") as writer:
        writer.add([{**deal("d1"), "deal_name": text}])
        writer.commit()

    [file] = tmp_path.rglob("day=*.parquet")
    assert pq.ParquetFile(file).read()["deal_name"].to_pylist() == [text]
