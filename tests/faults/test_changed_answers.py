"""A vendor changes its answers: a person is told, or the row is kept as a reject; no row goes missing."""

from __future__ import annotations

import duckdb
import pytest

from extractors.errors import SourceChanged
from extractors.settings import landing_dir
from tests.faults.market import land, landed_files, landed_rows
from tests.sandbox.serving import Server

# A field that the rows cannot do without, in every source.
NEEDED = [
    ("google_ads", "customer_clients", "customerClient"),
    ("google_ads", "campaign_days", "costMicros"),
    ("google_ads", "campaign_days", "segments"),
    ("google_ads", "search_term_days", "searchTerm"),
    ("google_ads", "click_view", "gclid"),
    ("google_ads", "call_view", "startCallDateTime"),
    ("google_ads", "lead_form_submission_data", "submissionDateTime"),
    ("meta_ads", "ad_days", "spend"),
    ("meta_ads", "ad_days", "data"),
    ("meta_ads", "leads", "created_time"),
    ("callrail", "calls", "start_time"),
    ("callrail", "calls", "source"),
    ("callrail", "calls", "calls"),
    ("callrail", "form_submissions", "submitted_at"),
    ("callrail", "text_messages", "recent_messages"),
    ("callrail", "text_messages", "created_at"),
    ("callrail", "text_messages", "source"),
    ("typeform", "responses", "answers"),
    ("typeform", "responses", "response_id"),
    ("typeform", "responses", "items"),
    ("hubspot", "contacts", "lastmodifieddate"),
    ("hubspot", "deals", "dealstage"),
    ("hubspot", "deal_stages", "dealstage"),
    ("hubspot", "deal_contacts", "toObjectId"),
    ("hubspot", "pipelines", "stages"),
    ("hubspot", "form_submissions", "submittedAt"),
    ("matomo", "visits", "idVisit"),
    ("matomo", "visits", "firstActionTimestamp"),
    ("jotform", "submissions", "created_at"),
    ("calendly", "invitees", "event_type"),
    ("calltouch", "calls", "callId"),
    ("comagic", "calls", "total_items"),
    ("ga4", "visits", "totalRows"),
    ("yandex_metrica", "visits", "status"),
    ("stripe", "charges", "amount_captured"),
    ("tiktok_ads", "advertiser", "timezone"),
    ("tiktok_ads", "ad_days", "spend"),
    ("tiktok_ads", "ad_days", "list"),
    ("tiktok_ads", "ad_days", "total_page"),
    ("vk_ads", "banner_days", "spent"),
    ("vk_ads", "leads", "created_at"),
    ("linkedin_ads", "account", "currency"),
    ("linkedin_ads", "campaigns", "name"),
    ("linkedin_ads", "campaign_days", "costInLocalCurrency"),
    ("linkedin_ads", "campaign_days", "elements"),
    ("linkedin_ads", "lead_responses", "submittedAt"),
    ("yandex_direct", "client", "Currency"),
    ("yandex_direct", "criterion_days", "Cost"),
    ("yandex_direct", "search_term_days", "Query"),
    ("microsoft_ads", "campaign_days", "Spend"),
    ("microsoft_ads", "ad_group_days", "ReportRequestStatus"),
    ("microsoft_ads", "keyword_days", "KeywordId"),
    ("microsoft_ads", "search_term_days", "SearchQuery"),
    ("ecb", "rates", "currency"),
]
# A value that arrives in a shape of which no column can be made, and the column it was for.
RETYPED = [
    ("google_ads", "campaign_days", "clicks", "clicks"),
    ("google_ads", "call_view", "callDurationSeconds", "duration_seconds"),
    ("google_ads", "lead_form_submission_data", "submissionDateTime", "submitted_at"),
    ("meta_ads", "ad_days", "spend", "spend"),
    ("callrail", "calls", "duration", "duration_seconds"),
    ("callrail", "calls", "value", "value"),
    ("callrail", "text_messages", "direction", "direction"),
    ("hubspot", "deals", "amount", "amount"),
    ("matomo", "visits", "visitDuration", "duration_seconds"),
    ("jotform", "submissions", "created_at", "submitted_at"),
    ("calendly", "invitees", "created_at", "booked_at"),
    ("calltouch", "calls", "duration", "duration_seconds"),
    ("comagic", "calls", "talk_duration", "talk_seconds"),
    ("stripe", "charges", "amount_captured", "amount_captured_minor"),
    ("tiktok_ads", "ad_days", "spend", "spend"),
    ("vk_ads", "banner_days", "spent", "spent"),
    ("linkedin_ads", "campaign_days", "costInLocalCurrency", "cost_in_local_currency"),
    ("linkedin_ads", "lead_responses", "submittedAt", "submitted_at"),
    ("yandex_direct", "criterion_days", "Cost", "cost_micros"),
    ("microsoft_ads", "campaign_days", "Spend", "spend"),
]
TABLES = [
    ("google_ads", "campaign_days", "campaign"),
    ("meta_ads", "ad_days", "spend"),
    ("callrail", "calls", "id"),
    ("typeform", "responses", "metadata"),
    ("hubspot", "contacts", "email"),
    ("matomo", "visits", "actions"),
    ("jotform", "submissions", "status"),
    ("calendly", "invitees", "timezone"),
    ("calltouch", "calls", "city"),
    ("stripe", "charges", "captured"),
    ("tiktok_ads", "ad_days", "ad_name"),
    ("linkedin_ads", "campaign_days", "impressions"),
    ("linkedin_ads", "lead_responses", "leadType"),
    ("yandex_direct", "client", "Currency"),
    ("microsoft_ads", "campaign_days", "Clicks"),
]


@pytest.mark.parametrize(
    ("source", "table", "field", "change"),
    [
        (*needed, change)
        for needed in NEEDED
        for change in ("rename", "remove")
        # The attributes of the ECB's XML can only be renamed here.
        if (needed[0], change) != ("ecb", "remove")
    ],
)
def test_a_needed_field_that_is_gone_stops_the_table(
    market: Server, source: str, table: str, field: str, change: str
) -> None:
    land(market, source, table)
    before = landed_files(source, table)
    market.order("faults", source=source, kind="schema_drift", field=field, change=change, times=0)

    with pytest.raises(SourceChanged, match=r"[?.]$") as changed:
        land(market, source, table)

    assert source in str(changed.value)
    assert landed_files(source, table) == before


@pytest.mark.parametrize(("source", "table", "field", "column"), RETYPED)
def test_a_column_of_another_type_is_named_and_what_is_landed_stays(
    market: Server, source: str, table: str, field: str, column: str
) -> None:
    land(market, source, table)
    before = landed_files(source, table)
    market.order("faults", source=source, kind="schema_drift", field=field, change="retype", times=0)

    with pytest.raises(SourceChanged, match=f"'{column}' in another type") as refused:
        land(market, source, table)

    assert str(refused.value).startswith(source)
    assert landed_files(source, table) == before


@pytest.mark.parametrize(("source", "table", "field"), TABLES)
def test_a_new_field_is_kept_in_the_payload_and_told_once(
    market: Server, caplog: pytest.LogCaptureFixture, source: str, table: str, field: str
) -> None:
    clean = land(market, source, table)
    rows = landed_rows(source, table)
    market.order("faults", source=source, kind="schema_drift", field=field, change="add", times=0)

    drifted = land(market, source, table)

    files = landing_dir() / source / table / "account=*" / "day=*.parquet"
    new = duckdb.sql(f"select count(*) from read_parquet('{files}') where contains(_payload, '{field}_new')").fetchone()
    assert new == (clean.rows,)
    assert (drifted.rows, drifted.rejects) == (clean.rows, 0)
    assert len(landed_rows(source, table)) == len(rows)
    assert clean.new_fields == ()
    assert [name.rpartition(".")[2] for name in drifted.new_fields] == [f"{field}_new"]
    assert f"{table} has fields that never came before: {drifted.new_fields[0]!r}." in caplog.text
    assert land(market, source, table).new_fields == ()
