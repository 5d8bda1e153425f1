"""Jotform: pages by offset, times of New York, answers by what they are, errors behind a status of 200."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest

from extractors.errors import FixSettings, RetryLater, SourceChanged
from extractors.model import Row, Window
from extractors.sources.jotform import JOTFORM, classify
from tests.extractors.sources.vendor import SECRET, Reply, Vendor, land, landed_rows, read, recorded, unhurried

ALL = "GET /user/submissions"
THE_10TH = Window(date(2026, 3, 10), date(2026, 3, 10))


def landed(vendor: Vendor, window: Window = THE_10TH, **options: object) -> list[Row]:
    return land(JOTFORM, "submissions", vendor, window, requests_per_second=200, **options)


@pytest.mark.meets("last_page")
def test_submissions_on_the_last_page_are_read_too_and_their_time_is_utc(vendor: Vendor) -> None:
    vendor.answers(ALL, recorded("jotform/submissions__page_1"), recorded("jotform/submissions__page_2_last"))

    ann, bob = landed(vendor)

    assert (ann["submission_id"], ann["form_id"]) == ("5900123456789012345", "260691234567890")
    assert (ann["submitted_at"], ann["updated_at"]) == (datetime.fromisoformat("2026-03-10T09:30"), None)
    assert (bob["submitted_at"], bob["_day"]) == (datetime.fromisoformat("2026-03-10T23:59:59"), date(2026, 3, 10))
    first, second = vendor.asked("/user/submissions")
    assert (first.query["offset"], second.query["offset"]) == ("0", "1")
    # Both ends are excluded.
    assert json.loads(first.query["filter"]) == {
        "created_at:gt": "2026-03-09 19:59:59",
        "created_at:lt": "2026-03-10 20:00:00",
    }
    assert first.headers["apikey"] == SECRET


def test_answers_fill_the_columns_by_what_they_are(vendor: Vendor) -> None:
    vendor.answers(ALL, recorded("jotform/submissions__page_1"), recorded("jotform/submissions__empty"))

    [ann] = landed(vendor, fields={"self_reported_source": "howDid"})

    assert (ann["name"], ann["email"], ann["phone"]) == ("Ann Lee", "ann@mail.example", "(0172) 444-5556")
    assert (ann["client_id"], ann["utm_source"]) == ("1111.2222", "google")
    assert json.loads(ann["click_ids"]) == {"gclid": "SYN-G5"}
    assert ann["self_reported_source"] == "Friends, Radio"
    assert json.loads(ann["answers"])["Rückruf"] == "(0172) 444-5556"
    assert "203.0.113.9" not in ann["_payload"]


@pytest.mark.meets("empty_answer")
def test_a_day_without_submissions_lands_empty(vendor: Vendor) -> None:
    vendor.answers(ALL, recorded("jotform/submissions__empty"))

    assert landed(vendor) == []


def test_a_submission_that_was_deleted_or_has_no_answer_was_one(vendor: Vendor) -> None:
    vendor.answers(ALL, recorded("jotform/submissions__deleted_and_without_answers"))

    deleted, empty = landed(vendor)

    assert (deleted["status"], deleted["email"]) == ("DELETED", "gone@mail.example")
    assert (empty["status"], empty["email"], empty["answers"]) == ("OVERQUOTA", None, "{}")


def test_the_clock_of_new_york_is_put_forward_and_what_is_no_time_is_refused(vendor: Vendor) -> None:
    vendor.answers(ALL, recorded("jotform/submissions__winter_and_summer_time"))
    the_8th = Window(date(2026, 3, 8), date(2026, 3, 8))

    found = {row["submission_id"]: row for row in landed(vendor, the_8th)}

    assert found["w"]["submitted_at"] == datetime.fromisoformat("2026-03-08T06:59:59")
    assert found["s"]["submitted_at"] == datetime.fromisoformat("2026-03-08T07:00:00")
    assert found["broken"]["_reject_reason"] is not None


def test_only_the_forms_that_are_named_are_read_each_with_its_own_fields(vendor: Vendor) -> None:
    vendor.answers("GET /form/1/submissions", recorded("jotform/error_404_form", 404))
    vendor.answers("GET /form/260691234567890/submissions", recorded("jotform/submissions__page_2_last"))

    [bob] = landed(vendor, forms={"1": {}, "260691234567890": {"product": "kontakt"}})

    # What the options name is never guessed.
    assert (bob["product"], bob["email"]) == ("bob@mail.example", None)
    assert vendor.asked("/user/submissions") == []


# ---------------------------------------------------------------- limits and errors


@pytest.mark.meets("rate_limit", "transient_5xx", "cut_body")
def test_limits_faults_and_cut_bodies_are_asked_again(vendor: Vendor) -> None:
    waits: list[float] = []
    vendor.answers(
        ALL,
        recorded("jotform/error_429_too_many", 429),
        recorded("jotform/error_500", 500),
        recorded("jotform/error_500"),
        recorded("jotform/submissions__page_2_last", is_cut=True),
        recorded("jotform/submissions__page_2_last"),
    )
    client, account = unhurried(JOTFORM, vendor, classify, waits)

    assert sum(len(page) for page in JOTFORM.table("submissions").read(client, account, THE_10TH)) == 1
    assert len(waits) == 4


def test_when_the_days_requests_are_used_up_it_comes_back_later(vendor: Vendor) -> None:
    vendor.answers(ALL, recorded("jotform/error_429_api_limit", 429))

    with pytest.raises(RetryLater, match="used up"):
        read(JOTFORM, "submissions", vendor, THE_10TH)

    assert len(vendor.requests) == 1


@pytest.mark.meets("expired_auth", "permanent_error")
@pytest.mark.parametrize(
    ("fixture", "status", "message"),
    [
        ("jotform/error_401_not_authorized", 401, "the key is wrong"),
        ("jotform/error_200_not_authorized", 200, "the key is wrong"),
        ("jotform/error_301_other_host", 200, "eu-api.jotform.com"),
        ("jotform/error_301_other_host", 301, "eu-api.jotform.com"),
        ("jotform/error_400_parameter", 400, "refused the request"),
        ("jotform/error_404_form", 404, "refused the request"),
    ],
)
def test_what_a_person_must_change_is_not_asked_twice(vendor: Vendor, fixture: str, status: int, message: str) -> None:
    vendor.answers(ALL, recorded(fixture, status))

    with pytest.raises(FixSettings, match=message) as refused:
        landed(vendor)

    assert len(vendor.requests) == 1
    assert SECRET not in str(refused.value)


def test_a_time_zone_that_does_not_exist_is_a_setting_to_fix(vendor: Vendor) -> None:
    with pytest.raises(FixSettings, match="no time_zone 'Mars'"):
        landed(vendor, time_zone="Mars")


@pytest.mark.meets("drift")
def test_a_field_that_vanished_from_every_submission_is_noticed(vendor: Vendor) -> None:
    vendor.answers(ALL, recorded("jotform/submissions__renamed_field"))

    with pytest.raises(SourceChanged, match="no record has 'created_at'") as changed:
        landed(vendor)

    assert "ann@mail" not in str(changed.value)
    assert landed_rows(JOTFORM, "submissions") == []


def test_a_list_that_ignores_where_it_should_begin_does_not_go_on_for_ever(vendor: Vendor) -> None:
    vendor.answers(ALL, recorded("jotform/submissions__page_1"))

    with pytest.raises(RetryLater, match="the same as the one before"):
        landed(vendor)


def test_an_answer_without_a_list_is_another_shape(vendor: Vendor) -> None:
    vendor.answers(ALL, Reply(b'{"responseCode":200,"message":"success","content":{}}'))

    with pytest.raises(SourceChanged, match="no list 'content'"):
        landed(vendor)
