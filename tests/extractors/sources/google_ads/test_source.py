"""Google Ads: streams, clicks day by day, and what becomes of its errors."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from google.ads.googleads.v26.services.types.google_ads_service import GoogleAdsRow
from google.protobuf import json_format

from extractors.errors import ExtractError, FixSettings, RetryLater, SkipAccount, SourceChanged
from extractors.http.answers import Answer
from extractors.model import Account
from extractors.sources.google_ads import GOOGLE_ADS
from extractors.sources.google_ads.errors import classify
from tests.extractors.sources.google_ads.served import (
    LEAF,
    ONE_DAY,
    TWO_DAYS,
    account,
    answers,
    asked,
    client_of,
    connection,
    read,
)
from tests.extractors.sources.vendor import Reply, Vendor, fixture, landed_rows, recorded

ATTEMPTS = 5
"""How often a client asks before it gives up."""


@pytest.mark.meets("last_page")
def test_rows_of_the_last_batch_are_read_too_and_missing_numbers_are_zero(vendor: Vendor) -> None:
    answers(vendor, recorded("google_ads/campaign_days__two_batches"))

    first, last = read(vendor, "campaign_days")

    assert (first["campaign_id"], first["cost_micros"], first["conversions"]) == (
        "900001",
        "37450000",
        Decimal("2.5"),
    )
    assert (last["campaign_name"], last["clicks"], last["cost_micros"]) == ("Brand > Pure", 0, 0)


def test_the_query_asks_for_the_days_and_every_column(vendor: Vendor) -> None:
    answers(vendor, recorded("google_ads/campaign_days__empty"))

    assert read(vendor, "campaign_days", login_customer_id="999-888-7776") == []

    request = asked(vendor)[0]
    assert "segments.date BETWEEN '2026-03-10' AND '2026-03-11'" in request.json["query"]
    assert "campaign.advertising_channel_type" in request.json["query"]
    assert request.headers["login-customer-id"] == "9998887776"
    assert request.headers["authorization"] == "Bearer access-1"


def test_another_api_version_is_an_option(vendor: Vendor) -> None:
    vendor.answers("POST /v27/customers/ACC1/googleAds:searchStream", LEAF, Reply(b"[]"))

    assert read(vendor, "customer", api_version="v27") == []


def test_a_search_has_its_keyword_where_it_led_to_one(vendor: Vendor) -> None:
    answers(vendor, recorded("google_ads/search_term_days__with_and_without_keyword"))

    led, dynamic = read(vendor, "search_term_days")

    query = asked(vendor)[0].json["query"]
    assert "FROM search_term_view WHERE segments.date BETWEEN '2026-03-10' AND '2026-03-11'" in query
    columns = ("search_term", "keyword_text", "criterion_id")
    assert [led[name] for name in columns] == ["roof repair near me", "roof repair", "77"]
    assert [dynamic[name] for name in columns] == ["tiles", None, None]
    assert (dynamic["clicks"], dynamic["cost_micros"]) == (0, "0")


def test_clicks_are_asked_for_one_day_at_a_time(vendor: Vendor) -> None:
    answers(vendor, recorded("google_ads/click_view__one_day"), Reply(b"[]"))

    (click,) = read(vendor, "click_view")

    queries = [one.json["query"] for one in asked(vendor)]
    assert ["2026-03-10" in queries[0], "2026-03-11" in queries[1]] == [True, True]
    assert (click["gclid"], click["ad_id"], click["criterion_id"]) == ("Cj0KCQsyn_1-AbC", "55", "77")


def test_clicks_older_than_google_keeps_are_left_as_they_were_landed(vendor: Vendor) -> None:
    answers(vendor, recorded("google_ads/error__click_view_too_old", 400))

    with pytest.raises(SkipAccount, match=r"90 days, and 2026-03-11 is older"):
        read(vendor, "click_view")


@pytest.mark.parametrize("kind", ["dateRangeError", "queryError"])
def test_a_range_that_is_too_wide_for_google_leaves_what_was_landed(vendor: Vendor, kind: str) -> None:
    error = json.loads(recorded("google_ads/error__click_view_too_old").body)
    [failure] = error[0]["error"]["details"][0]["errors"]
    failure["errorCode"] = {kind: "DATE_RANGE_TOO_WIDE"}
    answers(vendor, Reply(json.dumps(error).encode(), 400))

    with pytest.raises(SkipAccount, match="90 days"):
        read(vendor, "click_view")


def test_the_days_of_clicks_that_google_still_keeps_are_read_beside_those_that_are_gone(vendor: Vendor) -> None:
    of_the_11th = recorded("google_ads/click_view__one_day").body.replace(b"2026-03-10", b"2026-03-11")
    answers(vendor, recorded("google_ads/error__click_view_too_old", 400), Reply(of_the_11th))

    assert [click["gclid"] for click in read(vendor, "click_view")] == ["Cj0KCQsyn_1-AbC"]


def test_clicks_of_another_day_than_the_one_asked_for_are_not_landed_as_none(vendor: Vendor) -> None:
    answers(vendor, recorded("google_ads/click_view__one_day"))

    with pytest.raises(RetryLater, match="clicks of 2026-03-11: rows of 2026-03-10 came"):
        read(vendor, "click_view")


def test_a_stream_that_ends_with_an_error_is_no_answer(vendor: Vendor) -> None:
    answers(vendor, recorded("google_ads/campaign_days__stream_that_ends_with_an_error"))

    with pytest.raises(RetryLater, match="ended with an error"):
        read(vendor, "campaign_days", ONE_DAY)


def test_a_window_that_does_not_arrive_is_asked_for_in_halves(vendor: Vendor) -> None:
    answers(
        vendor,
        *[recorded("google_ads/campaign_days__stream_that_ends_with_an_error")] * ATTEMPTS,
        recorded("google_ads/campaign_days__two_batches"),
        Reply(b"[]"),
    )

    assert len(read(vendor, "campaign_days")) == 2
    queries = [one.json["query"] for one in asked(vendor)]
    assert "BETWEEN '2026-03-10' AND '2026-03-10'" in queries[ATTEMPTS]
    assert "BETWEEN '2026-03-11' AND '2026-03-11'" in queries[ATTEMPTS + 1]


@pytest.mark.meets("drift")
def test_a_renamed_resource_is_named(vendor: Vendor) -> None:
    answers(vendor, recorded("google_ads/campaign_days__renamed_metrics"))

    with pytest.raises(SourceChanged, match=r"no row has 'metrics.costMicros'"):
        read(vendor, "campaign_days")


@pytest.mark.meets("rate_limit")
def test_a_short_quota_is_waited_for_as_long_as_google_says(vendor: Vendor) -> None:
    waits: list[float] = []
    answers(vendor, recorded("google_ads/error__quota_30s", 429), Reply(b"[]"))
    client = client_of(vendor, waits)

    assert list(GOOGLE_ADS.table("customer").read(client, account(), ONE_DAY)) == []
    assert waits == [30.0]


@pytest.mark.meets("permanent_error")
@pytest.mark.parametrize(
    ("answer", "status", "cure"),
    [
        ("error__quota_of_the_day", 429, RetryLater),
        ("error__customer_not_enabled", 403, SkipAccount),
        ("error__permission_denied", 403, FixSettings),
        ("error__unrecognized_field", 400, FixSettings),
        ("error__version_gone", 400, FixSettings),
        ("error__token_expired", 401, FixSettings),
        ("error__internal", 500, RetryLater),
    ],
)
def test_every_error_ends_in_its_cure(vendor: Vendor, answer: str, status: int, cure: type[ExtractError]) -> None:
    answers(vendor, recorded(f"google_ads/{answer}", status))

    with pytest.raises(cure, match="google_ads/ACC1"):
        read(vendor, "customer", ONE_DAY)


@pytest.mark.meets("expired_auth")
def test_an_expired_token_is_renewed_and_the_pull_goes_on(vendor: Vendor) -> None:
    answers(vendor, recorded("google_ads/error__token_expired", 401), Reply(b"[]"))

    assert read(vendor, "customer", ONE_DAY) == []
    assert len(vendor.asked("/token")) == 2


def test_a_page_in_html_instead_of_an_error_means_that_the_version_is_gone() -> None:
    verdict = classify(Answer("POST", "https://x/v21", 404, {}, None, "<html>"))

    assert verdict is not None
    assert "api_version" in verdict.reason


@pytest.mark.meets("empty_answer", "transient_5xx")
def test_a_fault_of_google_s_is_asked_again_and_days_without_rows_land_empty(vendor: Vendor) -> None:
    from extractors.run import land_table

    fault = recorded("google_ads/error__internal", 503)
    answers(vendor, fault, recorded("google_ads/campaign_days__empty"))
    waits: list[float] = []

    assert list(GOOGLE_ADS.table("campaign_days").read(client_of(vendor, waits), account(), TWO_DAYS)) == []
    assert len(waits) == 1
    land_table(GOOGLE_ADS, account(), "campaign_days", TWO_DAYS, connection(vendor))
    assert landed_rows(GOOGLE_ADS, "campaign_days") == []


@pytest.mark.meets("cut_body")
def test_the_stream_of_a_cut_connection_is_repeated(vendor: Vendor) -> None:
    whole = recorded("google_ads/campaign_days__two_batches")
    answers(vendor, Reply(whole.body, is_cut=True), whole)

    assert len(read(vendor, "campaign_days")) == 2


def test_days_land_with_the_payload_as_google_sent_it(vendor: Vendor) -> None:
    from extractors.run import land_table

    answers(vendor, recorded("google_ads/campaign_days__two_batches"))

    land_table(GOOGLE_ADS, account(), "campaign_days", TWO_DAYS, connection(vendor))

    first, last = landed_rows(GOOGLE_ADS, "campaign_days")
    assert (first["cost_micros"], first["conversions"]) == (37450000, Decimal("2.500000"))
    assert json.loads(first["_payload"])["metrics"]["costMicros"] == "37450000"
    assert last["_day"] == date(2026, 3, 11)


@pytest.mark.parametrize(
    "name", ["campaign_days__two_batches", "search_term_days__with_and_without_keyword", "click_view__one_day"]
)
def test_the_recorded_rows_are_google_s_own_type(name: str) -> None:
    for batch in json.loads(fixture(f"google_ads/{name}.json").read_text()):
        for row in batch["results"]:
            parsed = json_format.ParseDict(row, GoogleAdsRow.pb(GoogleAdsRow()))
            assert parsed.segments.date == row["segments"]["date"]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (
            "SERVICE_DISABLED",
            "It is disabled. Enable it by visiting https://console.developers.google.com/apis?project=1",
        ),
        ("ACCESS_TOKEN_SCOPE_INSUFFICIENT", "Request had insufficient authentication scopes."),
    ],
)
def test_a_refusal_of_another_cause_is_told_in_the_words_of_google(reason: str, said: str) -> None:
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com"}
    error = {"code": 403, "message": said, "status": "PERMISSION_DENIED", "details": [info]}

    verdict = classify(Answer("POST", "https://x", 403, {}, [{"error": error}], ""))

    assert verdict is not None
    assert (verdict.cure, verdict.reason) == ("fix_settings", f"{reason}: {said}")


def test_a_refusal_that_names_no_cause_is_guessed_at(vendor: Vendor) -> None:
    error = {"code": 403, "message": "The caller does not have permission", "status": "PERMISSION_DENIED"}
    answers(vendor, Reply(json.dumps({"error": error}).encode(), 403))

    with pytest.raises(FixSettings, match="does not have permission; perhaps login_customer_id"):
        read(vendor, "campaign_days")


def test_a_token_that_ran_out_is_renewed_whatever_google_adds_to_it() -> None:
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "ACCESS_TOKEN_EXPIRED"}
    error = {"code": 401, "message": "Request had invalid credentials.", "status": "UNAUTHENTICATED", "details": [info]}

    verdict = classify(Answer("POST", "https://x", 401, {}, {"error": error}, ""))

    assert verdict is not None
    assert verdict.cure == "refresh_auth"


def test_an_account_may_be_listed_with_the_dashes_that_google_shows(vendor: Vendor) -> None:
    vendor.answers(
        "POST /v26/customers/1112223334/googleAds:searchStream", recorded("google_ads/customer_clients__leaf")
    )
    listed = Account("google_ads", "111-222-3334", "google_ads", brand="nordhaus")
    client = GOOGLE_ADS.connect(connection(vendor), listed)

    [page] = GOOGLE_ADS.table("customer_clients").read(client, listed, ONE_DAY)

    assert isinstance(page, list)
    assert page[0]["customer_id"] == "1112223334"
