"""The questions of docs/shops.md on two shops of which everything is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.questions import QUESTION
from tests.dbt_project.credited_market import CreditedMarket

DOCUMENT = (Path(__file__).parents[2] / "docs" / "shops.md").read_text(encoding="utf-8")
QUESTIONS = {found["asked"].split(".")[0].removeprefix("## "): found["query"] for found in QUESTION.finditer(DOCUMENT)}
ANSWERS = {
    # Fifty came in the one hour in which both doors were alive, and two of them bought.
    "1": ["S1 50 0.04", "S2 0 None"],
    "2": ["S1 10 50 0.04"],
    # A hundred and fifty by fifty: the return of Tuesday is of no hour with visitors.
    "3": ["S1 3.0"],
    # The voided receipt was never sold.
    "4": ["S1 60.0 3.0", "S2 10.0 None"],
    "5": ["S1 2026-03-02 1 2"],
    "6": ["2026-03-01 S1 180 20 160", "2026-03-01 S2 10 0 10"],
    "7": ["S1 3 0.333", "S2 1 1.0"],
    "8": ["S1 Ida 0.5 50", "S1 Bo 0.0 30", "S2  1.0 0"],
    # What was given back on Tuesday takes from the code that sold it.
    "9": ["Offline None promotion_code 1 80", "Offline None asked 1 30", "Paid Search Roofs known_person 1 10"],
    "10": ["S1 anonymous 1 50"],
    # The code of S1 always holds: it is no campaign.
    "11": [],
    "12": [],
    # Of three receipts one shows a code, one an answer; one is given back. S2 has no code, no counter and no card.
    "13": [
        "1 no_whole_programme S1 0.0 None",
        "2 tools_used_badly S1 0.0 None",
        "3 results_not_analysed S1 0.333 50",
        "3 results_not_analysed S2 0.0 0",
        "4 inquiries_poorly_identified S1 0.667 80",
        "4 inquiries_poorly_identified S2 0.0 0",
        "5 inquiries_handled_badly S1 0.0 0",
        "5 inquiries_handled_badly S2 None 0",
        "6 customers_not_worked_with S1 0.0 0",
        "7 assortment_does_not_fit S1 0.333 20",
        "7 assortment_does_not_fit S2 0.0 0",
    ],
}


def test_each_has_an_answer_here() -> None:
    assert QUESTIONS.keys() == ANSWERS.keys()


@pytest.mark.parametrize("number", ANSWERS)
def test_a_question_has_the_answer_that_is_true(credited: CreditedMarket, number: str) -> None:
    found = credited.rows(QUESTIONS[number])

    assert [" ".join(_shown(value) for value in row.values()) for row in found] == ANSWERS[number]


def _shown(value: object) -> str:
    text = str(value)
    return text.rstrip("0").rstrip(".") if "." in text and not isinstance(value, float) else text
