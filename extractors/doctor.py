"""Says what is missing before a pull or a build meets it; with ``ask``, what each account's token may read."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, NamedTuple

from extractors.differences import differences
from extractors.errors import ExtractError, RetryLater
from extractors.model import Account, Connection, Source, Table, Window
from extractors.settings import connection, data_dir, home, landing_dir, load_accounts, spool_dir
from extractors.sources import SOURCES

ACCOUNTS_AT_ONCE = 4
HERE = "http://localhost"
"""The address of sources that are folders of this machine."""

Word = Literal["ready", "empty", "missing", "may", "may not", "busy", "differs"]


class Finding(NamedTuple):
    """One line of what was found."""

    word: Word
    sentence: str


BAD: tuple[Word, ...] = ("missing", "may not", "differs")
"""What somebody is to put right; who is busy now may have time later."""


def look() -> Iterator[Finding]:
    """What this machine knows without asking anybody."""
    yield from _closed_folders()
    accounts = load_accounts(SOURCES)
    for account in accounts:
        try:
            address = connection(SOURCES[account.source], account).base_url
        except ExtractError as error:
            yield Finding("missing", str(error))
            continue
        is_here = address == HERE
        yield _here(account) if is_here else Finding("ready", f"{account.source} {account.account}: {address}")
    for sentence in differences(accounts):
        yield Finding("differs", sentence)


def ask(accounts: Sequence[Account]) -> Iterator[Finding]:
    """Ask each account for the first page of each of its tables, of yesterday; nothing is landed."""
    with ThreadPoolExecutor(ACCOUNTS_AT_ONCE) as pool:
        for findings in pool.map(_ask, accounts):
            yield from findings


def _here(account: Account) -> Finding:
    """Whether the files of a source without an address are on this machine."""
    who, named = f"{account.source} {account.account}", account.options.get("folder")
    if named is not None:
        place = home() / Path(str(named)).expanduser()
        if place.is_dir():
            return Finding("ready", f"{who}: {place}")
        return Finding("missing", f"{who}: there is no folder {place}. Make it, or correct the option 'folder'.")
    below = Path(account.source) / account.account
    places = [spool_dir() / below, data_dir() / below, data_dir() / account.source]
    for place in places:
        if place.is_dir():
            return Finding("ready", f"{who}: {place}")
    return Finding("empty", f"{who}: nothing ever came into {data_dir()}")


def _closed_folders() -> Iterator[Finding]:
    """Folders in which a pull could not write."""
    for folder in (data_dir(), landing_dir(), spool_dir(), data_dir() / "build"):
        first = next(one for one in (folder, *folder.parents) if one.exists())
        if first != folder and folder != data_dir():
            continue
        if not first.is_dir():
            yield Finding("missing", f"{first} is a file where a folder must be. Remove it, or set LEADGEN_DATA.")
        elif not os.access(first, os.W_OK | os.X_OK):
            yield Finding("missing", f"{first} cannot be written by this user. Change its owner, or set LEADGEN_DATA.")


def _ask(account: Account) -> list[Finding]:
    source = SOURCES[account.source]
    return first_pages(source, account, lambda: connection(source, account), source.tables)


def first_pages(
    source: Source, account: Account, found: Callable[[], Connection], tables: Sequence[Table]
) -> list[Finding]:
    """Which of the tables the connection may read, by the first page of yesterday of each."""
    who = f"{account.source} {account.account}"
    may: list[str] = []
    busy, refused = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for table in tables:
        try:
            _first_page(source, table, account, found())
        except RetryLater as error:
            busy[str(error)].append(table.name)
        except ExtractError as error:
            refused[str(error)].append(table.name)
        except Exception as error:
            # Its message may hold what the vendor sent.
            refused[f"the answer could not be read ({type(error).__name__})"].append(table.name)
        else:
            may.append(table.name)
    return [
        *([Finding("may", f"{who}: read {', '.join(may)}")] if may else []),
        *(Finding("busy", f"{who}: read {', '.join(names)}: {why}") for why, names in busy.items()),
        *(Finding("may not", f"{who}: read {', '.join(names)}: {why}") for why, names in refused.items()),
    ]


def _first_page(source: Source, table: Table, account: Account, found: Connection) -> None:
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
    client = source.connect(found, account)
    with closing(client):
        pages = table.read(client, account, Window(yesterday, yesterday))
        next(iter(pages), None)
