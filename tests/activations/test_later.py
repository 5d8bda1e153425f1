"""What platforms tell later of what they took is asked for, written down, and followed where its row is known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests

from activations.looking import history_of, standing_of
from tests.activations.conftest import Platform, configured
from tests.activations.publications import NOW, SOLD_AT, publish, sale
from tests.activations.test_every_destination import CASES, Case, sold
from tests.sandbox.serving import Server

GOOGLE, MICROSOFT, YANDEX = (
    next(case for case in CASES if case.name == name) for name in ("google_ads", "microsoft_ads", "yandex_metrica")
)
SOON, TOMORROW = NOW + timedelta(minutes=40), NOW + timedelta(days=1)


@pytest.fixture(params=["2026-04-06"])
def told(request: pytest.FixtureRequest, environment: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Sets an account up; the vendor's day is the sender's."""
    environment.order("clock", today=request.param)

    def set_up(case: Case) -> Platform:
        tells = [{"milestone": "sale", "as": case.told_as, "value": "revenue"}]
        entry = {"destination": case.name, "account": case.account, "brand": "nordhaus", "options": case.options}
        return configured(monkeypatch, environment, {**entry, "tells": tells}, case.path)

    yield set_up
    environment.reset()


def refuse_later(platform: Platform, *ids: str) -> None:
    """The vendor takes these at first; what it tells later, it tells when it is asked."""
    platform.server.order("settings", refused_later=list(ids), report_polls=0)


def gclid(number: int) -> str:
    return str(GOOGLE.identity(number)["click_id"])


def standing(platform: Platform) -> list[str]:
    return list(standing_of(platform.told))


def test_nobody_is_asked_before_there_is_something_to_hear(told: Any) -> None:
    google = told(GOOGLE)
    publish(google.data, [sold(GOOGLE, 1)])
    google.tell()

    asked = google.server.stats()["requests"]["google_ads"]
    google.tell(now=NOW + timedelta(minutes=20))

    assert google.server.stats()["requests"]["google_ads"] == asked


def test_a_request_that_is_not_done_with_is_asked_about_again_and_then_no_more(told: Any) -> None:
    google = told(GOOGLE)
    google.server.order("settings", report_polls=1)
    publish(google.data, [sold(GOOGLE, 1), sold(GOOGLE, 2)])
    google.tell()

    assert google.tell(now=SOON).heard == {}
    assert standing(google)[-1] == "heard of 2 requests: all: processing"
    assert google.tell(now=TOMORROW).heard == {("processed", ""): 2}
    asked = google.server.stats()["requests"]["google_ads"]
    assert google.tell(now=TOMORROW + timedelta(days=1)).heard == {}
    assert google.server.stats()["requests"]["google_ads"] == asked
    assert standing(google)[-1] == "heard of 2 requests: all: counts        2"


def test_with_few_rows_each_has_its_own_request_and_what_is_told_later_is_of_that_row(told: Any) -> None:
    google = told(GOOGLE)
    refuse_later(google, gclid(2))
    publish(google.data, [sold(GOOGLE, number) for number in range(4)])
    assert google.tell().outcomes == {("send", "accepted", ""): 4}

    report = google.tell(now=SOON)

    assert report.heard == {("processed", ""): 3, ("came to nothing", "CLICK_NOT_FOUND"): 1}
    assert report.is_whole
    assert report.left_out == {"told": 3, "refused": 1}
    assert any("failed                1 102.00 EUR  later: CLICK_NOT_FOUND" in line for line in standing(google))
    said = "\n".join(history_of([google.told], "sale2"))
    assert "later send failed later: CLICK_NOT_FOUND" in said
    assert "heard failed" in said


def test_what_came_to_nothing_is_not_corrected_and_goes_anew_when_it_changed(told: Any) -> None:
    google = told(GOOGLE)
    refuse_later(google, gclid(1), gclid(2))
    publish(google.data, [sold(GOOGLE, 1), sold(GOOGLE, 2)])
    google.tell()
    google.tell(now=SOON)

    # A correction of what never arrived would be a new conversion.
    publish(google.data, [sold(GOOGLE, 1, cancelled_at=NOW.replace(tzinfo=None)), sold(GOOGLE, 2, click_id=gclid(9))])
    report = google.tell(now=TOMORROW)

    assert report.outcomes == {("send", "accepted", ""): 1}
    assert report.left_out == {"cancelled": 1}
    assert [one["adIdentifiers"]["gclid"] for one in google.standing().values()] == [gclid(9)]


def test_of_many_rows_those_that_share_a_request_with_a_bad_one_are_asked_for_alone(told: Any) -> None:
    google = told(GOOGLE)
    bad = {gclid(number) for number in (7, 300)}
    refuse_later(google, *bad)
    publish(google.data, [sold(GOOGLE, number) for number in range(310)])
    google.tell()
    assert google.server.stats()["requests"]["google_ads"] < 160

    found = google.tell(now=SOON)

    assert found.heard == {("partly", ""): 2, ("processed", ""): 306, ("came to nothing", "CLICK_NOT_FOUND"): 2}
    assert found.outcomes == {("send", "accepted", ""): 4}
    assert len(google.standing()) == 308
    located = google.tell(now=TOMORROW)
    assert located.heard == {("processed", ""): 2, ("came to nothing", "CLICK_NOT_FOUND"): 2}
    assert located.left_out == {"told": 308, "refused": 2}
    assert google.tell(now=TOMORROW).outcomes == {}


def test_a_request_that_google_remembers_no_more_is_asked_about_no_more(told: Any) -> None:
    google = told(GOOGLE)
    publish(google.data, [sold(GOOGLE, 1)])
    google.tell()
    requests.delete(f"{google.server.url}/__sandbox__/taken", timeout=10)

    assert google.tell(now=SOON).left_out == {"told": 1}
    assert standing(google)[-1] == "heard of 1 requests: all: gone"
    asked = google.server.stats()["requests"]["google_ads"]
    google.tell(now=TOMORROW)
    assert google.server.stats()["requests"]["google_ads"] == asked


def test_a_platform_that_does_not_say_is_told_all_the_same(told: Any) -> None:
    google = told(GOOGLE)
    publish(google.data, [sold(GOOGLE, 1)])
    google.tell()
    publish(google.data, [sold(GOOGLE, 1), sold(GOOGLE, 2)])
    google.server.order("faults", source="google_ads", kind="html_page", match="requestStatus", times=0)

    report = google.tell(now=SOON)

    assert report.deaf
    assert report.outcomes == {("send", "accepted", ""): 1}
    google.server.order("settings", report_polls=0)
    requests.delete(f"{google.server.url}/__sandbox__/faults", timeout=10)
    assert google.tell(now=TOMORROW).heard == {("processed", ""): 2}


def test_what_was_never_answered_stays_so_whatever_is_heard_of_an_earlier_request(told: Any) -> None:
    google = told(GOOGLE)
    refuse_later(google, gclid(1))
    publish(google.data, [sold(GOOGLE, 1)])
    google.tell()
    # A correction that is sent and whose answer nobody saw.
    file = next((google.data / "activations").rglob("*.jsonl"))
    intent = file.read_text().splitlines()[0]
    file.write_text(file.read_text() + intent.replace('"n":1,', '"n":3,').replace('"send"', '"restate"') + "\n")

    report = google.tell(now=SOON)

    assert report.heard == {("came to nothing", "CLICK_NOT_FOUND"): 1}
    assert report.outcomes == {("restate", "accepted", ""): 1}


def test_microsoft_tells_by_goal_and_day_what_it_could_not_place(told: Any) -> None:
    microsoft = told(MICROSOFT)
    lost = str(MICROSOFT.identity(2)["click_id"])
    refuse_later(microsoft, lost)
    publish(microsoft.data, [sold(MICROSOFT, number) for number in range(5)])
    microsoft.tell()

    assert microsoft.tell(now=NOW + timedelta(hours=5)).heard == {}
    report = microsoft.tell(now=NOW + timedelta(hours=7))

    assert report.heard == {("partly", ""): 4, ("came to nothing", "NoMatchingClickFound"): 1}
    # Which row it was is not said: nothing follows.
    assert (report.outcomes, report.left_out) == ({}, {"told": 5})
    assert standing(microsoft)[-2:] == [
        "heard of 1 requests: Sale: came to nothing        1  NoMatchingClickFound",
        "heard of 1 requests: Sale: counts        4",
    ]
    assert microsoft.tell(now=NOW + timedelta(hours=8)).heard == {}


def test_a_correction_that_found_nothing_is_told_by_microsoft_later(told: Any) -> None:
    microsoft = told(MICROSOFT)
    publish(microsoft.data, [sold(MICROSOFT, 1)])
    microsoft.tell()
    requests.delete(f"{microsoft.server.url}/__sandbox__/taken", timeout=10)
    microsoft.server.order("clock", today="2026-04-07")
    publish(microsoft.data, [sold(MICROSOFT, 1, value=Decimal(5))])
    microsoft.tell(now=TOMORROW)

    report = microsoft.tell(now=TOMORROW + timedelta(hours=7))

    assert report.heard == {("came to nothing", "AdjustmentOriginalNotFound"): 1}


def test_a_file_that_yandex_refuses_later_is_sent_order_by_order(told: Any) -> None:
    yandex = told(YANDEX)
    refuse_later(yandex, "sale:sale3")
    publish(yandex.data, [sold(YANDEX, number) for number in range(5)])
    yandex.tell()
    assert yandex.standing() == {}

    found = yandex.tell(now=NOW + timedelta(hours=3))

    assert found.heard == {("came to nothing", "validation FAILED"): 5}
    assert found.outcomes == {("send", "accepted", ""): 5}
    assert sorted(yandex.standing()) == [f"sale:sale{number}" for number in (0, 1, 2, 4)]
    located = yandex.tell(now=NOW + timedelta(hours=6))
    assert located.heard == {("processed", ""): 4, ("came to nothing", "validation FAILED"): 1}
    assert located.left_out == {"told": 4, "refused": 1}


def test_who_was_forgotten_is_not_asked_for_again_to_find_a_bad_row(told: Any) -> None:
    google = told(GOOGLE)
    publish(google.data, [sale(1, "google_ads", GOOGLE.account, told_as=GOOGLE.told_as, **GOOGLE.identity(1))])
    google.tell()
    google.tell(now=SOON)
    publish(google.data, [sold(GOOGLE, 1, click_id=None, phone="+999123456789012", happened_at=SOLD_AT)])

    assert google.tell(now=TOMORROW).outcomes == {("retract", "warned", "value_0_and_still_counted"): 1}
