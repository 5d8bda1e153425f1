"""A business that begins with two downloads and nothing else: what Google Ads charged, and the deals of HubSpot."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.story.night import HASH_KEY, ROOT, said

BRANDS = "brand,name,time_zone,currency,phone_region,language,site_hosts\nacme,Acme,Europe/Berlin,EUR,DE,de,\n"
ACCOUNTS = "accounts:\n  - {source: manual, account: office, brand: acme}\n"
SPEND = (
    "Kampagnenbericht\n1. November 2026 - 2. November 2026\nTag\tKampagne\tKampagnen-ID\tWährungscode\tKosten\tKlicks\n"
    "2026-11-01\tMarke\t111\tEUR\t1.234,56\t10\n2026-11-02\tMarke\t111\tEUR\t0,44\t1\n"
    "Gesamt: Konto\t --\t --\tEUR\t1.235,00\t11\n"
)
DEALS = (
    '"Record ID","Deal Name","Deal Stage","Close Date","Amount","Currency","Create Date","Associated Contact",'
    '"Is Closed Won","Is closed lost"\n'
    '"19","Dach","Auftrag erteilt","2026-05-02 14:33","12,500.50","EUR","2026-03-01 09:10",'
    '"Anna Berg (anna@berg.example)","true","false"\n'
    '"20","Rinne","Angebot","","","","2026-03-03 09:10","","false","false"\n'
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders of the business, with both files as they were downloaded."""
    folder = tmp_path_factory.mktemp("two_exports")
    (folder / "config").mkdir()
    (folder / "config" / "brands.csv").write_text(BRANDS, encoding="utf-8")
    (folder / "config" / "accounts.yml").write_text(ACCOUNTS, encoding="utf-8")
    for table, name, text, encoding in (
        ("spend", "Kampagnenbericht.csv", SPEND, "utf-16"),
        ("deals", "hubspot-crm-exports-all-deals.csv", DEALS, "utf-8-sig"),
    ):
        file = folder / "data" / "manual" / table / name
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding=encoding)
    return folder


def leadgen(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command as a person types it."""
    environment = {
        **os.environ,
        "LEADGEN_CONFIG": str(folder / "config"),
        "LEADGEN_DATA": str(folder / "data"),
        "LEADGEN_HASH_KEY": HASH_KEY,
        "DO_NOT_TRACK": "1",
    }
    command = [sys.executable, "-m", "leadgen", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_two_files_and_two_commands_publish_what_was_spent_and_sold(folder: Path) -> None:
    pulled = leadgen(folder, "pull", "--source", "manual", "--from", "2026-01-01", "--to", "2026-11-30")
    assert pulled.returncode == 0, said(pulled)
    built = leadgen(folder, "build", "--to", "2026-11-30")
    assert built.returncode == 0, said(built)

    with duckdb.connect(str(folder / "data" / "warehouse.duckdb"), read_only=True) as published:
        spent = published.execute("select spend_date, campaign_name, spend from marts.spend order by 1").fetchall()
        sold = published.execute("select source_deal_id, sale_date, revenue from marts.sales").fetchall()
        still_open = published.execute("select source_deal_id from marts.open_deals").fetchall()
        inquiries = published.execute("select count(*) from marts.inquiries").fetchone()
    assert spent == [
        (date(2026, 11, 1), "Marke", Decimal("1234.56")),
        (date(2026, 11, 2), "Marke", Decimal("0.44")),
    ]
    assert sold == [("19", date(2026, 5, 2), Decimal("12500.50"))]
    assert still_open == [("20",)]
    assert inquiries == (0,)
