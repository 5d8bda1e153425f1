"""People, their touches and what became of them, and the real attribution models and marts built on them."""

from __future__ import annotations

import copy
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from extractors.landing.contracts import write_contracts
from extractors.sources import SOURCES
from tests.dbt_project.tiny_market import PROJECT
from warehouse.publish.snapshots import PREVIOUS_SNAPSHOT
from warehouse.steps.channel_effects import write_channel_effects

AS_OF_DAY = "2026-06-30"
HASH_KEY = "the key's own words"
NOON = datetime.fromisoformat("2026-06-01T12:00:00")
OWN_RULES = [
    *(
        f"stg_rules__{name}"
        for name in (
            "business_settings", "holidays", "lost_reasons", "problem_thresholds", "programme_channels",
            "response_buckets", "working_hours",
        )
    ),
    "int_settings__chosen",
    "int_working_days__numbered",
]  # fmt: skip
"""Rules that are taken as they are shipped."""
BUILT_LAST = ("path:models/intermediate/attribution", "path:models/marts")
STEPS = f"""
    create schema steps;
    create schema checks;
    {PREVIOUS_SNAPSHOT};
    create table steps.public_holidays(brand text, holiday date, name text);
    create table steps.rule_fingerprints(rule_file text, fingerprint text);
    create table steps.phones(raw_phone text, region text, phone_e164 text, is_valid boolean, other_phones text[]);
    create table steps.emails(
        raw_email text, email_normalised text, is_valid boolean, is_role boolean, is_disposable boolean,
        other_emails text[]
    );
    create table steps.channel_effects(
        brand text, conversion_type text, attribution_model text, channel text, effect double
    );
    create table steps.person_components(brand text, node_id text, person_id text);
    create table steps.refused_links(
        brand text, node_a text, node_b text, matched_by text, strength integer, reason text, seen_at timestamp
    );
    create table steps.probable_people(
        brand text, person_id text, probable_person_id text, probability double, matched_by text
    );
    create table steps.person_history(
        brand text, old_person_id text, person_id text, record_count bigint, changed_date date
    );
    create table checks.inquiry_flags(inquiry_id text, flag text);
"""


class CreditedMarket:
    """A build database whose tables before the attribution are filled by hand; the models are the real ones."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.target = folder / "target"
        self._link = folder / "current"
        self._rows: dict[str, list[Mapping[str, Any]]] = {}
        self._readers: dict[Path, duckdb.DuckDBPyConnection] = {}
        rules = folder / "build" / "rules"
        rules.mkdir(parents=True)
        write_contracts(folder / "landing", SOURCES.values())
        for file in (PROJECT / "seeds").glob("*.csv"):
            (rules / file.name).write_bytes(file.read_bytes())
        (rules / "accounts.csv").write_text("source,account,brand\n", encoding="utf-8")
        with duckdb.connect(str(self.database)) as connection:
            connection.execute(STEPS)

    @property
    def database(self) -> Path:
        """The build database."""
        return self.folder / "build" / "credited.duckdb"

    def copied(self, folder: Path) -> CreditedMarket:
        """The same market in a folder of its own, to be changed."""
        for name in ("build", "landing"):
            shutil.copytree(self.folder / name, folder / name)
        market = copy.copy(self)
        market.folder = folder
        return market

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run dbt on the build database."""
        self._close_reader()
        # dbt reads the whole project anew when a path is another one: a market and its copies share one.
        self._link.unlink(missing_ok=True)
        self._link.symlink_to(self.folder)
        environment = {
            **os.environ,
            "LEADGEN_DATA": str(self._link),
            "LEADGEN_LANDING": str(self._link / "landing"),
            "LEADGEN_BUILD_DB": str(self._link / self.database.relative_to(self.folder)),
            "LEADGEN_HASH_KEY": HASH_KEY,
            "DO_NOT_TRACK": "1",
        }
        command = [
            str(Path(sys.executable).with_name("dbt")), "--no-use-colors", *arguments,
            "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
            "--target-path", str(self.target), "--log-path", str(self.folder / "logs"),
            "--vars", json.dumps({"as_of_day": AS_OF_DAY, "run_id": "tiny"}),
        ]  # fmt: skip
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def build(self) -> None:
        """Make every table, fill those before the attribution, and build and test the rest."""
        # What is built afterwards is not made empty before.
        done = self.dbt("run", "--empty", "--quiet", "--exclude", *BUILT_LAST)
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
        self._fill()
        self._build("path:models/intermediate/journeys")
        with duckdb.connect(str(self.database)) as connection:
            write_channel_effects(connection)
        self._build(*OWN_RULES, "int_sale_entries__dated", *BUILT_LAST)

    def _build(self, *selected: str) -> None:
        # The unit tests need no row of this market: test_examples.py runs them all.
        done = self.dbt(
            "build", "--select", *selected, "--indirect-selection", "buildable", "--exclude-resource-type", "unit_test"
        )
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]

    def add(self, table: str, **columns: Any) -> None:
        """One row of a table; what is not named is null."""
        self._rows.setdefault(table, []).append(columns)

    def _fill(self) -> None:
        with duckdb.connect(str(self.database)) as connection:
            for table, rows in self._rows.items():
                for row in rows:
                    names = ", ".join(row)
                    places = ", ".join("?" for _ in row)
                    connection.execute(f"insert into {table} ({names}) values ({places})", list(row.values()))

    def rows(self, query: str) -> list[dict[str, Any]]:
        """What a query finds in the build database."""
        if self.database not in self._readers:
            # Opening a file of five hundred tables takes longer than most queries: it stays open until dbt writes.
            self._readers[self.database] = duckdb.connect(str(self.database), read_only=True)
        found = self._readers[self.database].execute(query)
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def _close_reader(self) -> None:
        if reader := self._readers.pop(self.database, None):
            reader.close()

    def touch(self, person: str, name: str, at: datetime, channel: str = "Email", **columns: Any) -> None:
        """A visit of a person."""
        self.add(
            "intermediate.int_touchpoints__unioned",
            **{
                "touchpoint_id": name,
                "brand": "nord",
                "person_id": person,
                "touched_at": at,
                "touch_date": at.date(),
                "touch_kind": "visit",
                "channel": channel,
                "matched_by": "same_client_id",
                **columns,
            },
        )

    def inquiry(self, name: str, person: str, at: datetime = NOON, lead: str | None = None, **columns: Any) -> None:
        """An inquiry that came in, identified."""
        known = {"inquiry_id": name, "brand": "nord", "source": "callrail", "account": "a1"}
        self.add("shapes.inquiries__unioned", **known, source_table="calls")
        self.add(
            "intermediate.int_inquiries__identified",
            **{
                **known,
                "source_record_id": name,
                "kind": "form",
                "occurred_at": at,
                "inquiry_date": at.date(),
                "person_id": person,
                "grade": "B",
                "score": 60,
                "is_valid": True,
                "is_spam": False,
                "is_employee": False,
                "is_duplicate": False,
                **columns,
            },
        )
        if lead:
            self.add("intermediate.int_inquiries__led", inquiry_id=name, lead_id=lead, person_id=person, brand="nord")

    def lead(self, name: str, person: str | None = None, at: datetime = NOON, **columns: Any) -> None:
        """A lead of one inquiry."""
        self.inquiry(f"{name} asks", person or name, at, lead=name)
        self.add(
            "intermediate.int_leads__built",
            **{
                "lead_id": name,
                "brand": "nord",
                "person_id": person or name,
                "created_at": at,
                "created_date": at.date(),
                "inquiry_count": 1,
                "valid_inquiry_count": 1,
                "deal_count": 0,
                "is_won": False,
                "is_qualified": False,
                **columns,
            },
        )

    def sale(self, name: str, person: str | None = None, at: datetime = NOON, **columns: Any) -> None:
        """A won deal."""
        self.add(
            "intermediate.int_sales__built",
            **{
                "sale_id": name,
                "brand": "nord",
                "source": "hubspot",
                "account": "h1",
                "source_deal_id": name,
                "person_id": person or name,
                "sold_at": at,
                "sale_date": at.date(),
                "revenue": 100,
                "margin": 40,
                "currency": "EUR",
                "is_rate_missing": False,
                "is_first_sale": True,
                "is_cancelled": False,
                **columns,
            },
        )

    def spend(self, day: datetime, campaign: str, amount: str, account: str = "g1", **columns: Any) -> None:
        """A day of a campaign, landed, staged and converted."""
        known = {"account": account, "spend_date": day.date()}
        self.add("staging.stg_google_ads__campaign_days", **known, customer_id=account, cost=amount)
        landed = {"brand": "nord", "source": "google_ads", "currency": "EUR", "spend_as_landed": amount}
        self.add("shapes.spend__unioned", **known, **landed, spend_rejected=0)
        self.add(
            "intermediate.int_spend__converted",
            **{
                "brand": "nord",
                "source": "google_ads",
                "account": account,
                "spend_date": day.date(),
                "channel": "Paid Search",
                "platform": "google_ads",
                "campaign_id": campaign,
                "campaign_name": campaign,
                "spend": amount,
                "currency": "EUR",
                "spend_original": amount,
                "currency_original": "EUR",
                "impressions": 1000,
                "clicks": 10,
                "is_rate_missing": False,
                **columns,
            },
        )


def days(number: float) -> timedelta:
    """So many days."""
    return timedelta(days=number)
