"""One odd value costs its column: a record lands, unless it is its key, its day, or what it is nothing without.

A value of a record of each list of each recorded answer is exchanged for what people and programs write where they know
none. ``LEADGEN_FUZZ=whole`` tries all places; without it a sample, the same each time.
"""

from __future__ import annotations

import json
import re
import shutil
import zlib
from collections.abc import Iterator

import pytest
import requests

from extractors.errors import RetryLater, SourceChanged
from extractors.landing.batches import batch_of
from extractors.model import Account, Connection, Source, Table
from extractors.settings import connection, state_dir
from extractors.sources import SOURCES
from tests.fuzz.conftest import days_of, is_whole
from tests.fuzz.mutations import exchanged
from tests.fuzz.replay import Replayer
from tests.fuzz.test_answers import NOW, TABLES, account_of, recorded, unhurried
from tests.fuzz.test_one_record import NO_RECORDS, found_at, lists_of_records, places

TRIED = 16
"""Exchanges of a table in a sample."""
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


def rows_and_reasons(
    source: Source, table: Table, account: Account, opened: Connection, replayer: Replayer
) -> tuple[int, list[str]]:
    """How many rows land when the answers are these, and why others do not."""
    shutil.rmtree(state_dir(), ignore_errors=True)
    days, rows, reasons = days_of(source.name), 0, list[str]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests.Session, "get_adapter", lambda self, url: replayer)
        client = unhurried(source.connect(opened, account))
        try:
            for page in table.read(client, account, days):
                assert isinstance(page, list)
                if page:
                    said = batch_of(table, account, days, NOW, page)["_reject_reason"]
                    rows += said.null_count
                    reasons += [reason for reason in said.to_pylist() if reason]
        finally:
            client.close()
    return rows, reasons


@pytest.mark.timeout(3600 if is_whole() else 120)
@pytest.mark.parametrize(("name", "table_name"), TABLES)
def test_one_odd_value_costs_no_record_that_is_something_without_it(name: str, table_name: str) -> None:
    source, account = SOURCES[name], account_of(name)
    table, opened = source.table(table_name), connection(source, account)
    answers = recorded(source, table, account, opened)
    every: list[tuple[int, str, bytes]] = []
    for number, answer in enumerate(answers):
        # What an object's fields are is no list of records.
        if answer.body[:1] in (b"{", b"[") and not answer.url.endswith("/describe"):
            every += [(number, what, body) for what, body in with_odd_values(name, json.loads(answer.body))]
    if not is_whole():
        every.sort(key=lambda one: zlib.crc32(f"{name} {table_name} {one[0]} {one[1]}".encode()))
        every = every[:TRIED]
    before, refused = rows_and_reasons(source, table, account, opened, Replayer(answers, 0, answers[0].body))
    decisive = {*table.key, *table.required, table.day}
    lost: dict[str, str] = {}
    for number, what, body in every:
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
