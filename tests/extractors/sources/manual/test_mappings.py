"""Mappings: the exports of vendors are known by their headers, and a mapping.yml says what they leave open."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from extractors.errors import FixSettings
from extractors.model import Account
from extractors.sources.manual import MANUAL
from tests.extractors.sources.manual.drop import drop, pages, rejected, spend, utc

BERLIN = "brand,name,time_zone,currency,phone_region,language,site_hosts\nnordhaus,Nordhaus,Europe/Berlin,EUR,DE,de,\n"


@pytest.fixture(autouse=True)
def one_brand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A business of one brand: its exports need no word about it."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "brands.csv").write_text(BERLIN, encoding="utf-8")
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path / "config"))


def read(folder: Path, table: str, *lines: str) -> list[dict[str, Any]]:
    drop(folder, table, "export.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    account = Account("manual", "office", "manual", options={"folder": str(folder)})
    return [row for page in pages(folder, table, account) for row in page]


SPEND_EXPORTS = [
    (
        "google_ads",
        "EUR",
        "12.50",
        [
            "Campaign performance",
            "1 March 2026 - 31 March 2026",
            "Day,Campaign,Currency code,Cost",
            "2026-03-02,Roof,EUR,12.50",
            "Total: Account, --,EUR,12.50",
        ],
    ),
    ("google_ads", "EUR", "1234.50", ["Tag;Kampagne;Währungscode;Kosten", "02.03.2026;Roof;EUR;1.234,50"]),
    ("google_ads", "RUB", "1234.50", ["День;Кампания;Код валюты;Стоимость", "02.03.2026;Roof;RUB;1 234,50"]),
    ("google_ads", "EUR", "12.50", ["Día,Campaña,Código de moneda,Coste", '2026-03-02,Roof,EUR,"12,50"']),
    (
        "meta_ads",
        "EUR",
        "7.25",
        ["Campaign name,Day,Amount spent (EUR),Impressions,Link clicks", "Roof,2026-03-02,7.25,100,3"],
    ),
    ("meta_ads", "EUR", "7.25", ['Kampagnenname;Tag;"Ausgegebener Betrag (EUR)"', "Roof;2026-03-02;7,25"]),
    ("meta_ads", "RUB", "7.25", ["Название кампании,День,Потраченная сумма (RUB)", "Roof,2026-03-02,7.25"]),
    ("meta_ads", "EUR", "7.25", ["Nombre de la campaña,Día,Importe gastado (EUR)", "Roof,2026-03-02,7.25"]),
    (
        "microsoft_ads",
        "USD",
        "9.10",
        [
            '"Report Name: x"',
            '"Report Time: 3/1/2026"',
            "Gregorian date,Campaign,Currency code,Spend",
            "3/2/2026,Roof,USD,9.10",
            "3/13/2026,Tile,USD,0.00",
            '"©2026 Microsoft Corporation. All rights reserved."',
        ],
    ),
    (
        "microsoft_ads",
        "EUR",
        "9.10",
        ["Gregorianisches Datum;Kampagne;Währungscode;Ausgaben", "02.03.2026;Roof;EUR;9,10"],
    ),
    ("microsoft_ads", "EUR", "9.10", ["Fecha gregoriana;Campaña;Código de moneda;Gasto", "2026-03-02;Roof;EUR;9,10"]),
    (
        "linkedin_ads",
        "EUR",
        "55.00",
        [
            "Campaign Performance Report (in UTC)",
            "Report Start: March 1, 2026",
            "Start Date (in UTC)\tCampaign Name\tCurrency\tTotal Spent",
            "03/02/2026\tRoof\tEUR\t55.00",
        ],
    ),
    (
        "linkedin_ads",
        "EUR",
        "55.00",
        ["Startdatum (in UTC)\tKampagnenname\tWährung\tGesamtausgaben", "03/02/2026\tRoof\tEUR\t55.00"],
    ),
    (
        "linkedin_ads",
        "EUR",
        "55.00",
        ["Дата начала\tНазвание кампании\tВалюта\tВсего потрачено", "03/02/2026\tRoof\tEUR\t55.00"],
    ),
    (
        "linkedin_ads",
        "EUR",
        "55.00",
        ["Fecha de inicio (en UTC)\tNombre de la campaña\tMoneda\tTotal gastado", "03/02/2026\tRoof\tEUR\t55.00"],
    ),
    (
        "yandex_direct",
        "RUB",
        "1500.75",
        [
            "Статистика по дням 01.03.2026 - 31.03.2026",
            "Дата;Кампания;Валюта;Расход, руб.;Показы;Клики",
            "02.03.2026;Roof;RUB;1500,75;10;1",
            "Всего строк: 1",
        ],
    ),
    ("yandex_direct", "EUR", "1500.75", ["Date\tCampaignName\tCost", "2026-03-02\tRoof\t1500.75", "Total rows: 1"]),
    (
        "vk_ads",
        "RUB",
        "300.40",
        ["Дата;Название кампании;Потрачено, ₽;Показы;Клики", "02.03.2026;Roof;300,40;10;1", "Итого;;300,40;10;1"],
    ),
    ("vk_ads", "RUB", "300.40", ["Date,Campaign name,Spent", "2026-03-02,Roof,300.40"]),
    ("google_ads", "EUR", "10", ["date,source,medium,campaign,cost,clicks", "20260302,google,cpc,Roof,10,4"]),
]


@pytest.mark.parametrize(("platform", "currency", "amount", "lines"), SPEND_EXPORTS)
def test_an_export_of_spend_is_known_by_its_headers(
    tmp_path: Path, platform: str, currency: str, amount: str, lines: list[str]
) -> None:
    row = read(tmp_path, "spend", *lines)[0]

    assert "_reject_reason" not in row
    assert (row["brand"], row["platform"], row["date"], row["campaign_name"], row["spend"], row["currency"]) == (
        "nordhaus", platform, date(2026, 3, 2), "Roof", Decimal(amount), currency,
    )  # fmt: skip


WON = "Roof,9001,{stage},{close},{created},4200"
DEAL_EXPORTS = [
    (
        ["Record ID", "Deal Name", "Deal Stage", "Close Date", "Create Date", "Amount"],
        ["9001", "Roof", "Closed Won", "2026-03-20 15:30", "2026-03-03 08:00", "4,200.00"],
    ),
    (
        ["Datensatz-ID", "Deal-Name", "Deal-Phase", "Abschlussdatum", "Erstelldatum", "Betrag"],
        ["9001", "Roof", "Abgeschlossen und gewonnen", "20.03.2026 15:30", "03.03.2026 08:00", "4.200,00"],
    ),
    (
        ["ID записи", "Название сделки", "Стадия сделки", "Дата закрытия", "Дата создания", "Сумма"],
        ["9001", "Roof", "Сделка заключена", "2026-03-20 15:30", "2026-03-03 08:00", "4200"],
    ),
    (
        [
            "ID de registro",
            "Nombre del negocio",
            "Etapa del negocio",
            "Fecha de cierre",
            "Fecha de creación",
            "Importe",
        ],
        ["9001", "Roof", "Cierre ganado", "2026-03-20 15:30", "2026-03-03 08:00", "4200"],
    ),
    (
        ["Deal - ID", "Deal - Title", "Deal - Status", "Deal - Won time", "Deal - Deal created", "Deal - Value"],
        ["9001", "Roof", "Won", "2026-03-20 15:30:00", "2026-03-03 08:00:00", "4200"],
    ),
    (
        ["Deal - ID", "Deal - Titel", "Deal - Status", "Deal - Gewonnen am", "Deal - Deal erstellt am", "Deal - Wert"],
        ["9001", "Roof", "Gewonnen", "2026-03-20 15:30:00", "2026-03-03 08:00:00", "4200"],
    ),
    (
        [
            "Сделка - ID",
            "Сделка - Название",
            "Сделка - Статус",
            "Сделка - Время выигрыша",
            "Сделка - Сделка создана",
            "Сделка - Сумма",
        ],
        ["9001", "Roof", "Выиграна", "2026-03-20 15:30:00", "2026-03-03 08:00:00", "4200"],
    ),
    (
        [
            "Trato - ID",
            "Trato - Título",
            "Trato - Estado",
            "Trato - Hora de ganado",
            "Trato - Trato creado",
            "Trato - Valor",
        ],
        ["9001", "Roof", "Ganado", "2026-03-20 15:30:00", "2026-03-03 08:00:00", "4200"],
    ),
    (
        ["Opportunity ID", "Opportunity Name", "Stage", "Close Date", "Created Date", "Amount"],
        ["9001", "Roof", "Closed Won", "3/20/2026, 3:30 PM", "3/3/2026, 8:00 AM", "4200"],
    ),
    (
        ["Opportunity-ID", "Opportunity-Name", "Phase", "Schlusstermin", "Erstelldatum", "Betrag"],
        ["9001", "Roof", "Geschlossen und gewonnen", "20.03.2026, 15:30", "03.03.2026, 08:00", "4200"],
    ),
    (
        ["ID", "Название сделки", "Этап сделки", "Дата закрытия", "Дата создания сделки", "Бюджет, руб."],
        ["9001", "Roof", "Успешно реализовано", "20.03.2026 15:30:00", "03.03.2026 08:00:00", "4200"],
    ),
    (
        ["ID", "Lead title", "Lead status", "Closed at", "Created at", "Sale"],
        ["9001", "Roof", "Closed - won", "20.03.2026 15:30:00", "03.03.2026 08:00:00", "4200"],
    ),
    (
        ["ID", "Deal name", "Stage", "Close date", "Created on", "Amount"],
        ["9001", "Roof", "Deal won", "03/20/2026 03:30:00 pm", "03/03/2026 08:00:00 am", "4200"],
    ),
    (
        ["ID", "Название", "Стадия сделки", "Дата завершения", "Дата создания", "Сумма"],
        ["9001", "Roof", "Сделка успешна", "20.03.2026 15:30:00", "03.03.2026 08:00:00", "4200"],
    ),
    (
        ["Record Id", "Deal Name", "Stage", "Closing Date", "Created Time", "Amount"],
        ["9001", "Roof", "Closed Won", "2026-03-20 15:30:00", "2026-03-03 08:00:00", "4200"],
    ),
    (
        ["Datensatz-ID", "Abschlussname", "Phase", "Abschlussdatum", "Erstellungszeit", "Betrag"],
        ["9001", "Roof", "Abgeschlossen gewonnen", "2026-03-20 15:30:00", "2026-03-03 08:00:00", "4200"],
    ),
]


@pytest.mark.parametrize(("header", "cells"), DEAL_EXPORTS)
def test_an_export_of_deals_is_known_and_its_stage_becomes_a_moment(
    tmp_path: Path, header: list[str], cells: list[str]
) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([header, cells])

    [row] = read(tmp_path, "deals", out.getvalue().strip())

    assert "_reject_reason" not in row
    currency = "RUB" if "Бюджет, руб." in header else "EUR"
    assert (row["deal_id"], row["amount"], row["currency"], row["lost_at"]) == ("9001", 4200, currency, None)
    assert (row["created_at"], row["won_at"]) == (utc("2026-03-03T07:00"), utc("2026-03-20T14:30"))


def test_a_call_log_of_callrail_is_known(tmp_path: Path) -> None:
    answered, missed = read(
        tmp_path,
        "inquiries",
        "Call Status,Number Name,Tracking Number,Source,Start Time,Duration (seconds),Name,Phone Number,City",
        "Answered Call,Ads,+493055500002,Google Ads,2026-03-02 09:00:00,61,Ann,+4915112345678,Berlin",
        "Missed Call,Ads,+493055500002,Google Ads,2026-03-02 10:00:00,0:02:31,,+4915112345679,",
    )

    assert (answered["kind"], answered["answered"], answered["duration_seconds"]) == ("call", True, 61)
    assert (missed["answered"], missed["duration_seconds"], missed["phone"]) == (False, 151, "+4915112345679")
    assert answered["occurred_at"] == utc("2026-03-02T08:00")
    assert answered["inquiry_id"] != missed["inquiry_id"]


def test_a_won_deal_without_its_day_is_rejected_and_an_open_one_is_not(tmp_path: Path) -> None:
    won, still_open = read(
        tmp_path,
        "deals",
        "Record ID,Deal Name,Deal Stage,Close Date,Create Date,Amount",
        "1,A,Closed Won,,2026-03-03 08:00,1",
        "2,B,Appointment scheduled,2026-12-24 10:00,2026-03-03 08:00,1",
    )

    assert won["_reject_reason"].startswith("won_at has no moment")
    assert (still_open["won_at"], still_open["lost_at"], "_reject_reason" in still_open) == (None, None, False)


def test_a_deal_won_on_the_day_it_was_made_is_not_won_before(tmp_path: Path) -> None:
    [row] = read(
        tmp_path,
        "deals",
        "Record ID,Deal Name,Deal Stage,Close Date,Create Date,Amount",
        "1,A,Closed Won,2026-03-03,2026-03-03 08:00,1",
    )

    assert row["won_at"] == row["created_at"]


def test_an_export_in_the_wrong_folder_is_told_where_it_belongs(tmp_path: Path) -> None:
    with pytest.raises(FixSettings, match="HubSpot deals export, which belongs into the folder deals"):
        read(tmp_path, "spend", "Record ID,Deal Name,Deal Stage,Close Date,Create Date", "1,A,Closed Won,,")


def test_an_export_without_a_needed_column_is_told_what_to_say(tmp_path: Path) -> None:
    (tmp_path / "config" / "brands.csv").write_text(BERLIN + "clearwater,,America/Phoenix,USD,US,en,\n")

    with pytest.raises(
        FixSettings, match=r"a Google Ads report without 'brand', 'currency'.*constants: \{brand: nordhaus\}"
    ):
        read(tmp_path, "spend", "Day,Campaign,Cost", "2026-03-02,Roof,1")


def test_a_mapping_beside_the_files_says_what_their_columns_are(tmp_path: Path) -> None:
    drop(tmp_path, "spend", "mapping.yml").write_text(
        "skip_rows: 1\nseparator: ';'\ndecimal: ','\nthousands: '.'\nempty: [keine]\nstop: Summe\nsame_key: add\n"
        "columns:\n  date: [Datum, Buchungstag]\n  campaign_name: Plakat\n  spend: Kosten netto\n  clicks: Scans\n"
        "constants: {brand: nordhaus, platform: billboard, currency: EUR}\npassed_over: [Notiz]\n",
        encoding="utf-8",
    )

    first, second = read(
        tmp_path,
        "spend",
        "Plakate 2026",
        "Buchungstag;Plakat;Kosten netto;Scans;Notiz",
        "01.03.2026;A100;1.234;keine;x",
        "02.03.2026;A100;1,5;7;y",
        "Summe;;1.235,5;7;",
    )

    assert (first["spend"], first["clicks"], second["spend"], second["clicks"]) == (1234, None, Decimal("1.5"), 7)
    assert first["platform"] == "billboard"


def test_a_mapping_without_columns_adds_to_the_one_that_fits(tmp_path: Path) -> None:
    drop(tmp_path, "spend", "mapping.yml").write_text("files: 'export*'\nconstants: {brand: nordhaus, currency: CHF}\n")

    [row] = read(tmp_path, "spend", "Day,Campaign,Cost", "2026-03-02,Roof,1")

    assert (row["platform"], row["currency"]) == ("google_ads", "CHF")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("colums: {date: Day}", "'colums' means nothing here.*Did you mean 'columns'"),
        ("columns:\n\tdate: Day", "line 2: this is not YAML: the line is indented by a tab"),
        ("columns: {dat: Day}", "columns names 'dat', which is no column of spend.*Did you mean 'date'"),
        ("same_key: sum", "same_key is 'sum' and must be one of refuse, add, newest"),
        ("columns: {date: Day}\ncolumns: {spend: Cost}", "line 2: the key 'columns' is there twice, first in line 1"),
        ("skip_rows: two", "skip_rows must be a whole number"),
        ("separator: semicolon", "separator must be one mark"),
        ("encoding: ansii", "no encoding 'ansii'"),
        ("columns: [a]", "columns must be names and values"),
        ("a: [", "this is not YAML"),
        ("time_zone: Berlin\n", "no time zone 'Berlin'"),
        ("stages: {won_at: x}", "stages must say in which column"),
    ],
)
def test_a_mapping_that_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    table = "deals" if "time_zone" in text else "spend"
    drop(tmp_path, table, "mapping.yml").write_text(text)
    header, line = ("brand,deal_id,created_at", "nordhaus,1,2026-03-01 10:00") if table == "deals" else ("", "")

    with pytest.raises(FixSettings, match=message):
        read(tmp_path, table, header or "Day,Campaign,Cost", line or "2026-03-02,Roof,1")


def test_a_day_that_may_be_two_is_read_as_the_other_days_of_the_file_show(tmp_path: Path) -> None:
    spend(drop(tmp_path, "spend", "export.csv"), "nordhaus,03/04/2026,tv,A,1,EUR", "nordhaus,25/03/2026,tv,A,2,EUR")
    account = Account("manual", "office", "manual", options={"folder": str(tmp_path)})

    days = [row["date"] for page in pages(tmp_path, "spend", account) for row in page]

    assert days == [date(2026, 4, 3), date(2026, 3, 25)]
    assert rejected(tmp_path, "spend") == ["date lies after 2026-03-31, the last day asked for"]


def test_every_shipped_mapping_names_columns_that_there_are() -> None:
    from extractors.sources.manual.mapping_files import shipped

    names = {table.name: set(table.columns) for table in MANUAL.tables}
    for mapping in shipped():
        assert set(mapping.columns) | set(mapping.constants) | set(mapping.joined) <= names[mapping.table], mapping.name
        assert mapping.recognised_by
