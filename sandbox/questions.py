"""Answers the questions of a document on a warehouse: runs each query in it and writes its table anew."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb

QUESTION = re.compile(
    r"^(?P<asked>## \d+\. (?P<title>.*?)\n\n```sql\n(?P<query>.*?)\n```\n\n)(?P<answer>(?:\|[^\n]*\n)*)",
    re.DOTALL | re.MULTILINE,
)
"""A heading with a number, a query, and the table that it gives; the table may still be missing."""


def answered(document: str, warehouse: Path) -> str:
    """The document with every answer as this warehouse gives it."""
    with duckdb.connect(str(warehouse), read_only=True) as reader:
        return QUESTION.sub(lambda found: found["asked"] + _table(reader.sql(found["query"])), document)


def _table(answer: duckdb.DuckDBPyRelation) -> str:
    rows = [answer.columns, ["---"] * len(answer.columns)]
    rows += [[_shown(value) for value in row] for row in answer.fetchall()]
    return "".join(f"|{'|'.join(row)}|\n" if row[0] == "---" else f"| {' | '.join(row)} |\n" for row in rows)


def _shown(value: object) -> str:
    if value is None or value != value:  # NaN is no answer
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | Decimal):
        is_small = abs(float(value)) < 100 and not float(value).is_integer()
        return f"{value:,.2f}" if is_small else f"{value:,.0f}"
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
