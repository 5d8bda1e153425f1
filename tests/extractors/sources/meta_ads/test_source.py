"""Meta: reports made in the background, and what becomes of its errors."""

from __future__ import annotations

import json
from datetime import date

import pytest
from facebook_business.adobjects.adsinsights import AdsInsights
from facebook_business.adobjects.lead import Lead

from extractors.errors import FixSettings, RetryLater, SourceChanged
from extractors.http.reports import Report, finished_report
from extractors.model import Account, Connection, Window
from extractors.settings import state_dir
from extractors.sources.meta_ads import META_ADS
from tests.extractors.sources.vendor import SECRET, Reply, Vendor, fixture, land, read, recorded

SUBMIT = "POST /v26.0/act_ACC1/insights"
POLL = "GET /v26.0/7001"
RESULTS = "GET /v26.0/7001/insights"
CAMPAIGNS = "GET /v26.0/act_ACC1/campaigns"
MISSING = "account_currency is missing; ad_id is missing"
TWO_DAYS = Window(date(2026, 3, 10), date(2026, 3, 11))
ONE_DAY = Window(date(2026, 3, 10), date(2026, 3, 10))


def test_a_report_is_read_when_it_is_complete_and_not_when_it_says_100_percent(vendor: Vendor) -> None:
    vendor.answers(SUBMIT, recorded("meta_ads/report__submitted"))
    vendor.answers(POLL, recorded("meta_ads/report__running_at_100"), recorded("meta_ads/report__completed"))
    vendor.answers(RESULTS, recorded("meta_ads/insights__page_1"), recorded("meta_ads/insights__page_2_no_actions"))

    first, last = read(META_ADS, "ad_days", vendor, TWO_DAYS)

    assert (first["spend"], first["leads"], first["inline_link_clicks"]) == ("47.53", "3", "18")
    assert (last["ad_id"], last["leads"], last["inline_link_clicks"]) == ("2304", 0, 0)
    # Of people who saw an ad and clicked none: within the total, and told only where it is asked for.
    assert (first["leads_after_view"], last["leads_after_view"]) == ("1", 0)
    assert len(vendor.asked("/v26.0/7001")) == 2
    assert vendor.asked("/v26.0/7001/insights")[1].query["after"] == "MAZE"


def test_the_token_never_stands_in_an_address(vendor: Vendor) -> None:
    vendor.answers(SUBMIT, recorded("meta_ads/report__submitted"))
    vendor.answers(POLL, recorded("meta_ads/report__completed"))
    vendor.answers(RESULTS, recorded("meta_ads/insights__page_1"), recorded("meta_ads/insights__page_2_no_actions"))

    read(META_ADS, "ad_days", vendor, TWO_DAYS)

    assert all(SECRET not in request.query_text for request in vendor.requests)
    assert {request.headers["authorization"] for request in vendor.requests} == {f"Bearer {SECRET}"}


def test_a_next_page_is_read_also_where_only_its_link_leads_to_it(vendor: Vendor) -> None:
    first = recorded("meta_ads/insights__page_1_without_cursors")
    vendor.answers(SUBMIT, recorded("meta_ads/report__submitted"))
    vendor.answers(POLL, recorded("meta_ads/report__completed"))
    vendor.answers(RESULTS, first, recorded("meta_ads/insights__page_2_no_actions"))

    rows = read(META_ADS, "ad_days", vendor, TWO_DAYS)

    assert [row["ad_id"] for row in rows] == ["2303", "2304"]
    assert vendor.asked("/v26.0/7001/insights")[1].query == {"after": "MAZE", "limit": "500"}
    vendor._answers[RESULTS] = [Reply(first.body.replace(b"after=MAZE", b"offset=500"))]
    with pytest.raises(SourceChanged, match="a next page"):
        read(META_ADS, "ad_days", vendor, TWO_DAYS)


def test_a_page_with_a_row_that_names_no_ad_is_read_again_and_the_row_rejected_when_it_stays_so(vendor: Vendor) -> None:
    bad, good = recorded("meta_ads/insights__page_2_bad_row"), recorded("meta_ads/insights__page_2_no_actions")
    vendor.answers(SUBMIT, recorded("meta_ads/report__submitted"))
    vendor.answers(POLL, recorded("meta_ads/report__completed"))
    vendor.answers(RESULTS, bad, good, bad)

    assert [row["ad_id"] for row in read(META_ADS, "ad_days", vendor, TWO_DAYS)] == ["2304"]
    landed = land(META_ADS, "ad_days", vendor, TWO_DAYS)

    assert [(row["ad_id"], row["_reject_reason"]) for row in landed] == [("2304", None), (None, MISSING)]
    assert len(vendor.asked("/v26.0/7001/insights")) == 5


def test_deleted_ads_are_asked_for_too(vendor: Vendor) -> None:
    vendor.answers(SUBMIT, recorded("meta_ads/report__submitted"))
    vendor.answers(POLL, recorded("meta_ads/report__completed"))
    vendor.answers(RESULTS, recorded("meta_ads/insights__empty"))

    assert read(META_ADS, "ad_days", vendor, TWO_DAYS) == []

    form = vendor.asked("/v26.0/act_ACC1/insights")[0].form
    assert "DELETED" in json.loads(form["filtering"])[0]["value"]
    assert json.loads(form["action_attribution_windows"]) == ["1d_view"]
    assert json.loads(form["time_range"]) == {"since": "2026-03-10", "until": "2026-03-11"}


def test_a_failed_report_is_ordered_once_more_and_then_in_halves(vendor: Vendor) -> None:
    vendor.answers(SUBMIT, recorded("meta_ads/report__submitted"))
    vendor.answers(
        POLL,
        recorded("meta_ads/report__failed"),
        recorded("meta_ads/report__failed"),
        recorded("meta_ads/report__completed"),
    )
    vendor.answers(RESULTS, recorded("meta_ads/insights__empty"))

    assert read(META_ADS, "ad_days", vendor, TWO_DAYS) == []

    ranges = [json.loads(one.form["time_range"]) for one in vendor.asked("/v26.0/act_ACC1/insights")]
    assert [(one["since"][-2:], one["until"][-2:]) for one in ranges] == [
        ("10", "11"),
        ("10", "11"),
        ("10", "10"),
        ("11", "11"),
    ]


def test_a_day_that_is_too_large_is_reported_by_campaigns_archived_ones_included(vendor: Vendor) -> None:
    failed, completed = recorded("meta_ads/report__failed"), recorded("meta_ads/report__completed")
    vendor.answers(SUBMIT, recorded("meta_ads/report__submitted"))
    vendor.answers(POLL, failed, failed, completed, failed, failed, completed)
    vendor.answers(CAMPAIGNS, recorded("meta_ads/campaigns"))
    first, last = recorded("meta_ads/insights__page_2_no_actions"), recorded("meta_ads/insights__empty")
    vendor.answers(RESULTS, first, last)

    assert [row["ad_id"] for row in read(META_ADS, "ad_days", vendor, ONE_DAY)] == ["2304"]

    orders = [json.loads(order.form["filtering"])[1:] for order in vendor.asked("/v26.0/act_ACC1/insights")]
    assert orders[2] == [{"field": "campaign.id", "operator": "IN", "value": ["2301"]}]
    assert [[campaigns["value"] for campaigns in order] for order in orders] == [
        [],
        [],
        [["2301"]],
        [["2302", "2303"]],
        [["2302", "2303"]],
        [["2302"]],
        [["2303"]],
    ]
    assert "ARCHIVED" in vendor.asked("/v26.0/act_ACC1/campaigns")[0].query["effective_status"]


def test_a_day_that_meta_cannot_report_even_for_one_campaign_is_left_for_later(vendor: Vendor) -> None:
    vendor.answers(SUBMIT, recorded("meta_ads/report__submitted"))
    vendor.answers(POLL, recorded("meta_ads/report__failed"))
    vendor.answers(CAMPAIGNS, recorded("meta_ads/campaigns"))

    with pytest.raises(RetryLater, match="2026-03-10"):
        read(META_ADS, "ad_days", vendor, ONE_DAY)


def test_a_task_that_was_killed_finds_the_report_that_it_ordered(vendor: Vendor) -> None:
    orders: list[str] = []

    def submit() -> str:
        orders.append("ordered")
        return f"report-{len(orders)}"

    def is_killed(report_id: str) -> bool:
        raise KeyboardInterrupt

    killed = Report("meta_ads/ACC1/ad_days", submit, is_killed)
    with pytest.raises(KeyboardInterrupt):
        finished_report(killed)
    [kept] = state_dir().glob("*.json")
    said = kept.read_text()
    again = Report("meta_ads/ACC1/ad_days", submit, lambda report_id: True)

    assert finished_report(again) == "report-1"
    assert orders == ["ordered"]
    # Found again, it is as old as it was: after twelve hours its numbers are yesterday's.
    assert kept.read_text() == said
    again.forget()
    assert not list(state_dir().glob("*.json"))


def test_a_report_that_another_token_ordered_is_not_found_again(vendor: Vendor) -> None:
    vendor.answers(SUBMIT, recorded("meta_ads/report__submitted"))
    vendor.answers(POLL, recorded("meta_ads/error__unknown_object", 400), recorded("meta_ads/report__completed"))
    vendor.answers(RESULTS, recorded("meta_ads/insights__empty"))
    with pytest.raises(FixSettings):
        read(META_ADS, "ad_days", vendor, ONE_DAY)

    assert read(META_ADS, "ad_days", vendor, ONE_DAY) == []
    assert len(vendor.asked("/v26.0/act_ACC1/insights")) == 2


def test_a_report_is_asked_for_less_and_less_often() -> None:
    pauses: list[float] = []
    report = Report("r", lambda: "1", lambda report_id: len(pauses) > 12)

    finished_report(report, sleep=pauses.append)

    assert pauses == sorted(pauses)
    assert pauses[-1] == 60


def test_the_account_names_its_currency_and_zone(vendor: Vendor) -> None:
    vendor.answers("GET /v26.0/act_ACC1", recorded("meta_ads/account"))

    (account,) = read(META_ADS, "account", vendor, ONE_DAY)

    assert (account["currency"], account["timezone_name"]) == ("EUR", "Europe/Berlin")


@pytest.mark.meets("drift")
@pytest.mark.parametrize("field", ["spend", "impressions", "ad_id", "campaign_name", "adset_name", "account_currency"])
def test_a_renamed_field_is_named(vendor: Vendor, field: str) -> None:
    renamed = recorded("meta_ads/insights__page_2_no_actions").body.replace(f'"{field}"'.encode(), b'"renamed"')
    vendor.answers(SUBMIT, recorded("meta_ads/report__submitted"))
    vendor.answers(POLL, recorded("meta_ads/report__completed"))
    vendor.answers(RESULTS, Reply(renamed))

    with pytest.raises(SourceChanged, match=f"'{field}'"):
        read(META_ADS, "ad_days", vendor, TWO_DAYS)


def test_the_recorded_rows_fit_meta_s_own_objects() -> None:
    for name, kind in (("insights__page_1", AdsInsights), ("leads__page_1", Lead)):
        for row in json.loads(fixture(f"meta_ads/{name}.json").read_text())["data"]:
            known = set(vars(kind.Field).values())
            assert set(row) <= known


@pytest.mark.parametrize("percent", ["", ', "async_percent_completion": 100'])
def test_a_report_that_is_complete_needs_no_share(vendor: Vendor, percent: str) -> None:
    vendor.answers(SUBMIT, recorded("meta_ads/report__submitted"))
    vendor.answers(POLL, Reply(f'{{"id": "7001", "async_status": "Job Completed"{percent}}}'.encode()))
    vendor.answers(RESULTS, recorded("meta_ads/insights__empty"))

    assert read(META_ADS, "ad_days", vendor, TWO_DAYS) == []


def test_an_account_may_be_listed_with_the_letters_before_its_number(vendor: Vendor) -> None:
    vendor.answers("GET /v26.0/act_555", recorded("meta_ads/account"))
    account = Account("meta_ads", "act_555", "meta_ads", brand="nordhaus")
    client = META_ADS.connect(Connection(vendor.url, password=SECRET), account)

    assert len(list(META_ADS.table("account").read(client, account, TWO_DAYS))) == 1
