"""Google Ads: the calls that it counted and the answers of its lead forms."""

from __future__ import annotations

import json
import logging
from datetime import UTC, date, datetime, timedelta

import pytest
from google.ads.googleads.v26.services.types.google_ads_service import GoogleAdsRow
from google.protobuf import json_format

from extractors.errors import ExtractError, FixSettings, RetryLater, SkipAccount, SourceChanged
from extractors.landing.writer import LandingWriter
from extractors.model import Row, Window
from extractors.run import land_table
from extractors.settings import landing_dir
from extractors.sources.google_ads import GOOGLE_ADS
from tests.extractors.sources.google_ads.served import TWO_DAYS, account, answers, asked, connection, read
from tests.extractors.sources.vendor import Reply, Vendor, fixture, landed_rows, recorded


def land(vendor: Vendor, table: str, window: Window = TWO_DAYS) -> list[Row]:
    """The rows as they lie in the landing zone afterwards."""
    land_table(GOOGLE_ADS, account(), table, window, connection(vendor))
    return landed_rows(GOOGLE_ADS, table)


def test_a_call_is_of_the_day_that_the_customer_s_clock_shows_and_its_moments_are_utc(vendor: Vendor) -> None:
    answers(vendor, recorded("google_ads/call_view__two_batches"))

    first, last = land(vendor, "call_view")

    # In Phoenix it is still the tenth when it is the eleventh in Greenwich.
    assert (first["day"], str(first["started_at"])) == (date(2026, 3, 10), "2026-03-11 01:30:05")
    assert (first["call_id"], first["duration_seconds"], first["caller_area_code"]) == ("7700001", 184, "602")
    assert (first["campaign_name"], first["ad_group_name"], first["call_status"]) == (
        "Roofing - Search",
        "Roofs",
        "RECEIVED",
    )
    assert str(first["ended_at"]) == "2026-03-11 01:33:09"
    # A missed call lasts no time and is too short for an area code; a campaign without ad groups names none.
    assert (last["call_id"], last["duration_seconds"], last["caller_area_code"]) == ("7700002", 0, None)
    assert (last["ad_group_id"], last["call_status"], last["_day"]) == (None, "MISSED", date(2026, 3, 11))


def test_calls_are_asked_for_by_their_own_moment_because_they_have_no_segment(vendor: Vendor) -> None:
    answers(vendor, Reply(b"[]"))

    assert read(vendor, "call_view") == []

    query = asked(vendor)[0].json["query"]
    assert "call_view.start_call_date_time >= '2026-03-10 00:00:00'" in query
    assert "call_view.start_call_date_time <= '2026-03-11 23:59:59'" in query
    assert "segments." not in query
    assert query.count("call_view.start_call_date_time,") == 1


def test_the_answers_of_a_lead_form_are_a_contact_with_its_click(vendor: Vendor) -> None:
    answers(vendor, recorded("google_ads/lead_form_submissions__two_batches"))

    ann, bo = land(vendor, "lead_form_submission_data")

    assert (ann["email"], ann["phone"], ann["full_name"]) == ("ann@mail.example", "+15005550006", "Ann Lee")
    assert (ann["city"], ann["company"]) == ("Hamburg", None)
    assert str(ann["submitted_at"]) == "2026-03-10 08:30:00"
    assert (ann["gclid"], ann["campaign_id"], ann["form_id"]) == ("Cj0KCQsyn_1-AbC", "900001", "5501")
    assert (ann["ad_group_id"], ann["ad_id"]) == ("31", "55")
    assert json.loads(ann["answers"]) == {"Which roof?": "Flat"}
    assert (bo["email"], bo["phone"], bo["full_name"]) == ("bo@work.example", "+15005550007", "Bo Berg")
    assert (bo["ad_group_id"], bo["gclid"], bo["answers"]) == (None, None, None)
    assert json.loads(bo["_payload"])["leadFormSubmissionData"]["id"] == "lead-2"


def test_leads_are_of_their_day_in_utc_and_others_than_the_window_s_are_left(vendor: Vendor) -> None:
    answers(vendor, recorded("google_ads/lead_form_submissions__two_batches"))

    rows = land(vendor, "lead_form_submission_data")

    # The third was sent on the twelfth.
    assert [(row["lead_id"], row["_day"]) for row in rows] == [
        ("lead-1", date(2026, 3, 10)),
        ("lead-2", date(2026, 3, 11)),
    ]
    # All that is kept comes with one query, which filters by no moment.
    assert [" WHERE " in one.json["query"] for one in asked(vendor)] == [False]


def test_days_of_leads_that_google_may_have_deleted_stay_as_they_were_landed(vendor: Vendor) -> None:
    today = datetime.now(UTC).date()
    days = Window(today - timedelta(days=31), today - timedelta(days=30))
    table = GOOGLE_ADS.table("lead_form_submission_data")
    with LandingWriter(landing_dir(), "google_ads", table, account(), days, "r1") as writer:
        writer.add(
            [
                {"customer_id": "ACC1", "lead_id": f"{day}", "submitted_at": f"{day}T10:00:00Z", "email": "a@a.example"}
                for day in days.days()
            ]
        )
        writer.commit()
    answers(vendor, Reply(b"[]"))

    rows = land(vendor, "lead_form_submission_data", days)

    # The later day could still be asked for, and had no lead any more.
    assert [row["lead_id"] for row in rows] == [str(days.first_day)]


def test_a_moment_without_an_offset_is_no_moment_and_the_lead_is_kept_as_a_reject(vendor: Vendor) -> None:
    answers(vendor, recorded("google_ads/lead_form_submissions__no_offset"))

    (row,) = land(vendor, "lead_form_submission_data")

    assert "submitted_at" in row["_reject_reason"]
    assert json.loads(row["_payload"])["leadFormSubmissionData"]["id"] == "lead-9"


@pytest.mark.parametrize(
    ("table", "answer", "missing"),
    [
        ("call_view", "call_view__renamed_start", r"no row has 'callView.startCallDateTime'"),
        (
            "lead_form_submission_data",
            "lead_form_submissions__renamed_fields",
            r"no row has 'leadFormSubmissionData.leadFormSubmissionFields'",
        ),
    ],
)
def test_a_renamed_field_of_calls_and_leads_is_named(vendor: Vendor, table: str, answer: str, missing: str) -> None:
    answers(vendor, recorded(f"google_ads/{answer}"))

    with pytest.raises(SourceChanged, match=missing):
        read(vendor, table)


def test_a_time_zone_that_nobody_knows_is_google_s_change(vendor: Vendor) -> None:
    calls = recorded("google_ads/call_view__two_batches")
    answers(vendor, Reply(calls.body.replace(b"America/Phoenix", b"Mars/Olympus")))

    with pytest.raises(SourceChanged, match=r"time zone is not like 'Europe/Berlin'"):
        read(vendor, "call_view")


@pytest.mark.parametrize("table", ["call_view", "lead_form_submission_data"])
@pytest.mark.parametrize(
    ("answer", "status", "cure"),
    [
        ("error__quota_of_the_day", 429, RetryLater),
        ("error__customer_not_enabled", 403, SkipAccount),
        ("error__permission_denied", 403, FixSettings),
        ("error__prohibited_segment", 400, FixSettings),
        ("error__version_gone", 400, FixSettings),
        ("error__internal", 500, RetryLater),
        ("campaign_days__stream_that_ends_with_an_error", 200, RetryLater),
    ],
)
def test_every_error_of_calls_and_leads_ends_in_its_cure(
    vendor: Vendor, table: str, answer: str, status: int, cure: type[ExtractError]
) -> None:
    answers(vendor, recorded(f"google_ads/{answer}", status))

    with pytest.raises(cure, match="google_ads/ACC1"):
        read(vendor, table)


def test_no_contact_of_a_lead_reaches_a_log_or_an_error(vendor: Vendor, caplog: pytest.LogCaptureFixture) -> None:
    leads = recorded("google_ads/lead_form_submissions__two_batches")
    whole_and_error = leads.body.rstrip()[:-1] + b',{"error":{"code":500,"status":"INTERNAL","message":"x"}}]'
    answers(vendor, Reply(whole_and_error))

    with caplog.at_level(logging.DEBUG), pytest.raises(RetryLater) as later:
        read(vendor, "lead_form_submission_data")

    shown = caplog.text + str(later.value)
    assert not [contact for contact in ("ann@mail", "bo@work", "5005550006", "Ann Lee") if contact in shown]


@pytest.mark.parametrize("name", ["call_view__two_batches", "lead_form_submissions__two_batches"])
def test_the_recorded_calls_and_leads_are_google_s_own_type(name: str) -> None:
    for batch in json.loads(fixture(f"google_ads/{name}.json").read_text()):
        for row in batch["results"]:
            parsed = json_format.ParseDict(row, GoogleAdsRow.pb(GoogleAdsRow()))
            assert str(parsed.campaign.id) == row["campaign"]["id"]
