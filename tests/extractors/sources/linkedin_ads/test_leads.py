"""LinkedIn: leads that can no longer be asked for, and answers in another shape."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from extractors.errors import SourceChanged
from extractors.model import Account, Connection, Window
from extractors.run import land_table
from extractors.sources.linkedin_ads import LINKEDIN_ADS
from tests.extractors.sources.vendor import SECRET, Reply, Vendor, fixture, landed_rows, read, recorded

ACCOUNT = Account("linkedin_ads", "507404993", "linkedin_ads", brand="nordhaus")
FORMS, LEADS = "GET /leadForms", "GET /leadFormResponses"
TWO_DAYS = Window(date(2026, 3, 10), date(2026, 3, 11))


def test_the_day_on_which_the_90_days_end_keeps_the_leads_that_were_landed_of_it(vendor: Vendor) -> None:
    day = datetime.now(UTC).date() - timedelta(days=90)
    lead = json.loads(fixture("linkedin_ads/lead_responses__page_1.json").read_text())["elements"][0]
    sent = {hour: int(datetime(day.year, day.month, day.day, hour, tzinfo=UTC).timestamp() * 1000) for hour in (1, 22)}
    both = [{**lead, "id": f"lead-{hour}", "submittedAt": at} for hour, at in sent.items()]
    vendor.answers(FORMS, recorded("linkedin_ads/lead_forms"))
    vendor.answers(LEADS, *(Reply(json.dumps({"elements": some}).encode()) for some in (both, both[1:])))
    for _ in range(2):
        land_table(LINKEDIN_ADS, ACCOUNT, "lead_responses", Window(day, day), Connection(vendor.url, password=SECRET))

    assert {row["lead_id"] for row in landed_rows(LINKEDIN_ADS, "lead_responses")} == {"lead-1", "lead-22"}


@pytest.mark.parametrize("field", ["versionedLeadGenFormUrn", "questionId", "answerDetails", "textQuestionAnswer"])
def test_answers_that_could_not_be_read_are_noticed(vendor: Vendor, field: str) -> None:
    lead = recorded("linkedin_ads/lead_responses__page_1").body.replace(b"multipleChoiceAnswer", b"textQuestionAnswer")
    vendor.answers(FORMS, recorded("linkedin_ads/lead_forms"))
    vendor.answers(LEADS, Reply(lead.replace(f'"{field}"'.encode(), b'"renamed"')))

    with pytest.raises(SourceChanged, match=field):
        read(LINKEDIN_ADS, "lead_responses", vendor, TWO_DAYS)


def test_options_that_were_ticked_are_told_in_the_words_of_the_form(vendor: Vendor) -> None:
    options = [{"id": 1, "text": {"localized": {"en_US": "Below 5,000"}}}, {"id": 2, "text": "Above"}]
    details = {"multipleChoiceQuestionDetails": {"options": options}}
    question = {"questionId": 6, "name": "Budget", "questionDetails": details}
    form = {"id": 3213, "name": "Quote", "content": {"questions": [question]}}
    lead = json.loads(fixture("linkedin_ads/lead_responses__page_1.json").read_text())["elements"][0]
    answer = {"questionId": 6, "answerDetails": {"multipleChoiceAnswer": {"options": [1, "2", 9]}}}
    lead["formResponse"] = {"answers": [answer]}
    vendor.answers(FORMS, Reply(json.dumps({"elements": [form]}).encode()))
    vendor.answers(LEADS, Reply(json.dumps({"elements": [lead]}).encode()))

    [row] = read(LINKEDIN_ADS, "lead_responses", vendor, TWO_DAYS)

    assert json.loads(row["answers"]) == {"Budget": "Below 5,000, Above, 9"}


def test_one_lead_of_an_odd_shape_is_rejected_and_the_others_land(vendor: Vendor) -> None:
    good = json.loads(fixture("linkedin_ads/lead_responses__page_1.json").read_text())["elements"][0]
    odd = {**good, "id": "odd", "associatedEntity": "urn:li:sponsoredCreative:1"}
    vendor.answers(FORMS, recorded("linkedin_ads/lead_forms"))
    vendor.answers(LEADS, Reply(json.dumps({"elements": [good, odd]}).encode()))

    first, second = read(LINKEDIN_ADS, "lead_responses", vendor, TWO_DAYS)

    assert first["email"]
    assert second["_reject_reason"] == "associatedEntity is str, not an object"
    assert second["_payload"]["id"] == "odd"


def test_a_page_of_leads_with_a_gap_does_not_end_a_list_that_counts_them(vendor: Vendor) -> None:
    lead = json.loads(fixture("linkedin_ads/lead_responses__page_1.json").read_text())["elements"][0]
    told = {"count": 2, "start": 0, "links": [], "total": 4}
    pages = [[lead], [], [{**lead, "id": "last"}]]
    vendor.answers(FORMS, recorded("linkedin_ads/lead_forms"))
    vendor.answers(LEADS, *(Reply(json.dumps({"elements": some, "paging": told}).encode()) for some in pages[:2]))

    assert len(read(LINKEDIN_ADS, "lead_responses", vendor, TWO_DAYS)) == 1
    assert len(vendor.asked("/leadFormResponses")) == 2


@pytest.mark.parametrize("field", ["PHONE_NUMBER", "WORK_PHONE", "WORK_PHONE_NUMBER"])
def test_a_phone_at_work_is_known_by_each_of_linkedin_s_names_for_it(vendor: Vendor, field: str) -> None:
    question = {"questionId": 6, "name": "Frage 6", "predefinedField": field}
    form = {"id": 3213, "name": "Quote", "content": {"questions": [question]}}
    lead = json.loads(fixture("linkedin_ads/lead_responses__page_1.json").read_text())["elements"][0]
    answer = {"questionId": 6, "answerDetails": {"textQuestionAnswer": {"answer": "030 901820"}}}
    lead["formResponse"] = {"answers": [answer]}
    vendor.answers(FORMS, Reply(json.dumps({"elements": [form]}).encode()))
    vendor.answers(LEADS, Reply(json.dumps({"elements": [lead]}).encode()))

    [row] = read(LINKEDIN_ADS, "lead_responses", vendor, TWO_DAYS)

    assert row["phone"] == "030 901820"


def test_an_advertiser_s_own_question_is_known_by_its_name(vendor: Vendor) -> None:
    page = json.loads(fixture("linkedin_ads/lead_responses__page_1.json").read_text())
    own = [("Ihre Telefonnummer", "030 1"), ("Vorname", "Bo"), ("Nachname", "Ek"), ("Welches Dach?", "flach")]
    page["elements"] = page["elements"][:1]
    page["elements"][0]["formResponse"]["answers"] = [
        {"questionId": 90 + number, "name": name, "answerDetails": {"textQuestionAnswer": {"answer": said}}}
        for number, (name, said) in enumerate(own)
    ]
    vendor.answers(FORMS, recorded("linkedin_ads/lead_forms"))
    vendor.answers(LEADS, Reply(json.dumps({"elements": page["elements"]}).encode()))

    row = next(row for row in read(LINKEDIN_ADS, "lead_responses", vendor, TWO_DAYS))

    assert (row["phone"], row["full_name"], row["message"]) == ("030 1", "Bo Ek", "flach")
