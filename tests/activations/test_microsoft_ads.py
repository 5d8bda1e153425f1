"""Microsoft is told each sale once, hears of corrections, and answers row by row."""

from __future__ import annotations

import hashlib
import os
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from activations.errors import TooMuchGone
from activations.sending import show
from tests.activations.conftest import Platform
from tests.activations.publications import NOW, SOLD_AT, click, publish, sale

ACCOUNT = "900100"
at = datetime.fromisoformat
CLICKED_AT = SOLD_AT - timedelta(days=3)


def sold(number: int, **changed: Any) -> dict[str, Any]:
    own = {"click_id_type": "msclkid", "click_id": click(number), "clicked_at": CLICKED_AT}
    return sale(number, "microsoft_ads", ACCOUNT, **{**own, **changed})


def test_each_sale_is_told_once_however_often_the_sender_runs(microsoft: Platform) -> None:
    publish(microsoft.data, [sold(1), sold(2)])

    first, second = microsoft.tell(), microsoft.tell()

    assert first.outcomes == {("send", "accepted", ""): 2}
    assert second.outcomes == {}
    assert second.left_out == {"told": 2}
    assert microsoft.posted() == [
        {
            "MicrosoftClickId": click(number),
            "ConversionName": "Sale",
            "ConversionTime": "2026-04-04T10:00:30Z",
            "ConversionValue": 100.0 + number,
            "ConversionCurrencyCode": "EUR",
        }
        for number in (1, 2)
    ]


def test_a_changed_value_is_restated_and_a_cancelled_sale_taken_back(microsoft: Platform) -> None:
    publish(microsoft.data, [sold(1), sold(2)])
    microsoft.tell()
    later = NOW + timedelta(days=1)
    publish(microsoft.data, [sold(1, value=Decimal(70)), sold(2, cancelled_at=at("2026-04-06 12:00"))])

    assert microsoft.tell(now=NOW + timedelta(hours=5)).left_out == {"correction_too_early": 1, "told": 1}
    report = microsoft.tell(now=later)

    assert report.outcomes == {("restate", "accepted", ""): 1, ("retract", "accepted", ""): 1}
    [standing] = microsoft.standing().values()
    assert (standing["MicrosoftClickId"], standing["ConversionValue"]) == (click(1), 70.0)
    assert microsoft.tell(now=later).outcomes == {}


def test_a_sale_whose_deal_was_deleted_is_taken_back(microsoft: Platform) -> None:
    publish(microsoft.data, [sold(1), sold(2)])
    microsoft.tell()
    publish(microsoft.data, [sold(2)])
    microsoft.tell(now=NOW + timedelta(days=1))

    assert [one["MicrosoftClickId"] for one in microsoft.standing().values()] == [click(2)]


def test_a_refused_row_holds_up_no_other_and_goes_again_when_it_changed(microsoft: Platform) -> None:
    publish(microsoft.data, [sold(1), sold(2, click_id="no click of theirs"), sold(3, told_as="No goal")])

    report = microsoft.tell()

    assert report.outcomes == {
        ("send", "accepted", ""): 1,
        ("send", "failed", "OfflineConversionMicrosoftClickIdInvalid"): 1,
        ("send", "deferred", "OfflineConversionNameInvalid"): 1,
    }
    assert microsoft.tell().left_out == {"told": 1, "refused": 1}

    publish(microsoft.data, [sold(1), sold(2), sold(3)])
    assert microsoft.tell().outcomes == {("send", "accepted", ""): 2}
    assert len(microsoft.standing()) == 3


def test_a_contact_leaves_hashed_and_is_nowhere_written_down(microsoft: Platform) -> None:
    contact = {"email": "Jane.Doe+ads@mail.example", "phone": "+4915112345678"}
    publish(microsoft.data, [sold(1, click_id=None, click_id_type=None, **contact)])
    microsoft.tell()

    [row] = microsoft.posted()
    assert row["HashedEmailAddress"] == hashlib.sha256(b"janedoe@mail.example").hexdigest()
    assert row["HashedPhoneNumber"] == hashlib.sha256(b"+4915112345678").hexdigest()
    assert "MicrosoftClickId" not in row
    written = microsoft.ledger()
    for secret in (*contact.values(), row["HashedEmailAddress"], row["HashedPhoneNumber"]):
        assert secret not in written


def test_two_sales_of_one_click_in_one_second_are_two(microsoft: Platform) -> None:
    publish(microsoft.data, [sold(1), sold(2, click_id=click(1))])
    microsoft.tell()
    publish(microsoft.data, [sold(1), sold(2, click_id=click(1)), sold(3, click_id=click(1))])
    microsoft.tell()

    assert len(microsoft.standing()) == 3
    assert sorted(one["ConversionValue"] for one in microsoft.standing().values()) == [101.0, 102.0, 103.0]


def test_an_answer_that_was_lost_is_asked_for_again_and_counts_once(microsoft: Platform) -> None:
    publish(microsoft.data, [sold(1), sold(2)])
    microsoft.server.order("faults", source="microsoft_ads", kind="cut_body", match="Apply", times=1)

    report = microsoft.tell()

    assert report.outcomes == {("send", "accepted", ""): 2}
    assert len(microsoft.posted()) == 4
    assert len(microsoft.standing()) == 2


def test_what_is_too_young_too_old_or_too_fresh_waits_or_is_left_out(microsoft: Platform) -> None:
    publish(
        microsoft.data,
        [
            sold(1, hold_days=3),
            sold(2, happened_at=at("2026-01-05 00:00")),
            sold(3, clicked_at=at("2026-04-06 05:30"), happened_at=at("2026-04-06 05:40")),
            sold(4, cancelled_at=at("2026-04-05 00:00")),
            sold(5, outcome="consent_denied"),
        ],
    )

    report = microsoft.tell()

    assert report.left_out == {
        "too_young": 1,
        "too_late": 1,
        "click_too_fresh": 1,
        "cancelled": 1,
        "consent_denied": 1,
    }
    assert microsoft.posted() == []
    assert microsoft.tell(now=NOW + timedelta(days=2)).outcomes == {("send", "accepted", ""): 2}


def test_a_dry_run_sends_nothing_and_writes_nothing_down(microsoft: Platform) -> None:
    publish(microsoft.data, [sold(1)])

    plan, report = show(microsoft.told, NOW)

    assert report.planned == {"send": 1}
    assert [one.conversion_id for one in plan.tellings] == ["sale1"]
    assert (microsoft.posted(), microsoft.ledger()) == ([], "")


def test_an_older_publication_takes_nothing_back(microsoft: Platform) -> None:
    publish(microsoft.data, [sold(1), sold(2)])
    microsoft.tell()
    publish(microsoft.data, [sold(1)], as_of_day=date(2026, 4, 1))

    with pytest.raises(TooMuchGone, match="Publish the newer day first"):
        microsoft.tell(now=NOW + timedelta(days=1))
    assert len(microsoft.standing()) == 2


def test_half_of_all_sales_gone_at_once_is_told_to_a_person_and_not_to_the_platform(microsoft: Platform) -> None:
    publish(microsoft.data, [sold(number) for number in range(60)])
    microsoft.tell()
    publish(microsoft.data, [sold(number) for number in range(20)])

    with pytest.raises(TooMuchGone, match="40 of 60"):
        microsoft.tell(now=NOW + timedelta(days=1))
    assert len(microsoft.standing()) == 60


def test_a_vendor_that_nobody_reaches_is_told_the_next_time(
    microsoft: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(microsoft.data, [sold(1)])
    variable = f"AIRFLOW_CONN_MICROSOFT_ADS_{ACCOUNT}"
    good = os.environ[variable]
    monkeypatch.setenv(variable, good.replace(microsoft.server.url, "http://127.0.0.1:9"))

    report = microsoft.tell()

    assert report.stopped
    assert report.outcomes == {("send", "deferred", "not_sent"): 1}
    monkeypatch.setenv(variable, good)
    assert microsoft.tell().outcomes == {("send", "accepted", ""): 1}
