"""Reads a day of the spool back, a page at a time, also while the receiver writes to it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO

import msgspec

from extractors.errors import RetryLater
from extractors.receiver.spool import Received, Source
from extractors.settings import spool_dir

ROWS_PER_PAGE = 1000
ERASED_LINE = b"-"
"""What a line is made of whose post was written anew, without a person who was forgotten."""

_decode = msgspec.json.Decoder(Received).decode


@dataclass(frozen=True)
class Damaged:
    """A record that was written whole and cannot be read any more."""

    id: str
    """The same at every reading."""
    reason: str


def day_folder(source: Source, account: str, day: date) -> Path:
    """Where the day's records lie."""
    return spool_dir() / source / account / f"day={day}"


def read_day(source: Source, account: str, day: date) -> Iterator[list[Received | Damaged]] | None:
    """The day's records in the order in which each process received them.

    None where the spool knows nothing of the day: nothing came, or it was landed and then cleared.
    """
    try:
        files = sorted(file for file in day_folder(source, account, day).iterdir() if file.suffix == ".spool")
    except FileNotFoundError:
        return None
    return _pages(f"{source}, account {account}: the spool of {day}", files)


def _pages(what: str, files: list[Path]) -> Iterator[list[Received | Damaged]]:
    page: list[Received | Damaged] = []
    for path in files:
        try:
            file = path.open("rb")
        except FileNotFoundError:
            raise RetryLater(f"{what} was cleared while it was read.") from None
        with file:
            for record in records_of(file, path.stem):
                page.append(record)
                if len(page) == ROWS_PER_PAGE:
                    yield page
                    page = []
    if page:
        yield page


def records_of(file: IO[bytes], name: str) -> Iterator[Received | Damaged]:
    """The records of a file. What cannot be read at its end was never acknowledged, and is left out."""
    unreadable: list[Damaged] = []
    for number, line in enumerate(file, start=1):
        if line.startswith(ERASED_LINE):
            continue
        record = record_of(line)
        if record is None:
            unreadable.append(Damaged(f"{name}-{number}", f"line {number} of the spool's file {name} is damaged"))
            continue
        # Something whole follows: so these were damaged later, not torn.
        yield from unreadable
        unreadable = []
        yield record


def record_of(line: bytes) -> Received | None:
    """The record of a line; None where it was torn or damaged."""
    checksum, _, text = line.partition(b" ")
    if not text.endswith(b"\n"):
        return None
    text = text[:-1]
    try:
        return _decode(text) if int(checksum, 16) == zlib.crc32(text) else None
    except (ValueError, msgspec.MsgspecError):
        return None
