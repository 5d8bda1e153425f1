"""CoMagic's Data API: one address for everything, a token inside the body, errors that come with status 200."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from extractors.errors import ExtractError, FixSettings, RetryLater, SkipAccount, SourceChanged
from extractors.model import Account, Client, Connection, Row, Window
from extractors.sources.comagic import COMAGIC, PAGE_SIZE
from tests.extractors.sources.vendor import SECRET, Reply, Request, Vendor, land, landed_rows, recorded, sleeps

API = "POST /v2.0"
THE_10TH = Window(date(2026, 3, 10), date(2026, 3, 10))
TWO_DAYS = Window(date(2026, 3, 10), date(2026, 3, 11))


def answer(name: str, status: int = 200, **more: Any) -> Reply:
    return recorded(f"comagic/{name}", status, **more)


def opened(vendor: Vendor, waits: list[float] | None = None, login: str = "", **options: Any) -> tuple[Client, Account]:
    account = Account("comagic", "ACC1", "comagic", brand="nordhaus", options=options)
    client = COMAGIC.connect(Connection(vendor.url, login=login, password=SECRET), account)
    sleeps(client, (waits if waits is not None else []).append)
    return client, account


def read(
    vendor: Vendor, table: str = "calls", window: Window = TWO_DAYS, waits: list[float] | None = None, **more: Any
) -> list[Row]:
    client, account = opened(vendor, waits, **more)
    return [row for page in COMAGIC.table(table).read(client, account, window) for row in page]


@pytest.mark.meets("last_page")
def test_calls_of_the_last_page_land_too_in_utc(vendor: Vendor) -> None:
    vendor.answers(API, answer("calls__page_1"), answer("calls__page_2_last"))

    paid, withheld, out = land(COMAGIC, "calls", vendor, TWO_DAYS)

    # Half past twelve in Moscow.
    assert paid["started_at"] == datetime.fromisoformat("2026-03-10T09:30:05")
    assert (paid["call_id"], paid["contact_phone_number"], paid["virtual_phone_number"]) == (
        "9001",
        "79990000001",
        "74950000001",
    )
    assert (paid["is_lost"], paid["talk_seconds"], paid["sale_cost"]) == (False, 95, Decimal("1200.5"))
    assert (paid["yclid"], paid["ym_client_id"], paid["campaign_id"]) == ("777", "16000000001234567890", "31")
    assert json.loads(paid["tags"]) == ["Целевой"]
    assert paid["employee_name"] == "Anna"
    # A call at night is on another day in UTC; its day is that of the cabinet.
    assert (withheld["started_at"], withheld["_day"]) == (datetime.fromisoformat("2026-03-09T22:15"), date(2026, 3, 10))
    assert (withheld["utm_source"], withheld["tags"], withheld["employee_name"]) == (None, None, None)
    assert (out["direction"], out["_day"]) == ("out", date(2026, 3, 11))
    assert [request.json["params"]["offset"] for request in vendor.requests] == [0, 2]


def test_messages_land_with_who_wrote_them(vendor: Vendor) -> None:
    vendor.answers(API, answer("messages__one"))

    [message] = land(COMAGIC, "messages", vendor, THE_10TH)

    assert message["sent_at"] == datetime.fromisoformat("2026-03-10T10:00:05")
    assert (message["visitor_name"], message["visitor_phone_number"], message["visitor_email"]) == (
        "Test Writer",
        "79990000002",
        "writer@mail.example",
    )
    assert (message["employee_name"], message["page_url"]) == ("Anna", "https://nordhaus.example/contacts")
    assert message["_reject_reason"] is None
    assert vendor.requests[0].json["method"] == "get.offline_messages_report"


def test_what_is_asked_for_names_fields_days_and_the_token_in_the_body_alone(vendor: Vendor) -> None:
    vendor.answers(API, answer("calls__empty"))

    assert land(COMAGIC, "calls", vendor, TWO_DAYS, user_id=12) == []

    [asked] = vendor.requests
    params = asked.json["params"]
    assert (asked.json["jsonrpc"], asked.json["method"]) == ("2.0", "get.calls_report")
    assert (params["date_from"], params["date_till"]) == ("2026-03-10 00:00:00", "2026-03-11 23:59:59")
    assert (params["access_token"], params["user_id"], params["limit"]) == (SECRET, 12, PAGE_SIZE)
    assert params["include_ongoing_calls"] is False
    assert "contact_phone_number" in params["fields"]
    assert "called_day" not in params["fields"]
    assert asked.query_text == ""
    assert SECRET not in json.dumps(dict(asked.headers))


def test_a_month_is_asked_for_week_by_week(vendor: Vendor) -> None:
    vendor.answers(API, answer("calls__empty"))

    read(vendor, window=Window(date(2026, 3, 1), date(2026, 3, 31)))

    asked = [request.json["params"] for request in vendor.requests]
    assert [params["date_from"][:10] for params in asked] == [
        "2026-03-01", "2026-03-08", "2026-03-15", "2026-03-22", "2026-03-29",
    ]  # fmt: skip
    assert asked[-1]["date_till"] == "2026-03-31 23:59:59"


def test_a_list_that_ends_before_its_total_is_not_taken_for_whole(vendor: Vendor) -> None:
    short = json.loads(answer("calls__page_1").body)
    short["result"]["data"] = []
    vendor.answers(API, answer("calls__page_1"), Reply(json.dumps(short).encode()))

    with pytest.raises(RetryLater, match="2 records came, and 3 were announced"):
        land(COMAGIC, "calls", vendor, TWO_DAYS)

    assert landed_rows(COMAGIC, "calls") == []


def test_a_minute_that_is_used_up_is_waited_for_before_the_next_page(vendor: Vendor) -> None:
    waits: list[float] = []
    vendor.answers(API, answer("calls__page_1_minute_used_up"), answer("calls__page_2_last"))

    assert len(read(vendor, waits=waits)) == 3
    assert waits == [21]


@pytest.mark.meets("expired_auth")
def test_a_login_gives_a_token_that_is_fetched_again_once_when_it_ended(vendor: Vendor) -> None:
    tokens = iter(("session-token-1", "session-token-2"))

    def cabinet(request: Request) -> Reply:
        if request.json["method"] == "login.user":
            assert request.json["params"] == {"login": "reader", "password": SECRET}
            return Reply(json.dumps({"result": {"data": {"access_token": next(tokens)}}}).encode())
        is_new = request.json["params"]["access_token"] == "session-token-2"
        return answer("calls__one" if is_new else "error_token_expired")

    vendor.answers(API, cabinet)

    assert len(read(vendor, login="reader")) == 1
    assert [request.json["method"] for request in vendor.requests] == [
        "login.user", "get.calls_report", "login.user", "get.calls_report",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("reply", "error", "message"),
    [
        (answer("error_login"), FixSettings, "the login was refused"),
        (Reply(b'{"result": {"data": {}}}'), SourceChanged, "no 'access_token'"),
        (Reply(b'{"result": "denied"}'), SourceChanged, "no 'access_token'"),
        (Reply(b'{"error": {"code": 1, "data": "denied"}}'), FixSettings, "the login was refused"),
    ],
)
def test_a_login_that_is_refused_is_for_a_person(
    vendor: Vendor, reply: Reply, error: type[ExtractError], message: str
) -> None:
    vendor.answers(API, reply)

    with pytest.raises(error, match=message) as refused:
        read(vendor, login="reader")

    assert len(vendor.requests) == 1
    assert SECRET not in str(refused.value)


@pytest.mark.meets("permanent_error")
@pytest.mark.parametrize(
    ("fixture", "error", "message"),
    [
        ("error_token_invalid", FixSettings, "access token is not accepted"),
        ("error_token_expired", FixSettings, "access token is not accepted"),
        ("error_ip", FixSettings, "address is not allowed"),
        ("error_forbidden", FixSettings, "no right"),
        ("error_component", SkipAccount, "component"),
        ("error_wrong_field", SourceChanged, "fields"),
        ("error_parse", FixSettings, "-32700"),
        ("error_day_limit", RetryLater, "day's requests"),
    ],
)
def test_an_error_with_status_200_is_an_error_and_is_asked_once(
    vendor: Vendor, fixture: str, error: type[ExtractError], message: str
) -> None:
    vendor.answers(API, answer(fixture))

    with pytest.raises(error, match=message) as refused:
        land(COMAGIC, "calls", vendor, TWO_DAYS)

    assert len(vendor.requests) == 1
    assert SECRET not in str(refused.value)
    assert landed_rows(COMAGIC, "calls") == []


def test_a_day_that_is_used_up_says_when_it_begins_anew(vendor: Vendor) -> None:
    vendor.answers(API, answer("error_day_limit"))

    with pytest.raises(RetryLater) as later:
        read(vendor)

    assert later.value.after == timedelta(hours=1)


@pytest.mark.meets("empty_answer")
def test_days_without_calls_land_empty(vendor: Vendor) -> None:
    vendor.answers(API, answer("calls__empty"))

    assert land(COMAGIC, "calls", vendor, TWO_DAYS) == []
    assert len(vendor.requests) == 1


@pytest.mark.meets("rate_limit", "transient_5xx", "cut_body")
def test_limits_faults_and_cut_answers_are_asked_again(vendor: Vendor) -> None:
    waits: list[float] = []
    vendor.answers(
        API,
        answer("error_minute_limit"),
        answer("error_fault"),
        Reply(b"<html>Bad gateway</html>", 502, media_type="text/html"),
        answer("calls__one", is_cut=True),
        answer("calls__one"),
    )

    assert len(read(vendor, waits=waits)) == 1
    assert len(waits) == 4
    assert waits[0] == 21


def test_a_limit_under_its_older_code_is_waited_for_too(vendor: Vendor) -> None:
    waits: list[float] = []
    vendor.answers(API, answer("error_old_limit"), answer("calls__one"))

    read(vendor, waits=waits)

    assert waits == [13]


def test_a_time_of_another_form_is_rejected_and_kept(vendor: Vendor) -> None:
    vendor.answers(API, answer("calls__odd_time"))

    [call] = land(COMAGIC, "calls", vendor, THE_10TH)

    assert "started_at" in call["_reject_reason"]
    assert json.loads(call["_payload"])["start_time"] == "10.03.2026 12:30"


@pytest.mark.meets("drift")
@pytest.mark.parametrize(
    ("fixture", "message"),
    [("calls__renamed_field", "no record has 'contact_phone_number'"), ("calls__without_total", "'total_items'")],
)
def test_another_shape_is_noticed(vendor: Vendor, fixture: str, message: str) -> None:
    vendor.answers(API, answer(fixture))

    with pytest.raises(SourceChanged, match=message):
        land(COMAGIC, "calls", vendor, TWO_DAYS)

    assert landed_rows(COMAGIC, "calls") == []


def test_a_total_that_is_no_number_is_the_vendor_s_change(vendor: Vendor) -> None:
    vendor.answers(API, Reply(answer("calls__one").body.replace(b'"total_items": 1', b'"total_items": "one"')))

    with pytest.raises(SourceChanged, match="'total_items' is no whole number"):
        land(COMAGIC, "calls", vendor, THE_10TH)


def test_a_contact_that_was_not_left_is_none(vendor: Vendor) -> None:
    said = json.loads(answer("messages__one").body)
    said["result"]["data"][0] |= {"visitor_email": "", "visitor_phone_number": " "}
    vendor.answers(API, Reply(json.dumps(said).encode()))

    [row] = land(COMAGIC, "messages", vendor, THE_10TH)

    assert (row["visitor_email"], row["visitor_phone_number"], row["visitor_name"]) == (None, None, "Test Writer")
