"""Google Ads as the sandbox serves it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
import requests
from google.ads.googleads.v26.services.types.google_ads_service import (
    GoogleAdsRow,
    SearchGoogleAdsStreamResponse,
)
from google.protobuf import json_format

from sandbox.vendors.google_ads import gaql
from sandbox.vendors.google_ads.clients import CLOSED, MANAGER
from tests.sandbox.pulling import pulled
from tests.sandbox.serving import Server
from tests.sandbox.tiny_wire import CONNECTIONS

FIELDS = (
    "segments.date, campaign.id, campaign.name, campaign.status, campaign.advertising_channel_type,"
    " segments.ad_network_type, segments.device, metrics.impressions, metrics.clicks, metrics.cost_micros,"
    " metrics.conversions, metrics.conversions_value"
)
CAMPAIGN_DAYS = f"SELECT {FIELDS} FROM campaign WHERE segments.date BETWEEN '2026-03-01' AND '2026-03-31'"
CREDENTIAL = {
    "grant_type": "refresh_token",
    "client_id": "client-1",
    "client_secret": "secret-1",
    "refresh_token": "refresh-1",
}


@pytest.fixture
def token(server: Server) -> str:
    """An access token."""
    answer = requests.post(f"{server.url}/google_ads/token", data=CREDENTIAL, timeout=10)
    assert answer.json()["token_type"] == "Bearer"
    return str(answer.json()["access_token"])


def ask(
    server: Server, token: str, query: str, method: str = "searchStream", customer: str = "1112223334",
    version: str = "v26", headers: dict[str, str] | None = None, **body: Any,
) -> requests.Response:  # fmt: skip
    return requests.post(
        f"{server.url}/google_ads/{version}/customers/{customer}/googleAds:{method}",
        json={"query": query, **body},
        headers={"Authorization": f"Bearer {token}", **(headers or {})},
        timeout=10,
    )


def credential(server: Server) -> dict[str, Any]:
    """The connection of the tiny market's account."""
    parts: dict[str, Any] = json.loads(CONNECTIONS["AIRFLOW_CONN_GOOGLE_ADS_NORDHAUS"])
    return {**parts, "extra": {**parts["extra"], "token_url": f"{server.url}/google_ads/token"}}


def error_code(answer: requests.Response) -> tuple[int, dict[str, str]]:
    body = answer.json()
    problem = body[0]["error"] if isinstance(body, list) else body["error"]
    return answer.status_code, problem["details"][0]["errors"][0]["errorCode"]


def test_a_stream_is_an_array_of_batches_that_googles_own_package_reads(server: Server, token: str) -> None:
    server.order("settings", stream_batch_rows=3)
    answer = ask(server, token, CAMPAIGN_DAYS)

    batches = answer.json()
    assert answer.headers["transfer-encoding"] == "chunked"
    assert [len(batch["results"]) for batch in batches] == [3, 3, 2]
    for batch in batches:
        parsed = SearchGoogleAdsStreamResponse.pb(SearchGoogleAdsStreamResponse())
        json_format.ParseDict(batch, parsed)
        assert parsed.results[0].metrics.cost_micros == 6_000_000
    assert batches[0]["results"][0]["metrics"]["costMicros"] == "6000000"


@pytest.mark.parametrize("resource", sorted(gaql.RESOURCES))
def test_every_field_the_sandbox_knows_is_a_field_of_google(resource: str) -> None:
    for name in gaql.RESOURCES[resource]:
        descriptor = GoogleAdsRow.pb(GoogleAdsRow()).DESCRIPTOR
        for part in name.split("."):
            # Python's package writes a name that is Python's own with an underscore after it.
            field = descriptor.fields_by_name.get(part) or descriptor.fields_by_name.get(f"{part}_")
            assert field, name
            descriptor = field.message_type


@pytest.mark.parametrize(
    ("resource", "fields"),
    [
        ("ad_group", "ad_group.id, ad_group.name, campaign.id, campaign.name"),
        ("keyword_view", "ad_group_criterion.criterion_id, ad_group_criterion.keyword.text, ad_group.id"),
    ],
)
def test_rows_of_the_finer_resources_are_rows_of_google(server: Server, token: str, resource: str, fields: str) -> None:
    query = (
        f"SELECT segments.date, segments.ad_network_type, segments.device, {fields} FROM {resource}"
        " WHERE segments.date = '2026-03-01'"
    )
    [batch] = ask(server, token, query).json()

    json_format.ParseDict(batch["results"][0], GoogleAdsRow.pb(GoogleAdsRow()))


def test_only_the_fields_asked_for_come_back(server: Server, token: str) -> None:
    query = (
        "SELECT segments.date, segments.ad_network_type, segments.device, campaign.id, metrics.clicks"
        " FROM campaign WHERE segments.date = '2026-03-01'"
    )
    [batch] = ask(server, token, query).json()

    assert batch["results"][0] == {
        "campaign": {"resourceName": "customers/1112223334/campaigns/900001", "id": "900001"},
        "metrics": {"clicks": "6"},
        "segments": {"adNetworkType": "CONTENT", "date": "2026-03-01", "device": "MOBILE"},
    }
    assert batch["fieldMask"] == "segments.date,segments.adNetworkType,segments.device,campaign.id,metrics.clicks"


def test_a_search_is_paged_with_a_token(server: Server, token: str) -> None:
    server.order("settings", stream_batch_rows=5)
    first = ask(server, token, CAMPAIGN_DAYS, "search").json()
    last = ask(server, token, CAMPAIGN_DAYS, "search", pageToken=first["nextPageToken"]).json()

    assert (len(first["results"]), len(last["results"])) == (5, 3)
    assert "nextPageToken" not in last
    wrong = ask(server, token, CAMPAIGN_DAYS, "search", pageToken="bm8=")
    assert error_code(wrong) == (400, {"requestError": "INVALID_PAGE_TOKEN"})
    sized = ask(server, token, CAMPAIGN_DAYS, "search", pageSize=100)
    assert error_code(sized) == (400, {"requestError": "PAGE_SIZE_NOT_SUPPORTED"})


def test_a_clock_shows_the_numbers_as_they_were_that_day(server: Server, token: str) -> None:
    server.order("clock", today="2026-03-03")
    [batch] = ask(server, token, CAMPAIGN_DAYS).json()

    clicks = {row["segments"]["date"]: row["metrics"]["clicks"] for row in batch["results"]}
    assert clicks == {"2026-03-01": "5", "2026-03-02": "5"}


def test_no_rows_is_an_answer(server: Server, token: str) -> None:
    query = CAMPAIGN_DAYS.replace("2026-03", "2026-01")
    body = ask(server, token, query).json()

    assert body == [] or "results" not in body[0]
    assert "results" not in ask(server, token, query, "search").json()


def test_clicks_are_asked_for_one_day_at_a_time_and_for_ninety_days(server: Server, token: str) -> None:
    query = "SELECT click_view.gclid, segments.date FROM click_view WHERE segments.date = '2026-03-01'"
    [batch] = ask(server, token, query).json()
    assert [row["clickView"]["gclid"] for row in batch["results"]] == ["Gcl-1", "Gcl-2"]

    two_days = query.replace("= '2026-03-01'", "BETWEEN '2026-03-01' AND '2026-03-02'")
    assert error_code(ask(server, token, two_days))[1] == {"queryError": "EXPECTED_FILTERS_ON_DATE_RANGE"}
    server.order("clock", today="2026-07-01")
    assert error_code(ask(server, token, query))[1] == {"dateRangeError": "INVALID_DATE"}


@pytest.mark.parametrize(
    ("query", "category", "code"),
    [
        ("SELECT campaign.nickname FROM campaign", "queryError", "UNRECOGNIZED_FIELD"),
        ("SELECT campaign.id FROM campaigns", "queryError", "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE"),
        ("campaign.id", "queryError", "UNEXPECTED_END_OF_QUERY"),
        (f"SELECT {FIELDS} FROM campaign", "queryError", "EXPECTED_FILTERS_ON_DATE_RANGE"),
        (CAMPAIGN_DAYS.replace("2026-03-31", "31 March"), "queryError", "INVALID_DATE_FORMAT"),
        (CAMPAIGN_DAYS.replace("2026-03-31", "2026-02-01"), "dateRangeError", "START_DATE_AFTER_END_DATE"),
        (CAMPAIGN_DAYS + " AND segments.date", "queryError", "UNEXPECTED_INPUT"),
    ],
)
def test_a_wrong_query_is_refused_with_googles_code(
    server: Server, token: str, query: str, category: str, code: str
) -> None:
    assert error_code(ask(server, token, query)) == (400, {category: code})
    assert error_code(ask(server, token, query, "search")) == (400, {category: code})


def test_who_may_not_see_the_account_is_refused(server: Server, token: str) -> None:
    denied = {"authorizationError": "USER_PERMISSION_DENIED"}
    assert error_code(ask(server, token, CAMPAIGN_DAYS, customer="9999999999")) == (403, denied)
    through = {"login-customer-id": "1231231231"}
    assert error_code(ask(server, token, CAMPAIGN_DAYS, headers=through)) == (403, denied)
    dashes = error_code(ask(server, token, CAMPAIGN_DAYS, customer="111-222-3334"))
    assert dashes == (400, {"requestError": "INVALID_CUSTOMER_ID"})
    old = error_code(ask(server, token, CAMPAIGN_DAYS, version="v22"))
    assert old == (400, {"requestError": "UNSUPPORTED_VERSION"})


def test_the_manager_has_an_account_tree_and_no_metrics(server: Server, token: str) -> None:
    listed = requests.get(
        f"{server.url}/google_ads/v26/customers:listAccessibleCustomers",
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    ).json()
    manager = listed["resourceNames"][1].removeprefix("customers/")
    query = "SELECT customer_client.id, customer_client.level, customer_client.manager FROM customer_client"
    [batch] = ask(server, token, query, customer=manager).json()

    clients = [row["customerClient"] for row in batch["results"]]
    assert [(client["id"], client["level"], client["manager"]) for client in clients] == [
        (manager, "0", True),
        ("1112223334", "1", False),
        (CLOSED, "1", False),
    ]
    closed = ask(server, token, CAMPAIGN_DAYS, customer=CLOSED, headers={"login-customer-id": manager})
    assert error_code(closed) == (403, {"authorizationError": "CUSTOMER_NOT_ENABLED"})
    for row in batch["results"]:
        json_format.ParseDict(row, GoogleAdsRow.pb(GoogleAdsRow()))
    refused = error_code(ask(server, token, CAMPAIGN_DAYS, customer=manager))
    assert refused == (400, {"queryError": "REQUESTED_METRICS_FOR_MANAGER"})


def test_a_manager_s_rows_are_those_of_the_account_below_it(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))

    rows = pulled(server, "google_ads", "campaign_days", account=MANAGER, **credential(server))

    assert len(rows) == 8
    assert {(row["_account"], row["customer_id"]) for row in rows} == {(MANAGER, "1112223334")}


def test_an_access_token_expires(server: Server) -> None:
    lasting = requests.post(f"{server.url}/google_ads/token", data=CREDENTIAL, timeout=10).json()["access_token"]
    server.order("settings", token_seconds=0.2)
    short_lived = requests.post(f"{server.url}/google_ads/token", data=CREDENTIAL, timeout=10).json()["access_token"]
    time.sleep(0.3)

    assert ask(server, lasting, CAMPAIGN_DAYS).status_code == 200

    assert error_code(ask(server, short_lived, CAMPAIGN_DAYS))[0] == 401


@pytest.mark.parametrize(
    ("field", "value", "status", "error"),
    [
        ("refresh_token", "stolen", 400, "invalid_grant"),
        ("client_secret", "wrong", 401, "invalid_client"),
        ("grant_type", "password", 400, "unsupported_grant_type"),
    ],
)
def test_a_wrong_credential_gets_no_token(server: Server, field: str, value: str, status: int, error: str) -> None:
    answer = requests.post(f"{server.url}/google_ads/token", data={**CREDENTIAL, field: value}, timeout=10)

    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_too_many_requests_are_answered_with_a_delay(server: Server, token: str) -> None:
    server.order("limits", source="google_ads", requests=1, seconds=60)
    ask(server, token, CAMPAIGN_DAYS)
    refused = ask(server, token, CAMPAIGN_DAYS)

    assert error_code(refused) == (429, {"quotaError": "RESOURCE_TEMPORARILY_EXHAUSTED"})
    [problem] = refused.json()[0]["error"]["details"][0]["errors"]
    assert float(problem["details"]["quotaErrorDetails"]["retryDelay"].removesuffix("s")) > 50


def test_a_stream_can_end_in_an_error(server: Server, token: str) -> None:
    server.order("settings", stream_batch_rows=3)
    server.order("faults", source="google_ads", kind="stream_error")
    answer = ask(server, token, CAMPAIGN_DAYS)

    batch, last = answer.json()
    assert answer.status_code == 200
    assert len(batch["results"]) == 3
    assert last["error"]["status"] == "INTERNAL"
