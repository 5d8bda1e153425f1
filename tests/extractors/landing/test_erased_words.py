"""A forgotten value is replaced in every way in which it is written, and of one that holds another nothing is left."""

from __future__ import annotations

import pytest

from extractors.landing.erased_texts import replaced, without_contacts

TOKENS = {"ann": "bado", "ann@firm.example": "erased-a@erased.example", "+49 30 1": "+999", "same": "same"}


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("mail ann@firm.example now", "mail erased-a@erased.example now"),
        ("to=ann%40firm.example&x=1", "to=erased-a%40erased.example&x=1"),
        ("ANN@Firm.Example", "erased-a@erased.example"),
        ("tel:%2B49%2030%201", "tel:%2B999"),
        ("Dear Ann, ann", "Dear bado, bado"),
        ("ann@firm.example, once ANN@FIRM.EXAMPLE", "erased-a@erased.example, once erased-a@erased.example"),
        ("the same", "the same"),
        ("nobody", "nobody"),
    ],
)
def test_the_longest_value_goes_first_however_it_is_written(text: str, instead: str) -> None:
    assert replaced(text, TOKENS) == instead


def test_a_sentence_of_ours_quotes_no_contact_and_no_value() -> None:
    sentence = "amount is 'Ann Smith', for ann@firm.example or +49 170 1234567"

    assert without_contacts(sentence) == "amount is '***', for *** or ***"
