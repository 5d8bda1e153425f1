"""Meta: the leads of a page's instant forms, and those that can no longer be asked for."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from extractors.model import Row, Window
from extractors.sources.meta_ads import META_ADS
from tests.extractors.sources.vendor import Reply, Vendor, fixture, land, read, recorded

FORM = "GET /v26.0/8801/leads"
TWO_DAYS = Window(date(2026, 3, 10), date(2026, 3, 11))


def read_leads(vendor: Vendor) -> list[Row]:
    return read(META_ADS, "leads", vendor, TWO_DAYS, page_id="770001")


def has_one_form(vendor: Vendor, *answers: Reply) -> None:
    """The page's other form has no leads."""
    vendor.answers("GET /v26.0/me/accounts", recorded("meta_ads/pages"))
    vendor.answers("GET /v26.0/770001/leadgen_forms", recorded("meta_ads/leadgen_forms"))
    vendor.answers("GET /v26.0/8802/leads", recorded("meta_ads/leads__empty"))
    vendor.answers(FORM, *answers)


def leads_of(*created: tuple[str, datetime]) -> Reply:
    """The recorded lead under other ids and times."""
    lead: dict[str, Any] = json.loads(fixture("meta_ads/leads__page_1.json").read_text())["data"][0]
    leads = [{**lead, "id": name, "created_time": f"{at:%Y-%m-%dT%H:%M:%S}+0000"} for name, at in created]
    return Reply(json.dumps({"data": leads}).encode())


@pytest.mark.meets("last_page")
def test_leads_of_all_forms_and_pages_are_read_and_later_ones_left(vendor: Vendor) -> None:
    vendor.answers("GET /v26.0/me/accounts", recorded("meta_ads/pages"))
    vendor.answers("GET /v26.0/770001/leadgen_forms", recorded("meta_ads/leadgen_forms"))
    vendor.answers(
        "GET /v26.0/8801/leads",
        recorded("meta_ads/leads__page_1"),
        recorded("meta_ads/leads__page_2_organic"),
    )
    vendor.answers("GET /v26.0/8802/leads", recorded("meta_ads/leads__empty"))

    ann, bo = read_leads(vendor)

    forms = vendor.asked("/v26.0/770001/leadgen_forms")[0]
    assert forms.headers["authorization"] == "Bearer page-token-1"
    assert (ann["lead_id"], ann["email"], ann["phone"]) == ("6601", "ann@mail.example", "+4915112345678")
    assert (bo["full_name"], bo["email"], bo["is_organic"], bo["campaign_id"]) == ("Bo Ek", None, True, None)


def test_a_lead_of_the_first_second_of_the_first_day_is_asked_for(vendor: Vendor) -> None:
    has_one_form(vendor, leads_of(("1", datetime(2026, 3, 10, tzinfo=UTC))))

    leads = read_leads(vendor)

    [asked] = [json.loads(request.query["filtering"]) for request in vendor.asked("/v26.0/8801/leads")]
    midnight = int(datetime(2026, 3, 10, tzinfo=UTC).timestamp())
    # Greater than the second before: Meta has no "at or after".
    assert asked == [{"field": "time_created", "operator": "GREATER_THAN", "value": midnight - 1}]
    assert [lead["lead_id"] for lead in leads] == ["1"]


def test_leads_that_meta_keeps_no_more_stay_as_they_were_landed(
    vendor: Vendor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADGEN_DATA", str(tmp_path))
    vendor.answers("GET /v26.0/me/accounts", recorded("meta_ads/pages"))
    vendor.answers("GET /v26.0/770001/leadgen_forms", recorded("meta_ads/leadgen_forms"))
    nothing = recorded("meta_ads/leads__empty")
    vendor.answers("GET /v26.0/8801/leads", recorded("meta_ads/leads__page_2_organic"), nothing)
    vendor.answers("GET /v26.0/8802/leads", nothing)

    landed = land(META_ADS, "leads", vendor, TWO_DAYS, page_id="770001")

    assert [lead["full_name"] for lead in landed] == ["Bo Ek"]
    assert land(META_ADS, "leads", vendor, TWO_DAYS, page_id="770001") == landed


def test_an_account_without_a_page_has_no_leads(vendor: Vendor) -> None:
    assert read(META_ADS, "leads", vendor, TWO_DAYS) == []
    assert vendor.requests == []


def test_the_day_on_which_the_90_days_end_keeps_the_leads_that_were_landed_of_it(vendor: Vendor) -> None:
    day = datetime.now(UTC).date() - timedelta(days=90)
    morning, evening = (datetime(day.year, day.month, day.day, hour, tzinfo=UTC) for hour in (1, 22))
    has_one_form(vendor, leads_of(("6601", morning), ("6602", evening)), leads_of(("6602", evening)))

    landed = land(META_ADS, "leads", vendor, Window(day, day), page_id="770001")

    assert [lead["lead_id"] for lead in landed] == ["6601", "6602"]
    again = land(META_ADS, "leads", vendor, Window(day, day), page_id="770001")
    assert sorted(lead["lead_id"] for lead in again) == ["6601", "6602"]


def form_of(**types: str) -> Reply:
    """The page's forms; one asks for what Meta calls so, under keys in its own language."""
    questions = [{"id": "1", "key": key, "label": key, "type": kind} for key, kind in types.items()]
    return Reply(json.dumps({"data": [{"id": "8801", "name": "Angebot", "questions": questions}]}).encode())


def answered(**answers: str) -> Reply:
    """A lead with these answers."""
    told = [{"name": name, "values": [value]} for name, value in answers.items()]
    lead = {"id": "6603", "created_time": "2026-03-10T10:00:00+0000", "field_data": told}
    return Reply(json.dumps({"data": [lead]}).encode())


@pytest.mark.parametrize(
    ("types", "names"),
    [
        ({"full_name": "FULL_NAME", "email": "EMAIL", "phone_number": "PHONE"}, ("full_name", "email", "phone_number")),
        (
            {"vollständiger_name": "FULL_NAME", "e-mail-adresse": "EMAIL", "telefonnummer": "PHONE"},
            ("vollständiger_name", "e-mail-adresse", "telefonnummer"),
        ),
        (
            {"nome_completo": "FULL_NAME", "e-mail": "EMAIL", "número_de_telefone": "PHONE"},
            ("nome_completo", "e-mail", "número_de_telefone"),
        ),
        (
            {"full_name": "FULL_NAME", "work_email": "WORK_EMAIL", "work_phone_number": "WORK_PHONE_NUMBER"},
            ("full_name", "work_email", "work_phone_number"),
        ),
        # A form that was deleted does not tell its questions any more.
        ({}, ("vollständiger_name", "e-mail-adresse", "telefonnummer")),
        ({}, ("full_name", "work_email", "work_phone_number")),
    ],
)
def test_who_sent_a_lead_is_known_in_whatever_language_its_form_asks(
    vendor: Vendor, types: dict[str, str], names: tuple[str, str, str]
) -> None:
    vendor.answers("GET /v26.0/me/accounts", recorded("meta_ads/pages"))
    vendor.answers("GET /v26.0/770001/leadgen_forms", form_of(**types))
    told = dict(zip(names, ("Jörg Öz", "joerg@example.com", "+4915112345678"), strict=True))
    vendor.answers(FORM, answered(**told))

    [lead] = read_leads(vendor)

    assert (lead["email"], lead["phone"]) == ("joerg@example.com", "+4915112345678")
    assert lead["full_name"] == "Jörg Öz" or names[0] == "vollständiger_name"
    assert "questions" in vendor.asked("/v26.0/770001/leadgen_forms")[0].query["fields"]


def test_an_address_in_the_answer_to_the_advertiser_s_own_question_is_nobody_s(vendor: Vendor) -> None:
    vendor.answers("GET /v26.0/me/accounts", recorded("meta_ads/pages"))
    vendor.answers("GET /v26.0/770001/leadgen_forms", form_of(email="EMAIL", e_mail_of_your_landlord="CUSTOM"))
    vendor.answers(FORM, answered(e_mail_of_your_landlord="landlord@example.com"))

    [lead] = read_leads(vendor)

    assert lead["email"] is None


def test_every_page_of_the_option_is_read(vendor: Vendor) -> None:
    pages = {"data": [{"id": name, "access_token": f"token-{name}"} for name in ("770001", "770002")]}
    vendor.answers("GET /v26.0/me/accounts", Reply(json.dumps(pages).encode()))
    for page, form in (("770001", "8801"), ("770002", "8802")):
        vendor.answers(f"GET /v26.0/{page}/leadgen_forms", Reply(json.dumps({"data": [{"id": form}]}).encode()))
    when = datetime(2026, 3, 10, 9, tzinfo=UTC)
    vendor.answers(FORM, leads_of(("6601", when)))
    vendor.answers("GET /v26.0/8802/leads", leads_of(("6602", when)))

    leads = read(META_ADS, "leads", vendor, TWO_DAYS, page_id=["770001", 770002])

    assert [(lead["lead_id"], lead["page_id"]) for lead in leads] == [("6601", "770001"), ("6602", "770002")]


def page_of(count: int, after: str | None) -> Reply:
    """A page of forms, and where it says that the next one is."""
    paging = {"cursors": {"after": after}, "next": f"https://graph.facebook.com/x?after={after}"} if after else {}
    return Reply(json.dumps({"data": [{"id": f"88{after}{n}"} for n in range(count)], "paging": paging}).encode())


def test_an_empty_page_that_leads_to_itself_is_behind_the_last_one(vendor: Vendor) -> None:
    vendor.answers("GET /v26.0/me/accounts", recorded("meta_ads/pages"))
    vendor.answers("GET /v26.0/770001/leadgen_forms", page_of(0, "A"), page_of(0, "A"))

    assert read_leads(vendor) == []
    assert len(vendor.asked("/v26.0/770001/leadgen_forms")) == 2


def test_an_empty_page_in_the_middle_is_not_the_last_one(vendor: Vendor) -> None:
    vendor.answers("GET /v26.0/me/accounts", recorded("meta_ads/pages"))
    forms = recorded("meta_ads/leadgen_forms")
    vendor.answers("GET /v26.0/770001/leadgen_forms", page_of(0, "A"), forms)
    vendor.answers("GET /v26.0/8802/leads", recorded("meta_ads/leads__empty"))
    vendor.answers(FORM, recorded("meta_ads/leads__page_2_organic"))

    assert [lead["lead_id"] for lead in read_leads(vendor)] == ["6602"]


def test_a_list_whose_cursor_died_is_begun_anew(vendor: Vendor) -> None:
    died = Reply(b'{"error":{"code":2642,"message":"(#2642) Invalid cursors values"}}', 400)
    has_one_form(vendor, recorded("meta_ads/leads__page_1"), died, recorded("meta_ads/leads__page_2_organic"))

    assert [lead["lead_id"] for lead in read_leads(vendor)] == ["6601", "6602"]


def test_a_question_s_type_says_what_its_answer_is_in_whatever_language_it_is_asked(vendor: Vendor) -> None:
    asked = [
        {"key": "wie_heißen_sie?", "label": "Wie heißen Sie?", "type": "FULL_NAME"},
        {"key": "arbeits-e-mail", "label": "Arbeits-E-Mail", "type": "WORK_EMAIL"},
        {"key": "wie_erreichen_wir_sie", "label": "Wie erreichen wir Sie", "type": "PHONE"},
        {"key": "dach", "label": "Welches Dach?", "type": "CUSTOM"},
        {"key": "city_de", "label": "Ваш город", "type": "CUSTOM"},
    ]
    words = ("Bo Ek", "bo@firma.example", "030 1", "flach", "Bonn")
    said = dict(zip((one["key"] for one in asked), words, strict=True))
    lead = {"id": "1", "created_time": "2026-03-10T10:00:00+0000", "field_data": [
        {"name": name, "values": [value]} for name, value in said.items()]}  # fmt: skip
    vendor.answers("GET /v26.0/me/accounts", recorded("meta_ads/pages"))
    form = {"data": [{"id": "8801", "name": "Angebot", "status": "ACTIVE", "questions": asked}]}
    vendor.answers("GET /v26.0/770001/leadgen_forms", Reply(json.dumps(form).encode()))
    vendor.answers(FORM, Reply(json.dumps({"data": [lead]}).encode()))

    (row,) = read_leads(vendor)

    assert "questions" in vendor.asked("/v26.0/770001/leadgen_forms")[0].query["fields"]
    assert (row["full_name"], row["email"], row["phone"], row["city"]) == ("Bo Ek", "bo@firma.example", "030 1", "Bonn")
    assert (row["message"], row["contact_found_by"]) == ("flach", "type")
