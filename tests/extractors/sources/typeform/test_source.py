"""Typeform: forms and responses, windows that are halved, and what becomes of its errors."""

from __future__ import annotations

import json
import logging
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from extractors.errors import FixSettings, RetryLater, SourceChanged
from extractors.model import Window
from extractors.sources.typeform import TYPEFORM, classify
from tests.extractors.sources.vendor import (
    SECRET,
    Reply,
    Request,
    Vendor,
    land,
    landed_rows,
    read,
    recorded,
    unhurried,
)

RESPONSES = "GET /forms/quote/responses"
THE_10TH = Window(date(2026, 3, 10), date(2026, 3, 10))
QUOTE = ["quote"]


class Responses:
    """A form with responses at these moments, which gives ``cap`` of them at most, as the real one does."""

    def __init__(self, moments: list[datetime], cap: int) -> None:
        self.moments = moments
        self.cap = cap

    def __call__(self, request: Request) -> Reply:
        since = datetime.strptime(request.query["since"], "%Y-%m-%dT%H:%M:%S%z").replace(tzinfo=None)
        until = datetime.strptime(request.query["until"], "%Y-%m-%dT%H:%M:%S%z").replace(tzinfo=None)
        found: list[dict[str, Any]] = [
            {
                "response_id": f"r{number}",
                "landed_at": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
                "submitted_at": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
                "metadata": {},
                "answers": None,
            }
            for number, moment in enumerate(self.moments)
            if since <= moment <= until
        ]
        return Reply(json.dumps({"total_items": len(found), "items": found[: self.cap]}).encode())


def test_answers_fill_the_columns_by_type_and_by_reference(vendor: Vendor) -> None:
    vendor.answers(RESPONSES, recorded("typeform/responses__two"))

    first, second = land(TYPEFORM, "responses", vendor, THE_10TH, forms=QUOTE)

    assert (first["email"], first["phone"]) == ("writer@mail.example", "+493055500109")
    assert (first["full_name"], first["company"]) == ("Test Writer", "Test & Söhne")
    assert (first["service"], first["client_id"]) == ("Roof repair", "1111.2222")
    assert first["referer"].endswith("gclid=SYN-1")
    assert (first["form_id"], first["submitted_at"]) == (
        "quote",
        datetime.fromisoformat("2026-03-10T09:02:41"),
    )
    assert json.loads(first["answers"])[5]["payment"]["amount"] == "10.50"
    assert (second["service"], second["email"]) == ("Something else", None)


def test_a_question_tells_what_an_answer_is_where_its_reference_is_typeforms_own(vendor: Vendor) -> None:
    vendor.answers(RESPONSES, recorded("typeform/responses__own_references"))
    vendor.answers("GET /forms/quote", recorded("typeform/form__groups"))

    [row] = land(TYPEFORM, "responses", vendor, THE_10TH, forms={"quote": {"product": "What needs doing?"}})

    assert (row["full_name"], row["company"]) == ("Ann Lee", "Test & Söhne")
    assert (row["service"], row["email"], row["phone"]) == ("Roof, Gutter", "lead@mail.example", "+493055500110")
    assert len(vendor.asked("/forms/quote")) == 1


def test_what_came_with_the_address_is_read_as_the_webhook_reads_it(vendor: Vendor) -> None:
    answer = json.loads(recorded("typeform/responses__two").body)
    hidden = {"Email": "known@mail.example", "PHONE": "+49 30 1", "UTM_Source": "google", "GCLID": "SYN-1"}
    hidden |= {"_ga": "GA1.1.3.4"}
    answer["items"][1] |= {"hidden": hidden, "answers": []}
    vendor.answers(RESPONSES, Reply(json.dumps(answer).encode()))

    first, second = read(TYPEFORM, "responses", vendor, THE_10TH, forms=QUOTE)

    # What the person wrote beats what the page knew.
    assert (first["email"], first["utm_source"]) == ("writer@mail.example", "google")
    assert (second["email"], second["phone"], second["client_id"]) == ("known@mail.example", "+49 30 1", "3.4")
    assert (second["utm_source"], second["click_ids"], second["message"]) == ("google", '{"gclid":"SYN-1"}', None)
    assert json.loads(second["hidden"]) == hidden


def test_a_placeholder_that_was_never_filled_is_no_client_id(vendor: Vendor) -> None:
    vendor.answers(RESPONSES, recorded("typeform/responses__two"))

    _, second = read(TYPEFORM, "responses", vendor, THE_10TH, forms=QUOTE)

    assert second["client_id"] is None
    assert json.loads(second["hidden"]) == {"client_id": "xxxxx"}


def test_a_response_that_was_never_submitted_is_rejected_and_kept(vendor: Vendor) -> None:
    vendor.answers(RESPONSES, recorded("typeform/responses__no_answers_never_submitted"))

    empty, never = land(TYPEFORM, "responses", vendor, THE_10TH, forms=QUOTE)

    assert (empty["email"], empty["answers"], empty["_reject_reason"]) == (None, None, None)
    assert never["submitted_at"] is None
    assert never["_reject_reason"] == "submitted_at is missing"
    assert "0001-01-01" in never["_payload"]


def test_the_window_is_asked_without_tokens_and_both_its_ends_count(vendor: Vendor) -> None:
    vendor.answers(RESPONSES, recorded("typeform/responses__empty"))

    assert land(TYPEFORM, "responses", vendor, THE_10TH, forms=QUOTE) == []

    [request] = vendor.requests
    assert (request.query["since"], request.query["until"]) == (
        "2026-03-10T00:00:00Z",
        "2026-03-10T23:59:59Z",
    )
    assert request.query["page_size"] == "1000"
    assert not {"before", "after", "sort"} & request.query.keys()
    assert request.headers["authorization"] == f"Bearer {SECRET}"


def test_a_window_with_too_many_responses_is_halved_until_each_came_once(
    vendor: Vendor,
) -> None:
    noon = datetime.fromisoformat("2026-03-10T12:00:00")
    day = datetime.fromisoformat("2026-03-10T00:00:00")
    last_second = day + timedelta(hours=23, minutes=59, seconds=59)
    moments = [*(noon + timedelta(seconds=n // 3) for n in range(30)), day, last_second]
    vendor.answers(RESPONSES, Responses(moments, cap=5))
    client, account = unhurried(TYPEFORM, vendor, classify, [], forms=QUOTE)

    pages = TYPEFORM.table("responses").read(client, account, THE_10TH)

    responses = [response for page in pages for response in page]
    assert sorted(response["response_id"] for response in responses) == sorted(f"r{n}" for n in range(32))


def test_a_second_that_never_comes_whole_ends(vendor: Vendor) -> None:
    noon = datetime.fromisoformat("2026-03-10T12:00:00")
    vendor.answers(RESPONSES, Responses([noon] * 6, cap=5))
    client, account = unhurried(TYPEFORM, vendor, classify, [], forms=QUOTE)

    with pytest.raises(RetryLater, match="2026-03-10T12:00:00Z never came whole"):
        list(TYPEFORM.table("responses").read(client, account, THE_10TH))


def test_a_time_out_inside_typeform_halves_the_window_too(vendor: Vendor) -> None:
    vendor.answers(
        RESPONSES,
        Reply(b"{}", 499),
        recorded("typeform/responses__two"),
        recorded("typeform/responses__empty"),
    )

    assert len(read(TYPEFORM, "responses", vendor, THE_10TH, forms=QUOTE)) == 2
    assert [request.query["until"] for request in vendor.asked("/forms/quote/responses")[1:]] == [
        "2026-03-10T11:59:59Z",
        "2026-03-10T23:59:59Z",
    ]


@pytest.mark.meets("last_page")
def test_every_form_is_read_to_the_last_page_and_a_deleted_one_is_named(
    vendor: Vendor, caplog: pytest.LogCaptureFixture
) -> None:
    vendor.answers("GET /forms", recorded("typeform/forms__page_1"), recorded("typeform/forms__page_2"))
    vendor.answers("GET /forms/quote", recorded("typeform/form__quote"))
    vendor.answers("GET /forms/gone", recorded("typeform/error_404_form_not_found", 404))
    vendor.answers("GET /forms/survey", recorded("typeform/form__survey_no_hidden_fields"))

    with caplog.at_level(logging.WARNING):
        forms = land(TYPEFORM, "forms", vendor, THE_10TH)

    assert [(form["form_id"], json.loads(form["hidden_fields"])) for form in forms] == [
        ("quote", ["client_id", "utm_source"]),
        ("survey", []),
    ]
    assert "gone" in caplog.text


def test_a_deleted_form_does_not_stop_the_others(vendor: Vendor, caplog: pytest.LogCaptureFixture) -> None:
    vendor.answers("GET /forms/gone/responses", recorded("typeform/error_404_form_not_found", 404))
    vendor.answers(RESPONSES, recorded("typeform/responses__two"))

    with caplog.at_level(logging.WARNING):
        responses = read(TYPEFORM, "responses", vendor, THE_10TH, forms=["gone", "quote"])

    assert len(responses) == 2
    assert "gone" in caplog.text


@pytest.mark.meets("empty_answer")
def test_an_account_without_forms_lands_empty(vendor: Vendor) -> None:
    vendor.answers("GET /forms", recorded("typeform/forms__empty"))

    assert land(TYPEFORM, "forms", vendor, THE_10TH) == []
    assert land(TYPEFORM, "responses", vendor, THE_10TH) == []


@pytest.mark.meets("expired_auth", "permanent_error")
@pytest.mark.parametrize(
    ("fixture", "status", "message"),
    [
        ("typeform/error_400_validation", 400, "VALIDATION_ERROR"),
        ("typeform/error_401_bad_token", 401, "credential"),
        ("typeform/error_403_scope", 402, "plan"),
        ("typeform/error_403_scope", 403, "responses:read"),
    ],
)
def test_what_a_person_must_change_is_not_asked_twice(vendor: Vendor, fixture: str, status: int, message: str) -> None:
    vendor.answers(RESPONSES, recorded(fixture, status))

    with pytest.raises(FixSettings, match=message) as refused:
        read(TYPEFORM, "responses", vendor, THE_10TH, forms=QUOTE)

    assert len(vendor.requests) == 1
    assert SECRET not in str(refused.value)


@pytest.mark.meets("rate_limit", "transient_5xx", "cut_body")
def test_too_many_requests_a_fault_and_a_cut_answer_are_asked_again(vendor: Vendor) -> None:
    waits: list[float] = []
    vendor.answers(
        RESPONSES,
        recorded("typeform/error_429_rate_limit", 429),
        recorded("typeform/error_429_rate_limit", 429, retry_after="7"),
        recorded("typeform/error_429_rate_limit", 502),
        recorded("typeform/responses__two", is_cut=True),
        recorded("typeform/responses__two"),
    )
    client, account = unhurried(TYPEFORM, vendor, classify, waits, forms=QUOTE)

    [page] = TYPEFORM.table("responses").read(client, account, THE_10TH)

    assert len(page) == 2
    assert waits[:2] == [2, 7]
    assert len(waits) == 4


def test_a_time_out_inside_typeform_while_forms_are_listed_is_asked_again(vendor: Vendor) -> None:
    waits: list[float] = []
    vendor.answers("GET /forms", Reply(b"{}", 499), recorded("typeform/forms__empty"))
    client, account = unhurried(TYPEFORM, vendor, classify, waits)

    assert list(TYPEFORM.table("forms").read(client, account, THE_10TH)) == []
    assert len(waits) == 1


@pytest.mark.parametrize("forms", [5, True, "quote"])
def test_forms_that_are_no_list_are_told_before_anything_is_asked(vendor: Vendor, forms: Any) -> None:
    with pytest.raises(FixSettings, match="'forms' must be a list"):
        read(TYPEFORM, "forms", vendor, THE_10TH, forms=forms)

    assert vendor.requests == []


@pytest.mark.parametrize("body", [b"[]", b"null", b'"none"', b"0"])
def test_an_answer_that_is_no_object_is_noticed(vendor: Vendor, body: bytes) -> None:
    vendor.answers(RESPONSES, Reply(body))

    with pytest.raises(SourceChanged, match="no 'items' or 'total_items' in the answer"):
        land(TYPEFORM, "responses", vendor, THE_10TH, forms=QUOTE)


@pytest.mark.meets("drift")
def test_a_value_under_another_name_is_noticed(vendor: Vendor) -> None:
    vendor.answers(RESPONSES, recorded("typeform/responses__renamed_value"))

    with pytest.raises(SourceChanged, match="type 'email' has no such value") as changed:
        land(TYPEFORM, "responses", vendor, THE_10TH, forms=QUOTE)

    assert "writer@" not in str(changed.value)
    assert landed_rows(TYPEFORM, "responses") == []
