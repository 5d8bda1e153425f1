"""European Central Bank: which file is read, and what is refused instead of being believed."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from decimal import Decimal

import pytest

from extractors.errors import FixSettings, RetryLater, SourceChanged
from extractors.model import Window
from extractors.sources.ecb import ECB, classify
from tests.extractors.sources.vendor import Reply, Vendor, land, landed_rows, read, recorded, unhurried

RECENT = "GET /stats/eurofxref/eurofxref-hist-90d.xml"
HISTORY = "GET /stats/eurofxref/eurofxref-hist.zip"
TWO_DAYS = Window(date(2026, 3, 9), date(2026, 3, 10))
NEW_YEAR = Window(date(2025, 12, 30), date(2026, 3, 10))


def packed(*members: tuple[str, bytes]) -> Reply:
    """A ZIP file with these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return Reply(file.getvalue(), media_type="application/zip")


def history() -> Reply:
    return packed(("eurofxref-hist.csv", recorded("ecb/history__missing_values.csv").body))


def test_rates_of_the_last_days_come_from_the_small_file(vendor: Vendor) -> None:
    vendor.answers(RECENT, recorded("ecb/recent__two_days.xml"))

    rates = land(ECB, "rates", vendor, TWO_DAYS)

    assert [(rate["day"], rate["currency"], rate["rate"]) for rate in rates] == [
        (date(2026, 3, 9), "USD", Decimal("1.09")),
        (date(2026, 3, 9), "JPY", Decimal("164.10")),
        (date(2026, 3, 10), "USD", Decimal("1.1")),
        (date(2026, 3, 10), "ISK", Decimal("136")),
    ]
    assert json.loads(rates[2]["_payload"]) == {"currency": "USD", "rate": "1.1000"}
    assert len(vendor.requests) == 1


def test_older_days_come_from_the_whole_history_and_a_missing_rate_is_no_row(vendor: Vendor) -> None:
    vendor.answers(RECENT, recorded("ecb/recent__two_days.xml"))
    vendor.answers(HISTORY, history())

    rates = land(ECB, "rates", vendor, NEW_YEAR)

    assert [(str(rate["day"]), rate["currency"], rate["rate"]) for rate in rates] == [
        ("2025-12-30", "USD", Decimal("1.04")),
        ("2025-12-30", "BGN", Decimal("1.9558")),
        ("2025-12-31", "USD", Decimal("1.05")),
        ("2025-12-31", "JPY", Decimal("160")),
        ("2025-12-31", "BGN", Decimal("1.9558")),
        ("2026-03-09", "USD", Decimal("1.09")),
        ("2026-03-09", "JPY", Decimal("164.10")),
        ("2026-03-10", "USD", Decimal("1.1")),
        ("2026-03-10", "JPY", Decimal("165")),
    ]


@pytest.mark.meets("empty_answer")
def test_a_weekend_lands_empty(vendor: Vendor) -> None:
    vendor.answers(RECENT, recorded("ecb/recent__two_days.xml"))

    assert land(ECB, "rates", vendor, Window(date(2026, 3, 14), date(2026, 3, 15))) == []


def test_a_file_that_ended_days_ago_is_not_taken_for_holidays(vendor: Vendor) -> None:
    vendor.answers(RECENT, recorded("ecb/recent__two_days.xml"))

    with pytest.raises(RetryLater, match="newest rate is of 2026-03-10, more than 5 days before 2026-03-16"):
        land(ECB, "rates", vendor, Window(date(2026, 3, 10), date(2026, 3, 16)))

    assert landed_rows(ECB, "rates") == []


def test_a_maintenance_page_with_status_200_is_not_taken_for_rates(vendor: Vendor) -> None:
    waits: list[float] = []
    vendor.answers(RECENT, recorded("ecb/maintenance_200.html"))
    client, account = unhurried(ECB, vendor, classify, waits)

    with pytest.raises(RetryLater, match="HTML"):
        list(ECB.table("rates").read(client, account, TWO_DAYS))

    assert len(waits) == 4


def test_something_else_with_status_200_is_not_taken_for_rates(vendor: Vendor) -> None:
    vendor.answers(RECENT, Reply(b"Service unavailable", media_type="text/plain"))

    with pytest.raises(RetryLater, match="the 90 day file is not what it should be"):
        read(ECB, "rates", vendor, TWO_DAYS)


@pytest.mark.meets("rate_limit", "transient_5xx", "cut_body")
def test_faults_limits_and_cut_files_are_asked_again(vendor: Vendor) -> None:
    waits: list[float] = []
    vendor.answers(
        RECENT,
        Reply(b"", 503),
        Reply(b"", 429, {"Retry-After": "5"}),
        recorded("ecb/recent__two_days.xml", is_cut=True),
        recorded("ecb/recent__two_days.xml"),
    )
    client, account = unhurried(ECB, vendor, classify, waits)

    assert len(list(ECB.table("rates").read(client, account, TWO_DAYS))) == 2
    assert waits[1] == 5


@pytest.mark.meets("permanent_error")
def test_a_file_that_is_not_there_is_not_asked_twice(vendor: Vendor) -> None:
    with pytest.raises(FixSettings):
        read(ECB, "rates", vendor, TWO_DAYS)

    assert len(vendor.requests) == 1


def test_half_an_xml_file_with_the_right_length_is_noticed(vendor: Vendor) -> None:
    whole = recorded("ecb/recent__two_days.xml").body
    vendor.answers(RECENT, Reply(whole[: len(whole) // 2], media_type="text/xml"))

    with pytest.raises(RetryLater, match="not whole"):
        land(ECB, "rates", vendor, TWO_DAYS)

    assert landed_rows(ECB, "rates") == []


def test_half_a_zip_file_with_the_right_length_is_noticed(vendor: Vendor) -> None:
    vendor.answers(RECENT, recorded("ecb/recent__two_days.xml"))
    vendor.answers(HISTORY, Reply(history().body[:150]))

    with pytest.raises(RetryLater, match="not whole"):
        read(ECB, "rates", vendor, NEW_YEAR)


def test_entities_are_refused(vendor: Vendor) -> None:
    vendor.answers(RECENT, recorded("ecb/recent__entity_bomb.xml"))

    with pytest.raises(SourceChanged, match="entities"):
        read(ECB, "rates", vendor, TWO_DAYS)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(vendor: Vendor) -> None:
    vendor.answers(RECENT, recorded("ecb/recent__two_days.xml"))
    vendor.answers(HISTORY, packed(("eurofxref-hist.csv", b"0" * 5_000_000)))

    with pytest.raises(SourceChanged, match="unpacks to more than"):
        read(ECB, "rates", vendor, NEW_YEAR)


def test_a_history_of_two_files_is_refused(vendor: Vendor) -> None:
    vendor.answers(RECENT, recorded("ecb/recent__two_days.xml"))
    vendor.answers(HISTORY, packed(("eurofxref-hist.csv", b"Date,USD,\n"), ("../../etc/cron.d/x", b"")))

    with pytest.raises(SourceChanged, match="2 files"):
        read(ECB, "rates", vendor, NEW_YEAR)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"Day;USD;\n2026-03-10;1.1;\n", "does not begin with 'Date'"),
        (b"Date,USD,\n10 March 2026,1.1,\n", "a day is not written like"),
    ],
)
def test_a_history_in_another_form_is_noticed(vendor: Vendor, content: bytes, message: str) -> None:
    vendor.answers(RECENT, recorded("ecb/recent__two_days.xml"))
    vendor.answers(HISTORY, packed(("eurofxref-hist.csv", content)))

    with pytest.raises(SourceChanged, match=message):
        read(ECB, "rates", vendor, NEW_YEAR)


@pytest.mark.meets("drift")
def test_a_renamed_attribute_is_noticed(vendor: Vendor) -> None:
    vendor.answers(RECENT, recorded("ecb/recent__renamed_attribute.xml"))

    with pytest.raises(SourceChanged, match="'currency'"):
        read(ECB, "rates", vendor, TWO_DAYS)


def test_a_rate_that_is_no_number_is_rejected(vendor: Vendor) -> None:
    vendor.answers(RECENT, recorded("ecb/recent__two_days.xml"))
    vendor.answers(HISTORY, packed(("eurofxref-hist.csv", b"Date,USD,\n2025-12-31,1.05x,\n")))

    [rate] = land(ECB, "rates", vendor, NEW_YEAR)

    assert rate["rate"] is None
    assert rate["_reject_reason"].startswith("rate ")
