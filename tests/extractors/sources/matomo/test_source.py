"""Matomo: visits day by day, and errors that come with status 200."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest

from extractors.errors import FixSettings, RetryLater, SourceChanged
from extractors.model import Window
from extractors.sources.matomo import MATOMO, classify
from tests.extractors.sources.vendor import (
    SECRET,
    Reply,
    Request,
    Vendor,
    land,
    landed_rows,
    read,
    recorded,
    unhurried,
)

INDEX = "POST /index.php"
THE_10TH = Window(date(2026, 3, 10), date(2026, 3, 10))


def some_visits(count: int, first: int = 0) -> Reply:
    [example] = json.loads(recorded("matomo/visits__without_campaign_plugin").body)
    return Reply(json.dumps([{**example, "idVisit": str(first + number)} for number in range(count)]).encode())


def test_visits_land_with_their_first_and_last_page(vendor: Vendor) -> None:
    vendor.answers(INDEX, recorded("matomo/visits__two"))

    paid, direct = land(MATOMO, "visits", vendor, THE_10TH, site_id=1)

    assert (paid["visit_id"], paid["site_id"], paid["visited_day"]) == ("501", "1", date(2026, 3, 10))
    assert paid["landing_url"] == "https://nordhaus.example/?utm_source=google&gclid=SYN-1"
    assert paid["last_url"] == "https://nordhaus.example/roof"
    assert paid["first_action_at"] == datetime.fromisoformat("2026-03-10T10:00")
    assert (paid["duration_seconds"], paid["action_count"], paid["user_id"]) == (100, 2, None)
    assert (direct["visit_id"], direct["user_id"], direct["referrer_name"]) == ("502", "customer-7", None)
    assert (direct["landing_url"], direct["campaign_name"]) == (None, None)
    assert paid["_reject_reason"] is direct["_reject_reason"] is None


def test_without_the_campaign_plugin_the_referrer_names_the_campaign(vendor: Vendor) -> None:
    vendor.answers(INDEX, recorded("matomo/visits__without_campaign_plugin"))

    [visit] = land(MATOMO, "visits", vendor, THE_10TH, site_id="1")

    assert (visit["campaign_name"], visit["campaign_keyword"]) == ("newsletter_may", "tiles")
    # Neither the day nor the site is in this answer; both were asked for.
    assert (visit["visited_day"], visit["site_id"]) == (date(2026, 3, 10), "1")


@pytest.mark.meets("last_page", "empty_answer")
def test_each_day_is_asked_for_until_a_short_page(vendor: Vendor) -> None:
    vendor.answers(INDEX, some_visits(500), some_visits(3, first=500), recorded("matomo/visits__empty"))

    visits = read(MATOMO, "visits", vendor, Window(date(2026, 3, 10), date(2026, 3, 11)), site_id=1)

    assert len(visits) == 503
    assert [(request.form["date"], request.form["filter_offset"]) for request in vendor.requests] == [
        ("2026-03-10", "0"),
        ("2026-03-10", "500"),
        ("2026-03-11", "0"),
    ]


def test_the_token_goes_into_the_body_and_never_into_the_address(vendor: Vendor) -> None:
    vendor.answers(INDEX, recorded("matomo/visits__empty"))

    assert land(MATOMO, "visits", vendor, THE_10TH, site_id=1) == []

    [request] = vendor.requests
    assert request.form["token_auth"] == SECRET
    assert request.query_text == ""


def test_an_account_without_its_site_is_refused(vendor: Vendor) -> None:
    with pytest.raises(FixSettings, match="site_id"):
        read(MATOMO, "visits", vendor, THE_10TH)


@pytest.mark.meets("expired_auth", "permanent_error")
@pytest.mark.parametrize(
    ("fixture", "message"),
    [
        ("matomo/error_200_token", "the token is not accepted"),
        ("matomo/error_200_method", "does not exist or is not available"),
    ],
)
def test_an_error_with_status_200_is_an_error(vendor: Vendor, fixture: str, message: str) -> None:
    vendor.answers(INDEX, recorded(fixture))

    with pytest.raises(FixSettings, match=message) as refused:
        land(MATOMO, "visits", vendor, THE_10TH, site_id=1)

    assert len(vendor.requests) == 1
    assert SECRET not in str(refused.value)
    assert landed_rows(MATOMO, "visits") == []


@pytest.mark.meets("rate_limit", "transient_5xx", "cut_body")
def test_a_busy_database_a_fault_a_limit_and_a_cut_answer_are_asked_again(vendor: Vendor) -> None:
    waits: list[float] = []
    vendor.answers(
        INDEX,
        recorded("matomo/error_200_database"),
        Reply(b"<html>Bad gateway</html>", 502, media_type="text/html"),
        Reply(b"{}", 429, {"Retry-After": "4"}),
        recorded("matomo/visits__two", is_cut=True),
        recorded("matomo/visits__two"),
    )
    client, account = unhurried(MATOMO, vendor, classify, waits, site_id=1)

    [page] = MATOMO.table("visits").read(client, account, THE_10TH)

    assert len(page) == 2
    assert len(waits) == 4
    assert waits[2] == 4


def test_a_page_that_is_too_much_for_the_host_is_asked_for_in_smaller_ones(vendor: Vendor) -> None:
    def weak(request: Request) -> Reply:
        limit, offset = int(request.form["filter_limit"]), int(request.form["filter_offset"])
        if limit > 200:
            return Reply(b"", 504)
        if limit > 100:
            return recorded("matomo/error_200_memory")
        return some_visits(min(limit, max(0, 150 - offset)), first=offset)

    vendor.answers(INDEX, weak)

    visits = read(MATOMO, "visits", vendor, THE_10TH, site_id=1)

    assert [visit["visit_id"] for visit in visits] == [str(number) for number in range(150)]


@pytest.mark.parametrize("breaks_off", [Reply(b"", 502), Reply(b'[{"idVisit":"501"}]', is_cut=True)])
def test_a_host_that_breaks_off_large_pages_is_asked_for_smaller_ones(vendor: Vendor, breaks_off: Reply) -> None:
    def weak(request: Request) -> Reply:
        limit, offset = int(request.form["filter_limit"]), int(request.form["filter_offset"])
        return breaks_off if limit > 100 else some_visits(min(limit, max(0, 150 - offset)), first=offset)

    vendor.answers(INDEX, weak)
    client, account = unhurried(MATOMO, vendor, classify, [], site_id=1)

    pages = [page for page in MATOMO.table("visits").read(client, account, THE_10TH) if isinstance(page, list)]

    assert [visit["visit_id"] for page in pages for visit in page] == [str(number) for number in range(150)]


def test_a_limit_makes_no_page_smaller(vendor: Vendor) -> None:
    vendor.answers(INDEX, Reply(b"{}", 429))
    client, account = unhurried(MATOMO, vendor, classify, [], site_id=1)

    with pytest.raises(RetryLater):
        list(MATOMO.table("visits").read(client, account, THE_10TH))

    assert {request.form["filter_limit"] for request in vendor.requests} == {"500"}


def test_a_host_that_cannot_give_even_a_few_ends(vendor: Vendor) -> None:
    vendor.answers(INDEX, recorded("matomo/error_200_memory"))

    with pytest.raises(RetryLater, match="even 20 visits"):
        read(MATOMO, "visits", vendor, THE_10TH, site_id=1)


def test_a_page_with_more_than_was_asked_for_makes_no_gap(vendor: Vendor) -> None:
    doubled = json.loads(some_visits(500).body) * 2
    vendor.answers(INDEX, Reply(json.dumps(doubled).encode()), some_visits(3, first=500))

    visits = read(MATOMO, "visits", vendor, THE_10TH, site_id=1)

    assert {visit["visit_id"] for visit in visits} == {str(number) for number in range(503)}
    assert [request.form["filter_offset"] for request in vendor.requests] == ["0", "500"]


def test_the_same_page_twice_ends(vendor: Vendor) -> None:
    vendor.answers(INDEX, some_visits(500))

    with pytest.raises(RetryLater, match="the same page came twice"):
        read(MATOMO, "visits", vendor, THE_10TH, site_id=1)


@pytest.mark.meets("drift")
def test_a_field_that_vanished_from_every_visit_is_noticed(vendor: Vendor) -> None:
    vendor.answers(INDEX, recorded("matomo/visits__renamed_field"))

    with pytest.raises(SourceChanged, match="no record has 'actionDetails'"):
        land(MATOMO, "visits", vendor, THE_10TH, site_id=1)

    assert landed_rows(MATOMO, "visits") == []


def test_a_day_that_is_answered_with_another_day_s_visits_does_not_land_empty(vendor: Vendor) -> None:
    vendor.answers(INDEX, recorded("matomo/visits__two"))

    with pytest.raises(RetryLater, match="visits of 2026-03-11: rows of 2026-03-10 came"):
        read(MATOMO, "visits", vendor, Window(date(2026, 3, 11), date(2026, 3, 11)), site_id=1)
