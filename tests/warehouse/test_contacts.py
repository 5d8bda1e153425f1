"""Addresses and numbers are read as the person meant them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from warehouse import settings
from warehouse.rules import lay_out_rules
from warehouse.steps.contacts import MailRules, mail_rules, normalised_email, normalised_phone


@pytest.fixture
def rules(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> MailRules:
    """What the project's own rule files say."""
    folder = tmp_path_factory.mktemp("rules")
    monkeypatch.setenv("LEADGEN_CONFIG", str(folder))
    monkeypatch.setenv("LEADGEN_DATA", str(folder / "data"))
    lay_out_rules()
    return mail_rules()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Anna.Berg+roof@GoogleMail.com", "annaberg@gmail.com"),
        ("anna.berg+roof@outlook.com", "anna.berg@outlook.com"),
        ("anna.berg@me.com", "anna.berg@icloud.com"),
        ("a.berg+x@pm.me", "aberg@proton.me"),
        ("anna+roof@ya.ru", "anna@yandex.ru"),
        ("anna@yandex.com", "anna@yandex.ru"),
        ("anna@yandex.kz", "anna@yandex.ru"),
        ("Anna.Berg+roof@nordhaus.example", "anna.berg+roof@nordhaus.example"),
        ("+@gmail.com", "+@gmail.com"),
    ],
)
def test_mailboxes_are_told_apart_as_their_provider_does(rules: MailRules, written: str, read: str) -> None:
    assert normalised_email(written, rules)[:2] == (read, True)


def test_without_a_row_for_the_provider_every_sign_counts() -> None:
    assert normalised_email("anna.berg+roof@gmail.com", MailRules())[0] == "anna.berg+roof@gmail.com"


def test_an_own_list_of_providers_replaces_the_shipped_one(rules: MailRules) -> None:
    own_list = "domain,mailbox_domain,ignores_dots,ignores_plus\na.example,,1,0\n"
    (settings.config_dir() / "mail_providers.csv").write_text(own_list, encoding="utf-8")
    lay_out_rules()
    own = mail_rules()

    assert normalised_email("a.b+c@a.example", own)[0] == "ab+c@a.example"
    assert normalised_email("a.b@gmail.com", own)[0] == "a.b@gmail.com"
    assert normalised_email("a.b@gmail.com", rules)[0] == "ab@gmail.com"


@pytest.mark.parametrize(
    ("written", "region", "read"),
    [
        ("030 / 901820", "DE", "+4930901820"),
        ("(602) 555-0114", "US", "+16025550114"),
        ("0049 30 901820", "US", None),
        ("12", "DE", None),
    ],
)
def test_a_number_is_read_as_in_its_region(written: str, region: str, read: str | None) -> None:
    assert normalised_phone(written, region)[:2] == (read, read is not None)


def contacts() -> list[tuple[str, str, str | None]]:
    """The rows of the file beside: as written, the region, and what it means."""
    with (Path(__file__).parent / "contacts.csv").open(encoding="utf-8", newline="") as file:
        return [(row["written"], row["phone_region"], row["expected"] or None) for row in csv.DictReader(file)]


@pytest.mark.parametrize(("written", "region", "expected"), contacts())
def test_a_contact_as_people_write_it_is_read_as_they_meant_it(
    rules: MailRules, written: str, region: str, expected: str | None
) -> None:
    if region:
        assert normalised_phone(written, region)[:2] == (expected, expected is not None)
    else:
        assert normalised_email(written, rules)[:2] == (expected, True)


@pytest.mark.parametrize(
    ("written", "region", "read"),
    [
        ("+49 30 5551245 Anna", "DE", ["+49305551245"]),
        ("mobil: 0171 5550000", "DE", ["+491715550000"]),
        ("(030) 5551245 Durchwahl 12", "DE", ["+49305551245"]),
        ("030 5551238 / 0171 5550000", "DE", ["+49305551238", "+491715550000"]),
        ("0171 5550000; 0171 5550001", "DE", ["+491715550000", "+491715550001"]),
        ("+7 701 555 01 02, 8 701 555 01 03", "KZ", ["+77015550102", "+77015550103"]),
        ("77015550102", "KZ", ["+77015550102"]),
        ("55 (11) 98765-4321", "BR", ["+5511987654321"]),
        ("55 99876-5432", "BR", ["+5555998765432"]),
        ("16025550114", "US", ["+16025550114"]),
        ("\u202a+49 30 5551245\u202c", "DE", ["+49305551245"]),
        ("\uff0b49 30 5551245", "DE", ["+49305551245"]),
        ("491715550001.0", "DE", ["+491715550001"]),
        ("4,91715550001E+11", "DE", []),
        ("+49 (0)30 901820 доб. 5", "DE", ["+4930901820"]),
        ("8 (495) 123-45-67, доб. 5", "RU", ["+74951234567"]),
        ("602.555.0114x5", "US", ["+16025550114"]),
        ("sip:+4930901820@sip.example;user=phone", "DE", ["+4930901820"]),
        # A plus before the eight that is dialled inside the country makes a number of Vietnam of it.
        ("+8 495 123 45 67", "RU", []),
        ("+84 95 123 45 67", "DE", ["+84951234567"]),
        ("+49171***0001", "DE", []),
        ("+49 171 XXX 0001", "DE", []),
        ("0171 555...", "DE", []),
        ("ABC", "DE", []),
    ],
)
def test_every_number_of_a_field_is_read_and_none_is_made_of_words_or_remains(
    written: str, region: str, read: list[str]
) -> None:
    found, is_valid, others = normalised_phone(written, region)
    assert [number for number in (found, *others) if number] == read
    assert is_valid is bool(read)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Anna Berg <anna@mail.example>, Berta <berta@mail.example>", ["anna@mail.example", "berta@mail.example"]),
        ("anna@mail.example oder berta@mail.example", ["anna@mail.example", "berta@mail.example"]),
        ("anna@mail.example (privat)", ["anna@mail.example"]),
        ("E-Mail: anna@mail.example.", ["anna@mail.example"]),
        ("anna@mail.example; berta@", ["anna@mail.example"]),
        ("anna@mail.example/berta@mail.example", ["anna@mail.example", "berta@mail.example"]),
        ("anna@mail.example & berta@mail.example", ["anna@mail.example", "berta@mail.example"]),
        ("anna@mail.example?subject=Dach", ["anna@mail.example"]),
        ("[anna@mail.example](mailto:anna@mail.example)", ["anna@mail.example"]),
        ("“anna@mail.example”", ["anna@mail.example"]),
        ("anna@mail.example>", ["anna@mail.example"]),
        ("anna@mail.example%20", ["anna@mail.example"]),
        ("anna@mail.example。", ["anna@mail.example"]),
        ("anna berg@mail.example", []),
        ("anna@mail .example", []),
        ("anna@", []),
    ],
)
def test_every_address_of_a_field_is_read_and_none_is_made_of_a_remainder(
    rules: MailRules, written: str, read: list[str]
) -> None:
    found, is_valid, _, _, others = normalised_email(written, rules)
    assert [address for address in (found, *others) if address] == read
    assert is_valid is bool(read)


def test_a_domain_for_throwing_away_is_known_by_the_package_or_by_the_rule_file(rules: MailRules) -> None:
    assert normalised_email("a@mailinator.com", rules)[3]
    assert normalised_email("a@temp-mail.io", rules)[3]
    assert normalised_email("a@inbox.of.mailinator.com", rules)[3]
    assert not normalised_email("a@nordhaus.example", rules)[3]
