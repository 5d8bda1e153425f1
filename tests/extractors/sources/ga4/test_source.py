"""GA4 in BigQuery: days that are exported or not, queries that take their time, and a service account's signature."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from extractors.errors import ExtractError, FixSettings, RetryLater, SourceChanged
from extractors.model import Account, Client, Connection, Row, Window
from extractors.run import land_table
from extractors.settings import landing_dir, state_dir
from extractors.sources.ga4 import GA4, PAGE_SIZE, visits_query
from tests.extractors.sources.vendor import Reply, Vendor, landed_rows, recorded, sleeps

PROJECT = "/bigquery/v2/projects/acme-analytics"
TABLE_10TH = f"GET {PROJECT}/datasets/analytics_300100/tables/events_20260310"
TABLE_11TH = f"GET {PROJECT}/datasets/analytics_300100/tables/events_20260311"
QUERY = f"POST {PROJECT}/queries"
JOB = f"GET {PROJECT}/queries/job_1"
THE_10TH = Window(date(2026, 3, 10), date(2026, 3, 10))
TWO_DAYS = Window(date(2026, 3, 10), date(2026, 3, 11))
EMAIL = "reader@acme-analytics.iam.example"

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
).decode()


def account(**options: Any) -> Account:
    return Account("ga4", "300100", "ga4", brand="nordhaus", options={"project": "acme-analytics", **options})


def connection(vendor: Vendor, password: str = PEM) -> Connection:
    vendor.answers("POST /token", recorded("ga4/oauth_token"))
    return Connection(vendor.url, login=EMAIL, password=password, extra={"token_url": f"{vendor.url}/token"})


def client_of(vendor: Vendor, waits: list[float] | None = None, **options: Any) -> Client:
    client = GA4.connect(connection(vendor), account(**options))
    sleeps(client, (waits if waits is not None else []).append)
    return client


def read(vendor: Vendor, window: Window = THE_10TH, waits: list[float] | None = None, **options: Any) -> list[Row]:
    client = client_of(vendor, waits, **options)
    pages = GA4.table("visits").read(client, account(**options), window)
    return [row for page in pages for row in page]


def land(vendor: Vendor, window: Window = THE_10TH) -> list[Row]:
    land_table(GA4, account(), "visits", window, connection(vendor))
    return landed_rows(GA4, "visits")


def killed(seconds: float) -> None:
    """What waits here never wakes up."""
    raise KeyboardInterrupt


@pytest.mark.meets("last_page")
def test_visits_of_the_last_page_land_too_with_exact_moments(vendor: Vendor) -> None:
    vendor.answers(TABLE_10TH, recorded("ga4/table"))
    vendor.answers(QUERY, recorded("ga4/visits__page_1"))
    vendor.answers(JOB, recorded("ga4/visits__page_2_last"))

    paid, direct, mail = land(vendor)

    assert paid["visit_id"] == "1122334455.1773136800.1773136800"
    assert (paid["client_id"], paid["session_id"]) == ("1122334455.1773136800", "1773136800")
    assert paid["started_at"] == datetime.fromisoformat("2026-03-10T10:00:05.123456")
    assert (paid["visited_day"], paid["event_count"], paid["page_view_count"]) == (date(2026, 3, 10), 7, 2)
    assert (paid["gclid"], paid["tagged_medium"]) == ("SYN-gclid_1", "organic")
    assert (direct["user_id"], direct["tagged_source"], direct["referrer"]) == ("customer-7", None, None)
    assert (mail["tagged_campaign"], mail["tagged_campaign_id"]) == ("Spring", "mail-3")
    assert {row["_reject_reason"] for row in (paid, direct, mail)} == {None}
    [next_page] = vendor.asked(f"{PROJECT}/queries/job_1")
    assert (next_page.query["pageToken"], next_page.query["location"]) == ("PAGE2", "EU")


def test_a_day_is_asked_for_where_its_table_lies_and_within_the_bill(vendor: Vendor) -> None:
    vendor.answers(TABLE_10TH, recorded("ga4/table"))
    vendor.answers(QUERY, recorded("ga4/visits__empty"))

    assert read(vendor, max_bytes_billed=1000) == []

    [asked] = vendor.asked(f"{PROJECT}/queries")
    assert (asked.json["location"], asked.json["useLegacySql"], asked.json["maxResults"]) == ("EU", False, PAGE_SIZE)
    assert asked.json["maximumBytesBilled"] == "1000"
    assert "`acme-analytics.analytics_300100.events_20260310`" in asked.json["query"]
    assert "collected_traffic_source.manual_source" in asked.json["query"]


def test_tables_from_before_the_column_of_tags_are_read_by_their_parameters(vendor: Vendor) -> None:
    vendor.answers(TABLE_10TH, recorded("ga4/table__of_2022"))
    vendor.answers(QUERY, recorded("ga4/visits__empty"))

    read(vendor)

    assert "collected_traffic_source" not in vendor.asked(f"{PROJECT}/queries")[0].json["query"]


@pytest.mark.parametrize("has_collected", [True, False])
def test_the_query_is_sql_as_bigquery_speaks_it(tmp_path: Path, has_collected: bool) -> None:
    file = tmp_path / "visits.sql"
    file.write_text(visits_query("acme-analytics.analytics_1.events_20260310", has_collected) + "\n")

    sqlfluff = str(Path(sys.executable).with_name("sqlfluff"))
    parsed = subprocess.run(
        [sqlfluff, "parse", "--dialect", "bigquery", "--templater", "raw", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert parsed.returncode == 0, parsed.stdout[-2000:] + parsed.stderr[-500:]


def test_a_day_that_is_not_exported_yet_is_no_empty_day(vendor: Vendor) -> None:
    vendor.answers(TABLE_10TH, recorded("ga4/table"))
    vendor.answers(TABLE_11TH, recorded("ga4/error_404_table", 404))
    vendor.answers(QUERY, recorded("ga4/visits__empty"))

    assert land(vendor, TWO_DAYS) == []

    days = [file.stem for file in (landing_dir() / "ga4" / "visits").rglob("day=*.parquet")]
    assert days == ["day=2026-03-10"]


def test_when_no_day_is_exported_it_is_asked_for_later(vendor: Vendor) -> None:
    vendor.answers(TABLE_10TH, recorded("ga4/error_404_table", 404))

    with pytest.raises(RetryLater, match="no day from 2026-03-10 to 2026-03-10") as later:
        land(vendor)

    assert later.value.after is not None


def test_a_query_that_takes_its_time_is_asked_about_until_it_is_done(vendor: Vendor) -> None:
    vendor.answers(TABLE_10TH, recorded("ga4/table"))
    vendor.answers(QUERY, recorded("ga4/visits__still_running"))
    vendor.answers(JOB, recorded("ga4/visits__still_running"), recorded("ga4/visits__empty"))

    assert read(vendor) == []

    assert [request.query["location"] for request in vendor.asked(f"{PROJECT}/queries/job_1")] == ["EU", "EU"]


def test_a_task_that_was_killed_reads_the_query_that_it_asked_and_pays_once(vendor: Vendor) -> None:
    vendor.answers(TABLE_10TH, recorded("ga4/table"))
    vendor.answers(QUERY, recorded("ga4/visits__still_running"))
    vendor.answers(JOB, recorded("ga4/visits__still_running"), recorded("ga4/visits__empty"))
    client = client_of(vendor)
    sleeps(client, killed)
    with pytest.raises(KeyboardInterrupt):
        list(GA4.table("visits").read(client, account(), THE_10TH))

    assert read(vendor) == []

    assert len(vendor.asked(f"{PROJECT}/queries")) == 1
    assert not list(state_dir().glob("*.json"))


def test_a_query_whose_result_vanished_is_asked_again_once(vendor: Vendor) -> None:
    vendor.answers(TABLE_10TH, recorded("ga4/table"))
    vendor.answers(QUERY, recorded("ga4/visits__still_running"), recorded("ga4/visits__empty"))
    vendor.answers(JOB, recorded("ga4/error_404_job", 404))

    assert read(vendor) == []

    first, second = (request.json["requestId"] for request in vendor.asked(f"{PROJECT}/queries"))
    assert first != second


def test_a_query_that_failed_is_not_found_again_after_the_settings_were_mended(vendor: Vendor) -> None:
    vendor.answers(TABLE_10TH, recorded("ga4/table"))
    vendor.answers(QUERY, recorded("ga4/visits__still_running"), recorded("ga4/visits__empty"))
    vendor.answers(JOB, recorded("ga4/error_400_bytes", 400))
    with pytest.raises(FixSettings, match="max_bytes_billed"):
        read(vendor)

    assert read(vendor, max_bytes_billed=10**12) == []


def test_a_query_that_never_ends_is_left_for_later(vendor: Vendor) -> None:
    vendor.answers(TABLE_10TH, recorded("ga4/table"))
    vendor.answers(QUERY, recorded("ga4/visits__still_running"))
    vendor.answers(JOB, recorded("ga4/visits__still_running"))

    with pytest.raises(RetryLater, match="still runs"):
        read(vendor)


def test_fewer_rows_than_were_announced_are_not_taken_for_the_day(vendor: Vendor) -> None:
    vendor.answers(TABLE_10TH, recorded("ga4/table"))
    vendor.answers(QUERY, recorded("ga4/visits__rows_missing"))

    with pytest.raises(RetryLater, match="2 rows came, and 3 were announced"):
        land(vendor)

    assert landed_rows(GA4, "visits") == []


def test_the_account_signs_who_it_is_and_sends_the_token(vendor: Vendor) -> None:
    vendor.answers(TABLE_10TH, recorded("ga4/table"))
    vendor.answers(QUERY, recorded("ga4/visits__empty"))

    read(vendor)

    [token] = vendor.asked("/token")
    assert token.form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    claims = jwt.decode(token.form["assertion"], KEY.public_key(), ["RS256"], audience=f"{vendor.url}/token")
    assert claims["iss"] == EMAIL
    assert claims["scope"] == "https://www.googleapis.com/auth/cloud-platform.read-only"
    assert claims["exp"] - claims["iat"] == 3600
    assert vendor.asked(f"{PROJECT}/queries")[0].headers["authorization"] == "Bearer access-1"


@pytest.mark.meets("expired_auth")
def test_a_token_that_ended_early_is_fetched_again_once(vendor: Vendor) -> None:
    vendor.answers(TABLE_10TH, recorded("ga4/error_401", 401), recorded("ga4/table"))
    vendor.answers(QUERY, recorded("ga4/visits__empty"))

    assert read(vendor) == []
    assert len(vendor.asked("/token")) == 2


def test_a_key_that_google_refuses_is_for_a_person_and_is_not_shown(vendor: Vendor) -> None:
    vendor.answers("POST /token", recorded("ga4/oauth_invalid_grant", 400))

    with pytest.raises(FixSettings, match=r"refused the service account with 400 \(invalid_grant\)") as refused:
        read(vendor)

    assert "PRIVATE KEY" not in str(refused.value)


@pytest.mark.parametrize("key", ["not a key", PEM[:400], ""])
def test_a_key_that_is_none_is_said_without_showing_it(vendor: Vendor, key: str) -> None:
    client = GA4.connect(connection(vendor, key), account())

    with pytest.raises(FixSettings, match="cannot be read") as refused:
        list(GA4.table("visits").read(client, account(), THE_10TH))

    assert not key or key not in str(refused.value)
    assert vendor.requests == []


def test_a_key_with_written_out_line_ends_is_read(vendor: Vendor) -> None:
    vendor.answers(TABLE_10TH, recorded("ga4/table"))
    vendor.answers(QUERY, recorded("ga4/visits__empty"))
    client = GA4.connect(connection(vendor, PEM.replace("\n", "\\n")), account())

    assert list(GA4.table("visits").read(client, account(), THE_10TH)) == []


@pytest.mark.meets("permanent_error")
@pytest.mark.parametrize(
    ("fixture", "status", "error", "message"),
    [
        ("ga4/error_403_access", 403, FixSettings, "BigQuery Data Viewer"),
        ("ga4/error_403_billing", 403, FixSettings, "no billing"),
        ("ga4/error_403_not_enabled", 403, FixSettings, "has not been used in project"),
        ("ga4/error_400_bytes", 400, FixSettings, "max_bytes_billed"),
        ("ga4/error_400_query", 400, FixSettings, "does not fit the table"),
        ("ga4/error_404_dataset", 404, FixSettings, "the options project and dataset"),
        ("ga4/error_403_quota", 403, RetryLater, "quota"),
        ("ga4/error_404_job", 404, RetryLater, "not there any more"),
    ],
)
def test_what_waiting_cannot_cure_is_asked_once(
    vendor: Vendor, fixture: str, status: int, error: type[ExtractError], message: str
) -> None:
    vendor.answers(TABLE_10TH, recorded("ga4/table"))
    vendor.answers(QUERY, recorded(fixture, status))

    with pytest.raises(error, match=message):
        read(vendor)

    assert len(vendor.asked(f"{PROJECT}/queries")) == 1


@pytest.mark.meets("empty_answer")
def test_an_exported_day_without_visits_lands_empty(vendor: Vendor) -> None:
    vendor.answers(TABLE_10TH, recorded("ga4/table"))
    vendor.answers(QUERY, recorded("ga4/visits__empty"))

    assert land(vendor) == []
    assert [file.name for file in landing_dir().rglob("day=*.parquet")] == ["day=2026-03-10.parquet"]


@pytest.mark.meets("rate_limit", "transient_5xx", "cut_body")
def test_limits_faults_and_cut_answers_are_asked_again(vendor: Vendor) -> None:
    waits: list[float] = []
    vendor.answers(TABLE_10TH, recorded("ga4/error_403_rate", 403), recorded("ga4/table"))
    vendor.answers(
        QUERY,
        recorded("ga4/error_503", 503),
        recorded("ga4/error_400_job_backend", 400),
        recorded("ga4/visits__rows_missing", is_cut=True),
        recorded("ga4/visits__empty"),
    )

    assert read(vendor, waits=waits) == []
    assert len(waits) == 4
    assert waits[0] >= 5
    # What BigQuery may have begun already is the same query to it.
    assert len({request.json["requestId"] for request in vendor.asked(f"{PROJECT}/queries")}) == 1


@pytest.mark.meets("drift")
def test_an_answer_of_another_shape_is_noticed(vendor: Vendor) -> None:
    vendor.answers(TABLE_10TH, Reply(b'{"place": "EU"}'))

    with pytest.raises(SourceChanged, match="no record has 'location'"):
        read(vendor)


@pytest.mark.parametrize(
    ("options", "message"),
    [({"project": ""}, "the option 'project' is missing"), ({"dataset": "a`; drop"}, "no name of a project")],
)
def test_options_that_cannot_be_are_refused(vendor: Vendor, options: dict[str, Any], message: str) -> None:
    with pytest.raises(FixSettings, match=message):
        read(vendor, **options)

    assert vendor.requests == []


def test_a_connection_without_the_address_of_the_account_is_refused(vendor: Vendor) -> None:
    with pytest.raises(FixSettings, match="client_email"):
        GA4.connect(Connection(vendor.url, password=PEM), account())
