"""Google's calls and lead forms as the sandbox serves them, and as the extractor lands them."""

from __future__ import annotations

from pathlib import Path

import pytest
from google.ads.googleads.v26.services.types.google_ads_service import GoogleAdsRow
from google.protobuf import json_format

from tests.sandbox.pulling import pulled
from tests.sandbox.serving import Server
from tests.sandbox.vendors.test_google_ads import ask, credential, error_code, token

__all__ = ["token"]

CALLS = (
    "SELECT call_view.start_call_date_time, call_view.call_duration_seconds, call_view.call_status, campaign.name,"
    " customer.time_zone FROM call_view"
)
LEADS = (
    "SELECT lead_form_submission_data.id, lead_form_submission_data.submission_date_time, campaign.id,"
    " lead_form_submission_data.lead_form_submission_fields FROM lead_form_submission_data"
)


@pytest.mark.parametrize(
    ("table", "query", "rows"),
    [
        ("call_view", CALLS, 3),
        ("lead_form_submission_data", LEADS, 5),
    ],
)
def test_calls_and_leads_are_rows_of_google_and_land_as_they_were_sent(
    server: Server, token: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str, query: str, rows: int
) -> None:
    [batch] = ask(server, token, query).json()
    for row in batch["results"]:
        json_format.ParseDict(row, GoogleAdsRow.pb(GoogleAdsRow()))
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))

    landed = pulled(server, "google_ads", table, account="1112223334", **credential(server))

    assert (len(batch["results"]), len(landed)) == (rows, rows)
    assert {row["_reject_reason"] for row in landed} == {None}
    assert {row["campaign_name"] for row in landed} == {"Roofing"}


def test_calls_are_asked_for_by_their_moment_alone(server: Server, token: str) -> None:
    within = f"{CALLS} WHERE call_view.start_call_date_time >= '2026-03-02 00:00:00'"
    [batch] = ask(server, token, f"{within} AND call_view.start_call_date_time <= '2026-03-02 23:59:59'").json()

    assert [row["callView"]["startCallDateTime"] for row in batch["results"]] == ["2026-03-02 23:30:05"]
    by_day = ask(server, token, f"{CALLS} WHERE segments.date = '2026-03-02'")
    assert error_code(by_day) == (400, {"queryError": "UNRECOGNIZED_FIELD"})


def test_answers_of_lead_forms_are_deleted_after_thirty_days(server: Server, token: str) -> None:
    server.order("clock", today="2026-04-03")
    [batch] = ask(server, token, LEADS).json()

    assert [row["leadFormSubmissionData"]["id"] for row in batch["results"]] == ["lead-3", "lead-4"]
