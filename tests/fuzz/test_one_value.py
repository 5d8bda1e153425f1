"""One odd value costs its column: a record lands, unless it is its key, its day, or what it is nothing without.

A value of a record of each list of each recorded answer is exchanged for what people and programs write where they know
none. ``LEADGEN_FUZZ=whole`` tries all places; without it a sample, the same each time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from extractors.errors import RetryLater, SourceChanged
from extractors.settings import connection
from extractors.sources import SOURCES
from tests.fuzz.conftest import is_whole
from tests.fuzz.mutations import exchanged
from tests.fuzz.replay import Replayer
from tests.fuzz.test_answers import TABLES, account_of, recorded
from tests.fuzz.test_one_record import (
    NO_RECORDS,
    exchanges,
    found_at,
    lists_of_records,
    places,
    rows_and_reasons,
)  # fmt: skip

OTHERS = {
    **NO_RECORDS,
    "google_ads": r"\.segments\.date$|\.customer\.timeZone$",  # The day that was asked for; and whose hours are told.
    "vk_ads": r"^items\.id$",
    "typeform": r"^items\.id$",
    "hubspot": r"\.id$|\.(from|to)\b|^results\.archived$",  # Who left is asked for apart.
    "pipedrive": r"^data\.field_key$",  # What else changed of a deal.
    "stripe": r"\bid$",
}
"""What is no value of a record but that by which it, or another one, is found or read."""
UNKNOWN = {"n/a": "n/a", "a dash": "-", "no day": "0000-00-00 00:00:00", "a price": "$1,200.00", "words": "see note",
           "an object": {"value": None}, "a list": ["n/a"]}  # fmt: skip
"""What stands where a value is not known."""


def with_odd_values(source: str, told: object) -> Iterator[tuple[str, bytes]]:
    """The answer with one value of one record exchanged, and what was exchanged."""
    for where in lists_of_records(told):
        for place in places(found_at(told, where)[0]):
            name = ".".join(map(str, (*where, *place)))
            is_part = isinstance(found_at(told, (*where, 0, *place)), dict | list)
            if is_part or (source in OTHERS and re.search(OTHERS[source], name)):
                continue
            for called, value in UNKNOWN.items():
                yield f"{name} = {called}", json.dumps(exchanged(told, (*where, 0, *place), value)).encode()


@pytest.mark.timeout(3600 if is_whole() else 120)
@pytest.mark.parametrize(("name", "table_name"), TABLES)
def test_one_odd_value_costs_no_record_that_is_something_without_it(name: str, table_name: str) -> None:
    source, account = SOURCES[name], account_of(name)
    table, opened = source.table(table_name), connection(source, account)
    answers = recorded(source, table, account, opened)
    before, refused = rows_and_reasons(source, table, account, opened, Replayer(answers, 0, answers[0].body))
    decisive = {*table.key, *table.required, table.day}
    lost: dict[str, str] = {}
    for number, what, body in exchanges(name, table_name, answers, with_odd_values):
        try:
            rows, reasons = rows_and_reasons(source, table, account, opened, Replayer(answers, number, body))
        except (RetryLater, SourceChanged) as told:
            lost.setdefault(f"{type(told).__name__}: {told}"[:150], what)
            continue
        new = [one for one in reasons if one not in refused]
        odd = [one for one in new if not any(re.search(rf"\b{column} ", one) for column in decisive)]
        if odd:
            lost.setdefault(odd[0], what)
        if rows + len(new) < before:
            lost.setdefault(f"{before} rows became {rows}, {new[:1]}", what)
    assert not lost, "\n".join(f"{what}: {how}" for how, what in lost.items())
