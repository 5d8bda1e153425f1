"""Google Ads: the clients below a manager account, which are read and which are left out."""

from __future__ import annotations

import json
import logging
from datetime import date

import pytest
from google.ads.googleads.v26.services.types.google_ads_service import GoogleAdsRow
from google.protobuf import json_format

from extractors.errors import FixSettings, SkipAccount
from extractors.landing.writer import LandingWriter
from extractors.model import Account, Row
from extractors.run import land_table
from extractors.settings import landing_dir
from extractors.sources.google_ads import GOOGLE_ADS
from tests.extractors.sources.google_ads.served import ONE_DAY, TWO_DAYS, connection
from tests.extractors.sources.vendor import Reply, Vendor, fixture, landed_rows, recorded

MANAGER = Account("google_ads", "9990001112", "google_ads", brand="nordhaus")
TREE = "POST /v26/customers/9990001112/googleAds:searchStream"
ROOFS = "POST /v26/customers/1112223334/googleAds:searchStream"
POOLS = "POST /v26/customers/2223334445/googleAds:searchStream"


def land(vendor: Vendor, table: str) -> list[Row]:
    """The rows as they lie in the landing zone afterwards."""
    land_table(GOOGLE_ADS, MANAGER, table, TWO_DAYS, connection(vendor))
    return landed_rows(GOOGLE_ADS, table)


def test_every_open_client_of_a_manager_is_read_through_it_and_rows_say_whose_they_are(
    vendor: Vendor, caplog: pytest.LogCaptureFixture
) -> None:
    vendor.answers(TREE, recorded("google_ads/customer_clients__manager"))
    # Ids of campaigns are the same here: a key that left the customer out would lose rows.
    vendor.answers(ROOFS, recorded("google_ads/campaign_days__two_batches"))
    vendor.answers(POOLS, recorded("google_ads/campaign_days__two_batches"))

    with caplog.at_level(logging.WARNING):
        rows = land(vendor, "campaign_days")

    assert sorted((row["customer_id"], row["campaign_id"]) for row in rows) == [
        ("1112223334", "900001"),
        ("1112223334", "900002"),
        ("2223334445", "900001"),
        ("2223334445", "900002"),
    ]
    assert {row["_account"] for row in rows} == {"9990001112"}
    streams = [one for one in vendor.requests if one.path.endswith("Stream")]
    assert {one.headers["login-customer-id"] for one in streams} == {"9990001112"}
    assert {one.path.split("/")[3] for one in streams} == {"9990001112", "1112223334", "2223334445"}
    assert "3334445556 (CANCELED), 4445556667 (hidden)" in caplog.text


def test_a_manager_above_the_manager_is_named_where_the_option_says_so(vendor: Vendor) -> None:
    vendor.answers(TREE, recorded("google_ads/customer_clients__manager"))
    vendor.answers(ROOFS, Reply(b"[]"))
    vendor.answers(POOLS, Reply(b"[]"))
    below = Account("google_ads", "9990001112", "google_ads", "nordhaus", {"login_customer_id": "888-000-1111"})

    land_table(GOOGLE_ADS, below, "click_view", ONE_DAY, connection(vendor))

    streams = [one for one in vendor.requests if one.path.endswith("Stream")]
    assert [one.headers["login-customer-id"] for one in streams] == ["8880001111"] * 3


def test_the_whole_tree_lands_also_what_is_closed(vendor: Vendor) -> None:
    vendor.answers(TREE, recorded("google_ads/customer_clients__manager"))

    rows = {row["customer_id"]: row for row in land(vendor, "customer_clients")}

    assert len(rows) == 6
    assert (rows["3334445556"]["status"], rows["3334445556"]["currency_code"]) == ("CANCELED", "EUR")
    assert (rows["2223334445"]["level"], rows["2223334445"]["time_zone"]) == (2, "America/Phoenix")
    assert [customer for customer, row in rows.items() if row["is_manager"]] == ["9990001112", "9990001113"]
    assert [customer for customer, row in rows.items() if row["is_hidden"]] == ["4445556667"]


def test_a_client_that_was_closed_since_does_not_stop_the_others(
    vendor: Vendor, caplog: pytest.LogCaptureFixture
) -> None:
    vendor.answers(TREE, recorded("google_ads/customer_clients__manager"))
    vendor.answers(ROOFS, recorded("google_ads/error__customer_not_enabled", 403))
    vendor.answers(POOLS, recorded("google_ads/campaign_days__two_batches"))

    rows = land(vendor, "campaign_days")

    assert {row["customer_id"] for row in rows} == {"2223334445"}
    assert "client 1112223334 is left out" in caplog.text


def test_what_was_landed_of_a_client_that_is_not_read_any_more_stays(vendor: Vendor) -> None:
    table = GOOGLE_ADS.table("campaign_days")
    spent = {"day": "2026-03-10", "campaign_id": "1", "ad_network_type": "SEARCH", "device": "MOBILE"}
    before = [{**spent, "customer_id": customer, "cost_micros": 5_000_000} for customer in ("3334445556", "1112223334")]
    with LandingWriter(landing_dir(), "google_ads", table, MANAGER, TWO_DAYS, "r1") as writer:
        writer.add(before)
        writer.commit()
    vendor.answers(TREE, recorded("google_ads/customer_clients__manager"))
    vendor.answers(ROOFS, recorded("google_ads/campaign_days__two_batches"))
    vendor.answers(POOLS, Reply(b"[]"))

    rows = land(vendor, "campaign_days")
    again = land(vendor, "campaign_days")

    assert [(row["customer_id"], row["campaign_id"], row["_day"]) for row in rows] == [
        ("1112223334", "900001", date(2026, 3, 10)),
        ("3334445556", "1", date(2026, 3, 10)),
        ("1112223334", "900002", date(2026, 3, 11)),
    ]
    assert [row["customer_id"] for row in again] == [row["customer_id"] for row in rows]


def test_the_currency_of_a_client_that_is_not_read_any_more_stays(vendor: Vendor) -> None:
    table = GOOGLE_ADS.table("customer")
    with LandingWriter(landing_dir(), "google_ads", table, MANAGER, ONE_DAY, "r1") as writer:
        writer.add([{"customer_id": "3334445556", "currency_code": "CHF", "time_zone": "Europe/Zurich"}])
        writer.commit()
    vendor.answers(TREE, recorded("google_ads/customer_clients__manager"))
    for client in (ROOFS, POOLS):
        vendor.answers(client, Reply(b"[]"))

    rows = [row for row in land(vendor, "customer") if row["_day"] == TWO_DAYS.last_day]

    assert [(row["customer_id"], row["currency_code"]) for row in rows] == [("3334445556", "CHF")]


def test_a_manager_without_an_open_client_is_left_out_and_says_what_to_do(vendor: Vendor) -> None:
    vendor.answers(TREE, recorded("google_ads/customer_clients__none_open"))

    with pytest.raises(SkipAccount, match=r"account 9990001112: this manager has no client account.*Link one"):
        land(vendor, "campaign_days")


def test_one_who_may_not_read_a_client_is_told(vendor: Vendor) -> None:
    vendor.answers(TREE, recorded("google_ads/customer_clients__manager"))
    vendor.answers(ROOFS, recorded("google_ads/error__permission_denied", 403))

    with pytest.raises(FixSettings, match=r"customers/1112223334/.*USER_PERMISSION_DENIED"):
        land(vendor, "campaign_days")


def test_an_account_that_lists_nothing_below_it_is_read_itself(vendor: Vendor) -> None:
    vendor.answers(TREE, Reply(b"[]"), recorded("google_ads/campaign_days__two_batches"))

    assert {row["customer_id"] for row in land(vendor, "campaign_days")} == {"9990001112"}


def test_numbers_of_a_manager_that_calls_itself_none_are_refused_with_the_cure(vendor: Vendor) -> None:
    vendor.answers(TREE, Reply(b"[]"), recorded("google_ads/error__metrics_for_manager", 400))

    with pytest.raises(FixSettings, match=r"this account is a manager; list its client accounts"):
        land(vendor, "campaign_days")


@pytest.mark.parametrize("name", ["customer_clients__manager", "customer_clients__leaf", "customer_clients__none_open"])
def test_the_recorded_clients_are_google_s_own_type(name: str) -> None:
    for batch in json.loads(fixture(f"google_ads/{name}.json").read_text()):
        for row in batch["results"]:
            parsed = json_format.ParseDict(row, GoogleAdsRow.pb(GoogleAdsRow()))
            assert str(parsed.customer_client.id) == row["customerClient"]["id"]
