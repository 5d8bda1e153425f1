"""What holds for whoever is told, over the wire to the vendor's rules."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from activations.destination_list import DESTINATIONS
from tests.activations.conftest import Platform, configured
from tests.activations.publications import NOW, SOLD_AT, click, publish, sale
from tests.sandbox.serving import Server

SEED = Path(__file__).parents[2] / "dbt_project" / "seeds" / "activation_destinations.csv"
EMAIL, PHONE = "J.Doe+Ads@Gmail.com", "+4915112345678"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Case:
    """One account of the sandbox, what a sale needs there, and where its answers lie."""

    name: str
    account: str
    told_as: str
    identity: Callable[[int], dict[str, Any]]
    """By which id a sale of that number is known."""
    money: Callable[[Any], float]
    """The value of a conversion that the vendor counts."""
    spoilt: dict[str, Any]
    """What makes one row of a request bad."""
    refusal: str
    hashes: tuple[str, ...]
    """The contact above in this vendor's form."""
    path: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    retracted: float | None = None
    """What a cancelled sale counts afterwards; None where it is gone."""
    corrects: bool = True
    match: str = "sale"
    """What a request of events holds, and a request for a token does not."""
    together: int = 3
    """How many of three sales share a request."""


def by_click(kind: str, prefix: str = "") -> Callable[[int], dict[str, Any]]:
    return lambda number: {
        "click_id_type": kind,
        "click_id": prefix + click(number),
        "clicked_at": SOLD_AT - timedelta(days=3),
    }


CASES = (
    Case(
        "google_ads", "1112223334", "700002", by_click("gclid", "Cj0"), lambda one: float(one["conversionValue"]),
        {"click_id": None, "click_id_type": None}, "NO_IDENTIFIERS_PROVIDED",
        (sha256("jdoe@gmail.com"), sha256(PHONE)), retracted=0.0, together=1,
    ),
    Case(
        "meta_ads", "555000111", "Purchase", by_click("fbclid", "IwAR"), lambda one: float(one["custom_data"]["value"]),
        {"click_id": None}, "2804050 Not Enough Customer Information",
        (sha256("j.doe+ads@gmail.com"), sha256(PHONE[1:])), options={"crm": "HubSpot"}, corrects=False,
    ),
    Case(
        "microsoft_ads", "900100", "Sale", by_click("msclkid"), lambda one: float(one["ConversionValue"]),
        {"click_id": "x"}, "OfflineConversionMicrosoftClickIdInvalid",
        (sha256("jdoe@gmail.com"), sha256(PHONE)), options={"customer_id": "5001"}, match="Sale",
    ),
    Case(
        "yandex_metrica", "44001", "PAID", lambda number: {"device_id": f"{16 * 10**17 + number}"},
        lambda one: float(one["revenue"]), {"device_id": "1.7E18"}, "validation FAILED",
        (md5("j.doe+ads@gmail.com"), md5(PHONE[1:])),
    ),
    Case(
        "linkedin_ads", "507404993", "104012", by_click("li_fat_id"),
        lambda one: float(one["conversionValue"]["amount"]), {"click_id": None}, "/user :: names nobody",
        (sha256("j.doe+ads@gmail.com"),), path="/rest", options={"version": "202609"}, corrects=False,
    ),
    Case(
        "tiktok_ads", "7101000000000000001", "Purchase", by_click("ttclid"),
        lambda one: float(one["properties"]["value"]), {"click_id": None}, "40002 data.2.user: names nobody.",
        (sha256("j.doe+ads@gmail.com"), sha256(PHONE)), options={"crm": "HubSpot"}, corrects=False,
    ),
)  # fmt: skip


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    found = request.param
    assert isinstance(found, Case)
    return found


@pytest.fixture
def platform(case: Case, environment: Server, monkeypatch: pytest.MonkeyPatch) -> Platform:
    entry = {
        "destination": case.name,
        "account": case.account,
        "brand": "nordhaus",
        "options": case.options,
        "tells": [{"milestone": "sale", "as": case.told_as, "value": "revenue"}],
    }
    return configured(monkeypatch, environment, entry, case.path)


def sold(case: Case, number: int, **changed: Any) -> dict[str, Any]:
    return sale(number, case.name, case.account, **{"told_as": case.told_as, **case.identity(number), **changed})


def test_the_rule_file_says_of_each_destination_how_it_is_corrected() -> None:
    with SEED.open(newline="") as file:
        stated = {row["destination"]: row["correction"] for row in csv.DictReader(file)}

    assert stated == {name: one.correction for name, one in DESTINATIONS.items()}
    assert {case.name for case in CASES} == set(DESTINATIONS)


def test_each_sale_counts_once_with_its_value(case: Case, platform: Platform) -> None:
    publish(platform.data, [sold(case, number) for number in range(25)])

    first, second = platform.tell(), platform.tell()

    assert {state for _, state, _ in first.outcomes} == {"accepted"}
    assert sum(first.outcomes.values()) == 25
    assert second.left_out == {"told": 25}
    assert sorted(case.money(one) for one in platform.standing().values()) == [100.0 + number for number in range(25)]
    assert len(platform.posted()) == 25


def test_one_bad_row_costs_itself_and_no_other(case: Case, platform: Platform) -> None:
    publish(platform.data, [sold(case, number, **(case.spoilt if number == 2 else {})) for number in range(9)])

    report = platform.tell()

    assert report.outcomes.pop(("send", "accepted", "")) == 8
    [(action, state, reason)] = report.outcomes
    assert (action, state) == ("send", "failed")
    assert case.refusal in reason
    assert len(platform.standing()) == 8
    assert platform.tell().left_out == {"told": 8, "refused": 1}


def test_an_answer_that_was_lost_does_not_count_twice(case: Case, platform: Platform) -> None:
    publish(platform.data, [sold(case, number) for number in range(3)])
    platform.server.order("faults", source=case.name, kind="cut_body", match=case.match, times=1)

    platform.tell()

    assert platform.server.fired() == 1
    assert len(platform.posted()) == 3 + case.together
    assert sorted(case.money(one) for one in platform.standing().values()) == [100.0, 101.0, 102.0]


def test_a_contact_leaves_in_the_form_of_its_receiver_and_is_written_down_nowhere(
    case: Case, platform: Platform
) -> None:
    nobody = dict.fromkeys(("click_id", "click_id_type", "clicked_at", "device_id"))
    contact = {"email": EMAIL, "phone": PHONE, "ad_user_data": "granted", "ad_personalization": "denied"}
    publish(platform.data, [sold(case, 1, **{**nobody, **contact})])

    assert {state for _, state, _ in platform.tell().outcomes} == {"accepted"}
    [row] = platform.posted()
    sent = json.dumps(row)
    assert all(one in sent for one in case.hashes)
    for plain in (EMAIL, EMAIL.lower(), PHONE, PHONE[1:]):
        assert plain not in sent
        assert plain not in platform.ledger()
    assert not any(one in platform.ledger() for one in case.hashes)


def test_a_number_without_its_country_is_never_hashed(case: Case, platform: Platform) -> None:
    nobody = dict.fromkeys(("click_id", "click_id_type", "clicked_at", "device_id"))
    publish(platform.data, [sold(case, 1, **{**nobody, "phone": "0170 1234567"})])

    assert {state for _, state, _ in platform.tell().outcomes} == {"failed"}
    assert platform.posted() == []


def test_what_changes_later_is_corrected_or_said_to_be_uncorrectable(case: Case, platform: Platform) -> None:
    publish(platform.data, [sold(case, 1), sold(case, 2), sold(case, 3)])
    platform.tell()
    later = NOW + timedelta(days=1)
    publish(
        platform.data,
        [sold(case, 1), sold(case, 2, value=Decimal(70)), sold(case, 3, cancelled_at=NOW.replace(tzinfo=None))],
    )

    report = platform.tell(now=later)

    values = sorted(case.money(one) for one in platform.standing().values())
    if case.corrects:
        kept = [] if case.retracted is None else [case.retracted]
        assert values == sorted([101.0, 70.0, *kept])
    else:
        reason = f"{case.name}_knows_no_correction"
        assert report.outcomes == {("restate", "uncorrectable", reason): 1, ("retract", "uncorrectable", reason): 1}
        assert values == [101.0, 102.0, 103.0]
    # It is said once, and not every night again.
    assert platform.tell(now=later).outcomes == {}


def test_a_credential_that_was_taken_back_stops_the_account_and_loses_nothing(case: Case, platform: Platform) -> None:
    publish(platform.data, [sold(case, 1)])
    platform.server.order("faults", source=case.name, kind="revoked", match=case.match, times=1)

    report = platform.tell()

    assert report.stopped
    assert report.outcomes == {("send", "deferred", "not_sent"): 1}
    assert platform.tell(now=NOW + timedelta(hours=1)).outcomes == {("send", "accepted", ""): 1}
    assert len(platform.standing()) == 1


@pytest.mark.parametrize("case", [one for one in CASES if DESTINATIONS[one.name].resend_hours], indirect=True)
def test_what_was_never_answered_is_not_repeated_when_the_platform_would_count_it_again(
    case: Case, platform: Platform
) -> None:
    publish(platform.data, [sold(case, 1)])
    platform.server.order("faults", source=case.name, kind="cut_body", match=case.match, times=0)
    platform.tell()
    platform.server.reset()

    for days in (2, 4):
        platform.server.order("clock", today=str((NOW + timedelta(days=2 + days)).date()))
        assert platform.tell(now=NOW + timedelta(days=days)).outcomes in (
            {("send", "unclear", "no_answer_and_too_late_to_repeat"): 1}, {},
        )  # fmt: skip
        assert len(platform.standing()) == 1
