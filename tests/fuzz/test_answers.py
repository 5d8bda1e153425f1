"""Whatever a value of an answer becomes, a table ends in rows, in rejects, or in an error of ours.

Each value of each recorded answer is exchanged for values of other types. ``LEADGEN_FUZZ=whole`` tries all of them
(a quarter of an hour); without it a sample, the same each time.
"""

from __future__ import annotations

import shutil
import zlib
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb

import pytest
import requests

from extractors.errors import ExtractError, RetryLater
from extractors.http.client import HttpClient
from extractors.http.limits import OpenGate
from extractors.landing.batches import batch_of
from extractors.landing.new_fields import FieldsSeen
from extractors.landing.types_seen import TypesSeen
from extractors.model import Account, Client, Connection, Source, Table
from extractors.settings import connection, load_accounts, state_dir
from extractors.sources import SOURCES
from tests.fuzz.conftest import days_of, is_whole
from tests.fuzz.mutations import mutations
from tests.fuzz.replay import Endless, Recorded, Recorder, Replayer

FROM_HERE = {"manual", "webhook", "pixel", "snowplow"}
"""They read files of this machine and ask nobody."""
TABLES = [
    (source.name, table.name) for source in SOURCES.values() for table in source.tables if source.name not in FROM_HERE
]
TRIED = 30
"""Mutations of a table in a sample."""
WHOLE = {f"the whole = {called}" for called in ("null", "true", "zero", "text", "list", "empty list", "empty object")}
MOST_PAUSES = 30
NOW = datetime(2026, 4, 1, tzinfo=UTC).replace(tzinfo=None)


def account_of(source: str) -> Account:
    return next(one for one in load_accounts(SOURCES) if one.source == source)


def unhurried(client: Client) -> Client:
    """The client without its limits and its sleep; one that waits for ever is told to come back later."""
    assert isinstance(client, HttpClient)
    pauses = iter(range(MOST_PAUSES))

    def pause(seconds: float) -> None:
        if next(pauses, None) is None:
            raise RetryLater("enough of waiting")

    client._sleep, client._transport._gate = pause, OpenGate()
    return client


def read(source: Source, table: Table, account: Account, opened: Connection) -> int:
    """Read a table into columns, as a pull does; how many rows came."""
    client, days = unhurried(source.connect(opened, account)), days_of(source.name)
    fields, types, rows = FieldsSeen(), TypesSeen(), 0
    try:
        for page in table.read(client, account, days):
            # What is read over HTTP comes in rows.
            assert isinstance(page, list)
            rows += batch_of(table, account, days, NOW, page, types).num_rows if page else 0
            fields.look(page)
    finally:
        client.close()
    return rows


def recorded(source: Source, table: Table, account: Account, opened: Connection) -> list[Recorded]:
    """What the vendor answers when the table is read."""
    recorder = Recorder()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests.Session, "get_adapter", lambda self, url: recorder)
        read(source, table, account, opened)
    return list(recorder.answers.values())


def surprise(source: Source, table: Table, account: Account, opened: Connection, replayer: Replayer) -> str | None:
    """The exception that is none of ours, and where it was raised; None where all is well."""
    # Tokens and reports that an earlier one left behind; the limits' files may stay.
    shutil.rmtree(state_dir(), ignore_errors=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests.Session, "get_adapter", lambda self, url: replayer)
        try:
            read(source, table, account, opened)
        except ExtractError:
            return None
        except Endless:
            return "asks for ever"
        except Exception as odd:
            ours = [frame for frame in extract_tb(odd.__traceback__) if "/extractors/" in frame.filename]
            last = ours[-1]
            return f"{Path(last.filename).parent.name}/{Path(last.filename).name}:{last.lineno} {type(odd).__name__}"
    return None


@pytest.mark.timeout(3600 if is_whole() else 120)
@pytest.mark.parametrize(("name", "table_name"), TABLES)
def test_no_value_of_an_answer_ends_in_anything_but_rows_rejects_or_an_error_of_ours(
    name: str, table_name: str
) -> None:
    source, account = SOURCES[name], account_of(name)
    table, opened = source.table(table_name), connection(source, account)
    answers = recorded(source, table, account, opened)
    found: dict[str, str] = {}
    every = [(number, what, body) for number, answer in enumerate(answers) for what, body in mutations(answer.body)]
    if not is_whole():
        every.sort(key=lambda one: zlib.crc32(f"{name} {table_name} {one[0]} {one[1]}".encode()))
        # An answer that is something else as a whole is tried each time.
        every = every[:TRIED] + [one for one in every[TRIED:] if one[1] in WHOLE]
    for number, what, body in every:
        odd = surprise(source, table, account, opened, Replayer(answers, number, body))
        if odd:
            found.setdefault(odd, f"{answers[number].url.partition('?')[0]}: {what}")
    assert not found, "\n".join(f"{place}: {example}" for place, example in found.items())
