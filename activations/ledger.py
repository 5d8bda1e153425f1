"""What was told, when, in which request, and what the platform said of each row: lines that are only ever added.

An intent is on disk before its request leaves, and its outcome after. So a sender that dies at any moment forgets
nothing: what has an intent and no outcome may have arrived, and is repeated under the key by which the platform knows
a repetition. What a platform tells later is ``heard`` of a request, and ``later`` of a row where it can be told whose.
A ledger holds ids of clicks, which corrections need, and never a contact nor its hash.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import msgspec
from filelock import FileLock, Timeout

from activations.errors import SenderBusy
from activations.model import Heard, Outcome, Telling
from activations.settings import activations_dir
from extractors.private import private_file, private_folder

COLUMNS = {
    "n": "bigint",
    "step": "varchar",
    "noted_at": "timestamp",
    "run": "varchar",
    "as_of_day": "date",
    "activation_id": "varchar",
    "action": "varchar",
    "milestone": "varchar",
    "conversion_id": "varchar",
    "told_as": "varchar",
    "happened_at": "timestamp",
    "value": "varchar",
    "currency": "varchar",
    "click_id_type": "varchar",
    "click_id": "varchar",
    "lead_ad_id": "varchar",
    "device_id": "varchar",
    "has_contact": "boolean",
    "normaliser": "varchar",
    "state": "varchar",
    "reason": "varchar",
    "receipt": "varchar",
    "is_forgotten": "boolean",
    "good": "bigint",
    "bad": "map(varchar, bigint)",
    "is_final": "boolean",
}
"""Every line has all of them, so that a new one at the end of this list does not change the old lines."""


class Line(msgspec.Struct, omit_defaults=True):
    """One line of a ledger."""

    n: int
    step: str
    noted_at: str
    run: str
    as_of_day: str
    activation_id: str
    action: str
    milestone: str = ""
    conversion_id: str = ""
    told_as: str = ""
    happened_at: str = ""
    value: str = ""
    currency: str = ""
    click_id_type: str = ""
    click_id: str = ""
    lead_ad_id: str = ""
    device_id: str = ""
    has_contact: bool = False
    normaliser: str = ""
    state: str = ""
    reason: str = ""
    receipt: str = ""
    is_forgotten: bool = False
    """Its person was erased: the ids by which somebody is known are gone from the line, and the conversion stays."""
    good: int = 0
    bad: dict[str, int] = {}
    """Of a line ``heard``: reason -> rows that came to nothing."""
    is_final: bool = False


class Ledger:
    """The ledger of one account of one destination, held for writing by one process at a time."""

    def __init__(self, file: Path, run: str, as_of_day: str, normaliser: str) -> None:
        self.file = file
        self._run = run
        self._as_of_day = as_of_day
        self._normaliser = normaliser
        self._written = settle(file)

    def intend(self, tellings: Sequence[Telling], at: datetime) -> None:
        """Put on disk what is about to be asked of the platform."""
        self._add(
            [
                Line(
                    n=0,
                    step="intent",
                    noted_at=_moment(at),
                    run=self._run,
                    as_of_day=self._as_of_day,
                    activation_id=one.activation_id,
                    action=one.action,
                    milestone=one.milestone,
                    conversion_id=one.conversion_id,
                    told_as=one.told_as,
                    happened_at=_moment(one.happened_at),
                    value=_money(one.value),
                    currency=one.currency or "",
                    click_id_type=one.click_id_type or "",
                    click_id=one.click_id or "",
                    lead_ad_id=one.lead_ad_id or "",
                    device_id=one.device_id or "",
                    has_contact=bool(one.email or one.phone),
                    normaliser=self._normaliser,
                )
                for one in tellings
            ]
        )

    def hear(self, heard: Sequence[Heard], at: datetime) -> None:
        """Put on disk what a platform tells later of its requests."""
        self._add(
            [
                Line(
                    n=0,
                    step="heard",
                    noted_at=_moment(at),
                    run=self._run,
                    as_of_day=self._as_of_day,
                    activation_id="",
                    action="",
                    told_as=one.told_as,
                    state=one.state,
                    receipt=one.receipt,
                    good=one.good,
                    bad=dict(one.bad),
                    is_final=one.is_final,
                )
                for one in heard
            ]
        )

    def note(self, action: str, outcomes: Sequence[Outcome], at: datetime, *, step: str = "outcome") -> None:
        """Put on disk what became of it; ``later`` what was told of it after it was taken."""
        self._add(
            [
                Line(
                    n=0,
                    step=step,
                    noted_at=_moment(at),
                    run=self._run,
                    as_of_day=self._as_of_day,
                    activation_id=one.activation_id,
                    action=action,
                    state=one.state,
                    reason=one.reason,
                    receipt=one.receipt,
                )
                for one in outcomes
            ]
        )

    def _add(self, lines: Sequence[Line]) -> None:
        encoder = msgspec.json.Encoder()
        written = bytearray()
        for line in lines:
            self._written += 1
            line.n = self._written
            written += encoder.encode(line) + b"\n"
        descriptor = os.open(self.file, os.O_WRONLY | os.O_APPEND)
        try:
            view = memoryview(bytes(written))
            while view:
                view = view[os.write(descriptor, view) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def ledger_of(
    destination: str, account: str, *, run: str, as_of_day: str, normaliser: str, wait: float = 0
) -> Iterator[Ledger]:
    """The ledger, for as long as the block lasts; ``SenderBusy`` where another process has it."""
    file = ledger_file(destination, account)
    private_folder(file.parent)
    with ledger_held(file, wait):
        yield Ledger(private_file(file), run, as_of_day, normaliser)


@contextmanager
def ledger_held(file: Path, wait: float = 0) -> Iterator[None]:
    """Nobody else writes this ledger, for as long as the block lasts; ``SenderBusy`` where somebody does."""
    lock = FileLock(private_file(file.with_suffix(".lock")), timeout=wait)
    try:
        lock.acquire()
    except Timeout:
        raise SenderBusy(
            f"{file.parent.name} account {file.stem} is being told by another process. Wait for it."
        ) from None
    try:
        yield
    finally:
        lock.release()


def ledger_file(destination: str, account: str) -> Path:
    """Where the ledger of an account lies."""
    return activations_dir() / destination / f"{account}.jsonl"


def read_ledger(database: duckdb.DuckDBPyConnection, file: Path, table: str) -> None:
    """Make a table of the lines; an empty one where nothing was ever told. A last line that was cut off is none."""
    declared = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    database.execute(f"create or replace table {table} ({declared})")
    if file.is_file() and file.stat().st_size:
        struct = "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items()) + "}"
        database.execute(
            f"insert into {table} select {', '.join(COLUMNS)} from "
            f"read_json(?, columns = {struct}, format = 'newline_delimited', ignore_errors = true) "
            "where n is not null",
            [str(file)],
        )


def settle(file: Path) -> int:
    """Take away a line that a killed sender left half written; the number of the last whole one."""
    content = file.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        with file.open("r+b") as torn:
            torn.truncate(whole)
            os.fsync(torn.fileno())
    last = content[:whole].rstrip(b"\n").rpartition(b"\n")[2]
    return msgspec.json.decode(last, type=Line).n if last else 0


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _money(value: Decimal | None) -> str:
    return "" if value is None else f"{value:f}"
