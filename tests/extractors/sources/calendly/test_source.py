"""Calendly: appointments by the meeting's time, invitees by the day of their change, tags, and what refusals mean."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest

from extractors.errors import FixSettings, SourceChanged
from extractors.model import Row, Window
from extractors.sources.calendly import CALENDLY, classify
from tests.extractors.sources.vendor import SECRET, Vendor, land, landed_rows, recorded, unhurried

ME, EVENTS = "GET /users/me", "GET /scheduled_events"
FIRST, SECOND = "GET /scheduled_events/E1/invitees", "GET /scheduled_events/E2/invitees"
THE_10TH = Window(date(2026, 3, 10), date(2026, 3, 10))


def serve(vendor: Vendor) -> None:
    vendor.answers(ME, recorded("calendly/me"))
    vendor.answers(EVENTS, recorded("calendly/events__page_1"), recorded("calendly/events__page_2_last"))
    vendor.answers(FIRST, recorded("calendly/invitees__booked"))
    vendor.answers(SECOND, recorded("calendly/invitees__rescheduled_and_no_show"))


def landed(vendor: Vendor, window: Window = THE_10TH, **options: Any) -> list[Row]:
    return land(CALENDLY, "invitees", vendor, window, requests_per_second=200, **options)


def by_name(rows: list[Row]) -> dict[str, Row]:
    return {str(row["name"]): row for row in rows}


@pytest.mark.meets("last_page")
def test_appointments_on_the_last_page_are_read_too_and_its_address_is_not_followed(vendor: Vendor) -> None:
    serve(vendor)

    found = by_name(landed(vendor))

    assert set(found) == {"Ann Lee", "Bob", "Cy"}
    first, second = vendor.asked("/scheduled_events")
    assert first.query == {
        "organization": "https://api.calendly.com/organizations/O1",
        "min_start_time": "2026-02-08T00:00:00Z",
        "max_start_time": "2026-09-07T00:00:00Z",
        "sort": "start_time:asc",
        "count": "100",
    }
    assert (second.query["page_token"], second.query["organization"]) == ("P2", first.query["organization"])
    assert first.headers["authorization"] == f"Bearer {SECRET}"


def test_a_booking_has_its_contact_its_words_and_the_tags_of_its_link(vendor: Vendor) -> None:
    serve(vendor)

    ann = by_name(landed(vendor, fields={"gclid": "salesforce_uuid"}))["Ann Lee"]

    assert (ann["email"], ann["phone"], ann["company"]) == ("ann@mail.example", "+49 30 5550101", "Lee GmbH")
    assert (ann["utm_source"], ann["utm_medium"], ann["utm_campaign"]) == ("google", "cpc", "roof")
    assert json.loads(ann["click_ids"]) == {"gclid": "SYN-G7"}
    assert (ann["message"], ann["event_name"]) == ("A flat roof", "Quote call")
    assert ann["booked_at"] == datetime.fromisoformat("2026-03-10T10:00")


def test_the_field_that_a_page_passes_on_means_nothing_until_an_option_says_what(vendor: Vendor) -> None:
    serve(vendor)

    ann = by_name(landed(vendor))["Ann Lee"]

    assert (ann["click_ids"], ann["client_id"]) == (None, None)
    assert json.loads(ann["context"])["salesforce_uuid"] == "SYN-G7"


def test_whoever_changed_on_the_day_is_read_also_one_who_booked_before(vendor: Vendor) -> None:
    serve(vendor)

    found = by_name(landed(vendor))

    bob, cy = found["Bob"], found["Cy"]
    assert (bob["status"], bob["booked_at"].day, bob["_day"]) == ("canceled", 8, date(2026, 3, 10))
    assert bob["new_invitee_id"] == "https://api.calendly.com/scheduled_events/E3/invitees/I3"
    assert (cy["is_no_show"], cy["phone"]) == (True, "+1 480 5550102")
    # A street is no telephone.
    assert bob["phone"] is None


def test_of_one_user_only_the_own_appointments_are_asked_for(vendor: Vendor) -> None:
    serve(vendor)

    landed(vendor, only_own=True, days_ahead=10)

    asked = vendor.asked("/scheduled_events")[0].query
    assert asked["user"] == "https://api.calendly.com/users/U1"
    assert "organization" not in asked
    assert asked["max_start_time"] == "2026-03-21T00:00:00Z"


@pytest.mark.meets("empty_answer")
def test_without_appointments_a_day_lands_empty(vendor: Vendor) -> None:
    vendor.answers(ME, recorded("calendly/me"))
    vendor.answers(EVENTS, recorded("calendly/events__empty"))

    assert landed(vendor) == []


def test_an_appointment_that_was_deleted_meanwhile_is_left_out(vendor: Vendor) -> None:
    serve(vendor)
    vendor._answers[FIRST] = [recorded("calendly/error_404", 404)]

    assert set(by_name(landed(vendor))) == {"Bob", "Cy"}


@pytest.mark.meets("rate_limit", "transient_5xx", "cut_body")
def test_limits_faults_and_cut_bodies_are_asked_again_and_the_seconds_that_are_left_are_waited(vendor: Vendor) -> None:
    waits: list[float] = []
    serve(vendor)
    vendor._answers[FIRST] = [
        recorded("calendly/error_429", 429, X_RateLimit_Reset="37"),
        recorded("calendly/error_500", 500),
        recorded("calendly/invitees__booked", is_cut=True),
        recorded("calendly/invitees__booked"),
    ]
    client, account = unhurried(CALENDLY, vendor, classify, waits)

    rows = [row for page in CALENDLY.table("invitees").read(client, account, THE_10TH) for row in page]

    assert len(rows) == 3
    assert len(waits) == 3
    # The vendor's own word, and a little more.
    assert 37 <= waits[0] < 60


@pytest.mark.meets("expired_auth", "permanent_error")
@pytest.mark.parametrize(
    ("fixture", "status", "message"),
    [("calendly/error_401", 401, "the token was revoked"), ("calendly/error_403", 403, "an owner or an administrator")],
)
def test_what_a_person_must_change_is_not_asked_twice(vendor: Vendor, fixture: str, status: int, message: str) -> None:
    vendor.answers(ME, recorded(fixture, status))

    with pytest.raises(FixSettings, match=message) as refused:
        landed(vendor)

    assert len(vendor.requests) == 1
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("days", [0, "soon", True, 5000])
def test_a_wrong_number_of_days_is_said(vendor: Vendor, days: object) -> None:
    serve(vendor)

    with pytest.raises(FixSettings, match="'days_ahead' must be a number of days from 1 to 730"):
        landed(vendor, days_ahead=days)


@pytest.mark.meets("drift")
def test_a_field_that_vanished_from_every_appointment_is_noticed(vendor: Vendor) -> None:
    vendor.answers(ME, recorded("calendly/me"))
    vendor.answers(EVENTS, recorded("calendly/events__renamed_field"))

    with pytest.raises(SourceChanged, match="no record has 'start_time'"):
        landed(vendor)

    assert landed_rows(CALENDLY, "invitees") == []


def test_an_invitee_of_another_shape_costs_itself_alone(vendor: Vendor) -> None:
    vendor.answers(ME, recorded("calendly/me"))
    vendor.answers(EVENTS, recorded("calendly/events__page_1"), recorded("calendly/events__empty"))
    vendor.answers(FIRST, recorded("calendly/invitees__of_another_shape"))

    rows = landed(vendor)

    read_one, refused = sorted(str(row["_reject_reason"]) for row in rows)
    assert (read_one, refused.partition(";")[0]) == ("None", "tracking is str, not an object")
