"""Bank of Russia: commas, nominals and another alphabet; which day a rate is of; what is refused."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from extractors.errors import ExtractError, FixSettings, RetryLater, SourceChanged
from extractors.model import Window
from extractors.sources.cbr import CBR, classify
from tests.extractors.sources.vendor import Reply, Vendor, land, landed_rows, read, recorded, unhurried

PATH = "/scripts/XML_daily.asp"
DAY = f"GET {PATH}"
ONE_DAY = Window(date(2026, 3, 10), date(2026, 3, 10))
TWO_DAYS = Window(date(2026, 3, 10), date(2026, 3, 11))


def test_a_rate_is_the_price_of_one_unit_whatever_the_nominal(vendor: Vendor) -> None:
    vendor.answers(DAY, recorded("cbr/day__10_march.xml"), recorded("cbr/day__11_march_without_unit_rates.xml"))

    rates = land(CBR, "rates", vendor, TWO_DAYS)

    assert [(rate["day"].day, rate["currency"], rate["nominal"], rate["rate"]) for rate in rates] == [
        (10, "USD", 1, Decimal("83.5211")),
        (10, "EUR", 1, Decimal("91.8732")),
        (10, "KZT", 100, Decimal("0.160412")),
        (11, "USD", 1, Decimal("84")),
        (11, "EUR", 1, Decimal("92")),
        (11, "KZT", 1000, Decimal("0.1605")),
    ]
    assert json.loads(rates[2]["_payload"])["Name"] == "Тенге"
    assert [request.query["date_req"] for request in vendor.requests] == ["10/03/2026", "11/03/2026"]


@pytest.mark.meets("empty_answer")
def test_a_day_without_a_rate_of_its_own_lands_empty(vendor: Vendor) -> None:
    vendor.answers(DAY, recorded("cbr/day__10_march.xml"))

    rates = land(CBR, "rates", vendor, TWO_DAYS)

    assert {rate["day"] for rate in rates} == {date(2026, 3, 10)}


def test_a_rate_that_is_no_number_or_nothing_or_of_no_units_is_rejected(vendor: Vendor) -> None:
    vendor.answers(DAY, recorded("cbr/day__odd_numbers.xml"))

    rates = land(CBR, "rates", vendor, ONE_DAY)

    assert [rate["rate"] for rate in rates] == [None, None, None]
    assert all("rate is missing" in rate["_reject_reason"] for rate in rates)


@pytest.mark.meets("drift")
@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("error_200_in_words", "Error in parameters"),
        ("day__no_currency", "no currency"),
        ("day__renamed_value", r"no \['Value'\]"),
        ("day__written_otherwise", "31.03.2026"),
        ("day__tomorrow", "2026-03-12"),
        ("day__entity_bomb", "entities"),
    ],
)
def test_another_shape_is_noticed(vendor: Vendor, answer: str, message: str) -> None:
    vendor.answers(DAY, recorded(f"cbr/{answer}.xml"))

    with pytest.raises(SourceChanged, match=message):
        land(CBR, "rates", vendor, ONE_DAY)

    assert landed_rows(CBR, "rates") == []


@pytest.mark.parametrize(
    ("content", "message"),
    [(recorded("cbr/day__10_march.xml").body[:300], "not whole"), (b"Service unavailable", "not XML")],
)
def test_what_is_not_a_whole_file_is_left_for_later(vendor: Vendor, content: bytes, message: str) -> None:
    vendor.answers(DAY, Reply(content, media_type="text/xml"))

    with pytest.raises(RetryLater, match=message):
        read(CBR, "rates", vendor, ONE_DAY)


def test_the_guard_against_robots_is_asked_again_slowly(vendor: Vendor) -> None:
    waits: list[float] = []
    vendor.answers(DAY, recorded("cbr/guard_403.html", 403), recorded("cbr/day__10_march.xml"))
    client, account = unhurried(CBR, vendor, classify, waits)

    [page] = CBR.table("rates").read(client, account, ONE_DAY)

    assert len(page) == 3
    assert waits == [60]


@pytest.mark.meets("rate_limit", "transient_5xx", "cut_body")
def test_faults_limits_web_pages_and_cut_files_are_asked_again(vendor: Vendor) -> None:
    waits: list[float] = []
    vendor.answers(
        DAY,
        Reply(b"", 503),
        Reply(b"", 429, {"Retry-After": "5"}),
        recorded("cbr/guard_403.html", 200),
        recorded("cbr/day__10_march.xml", is_cut=True),
        recorded("cbr/day__10_march.xml"),
    )
    client, account = unhurried(CBR, vendor, classify, waits)

    assert len(list(CBR.table("rates").read(client, account, ONE_DAY))) == 1
    assert (len(waits), waits[1]) == (4, 5)


@pytest.mark.meets("permanent_error")
@pytest.mark.parametrize(("status", "cure"), [(404, FixSettings), (301, FixSettings)])
def test_an_address_that_is_wrong_is_not_asked_twice(vendor: Vendor, status: int, cure: type[ExtractError]) -> None:
    vendor.answers(DAY, Reply(b"", status))

    with pytest.raises(cure):
        read(CBR, "rates", vendor, ONE_DAY)

    assert len(vendor.requests) == 1


def test_the_bank_is_asked_by_something_that_looks_like_a_browser(vendor: Vendor) -> None:
    vendor.answers(DAY, recorded("cbr/day__10_march.xml"))

    read(CBR, "rates", vendor, ONE_DAY)

    assert vendor.requests[0].headers["user-agent"].startswith("Mozilla/5.0")
