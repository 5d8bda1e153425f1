"""A town of one account: its deals, who made them and the forms that they sent before, as HubSpot tells of them.

What is built of it is built in processes of their own, which can be killed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import yaml

from extractors.landing.contracts import write_contracts
from extractors.landing.writer import LandingWriter
from extractors.model import Account, Row, Window
from extractors.sources import SOURCES
from warehouse.run import BuildRun

HUBSPOT = SOURCES["hubspot"]
ACCOUNT = Account("hubspot", "41001", "hubspot_town", "nordhaus")
TABLES = ("deals", "contacts", "deal_contacts", "form_submissions")
TAGS = ("utm_source=google&utm_medium=cpc&utm_campaign=roofs", "utm_source=news&utm_medium=email", "")
"""What the addresses of forms are tagged with: an advertisement, a mail, and nothing."""

PHASE = """
import sys
from datetime import date
from warehouse import build
for phase in sys.argv[3:]:
    getattr(build, phase)(build.BuildRun(sys.argv[1], date.fromisoformat(sys.argv[2])))
"""

Deals = Mapping[str, str]
"""Deal -> amount, of one day."""


def configure(config: Path) -> None:
    """The account and its brand."""
    config.mkdir(parents=True, exist_ok=True)
    account = {"source": "hubspot", "account": ACCOUNT.account, "brand": "nordhaus", "connection": "hubspot_town"}
    (config / "accounts.yml").write_text(yaml.safe_dump({"accounts": [account]}), encoding="utf-8")
    header = "brand,name,time_zone,currency,phone_region,language,site_hosts"
    (config / "brands.csv").write_text(f"{header}\nnordhaus,Nordhaus,UTC,EUR,DE,de,\n", encoding="utf-8")


def rows_of(table: str, day: date, deals: Deals) -> Iterator[Row]:
    """What a table tells of the day's deals: each is of a person of its own, who sent a form an hour before."""
    blank = dict.fromkeys(HUBSPOT.table(table).columns)
    nine = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    for deal, amount in deals.items():
        email, tags = f"{deal}@mail.example", TAGS[int(deal[1:]) % len(TAGS)]
        told: dict[str, Row] = {
            "deals": {
                "deal_id": deal, "deal_name": deal, "amount": amount, "currency": "EUR", "created_at": nine,
                "updated_at": nine, "closed_at": nine, "is_won": True, "is_closed": True,
            },
            "contacts": {"contact_id": f"c{deal}", "created_at": nine, "updated_at": nine, "email": email},
            "deal_contacts": {"deal_id": deal, "contact_id": f"c{deal}", "updated_at": nine},
            "form_submissions": {
                "submission_id": f"s{deal}", "form_id": "f1", "form_name": "Offer", "email": email,
                "submitted_at": nine - timedelta(hours=1), "page_url": f"https://www.nordhaus.example/offer?{tags}",
            },
        }  # fmt: skip
        yield {**blank, **told[table], "_payload": {"id": deal, "amount": amount}}


def writer_of(landing: Path, table: str, window: Window, moment: datetime | None = None) -> LandingWriter:
    """What lands days of a table, at this moment by the machine's clock."""
    return LandingWriter(landing, "hubspot", HUBSPOT.table(table), ACCOUNT, window, "r", moment)


def land_day(landing: Path, day: date, deals: Deals, tables: Sequence[str] = TABLES) -> None:
    """Land one day of these tables, as a pull does that nothing happens to."""
    for table in tables:
        with writer_of(landing, table, Window(day, day)) as writer:
            writer.add(list(rows_of(table, day, deals)))
            writer.commit()


@dataclass
class Town:
    """Its folders, and what a build in a process of its own does there."""

    folder: Path

    def __post_init__(self) -> None:
        configure(self.folder / "config")
        write_contracts(self.landing, SOURCES.values())

    @property
    def landing(self) -> Path:
        return self.folder / "data" / "landing"

    @property
    def warehouse(self) -> Path:
        return self.folder / "data" / "warehouse.duckdb"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "LEADGEN_DATA": str(self.folder / "data"),
            "LEADGEN_CONFIG": str(self.folder / "config"),
            "LEADGEN_HASH_KEY": "a town's own",
            "DO_NOT_TRACK": "1",
        }

    def run(self, run: BuildRun, *phases: str, **environment: str) -> tuple[int, str]:
        """Do these phases of a build in a process of its own; how it ended, and what it said."""
        with self._process(run, phases, **environment) as process:
            _, said = process.communicate()
        return process.returncode, said[-3000:]

    def build(self, run: BuildRun, *phases: str) -> None:
        """The same, and nothing is to go wrong."""
        code, said = self.run(run, *phases)
        assert code == 0, f"{run}: {said}"

    def kill_in(self, run: BuildRun, phase: str) -> int:
        """Kill a phase of a build when dbt has made some of its models; how many."""
        before = self.made()
        with self._process(run, [phase]) as process:
            while process.poll() is None and self.made() == before:
                time.sleep(0.02)
            process.kill()
            _, said = process.communicate()
        assert process.returncode == -signal.SIGKILL, f"{phase} ended before it was killed: {said[-3000:]}"
        return self.made() - before

    def _process(self, run: BuildRun, phases: Sequence[str], **environment: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", PHASE, run.run_id, str(run.as_of_day), *phases],
            env={**self.environment, **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def made(self) -> int:
        """How many models dbt said that it had made, in all builds."""
        log = self.folder / "data" / "logs" / "dbt" / "dbt.log"
        return log.read_text(encoding="utf-8", errors="replace").count(" OK created ") if log.exists() else 0

    def shown(self) -> str:
        """Which build readers see; nothing before the first."""
        if not self.warehouse.exists():
            return ""
        with duckdb.connect(str(self.warehouse.resolve()), read_only=True) as reader:
            ((run_id,),) = reader.execute("select run_id from marts.publication").fetchall()
        return str(run_id)
