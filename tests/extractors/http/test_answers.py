"""What a status means, how long a source asks to wait, and what becomes of a refusal: by value, without a request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from extractors.errors import FixSettings, QuotaGone, RetryLater, SkipAccount, SourceChanged
from extractors.http.answers import (
    LONGEST_SENTENCE,
    LONGEST_WAIT_SECONDS,
    Answer,
    AskAgain,
    Gone,
    Restart,
    TooMuch,
    Verdict,
    common_verdict,
    part,
    parts,
    retry_after,
    seconds_of,
    vendor_said,
)
from extractors.http.patience import BUSY_LATER, given_up_on, refuse

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def answered(status: int, body: Any = None, text: str = "", **headers: str) -> Answer:
    """An answer to a GET."""
    return Answer("GET", "https://vendor.example/x", status, headers, body, text)


@pytest.mark.parametrize(
    ("status", "cure"),
    [
        (200, None), (204, None), (299, None),
        (300, "fix_settings"), (302, "fix_settings"), (399, "fix_settings"),
        (400, "fix_settings"), (401, "refresh_auth"), (403, "fix_settings"), (404, "fix_settings"),
        (408, "wait"), (422, "fix_settings"), (429, "wait"), (499, "fix_settings"),
        (500, "transient"), (502, "transient"), (503, "transient"), (504, "transient"), (599, "transient"),
    ],
)  # fmt: skip
def test_each_status_has_its_cure(status: int, cure: str | None) -> None:
    verdict = common_verdict(answered(status, body={"error": "x"}, text='{"error": "x"}'))

    assert (verdict and verdict.cure) == cure


@pytest.mark.parametrize(
    ("text", "cure"), [(' {"error": "half', "transient"), ("[1", "transient"), ("<html>", "fix_settings")]
)
def test_an_error_that_did_not_arrive_whole_is_asked_for_again(text: str, cure: str) -> None:
    verdict = common_verdict(answered(400, text=text))

    assert verdict is not None
    assert verdict.cure == cure


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0), (" 7 ", 7.0), ("0.5", 0.5), ("0", 0.0), ("", None), ("soon", None), ("-7", None),
        ("99999999999", LONGEST_WAIT_SECONDS),
        ("Sun, 01 Mar 2026 12:01:30 GMT", 90.0),
        ("Sun, 01 Mar 2026 12:01:30 -0000", 90.0),
        ("Sun, 01 Mar 2026 13:01:30 +0100", 90.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("Sun, 01 Mar 2126 12:00:00 GMT", LONGEST_WAIT_SECONDS),
    ],
)  # fmt: skip
def test_retry_after_is_a_number_or_a_date_and_never_before_now(value: str, seconds: float | None) -> None:
    assert retry_after({"Retry-After": value}, NOON) == seconds


def test_a_wait_within_the_patience_is_waited_and_a_longer_one_told_to_come_back() -> None:
    minute = timedelta(minutes=1)

    with pytest.raises(AskAgain) as asked:
        refuse("x", answered(429, **{"Retry-After": "60"}), Verdict("wait", "busy"), minute)
    assert (asked.value.after, asked.value.is_limit) == (60.0, True)
    with pytest.raises(RetryLater, match="asks to wait 61 seconds") as later:
        refuse("x", answered(429, **{"Retry-After": "61"}), Verdict("wait", "busy"), minute)
    assert later.value.after == timedelta(seconds=61)
    with pytest.raises(AskAgain) as again:
        refuse("x", answered(503), Verdict("transient", "down"), minute)
    assert (again.value.after, again.value.is_limit) == (None, False)


def test_what_a_source_knows_itself_beats_the_header() -> None:
    with pytest.raises(AskAgain) as asked:
        refuse("x", answered(429, **{"Retry-After": "50"}), Verdict("wait", "busy", 20), timedelta(minutes=1))
    assert asked.value.after == 20.0
    with pytest.raises(AskAgain) as asked:
        refuse("x", answered(429), Verdict("wait", "busy", -5), timedelta(minutes=1))
    assert asked.value.after == 0.0


def test_a_quota_that_is_gone_comes_back_when_it_is_said_else_in_an_hour() -> None:
    with pytest.raises(QuotaGone) as gone:
        refuse("x", answered(429), Verdict("defer", "no more today"), timedelta(minutes=1))
    assert gone.value.after == timedelta(hours=1)
    with pytest.raises(QuotaGone) as gone:
        refuse("x", answered(429), Verdict("defer", "no more today", 7200), timedelta(minutes=1))
    assert gone.value.after == timedelta(hours=2)


@pytest.mark.parametrize(
    ("cure", "error"),
    [
        ("skip", SkipAccount), ("shrink", TooMuch), ("restart", Restart), ("gone", Gone), ("refresh_auth", FixSettings),
        ("fix_settings", FixSettings), ("changed", SourceChanged),
    ],
)  # fmt: skip
def test_each_cure_that_ends_a_request_has_its_error(cure: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match=r"x was answered with 400: so\. "):
        refuse("x", answered(400), Verdict(cure, "so"), timedelta(minutes=1))


def test_who_is_given_up_on_is_asked_when_he_said_else_after_five_minutes_where_he_is_busy() -> None:
    assert given_up_on("x", AskAgain("busy", 30.0, is_limit=True), 5).after == timedelta(seconds=30)
    assert given_up_on("x", AskAgain("busy", is_limit=True), 5).after == BUSY_LATER == timedelta(minutes=5)
    assert given_up_on("x", AskAgain("down"), 5).after is None
    assert "5 times in a row" in str(given_up_on("x", AskAgain("down"), 5))


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(7, 7.0), ("7.5", 7.5), (None, None), ("soon", None), (True, None), ("nan", None), ("inf", None), ([], None)],
)
def test_seconds_are_a_finite_number(value: Any, seconds: float | None) -> None:
    assert seconds_of(value) == seconds


def test_what_lies_elsewhere_in_an_error_is_empty() -> None:
    body = {"error": {"details": [{"a": 1}, "b", {"c": 2}], "inner": {"code": 7}}}

    assert part(body, "error", "inner") == {"code": 7}
    assert part(body, "error", "details") == part([], "error") == part(body, "other", "inner") == {}
    assert parts(body["error"], "details") == [{"a": 1}, {"c": 2}]
    assert parts(body, "error") == parts(None, "error") == []


def test_a_vendors_sentence_stands_on_one_line_without_its_full_stop_and_is_cut() -> None:
    assert vendor_said("Too  many\nrequests.") == "Too many requests"
    assert vendor_said({"not": "text"}) == ""
    assert vendor_said("x" * LONGEST_SENTENCE) == "x" * LONGEST_SENTENCE
    assert vendor_said("x" * (LONGEST_SENTENCE + 1)) == "x" * LONGEST_SENTENCE + "..."
