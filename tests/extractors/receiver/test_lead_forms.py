"""Google's lead forms, Contact Form 7 and Typeform: who is let in, what is only a trial, and what is kept."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from tests.extractors.receiver.receiving import PREVIOUS, SECRET, Post, Running, landed, recorded, spooled


def test_google_is_let_in_by_the_key_among_its_fields(receiver: Running) -> None:
    lead = recorded("google_lead_form__lead")
    wrong = Post(lead.headers, lead.body.replace(SECRET.encode(), b"guessed"))
    missing = Post(lead.headers, lead.body.replace(b"google_key", b"another_key"))

    answers = [receiver.post("/hook/google", post) for post in (lead, wrong, missing)]

    assert [(one.status_code) for one in answers] == [200, 401, 401]
    assert [row["inquiry_id"] for row in landed("inquiries", "google")] == ["TeSter-0123456789ABCDEF"]


def test_googles_test_data_are_answered_and_not_kept(receiver: Running) -> None:
    lead = recorded("google_lead_form__lead")
    trial = Post(lead.headers, lead.body.replace(b'"is_test":false', b'"is_test":true'))

    assert receiver.post("/hook/google", trial).status_code == 200
    assert spooled("webhook", "google") == []


def test_a_lead_of_google_that_comes_twice_lands_once_with_its_click_and_without_the_key(receiver: Running) -> None:
    for _ in range(2):
        receiver.post("/hook/google", recorded("google_lead_form__lead"))

    [row] = landed("inquiries", "google")

    assert (row["name"], row["email"], row["phone"]) == ("Jan Vik", "jan@mail.example", "+4740000002")
    assert (row["company"], row["city"], row["form_id"]) == ("Vik AS", "Oslo", "70000000001")
    assert row["click_ids"] == '{"gclid":"SYN-g8"}'
    answers, context = json.loads(row["answers"]), json.loads(row["context"])
    # Longer than a number can be exact.
    assert (context["campaign_id"], answers["What do you need?"]) == ("20000000000000001", "A new roof")
    assert SECRET not in row["_payload"]
    assert "google_key" not in row["_payload"]


def test_a_post_of_google_without_answers_is_a_reject_that_says_so(receiver: Running) -> None:
    body = json.dumps({"lead_id": "1", "google_key": SECRET}).encode()

    receiver.post("/hook/google", Post({"Content-Type": "application/json"}, body))

    [row] = landed("inquiries", "google")
    assert "no list 'user_column_data'" in row["_reject_reason"]
    assert SECRET not in row["_payload"]


@pytest.mark.parametrize("name", ["contact_form_7__json", "contact_form_7__form"])
def test_a_form_of_contact_form_7_lands_by_what_its_fields_are_called(receiver: Running, name: str) -> None:
    assert receiver.post(f"/hook/cf7/{SECRET}", recorded(name)).status_code == 200
    assert receiver.post("/hook/cf7", recorded(name)).status_code == 401

    [row] = landed("inquiries", "cf7")

    assert (row["name"], row["email"], row["phone"]) == ("Ida Kern", "ida@mail.example", "0170 7654321")
    assert row["form_id"] == "412"
    assert not [said for said in json.loads(row["answers"]) if "wpcf7" in said or "recaptcha" in said]


def test_the_same_words_sent_again_with_another_tag_of_the_page_are_one_form(receiver: Running) -> None:
    form = recorded("contact_form_7__form")
    for post in (form, Post(form.headers, form.body.replace(b"p7-o2", b"p7-o3"))):
        receiver.post("/hook/cf7", post, x_leadgen_key=SECRET)

    [row] = landed("inquiries", "cf7")
    assert json.loads(row["answers"])["roof"] == "Flat, Pitched"


def typeform_signature(body: bytes, secret: str = SECRET) -> str:
    return f"sha256={base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()}"


def test_typeform_signs_the_bytes_of_its_body(receiver: Running) -> None:
    post = recorded("typeform__response")
    changed = Post(post.headers, post.body.replace(b"Ann", b"Eve"))

    good = receiver.post("/hook/typeform", post, typeform_signature=typeform_signature(post.body))
    former = receiver.post("/hook/typeform", post, typeform_signature=typeform_signature(post.body, PREVIOUS))
    others = [
        receiver.post("/hook/typeform", changed, typeform_signature=typeform_signature(post.body)),
        receiver.post("/hook/typeform", post, typeform_signature=typeform_signature(post.body, "another secret")),
        receiver.post("/hook/typeform", post),
    ]

    assert (good.status_code, former.status_code, [one.status_code for one in others]) == (200, 200, [401] * 3)
    [row] = landed("inquiries", "typeform")
    assert (row["inquiry_id"], row["form_id"], row["form_name"]) == ("resp020", "quote", "Get a quote")
    assert (row["name"], row["email"], row["product"]) == ("Ann Lee", "lead@mail.example", "Roof")
    assert (row["client_id"], row["click_ids"], row["utm_source"]) == ("1111.2222", '{"gclid":"SYN-g9"}', None)


@pytest.mark.parametrize("response", ["none", {"answers": [1]}, {"definition": {"fields": [{"id": "F1"}]}}])
def test_a_post_of_typeform_in_another_shape_is_a_reject(receiver: Running, response: object) -> None:
    body = json.dumps({"event_type": "form_response", "form_response": response}).encode()
    receiver.post(
        "/hook/typeform",
        Post({"Content-Type": "application/json"}, body),
        typeform_signature=typeform_signature(body),
    )

    [row] = landed("inquiries", "typeform")
    assert "form_response" in row["_reject_reason"] or "as Typeform writes" in row["_reject_reason"]
