"""Ten answers and clocks more of each platform, over a real socket: what its sales come to, and in how many posts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from activations.destination_list import DESTINATIONS
from tests.activations.publications import NOW, SOLD_AT
from tests.activations.scripted import Said
from tests.activations.teller import Teller

LATER = NOW + timedelta(days=1)
MOMENT = NOW.replace(tzinfo=None)


@dataclass(frozen=True)
class Case:
    """So many sales, what the platform answers to the posts about them, and what they come to."""

    platform: str
    says: str
    answers: tuple[Said, ...]
    states: Mapping[str, int]
    posts: int
    rows: int = 2
    stops: str = ""
    """Words of the sentence with which the account stops."""
    reasons: tuple[str, ...] = ()
    then: Mapping[str, int] = field(default_factory=dict)
    """What the next run comes to, where it does anything."""


def google(*violations: tuple[str, str], status: str = "INVALID_ARGUMENT", **detail: Any) -> Said:
    """A refusal as a google.rpc.Status."""
    said = [{"field": where, "reason": reason} for where, reason in violations]
    details = [{"fieldViolations": said}] if said else []
    return Said({"error": {"code": 400, "status": status, "message": "m", "details": [*details, detail]}}, 400)


def meta(code: int, subcode: int | None = None, status: int = 400, **more: Any) -> Said:
    """An error of the Graph."""
    return Said({"error": {"code": code, "error_subcode": subcode, "message": "Invalid parameter", **more}}, status)


def microsoft(*errors: tuple[Any, Any]) -> Said:
    """Rows by their place and what is wrong with each."""
    return Said({"PartialErrors": [{"Index": index, "ErrorCode": code, "Code": 5607} for index, code in errors]})


def yandex(kind: str, status: int = 400, **headers: str) -> Said:
    """An error of Metrica's."""
    return Said({"errors": [{"error_type": kind, "message": "m"}], "code": status, "message": "m"}, status, headers)


def order_file(status: str, count: int | None = None) -> Said:
    """What became of a file."""
    counted = {} if count is None else {"elements_count": count}
    return Said({"uploading": {"uploading_id": 12345678901234567890, "api_validation_status": status, **counted}})


def linkedin(status: int, message: str = "", code: str = "X") -> Said:
    """A refusal of a batch."""
    return Said({"status": status, "code": code, "message": message}, status)


def elements(*statuses: Any, status: int = 200) -> Said:
    """An answer to each element."""
    return Said({"elements": [{} if one is None else {"status": one} for one in statuses]}, status)


def tiktok(code: int, message: str = "") -> Said:
    """A code with HTTP 200."""
    return Said({"code": code, "message": message, "request_id": "r"})


ALL, NONE = {"accepted": 2}, {"deferred": 2}
ONE_BAD = {"accepted": 1, "failed": 1}
CASES = (
    Case("google_ads", "the account's number is none", (
        google(("destinations[0].operating_account.account_id", "INVALID_NUMBER_FORMAT")),
    ), NONE, 1, stops="destinations[0].operating_account.account_id", then=ALL),
    Case("google_ads", "the encoding is missing", (google(("encoding", "REQUIRED_FIELD_MISSING")),), NONE, 1,
         stops="REQUIRED_FIELD_MISSING", then=ALL),
    Case("google_ads", "a reason that nobody knows", (google(("events.events[1].x", "HOLOGRAM_REFUSED")),), ONE_BAD, 2,
         reasons=("HOLOGRAM_REFUSED",)),
    Case("google_ads", "a destination and a row at once", (
        google(("destinations[0]", "INVALID_FORMAT"), ("events.events[0].currency", "INVALID_CURRENCY_CODE")),
    ), ONE_BAD, 2, reasons=("INVALID_CURRENCY_CODE",)),
    Case("google_ads", "two things of one row", (
        google(("events[0].currency", "INVALID_CURRENCY_CODE"), ("events[0].consent", "INVALID_ENUM_VALUE")),
    ), ONE_BAD, 2, reasons=("INVALID_ENUM_VALUE",)),
    Case("google_ads", "a row that was not there", (google(("events.events[7].currency", "INVALID_FORMAT")),), ALL, 3),
    Case("google_ads", "no details at all", (google(),) * 3, {"failed": 2}, 3, reasons=("INVALID_ARGUMENT",)),
    Case("google_ads", "come back tomorrow", (google(status="RESOURCE_EXHAUSTED", retryDelay="86400s"),), NONE, 1,
         stops="86400", then=ALL),
    Case("google_ads", "the API is switched off", (
        Said({"error": {"code": 403, "status": "PERMISSION_DENIED", "details": [{"reason": "SERVICE_DISABLED"}]}}, 403),
    ), NONE, 1, stops="SERVICE_DISABLED", then=ALL),
    Case("google_ads", "an action of this hour, and a row", (
        google(("events.events[0]", "INVALID_FORMAT"), reason="CONVERSION_ACTION_TOO_RECENTLY_CREATED"),
    ), NONE, 1, reasons=("CONVERSION_ACTION_TOO_RECENTLY_CREATED",), then=ALL),
    Case("google_ads", "a warning of one row, and no id", (
        Said({"requestId": None, "fieldWarnings": [{"field": "events.events[1].userData", "reason": "ODD"}, {}]}),
    ), {"accepted": 1, "warned": 1}, 1, reasons=("passed_over:ODD",)),
    Case("meta_ads", "a row in the message", (
        meta(100, message="(#100) Param data[1]['user_data']['em'] must be an array."),
    ), ONE_BAD, 2, reasons=("100",)),
    Case("meta_ads", "a row in the data", (meta(100, 1815356, error_data={"event_index": 0}),), ONE_BAD, 2,
         reasons=("1815356",)),
    Case("meta_ads", "a row and its subcode", (
        meta(100, 2804050, error_user_title="Not enough", error_user_msg="See data[0]."),
    ), ONE_BAD, 2, reasons=("2804050 Not enough",)),
    Case("meta_ads", "a row that was not there", (meta(100, 2804003, error_user_msg="See data[9]."),), ALL, 3),
    Case("meta_ads", "an old row that is not named", (meta(100, 2804003),) * 2, ONE_BAD, 3, reasons=("2804003",)),
    Case("meta_ads", "an event's fault with 200", (meta(100, 2804009, 200),) * 2, ONE_BAD, 3, reasons=("2804009",)),
    Case("meta_ads", "no such dataset", (meta(100, 33),), NONE, 1, stops="100", then=ALL),
    Case("meta_ads", "no rights", (meta(10, None, 403),), NONE, 1, stops="10", then=ALL),
    Case("meta_ads", "a token that was taken back", (meta(190, 460, 401),), NONE, 1, stops="new token", then=ALL),
    Case("meta_ads", "fewer than were sent", (Said({"events_received": 1}),), {}, 1, stops="1 received", then=ALL),
    Case("meta_ads", "no trace", (Said({"events_received": 2, "messages": ["Event 1 has no currency"]}),), ALL, 1),
    Case("microsoft_ads", "a row with two faults", (
        microsoft((1, "InternalError"), (1, "OfflineConversionTimeInvalid")),
    ), ONE_BAD, 1, reasons=("InternalError, OfflineConversionTimeInvalid",)),
    Case("microsoft_ads", "the same the other way round", (
        microsoft((1, "OfflineConversionTimeInvalid"), (1, "InternalError")),
    ), ONE_BAD, 1, reasons=("OfflineConversionTimeInvalid, InternalError",)),
    Case("microsoft_ads", "two that pass", (
        microsoft((0, "InternalError"), (0, "OfflineConversionNotAcceptedForGoal")),
    ), {"accepted": 1, "deferred": 1}, 1, then={"accepted": 1}),
    Case("microsoft_ads", "errors in another order", (microsoft((1, "A"), (0, "InternalError")),),
         {"failed": 1, "deferred": 1}, 1, then={"accepted": 1}),
    Case("microsoft_ads", "a number and no name", (microsoft((0, None)),), ONE_BAD, 1, reasons=("5607",)),
    Case("microsoft_ads", "a row that was not there", (microsoft((2, "A")),), {}, 1, stops="names the row 2", then=ALL),
    Case("microsoft_ads", "no row", (microsoft((None, "A")),), {}, 1, stops="names the row None", then=ALL),
    Case("microsoft_ads", "a truth for a row", (microsoft((True, "A")),), {}, 1, stops="names the row True", then=ALL),
    Case("microsoft_ads", "a goal in other letters", (microsoft((0, "OfflineConversionNameInvalid")),),
         {"accepted": 1, "deferred": 1}, 1, then={"accepted": 1}),
    Case("microsoft_ads", "an operation that is refused", (
        Said({"OperationErrors": [{"Code": 106, "ErrorCode": "UserIsNotAuthorized", "Message": "no"}]}, 400),
    ), NONE, 1, stops="UserIsNotAuthorized", then=ALL),
    Case("microsoft_ads", "a token of an hour ago", (
        Said({"Errors": [{"Code": 109, "ErrorCode": "AuthenticationTokenExpired"}]}, 401),
    ), ALL, 2),
    Case("yandex_metrica", "one of two was read", (order_file("PASSED", 1),), ALL, 3),
    Case("yandex_metrica", "one of two is never read", (order_file("PASSED", 1), order_file("PASSED", 0)), ONE_BAD, 3,
         reasons=("0 of 1 orders were read",)),
    Case("yandex_metrica", "both were read", (order_file("PASSED", 2),), ALL, 1),
    Case("yandex_metrica", "a line is wrong", (yandex("invalid_uploading"),) * 2, ONE_BAD, 3,
         reasons=("validation invalid_uploading",)),
    Case("yandex_metrica", "another thing is wrong", (yandex("invalid_parameter"),), NONE, 1, stops="400", then=ALL),
    Case("yandex_metrica", "no access", (yandex("access_denied", 403),), NONE, 1, stops="403", then=ALL),
    Case("yandex_metrica", "today's requests are used up", (
        yandex("quota_requests_by_uid", 429, **{"Retry-After": "86400"}),
    ), NONE, 1, stops="86400", then=ALL),
    Case("yandex_metrica", "a status that nobody knows", (order_file("QUEUED"),), {}, 1, stops="'QUEUED'", then=ALL),
    Case("yandex_metrica", "a file that fails once", (order_file("FAILED", 2),), ALL, 3),
    Case("yandex_metrica", "a conflict", (yandex("conflict", 409),), NONE, 1, stops="409", then=ALL),
    Case("linkedin_ads", "several statuses", (elements(201, 201, status=207),), ALL, 1),
    Case("linkedin_ads", "created with the first status", (elements(200, 202),), ALL, 1),
    Case("linkedin_ads", "a batch that was created", (elements(201, 400, status=201),), ONE_BAD, 1,
         reasons=("status 400",)),
    Case("linkedin_ads", "an element without a status", (elements(201, None),), {"accepted": 1, "deferred": 1}, 1,
         then={"accepted": 1}),
    Case("linkedin_ads", "a version that is none", (linkedin(400, "no version", "VERSION_MISSING"),), NONE, 1,
         stops="option version", then=ALL),
    Case("linkedin_ads", "a version that is gone", (linkedin(426, "gone", "NONEXISTENT_VERSION"),), NONE, 1,
         stops="option version", then=ALL),
    Case("linkedin_ads", "places in a list", (linkedin(400, "Other method at indices [0,2] (0-indexed)"),),
         {"accepted": 1, "failed": 2}, 2, rows=3),
    Case("linkedin_ads", "an element that was not there", (linkedin(422, "Index: 9, ERROR :: /user :: no"),), ALL, 3),
    Case("linkedin_ads", "two lines about one", (
        linkedin(422, "Index: 1, ERROR :: /user :: no\nERROR :: /conversionHappenedAt :: no"),
    ), ONE_BAD, 2, reasons=("/user :: no",)),
    Case("linkedin_ads", "fewer than were sent", (elements(201),), {}, 1, stops="1 answered", then=ALL),
    Case("linkedin_ads", "a role that is missing", (linkedin(403, "no role"),), NONE, 1, stops="403", then=ALL),
    Case("tiktok_ads", "the event set is not known", (tiktok(40002, "event_source_id: Invalid value."),), NONE, 1,
         stops="event_source_id", then=ALL),
    Case("tiktok_ads", "the kind of source is not known", (tiktok(40002, '"event_source" is not one of.'),), NONE, 1,
         stops="event_source", then=ALL),
    Case("tiktok_ads", "a part, and which", (tiktok(20001, "data.1.user: names nobody."),), ONE_BAD, 2,
         reasons=("20001 data.1.user",)),
    Case("tiktok_ads", "a part, and not which", (tiktok(20001, "Partial success"),), ALL, 3),
    Case("tiktok_ads", "a place in brackets", (tiktok(40002, "data[0].event_time: must be an integer."),), ONE_BAD, 2,
         reasons=("40002 data[0]",)),
    Case("tiktok_ads", "the older words", (tiktok(40002, "Batch.1.context: no."),), ONE_BAD, 2,
         reasons=("40002 Batch.1",)),
    Case("tiktok_ads", "an event that was not there", (tiktok(40002, "data.5.user: no."),), ALL, 3),
    Case("tiktok_ads", "two events at once", (tiktok(40002, "data.0.user: no. data.1.event_time: no."),),
         {"failed": 2}, 1),
    Case("tiktok_ads", "no permission", (tiktok(40001, "no"),), NONE, 1, stops="40001", then=ALL),
    Case("tiktok_ads", "a token that is none", (tiktok(40105, "no"),), NONE, 1, stops="40105", then=ALL),
    Case("tiktok_ads", "a code that nobody knows", (tiktok(41234, "odd"),), NONE, 1, stops="41234", then=ALL),
)  # fmt: skip


pytestmark = pytest.mark.usefixtures("folders")


@pytest.fixture
def teller(request: pytest.FixtureRequest, folders: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Teller]:
    if request.param == "google_ads":
        monkeypatch.setitem(DESTINATIONS, "google_ads", replace(DESTINATIONS["google_ads"], requests_at_once=1))
    found = Teller(request.param, monkeypatch)
    yield found
    found.vendor.close()


def test_each_platform_has_its_ten() -> None:
    counted = Counter(case.platform for case in CASES)

    assert all(counted[name] >= 10 for name in DESTINATIONS)


@pytest.mark.parametrize(
    ("teller", "case"),
    [pytest.param(case.platform, case, id=f"{case.platform}: {case.says}") for case in CASES],
    indirect=["teller"],
)
def test_an_answer_that_no_page_shows_in_full_costs_what_it_is_about(teller: Teller, case: Case) -> None:
    teller.publish(*(teller.sold(number) for number in range(case.rows)))

    report = teller.tell(*case.answers)

    states: Counter[str] = Counter()
    for (_, state, _), count in report.outcomes.items():
        states[state] += count
    assert (dict(states), len(teller.posts())) == (dict(case.states), case.posts)
    assert bool(report.stopped) == bool(case.stops)
    assert case.stops in report.stopped
    said = " ".join(reason for _, _, reason in report.outcomes)
    assert all(reason in said for reason in case.reasons)
    after = teller.tell(now=LATER)
    assert Counter({state: count for (_, state, _), count in after.outcomes.items()}) == Counter(case.then)


EDGES = {
    "google_ads": ("happened_at", timedelta(days=90, hours=-1)),
    "meta_ads": ("happened_at", timedelta(days=7, hours=-1)),
    "microsoft_ads": ("happened_at", timedelta(days=90, hours=-1)),
    "yandex_metrica": ("device_seen_at", timedelta(days=21, hours=-2)),
    "linkedin_ads": ("happened_at", timedelta(days=90, hours=-1)),
    "tiktok_ads": ("happened_at", timedelta(days=28, hours=-1)),
}
DAYS = {"meta_ads": 7, "yandex_metrica": 21, "tiktok_ads": 28}


@pytest.mark.parametrize("teller", sorted(EDGES), indirect=True)
def test_what_is_as_old_as_may_be_is_told_and_a_second_older_is_too_late(teller: Teller) -> None:
    column, age = EDGES[teller.name]
    event_days = DAYS.get(teller.name, 90)
    clicked = {"clicked_at": MOMENT - timedelta(days=120)} if teller.name != "yandex_metrica" else {}
    teller.publish(
        teller.sold(1, **{**clicked, column: MOMENT - age}, event_days=event_days),
        teller.sold(2, **{**clicked, column: MOMENT - age - timedelta(seconds=1)}, event_days=event_days),
    )

    report = teller.tell()

    assert sum(report.outcomes.values()) == 1
    assert report.left_out == {"too_late": 1}


@pytest.mark.parametrize("teller", sorted(EDGES), indirect=True)
def test_what_happened_five_minutes_ago_is_told_and_a_second_later_waits(teller: Teller) -> None:
    five = timedelta(minutes=5)
    teller.publish(
        teller.sold(1, happened_at=MOMENT - five), teller.sold(2, happened_at=MOMENT - five + timedelta(seconds=1))
    )

    report = teller.tell()

    assert sum(report.outcomes.values()) == 1
    assert report.left_out == {"not_yet": 1}


@pytest.mark.parametrize("teller", ["yandex_metrica"], indirect=True)
@pytest.mark.parametrize(
    ("zone", "written"),
    [("Asia/Kolkata", "04.04.2026 15:30:30"), ("Pacific/Kiritimati", "05.04.2026 00:00:30"),
     ("America/St_Johns", "04.04.2026 07:30:30")],
)  # fmt: skip
def test_an_order_is_of_the_counter_s_own_clock(teller: Teller, zone: str, written: str) -> None:
    teller.zone = zone
    teller.publish(teller.sold(1, happened_at=SOLD_AT))
    teller.tell()

    assert written in teller.posts()[0].body


@pytest.mark.parametrize("teller", ["yandex_metrica"], indirect=True)
def test_a_counter_in_a_zone_that_nobody_knows_is_told_nothing(teller: Teller) -> None:
    teller.zone = "Mars/Olympus"
    teller.publish(teller.sold(1))

    assert "Mars/Olympus" in teller.tell().stopped
    assert teller.posts() == []


@pytest.mark.parametrize("teller", ["yandex_metrica"], indirect=True)
def test_an_order_that_was_spam_is_spam_and_one_that_was_cancelled_is_cancelled(teller: Teller) -> None:
    teller.publish(*(teller.sold(number) for number in range(4)))
    teller.tell()
    teller.publish(
        teller.sold(0),
        teller.sold(1, outcome="spam"),
        teller.sold(2, cancelled_at=SOLD_AT),
        teller.sold(3, outcome="employee"),
    )

    report = teller.tell(now=LATER)

    assert report.outcomes == {("retract", "accepted", ""): 3}
    lines = [line.split(",") for line in teller.posts()[-1].body.splitlines() if line.startswith("sale:")]
    assert {line[0]: (line[5], line[6]) for line in lines} == {
        "sale:sale1": ("SPAM", "0"), "sale:sale2": ("CANCELLED", "0"), "sale:sale3": ("CANCELLED", "0"),
    }  # fmt: skip
    assert teller.tell(now=LATER).outcomes == {}
