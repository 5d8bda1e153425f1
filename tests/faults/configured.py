"""A configuration folder and a landing zone that belong together, until a test parts them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml

from extractors.landing.contracts import write_contracts
from extractors.landing.writer import LandingWriter
from extractors.model import Account, Row, Window
from extractors.sources import SOURCES
from warehouse import build as phases
from warehouse.run import BuildRun

DAY = date(2026, 3, 3)


@dataclass
class Installation:
    """Folders below one, as LEADGEN_CONFIG and LEADGEN_DATA name them."""

    folder: Path

    @property
    def landing(self) -> Path:
        return self.folder / "data" / "landing"

    def configure(self, *accounts: dict[str, Any], former: Any = None, brands: Sequence[str] = ()) -> None:
        """Write accounts.yml, and brands.csv where brands are given."""
        config = self.folder / "config"
        config.mkdir(exist_ok=True)
        content = {"accounts": list(accounts)} | ({"former_accounts": former} if former is not None else {})
        (config / "accounts.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
        lines = [f"{brand},{brand},Europe/Berlin,EUR,DE,de," for brand in brands]
        header = "brand,name,time_zone,currency,phone_region,language,site_hosts"
        (config / "brands.csv").write_text("\n".join([header, *lines, ""]), encoding="utf-8")

    def land(self, source: str, table: str, account: str, *rows: Row, day: date = DAY) -> None:
        """Land the day as a pull does."""
        write_contracts(self.landing, SOURCES.values())
        listed = Account(source, account, "none", "nordhaus")
        with LandingWriter(self.landing, source, SOURCES[source].table(table), listed, Window(day, day), "r") as writer:
            writer.add(list(rows))
            writer.commit()

    def prepare(self) -> None:
        """Begin a build."""
        phases.prepare(BuildRun("night", DAY))


def deal(deal_id: str, amount: int = 100) -> Row:
    """A deal of HubSpot, with the payload that it came as."""
    values = dict.fromkeys(SOURCES["hubspot"].table("deals").columns)
    moment = datetime(2026, 3, 3, 9, tzinfo=UTC)
    return {
        **values,
        "deal_id": deal_id,
        "amount": amount,
        "created_at": moment,
        "updated_at": moment,
        "_payload": {"id": deal_id, "amount": amount},
    }


def hubspot(account: str, brand: str = "nordhaus") -> dict[str, Any]:
    """An entry of accounts.yml."""
    return {"source": "hubspot", "account": account, "brand": brand, "connection": "hubspot_test"}
