"""The edges of what is decided about a conversion: what of it changed, since when, and how it stands in the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from activations.emptied import forget_lines
from activations.errors import TooMuchGone
from activations.ledger import ledger_file, ledger_of, settle
from activations.model import Telling
from tests.activations.publications import NOW, SOLD_AT, click
from tests.activations.scripted import Said
from tests.activations.teller import Teller

LATER = NOW + timedelta(days=1)
MOMENT, SECOND = NOW.replace(tzinfo=None), timedelta(seconds=1)
CONTACT = {"email": "ann@firm.example", "phone": "+4915112345678", "ad_user_data": "granted"}


pytestmark = pytest.mark.usefixtures("folders")


def of(*names: str) -> pytest.MarkDecorator:
    """The test for these platforms."""
    return pytest.mark.parametrize("teller", names, indirect=True)


def intended(teller: Teller, at: datetime, *numbers: int, **changed: Any) -> None:
    """What a sender that died had written down: intents, and no answer."""
    with ledger_of(teller.name, "1112223334", run="r", as_of_day="2026-04-05", normaliser="n") as ledger:
        ledger.intend([telling(teller, number, **changed) for number in numbers], at)


def telling(teller: Teller, number: int, **changed: Any) -> Telling:
    row = {**teller.sold(number), **changed}
    return Telling(
        row["activation_id"], "send", "sale", row["conversion_id"], row["told_as"], row["happened_at"], row["value"],
        row["currency"], row.get("click_id_type"), row.get("click_id"), row["clicked_at"], row.get("lead_ad_id"),
        row.get("device_id"),
    )  # fmt: skip


def refuse(teller: Teller, number: int, **changed: Any) -> None:
    """Let it be told once, and refused for what it is."""
    teller.publish(teller.sold(number, **changed))
    error = {"Index": 0, "ErrorCode": "OfflineConversionValueInvalid"}
    assert [state for _, state, _ in teller.tell(Said({"PartialErrors": [error]})).outcomes] == ["failed"]
    assert teller.tell(now=LATER).left_out == {"refused": 1}


@of("microsoft_ads")
@pytest.mark.parametrize(
    "changed",
    [{"value": 7}, {"told_as": "Other"}, {"click_id": click(9)}, CONTACT],
    ids=["its value", "its goal", "its click", "a contact that is known now"],
)
def test_what_was_refused_goes_again_when_this_alone_changed(teller: Teller, changed: dict[str, Any]) -> None:
    refuse(teller, 1)
    teller.publish(teller.sold(1, **changed))

    assert teller.tell(now=LATER).outcomes == {("send", "accepted", ""): 1}


@of("microsoft_ads")
@pytest.mark.parametrize(
    ("changed", "action"),
    [({"currency": "USD"}, "restate"), ({"value": 0}, "restate"), ({"outcome": "consent_denied"}, "retract"),
     ({"outcome": "employee"}, "retract"), ({"outcome": "spam"}, "retract"), ({"outcome": "duplicate"}, "retract"),
     ({"cancelled_at": MOMENT}, "retract")],
)  # fmt: skip
def test_what_became_of_it_since_is_told(teller: Teller, changed: dict[str, Any], action: str) -> None:
    teller.publish(teller.sold(1))
    teller.tell()
    teller.publish(teller.sold(1, **changed))

    assert teller.tell(now=LATER).outcomes == {(action, "accepted", ""): 1}


@of("microsoft_ads")
@pytest.mark.parametrize("changed", [{"outcome": "click_too_old"}, {"outcome": "consent_missing"}, {"value": None}])
def test_what_only_says_that_nothing_new_could_be_told_takes_nothing_back(
    teller: Teller, changed: dict[str, Any]
) -> None:
    teller.publish(teller.sold(1))
    teller.tell()
    teller.publish(teller.sold(1, **changed))

    assert teller.tell(now=LATER).left_out == {"told": 1}


@of("microsoft_ads")
def test_a_sale_that_is_cancelled_tomorrow_is_a_sale_today(teller: Teller) -> None:
    teller.publish(teller.sold(1, cancelled_at=MOMENT + SECOND), teller.sold(2, cancelled_at=MOMENT))

    report = teller.tell()

    assert (report.outcomes, report.left_out) == ({("send", "accepted", ""): 1}, {"cancelled": 1})


@of("microsoft_ads")
def test_the_last_second_in_which_it_is_corrected_and_the_first_in_which_it_may_be(teller: Teller) -> None:
    teller.publish(teller.sold(1), teller.sold(2, happened_at=SOLD_AT.replace(microsecond=0) + SECOND))
    teller.tell()
    teller.publish(teller.sold(1, value=7), teller.sold(2, value=7, happened_at=SOLD_AT))
    six, ninety = timedelta(hours=6), timedelta(days=90)

    assert teller.tell(now=NOW + six - SECOND).left_out == {"correction_too_early": 2}
    last = datetime.fromisoformat("2026-04-04T10:00:31+00:00") + ninety
    report = teller.tell(now=last)

    assert (report.outcomes, report.left_out) == ({("restate", "accepted", ""): 1}, {"correction_too_late": 1})


@of("microsoft_ads")
def test_six_hours_are_enough(teller: Teller) -> None:
    teller.publish(teller.sold(1))
    teller.tell()
    teller.publish(teller.sold(1, value=7))

    assert teller.tell(now=NOW + timedelta(hours=6)).outcomes == {("restate", "accepted", ""): 1}


@of("microsoft_ads")
def test_days_to_hold_and_the_hour_of_a_click_end_with_their_last_second(teller: Teller) -> None:
    day, hour = timedelta(days=1), timedelta(hours=1)
    teller.publish(
        teller.sold(1, hold_days=1, happened_at=MOMENT - day),
        teller.sold(2, hold_days=1, happened_at=MOMENT - day + SECOND),
        teller.sold(3, clicked_at=MOMENT - hour, happened_at=MOMENT - timedelta(minutes=9)),
        teller.sold(4, clicked_at=MOMENT - hour + SECOND, happened_at=MOMENT - timedelta(minutes=9)),
    )

    report = teller.tell()

    assert sum(report.outcomes.values()) == 2
    assert report.left_out == {"too_young": 1, "click_too_fresh": 1}


@of("tiktok_ads", "meta_ads")
def test_what_was_never_answered_is_repeated_for_47_hours_and_then_left_to_a_person(teller: Teller) -> None:
    teller.publish(teller.sold(1), teller.sold(2))
    hours = timedelta(hours=47)
    intended(teller, NOW - hours, 1)
    intended(teller, NOW - hours - SECOND, 2)

    report = teller.tell()

    assert report.outcomes == {
        ("send", "accepted", ""): 1, ("send", "unclear", "no_answer_and_too_late_to_repeat"): 1,
    }  # fmt: skip


@of("microsoft_ads")
def test_what_may_have_arrived_is_not_absent_because_it_was_refused_at_the_door_now(teller: Teller) -> None:
    teller.publish(teller.sold(1), teller.sold(2))
    intended(teller, NOW - timedelta(hours=1), 1)

    report = teller.tell(Said({"Errors": [{"Code": 106, "ErrorCode": "UserIsNotAuthorized"}]}, 400))

    # Of the repeated one nothing new is known; the other surely did not arrive.
    assert report.outcomes == {("send", "deferred", "not_sent"): 1}
    # Changed since: a repetition is what was intended, and only what never was is new.
    teller.publish(teller.sold(1, value=7), teller.sold(2, value=8))
    assert teller.tell(now=LATER).outcomes == {("send", "accepted", ""): 2}
    values = [row["ConversionValue"] for post in teller.posts()[1:] for row in post.json["OfflineConversions"]]
    assert values == [101.0, 8.0]


@of("microsoft_ads")
def test_two_of_three_gone_are_taken_back_and_so_is_a_third_of_many(teller: Teller) -> None:
    teller.publish(*(teller.sold(number) for number in range(3)))
    teller.tell()
    teller.publish(teller.sold(0))
    assert teller.tell(now=LATER).outcomes == {("retract", "accepted", ""): 2}

    teller.publish(*(teller.sold(number) for number in (0, *range(10, 90))))
    teller.tell(now=LATER)
    teller.publish(*(teller.sold(number) for number in (0, *range(10, 60))))
    assert teller.tell(now=LATER + timedelta(days=1)).outcomes == {("retract", "accepted", ""): 30}

    teller.publish(teller.sold(0))
    with pytest.raises(TooMuchGone):
        teller.tell(now=LATER + timedelta(days=2))


@of("meta_ads")
def test_meta_hears_of_the_moment_of_the_click_and_not_of_the_sale(teller: Teller) -> None:
    teller.publish(teller.sold(1, clicked_at=datetime(2026, 4, 1, 12)))  # noqa: DTZ001 - as published: UTC
    teller.tell()

    [event] = teller.posts()[0].json["data"]
    assert event["user_data"]["fbc"] == f"fb.1.1775044800000.{click(1)}"
    assert event["event_time"] == 1775296830


@of("microsoft_ads")
def test_a_line_that_was_cut_off_is_none_and_the_next_one_is_whole(teller: Teller) -> None:
    teller.publish(teller.sold(1), teller.sold(2))
    intended(teller, NOW, 1)
    file = ledger_file("microsoft_ads", "1112223334")
    whole = file.read_bytes()
    file.write_bytes(whole + b'{"n":2,"step":"outcome","activation_id":"microsoft_ads:1112223334:1","sta')

    assert settle(file) == 1
    assert file.read_bytes() == whole
    assert teller.tell().outcomes == {("send", "accepted", ""): 2}
    assert [line[:7] for line in file.read_text().splitlines()] == [f'{{"n":{n},"'[:7] for n in range(1, 6)]


@of("microsoft_ads")
def test_every_id_goes_out_of_the_lines_of_who_is_forgotten(teller: Teller) -> None:
    intended(teller, NOW, 1, lead_ad_id="lead-77", device_id="device-77")
    intended(teller, NOW, 2)
    file = ledger_file("microsoft_ads", "1112223334")

    assert forget_lines(file, ["microsoft_ads:1112223334:1"]) == 1

    text = file.read_text()
    assert not any(one in text for one in (click(1), "lead-77", "device-77"))
    assert click(2) in text


@of("microsoft_ads")
def test_the_oldest_go_first(teller: Teller) -> None:
    teller.publish(*(teller.sold(number, happened_at=SOLD_AT - number * SECOND) for number in range(3)))
    teller.tell()

    rows = teller.posts()[0].json["OfflineConversions"]
    assert [row["MicrosoftClickId"] for row in rows] == [click(2), click(1), click(0)]
