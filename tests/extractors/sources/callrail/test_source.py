"""CallRail: calls, form submissions and trackers, and what becomes of its errors."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from extractors.errors import FixSettings, RetryLater, SkipAccount, SourceChanged
from extractors.model import Account, Connection, Window
from extractors.sources.callrail import CALLRAIL, classify, shown_number
from tests.extractors.sources.vendor import SECRET, Reply, Vendor, land, landed_rows, read, recorded, unhurried

CALLS = "GET /v3/a/ACC1/calls.json"
FORMS = "GET /v3/a/ACC1/form_submissions.json"
TRACKERS = "GET /v3/a/ACC1/trackers.json"
TWO_DAYS = Window(date(2026, 3, 10), date(2026, 3, 11))


@pytest.mark.meets("last_page")
def test_calls_on_the_last_page_are_read_too(vendor: Vendor) -> None:
    vendor.answers(CALLS, recorded("callrail/calls__page_1"), recorded("callrail/calls__page_2_withheld_number"))

    calls = read(CALLRAIL, "calls", vendor, TWO_DAYS)

    assert [call["call_id"] for call in calls] == ["CAL001", "CAL002", "CAL003", "CAL004"]
    assert [request.query["page"] for request in vendor.requests] == ["1", "2"]


def test_days_and_zone_are_always_said_because_the_default_is_another(vendor: Vendor) -> None:
    vendor.answers(CALLS, recorded("callrail/calls__empty"))

    read(CALLRAIL, "calls", vendor, TWO_DAYS)

    query = vendor.requests[0].query
    assert (query["start_date"], query["end_date"]) == ("2026-03-10", "2026-03-11")
    assert (query["time_zone"], query["per_page"]) == ("UTC", "250")
    assert "gclid" in query["fields"].split(",")


def test_the_key_goes_into_the_header_and_never_into_the_address(vendor: Vendor) -> None:
    vendor.answers(CALLS, recorded("callrail/calls__empty"))

    read(CALLRAIL, "calls", vendor, TWO_DAYS)

    assert vendor.requests[0].headers["authorization"] == f'Token token="{SECRET}"'
    assert SECRET not in vendor.requests[0].query_text


def test_an_address_that_names_the_version_is_understood(vendor: Vendor) -> None:
    vendor.answers(CALLS, recorded("callrail/calls__empty"))
    account = Account("callrail", "ACC1", "callrail", brand="nordhaus")
    client = CALLRAIL.connect(Connection(f"{vendor.url}/v3", password=SECRET), account)

    assert list(CALLRAIL.table("calls").read(client, account, TWO_DAYS)) == []


def test_calls_land_on_their_day_in_utc_with_exact_values(vendor: Vendor) -> None:
    vendor.answers(CALLS, recorded("callrail/calls__page_1"), recorded("callrail/calls__page_2_withheld_number"))

    first, second, *_ = land(CALLRAIL, "calls", vendor, TWO_DAYS)

    assert first["started_at"] == datetime.fromisoformat("2026-03-10T09:15:02.120")
    assert (first["value"], first["duration_seconds"], first["ga_client_id"]) == (
        Decimal("1200"),
        184,
        "1111.2222",
    )
    assert json.loads(first["tags"]) == ["Quote"]
    # 23:59 of the 10th in New York is the 11th in UTC.
    assert (second["call_id"], second["_day"]) == ("CAL002", date(2026, 3, 11))
    assert json.loads(first["_payload"])["start_time"] == "2026-03-10T10:15:02.120+01:00"


def test_a_withheld_number_is_null_and_stays_in_the_payload(vendor: Vendor) -> None:
    vendor.answers(CALLS, recorded("callrail/calls__page_1"), recorded("callrail/calls__page_2_withheld_number"))

    *_, withheld, unknown = land(CALLRAIL, "calls", vendor, TWO_DAYS)

    assert withheld["customer_phone_number"] is None
    assert json.loads(withheld["_payload"])["customer_phone_number"] == "anonymous"
    assert unknown["customer_phone_number"] is None
    assert withheld["_reject_reason"] is unknown["_reject_reason"] is None


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+493055500101", "+493055500101"),
        ("anonymous", None),
        ("Restricted", None),
        ("", None),
        ("+266696687", None),
        ("+86282452253", None),
        (None, None),
    ],
)
def test_every_spelling_of_a_withheld_number_is_none(number: str | None, shown: str | None) -> None:
    assert shown_number(number) == shown


def test_a_voicemail_keeps_both_of_its_marks_and_tags_may_be_objects(vendor: Vendor) -> None:
    vendor.answers(CALLS, recorded("callrail/calls__page_1"), recorded("callrail/calls__page_2_withheld_number"))

    *_, spam, voicemail = land(CALLRAIL, "calls", vendor, TWO_DAYS)

    assert (voicemail["is_answered"], voicemail["is_voicemail"], voicemail["value"]) == (True, True, None)
    assert json.loads(spam["tags"]) == ["Spam"]


@pytest.mark.meets("empty_answer")
def test_no_calls_land_as_empty_days(vendor: Vendor) -> None:
    vendor.answers(CALLS, recorded("callrail/calls__empty"))

    assert land(CALLRAIL, "calls", vendor, TWO_DAYS) == []
    assert len(vendor.requests) == 1


def test_a_list_without_a_page_count_ends_with_an_empty_page(vendor: Vendor) -> None:
    vendor.answers(CALLS, recorded("callrail/calls__without_paging"), recorded("callrail/calls__without_paging_empty"))

    assert len(read(CALLRAIL, "calls", vendor, TWO_DAYS)) == 1
    assert len(vendor.requests) == 2


def test_a_form_lands_with_its_fields_as_json(vendor: Vendor) -> None:
    vendor.answers(FORMS, recorded("callrail/form_submissions__one"))

    [form] = land(CALLRAIL, "form_submissions", vendor, TWO_DAYS)

    assert form["submitted_at"] == datetime.fromisoformat("2026-03-10T23:10")
    assert json.loads(form["form_data"]) == {"your-name": "Test Writer", "message": "Please call"}
    assert (form["fbclid"], form["_reject_reason"]) == ("SYN-fb_1", None)
    assert (form["message"], json.loads(form["answers"])["your-name"]) == ("Please call", "Test Writer")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("$1,200.00", "1200.00"),
        ("1.00", "1.00"),
        (12, "12"),
        ("", None),
        ("twelve", None),
        ("1,2", None),
        ("NaN", None),
    ],
)
def test_a_value_that_cannot_be_read_costs_no_call(vendor: Vendor, written: Any, value: str | None) -> None:
    page = json.loads(recorded("callrail/calls__page_1").body) | {"total_pages": 1, "total_records": 2}
    page["calls"][0]["value"] = written
    vendor.answers(CALLS, Reply(json.dumps(page).encode()))

    call = land(CALLRAIL, "calls", vendor, TWO_DAYS)[0]

    assert call["_reject_reason"] is None
    assert call["value"] == (None if value is None else Decimal(value))


def test_trackers_of_both_kinds_name_their_numbers(vendor: Vendor) -> None:
    vendor.answers(TRACKERS, recorded("callrail/trackers__source_and_session"))

    trackers = land(CALLRAIL, "trackers", vendor, TWO_DAYS)

    assert [json.loads(tracker["tracking_numbers"]) for tracker in trackers] == [
        ["+493055500002"],
        ["+493055500001", "+493055500003"],
        ["+493055500004"],
    ]
    assert [tracker["source_type"] for tracker in trackers] == ["offline", "all_visitors", "google_paid"]
    assert trackers[2]["disabled_at"] == datetime.fromisoformat("2025-10-31T11:00")


def test_form_tracking_that_is_switched_off_is_skipped_and_says_so(vendor: Vendor) -> None:
    vendor.answers(FORMS, recorded("callrail/error_403_forms_not_enabled", 403))

    with pytest.raises(SkipAccount, match="form tracking is not switched on"):
        read(CALLRAIL, "form_submissions", vendor, TWO_DAYS)


def test_a_key_that_may_not_read_calls_is_not_skipped(vendor: Vendor) -> None:
    vendor.answers(CALLS, recorded("callrail/error_403_forms_not_enabled", 403))

    with pytest.raises(FixSettings):
        read(CALLRAIL, "calls", vendor, TWO_DAYS)


@pytest.mark.meets("expired_auth", "permanent_error")
@pytest.mark.parametrize(
    ("fixture", "status", "message"),
    [
        ("callrail/error_401_bad_key", 401, "the API key is wrong"),
        ("callrail/error_400_too_far_back", 400, "25 months"),
        ("callrail/error_422_unknown_field", 422, "422.*contains a name that is not supported"),
    ],
)
def test_what_a_person_must_change_is_not_asked_twice(vendor: Vendor, fixture: str, status: int, message: str) -> None:
    vendor.answers(CALLS, recorded(fixture, status))

    with pytest.raises(FixSettings, match=message) as refused:
        read(CALLRAIL, "calls", vendor, TWO_DAYS)

    assert len(vendor.requests) == 1
    assert SECRET not in str(refused.value)


@pytest.mark.meets("rate_limit")
def test_too_many_requests_wait_as_long_as_they_are_told_else_ten_seconds(vendor: Vendor) -> None:
    waits: list[float] = []
    vendor.answers(
        CALLS,
        recorded("callrail/error_429_rate_limit", 429, retry_after="3"),
        recorded("callrail/error_429_rate_limit", 429),
        recorded("callrail/calls__without_paging_empty"),
    )
    client, account = unhurried(CALLRAIL, vendor, classify, waits)

    assert list(CALLRAIL.table("calls").read(client, account, TWO_DAYS)) == []
    assert waits == [3, 10]


def test_a_long_wait_is_left_to_the_scheduler(vendor: Vendor) -> None:
    vendor.answers(CALLS, recorded("callrail/error_429_rate_limit", 429, retry_after="3000"))

    with pytest.raises(RetryLater) as later:
        read(CALLRAIL, "calls", vendor, TWO_DAYS)

    assert later.value.after is not None
    assert later.value.after.total_seconds() == 3000


@pytest.mark.meets("transient_5xx", "cut_body")
def test_a_fault_on_the_second_page_is_asked_again(vendor: Vendor) -> None:
    vendor.answers(
        CALLS,
        recorded("callrail/calls__page_1"),
        recorded("callrail/error_429_rate_limit", 503),
        recorded("callrail/calls__page_2_withheld_number", is_cut=True),
        recorded("callrail/calls__page_2_withheld_number"),
    )

    assert len(read(CALLRAIL, "calls", vendor, TWO_DAYS)) == 4


def test_when_the_source_stays_down_nothing_is_replaced(vendor: Vendor) -> None:
    vendor.answers(CALLS, recorded("callrail/calls__without_paging"), recorded("callrail/calls__without_paging_empty"))
    before = land(CALLRAIL, "calls", vendor, TWO_DAYS)
    waits: list[float] = []
    down = Vendor()
    down.answers(CALLS, recorded("callrail/calls__page_1"), recorded("callrail/error_429_rate_limit", 500))
    client, account = unhurried(CALLRAIL, down, classify, waits)

    with pytest.raises(RetryLater):
        list(CALLRAIL.table("calls").read(client, account, TWO_DAYS))

    down.close()
    assert len(waits) == 4
    assert landed_rows(CALLRAIL, "calls") == before


@pytest.mark.meets("drift")
def test_a_field_that_vanished_from_every_call_is_noticed(vendor: Vendor) -> None:
    vendor.answers(CALLS, recorded("callrail/calls__renamed_field"))

    with pytest.raises(SourceChanged, match="no record has 'customer_phone_number'") as changed:
        land(CALLRAIL, "calls", vendor, TWO_DAYS)

    assert "+4930" not in str(changed.value)
    assert landed_rows(CALLRAIL, "calls") == []


def test_a_list_under_another_name_is_noticed(vendor: Vendor) -> None:
    vendor.answers(CALLS, recorded("callrail/form_submissions__one"))

    with pytest.raises(SourceChanged, match="no list 'calls'"):
        read(CALLRAIL, "calls", vendor, TWO_DAYS)
