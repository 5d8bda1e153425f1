"""HubSpot's forms: a list that begins with the newest, forms that were put away or deleted, a scope that is missing."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest

from extractors.errors import SkipAccount, SourceChanged
from extractors.model import Row, Window
from extractors.sources.hubspot import HUBSPOT
from tests.extractors.sources.vendor import Reply, Request, Vendor, land, read, recorded

FORMS = "GET /marketing/v3/forms"
SENT = "GET /form-integrations/v1/submissions/forms/f-quote"
THE_10TH = Window(date(2026, 3, 10), date(2026, 3, 10))


def landed(vendor: Vendor, **options: object) -> list[Row]:
    return land(HUBSPOT, "form_submissions", vendor, THE_10TH, requests_per_second=200, **options)


def one_form(request: Request) -> Reply:
    """One form in use, none put away."""
    return recorded("hubspot/forms__empty" if request.query["archived"] == "true" else "hubspot/forms__one")


def test_submissions_are_read_back_to_the_window_s_first_moment_and_no_further(vendor: Vendor) -> None:
    vendor.answers(FORMS, one_form)
    vendor.answers(SENT, recorded("hubspot/submissions__page_1"), recorded("hubspot/submissions__page_2"))

    ann, first = sorted(landed(vendor), key=lambda row: str(row["submission_id"]))

    assert (ann["submission_id"], first["submission_id"]) == ("c-ann", "c-first")
    assert (ann["form_name"], ann["submitted_at"]) == ("Quote", datetime.fromisoformat("2026-03-10T09:30"))
    assert (ann["name"], ann["email"], ann["phone"]) == ("Ann Lee", "ann@mail.example", "+49 172 4445556")
    assert (ann["company"], ann["client_id"]) == ("Lee & Söhne", "1111.2222")
    assert ann["page_url"] == "https://dach.example/quote?utm_source=google"
    assert json.loads(ann["click_ids"]) == {"gclid": "SYN-H1"}
    assert json.loads(ann["answers"])["roof"] == "Tiles;Gutter"
    # The second page reaches the day before, so the third is not asked for.
    assert [request.query.get("after") for request in vendor.asked(SENT.removeprefix("GET "))] == [None, "UEFHRTI="]


def test_submissions_on_the_last_page_are_read_too(vendor: Vendor) -> None:
    vendor.answers(FORMS, one_form)
    vendor.answers(SENT, recorded("hubspot/submissions__page_1"), recorded("hubspot/submissions__last_page"))

    assert sorted(str(row["submission_id"]) for row in landed(vendor)) == ["c-ann", "c-last"]


def test_a_form_without_submissions_lands_an_empty_day(vendor: Vendor) -> None:
    vendor.answers(FORMS, one_form)
    vendor.answers(SENT, recorded("hubspot/submissions__empty"))

    assert landed(vendor) == []


def test_a_form_put_away_on_the_day_itself_is_read_too_and_one_put_away_long_ago_is_not(vendor: Vendor) -> None:
    vendor.answers(FORMS, recorded("hubspot/forms__empty"), recorded("hubspot/forms__archived"))
    vendor.answers(SENT.replace("f-quote", "f-late"), recorded("hubspot/submissions__last_page"))

    [row] = landed(vendor)

    assert (row["form_id"], row["form_name"]) == ("f-late", "Late")


def test_a_form_that_was_deleted_takes_no_other_with_it(vendor: Vendor) -> None:
    vendor.answers(FORMS, one_form)
    vendor.answers(SENT.replace("f-quote", "f-gone"), recorded("hubspot/error_404_form", 404))
    vendor.answers(SENT, recorded("hubspot/submissions__last_page"))

    [row] = landed(vendor, forms={"f-gone": {}, "f-quote": {"product": "email"}})

    # What the options name is never guessed.
    assert (row["product"], row["email"]) == ("last@mail.example", None)


def test_older_paths_are_asked_when_the_options_say_so(vendor: Vendor) -> None:
    vendor.answers("GET /marketing/v3/forms", recorded("hubspot/forms__empty"))

    assert landed(vendor, api_version="v3") == []


@pytest.mark.parametrize("refused", [FORMS, SENT])
def test_a_token_without_the_scope_leaves_the_table_out(vendor: Vendor, refused: str) -> None:
    vendor.answers(FORMS, *([] if refused == FORMS else [one_form]))
    vendor.answers(refused, recorded("hubspot/error_403_missing_scopes", 403))

    with pytest.raises(SkipAccount, match="lacks the scope forms"):
        read(HUBSPOT, "form_submissions", vendor, THE_10TH)


@pytest.mark.parametrize(
    ("fixture", "message"),
    [
        ("hubspot/submissions__without_number", "no number of milliseconds"),
        ("hubspot/submissions__renamed_field", "no record has 'conversionId'"),
    ],
)
def test_another_shape_is_noticed(vendor: Vendor, fixture: str, message: str) -> None:
    vendor.answers(FORMS, one_form)
    vendor.answers(SENT, recorded(fixture))

    with pytest.raises(SourceChanged, match=message):
        landed(vendor)
