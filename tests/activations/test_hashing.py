"""Each receiver's own form of a contact, on fixed vectors: a hash that is well formed and wrong is told by nobody."""

from __future__ import annotations

import pytest

from activations.hashing import bare_mailbox, digits, gmail_email, hashed, md5, plain_email, with_plus


@pytest.mark.parametrize(
    ("written", "plain", "gmail", "bare"),
    [
        (" Jane.Doe+Ads@Gmail.com ", "jane.doe+ads@gmail.com", "janedoe@gmail.com", "janedoe@gmail.com"),
        ("j.d@googlemail.com", "j.d@googlemail.com", "jd@googlemail.com", "jd@googlemail.com"),
        ("Jane.Doe+Ads@mail.example", "jane.doe+ads@mail.example", "jane.doe+ads@mail.example", "janedoe@mail.example"),
        ("o'neil@mail.example", "o'neil@mail.example", "o'neil@mail.example", "o'neil@mail.example"),
        ("jane doe@mail.example", None, None, None),
        ("", None, None, None),
        (None, None, None, None),
        ("jane@mail", None, None, None),
        ("+@gmail.com", "+@gmail.com", None, None),
    ],
)
def test_an_address_in_each_form(written: str | None, plain: str | None, gmail: str | None, bare: str | None) -> None:
    assert (plain_email(written), gmail_email(written), bare_mailbox(written)) == (plain, gmail, bare)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+49 (151) 123-456.78", "+4915112345678"),
        ("0170 1234567", None),
        ("8 (916) 123-45-67", None),
        ("004915112345678", None),
        ("+0151", None),
        ("", None),
        (None, None),
    ],
)
def test_a_number_without_its_country_is_no_number(written: str | None, number: str | None) -> None:
    assert with_plus(written) == number
    assert digits(written) == (number[1:] if number else None)


def test_the_published_vectors_hold() -> None:
    assert md5("mail@yandex.ru") == "3c56ff8fef0f6c65b36b2d25720fe276"
    assert hashed("test@example.com") == "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b"
    assert hashed(None) is None
    assert hashed("") is None
