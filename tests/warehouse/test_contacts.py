"""Addresses and numbers are read as the person meant them."""

from __future__ import annotations

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
    found, is_valid = normalised_phone(written, region)
    assert (found, is_valid) == (read, read is not None)
