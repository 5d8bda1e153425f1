"""What builders really post: their default names, their languages, two sites behind one hook, other people's data."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from extractors.model import Account, Row
from extractors.receiver.spool import Received
from extractors.sources.webhook import rows_of

AT = datetime(2026, 3, 10, 10, tzinfo=UTC)
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def row(sender: str, body: Any, content_type: str = "", /, at: datetime = AT, **headers: str) -> Row:
    """The one row that a post of the sender becomes."""
    text = body if isinstance(body, bytes) else (json.dumps(body) if content_type == JSON else urlencode(body)).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    received = Received(id="r-1", at=at, body=text, content_type=content_type or FORM, headers=named)
    (found,) = rows_of(Account("webhook", sender, sender, "nordhaus", {"sender": sender}), received)
    assert "_reject_reason" not in found, found
    return found


def test_jotform_s_default_names_are_read_as_the_pull_reads_them() -> None:
    raw = {
        "q3_fullName3": {"first": "Gus", "last": "Lund"},
        "q4_phoneNumber4": {"area": "0172", "phone": "4445556"},
        "q5_email5": "gus@mail.example",
        "q6_utm_source6": "google",
        "q7_gclid7": "SYN-g4",
        "q8_howMany8": "3",
    }

    found = row("jotform", {"submissionID": "59", "formID": "26", "rawRequest": json.dumps(raw)})

    assert (found["name"], found["phone"], found["email"]) == ("Gus Lund", "0172 4445556", "gus@mail.example")
    assert (found["utm_source"], found["click_ids"]) == ("google", '{"gclid":"SYN-g4"}')
    assert json.loads(found["answers"])["howMany8"] == "3"


def test_contact_form_7_s_generated_names_are_read_and_the_site_s_address_is_not_the_visitor_s() -> None:
    people = [("Anna Berg", "030 5551234"), ("Paul Kern", "030 5551235")]

    found = [
        row(
            "contact_form_7",
            {"your-name": name, "tel-7": phone, "email": "", "_site_admin_email": "info@firma.example"},
        )
        for name, phone in people
    ]

    assert [(one["name"], one["phone"], one["email"]) for one in found] == [(*person, None) for person in people]


def test_elementor_s_own_fields_are_known_in_german_and_a_second_delivery_is_the_same_form() -> None:
    def post(clock: str) -> Row:
        return row(
            "elementor",
            {"Vorname": "Frida", "Name": "Holm", "Nachricht": "Bitte anrufen", "E-Mail": "frida@mail.example",
             "form_id": "b2", "form_name": "Kontakt", "Datum": "10. März 2026", "Zeit": clock,
             "Seiten-URL": "https://www.dach.example/kontakt?gclid=SYN-g1", "Benutzer-Agent": "Mozilla/5.0",
             "Remote-IP": "203.0.113.9"},
        )  # fmt: skip

    first, second = post("11:20"), post("11:21")

    assert first["inquiry_id"] == second["inquiry_id"]
    assert (first["name"], first["page_url"]) == ("Frida Holm", "https://www.dach.example/kontakt?gclid=SYN-g1")
    assert "203.0.113.9" not in first["answers"] + first["context"] + first["_payload"]
    assert first["message"] == "Bitte anrufen"


@pytest.mark.parametrize(
    "own",
    [
        {"Data": "10 marzo 2026", "Ora": "11:20", "URL della pagina": "PAGE", "IP remoto": "203.0.113.9",
         "Offerto da": "Elementor"},
        {"日付": "2026年3月10日", "時刻": "11:20 AM", "ページ": "PAGE", "エージェント": "Mozilla/5.0 (X11)"},
        {"Ώρα": "11:20", "Σελίδα": "PAGE", "Απομακρυσμένη IP": "2001:db8::1", "Υποστηρίζεται από": "Elementor"},
    ],
)  # fmt: skip
def test_what_elementor_writes_itself_is_known_by_its_look_in_any_language(own: dict[str, str]) -> None:
    page = "https://dach.example/kontakt?gclid=SYN-g1"
    told = {name: page if value == "PAGE" else value for name, value in own.items()}

    found = row("elementor", {"Nome": "Frida Holm", "Messaggio": "Tetto nel 2026, 40 m", **told})

    assert (found["name"], found["message"]) == ("Frida Holm", "Tetto nel 2026, 40 m")
    assert found["page_url"] == page
    assert set(json.loads(found["answers"])) == {"Nome", "Messaggio"}


def test_an_address_below_a_form_is_an_answer_where_elementor_added_nothing() -> None:
    found = row("elementor", {"Name": "Frida Holm", "Ihre Seite": "https://holm.example/dach", "Wann": "11:20"})

    assert set(json.loads(found["answers"])) >= {"Name", "Wann"}


def test_two_sites_behind_one_hook_may_count_alike() -> None:
    entry = {"id": "900", "form_id": "3", "2": "anna@mail.example"}
    home = [
        row("gravity_forms", entry, user_agent=f"WordPress/6.8; https://{site}")
        for site in ("www.a.example", "b.example/x")
    ]
    page = row("gravity_forms", {**entry, "source_url": "https://www.a.example/quote"})
    wp = [
        row("wpforms", {"entry_id": "900", "email": "a@mail.example", "page_url": f"https://{s}/"})
        for s in ("a.example", "b.example")
    ]
    unsaid = [
        row("wpforms", {"entry_id": "900", "email": f"{name}@mail.example"}) for name in ("anna", "anna", "berta")
    ]

    assert [(one["site"], one["inquiry_id"]) for one in home] == [("a.example", "900"), ("b.example/x", "900")]
    assert page["site"] == "a.example"
    assert len({(one["site"], one["inquiry_id"]) for one in wp}) == 2
    # Nothing says which site: the words tell two entries apart, and a second delivery is still the first.
    assert [one["inquiry_id"] == unsaid[0]["inquiry_id"] for one in unsaid] == [True, True, False]


def test_the_form_s_name_and_a_company_s_are_not_the_person_s() -> None:
    listed = {
        "form": {"name": "Angebot"},
        "fields": [{"name": "name", "value": "Anna Berg"}, {"name": "tel", "value": "030 1"}],
    }
    webflow = {
        "triggerType": "form_submission",
        "payload": {"name": "Contact Us", "id": "6", "data": {"Name": "Anna Berg"}},
    }
    nested = {"company": {"name": "Gross GmbH"}, "contact": {"name": "Anna Berg"}}

    found = [row("signed", one, JSON) for one in (listed, webflow, nested)]

    assert [one["name"] for one in found] == ["Anna Berg"] * 3
    assert (found[0]["phone"], found[2]["company"]) == ("030 1", "Gross GmbH")
    assert [one["company"] for one in found[:2]] == [None, None]


def test_a_feed_that_is_ten_days_late_keeps_its_days() -> None:
    entry = {"id": "900", "form_id": "3", "2": "anna@mail.example", "date_created": "2026-03-01 09:00:00"}

    late = row("gravity_forms", entry, at=AT + timedelta(days=1))
    older = row("gravity_forms", entry, at=AT + timedelta(days=60))

    assert (late["occurred_at"].day, late["received_at"].day) == (1, 11)
    # What says that it is older than a month is not believed.
    assert older["occurred_at"] == older["received_at"]


def test_a_list_of_names_and_values_is_a_form() -> None:
    found = row("browser", [{"name": "email", "value": "anna@mail.example"}, {"name": "roof", "value": "flat"},
                            {"name": "roof", "value": "new"}], JSON)  # fmt: skip

    assert found["email"] == "anna@mail.example"
    assert json.loads(found["answers"])["roof"] == "flat, new"


def tilda(cookies: str, **fields: str) -> Row:
    """A post of Tilda with the visitor's cookies."""
    return row("tilda", {"Name": "Anna", "tranid": "1", "formid": "f", **fields, "COOKIES": cookies})


def test_tilda_s_tags_come_whole_from_one_place() -> None:
    cookie = (
        "TILDAUTM="
        + quote("utm_source=vk|||utm_medium=social|||utm_campaign=autumn")
        + "; _gcl_aw=GCL.1772000000.SYN-old"
    )
    both = tilda(cookie, utm_source="google", utm_medium="organic")
    cookie_only = tilda(cookie)

    assert (both["utm_source"], both["utm_campaign"], both["click_ids"]) == ("google", None, None)
    assert (cookie_only["utm_source"], cookie_only["utm_campaign"]) == ("vk", "autumn")
    # The click of another visit is not put to the tags of this one.
    assert cookie_only["click_ids"] is None


def test_tilda_s_cookies_hold_the_device_and_the_click_as_the_other_side_knows_them() -> None:
    click = tilda("_ga=GA1.1.333.170; _gcl_aw=GCL.1772000000.SYN-g; _fbc=fb.1.1771000000000.SYN-f")

    assert (click["client_id"], click["click_ids"]) == ("333.170", '{"gclid":"SYN-g"}')
    assert tilda("_ga=GA1.1.333.170; _lg_id=lg-1")["client_id"] == "lg-1"
    assert tilda("_ga=GA1.1.333.170", client_id="own-1")["client_id"] == "own-1"


def test_a_google_lead_s_campaign_is_kept_beside_what_the_person_wrote() -> None:
    found = row(
        "google_lead_form",
        {"lead_id": "1", "campaign_id": 22, "user_column_data": [{"column_id": "EMAIL", "string_value": "a@b.example"},
         {"column_id": "WORK_PHONE", "string_value": "+47 1"}, {"column_id": "FIRST_NAME", "string_value": "Jan"},
         {"column_id": "LAST_NAME", "string_value": "Vik"}]},
        JSON,
    )  # fmt: skip

    assert json.loads(found["context"])["campaign_id"] == "22"
    assert (found["name"], found["phone"]) == ("Jan Vik", "+47 1")
