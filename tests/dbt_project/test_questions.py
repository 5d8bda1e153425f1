"""The queries of docs/questions.md run on the marts as they are, and are short."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from sandbox.questions import QUESTION
from tests.dbt_project.credited_market import CreditedMarket

DOCUMENT = (Path(__file__).parents[2] / "docs" / "questions.md").read_text(encoding="utf-8")
QUESTIONS = {
    found["title"]: (found["query"], found["answer"].partition("\n")[0].strip("| "))
    for found in QUESTION.finditer(DOCUMENT)
}


def test_there_are_forty_and_more() -> None:
    assert len(QUESTIONS) == DOCUMENT.count("\n## ") >= 40


@pytest.mark.parametrize(("query", "columns"), QUESTIONS.values(), ids=QUESTIONS)
def test_a_question_is_answered_by_a_short_query(credited: CreditedMarket, query: str, columns: str) -> None:
    assert len(query.splitlines()) < 10
    with duckdb.connect(str(credited.database), read_only=True) as marts:
        found = marts.execute(query)
        assert [column[0] for column in found.description or []] == columns.split(" | ")
