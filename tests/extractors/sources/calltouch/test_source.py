"""Calltouch: calls and forms day by day, in two ways of writing a date, and what becomes of its errors."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest

from extractors.errors import ExtractError, FixSettings, RetryLater, SourceChanged
from extractors.model import Window
from extractors.sources.calltouch import CALLTOUCH, classify
from tests.extractors.sources.vendor import SECRET, Reply, Vendor, land, landed_rows, read, recorded, unhurried

CALLS = "GET /calls-service/RestAPI/ACC1/calls-diary/calls"
REQUESTS = "GET /calls-service/RestAPI/requests/"
THE_10TH = Window(date(2026, 3, 10), date(2026, 3, 10))
TWO_DAYS = Window(date(2026, 3, 10), date(2026, 3, 11))


@pytest.mark.meets("last_page")
def test_calls_of_the_last_page_land_too_in_utc(vendor: Vendor) -> None:
    vendor.answers(CALLS, recorded("calltouch/calls__page_1"), recorded("calltouch/calls__page_2_last"))

    paid, withheld, third = land(CALLTOUCH, "calls", vendor, THE_10TH)

    # Half past twelve in Moscow.
    assert paid["started_at"] == datetime.fromisoformat("2026-03-10T09:30:05")
    assert (paid["call_id"], paid["caller_number"], paid["tracking_number"]) == ("5001", "79990000001", "74950000001")
    assert (paid["duration_seconds"], paid["is_successful"], paid["is_target"]) == (95, True, True)
    assert (paid["session_id"], paid["ya_client_id"], paid["ga_client_id"]) == ("88001", "16000000001234567890", None)
    assert (paid["yandex_campaign_id"], paid["yandex_ad_group_id"], paid["google_campaign_id"]) == ("4001", "77", None)
    assert json.loads(paid["tags"]) == ["Целевой", "Спам?"]
    assert json.loads(paid["orders"])[0]["completedAmount"] == 1200.5
    # A call at night is on another day in UTC; its day is that of the cabinet.
    assert (withheld["started_at"], withheld["_day"]) == (datetime.fromisoformat("2026-03-09T22:15"), date(2026, 3, 10))
    assert third["ga_client_id"] == "1111.2222"
    assert [request.query["page"] for request in vendor.requests] == ["1", "2"]


def test_what_only_looks_like_a_value_is_none(vendor: Vendor) -> None:
    vendor.answers(CALLS, recorded("calltouch/calls__page_1"), recorded("calltouch/calls__page_2_last"))

    paid, direct, _ = read(CALLTOUCH, "calls", vendor, THE_10TH)

    assert (paid["utm_content"], paid["utm_term"], paid["keyword"]) == (None, None, "ремонт крыши")
    assert (direct["utm_source"], direct["referrer"], direct["session_id"]) == (None, None, None)
    assert (direct["google_campaign_id"], direct["tags"], direct["orders"]) == (None, None, None)


def test_each_day_is_asked_for_as_day_month_year_and_with_what_is_tied_to_it(vendor: Vendor) -> None:
    vendor.answers(CALLS, recorded("calltouch/calls__empty"))

    assert land(CALLTOUCH, "calls", vendor, TWO_DAYS) == []

    assert [(request.query["dateFrom"], request.query["dateTo"]) for request in vendor.requests] == [
        ("10/03/2026", "10/03/2026"),
        ("11/03/2026", "11/03/2026"),
    ]
    assert vendor.requests[0].query["clientApiId"] == SECRET
    assert vendor.requests[0].query["withYandexDirect"] == "true"


def test_a_bare_list_is_the_whole_day(vendor: Vendor) -> None:
    vendor.answers(CALLS, recorded("calltouch/calls__bare_list"), recorded("calltouch/calls__bare_list_empty"))

    assert [call["call_id"] for call in read(CALLTOUCH, "calls", vendor, TWO_DAYS)] == [5001]
    assert len(vendor.requests) == 2


def test_a_cabinet_in_another_zone_says_so(vendor: Vendor) -> None:
    vendor.answers(CALLS, recorded("calltouch/calls__bare_list"))

    [call] = land(CALLTOUCH, "calls", vendor, THE_10TH, time_zone="Asia/Yekaterinburg")

    assert call["started_at"] == datetime.fromisoformat("2026-03-10T07:30:05")


def test_a_zone_that_does_not_exist_is_refused(vendor: Vendor) -> None:
    with pytest.raises(FixSettings, match="time_zone"):
        read(CALLTOUCH, "calls", vendor, THE_10TH, time_zone="Moskau")


def test_a_time_of_another_form_is_rejected_and_kept(vendor: Vendor) -> None:
    vendor.answers(CALLS, recorded("calltouch/calls__odd_date"))

    [call] = land(CALLTOUCH, "calls", vendor, THE_10TH)

    assert "started_at" in call["_reject_reason"]
    assert json.loads(call["_payload"])["date"] == "2026-03-10 12:30:05"


def test_forms_land_with_person_and_session_and_are_asked_for_as_month_day_year(vendor: Vendor) -> None:
    vendor.answers(REQUESTS, recorded("calltouch/requests__two"))

    form, bare = land(CALLTOUCH, "requests", vendor, THE_10TH)

    assert form["submitted_at"] == datetime.fromisoformat("2026-03-10T10:00:05")
    assert (form["full_name"], form["phone"], form["email"]) == ("Test Writer", "79990000002", "writer@mail.example")
    assert (form["utm_campaign"], form["utm_content"], form["keyword"]) == ("900001", None, "roof")
    assert (form["ga_client_id"], form["google_campaign_id"], form["session_id"]) == ("3333.4444", "900001", "88002")
    assert json.loads(form["tags"]) == ["Hot"]
    assert (bare["full_name"], bare["phone"], bare["landing_url"], bare["tags"]) == (None, None, None, None)
    assert form["_reject_reason"] is bare["_reject_reason"] is None
    [asked] = vendor.requests
    assert (asked.query["dateFrom"], asked.query["dateTo"]) == ("03/10/2026", "03/10/2026")
    assert asked.query["siteId"] == "ACC1"


def test_a_forms_time_that_is_no_moment_is_rejected_and_the_others_land(vendor: Vendor) -> None:
    requests = json.loads(recorded("calltouch/requests__two").body)
    odd = [{**requests[0], "date": 10**18}, requests[1]]
    vendor.answers(REQUESTS, Reply(json.dumps(odd).encode()))

    rejected, bare = land(CALLTOUCH, "requests", vendor, THE_10TH)

    assert "submitted_at" in rejected["_reject_reason"]
    assert bare["_reject_reason"] is None


@pytest.mark.meets("empty_answer")
def test_days_without_forms_land_as_empty_days(vendor: Vendor) -> None:
    vendor.answers(REQUESTS, recorded("calltouch/requests__empty"))

    assert land(CALLTOUCH, "requests", vendor, TWO_DAYS) == []
    assert len(vendor.requests) == 2


@pytest.mark.meets("expired_auth", "permanent_error")
@pytest.mark.parametrize(
    ("reply", "error", "message"),
    [
        (recorded("calltouch/error_400", 400), FixSettings, "Wrong date format"),
        (recorded("calltouch/error_400", 200), FixSettings, "Wrong date format"),
        (recorded("calltouch/error_401", 401), FixSettings, "token"),
        (recorded("calltouch/error_403", 403), FixSettings, "token"),
        (recorded("calltouch/error_403_page.html", 403), FixSettings, "token"),
        (recorded("calltouch/error_404", 404), FixSettings, "site's id"),
    ],
)
def test_what_a_person_must_change_is_not_asked_twice_and_shows_no_token(
    vendor: Vendor, reply: Reply, error: type[ExtractError], message: str
) -> None:
    vendor.answers(CALLS, reply)

    with pytest.raises(error, match=message) as refused:
        land(CALLTOUCH, "calls", vendor, THE_10TH)

    assert len(vendor.requests) == 1
    assert SECRET not in str(refused.value)


@pytest.mark.meets("rate_limit", "transient_5xx", "cut_body")
def test_faults_limits_pages_in_html_and_cut_answers_are_asked_again(vendor: Vendor) -> None:
    waits: list[float] = []
    vendor.answers(
        CALLS,
        recorded("calltouch/error_500", 500),
        Reply(b"{}", 429, {"Retry-After": "7"}),
        recorded("calltouch/error_403_page.html", 200),
        recorded("calltouch/calls__bare_list", is_cut=True),
        recorded("calltouch/calls__bare_list"),
    )
    client, account = unhurried(CALLTOUCH, vendor, classify, waits)

    [page] = CALLTOUCH.table("calls").read(client, account, THE_10TH)

    assert len(page) == 1
    assert len(waits) == 4
    assert waits[1] == 7


def test_when_calltouch_stays_down_nothing_is_replaced(vendor: Vendor) -> None:
    vendor.answers(CALLS, recorded("calltouch/calls__bare_list"))
    before = land(CALLTOUCH, "calls", vendor, THE_10TH)
    down = Vendor()
    down.answers(CALLS, recorded("calltouch/error_500", 500))
    client, account = unhurried(CALLTOUCH, down, classify, [])

    with pytest.raises(RetryLater):
        list(CALLTOUCH.table("calls").read(client, account, THE_10TH))

    down.close()
    assert landed_rows(CALLTOUCH, "calls") == before


@pytest.mark.meets("drift")
@pytest.mark.parametrize(
    ("table", "route", "fixture", "message"),
    [
        ("calls", CALLS, "calls__renamed_field", "no record has 'callerNumber'"),
        ("calls", CALLS, "calls__without_paging", "no 'page'"),
        ("requests", REQUESTS, "requests__object", "a list was expected"),
    ],
)
def test_another_shape_is_noticed(vendor: Vendor, table: str, route: str, fixture: str, message: str) -> None:
    vendor.answers(route, recorded(f"calltouch/{fixture}"))

    with pytest.raises(SourceChanged, match=message):
        land(CALLTOUCH, table, vendor, THE_10TH)

    assert landed_rows(CALLTOUCH, table) == []


def test_a_number_of_pages_that_is_none_is_the_vendor_s_change(vendor: Vendor) -> None:
    page = recorded("calltouch/calls__page_1").body.replace(b'"pageTotal": 2', b'"pageTotal": "one"')
    vendor.answers(CALLS, Reply(page))

    with pytest.raises(SourceChanged, match="'pageTotal'"):
        read(CALLTOUCH, "calls", vendor, THE_10TH)
