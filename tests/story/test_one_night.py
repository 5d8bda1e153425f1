"""What the sources served is what the warehouse shows: nothing lost or doubled, nothing shown that must not be."""

from __future__ import annotations

import csv
from decimal import Decimal

import duckdb
import pytest

from dags.fingerprint import fingerprint
from tests.story.night import HASH_KEY, Night, said
from tests.story.served import cents, market_inquiries, market_spend

# The first of them waits for the night, which is two minutes of a busy machine.
pytestmark = pytest.mark.timeout(900)


def test_spend_of_each_platform_and_day_is_what_was_served_to_the_cent(night: Night) -> None:
    served = market_spend(night)
    shown = night.rows(
        """
        select brand, platform, date, sum(spend) as spend from channel_performance
        where platform in ('google_ads', 'meta_ads') and attribution_model = 'linear' and date_basis = 'touch'
        group by all having sum(spend) > 0 order by all
        """
    )

    assert len(served) > 200
    assert [{**row, "spend": cents(row["spend"])} for row in shown] == served


def test_spend_that_somebody_wrote_down_is_shown_too(night: Night) -> None:
    with (night.market / "manual" / "spend" / "spend.csv").open(encoding="utf-8") as file:
        written = sum(Decimal(row["spend"]) for row in csv.DictReader(file) if row["platform"] == "billboard")
    (shown,) = night.rows(
        "select sum(spend) as spend from channel_performance "
        "where platform = 'billboard' and attribution_model = 'linear' and date_basis = 'conversion'"
    )
    assert shown["spend"] == written


def test_every_inquiry_served_is_published_exactly_once_or_rejected(night: Night) -> None:
    served = market_inquiries(night)
    published = sorted(
        (row["source"], row["source_record_id"]) for row in night.rows("select source, source_record_id from inquiries")
    )
    # A value that could not be read costs its column, and its record is there.
    (rejected,) = night.rows(
        "select count(*) as row_count from rejects where table_name <> 'rates' and reason not like 'column_rejected:%'"
    )

    assert len(served) > 200
    assert published == served
    assert rejected["row_count"] == 0


def test_credit_of_every_lead_and_sale_sums_to_one_under_every_model(night: Night) -> None:
    found = night.rows(
        """
        with sums as (
            select attribution_model, lead_id as id, sum(credit) as credit from attributed_leads group by all
            union all
            select attribution_model, sale_id, sum(credit) from attributed_sales group by all
        )
        select attribution_model, count(*) as conversions, max(abs(credit - 1)) as off from sums group by all
        """
    )
    assert len({row["conversions"] for row in found}) == 1
    assert len(found) >= 12
    assert max(row["off"] for row in found) < 1e-9


def test_revenue_credited_is_revenue_sold_under_every_model(night: Night) -> None:
    (sold,) = night.rows("select sum(revenue) as revenue from sales")
    credited = night.rows("select attribution_model, sum(revenue_credit) as revenue from attributed_sales group by all")
    assert {row["revenue"] for row in credited} == {sold["revenue"]}


def test_no_reconciled_quantity_differs(night: Night) -> None:
    differing = night.rows(
        "select brand, quantity, difference from reconciliation "
        "where difference <> 0 and not starts_with(quantity, 'rows_')"
    )
    # All that the second tracker of one brand saw, the first one saw too.
    with (night.market / "manual" / "visits" / "visits.csv").open(encoding="utf-8") as file:
        twice = sum(1 for _ in csv.DictReader(file))
    told = {"brand": "topla", "quantity": "visits_counted_once", "difference": Decimal(twice)}
    assert differing == [told]


def test_the_truth_is_found_for_most_inquiries(night: Night) -> None:
    done = night.python("sandbox", "score", "--dir", str(night.market), "--data", str(night.data))
    assert done.returncode == 0, said(done)
    # How much revenue a model gives to its true channel differs by model: it is reported, not promised.
    lines = done.stdout.splitlines()
    left = [float(line.split()[0]) for line in lines if " unexplained of " in line]
    promised = [line for line in lines if "of the revenue" not in line and " unexplained of " not in line]
    shares = [float(word) for line in promised for word in line.split() if word.startswith("0.")]
    assert shares
    assert min(shares) > 0.9, done.stdout
    assert left
    assert max(left) <= 0.01, done.stdout


def test_nobody_s_address_number_or_name_is_published(night: Night) -> None:
    details = {
        value
        for row in night.rows(
            "select distinct identifier_value as value from truth.person_identifiers "
            "where identifier_type in ('email', 'phone')"
        )
        if len(value := str(row["value"]).lower()) > 5
    }
    shown = [
        f'select "{column}" as text from "{table}"'
        for table, column in (
            (row["table_name"], row["column_name"])
            for row in night.rows(
                "select table_name, column_name from duckdb_columns() "
                "where database_name = 'published' and data_type = 'VARCHAR'"
            )
        )
    ]
    texts = {str(row["text"]).lower() for row in night.rows(" union ".join(shown)) if row["text"]}

    assert len(details) > 200
    assert details & texts == set()
    assert [text for text in texts if "@" in text and "*" not in text] == []


def test_no_secret_lies_in_any_file_of_the_run(night: Night) -> None:
    secrets = [b"sandbox-google_ads-nordhaus-secret", b"sandbox-meta_ads-clearwater-secret-app", HASH_KEY.encode()]
    files = [file for file in night.data.rglob("*") if file.is_file()]
    found = [str(file) for file in files if any(secret in file.read_bytes() for secret in secrets)]

    assert len(files) > 1000
    assert found == []


def test_the_same_night_again_changes_no_number_though_a_source_is_down(night: Night) -> None:
    before = fingerprint(night.data / "warehouse.duckdb")
    down = '{"conn_type": "http", "host": "http://127.0.0.1:9", "password": "nobody listens"}'

    pulled = night.pull(AIRFLOW_CONN_CALLRAIL_NORDHAUS=down)
    built = night.build()

    assert pulled.returncode != 0
    assert "Ask again later." in pulled.stdout
    assert "4 of 90 tables failed" in " ".join(pulled.stdout.split()), said(pulled)
    assert built.returncode == 0, said(built)
    assert fingerprint(night.data / "warehouse.duckdb") == before


def test_who_opens_the_published_file_with_duckdb_alone_can_read_it(night: Night) -> None:
    link = night.data / "warehouse.duckdb"
    assert not link.readlink().is_absolute()
    with duckdb.connect(str(link), read_only=True) as reader:
        described = reader.execute(
            "select count(*), count(comment) from duckdb_columns() where schema_name = 'marts'"
        ).fetchone()
    assert described is not None
    assert described[0] == described[1] > 100
