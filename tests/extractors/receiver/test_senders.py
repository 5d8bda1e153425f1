"""What each sender's post says beside the answers: which form, when, on which page, whose visit, and what is spam."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from extractors.forms.submission import Submission
from extractors.receiver.senders import SENDERS


def read(sender: str, posted: Any, headers: Mapping[str, str] | None = None) -> Submission:
    """The submission of a post."""
    reader = SENDERS[sender].read
    assert reader is not None
    return reader(posted, headers or {})


def answers(submission: Submission) -> dict[str, str]:
    """The answers by name."""
    return {answer.name: answer.value for answer in submission.answers}


ENTRY = {
    "id": "17", "form_id": "3", "date_created": "2026-03-01 10:11:12", "status": "active", "ip": "203.0.113.7",
    "source_url": "https://www.nordhaus.example/roof?utm_source=x", "1": "Anna", "2": "+49 30 1", "is_read": "0",
    "payment_status": "", "user_agent": "Mozilla",
}  # fmt: skip


@pytest.mark.parametrize(("status", "is_spam"), [("spam", True), ("active", False), ("trash", False), ("Spam?", False)])
def test_gravity_says_itself_what_it_took_for_spam(status: str, is_spam: bool) -> None:
    assert read("gravity_forms", {**ENTRY, "status": status}).is_marked_spam is is_spam


def test_gravity_s_own_fields_are_no_answers_and_its_times_are_utc() -> None:
    entry = read("gravity_forms", ENTRY)
    assert answers(entry) == {"1": "Anna", "2": "+49 30 1"}
    assert (entry.record_id, entry.form_id, entry.occurred_at) == (
        "17", "3", datetime(2026, 3, 1, 10, 11, 12, tzinfo=UTC),
    )  # fmt: skip
    assert entry.page_url == ENTRY["source_url"]
    assert "ip" not in entry.payload


def test_gravity_without_a_readable_time_has_none() -> None:
    assert read("gravity_forms", {**ENTRY, "date_created": "1 March"}).occurred_at is None


TILDA = {"tranid": "9:8", "formid": "form7", "formname": "Call me", "Name": "Anna", "Phone": "+49 30 1"}


def test_tilda_s_own_fields_say_which_form_and_are_no_answers() -> None:
    post = read("tilda", TILDA)
    assert (post.record_id, post.form_id, post.form_name) == ("9:8", "form7", "Call me")
    assert answers(post) == {"Name": "Anna", "Phone": "+49 30 1"}


COOKIES = "_ga=GA1.1.11.22; _ym_uid=33; TILDAUTM=utm_source%3Dcookie%7C%7C%7Cutm_campaign%3Dold%7C%7C%7C"


def test_tilda_s_cookies_tell_the_visit_where_the_page_itself_does_not() -> None:
    told = answers(read("tilda", {**TILDA, "COOKIES": COOKIES}))
    assert (told["utm_source"], told["utm_campaign"]) == ("cookie", "old")
    assert told["client_id"] == "GA1.1.11.22"


@pytest.mark.parametrize("field", ["utm_source", "gclid", "utm_campaign"])
def test_what_the_page_says_of_its_visit_counts_whole_before_an_older_cookie(field: str) -> None:
    told = answers(read("tilda", {**TILDA, field: "page", "COOKIES": COOKIES}))
    assert {name: told.get(name) for name in ("utm_source", "utm_campaign", "gclid")} == {
        name: "page" if name == field else None for name in ("utm_source", "utm_campaign", "gclid")
    }


def test_the_page_s_own_device_comes_before_that_of_a_cookie() -> None:
    found = [one.value for one in read("tilda", {**TILDA, "client_id": "own", "COOKIES": COOKIES}).answers
             if one.name == "client_id"]  # fmt: skip
    assert found[0] == "own"
