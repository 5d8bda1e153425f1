"""The forms in which an address, a number or an id is compared: how it is written does not matter, whose it is does."""

from __future__ import annotations

import pytest

from forgotten.forms import (
    LEAST_DIGITS,
    addresses_in,
    email_forms,
    ids_in,
    international_forms,
    numbers_in,
    phone_forms,
    text_form,
)


@pytest.mark.parametrize(
    ("written", "forms"),
    [
        (" Anna.Berg+shop@Example.COM. ", ("anna.berg+shop@example.com", "anna.berg@example.com")),
        ("A.Nn.A+x@Googlemail.com", ("a.nn.a+x@googlemail.com", "anna@gmail.com")),
        ("a.b@gmail.com", ("a.b@gmail.com", "ab@gmail.com")),
        ("a.b@example.com", ("a.b@example.com",)),
        ("+x@example.com", ("+x@example.com",)),
    ],
)
def test_an_address_has_the_forms_that_reach_the_same_mailbox(written: str, forms: tuple[str, ...]) -> None:
    assert email_forms(written) == forms


def test_a_number_is_its_digits_and_those_behind_what_dials_abroad() -> None:
    assert phone_forms("0049 (30) 123-4567") == ("0049301234567", "49301234567", "049301234567")
    assert phone_forms("+49 30 1234567") == ("49301234567",)


def test_a_number_of_a_country_is_also_its_own_part_where_that_is_long_enough() -> None:
    assert LEAST_DIGITS == 7
    assert international_forms("+49 3012345", "49") == ("493012345", "3012345", "03012345", "83012345")
    assert international_forms("+49 301234", "49") == ("49301234",)


def test_a_part_of_what_is_written_is_a_number_from_seven_digits_on() -> None:
    assert numbers_in("call 030 1234567/8901234") == ["030 1234567/8901234", "030 1234567", "8901234"]
    assert numbers_in("call 030 1234567/890123") == ["030 1234567/890123", "030 1234567"]
    assert numbers_in("order A1234567") == []
    assert numbers_in("12345 678") == ["12345 678"]
    assert numbers_in("123456") == []


def test_addresses_are_found_also_where_they_are_written_for_a_page() -> None:
    assert addresses_in("to <a@b.example>, c%40d.example; a@b.example") == ["a@b.example", "c@d.example"]
    assert addresses_in("nobody at home") == []


def test_an_id_is_found_with_and_without_what_it_begins_with() -> None:
    assert ids_in("GA1.1.1234567.7654321") == ["GA1.1.1234567.7654321", "1234567.7654321"]
    assert ids_in("abc123") == ["abc123"]
    assert ids_in("?id=abc%2Fdef123&x=1") == ["?id=abc%2Fdef123&x=1", "2Fdef123", "def123"]


def test_a_text_is_compared_without_its_blanks_and_capitals() -> None:
    assert text_form(" Call\u00a0 ME  back ") == "call me back"
