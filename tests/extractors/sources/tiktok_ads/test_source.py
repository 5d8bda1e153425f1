"""TikTok: the last page, windows of thirty days, dashes, and errors that come with status 200."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from extractors.errors import FixSettings, SourceChanged
from extractors.model import Account, Connection, Window
from extractors.sources.tiktok_ads import TIKTOK_ADS, classify
from tests.extractors.sources.vendor import SECRET, Reply, Vendor, land, read, recorded, unhurried

REPORT = "GET /open_api/v1.3/report/integrated/get/"
ADVERTISER = "GET /open_api/v1.3/advertiser/info/"
TWO_DAYS = Window(date(2026, 3, 10), date(2026, 3, 11))


@pytest.mark.meets("last_page")
def test_all_pages_are_read_and_each_ad_lands_on_its_day(vendor: Vendor) -> None:
    vendor.answers(REPORT, recorded("tiktok_ads/ad_days__page_1"), recorded("tiktok_ads/ad_days__page_2_dashes"))

    first, second, last = land(TIKTOK_ADS, "ad_days", vendor, TWO_DAYS)

    assert (first["day"], first["ad_id"], first["spend"]) == (date(2026, 3, 10), "17010", Decimal("12.30"))
    assert (first["impressions"], first["clicks"], first["conversion"]) == (1500, 20, 1)
    assert (second["day"], second["spend"]) == (date(2026, 3, 11), Decimal("8.05"))
    assert (last["ad_id"], last["campaign_name"], last["spend"]) == ("17020", "Deleted since", 0)
    assert [request.query["page"] for request in vendor.requests] == ["1", "2"]


def test_a_dash_is_nothing_and_not_a_text(vendor: Vendor) -> None:
    vendor.answers(REPORT, recorded("tiktok_ads/ad_days__page_1"), recorded("tiktok_ads/ad_days__page_2_dashes"))

    last = land(TIKTOK_ADS, "ad_days", vendor, TWO_DAYS)[-1]

    assert (last["adgroup_name"], last["conversion"], last["result"]) == (None, None, None)
    assert last["_reject_reason"] is None


def test_a_cost_that_nobody_knows_is_rejected_and_not_taken_for_nothing(vendor: Vendor) -> None:
    vendor.answers(REPORT, recorded("tiktok_ads/ad_days__unknown_spend"))

    [row] = land(TIKTOK_ADS, "ad_days", vendor, TWO_DAYS)

    assert "spend" in row["_reject_reason"]


def test_the_report_is_asked_for_by_ad_and_day_with_deleted_ads_in_it(vendor: Vendor) -> None:
    vendor.answers(REPORT, recorded("tiktok_ads/ad_days__empty"))

    assert read(TIKTOK_ADS, "ad_days", vendor, TWO_DAYS) == []

    [request] = vendor.requests
    query = request.query
    assert (query["advertiser_id"], query["data_level"], query["page_size"]) == ("ACC1", "AUCTION_AD", "1000")
    assert (query["start_date"], query["end_date"]) == ("2026-03-10", "2026-03-11")
    assert json.loads(query["dimensions"]) == ["ad_id", "stat_time_day"]
    assert {"campaign_id", "spend", "clicks"} <= set(json.loads(query["metrics"]))
    assert json.loads(query["filtering"]) == [
        {"field_name": "ad_status", "filter_type": "IN", "filter_value": '["STATUS_ALL"]'}
    ]


def test_a_longer_window_is_asked_for_thirty_days_at_a_time(vendor: Vendor) -> None:
    vendor.answers(REPORT, recorded("tiktok_ads/ad_days__empty"))

    read(TIKTOK_ADS, "ad_days", vendor, Window(date(2026, 1, 1), date(2026, 3, 2)))

    assert [(one.query["start_date"], one.query["end_date"]) for one in vendor.requests] == [
        ("2026-01-01", "2026-01-30"),
        ("2026-01-31", "2026-03-01"),
        ("2026-03-02", "2026-03-02"),
    ]


def test_the_token_travels_in_a_header_and_in_no_address(vendor: Vendor) -> None:
    vendor.answers(REPORT, recorded("tiktok_ads/ad_days__empty"))

    read(TIKTOK_ADS, "ad_days", vendor, TWO_DAYS)

    assert {request.headers["access-token"] for request in vendor.requests} == {SECRET}
    assert all(SECRET not in request.query_text for request in vendor.requests)


def test_a_connection_without_a_token_is_refused_before_anything_is_asked(vendor: Vendor) -> None:
    with pytest.raises(FixSettings, match="no access token"):
        TIKTOK_ADS.connect(Connection(vendor.url), Account("tiktok_ads", "ACC1", "tiktok_ads"))


def test_the_advertiser_tells_its_currency_and_its_zone(vendor: Vendor) -> None:
    vendor.answers(ADVERTISER, recorded("tiktok_ads/advertiser__one"))

    [advertiser] = land(TIKTOK_ADS, "advertiser", vendor, TWO_DAYS)

    assert (advertiser["advertiser_id"], advertiser["currency"]) == ("ACC1", "EUR")
    assert advertiser["timezone"] == "Europe/Berlin"
    assert vendor.requests[0].query == {"advertiser_ids": '["ACC1"]'}


def test_an_advertiser_that_is_not_there_is_a_wrong_id(vendor: Vendor) -> None:
    vendor.answers(ADVERTISER, recorded("tiktok_ads/advertiser__empty"))

    with pytest.raises(FixSettings, match="account's id"):
        read(TIKTOK_ADS, "advertiser", vendor, TWO_DAYS)


def test_another_version_is_an_option(vendor: Vendor) -> None:
    vendor.answers("GET /open_api/v1.4/report/integrated/get/", recorded("tiktok_ads/ad_days__empty"))

    assert read(TIKTOK_ADS, "ad_days", vendor, TWO_DAYS, api_version="v1.4") == []


@pytest.mark.meets("expired_auth", "permanent_error")
@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("no_permission", "may not read this advertiser"),
        ("bad_parameter", "metrics.3: invalid value"),
        ("no_token", "is missing"),
        ("token_invalid", "make a new one"),
        ("unknown", "TikTok refused the request: "),
    ],
)
def test_what_a_person_must_change_is_not_asked_twice(vendor: Vendor, error: str, said: str) -> None:
    vendor.answers(REPORT, recorded(f"tiktok_ads/error_200_{error}"))

    with pytest.raises(FixSettings, match=f"{said}.*code 40"):
        read(TIKTOK_ADS, "ad_days", vendor, TWO_DAYS)

    assert len(vendor.requests) == 1


@pytest.mark.meets("rate_limit")
@pytest.mark.parametrize("error", ["qps", "minute_limit", "throttled"])
def test_a_limit_is_waited_for(vendor: Vendor, error: str) -> None:
    waits: list[float] = []
    vendor.answers(REPORT, recorded(f"tiktok_ads/error_200_{error}"), recorded("tiktok_ads/ad_days__empty"))
    client, account = unhurried(TIKTOK_ADS, vendor, classify, waits)

    assert list(TIKTOK_ADS.table("ad_days").read(client, account, TWO_DAYS)) == []
    assert [wait >= 5 for wait in waits] == [True]


@pytest.mark.meets("empty_answer", "cut_body")
def test_a_cut_answer_is_asked_for_again_and_days_without_ads_land_empty(vendor: Vendor) -> None:
    nothing = recorded("tiktok_ads/ad_days__empty")
    vendor.answers(REPORT, Reply(nothing.body, is_cut=True), nothing)
    waits: list[float] = []
    client, account = unhurried(TIKTOK_ADS, vendor, classify, waits)

    assert list(TIKTOK_ADS.table("ad_days").read(client, account, TWO_DAYS)) == []
    assert len(waits) == 1
    assert land(TIKTOK_ADS, "ad_days", vendor, TWO_DAYS) == []


@pytest.mark.meets("transient_5xx")
@pytest.mark.parametrize("error", ["internal", "service", "upstream", "system", "partial"])
def test_a_fault_of_tiktok_or_a_part_of_an_answer_is_asked_for_again(vendor: Vendor, error: str) -> None:
    waits: list[float] = []
    vendor.answers(
        REPORT, recorded(f"tiktok_ads/error_200_{error}"), Reply(b"", 502), recorded("tiktok_ads/ad_days__empty")
    )
    client, account = unhurried(TIKTOK_ADS, vendor, classify, waits)

    assert list(TIKTOK_ADS.table("ad_days").read(client, account, TWO_DAYS)) == []
    assert len(waits) == 2


@pytest.mark.parametrize("field", ["stat_time_day", "campaign_name", "adgroup_id", "ad_name", "impressions", "result"])
def test_a_renamed_column_is_named(vendor: Vendor, field: str) -> None:
    body = recorded("tiktok_ads/ad_days__page_1").body
    vendor.answers(REPORT, Reply(body.replace(f'"{field}"'.encode(), b'"renamed"')))

    with pytest.raises(SourceChanged, match=f"'{field}'"):
        read(TIKTOK_ADS, "ad_days", vendor, TWO_DAYS)


@pytest.mark.meets("drift")
@pytest.mark.parametrize(
    ("answer", "message"), [("ad_days__renamed_spend", "'spend'"), ("ad_days__without_page_info", "total_page")]
)
def test_another_shape_is_noticed(vendor: Vendor, answer: str, message: str) -> None:
    vendor.answers(REPORT, recorded(f"tiktok_ads/{answer}"))

    with pytest.raises(SourceChanged, match=message):
        read(TIKTOK_ADS, "ad_days", vendor, TWO_DAYS)


GMV_MAX = "GET /open_api/v1.3/gmv_max/report/get/"


def gmv_max(total_page: int, **costs: str) -> Reply:
    """A page of GMV Max campaigns and what they cost on the 10th. One without rows comes without its list."""
    rows = [
        {
            "dimensions": {"campaign_id": name, "stat_time_day": "2026-03-10 00:00:00"},
            "metrics": {"cost": cost, "orders": "2"},
        }
        for name, cost in costs.items()
    ]
    info = {"page_info": {"page": 1, "total_page": total_page, "total_number": len(rows)}}
    return Reply(
        json.dumps({"code": 0, "message": "OK", "data": {**({"list": rows} if rows else {}), **info}}).encode()
    )


def test_what_gmv_max_campaigns_cost_lands_beside_the_ads_by_shop_and_campaign(vendor: Vendor) -> None:
    vendor.answers(REPORT, recorded("tiktok_ads/ad_days__empty"))
    vendor.answers(GMV_MAX, gmv_max(1, c1="100.50", c2="-"), gmv_max(1))

    first, second = land(TIKTOK_ADS, "ad_days", vendor, TWO_DAYS, store_ids=["749", 750])

    assert (first["ad_id"], first["campaign_id"], first["spend"]) == ("gmv_max.749.c1", "c1", Decimal("100.50"))
    assert (first["day"], first["result"], first["clicks"]) == (date(2026, 3, 10), 2, None)
    assert "spend" in second["_reject_reason"]
    assert [request.query["store_ids"] for request in vendor.asked(GMV_MAX.split()[1])] == ['["749"]', '["750"]']


def test_without_shops_nobody_asks_for_gmv_max(vendor: Vendor) -> None:
    vendor.answers(REPORT, recorded("tiktok_ads/ad_days__empty"))

    assert read(TIKTOK_ADS, "ad_days", vendor, TWO_DAYS) == []
    assert vendor.asked(GMV_MAX.split()[1]) == []


@pytest.mark.parametrize("named", ["749", [{"id": 1}], ["my shop"]])
def test_shops_are_named_by_a_list_of_their_ids(vendor: Vendor, named: object) -> None:
    with pytest.raises(FixSettings, match="store_ids must be a list"):
        read(TIKTOK_ADS, "ad_days", vendor, TWO_DAYS, store_ids=named)
