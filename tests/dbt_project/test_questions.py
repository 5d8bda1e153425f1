"""The queries of docs/questions.md run on the marts as they are, and are short."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from tests.dbt_project.credited_market import CreditedMarket

DOCUMENT = Path(__file__).parents[2] / "docs" / "questions.md"
QUESTIONS = re.findall(
    r"^## \d+\. (.*?)\n\n```sql\n(.*?)\n```\n\n\| (.*?) \|\n",
    DOCUMENT.read_text(encoding="utf-8"),
    re.DOTALL | re.MULTILINE,
)


@pytest.mark.parametrize(("query", "columns"), [one[1:] for one in QUESTIONS], ids=[one[0] for one in QUESTIONS])
def test_a_question_is_answered_by_a_short_query(credited: CreditedMarket, query: str, columns: str) -> None:
    assert len(query.splitlines()) < 10
    with duckdb.connect(str(credited.database), read_only=True) as marts:
        found = marts.execute(query)
        assert [column[0] for column in found.description or []] == columns.split(" | ")
