"""Yandex Metrica: logs that are prepared in the background, read in parts and always cleaned."""

from __future__ import annotations

import gzip
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from extractors.errors import ExtractError, FixSettings, QuotaGone, RetryLater, SourceChanged
from extractors.model import Row, Window
from extractors.settings import landing_dir
from extractors.sources.yandex_metrica import FIELDS, YANDEX_METRICA
from tests.extractors.sources.vendor import SECRET, Reply, Request, Vendor, land, landed_rows, opened, recorded, sleeps

COUNTER = "/management/v1/counter/ACC1"
EVALUATE = f"GET {COUNTER}/logrequests/evaluate"
ORDER = f"POST {COUNTER}/logrequests"
STATE = f"GET {COUNTER}/logrequest/123"
PART_0 = f"GET {COUNTER}/logrequest/123/part/0/download"
PART_1 = f"GET {COUNTER}/logrequest/123/part/1/download"
CLEAN = f"POST {COUNTER}/logrequest/123/clean"
THE_10TH = Window(date(2026, 3, 10), date(2026, 3, 10))
TWO_DAYS = Window(date(2026, 3, 10), date(2026, 3, 11))


def answer(name: str, status: int = 200, **more: Any) -> Reply:
    return recorded(f"yandex_metrica/{name}", status, **more)


def prepared(vendor: Vendor, *parts: str) -> None:
    """The usual way of a log whose parts these are."""
    vendor.answers(EVALUATE, answer("evaluate__possible"))
    vendor.answers(ORDER, answer("log__created"))
    vendor.answers(STATE, answer("log__processed" if len(parts) == 2 else "log__processed_one_part"))
    for route, part in zip((PART_0, PART_1), parts, strict=False):
        vendor.answers(route, answer(part))
    vendor.answers(CLEAN, answer("log__cleaned_by_user"))


def read(vendor: Vendor, window: Window = THE_10TH, waits: list[float] | None = None) -> list[Row]:
    client, account = opened(YANDEX_METRICA, vendor)
    sleeps(client, (waits if waits is not None else []).append)
    return [row for page in YANDEX_METRICA.table("visits").read(client, account, window) for row in page]


def cleaned(vendor: Vendor) -> int:
    return len(vendor.asked(f"{COUNTER}/logrequest/123/clean"))


@pytest.mark.meets("last_page")
def test_visits_of_every_part_land_on_their_day(vendor: Vendor) -> None:
    prepared(vendor, "visits__part_0.tsv", "visits__part_1_last.tsv")

    paid, direct, organic = land(YANDEX_METRICA, "visits", vendor, TWO_DAYS)

    assert (paid["visit_id"], paid["client_id"]) == ("700000001", "16000000001234567890")
    assert (paid["visited_day"], organic["_day"]) == (date(2026, 3, 10), date(2026, 3, 11))
    assert (paid["duration_seconds"], paid["is_bounce"], paid["is_new_visitor"]) == (95, False, True)
    assert (paid["direct_campaign_id"], paid["goal_ids"]) == ("4001", "[111,222]")
    assert (direct["referrer"], direct["utm_source"], direct["is_bounce"]) == (None, None, True)
    assert {row["_reject_reason"] for row in (paid, direct, organic)} == {None}
    assert cleaned(vendor) == 1


def test_the_time_that_is_called_utc_is_moscows(vendor: Vendor) -> None:
    prepared(vendor, "visits__part_0.tsv")

    paid, direct = land(YANDEX_METRICA, "visits", vendor, THE_10TH)

    assert paid["started_at"] == datetime.fromisoformat("2026-03-10T10:00:05")
    # Half past two in Moscow is still the day before in UTC; the day is that of the counter.
    assert direct["started_at"] == datetime.fromisoformat("2026-03-09T23:30")
    assert direct["_day"] == date(2026, 3, 10)


def test_backslashes_are_taken_off_and_quotation_marks_mean_nothing(vendor: Vendor) -> None:
    prepared(vendor, "visits__part_0.tsv")

    paid, direct = read(vendor)

    assert paid["direct_phrase"] == 'roof "quick" repair\ttoday'
    assert paid["goal_times"] == "['2026-03-10 13:01:00','2026-03-10 13:01:30']"
    assert direct["landing_url"] == 'https://nordhaus.example/?q="tiles'


def test_what_is_ordered_names_days_fields_and_the_token_in_the_header(vendor: Vendor) -> None:
    prepared(vendor, "visits__empty.tsv")

    assert land(YANDEX_METRICA, "visits", vendor, TWO_DAYS) == []

    [order] = vendor.asked(f"{COUNTER}/logrequests")
    assert (order.query["date1"], order.query["date2"]) == ("2026-03-10", "2026-03-11")
    assert (order.query["source"], order.query["fields"]) == ("visits", FIELDS)
    assert len(FIELDS) <= 3000
    assert order.headers["authorization"] == f"OAuth {SECRET}"
    assert SECRET not in order.query_text


def test_a_packed_part_is_unpacked(vendor: Vendor) -> None:
    prepared(vendor)
    packed = gzip.compress(answer("visits__part_0.tsv").body)
    vendor.answers(PART_0, Reply(packed, headers={"Content-Encoding": "gzip"}, media_type="text/tsv"))

    assert len(read(vendor)) == 2


def test_a_log_that_takes_its_time_is_asked_about_until_it_is_prepared(vendor: Vendor) -> None:
    waits: list[float] = []
    vendor.answers(STATE, answer("log__created"), answer("log__awaiting_retry"))
    prepared(vendor, "visits__part_0.tsv")

    assert len(read(vendor, waits=waits)) == 2
    assert len(waits) == 2
    assert len(vendor.asked(f"{COUNTER}/logrequests")) == 1


def test_a_day_that_is_not_over_in_the_counter_s_zone_is_awaited(vendor: Vendor) -> None:
    prepared(vendor, "visits__empty.tsv")
    vendor.answers(f"GET {COUNTER}", answer("counter"))
    today = datetime.now(ZoneInfo("Etc/GMT+11")).date()
    yesterday = today - timedelta(days=1)

    assert land(YANDEX_METRICA, "visits", vendor, Window(yesterday, today)) == []
    with pytest.raises(RetryLater, match="not over"):
        land(YANDEX_METRICA, "visits", vendor, Window(today, today))

    [order] = vendor.asked(f"{COUNTER}/logrequests")
    assert (order.query["date1"], order.query["date2"]) == (str(yesterday), str(yesterday))
    assert [file.stem for file in landing_dir().rglob("day=*.parquet")] == [f"day={yesterday}"]


def test_more_than_a_year_is_ordered_in_years(vendor: Vendor) -> None:
    prepared(vendor, "visits__empty.tsv")

    read(vendor, Window(date(2024, 1, 1), date(2025, 1, 10)))

    orders = vendor.asked(f"{COUNTER}/logrequests")
    assert [(order.query["date1"], order.query["date2"]) for order in orders] == [
        ("2024-01-01", "2024-12-30"),
        ("2024-12-31", "2025-01-10"),
    ]


def test_a_log_without_room_is_ordered_in_halves(vendor: Vendor) -> None:
    def by_days(request: Request) -> Reply:
        is_one_day = request.query["date1"] == request.query["date2"]
        return answer("evaluate__possible" if is_one_day else "evaluate__no_room")

    vendor.answers(EVALUATE, by_days)
    prepared(vendor, "visits__part_0.tsv")

    read(vendor, TWO_DAYS)

    orders = vendor.asked(f"{COUNTER}/logrequests")
    assert [(order.query["date1"], order.query["date2"]) for order in orders] == [
        ("2026-03-10", "2026-03-10"),
        ("2026-03-11", "2026-03-11"),
    ]
    assert cleaned(vendor) == 2


@pytest.mark.parametrize("refusal", ["evaluate__no_room", "error_400_too_large"])
def test_a_single_day_without_room_is_left_for_later(vendor: Vendor, refusal: str) -> None:
    vendor.answers(EVALUATE, answer(refusal, 400 if refusal.startswith("error") else 200))

    with pytest.raises(RetryLater, match="Clean prepared logs") as later:
        read(vendor)

    assert later.value.after is not None


def test_a_log_that_failed_is_cleaned_and_ordered_once_more(vendor: Vendor) -> None:
    vendor.answers(STATE, answer("log__failed"))
    prepared(vendor, "visits__part_0.tsv")

    assert len(read(vendor)) == 2
    assert len(vendor.asked(f"{COUNTER}/logrequests")) == 2
    assert cleaned(vendor) == 2


@pytest.mark.parametrize(("state", "status"), [("log__cleaned", 200), ("error_404", 404)])
def test_a_log_that_was_cleaned_meanwhile_is_ordered_again(vendor: Vendor, state: str, status: int) -> None:
    vendor.answers(STATE, answer(state, status))
    prepared(vendor, "visits__part_0.tsv")

    assert len(read(vendor)) == 2
    assert len(vendor.asked(f"{COUNTER}/logrequests")) == 2


def test_a_part_that_vanished_is_left_for_later_and_nothing_lands(vendor: Vendor) -> None:
    prepared(vendor, "visits__part_0.tsv")
    vendor._answers[STATE] = [answer("log__processed")]
    vendor.answers(PART_1, answer("error_404", 404))

    with pytest.raises(RetryLater, match="cleaned meanwhile"):
        land(YANDEX_METRICA, "visits", vendor, TWO_DAYS)

    assert landed_rows(YANDEX_METRICA, "visits") == []
    assert cleaned(vendor) == 1


def test_a_killed_task_finds_the_log_that_it_ordered(vendor: Vendor) -> None:
    waits: list[float] = []
    prepared(vendor, "visits__part_0.tsv")
    vendor._answers[STATE] = [answer("error_503", 503)]
    with pytest.raises(RetryLater):
        read(vendor, waits=waits)
    vendor._answers[STATE] = [answer("log__processed_one_part")]

    assert len(read(vendor)) == 2
    assert len(vendor.asked(f"{COUNTER}/logrequests")) == 1
    assert len(vendor.asked(f"{COUNTER}/logrequests/evaluate")) == 1


def test_a_log_that_cannot_be_cleaned_is_read_all_the_same(vendor: Vendor, caplog: pytest.LogCaptureFixture) -> None:
    prepared(vendor, "visits__part_0.tsv")
    vendor._answers[CLEAN] = [answer("error_403", 403)]

    assert len(read(vendor)) == 2
    assert "could not be cleaned" in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.meets("expired_auth", "permanent_error")
@pytest.mark.parametrize(
    ("fixture", "status", "error", "message"),
    [
        ("error_400_parameter", 400, FixSettings, "date2"),
        ("error_400_quota", 400, QuotaGone, "10 GB"),
        ("error_429_day", 429, QuotaGone, "5,000 requests"),
        ("error_401", 401, FixSettings, "token"),
        ("error_403", 403, FixSettings, "counter"),
        ("error_404", 404, FixSettings, "nothing at this address"),
    ],
)
def test_what_waiting_cannot_cure_is_asked_once(
    vendor: Vendor, fixture: str, status: int, error: type[ExtractError], message: str
) -> None:
    vendor.answers(EVALUATE, answer("evaluate__possible"))
    vendor.answers(ORDER, answer(fixture, status))

    with pytest.raises(error, match=message) as refused:
        read(vendor)

    assert len(vendor.asked(f"{COUNTER}/logrequests")) == 1
    assert SECRET not in str(refused.value)


@pytest.mark.meets("empty_answer")
def test_a_log_of_nothing_but_its_header_lands_an_empty_day(vendor: Vendor) -> None:
    prepared(vendor)
    vendor.answers(STATE, answer("log__processed_one_part"))
    vendor.answers(PART_0, Reply(answer("visits__part_0.tsv").body.splitlines(keepends=True)[0]))

    assert land(YANDEX_METRICA, "visits", vendor, THE_10TH) == []
    assert cleaned(vendor) == 1


@pytest.mark.meets("rate_limit", "transient_5xx", "cut_body")
def test_limits_faults_and_cut_parts_are_asked_again(vendor: Vendor) -> None:
    waits: list[float] = []
    vendor.answers(EVALUATE, answer("error_420", 420), answer("error_429", 429))
    vendor.answers(ORDER, answer("error_503", 503))
    prepared(vendor)
    vendor.answers(PART_0, answer("visits__part_0.tsv", is_cut=True), answer("visits__part_0.tsv"))

    assert len(read(vendor, waits=waits)) == 2
    assert len(waits) == 4
    assert min(waits[:2]) >= 5


def test_a_line_with_cells_missing_is_rejected_and_the_others_land(vendor: Vendor) -> None:
    prepared(vendor, "visits__short_line.tsv")

    good, short = land(YANDEX_METRICA, "visits", vendor, THE_10TH)

    assert (good["visit_id"], good["_reject_reason"]) == ("700000002", None)
    assert "the line has 3 cells" in short["_reject_reason"]


@pytest.mark.meets("drift")
def test_a_field_that_vanished_is_noticed(vendor: Vendor) -> None:
    prepared(vendor, "visits__renamed_field.tsv")

    with pytest.raises(SourceChanged, match="has no ym:s:clientID"):
        land(YANDEX_METRICA, "visits", vendor, THE_10TH)

    assert landed_rows(YANDEX_METRICA, "visits") == []
    assert cleaned(vendor) == 1


def test_a_status_that_is_new_is_noticed(vendor: Vendor) -> None:
    vendor.answers(STATE, answer("log__unknown_status"))
    prepared(vendor)

    with pytest.raises(SourceChanged, match="'sleeping'"):
        read(vendor)
