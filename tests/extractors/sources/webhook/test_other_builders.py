"""What builders that nobody here connected post, each in its own shape: contacts, tags and words in their places."""

from __future__ import annotations

import json
from typing import Any

import pytest

from extractors.forms.nested import form_fields
from extractors.model import Account
from extractors.receiver.spool import Received
from extractors.sources.webhook import rows_of
from tests.extractors.sources.webhook.test_builders import AT, FORM, JSON, row

ANNA = {"name": "Anna Berg", "email": "anna@mail.example", "phone": "+49 171 5550001"}
NAMED = {"first_name": "Anna", "last_name": "Berg", "email": ANNA["email"], "phone": ANNA["phone"]}
PAGE = "https://x.example/kontakt?gclid=SYN-1"

BODIES: dict[str, tuple[Any, dict[str, str | None]]] = {
    "a list of fields by number, with labels, types and chosen options": (
        {"eventId": "e", "data": {"responseId": "r", "formName": "Kontakt", "fields": [
            {"key": "question_a", "label": "Wie heißen Sie?", "type": "INPUT_TEXT", "value": "Anna Berg"},
            {"key": "question_b", "label": "Post", "type": "INPUT_EMAIL", "value": "anna@mail.example"},
            {"key": "question_c", "label": "Telefon", "type": "INPUT_PHONE_NUMBER", "value": ANNA["phone"]},
            {"key": "question_d", "label": "Leistung", "type": "MULTIPLE_CHOICE", "value": ["id1"],
             "options": [{"id": "id1", "text": "Dach"}, {"id": "id2", "text": "Keller"}]},
            {"key": "question_e", "label": "utm_source", "type": "HIDDEN_FIELDS", "value": "google"}]}},
        {"product": "Dach", "utm_source": "google"},
    ),
    "fields and their schema side by side": (
        {"triggerType": "form_submission", "payload": {"name": "Kontakt", "siteId": "65", "pageUrl": PAGE,
         "data": {"Name": "Anna Berg", "Email": ANNA["email"], "Phone-Number": ANNA["phone"]},
         "schema": [{"fieldName": "Name", "fieldType": "FormTextInput"}]}},
        {"page_url": PAGE},
    ),
    "JSON inside a field of a form": (
        {"data.json": json.dumps({"name": ["Anna Berg"], "email": [ANNA["email"]], "phone_number": [ANNA["phone"]]}),
         "page_name": "LP", "variant": "a"},
        {},
    ),
    "a CRM's properties, each with its earlier values": (
        {"vid": 1, "properties": {"firstname": {"value": "Anna", "versions": [{"value": "Anne"}]},
         "lastname": {"value": "Berg"}, "email": {"value": ANNA["email"]}, "phone": {"value": ANNA["phone"]}}},
        {},
    ),
    "a person's addresses as a list": (
        {"person": {"name": "Anna Berg", "email": [{"value": ANNA["email"], "primary": True, "label": "work"}],
         "phone": [{"value": ANNA["phone"], "label": "home"}]}, "organization": {"name": "Gross GmbH"}},
        {"company": "Gross GmbH"},
    ),
    "questions with their answers": (
        {"responses": [{"title": "Your name", "answer": ["Anna Berg"]}, {"title": "Email", "answer": [ANNA["email"]]},
         {"question": {"text": "Phone"}, "answer": ANNA["phone"]}]},
        {},
    ),
    "names and values under longer keys": (
        {"fields": [{"fieldName": name, "fieldValue": value} for name, value in ANNA.items()]}, {},
    ),
    "pairs": ([[name, value] for name, value in ANNA.items()], {}),
    "a list of one": ([ANNA], {}),
    "a quiz": (
        {"answers": [{"q": "Какая крыша?", "a": "Плоская"}, {"q": "Сроки", "a": ["Сейчас", "Позже"]}],
         "contacts": ANNA, "extra": {"href": "https://x.example/?yclid=777", "utm": {"source": "yandex"},
         "cookies": {"_ga": "GA1.2.33.17"}}, "quiz": {"id": "q", "name": "Квиз"}},
        {"page_url": "https://x.example/?yclid=777", "utm_source": "yandex", "client_id": "33.17",
         "message": "Плоская\nСейчас, Позже"},
    ),
    "a number in parts": (
        {"name": "Anna Berg", "email": ANNA["email"],
         "phone": {"country": "+49", "areacode": "171", "line": "5550001"}}, {},
    ),
    "a number in a field of a name and a number": (
        {"name-1-first-name": "Anna", "name-1-last-name": "Berg", "email-1": ANNA["email"], "phone-1": ANNA["phone"]},
        {},
    ),
    "the country's code in a field of its own": (
        {"name": "Anna Berg", "email": ANNA["email"], "country_code": "+49", "phone": "171 5550001"}, {},
    ),
    "fields by number, each with its key": (
        {"form_id": "3", "fields": {
            "1": {"id": 1, "key": "name", "label": "Name", "type": "textbox", "value": "Anna Berg"},
            "2": {"id": 2, "key": "email", "type": "email", "value": ANNA["email"]},
            "3": {"key": "phone", "type": "phone", "value": ANNA["phone"]}}},
        {"message": None},
    ),
    "fields by id, each with its question": (
        {"fields": {"a1": {"title": "Imię i nazwisko", "value": "Anna Berg"}, "a2": {"title": "Poczta", "type": "email",
         "value": ANNA["email"]}, "a3": {"title": "Telefon", "value": ANNA["phone"]}}},
        {},
    ),
    "fields by name, each with what is shown above it": (
        {"full_name": {"label": "Hvad hedder du?", "value": "Anna Berg"},
         "email": {"label": "Din e-mail", "value": ANNA["email"]}, "phone": {"label": "Tlf", "value": ANNA["phone"]}},
        {"message": None},
    ),
    "one field by id beside other things": (
        {"form_id": 7, **NAMED, "field_9": {"title": "Firma", "value": "Gross GmbH"}}, {"company": "Gross GmbH"},
    ),
    "the text of each question beside the text of its answer": (
        {"answers": [{"questionText": "Name", "answerText": "Anna Berg"}, {"questionText": "Email",
         "answerText": ANNA["email"]}, {"questionText": "Phone", "answerText": ANNA["phone"]}]},
        {"message": None},
    ),
    "a heading above the chosen answers": (
        {"questions": [{"heading": "Name", "answers": [{"text": "Anna Berg"}]}, {"heading": "Email",
         "answers": [{"text": ANNA["email"]}]}, {"heading": "Phone", "answers": [{"text": ANNA["phone"]}]},
         {"heading": "Roof", "answers": [{"text": "flat"}, {"text": "tiled"}]}]},
        {"message": "flat, tiled"},
    ),
    "a newsletter's attributes": (
        {"email": ANNA["email"], "attributes": {"NOM": "Berg", "PRENOM": "Anna", "SMS": ANNA["phone"]}}, {},
    ),
    "a shop's own names for who wrote": (
        {"contact_name": "Anna Berg", "email_from": ANNA["email"], "phone": ANNA["phone"],
         "partner_name": "Gross GmbH", "description": "Dach"},
        {"company": "Gross GmbH", "message": "Dach"},
    ),
    "tags of the first visit beside those of this one": (
        {**NAMED, "firstTouch": {"utm_source": "facebook", "gclid": "SYN-0"},
         "lastTouch": {"utm_source": "google", "gclid": "SYN-1"}},
        {"utm_source": "google", "click_ids": '{"gclid":"SYN-1"}'},
    ),
    "tags of the first visit alone": ({**NAMED, "first_utm_source": "facebook"}, {"utm_source": None}),
}  # fmt: skip


@pytest.mark.parametrize("shape", BODIES)
def test_a_form_is_read_in_whatever_shape_a_builder_posts_it(shape: str) -> None:
    body, more = BODIES[shape]

    found = row("signed", body, FORM if shape.startswith("JSON inside") else JSON)

    expected = {**ANNA, **more}
    assert {column: found[column] for column in expected} == expected


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("pys_utm_source", "utm_source"), ("last_pys_utm_campaign", "utm_campaign"), ("utm_medium__c", "utm_medium"),
        ("hidden_utm_source", "utm_source"), ("utmContent", "utm_content"), ("last_utm_term", "utm_term"),
        ("gclid_hidden", "gclid"), ("google_gclid", "gclid"), ("latest_gclid", "gclid"), ("zc_gad", "gclid"),
        ("your-gclid", "gclid"), ("fb_fbclid", "fbclid"), ("first_utm_source", None), ("old_gclid", None),
        ("initial_utm_medium", None), ("gclid_first", None), ("cookie:gclid", None),
    ],
)  # fmt: skip
def test_a_tag_is_known_in_what_plug_ins_put_around_it_unless_it_is_of_another_visit(
    name: str, column: str | None
) -> None:
    found = row("signed", {"email": "anna@mail.example", name: "SYN-1"})
    columns = {**json.loads(found["click_ids"] or "{}"), **{tag: found[tag] for tag in found if tag.startswith("utm_")}}

    assert {tag for tag, value in columns.items() if value} == ({column} if column else set())


def test_several_forms_in_one_list_are_several_inquiries() -> None:
    body = json.dumps([{"name": "Anna", "phone": "030 1"}, {"name": "Bea", "phone": "030 2"}]).encode()
    posted = Received(id="r-1", at=AT, body=body, content_type=JSON)
    rows = rows_of(Account("webhook", "a", "a", "nordhaus", {"sender": "signed"}), posted)

    assert [one["name"] for one in rows] == ["Anna", "Bea"]
    assert len({one["inquiry_id"] for one in rows}) == 2


def test_a_box_s_own_words_are_kept_out_of_the_message() -> None:
    consent = "Ich willige ein: https://x.example/a https://x.example/b https://x.example/c"

    found = row("signed", {**ANNA, "gdpr_consent": consent, "privacy": "on", "newsletter": "1", "roof": "flat"})

    assert found["message"] == "flat"
    assert json.loads(found["answers"])["gdpr_consent"] == consent
    assert (found["email"], found["contact_found_by"]) == (ANNA["email"], "name")


def test_of_two_fields_for_addresses_a_friend_s_comes_last() -> None:
    fields = [
        {"name": "friend_email", "type": "email", "value": "bea@mail.example"},
        {"name": "mail", "type": "email", "value": "anna@mail.example"},
    ]

    assert row("signed", {"fields": fields}, JSON)["email"] == "anna@mail.example"


@pytest.mark.parametrize(
    ("number", "joined"),
    [
        ({"vorwahl": "0171", "telefon": "5550001"}, "0171 5550001"),
        ({"dial_code": "+1", "phone": "212 555 0101"}, "+1 212 555 0101"),
        ({"dial_code": "49", "phone": "491715550001"}, "491715550001"),
        ({"dial_code": "+47", "phone": "47912345"}, "+47 47912345"),
        ({"country_code": "DE", "phone": "0171 5550001"}, "0171 5550001"),
        ({"country_code": "+49", "phone": "+44 20 7946 0000"}, "+44 20 7946 0000"),
    ],
)
def test_a_code_in_a_field_of_its_own_stands_before_a_number_that_has_none(number: dict[str, str], joined: str) -> None:
    assert row("signed", number)["phone"] == joined


def test_what_tells_of_the_form_is_no_answer_of_the_person() -> None:
    body, _ = BODIES["fields and their schema side by side"]

    kinds = {one.title: one.kind for one in form_fields(body)}

    assert (kinds["payload.schema.0.fieldName"], kinds["triggerType"], kinds["payload.data.Name"]) == (
        "hidden", "hidden", "",
    )  # fmt: skip
