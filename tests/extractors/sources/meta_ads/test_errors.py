"""Meta: what becomes of its errors, and how its limits are kept."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from extractors.errors import ExtractError, FixSettings, RetryLater, SkipAccount
from extractors.http.answers import Answer
from extractors.http.client import Gone, Restart, TooMuch
from extractors.model import Account, Connection, Window
from extractors.sources.meta_ads import META_ADS
from extractors.sources.meta_ads.errors import classify
from tests.extractors.sources.vendor import (
    SECRET,
    Reply,
    Request,
    Vendor,
    fixture,
    land,
    opened,
    read,
    recorded,
    sleeps,
)

SUBMIT = "POST /v26.0/act_ACC1/insights"
POLL = "GET /v26.0/7001"
RESULTS = "GET /v26.0/7001/insights"
TWO_DAYS = Window(date(2026, 3, 10), date(2026, 3, 11))
ONE_DAY = Window(date(2026, 3, 10), date(2026, 3, 10))


@pytest.mark.meets("expired_auth", "permanent_error")
@pytest.mark.parametrize(
    ("answer", "status", "cure"),
    [
        ("error__token_expired", 400, FixSettings),
        ("error__permission", 403, FixSettings),
        ("error__version_gone", 400, FixSettings),
        ("error__reduce", 400, TooMuch),
        ("error__reduce_100", 400, TooMuch),
        ("error__report_failed", 400, Restart),
        ("error__37_months", 400, Gone),
        ("error__unknown_object", 400, FixSettings),
    ],
)
def test_every_error_ends_in_its_cure(vendor: Vendor, answer: str, status: int, cure: type[ExtractError]) -> None:
    vendor.answers("GET /v26.0/act_ACC1", recorded(f"meta_ads/{answer}", status))

    with pytest.raises(cure):
        read(META_ADS, "account", vendor, ONE_DAY)


def test_a_report_whose_results_say_that_it_failed_is_ordered_for_single_days(vendor: Vendor) -> None:
    vendor.answers(SUBMIT, recorded("meta_ads/report__submitted"))
    vendor.answers(POLL, recorded("meta_ads/report__completed"))
    failed = recorded("meta_ads/error__report_failed", 400)
    page = recorded("meta_ads/insights__page_2_no_actions")
    vendor.answers(RESULTS, failed, recorded("meta_ads/insights__empty"), page)

    (row,) = read(META_ADS, "ad_days", vendor, TWO_DAYS)

    assert row["ad_id"] == "2304"
    assert len(vendor.asked("/v26.0/act_ACC1/insights")) == 3


def test_what_meta_says_of_a_request_that_it_refuses_is_told(vendor: Vendor) -> None:
    vendor.answers("GET /v26.0/act_ACC1", recorded("meta_ads/error__unknown_object", 400))

    with pytest.raises(FixSettings, match="Object with ID '7001' does not exist"):
        read(META_ADS, "account", vendor, ONE_DAY)


@pytest.mark.meets("transient_5xx")
def test_a_busy_meta_is_asked_again(vendor: Vendor) -> None:
    vendor.answers("GET /v26.0/act_ACC1", recorded("meta_ads/error__transient", 500), recorded("meta_ads/account"))
    account = Account("meta_ads", "ACC1", "meta_ads", brand="nordhaus")
    client = META_ADS.connect(Connection(vendor.url, password=SECRET), account)
    waits: list[float] = []
    sleeps(client, waits.append)

    (page,) = META_ADS.table("account").read(client, account, ONE_DAY)

    assert len(page) == len(waits) == 1


@pytest.mark.meets("empty_answer", "rate_limit", "cut_body")
def test_a_limit_and_a_cut_answer_are_waited_out_and_days_without_ads_land_empty(vendor: Vendor) -> None:
    vendor.answers(SUBMIT, recorded("meta_ads/error__rate_limit", 400), recorded("meta_ads/report__submitted"))
    vendor.answers(POLL, recorded("meta_ads/report__completed"))
    nothing = recorded("meta_ads/insights__empty")
    vendor.answers(RESULTS, Reply(nothing.body, is_cut=True), nothing)
    account = Account("meta_ads", "ACC1", "meta_ads", brand="nordhaus")
    client = META_ADS.connect(Connection(vendor.url, password=SECRET), account)
    waits: list[float] = []
    sleeps(client, waits.append)

    assert list(META_ADS.table("ad_days").read(client, account, TWO_DAYS)) == []
    assert len(vendor.asked("/v26.0/7001/insights")) == len(waits) == 2
    assert land(META_ADS, "ad_days", vendor, TWO_DAYS) == []


def test_the_wait_of_a_rate_limit_stands_in_a_header_in_minutes() -> None:
    usage = '{"123":[{"type":"ads_insights","estimated_time_to_regain_access":4}]}'
    body = json.loads(fixture("meta_ads/error__rate_limit.json").read_text())
    limited = Answer("GET", "https://x", 400, {"x-business-use-case-usage": usage}, body, "")

    verdict = classify(limited)

    assert verdict is not None
    assert (verdict.cure, verdict.after) == ("wait", 240)


@pytest.mark.parametrize(
    ("header", "usage", "waits"),
    [
        ("x-app-usage", {"call_count": 84, "total_cputime": 3, "total_time": 9}, []),
        ("x-app-usage", {"call_count": 4, "total_cputime": 88, "total_time": 9}, [10]),
        ("x-fb-ads-insights-throttle", {"app_id_util_pct": 12.5, "acc_id_util_pct": 85.2}, [10]),
        ("x-ad-account-usage", {"acc_id_util_pct": 97, "reset_time_duration": 42}, [42]),
        ("x-business-use-case-usage", {"9": [{"call_count": 95, "estimated_time_to_regain_access": 0}]}, [300]),
        ("x-business-use-case-usage", {"9": [{"call_count": 100, "estimated_time_to_regain_access": 3}]}, [180]),
        ("x-business-use-case-usage", ["unknown"], []),
    ],
)
def test_meta_is_left_alone_before_its_limits_are_used_up(
    vendor: Vendor, header: str, usage: object, waits: list[float]
) -> None:
    first, last = (recorded(f"meta_ads/insights__{name}") for name in ("page_1", "page_2_no_actions"))
    vendor.answers(SUBMIT, recorded("meta_ads/report__submitted"))
    vendor.answers(POLL, recorded("meta_ads/report__completed"))
    vendor.answers(RESULTS, Reply(first.body, headers={header: json.dumps(usage)}), last)
    client, account = opened(META_ADS, vendor)
    waited: list[float] = []
    sleeps(client, waited.append)

    assert len(list(META_ADS.table("ad_days").read(client, account, TWO_DAYS))) == 2
    assert waited == waits


def test_nobody_sleeps_where_meta_asks_for_an_hour(vendor: Vendor) -> None:
    usage = {"9": [{"call_count": 100, "estimated_time_to_regain_access": 60}]}
    submitted = recorded("meta_ads/report__submitted")
    vendor.answers(SUBMIT, Reply(submitted.body, headers={"x-business-use-case-usage": json.dumps(usage)}))

    with pytest.raises(RetryLater) as limited:
        read(META_ADS, "ad_days", vendor, TWO_DAYS)

    assert limited.value.after == timedelta(hours=1)
    assert vendor.asked("/v26.0/7001") == []


def test_a_version_that_meta_will_switch_off_is_warned_of_by_its_option(
    vendor: Vendor, caplog: pytest.LogCaptureFixture
) -> None:
    account = recorded("meta_ads/account")
    warning = {"x-ad-api-version-warning": "The call has been auto-upgraded to v27.0 as v26.0 will be deprecated."}
    vendor.answers("GET /v26.0/act_ACC1", Reply(account.body, headers=warning), account)

    assert len(read(META_ADS, "account", vendor, ONE_DAY)) == 1
    assert "v26.0 goes soon" in caplog.text
    assert "api_version" in caplog.text

    caplog.clear()
    read(META_ADS, "account", vendor, ONE_DAY)
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("error", "cure"),
    [
        ({"code": 2642, "message": "(#2642) Invalid cursors values"}, "restart"),
        ({"code": 2, "error_subcode": 1504044}, "shrink"),
        ({"code": 1, "error_subcode": 1504018}, "shrink"),
        ({"code": 2, "error_subcode": 1504018}, "shrink"),
        ({"code": 100, "error_subcode": 1504038}, "shrink"),
        ({"code": 1, "error_subcode": 2853001, "is_transient": False}, "fix_settings"),
        ({"code": 1, "error_subcode": 99}, "transient"),
        ({"code": 190, "message": "1 permission(s) must be granted before impersonating a page"}, "fix_settings"),
        ({"code": 3018, "message": "The start date of the time range cannot be beyond 37 months"}, "gone"),
        ({"code": [190], "error_subcode": [1504018], "message": {"a": 1}}, "fix_settings"),
    ],
)
def test_the_numbers_below_a_code_decide_whatever_the_code_is(error: dict[str, object], cure: str) -> None:
    verdict = classify(Answer("GET", "https://x", 400, {}, {"error": error}, ""))

    assert verdict is not None
    assert verdict.cure == cure


def test_a_missing_permission_is_told_in_the_words_of_meta_and_not_taken_for_a_dead_token() -> None:
    error = {"code": 190, "message": "ads_read permission(s) must be granted", "error_user_msg": "Ask an admin."}

    verdict = classify(Answer("GET", "https://x", 400, {}, {"error": error}, ""))

    assert verdict is not None
    assert "ads_read permission(s) must be granted / Ask an admin." in verdict.reason
    assert "perhaps" in verdict.reason
    assert "make a new one" not in verdict.reason


def test_an_error_with_a_second_one_behind_it_is_waited_out(vendor: Vendor) -> None:
    limited = json.loads(fixture("meta_ads/error__rate_limit.json").read_text())
    second = {"error": {"code": 1, "message": "An unknown error occurred", "error_subcode": 99}}
    both = Reply((json.dumps(limited) + json.dumps(second)).encode(), 400)
    vendor.answers("GET /v26.0/act_ACC1", both, recorded("meta_ads/account"))
    client, account = opened(META_ADS, vendor)
    waits: list[float] = []
    sleeps(client, waits.append)

    assert len(list(META_ADS.table("account").read(client, account, ONE_DAY))) == len(waits) == 1


def test_days_that_meta_keeps_no_more_are_left_and_the_others_are_read(vendor: Vendor) -> None:
    def submit(request: Request) -> Reply:
        is_old = "2026-03-10" in json.loads(request.form["time_range"])["since"]
        return recorded("meta_ads/error__37_months", 400) if is_old else recorded("meta_ads/report__submitted")

    vendor.answers(SUBMIT, submit)
    vendor.answers(POLL, recorded("meta_ads/report__completed"))
    vendor.answers(RESULTS, recorded("meta_ads/insights__page_2_no_actions"))
    client, account = opened(META_ADS, vendor)

    [page] = META_ADS.table("ad_days").read(client, account, TWO_DAYS)

    assert len(page) == 1
    assert client.gone == {date(2026, 3, 10)}


def test_a_window_of_which_meta_keeps_nothing_is_left_out_in_a_sentence(vendor: Vendor) -> None:
    vendor.answers(SUBMIT, recorded("meta_ads/error__37_months", 400))

    with pytest.raises(SkipAccount, match="37 months"):
        read(META_ADS, "ad_days", vendor, TWO_DAYS)
