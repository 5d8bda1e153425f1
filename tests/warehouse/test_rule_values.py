"""Each check of a rule's value, on both sides of its edge."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from warehouse.rules import values
from warehouse.rules.values import Check

GOOD_AND_BAD: dict[Check, tuple[list[str], list[str]]] = {
    values.a_whole_number: (["0", "-30", "999999999"], ["", "1.5", "1234567890", "+1", "1 "]),
    values.a_weight: (["0", "0.3", "999.999999"], ["-0.3", ".3", "1000", "0.1234567", ""]),
    values.a_share: (["0", "0.5", "1", "1.0", "0.000001"], ["1.1", "2", "-0.1", "0.1234567", ""]),
    values.a_weekday: (["1", "7"], ["0", "8", "11", ""]),
    values.a_day: (["2026-12-24"], ["2026-02-30", "24.12.2026", ""]),
    values.a_number: (["0.25", "-7", "123456789.123456"], ["1,5", "1.", "1234567890", ""]),
    values.a_time_of_day: (["09:00", "23:59"], ["24:00", "9 am", ""]),
    values.a_time_zone: (["Europe/Berlin", "UTC"], ["Berlin", ""]),
    values.a_currency: (["EUR", "usd"], ["EU", "EURO", "E1R"]),
    values.a_region: (["DE", "gb"], ["UK", "XX", ""]),
    values.a_pattern: (["a|b", "^a$", "[^a]b", r"\^x"], ["(", "a^b", "a$b"]),
    values.a_small_pattern: (["a", r"\Sx", "(?i)A"], ["A", "["]),
    values.hosts: (["n.de", "*.n.de, m.de", "localhost:8080"], ["https://n.de", "n.de/x", "n.*.de"]),
    values.days: (["0", "9999"], ["-1", "10000", "1.5", ""]),
    values.an_email: (["a@b.de"], ["a@b", "a b@c.de", "@b.de"]),
    values.a_phone: (["+49 30 555", "12345", "030/123-45"], ["1234", "4.9E+11", "++4912345"]),
    values.one_of("same", "separate"): (["same", "SEPARATE"], ["other", ""]),
    values.an_identifier_type: (["email", "client_id"], ["mail", ""]),
}


@pytest.mark.parametrize(
    ("check", "value", "is_good"),
    [
        pytest.param(check, value, is_good, id=f"{getattr(check, '__name__', 'check')}-{value}")
        for check, cases in GOOD_AND_BAD.items()
        for is_good, listed in zip((True, False), cases, strict=True)
        for value in listed
    ],
)
def test_a_value_is_good_or_the_check_says_what_it_should_have_been(check: Check, value: str, is_good: bool) -> None:
    assert (check(value) is None) == is_good


@pytest.mark.parametrize(
    ("kind", "value", "is_good"),
    [
        ("phone", "+4915112345678", True),
        ("phone", "+49123456", True),
        ("phone", "+123456", False),
        ("phone", "015112345678", False),
        ("phone", "+0915112345678", False),
        ("email", "a@b.de", True),
        ("email", "A@b.de", False),
        ("email", "a@b", False),
        ("client_id", "Anything", True),
    ],
)
def test_an_identifier_stands_as_the_models_hold_it(kind: str, value: str, is_good: bool) -> None:
    check = values.an_identifier("type", "value")

    assert (check({"type": kind, "value": value}) is None) == is_good


@pytest.mark.parametrize(
    ("opens", "closes", "is_good"),
    [("09:00", "18:00", True), ("9:00", "18:00", True), ("18:00", "09:00", False), ("09:00", "09:00", False)],
)
def test_hours_open_before_they_close(opens: str, closes: str, is_good: bool) -> None:
    assert (values.opens_before_it_closes({"opens_at": opens, "closes_at": closes}) is None) == is_good


def test_two_identifiers_are_two() -> None:
    def row(kind: str, value: str) -> Mapping[str, str]:
        return {
            "identifier_type": "email",
            "identifier_value": "a@b.de",
            "other_identifier_type": kind,
            "other_identifier_value": value,
        }

    assert values.two_identifiers(row("email", "A@B.de")) is not None
    assert values.two_identifiers(row("email", "c@b.de")) is None
    assert values.two_identifiers(row("client_id", "a@b.de")) is None
