"""Answers that no page of a vendor shows in full, over a real socket, and what each platform's sales come to then."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from activations.destination_list import DESTINATIONS
from activations.sending import show
from activations.settings import data_dir
from tests.activations.publications import NOW, SOLD_AT
from tests.activations.scripted import Said
from tests.activations.teller import Teller

EMAIL, PHONE = "ann@firm.example", "+4915112345678"
CONTACT = {"email": EMAIL, "phone": PHONE, "ad_user_data": "granted"}


pytestmark = pytest.mark.usefixtures("folders")


def of(*names: str) -> pytest.MarkDecorator:
    """The test for these platforms."""
    return pytest.mark.parametrize("teller", names or sorted(DESTINATIONS), indirect=True)


LATER = NOW + timedelta(days=1)


@of()
def test_a_connection_that_is_cut_after_the_request_leaves_one_sale_and_the_same_words(teller: Teller) -> None:
    teller.publish(teller.sold(1))

    report = teller.tell(Said(is_cut=True))

    assert report.outcomes == {("send", "accepted", ""): 1}
    first, second = (post.body for post in teller.posts())
    assert without_boundary(first) == without_boundary(second)


@of()
def test_a_source_that_asks_for_patience_is_left_alone_and_told_later(teller: Teller) -> None:
    teller.publish(teller.sold(1))

    report = teller.tell(Said({"error": "slow down"}, 429, {"Retry-After": "86400"}))

    assert report.outcomes == {("send", "deferred", "not_sent"): 1}
    assert "86400" in report.stopped
    assert len(teller.posts()) == 1
    assert teller.tell(now=LATER).outcomes == {("send", "accepted", ""): 1}


@of()
def test_a_sale_that_is_cancelled_between_the_look_and_the_sending_is_not_told(teller: Teller) -> None:
    teller.publish(teller.sold(1), teller.sold(2))
    assert show(teller.told, NOW)[1].planned == {"send": 2}
    teller.publish(teller.sold(1), teller.sold(2, cancelled_at=SOLD_AT))

    report = teller.tell()

    assert (report.outcomes, report.left_out) == ({("send", "accepted", ""): 1}, {"cancelled": 1})


@of()
def test_who_is_forgotten_while_others_are_told_is_not_told(teller: Teller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DESTINATIONS, teller.name, one_by_one(teller.name))
    teller.publish(teller.sold(1), teller.sold(2, **{**nobody(), **CONTACT}))
    teller.on_post = lambda asked: erase("sale2")

    report = teller.tell()

    assert report.outcomes == {("send", "accepted", ""): 1}
    assert report.left_out == {"forgotten": 1}
    assert len(teller.posts()) == 1
    assert "sale2" not in "".join(file.read_text() for file in (data_dir() / "activations").rglob("*.jsonl"))


@of()
def test_what_our_clock_has_and_theirs_may_not_waits_a_moment(teller: Teller) -> None:
    moment = NOW.replace(tzinfo=None) - timedelta(seconds=50)
    teller.publish(teller.sold(1, happened_at=moment))

    assert teller.tell().left_out == {"not_yet": 1}
    assert teller.tell(now=LATER).outcomes == {("send", "accepted", ""): 1}


@of()
def test_a_value_of_nothing_is_told_as_nothing_and_not_left_away(teller: Teller) -> None:
    teller.publish(teller.sold(1, value=Decimal(0)))

    assert teller.tell().outcomes == {("send", "accepted", ""): 1}
    [post] = teller.posts()
    assert any(one in post.body for one in ('"conversionValue": 0.0', ":0.0", ": 0.0", '"0.00"', ",0.00,"))


@of("microsoft_ads", "yandex_metrica")
def test_what_is_too_old_to_be_corrected_is_said_and_not_asked(teller: Teller) -> None:
    teller.publish(teller.sold(1), teller.sold(2))
    teller.tell()
    asked = len(teller.posts())
    teller.publish(teller.sold(1, value=Decimal(1)), teller.sold(2, cancelled_at=SOLD_AT))

    report = teller.tell(now=NOW + timedelta(days=112))

    assert report.outcomes == {}
    assert report.left_out == {"correction_too_late": 2}
    assert len(teller.posts()) == asked


@of("google_ads")
def test_a_repetition_that_google_calls_a_duplicate_is_there_and_can_be_corrected(teller: Teller) -> None:
    teller.publish(teller.sold(1))
    teller.tell()
    duplicate = {"reason": "PROCESSING_ERROR_REASON_DUPLICATE_TRANSACTION_ID", "recordCount": "1"}
    status = {"requestStatus": "FAILED", "errorInfo": {"errorCounts": [duplicate]}}
    teller.publish(teller.sold(1, cancelled_at=SOLD_AT))

    report = teller.tell(Said({"requestStatusPerDestination": [status]}), now=NOW + timedelta(hours=2))

    assert report.outcomes == {("retract", "warned", "value_0_and_still_counted"): 1}


@of("google_ads", "meta_ads", "microsoft_ads")
def test_an_error_that_comes_with_200_is_read_as_the_error_that_it_is(teller: Teller) -> None:
    teller.publish(teller.sold(1))
    body = {
        "google_ads": {"error": {"code": 403, "status": "PERMISSION_DENIED", "message": "no", "details": []}},
        "meta_ads": {"error": {"code": 190, "message": "Error validating access token", "type": "OAuthException"}},
        "microsoft_ads": {"Errors": [{"Code": 106, "ErrorCode": "UserIsNotAuthorized", "Message": "no"}]},
    }[teller.name]

    report = teller.tell(*[Said(body)] * 9)

    assert report.outcomes == {("send", "deferred", "not_sent"): 1}
    assert len(teller.posts()) == 1, "it is not asked again and again"


@of("microsoft_ads")
@pytest.mark.parametrize("errors", [None, [], [None]], ids=["null", "empty", "a list that holds null"])
def test_microsoft_says_in_several_ways_that_nothing_was_wrong(teller: Teller, errors: Any) -> None:
    teller.publish(teller.sold(1))

    assert teller.tell(Said({"PartialErrors": errors})).outcomes == {("send", "accepted", ""): 1}


@of("microsoft_ads")
def test_a_correction_that_their_clock_has_not_reached_goes_again(teller: Teller) -> None:
    teller.publish(teller.sold(1))
    teller.tell()
    teller.publish(teller.sold(1, cancelled_at=SOLD_AT))
    refused = {"Index": 0, "ErrorCode": "OfflineConversionAdjustmentFutureAdjustmentTimeCannotBeSet"}

    report = teller.tell(Said({"PartialErrors": [refused]}), now=LATER)

    assert [state for _, state, _ in report.outcomes] == ["deferred"]
    assert teller.tell(now=LATER + timedelta(hours=1)).outcomes == {("retract", "accepted", ""): 1}


@of("yandex_metrica")
def test_an_order_is_not_overtaken_by_its_own_correction(teller: Teller) -> None:
    teller.publish(teller.sold(1))
    teller.tell()
    teller.publish(teller.sold(1, cancelled_at=SOLD_AT))

    assert teller.tell(now=NOW + timedelta(hours=1)).left_out == {"correction_too_early": 1}
    assert teller.tell(now=NOW + timedelta(hours=3)).outcomes == {("retract", "accepted", ""): 1}


@of("linkedin_ads")
def test_elements_that_linkedin_answers_one_by_one_come_to_what_each_was_answered(teller: Teller) -> None:
    teller.publish(*(teller.sold(number) for number in range(4)))
    answered = [{"status": 201}, {"status": 429}, {"status": 422, "message": "no"}, {"status": 201}]

    report = teller.tell(Said({"elements": answered}))

    assert report.outcomes == {
        ("send", "accepted", ""): 2, ("send", "deferred", "status 429"): 1, ("send", "failed", "status 422"): 1,
    }  # fmt: skip
    assert len(teller.posts()) == 1, "what was taken is not sent again"
    assert teller.tell(now=LATER).outcomes == {("send", "accepted", ""): 1}


BROKEN: dict[str, dict[str, Any]] = {
    "google_ads": {"click_id": "{gclid}"},
    "meta_ads": {"click_id": None, "lead_ad_id": "<test lead: dummy data>"},
    "microsoft_ads": {"click_id": "msclkid"},
    "yandex_metrica": {"device_id": "1.7E18"},
}


@of(*BROKEN)
def test_an_id_that_cannot_be_one_is_dropped_and_the_contact_goes(teller: Teller) -> None:
    broken = BROKEN[teller.name]
    teller.publish(teller.sold(1, **{**broken, **CONTACT}))

    assert teller.tell().outcomes == {("send", "accepted", ""): 1}
    [post] = teller.posts()
    assert not any(isinstance(one, str) and one in post.body for one in broken.values())


@of("google_ads")
def test_terms_that_are_not_signed_hold_what_has_no_click_that_is_one(teller: Teller) -> None:
    teller.publish(teller.sold(1, **{**BROKEN["google_ads"], **CONTACT}))
    detail = {"reason": "TERMS_AND_CONDITIONS_NOT_SIGNED"}
    body = {"error": {"code": 400, "status": "INVALID_ARGUMENT", "message": "no", "details": [detail]}}

    report = teller.tell(Said(body, 400))

    assert report.outcomes == {("send", "deferred", "terms_for_contacts_not_signed"): 1}


def nobody() -> dict[str, Any]:
    return dict.fromkeys(("click_id", "click_id_type", "clicked_at", "device_id", "device_seen_at"))


def without_boundary(body: str) -> str:
    """The body of a form without what is drawn anew for each."""
    mark = body.partition("\r\n")[0] if body.startswith("--") else ""
    return body.replace(mark, "") if mark else body


def one_by_one(name: str) -> Any:
    return replace(DESTINATIONS[name], batch=1)


def erase(conversion_id: str) -> None:
    """What an erasure writes of a sale, at this moment."""
    folder = data_dir() / "erasures"
    folder.mkdir(exist_ok=True)
    schema = pa.schema([("conversion_id", pa.string()), ("erased_at", pa.timestamp("us"))])
    row = {"conversion_id": conversion_id, "erased_at": datetime.now(UTC).replace(tzinfo=None)}
    pq.write_table(pa.Table.from_pylist([row], schema), folder / "e.conversions.parquet")
