"""A secret is hidden in every form in which it comes back, and a contact where a vendor's words are quoted."""

from __future__ import annotations

import json
from urllib.parse import quote, quote_plus

import pytest

from extractors.redaction import LONGEST_QUOTE, redacted, remember, short

SECRET = 'gl/ass "half & half" +1'


@pytest.mark.parametrize(
    "shown", [SECRET, quote(SECRET, safe=""), quote_plus(SECRET), json.dumps(SECRET)[1:-1]], ids=range(4)
)
def test_a_secret_is_hidden_as_it_stands_in_an_address_in_a_form_and_in_json(shown: str) -> None:
    remember([SECRET])

    assert redacted(f"a {shown} b") == "a *** b"


def test_a_word_of_three_letters_is_no_secret_and_one_of_four_is() -> None:
    remember(["abq", "abqz"])

    assert redacted("abq abqz") == "abq ***"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("no such person: ann.lee+x@mail.example.com!", "no such person: ***!"),
        ('{"email":"ann@mail.example"}', '{"email":"***"}'),
        ("call +49 (30) 123-456 now", "call *** now"),
        # Ids that somebody needs to know.
        ("campaign 123456789012 of 2026-03-31", "campaign 123456789012 of 2026-03-31"),
        ("+0 30 123 456", "+0 30 123 456"),
        ("user@localhost", "user@localhost"),
    ],
)
def test_a_quote_shows_no_address_and_no_number_and_keeps_ids(said: str, shown: str) -> None:
    assert short(said) == shown


def test_a_quote_is_cut_after_it_was_blotted_out() -> None:
    remember(["a secret at the edge"])

    assert short("x" * (LONGEST_QUOTE - 2) + "a secret at the edge") == "x" * (LONGEST_QUOTE - 2) + "**"
    assert len(short("y" * 1000)) == LONGEST_QUOTE
