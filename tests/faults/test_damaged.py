"""A landed file that a disk damaged is named with its cure, nothing is built from it, and the next pull heals it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.faults.configured import DAY, Installation, deal, hubspot
from warehouse.damaged import naming_what_is_unreadable
from warehouse.errors import DamagedLanding, ModelFailed


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path / "config"))
    installation = Installation(tmp_path)
    installation.configure(hubspot("41001"), brands=["nordhaus"])
    installation.land("hubspot", "deals", "41001", *(deal(f"d{number}") for number in range(50)))
    return installation


def landed(installation: Installation) -> Path:
    return installation.landing / "hubspot" / "deals" / "account=41001" / f"day={DAY}.parquet"


def emptied(content: bytes) -> bytes:
    return b""


def cut_in_half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def filled_with_zeros(content: bytes) -> bytes:
    return bytes(len(content))


def another_kind(content: bytes) -> bytes:
    return b"<html>503 Service Unavailable</html>"


@pytest.mark.parametrize("damage", [emptied, cut_in_half, filled_with_zeros, another_kind])
def test_a_damaged_file_is_named_and_nothing_is_built(
    installation: Installation, damage: Callable[[bytes], bytes]
) -> None:
    file = landed(installation)
    file.write_bytes(damage(file.read_bytes()))

    with pytest.raises(DamagedLanding, match=rf"deals/account=41001/day={DAY}.parquet is damaged.* leadgen pull"):
        installation.prepare()


@pytest.mark.parametrize("damage", [emptied, cut_in_half, filled_with_zeros, another_kind])
def test_the_next_pull_of_the_day_heals_it(installation: Installation, damage: Callable[[bytes], bytes]) -> None:
    file = landed(installation)
    file.write_bytes(damage(file.read_bytes()))

    installation.land("hubspot", "deals", "41001", deal("d1"), deal("d2"))

    assert duckdb.sql(f"select deal_id from read_parquet('{file}') order by all").fetchall() == [("d1",), ("d2",)]
    installation.prepare()


def test_a_file_that_is_whole_at_its_ends_alone_is_named_where_the_models_fail(installation: Installation) -> None:
    file = landed(installation)
    content = bytearray(file.read_bytes())
    content[8:400] = bytes(392)
    file.write_bytes(content)

    with pytest.raises(DamagedLanding, match="hubspot/deals"), naming_what_is_unreadable(installation.landing):
        raise ModelFailed("staging.stg_hubspot__deals: Invalid Input Error")


def test_what_fails_over_no_file_says_what_it_said(installation: Installation) -> None:
    with pytest.raises(ModelFailed, match="of its own"), naming_what_is_unreadable(installation.landing):
        raise ModelFailed("a fault of its own")
