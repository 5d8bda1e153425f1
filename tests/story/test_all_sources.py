"""One pull of every source and one build: what each of them served is what the warehouse shows, once."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import requests
import yaml

from dags.fingerprint import RUN_COLUMNS
from extractors.sources import SOURCES
from sandbox.config import BRANDS, RETOLD
from sandbox.posts import Post
from sandbox.stories.crm_story import DEALS
from sandbox.vendors import VENDORS
from tests.story.night import Night, said
from tests.story.received import receive
from tests.story.served import (
    INQUIRIES_RETOLD,
    cents,
    market_inquiries,
    market_spend,
    retold_inquiries,
    retold_spend,
    stripe_revenue,
    visits_of_brands,
)

# The first of them waits for two nights.
pytestmark = pytest.mark.timeout(1800)

FILES_AND_SPOOL = {"manual", "snowplow", "webhook", "pixel"}
WITHOUT_ROWS = {
    ("google_ads", "lead_form_submission_data"),
    *(("hubspot", table) for table in ("deleted_contacts", "deleted_deals", "deleted_line_items", "form_submissions")),
    *(("manual", table) for table in ("deals", "deal_items")),
    ("stripe", "checkout_sessions"),
}
"""Nobody of this market tells or writes these."""
SMALL_CRMS = ("pipedrive", "amocrm", "bitrix24", "salesforce")


@dataclass
class Everything:
    """The night of all sources, what a receiver took of it, and what its pull said."""

    night: Night
    posted: dict[str, list[Post]]
    pulled: subprocess.CompletedProcess[str]

    @property
    def accounts(self) -> list[dict[str, Any]]:
        text = (self.night.folder / "config" / "accounts.yml").read_text(encoding="utf-8")
        return list(yaml.safe_load(text)["accounts"])

    def beside(self, *kinds: str) -> set[str]:
        """The sources of these kinds that are no part of the market."""
        return {
            one["source"]
            for one in self.accounts
            if one.get("brand") == RETOLD and SOURCES[one["source"]].kind in kinds
        }

    def rows(self, query: str) -> list[dict[str, Any]]:
        return self.night.rows(query)


@pytest.fixture(scope="module")
def everything(night: Night, tmp_path_factory: pytest.TempPathFactory) -> Everything:
    """The night's own market once more, with everybody who retells it."""
    made = Night(tmp_path_factory.mktemp("everything"), night.market, night.server, all_sources=True)
    posted = receive(made)
    pulled = made.pull()
    built = made.build()
    assert (pulled.returncode, built.returncode) == (0, 0), said(pulled) + said(built)
    return Everything(made, posted, pulled)


def landed(data: Path, source: str, table: str) -> str:
    """The landed rows of a table, to select from: all columns but the moment."""
    files = data / "landing" / source / table / "account=*" / "day=*.parquet"
    return f"(select * exclude (_landed_at) from read_parquet('{files}', hive_partitioning = false))"


def test_every_source_that_the_sandbox_speaks_is_pulled_and_no_table_fails(everything: Everything) -> None:
    configured = {account["source"] for account in everything.accounts}
    count = sum(len(SOURCES[account["source"]].tables) for account in everything.accounts)

    assert configured == {*VENDORS, *FILES_AND_SPOOL}
    assert f"0 of {count} tables failed" in " ".join(everything.pulled.stdout.split())
    assert everything.pulled.stdout.count("landed  ") == count


def test_every_table_of_every_source_has_rows_and_no_rejects(everything: Everything) -> None:
    counted = {}
    for source, table in sorted({(one["source"], table.name) for one in everything.accounts
                                 for table in SOURCES[one["source"]].tables}):  # fmt: skip
        rows = duckdb.sql(f"select count(*), count(_reject_reason) from {landed(everything.night.data, source, table)}")
        counted[source, table] = rows.fetchall()[0]

    assert {table for table, (rows, _) in counted.items() if rows == 0} == WITHOUT_ROWS
    assert {table for table, (_, rejects) in counted.items() if rejects} == set()


def test_doctor_finds_every_connection(everything: Everything) -> None:
    done = everything.night.python("extractors", "doctor")

    assert done.returncode == 0, said(done)
    assert done.stdout.count("ready ") == len(everything.accounts)
    assert "missing" not in done.stdout


def test_spend_of_each_platform_and_day_is_what_was_served_to_the_cent(everything: Everything) -> None:
    shown = everything.rows(
        """
        select brand, platform, date, sum(spend) as spend from channel_performance
        where platform <> 'billboard' and attribution_model = 'linear' and date_basis = 'touch'
        group by all having sum(spend) > 0 order by all
        """
    )
    retold = retold_spend(everything.night, everything.beside("ads"))
    served = [*market_spend(everything.night), *retold]

    assert len(served) > 200
    assert [{**row, "spend": cents(row["spend"])} for row in shown] == sorted(
        served, key=lambda row: (row["brand"], row["platform"], row["date"])
    )


def test_every_inquiry_served_is_published_exactly_once_or_rejected(everything: Everything) -> None:
    posted = [("webhook", post.key) for account in ("forms", "leads", "chats") for post in everything.posted[account]]
    # A pressed Start asks for nothing yet.
    posted += [("webhook", post.key) for post in everything.posted["bot"] if not post.key.endswith("-1")]
    # Who tells of calls, forms or leads is asked for them, but for the two that are posted to.
    asked = INQUIRIES_RETOLD.keys() & everything.beside("ads", "calls", "forms")
    retold = retold_inquiries(everything.night, asked)
    served = Counter([*market_inquiries(everything.night), *retold, *posted])
    published = Counter(
        (row["source"], row["source_record_id"])
        for row in everything.rows("select source, source_record_id from inquiries")
    )
    rejected = everything.rows(
        "select table_name, reason from rejects where table_name <> 'rates' and reason not like 'column_rejected:%'"
    )

    assert {source for source, _ in served} >= {"jotform", "calltouch", "comagic", "webhook", "callrail", "typeform"}
    assert set(served.values()) == {1}
    assert published == served
    assert rejected == []


def test_a_chat_without_a_number_is_reached_at_its_messenger_and_two_of_one_account_are_one_person(
    everything: Everything,
) -> None:
    chats = everything.rows(
        "select source_record_id, person_id, phone_masked, channel, flags from inquiries where messenger = 'whatsapp'"
    )
    served = [json.loads(post.body)["entry"][0]["changes"][0]["value"] for post in everything.posted["chats"]]
    numbers = {
        value["messages"][0]["id"]: any("from" in one or "contacts" in one for one in value["messages"])
        for value in served
    }
    accounts = {value["messages"][0]["id"]: value["messages"][0]["from_user_id"] for value in served}

    assert {row["source_record_id"]: row["phone_masked"] is not None for row in chats} == numbers
    assert set(numbers.values()) == {True, False}
    assert {row["channel"] for row in chats} == {"Paid Social"}
    assert not any("contact_missing" in row["flags"] or "client_id_missing" in row["flags"] for row in chats)
    people: dict[str, set[str]] = defaultdict(set)
    for row in chats:
        people[accounts[row["source_record_id"]]].add(row["person_id"])
    assert {len(found) for found in people.values()} == {1}


def test_nobody_and_no_lead_is_shared_by_two_brands(everything: Everything) -> None:
    assert everything.rows("select distinct brand from inquiries order by all") == [
        {"brand": brand} for brand in sorted((*BRANDS, RETOLD))
    ]
    for column in ("person_id", "lead_id"):
        query = (
            f"select {column} from inquiries where {column} is not null group by all having count(distinct brand) > 1"
        )
        assert everything.rows(query) == []


def test_visits_of_all_four_that_retell_them_are_counted(everything: Everything) -> None:
    shown = everything.rows(
        "select brand, sum(visit_count) as visits from channel_performance "
        "where attribution_model = 'linear' and date_basis = 'touch' group by all"
    )
    served = visits_of_brands(everything.night)
    # An address says which visit a hit is of: "visit-<number>-<page>".
    hits = {post.key.rpartition("-")[0] for post in everything.posted[RETOLD]}

    # Four trackers tell of one site: what two of them saw at the same moment of the same client is one visit, and told.
    (once,) = everything.rows(
        "select sum(difference) as visits from reconciliation "
        f"where quantity = 'visits_counted_once' and brand = '{RETOLD}'"
    )
    # Snowplow's files and the pixel's hits keep Matomo's client ids and moments; the others have ids of their own.
    assert once["visits"] == served["nordhaus"] + len(hits)
    counted = {row["brand"]: row["visits"] for row in shown}
    assert counted == {**served, RETOLD: 3 * served["nordhaus"] + len(hits) - once["visits"]}


def test_each_small_crm_and_stripe_has_the_sales_that_it_told_of(everything: Everything) -> None:
    shown: dict[str, list[Decimal]] = defaultdict(list)
    for row in everything.rows(
        f"select source, revenue_original from sales where brand = '{RETOLD}' and not is_cancelled"
        " order by source, revenue_original"
    ):
        shown[row["source"]].append(cents(row["revenue_original"]))
    won = sorted(Decimal(deal.cents) / 100 for deal in DEALS if deal.stage == "won")
    kept = sorted(stripe_revenue(everything.night).values())

    assert len(kept) > 10
    assert shown == {**dict.fromkeys(SMALL_CRMS, won), "stripe": kept}


def test_what_was_brought_over_was_sold_when_it_was_closed_elsewhere(everything: Everything) -> None:
    found = everything.rows(
        f"select source, sale_date from sales where brand = '{RETOLD}' and is_imported order by source"
    )
    days = {deal.closed_at.date() for deal in DEALS if deal.is_imported and deal.closed_at}

    assert {(row["source"], row["sale_date"]) for row in found} == {(crm, day) for crm in SMALL_CRMS for day in days}


def test_credit_of_every_lead_and_sale_sums_to_one_under_every_model(everything: Everything) -> None:
    found = everything.rows(
        """
        with sums as (
            select attribution_model, lead_id as id, sum(credit) as credit from attributed_leads group by all
            union all
            select attribution_model, sale_id, sum(credit) from attributed_sales group by all
        )
        select attribution_model, count(*) as conversions, max(abs(credit - 1)) as off from sums group by all
        """
    )
    (wanted,) = everything.rows(
        "select (select count(distinct lead_id) from inquiries) + (select count(*) from sales) as c"
    )

    assert {row["conversions"] for row in found} == {wanted["c"]}
    assert len(found) >= 12
    assert max(row["off"] for row in found) < 1e-9


def test_nothing_that_is_reconciled_differs_for_any_source(everything: Everything) -> None:
    lines = everything.rows("select source, account, quantity, landed, staged, difference, note from reconciliation")
    # Who changes later is landed on both days, and the newer row counts.
    older = {(row["source"], row["quantity"]) for row in lines if "older versions" in row["note"]}

    assert {(row["source"], row["account"]) for row in lines} - {("warehouse", None)} >= {
        (one["source"], one["account"]) for one in everything.accounts
    }
    # Two of the small CRMs sold something in a currency without a rate.
    unrated = [row for row in lines if row["quantity"].startswith("revenue_without_rate_")]
    assert {(row["source"], row["quantity"], row["difference"]) for row in unrated} == {
        (source, "revenue_without_rate_ISK", Decimal(6003)) for source in ("bitrix24", "pipedrive")
    }
    # A visit that two trackers saw counts once; how often is held where visits are counted.
    told = [row for row in lines if row["difference"] != 0 and row["quantity"] != "visits_counted_once"]
    told = [row for row in told if row not in unrated]
    assert [row for row in told if (row["source"], row["quantity"]) not in older] == []
    assert older == {("stripe", "rows_charges"), ("stripe", "rows_disputes")}


def test_the_brands_of_the_market_have_the_numbers_that_they_have_alone(everything: Everything, night: Night) -> None:
    alone, beside = night.data / "warehouse.duckdb", everything.night.data / "warehouse.duckdb"
    compared = 0
    with duckdb.connect() as reader:
        reader.execute(f"attach '{alone}' as alone (read_only)")
        reader.execute(f"attach '{beside}' as beside (read_only)")
        tables: dict[str, list[str]] = defaultdict(list)
        for table, column in reader.execute(
            "select table_name, column_name from duckdb_columns() "
            "where database_name = 'alone' and schema_name = 'marts'"
        ).fetchall():
            tables[table].append(column)
        for table, columns in sorted(tables.items()):
            if "brand" not in columns:
                continue
            # The night of the market alone reads no rates, so it has nothing to tell in euro.
            kept = [column for column in columns if column not in {*RUN_COLUMNS, "spend_eur"}]
            named = ", ".join(f'"{column}"' for column in kept)
            one, other = (
                f'select {named} from {database}.marts."{table}" where brand in {BRANDS}'
                for database in ("alone", "beside")
            )
            differing = reader.execute(f"({one} except all {other}) union all ({other} except all {one})").fetchall()
            assert differing[:3] == [], table
            compared += 1
    assert compared > 20


FAULTS: dict[str, dict[str, Any]] = {
    "hubspot": {"kind": "rate_limit", "match": "/contacts/search"},
    "stripe": {"kind": "rate_limit", "match": "/v1/charges"},
    "callrail": {"kind": "server_error", "match": "/calls.json"},
    "comagic": {"kind": "server_error", "match": "get.calls_report"},
    "typeform": {"kind": "cut_body", "match": "/responses"},
    "yandex_metrica": {"kind": "cut_body", "match": "/download"},
    "google_ads": {"kind": "expired_token", "match": "FROM campaign "},
    "ga4": {"kind": "expired_token", "match": "/queries"},
    "salesforce": {"kind": "expired_token", "match": "queryAll"},
}
DRIFTED = "jotform"


def test_among_many_faults_only_the_source_that_changed_fails_and_the_others_land_the_same(
    everything: Everything,
) -> None:
    night, clean = everything.night, everything.night.data
    faulty = night.folder / "faulty"
    # What a machine keeps beside its landing zone: posts, and tokens that change at each use.
    for kept in {"spool", "tokens"} & {folder.name for folder in clean.iterdir()}:
        shutil.copytree(clean / kept, faulty / kept)
    for source, fault in FAULTS.items():
        night.server.order("faults", source=source, seconds=0.5, **fault)
    night.server.order("faults", source=DRIFTED, kind="schema_drift", field="created_at", times=0)
    try:
        pulled = night.pull(LEADGEN_DATA=str(faulty))
        ordered = requests.get(f"{night.server.url}/__sandbox__/faults", timeout=10).json()
    finally:
        night.server.reset()

    assert {one["fault"]["source"] for one in ordered if one["fired"]} == {*FAULTS, DRIFTED}
    assert pulled.returncode == 1
    failed = re.findall(r"^failed\s+(.*)$", pulled.stdout, re.MULTILINE)
    assert [line.split(":")[0] for line in failed] == ["jotform nordhaus submissions"]
    assert "'created_at'" in failed[0]
    assert not (faulty / "landing" / DRIFTED).exists() or not list(
        (faulty / "landing" / DRIFTED).rglob("day=*.parquet")
    )
    for source in sorted({one["source"] for one in everything.accounts} - {DRIFTED}):
        for table in SOURCES[source].tables:
            one, other = landed(clean, source, table.name), landed(faulty, source, table.name)
            differing = duckdb.sql(
                f"(from {one} except all from {other}) union all (from {other} except all from {one})"
            )
            assert differing.limit(3).fetchall() == [], f"{source} {table.name}"
