"""What a form's fields mean, in the languages of the sites, and what may be guessed."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from extractors.forms.columns import Answer, Filled, FormRules, filled, rules_of
from extractors.forms.names import dictionary
from extractors.model import Account


def read(rules: FormRules | None = None, /, **fields: str) -> Filled:
    """A form of these names."""
    return filled([Answer(name, value) for name, value in fields.items()], rules or FormRules())


def columns(fields: dict[str, str]) -> dict[str, str | None]:
    """The columns that a form of these names fills, empty ones left out."""
    found = filled([Answer(name, value) for name, value in fields.items()], FormRules()).columns
    return {column: value for column, value in found.items() if value}


PHONES = """phone phone_number phoneNumber PhoneNumber tel tel-123 telephone mobile mobilephone mobile_phone
MobilePhone cell cellphone cell_phone your-phone your-tel contact_number contact_phone ContactPhone
customer_phone user_phone billing_phone work_phone home_phone daytime_phone whatsapp phone1 phone-2
phone_3 q4_phoneNumber4 form_fields[phone] fields[tel] data[phone] lead[mobile] telefon telefonnummer
Telefonnummer* handynummer rufnummer rückrufnummer mobilnummer phoneno phone_no tel_no""".split()
PHONE_LABELS = [
    "Phone (optional)", "Your phone number", "Phone / WhatsApp", "Best phone number", "Mobile No.",
    "Ihre Telefonnummer", "Telefon (optional)", "Telefon- oder Handynummer", "Tel.-Nr.",
    "Telefonnummer für Rückfragen", "Ваш телефон", "Номер телефона *", "Контактный телефон", "Введите ваш телефон",
    "Мобильный", "Тел.", "Teléfono", "Número de teléfono", "Teléfono móvil", "Su teléfono", "Celular", "Téléphone",
    "Numéro de téléphone", "Votre téléphone", "Téléphone portable", "Telefone", "Telemóvel", "Seu telefone",
    "Número de telefone", "Telefon komórkowy", "Numer telefonu", "Nr telefonu", "Twój telefon", "Telefon Numarası",
    "Cep telefonu", "Telefonunuz", "GSM No",
    "SMS", "Il tuo numero di telefono", "Cellulare *", "Numero WhatsApp", "WhatsApp-Nummer", "Uw telefoonnummer",
    "Puhelinnumero", "Τηλέφωνο", "お電話番号", "טלפון", "رقم الهاتف", "Unter welcher Nummer erreichen wir Sie?",
    "На какой номер вам перезвонить?", "What's the best number to reach you?", "À quel numéro vous joindre ?",
    "Pod jaki numer zadzwonić?", "Nº de telefone", "Telefon tagsüber", "cust_phone",
]  # fmt: skip
NAMES = """name Name full_name fullName your-name yourName q6_yourName6 q3_fullName3 contact_name customer_name
client_name name-1 text_name fio ФИО form_fields[name] data[name] Ansprechpartner""".split()
NAME_LABELS = [
    "Full name *", "Your name", "Name (required)", "First and last name", "Ihr Name", "Vor- und Nachname",
    "Vollständiger Name", "Ваше имя", "Как к вам обращаться?", "Фамилия, имя, отчество", "Контактное лицо",
    "Nombre completo", "Nombre y apellidos", "Su nombre", "Nom complet", "Nom et prénom", "Votre nom",
    "Nome completo", "Seu nome", "Imię i nazwisko", "Twoje imię", "Ad Soyad", "Adınız Soyadınız",
    "Il tuo nome", "Uw naam", "Ditt namn", "Dit navn", "Wie dürfen wir Sie ansprechen?", "Comment vous appelez-vous ?",
    "Como se chama?", "Hoe heet u?", "ПІБ", "お名前", "Ονοματεπώνυμο", "cust_name",
    "fuldt_navn", "πλήρες_όνομα", "पूरा_नाम", "ชื่อเต็ม", "الاسم_بالكامل",
]  # fmt: skip
EMAILS = """email e-mail E-Mail Email_Address emailAddress your-email q4_email4 mail user_email contact_email
Mailadresse email-342 form_fields[email]""".split()
EMAIL_LABELS = [
    "E-Mail-Adresse*", "Ihre E-Mail", "Электронная почта", "Ваш e-mail", "Эл. почта", "Correo electrónico",
    "Adresse e-mail", "Votre adresse e-mail", "Courriel", "Endereço de e-mail", "Adres e-mail", "E-posta",
    "E-posta adresiniz", "Work email", "La tua email", "Uw e-mailadres", "Din e-post", "Váš e-mail", "email_from",
    "Seu melhor e-mail", "Email для связи", "Wie lautet Ihre E-Mail-Adresse?", "Alamat email",
]  # fmt: skip


@pytest.mark.parametrize("name", PHONES + PHONE_LABELS)
def test_a_phone_field_is_known_by_each_of_its_usual_names(name: str) -> None:
    assert columns({name: "030 5551234"}).get("phone") == "030 5551234"


@pytest.mark.parametrize("name", NAMES + NAME_LABELS)
def test_a_name_field_is_known_by_each_of_its_usual_names(name: str) -> None:
    assert columns({name: "Anna Berg"}).get("name") == "Anna Berg"


@pytest.mark.parametrize("name", EMAILS + EMAIL_LABELS)
def test_an_address_field_is_known_by_each_of_its_usual_names(name: str) -> None:
    found = read(**{name: "anna@mail.example"})

    assert (found.columns.get("email"), found.found_by.get("email")) == ("anna@mail.example", "name")


WRAPPED = {
    "phone": "ctl00$MainContent$txtPhone 0-1/phone et_pb_contact_phone_0 SQF_PHONE form_phone jform[contact_phone] "
    "PHONE[0][VALUE] tx_powermail_pi1[field][telefon] inputPhone userPhone clientPhone lead_phone",
    "name": "et_pb_contact_name_0 jform[contact_name] contactName userName real_name txtName author",
    "email": "et_pb_contact_email_0 jform[contact_email] SQF_EMAIL 0-1/email txtEmail",
}


@pytest.mark.parametrize(("column", "name"), [(one, name) for one, names in WRAPPED.items() for name in names.split()])
def test_what_a_system_puts_around_a_name_does_not_hide_it(column: str, name: str) -> None:
    assert column in columns({name: "a1@b.example" if column == "email" else "Anna 030 1"})


NO_CONTACTS = "telefonanlage name_of_pet phone_type emailing mobile_app company_size cookie:_gcl_aw"


@pytest.mark.parametrize("name", NO_CONTACTS.split())
def test_a_word_that_only_begins_like_a_usual_name_is_a_question_like_any_other(name: str) -> None:
    assert dictionary().meaning(name) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"Vorname": "Anna", "Nachname": "Berg"},
        {"Vorname": "Anna", "Name": "Berg"},
        {"Имя": "Anna", "Фамилия": "Berg"},
        {"name": "Anna", "surname": "Berg"},
        {"nachname": "Berg", "vorname": "Anna"},
        {"Nom": "Berg", "Prénom": "Anna"},
        {"Nombre": "Anna", "Apellidos": "Berg"},
        {"Imię": "Anna", "Nazwisko": "Berg"},
        {"Ad": "Anna", "Soyad": "Berg"},
        {"Fornavn": "Anna", "Efternavn": "Berg"},
        {"vname": "Anna", "nname": "Berg"},
        {"NOM": "Berg", "PRENOM": "Anna"},
        {"full_name": "Anna Berg", "first_name": "Anna", "last_name": "Berg"},
        {"name": "Anna Berg", "last_name": "Berg"},
        {"username": "anna77", "first_name": "Anna", "last_name": "Berg"},
    ],
)
def test_a_name_in_two_fields_is_one_name(fields: dict[str, str]) -> None:
    assert columns(fields)["name"] == "Anna Berg"


def test_a_father_s_name_stands_between() -> None:
    fields = {"Фамилия": "Петров", "Имя": "Иван", "Отчество": "Ильич"}

    assert columns(fields)["name"] == "Иван Ильич Петров"


def test_the_type_of_a_field_beats_its_name_and_the_name_its_label() -> None:
    found = filled(
        [
            Answer("phone", "+49 30 1", title="Durchwahl"),
            Answer("field_7", "+49 171 2", title="Rückruf", kind="tel"),
            Answer("x", "anna@mail.example", title="E-Mail"),
            Answer("mail", "berta@mail.example", title="Kopie an"),
        ],
        FormRules(),
    )

    assert (found.columns["phone"], found.columns["email"]) == ("+49 171 2", "berta@mail.example")
    assert (found.found_by["phone"], found.contact_found_by) == ("type", "name")


def test_one_field_for_either_holds_what_was_written() -> None:
    assert columns({"E-Mail oder Telefon": "anna@mail.example"}) == {"email": "anna@mail.example"}
    assert columns({"E-Mail oder Telefon": "030 123456"}) == {"phone": "030 123456"}


def test_the_site_s_own_address_is_not_the_visitor_s() -> None:
    fields = {"_site_admin_email": "info@firma.example", "site_email": "info@firma.example", "tel-7": "030 5551234"}

    assert columns(fields) == {"phone": "030 5551234"}


def test_where_an_address_is_asked_for_and_left_empty_no_other_is_taken() -> None:
    assert read(email="", reply="info@firma.example", empfehlung="freund@mail.example").columns.get("email") is None


def test_a_guess_is_marked_and_can_be_switched_off() -> None:
    guessed = read(**{"2": "anna@mail.example", "tel": "030 5551234"})

    assert (guessed.columns["email"], guessed.found_by["email"]) == ("anna@mail.example", "look")
    assert guessed.contact_found_by == "look"
    assert read(FormRules(is_guessing=False), **{"2": "anna@mail.example"}).columns.get("email") is None


@pytest.mark.parametrize("site", ["https://kunde.example/?utm_source=theirs&utm_medium=email", "https://kunde.example"])
def test_a_question_called_url_is_not_the_page(site: str) -> None:
    page = "https://www.dach.example/?gclid=SYN-g1"

    assert columns({"url": site, "q9_pageUrl9": page})["page_url"] == page
    assert columns({"url": page, "message": "Hello"})["page_url"] == page
    assert "page_url" not in columns({"url": "https://kunde.example", "website": site})


@pytest.mark.parametrize(
    ("name", "value", "column", "expected"),
    [
        ("_ga", "GA1.1.333.170", "client_id", "333.170"),
        ("ga_client_id", "GA1.2.333.170", "client_id", "333.170"),
        ("client_id", "333.170", "client_id", "333.170"),
        ("_pk_id", "0123456789abcdef.1700000000.", "client_id", "0123456789abcdef"),
        ("visitor_id", "0123456789abcdef", "client_id", "0123456789abcdef"),
        ("_gcl_aw", "GCL.1700000000.Cj0KC-Q_x", "gclid", "Cj0KC-Q_x"),
        ("gclid", "GCL.1700000000.Cj0KC-Q_x", "gclid", "Cj0KC-Q_x"),
        ("hs_google_click_id", "Cj0KC", "gclid", "Cj0KC"),
        ("_fbc", "fb.1.1700000000000.IwAR0x", "fbclid", "IwAR0x"),
        ("_ga", "GA1.2-2.333.170", "client_id", "333.170"),
        ("_ga", "GA1.1.amp-Xy_z12", "client_id", "amp-Xy_z12"),
        ("client_id", ' "333.170"', "client_id", "333.170"),
        ("FPGCLAW", "2.1.kCj0KC-Q_x$i1700000000$u7", "gclid", "Cj0KC-Q_x"),
        ("_gcl_gb", "GCL.1700000000.0AAAAx", "gbraid", "0AAAAx"),
        ("wbraid", "GCL.1700000000.0AAAAx", "wbraid", "0AAAAx"),
        ("dclid", "GCL.1700000000.CJab", "dclid", "CJab"),
        ("gclid", "?gclid=Cj0KC&utm_source=google", "gclid", "Cj0KC"),
        ("gclid", "Cj0KC#top", "gclid", "Cj0KC"),
        ("li_fat_id", "0a1b2c3d-1111-4444-8888-aaaabbbbcccc", "li_fat_id", "0a1b2c3d-1111-4444-8888-aaaabbbbcccc"),
        ("_uetmsclkid", "_uet0123456789abcdef0123456789abcdef", "msclkid", "0123456789abcdef0123456789abcdef"),
        ("q6_utm_source6", "google", "utm_source", "google"),
        ("q7_gclid7", "Cj0KC", "gclid", "Cj0KC"),
        ("UTM_Source", "google", "utm_source", "google"),
        ("session_id", "s-1", "visit_id", "s-1"),
        ("Seiten-URL", "https://www.dach.example/x", "page_url", "https://www.dach.example/x"),
    ],
)
def test_an_id_is_written_as_the_other_side_writes_it(name: str, value: str, column: str, expected: str) -> None:
    assert columns({name: value}).get(column) == expected


VISIT = "_ga=GA1.1.3.4; PHPSESSID=abc; _gcl_aw=GCL.1700000000.Cj1"


def test_the_tags_of_a_link_and_the_cookies_of_a_browser_in_one_field_are_those_of_the_visit() -> None:
    found = read(email="anna@mail.example", query_string="?utm_source=google&utm_medium=cpc&x=1", cookies=VISIT)

    assert (found.columns["utm_source"], found.columns["utm_medium"]) == ("google", "cpc")
    # The click of a cookie may be a month old.
    assert (found.columns["client_id"], found.columns.get("gclid")) == ("3.4", None)
    assert read(email="anna@mail.example", cookies=VISIT).columns["gclid"] == "Cj1"
    assert read(page_url="https://x.example/?utm_source=a", cookies=VISIT).columns.get("gclid") is None
    assert (found.message, set(found.answers)) == (None, {"email"})
    assert "PHPSESSID" not in str(found.words())


def test_the_form_s_own_tags_come_before_those_inside_another_field() -> None:
    found = read(utm_source="newsletter", query_string="utm_source=google&utm_campaign=roof", cookies=VISIT)

    assert (found.columns["utm_source"], found.columns.get("utm_campaign")) == ("newsletter", None)
    assert (found.columns["client_id"], found.columns.get("gclid")) == ("3.4", None)


@pytest.mark.parametrize("text", ["a=b", "x=1&y=2", "2+2=4; 3+3=6", "I said: utm_source=google", "pass=1; user=2"])
def test_a_text_with_a_sign_of_equality_is_a_text(text: str) -> None:
    found = read(email="anna@mail.example", message=text)

    assert found.message == text


def test_an_address_that_is_asked_for_twice_is_no_word() -> None:
    fields = {"E-Mail": "anna@mail.example", "E-Mail wiederholen": "anna@mail.example", "Nachricht": "Hallo"}

    assert read(**fields).message == "Hallo"


@pytest.mark.parametrize("cookie", ["GS1.1.1700000000.1.1.1700000000.0.0.0", "GS2.1.s1700000000$o1$g0", "GA1.1."])
def test_a_cookie_without_a_device_names_none(cookie: str) -> None:
    assert "client_id" not in columns({"client_id": cookie})
    assert columns({"client_id": cookie, "_ga": "GA1.1.333.170"})["client_id"] == "333.170"


def test_our_own_id_beats_a_cookie_of_analytics() -> None:
    assert columns({"_ga": "GA1.1.3.4", "client_id": "lg-1"})["client_id"] == "lg-1"


def test_words_a_person_wrote_and_fields_a_machine_filled_are_kept_apart() -> None:
    found = read(
        your_name="Anna Berg",
        website="https://kunde.example",
        message="Bitte ein Angebot",
        photos="https://s.example/u/1.jpg, https://s.example/u/2.jpg, https://s.example/u/3.pdf",
        page_url="https://www.dach.example/?gclid=x",
        referrer="https://www.google.com/",
        user_agent="Mozilla/5.0 (X11)",
        remote="203.0.113.9",
        _wpcf7_unit_tag="wpcf7-f1",
        utm_source="google",
    )

    assert found.message == "https://kunde.example\nBitte ein Angebot"
    assert set(found.answers) == {"your_name", "website", "message"}
    # The visitor's internet address is kept nowhere.
    assert set(found.context) == {"photos", "page_url", "referrer", "user_agent", "_wpcf7_unit_tag", "utm_source"}


def test_a_field_that_no_person_sees_gives_a_program_away() -> None:
    rules = rules_of(Account("webhook", "a", "a", "b", {"honeypots": ["fax-2"]}))

    assert not read(rules, **{"name": "Anna", "fax-2": ""}).is_trapped
    trapped = read(rules, **{"name": "Anna", "fax-2": "x@spam.example"})
    assert (trapped.is_trapped, trapped.columns.get("email")) == (True, None)


def test_your_own_names_add_to_those_of_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEADGEN_CONFIG", str(tmp_path))
    (tmp_path / "form_fields.csv").write_text("field,meaning,note\nhotline,phone,\nfirma,city,odd\n", encoding="utf-8")

    assert columns({"Hotline": "030 1", "Firma": "Bonn", "E-Mail": "a@b.example"}) == {
        "phone": "030 1",
        "city": "Bonn",
        "email": "a@b.example",
    }


def test_advertising_in_the_field_of_the_name_stays_the_name_where_the_rules_of_spam_look() -> None:
    written = "Best SEO https://cheap-seo.example"
    found = filled([Answer("full_name", written), Answer("e-mail", "promo@cheap-seo.example")], FormRules())

    assert found.columns["name"] == written
    assert filled([Answer("name", "https://cheap-seo.example")], FormRules()).columns["name"] is None


def test_every_click_id_that_a_channel_is_told_by_is_kept_of_a_form_and_of_a_page() -> None:
    root = Path(__file__).parents[3]
    with (root / "dbt_project" / "seeds" / "click_ids.csv").open(encoding="utf-8") as file:
        # WhatsApp's stands in its notices alone: no page ever has it.
        known = {row["click_id_type"] for row in csv.DictReader(file)} - {"ctwa_clid"}
    script = (root / "extractors" / "receiver" / "pixel.js").read_text(encoding="utf-8")
    listed = script[script.index("CLICK_IDS = [") : script.index("];", script.index("CLICK_IDS = ["))]

    assert known <= set(re.findall(r'"(\w+)"', listed))
    for name in known:
        assert filled([Answer(name, "SYN-1", kind="hidden")], FormRules()).click_ids == {name: "SYN-1"}


@pytest.mark.parametrize(
    "name",
    ["landlord_email", "E-Mail Vermieter", "boss_email", "Chef E-Mail", "Supervisor email", "Vorgesetzter E-Mail",
     "Email руководителя", "Email директора", "spouse_email", "emergency_email", "Notfallkontakt E-Mail"],
)  # fmt: skip
def test_an_address_whose_field_says_that_it_is_another_s_is_nobody_s(name: str) -> None:
    assert "email" not in columns({"name": "Ann", name: "bob@m.example"})
    labelled = filled([Answer("field_7", "bob@m.example", title=name)], FormRules())
    assert labelled.columns.get("email") is None


@pytest.mark.parametrize(
    "name",
    ["fax", "Telefax", "Order number", "USt-ID", "VAT ID", "IBAN", "Kundennummer", "Bestellnummer", "Auftragsnummer",
     "Rechnungsnummer", "Passport no", "ИНН", "Номер заказа", "Emergency contact phone", "Notfallkontakt"],
)  # fmt: skip
def test_digits_whose_field_says_what_they_are_are_no_number_to_call(name: str) -> None:
    assert "phone" not in columns({"email": "ann@m.example", name: "+491701112223"})


def test_what_somebody_is_called_at_a_site_is_a_name_where_no_other_is_told() -> None:
    assert columns({"username": "ann77", "full_name": "Ann Berg"})["name"] == "Ann Berg"
    assert columns({"user_name": "Ann Berg"})["name"] == "Ann Berg"
    assert columns({"login": "ann77", "first_name": "Ann", "last_name": "Berg"})["name"] == "Ann Berg"
