"""One odd record costs itself: whatever a value inside it becomes, the records beside it land.

A record of each list of each recorded answer comes once more, with one value exchanged. ``LEADGEN_FUZZ=whole`` tries
all places; without it a sample, the same each time.
"""

from __future__ import annotations

import json
import re
import shutil
import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
import requests

from extractors.errors import RetryLater
from extractors.landing.batches import batch_of
from extractors.model import Account, Connection, Source, Table
from extractors.settings import connection, state_dir
from extractors.sources import SOURCES
from tests.fuzz.conftest import days_of, is_whole
from tests.fuzz.mutations import VALUES, exchanged
from tests.fuzz.replay import Recorded, Replayer
from tests.fuzz.test_answers import NOW, TABLES, account_of, recorded, unhurried

MOST_DEPTH = 10
TRIED = 16
"""Exchanges of a table in a sample."""
TYPES = ("object", "texts", "text", "null")
Steps = tuple[Any, ...]
Made = Callable[[str, Any], Iterator[tuple[str, bytes]]]
"""Of a source and its answer: what was exchanged, and the body with it."""

NO_RECORDS = {
    "hubspot": r"\.(from|to)\b|\.id$",  # Which record is tied to which; and a search goes on behind the last id.
    "ga4": r"^(schema|rows)\b",  # The columns of the answer, and its rows, which are one value for each of them.
    "google_ads": r"^results(\.0)?$",  # A part of the stream, which holds rows.
    "yandex_metrica": r"^log_request\b",  # Which parts of the log are fetched.
    "stripe": r"^data\.data\.object\.id$",  # By which the record is asked for; nobody knows another one.
    "callrail": r"^conversations\.id$",  # By which its messages are asked for.
    "bitrix24": r"^result\.categories\b",  # Whose stages are asked for next.
}
"""What is no record of its own but what the others are found by: an odd one of these is told, and nothing is read."""


def lists_of_records(told: Any, at: Steps = ()) -> Iterator[Steps]:
    """Where lists of records lie."""
    if isinstance(told, dict):
        for key, inner in told.items():
            yield from lists_of_records(inner, (*at, key))
    elif isinstance(told, list) and told and all(isinstance(one, dict) for one in told):
        yield at
        yield from lists_of_records(told[0], (*at, 0))


def places(record: Any, at: Steps = ()) -> Iterator[Steps]:
    """Where values lie inside a record; of a list the first."""
    if at:
        yield at
    if len(at) > MOST_DEPTH:
        return
    if isinstance(record, dict):
        for key, inner in record.items():
            yield from places(inner, (*at, key))
    elif isinstance(record, list) and record:
        yield from places(record[0], (*at, 0))


def found_at(told: Any, steps: Steps) -> Any:
    for step in steps:
        told = told[step]
    return told


def with_odd_records(source: str, told: Any) -> Iterator[tuple[str, bytes]]:
    """The answer with one record more, in which one value has another type; and what was exchanged."""
    for where in lists_of_records(told):
        records = found_at(told, where)
        for place in places(records[-1]):
            name = ".".join(map(str, (*where, *place)))
            if source in NO_RECORDS and re.search(NO_RECORDS[source], name):
                continue
            for called in TYPES:
                odd = exchanged(records[-1], place, VALUES[called])
                yield f"{name} = {called}", json.dumps(exchanged(told, where, [*records, odd])).encode()


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


def exchanges(source: str, table: str, answers: Sequence[Recorded], made: Made) -> list[tuple[int, str, bytes]]:
    """Which answer is changed, what was exchanged in it, and its body; a sample where not all are asked for."""
    every: list[tuple[int, str, bytes]] = []
    for number, answer in enumerate(answers):
        # What an object's fields are is no list of records.
        if answer.body[:1] in (b"{", b"[") and not answer.url.endswith("/describe"):
            every += [(number, what, body) for what, body in made(source, json.loads(answer.body))]
    if is_whole():
        return every
    return sorted(every, key=lambda one: zlib.crc32(f"{source} {table} {one[0]} {one[1]}".encode()))[:TRIED]


@pytest.mark.timeout(3600 if is_whole() else 120)
@pytest.mark.parametrize(("name", "table_name"), TABLES)
def test_one_odd_record_leaves_the_records_beside_it(name: str, table_name: str) -> None:
    source, account = SOURCES[name], account_of(name)
    table, opened = source.table(table_name), connection(source, account)
    answers = recorded(source, table, account, opened)
    landed, _ = rows_and_reasons(source, table, account, opened, Replayer(answers, 0, answers[0].body))
    lost: dict[str, str] = {}
    for number, what, body in exchanges(name, table_name, answers, with_odd_records):
        try:
            rows, _ = rows_and_reasons(source, table, account, opened, Replayer(answers, number, body))
        except RetryLater:
            # A list that says how long it is was not as long as it said.
            continue
        except Exception as error:
            lost.setdefault(f"{type(error).__name__}: {error}"[:200], what)
            continue
        if 2 * rows < landed:
            lost.setdefault(f"{landed} rows became {rows}", what)
    assert not lost, "\n".join(f"{what}: {how}" for how, what in lost.items())
