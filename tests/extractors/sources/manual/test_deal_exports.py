"""Deals as CRMs export them: their own word on won and lost outranks the stage; who it is stands in many places."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.extractors.sources.manual.drop import accepted, drop, rejected, utc

WON, LOST, OPEN = "won", "lost", "open"


@pytest.fixture(autouse=True)
def brands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One brand with its clock."""
    config = tmp_path / "config"
    config.mkdir()
    header = "brand,name,time_zone,currency,phone_region,language,site_hosts"
    (config / "brands.csv").write_text(f"{header}\nnordhaus,N,UTC,EUR,DE,de,\n", encoding="utf-8")
    monkeypatch.setenv("LEADGEN_CONFIG", str(config))


def export(folder: Path, header: str, *lines: str) -> None:
    """A file of deals as it was downloaded."""
    drop(folder, "deals", "export.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")


def states(folder: Path) -> list[str]:
    """Whether each deal is won, lost or open; each end is at the moment of the close."""
    found = []
    for row in accepted(folder, "deals"):
        ends = {WON: row["won_at"], LOST: row["lost_at"]}
        assert {moment for moment in ends.values() if moment} <= {utc("2026-03-20")}
        found.append("+".join(name for name, moment in ends.items() if moment) or OPEN)
    return found


@pytest.mark.parametrize(
    ("stage", "is_won", "is_lost", "state"),
    [
        ("Auftrag erteilt", "true", "false", WON),
        ("Closed Won", "true", "false", WON),
        ("Closed Won", "false", "false", OPEN),
        ("Absage", "false", "true", LOST),
        ("Closed Won", "false", "true", LOST),
        ("Closed Lost", "true", "false", WON),
        ("Closed Lost", "false", "false", OPEN),
        ("Closed Won", "", "", WON),
        ("Closed Lost", "", "", LOST),
        ("Closed Lost", "false", "", LOST),
        ("Closed Won", "true", "true", WON),
        ("Angebot", "No", "No", OPEN),
    ],
)
def test_hubspot_s_own_word_on_won_and_lost_outranks_the_stage(
    tmp_path: Path, stage: str, is_won: str, is_lost: str, state: str
) -> None:
    header = "Record ID,Deal Name,Deal Stage,Close Date,Create Date,Amount,Is Closed Won,Is closed lost,Brand"
    export(tmp_path, header, f"1,A,{stage},2026-03-20,2026-03-01,5,{is_won},{is_lost},nordhaus")
    assert states(tmp_path) == [state]


@pytest.mark.parametrize(
    ("stage", "is_won", "is_closed", "state"),
    [
        ("Vertrag", "1", "1", WON),
        ("Absage", "0", "1", LOST),
        ("Closed Won", "0", "0", OPEN),
        ("Closed Won", "0", "1", LOST),
        ("Closed Lost", "1", "1", WON),
        ("Closed Lost", "", "", LOST),
        ("Closed Won", "", "0", OPEN),
    ],
)
def test_salesforce_s_closed_and_won_outrank_the_stage(
    tmp_path: Path, stage: str, is_won: str, is_closed: str, state: str
) -> None:
    header = "Opportunity ID,Stage,Close Date,Created Date,Amount,Won,Closed,brand"
    export(tmp_path, header, f"1,{stage},2026-03-20,2026-03-01,5,{is_won},{is_closed},nordhaus")
    assert states(tmp_path) == [state]


@pytest.mark.parametrize(
    ("stage", "is_closed", "state"),
    [("Сделка успешна", "Да", WON), ("Сделка успешна", "Нет", OPEN), ("Сделка провалена", "Да", LOST)],
)
def test_a_deal_of_bitrix24_that_is_not_closed_is_open(tmp_path: Path, stage: str, is_closed: str, state: str) -> None:
    header = "ID;Название сделки;Стадия сделки;Дата завершения;Дата создания;Сумма;Валюта;Сделка закрыта;brand"
    export(tmp_path, header, f"1;A;{stage};20.03.2026;01.03.2026;5;Российский рубль;{is_closed};nordhaus")
    assert states(tmp_path) == [state]
    assert [row["currency"] for row in accepted(tmp_path, "deals")] == ["RUB"]


def test_a_word_that_is_neither_yes_nor_no_is_told_with_its_column(tmp_path: Path) -> None:
    header = "Record ID,Deal Name,Deal Stage,Close Date,Create Date,Amount,Is Closed Won,brand"
    export(tmp_path, header, "1,A,Closed Won,2026-03-20,2026-03-01,5,perhaps,nordhaus")
    [reason] = rejected(tmp_path, "deals")
    assert "Is Closed Won is none of true, false" in reason


def test_a_stage_that_the_file_itself_explains_is_not_asked_about(tmp_path: Path) -> None:
    mapping = "columns: {deal_id: Nr, created_at: Start}\nstages: {at: [Ende], is_won: [Gewonnen]}\n"
    drop(tmp_path, "deals", "mapping.yml").write_text(mapping, encoding="utf-8")
    export(
        tmp_path, "brand,Nr,Start,Ende,Gewonnen", "nordhaus,1,2026-03-01,2026-03-20,ja", "nordhaus,2,2026-03-01,,nein"
    )
    assert states(tmp_path) == [WON, OPEN]


@pytest.mark.parametrize(
    ("cell", "address"),
    [
        ("Anna Berg (anna@berg.example)", "anna@berg.example"),
        ('"Anna Berg (anna@berg.example);Tom Berg (tom@berg.example)"', "anna@berg.example"),
        ("Anna Berg <anna@berg.example>", "anna@berg.example"),
        ("mailto:anna@berg.example", "anna@berg.example"),
        ("anna@berg.example", "anna@berg.example"),
    ],
)
def test_the_address_of_a_contact_is_found_beside_its_name(tmp_path: Path, cell: str, address: str) -> None:
    header = "Record ID,Deal Name,Deal Stage,Create Date,Amount,brand,Associated Contact"
    export(tmp_path, header, f"1,A,Angebot,2026-03-01,5,nordhaus,{cell}")
    assert [row["email"] for row in accepted(tmp_path, "deals")] == [address]


def test_what_one_column_of_phones_leaves_empty_another_fills(tmp_path: Path) -> None:
    header = (
        "Deal - ID,Deal - Title,Deal - Status,Deal - Deal created,Person - Phone - Work,Person - Phone - Mobile,"
        "Person - Email - Work,Person - Email - Home,brand"
    )
    export(
        tmp_path,
        header,
        "1,A,Open,2026-03-01,030 1234567,0176 7654321,,a@home.example,nordhaus",
        "2,B,Open,2026-03-01,,0176 7654321,b@work.example,b@home.example,nordhaus",
        "3,C,Open,2026-03-01,-,,,,nordhaus",
    )
    assert [(row["phone"], row["email"]) for row in accepted(tmp_path, "deals")] == [
        ("030 1234567", "a@home.example"),
        ("0176 7654321", "b@work.example"),
        (None, None),
    ]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Российский рубль", "RUB"), ("US Dollar", "USD"), ("доллар США", "USD"), ("Schweizer Franken", "CHF"),
        ("złoty polski", "PLN"), ("livre sterling", "GBP"), ("peso mexicano", "MXN"), ("Türk Lirası", "TRY"),
    ],
)  # fmt: skip
def test_a_currency_is_known_by_its_name(tmp_path: Path, written: str, code: str) -> None:
    export(tmp_path, "brand,deal_id,created_at,amount,currency", f"nordhaus,1,2026-03-01,5,{written}")
    assert [row["currency"] for row in accepted(tmp_path, "deals")] == [code]


@pytest.mark.parametrize("written", ["peso", "crown", "EURO-Zone", "XXX"])
def test_a_currency_that_may_be_several_is_refused(tmp_path: Path, written: str) -> None:
    export(tmp_path, "brand,deal_id,created_at,amount,currency", f"nordhaus,1,2026-03-01,5,{written}")
    assert [reason for reason in rejected(tmp_path, "deals") if "currency is no currency" in reason]


def test_the_sums_below_a_report_of_salesforce_are_no_deals(tmp_path: Path) -> None:
    header = '"Opportunity Name","Opportunity ID","Amount","Close Date","Stage","Created Date","brand"'
    export(
        tmp_path,
        header,
        '"Roof","006A","1000.00","20/03/2026","Closed Won","13/03/2026","nordhaus"',
        '"Total of roofs","006B","500.00","20/03/2026","Closed Lost","13/03/2026","nordhaus"',
        '"Grand Totals (2 records)","","1500.00","","","",""',
        '"Confidential Information - Do Not Distribute"',
    )
    assert [row["deal_id"] for row in accepted(tmp_path, "deals")] == ["006A", "006B"]
    assert rejected(tmp_path, "deals") == []
