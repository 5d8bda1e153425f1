"""What is landed and what is configured belong together: where they part, it is said, and nothing is counted twice."""

from __future__ import annotations

import logging
from pathlib import Path

import duckdb
import pytest

from extractors.differences import differences
from extractors.errors import FixSettings
from extractors.landing.renamed import rename_account
from extractors.settings import load_accounts, load_former_accounts
from extractors.sources import SOURCES
from tests.faults.configured import DAY, Installation, deal, hubspot
from warehouse import settings
from warehouse.errors import FixRules


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path / "config"))
    return Installation(tmp_path)


def landed_deals(installation: Installation) -> list[tuple[str, str]]:
    files = installation.landing / "hubspot" / "deals" / "account=*" / "day=*.parquet"
    return duckdb.sql(f"select _account, deal_id from read_parquet('{files}') order by all").fetchall()


def test_an_account_that_comes_again_under_another_name_is_asked_about_and_not_built(
    installation: Installation,
) -> None:
    installation.configure(hubspot("portal-41001"), brands=["nordhaus"])
    installation.land("hubspot", "deals", "41001", deal("d1"))
    installation.land("hubspot", "deals", "portal-41001", deal("d1"), deal("d2"))

    with pytest.raises(FixRules, match=r"41001 is landed .* rename-account --source hubspot --from 41001 --to portal-"):
        installation.prepare()
    [sentence] = differences(load_accounts(SOURCES))
    assert "leadgen rename-account --source hubspot --from 41001 --to portal-41001" in sentence


def test_a_renamed_account_is_one_account(installation: Installation) -> None:
    installation.configure(hubspot("portal-41001"), brands=["nordhaus"])
    installation.land("hubspot", "deals", "41001", deal("d1"))
    installation.land("hubspot", "deals", "41001", deal("d0"), day=DAY.replace(day=2))
    installation.land("hubspot", "deals", "portal-41001", deal("d1", amount=200), deal("d2"))

    moved = rename_account(installation.landing, SOURCES["hubspot"], "41001", "portal-41001")

    assert moved == 2
    # 2 March is of the old name alone; 3 March was read later under the new one.
    assert landed_deals(installation) == [("portal-41001", name) for name in ("d0", "d1", "d2")]
    installation.prepare()
    assert differences(load_accounts(SOURCES)) == []


def test_an_account_that_is_gone_is_told_and_kept(installation: Installation, caplog: pytest.LogCaptureFixture) -> None:
    installation.configure(hubspot("41002"), brands=["nordhaus"])
    installation.land("hubspot", "deals", "41001", deal("d1"))
    installation.land("hubspot", "deals", "41002", deal("d7"))

    with caplog.at_level(logging.WARNING):
        installation.prepare()

    assert "hubspot account 41001 is landed, and accounts.yml lists it no more" in caplog.text
    assert landed_deals(installation) == [("41001", "d1"), ("41002", "d7")]


def test_a_former_account_that_is_left_out_is_not_built_and_stays_landed(installation: Installation) -> None:
    former = [{"source": "hubspot", "account": "41001", "landed": "left_out"}]
    installation.configure(hubspot("41002"), former=former, brands=["nordhaus"])
    installation.land("hubspot", "deals", "41001", deal("d1"))
    installation.land("hubspot", "deals", "41002", deal("d7"))

    installation.prepare()

    pinned = settings.pinned_landing_dir() / "hubspot" / "deals"
    assert [folder.name for folder in pinned.glob("account=*")] == ["account=41002"]
    assert landed_deals(installation) == [("41001", "d1"), ("41002", "d7")]


def test_a_former_account_is_not_asked_about_again(
    installation: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    former = [{"source": "hubspot", "account": "41001", "landed": "kept"}]
    installation.configure(hubspot("portal-41001"), former=former, brands=["nordhaus"])
    installation.land("hubspot", "deals", "41001", deal("d1"))
    installation.land("hubspot", "deals", "portal-41001", deal("d1"))

    with caplog.at_level(logging.WARNING):
        installation.prepare()

    assert "41001" not in caplog.text
    assert differences(load_accounts(SOURCES)) == []


@pytest.mark.parametrize(
    ("former", "says"),
    [
        ({"hubspot": "41001"}, "must be a list"),
        ([{"source": "hubspot", "account": "41001"}], "must have 'source', 'account' and 'landed'"),
        ([{"source": "hubspt", "account": "41001", "landed": "kept"}], "there is no source 'hubspt'"),
        ([{"source": "hubspot", "account": "41001", "landed": "gone"}], "'landed' must be one of kept, left_out"),
        ([{"source": "hubspot", "account": "41002", "landed": "kept"}], "among the accounts and the former ones"),
    ],
)
def test_a_former_account_that_is_listed_wrongly_is_refused(
    installation: Installation, former: object, says: str
) -> None:
    installation.configure(hubspot("41002"), former=former, brands=["nordhaus"])

    with pytest.raises(FixSettings, match=says):
        load_former_accounts(SOURCES)


def test_a_brand_without_a_line_is_told_and_not_built(installation: Installation) -> None:
    installation.configure(hubspot("41001", brand="clearwater"), brands=["nordhaus"])
    installation.land("hubspot", "deals", "41001", deal("d1"))

    with pytest.raises(FixRules, match=r"accounts.yml names the brand 'clearwater', and .*brands.csv has no line"):
        installation.prepare()
    [sentence] = differences(load_accounts(SOURCES))
    assert "names the brand 'clearwater' (hubspot), and" in sentence


def test_a_brand_that_is_written_otherwise_is_told_how_it_is_written(installation: Installation) -> None:
    installation.configure(hubspot("41001", brand="Nordhaus"), brands=["nordhaus"])
    installation.land("hubspot", "deals", "41001", deal("d1"))

    with pytest.raises(FixRules, match="If 'nordhaus' is meant, write it so"):
        installation.prepare()


@pytest.mark.parametrize(
    ("rule", "lines"),
    [
        ("working_hours", "brand,weekday,opens_at,closes_at\nnordhouse,1,09:00,17:00\n"),
        ("holidays", "brand,holiday,note\nnordhouse,2026-12-25,Christmas\n"),
        ("business_settings", "brand,setting,value,note\nnordhouse,dormant_days,90,\n"),
    ],
)
def test_a_rule_for_a_brand_that_nobody_listed_is_refused(installation: Installation, rule: str, lines: str) -> None:
    installation.configure(hubspot("41001"), brands=["nordhaus"])
    installation.land("hubspot", "deals", "41001", deal("d1"))
    (installation.folder / "config" / f"{rule}.csv").write_text(lines)

    with pytest.raises(FixRules, match=f"{rule}.csv names the brand 'nordhouse'.* If 'nordhaus' is meant"):
        installation.prepare()
