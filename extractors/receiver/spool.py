"""Writes what was received to disk before its sender is answered: many posts, one flush.

    <data>/spool/<source>/<account>/day=<UTC day of receipt>/<process>.spool

A line is a record: eight hexadecimal digits of CRC-32, a blank, JSON. A process writes files of its own and
never opens an old one again, so a record that was torn by a crash is the last of its file.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import zlib
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

import msgspec

from extractors.disk import flush_folder
from extractors.private import private_folder

Source = Literal["webhook", "pixel"]
Place = tuple[str, str, date]
"""Source, account and UTC day: what a file is for."""

DAYS_OPEN = 2
"""Days whose files stay open: a post of the last second is written on the next day."""


class Received(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One post as it came. What opens an account is not kept: no address, no signature, no cookie."""

    id: str
    """Made by us: tells two posts apart whose sender gave them no id."""
    at: datetime
    """When it was received, UTC."""
    body: bytes
    content_type: str = ""
    headers: Mapping[str, str] = {}


def line_of(received: Received) -> bytes:
    """The record as it stands in a file."""
    text = msgspec.json.encode(received)
    return b"%08x %s\n" % (zlib.crc32(text), text)


def new_receipt() -> str:
    """An id that nobody else has."""
    return secrets.token_hex(16)


class NotWritten(Exception):
    """The disk took nothing, or did not confirm it. Nobody may be told that the record is safe."""


class Spool:
    """The files of one process. ``append`` returns when the record is on disk, not before."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._process = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{os.getpid()}-{secrets.token_hex(3)}"
        self._opened = 0
        self._files: dict[Place, int] = {}
        self._waiting: list[tuple[Place, bytes, asyncio.Future[None]]] = []
        self._committing: asyncio.Task[None] | None = None
        self.flushes = 0

    async def append(self, source: Source, account: str, received: Received) -> None:
        """Write the record and flush it, together with whatever else waits; raises ``NotWritten``."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        place = (source, account, received.at.astimezone(UTC).date())
        self._waiting.append((place, line_of(received), written))
        if self._committing is None:
            self._committing = asyncio.create_task(self._commit())
        await written

    async def close(self) -> None:
        """Finish what waits, and close the files."""
        if self._committing is not None:
            await self._committing
        for place in list(self._files):
            self._forget(place)

    async def probe(self) -> None:
        """Raise ``NotWritten`` unless the disk takes a file now."""
        await asyncio.to_thread(self._probe)

    async def _commit(self) -> None:
        """Write until nothing waits. What comes while the disk is busy goes with the next flush."""
        while self._waiting:
            batch, self._waiting = self._waiting, []
            lines: dict[Place, list[bytes]] = {}
            for place, line, _ in batch:
                lines.setdefault(place, []).append(line)
            try:
                failed = await asyncio.to_thread(self._write, lines)
            except Exception as unforeseen:
                # Whatever it is, nobody may wait for ever, nor be told that all is well.
                failed = dict.fromkeys(lines, type(unforeseen).__name__)
            for place, _, written in batch:
                # Who no longer waits (a broken connection) has been written all the same.
                if not written.done():
                    if place in failed:
                        written.set_exception(NotWritten(failed[place]))
                    else:
                        written.set_result(None)
        self._committing = None

    def _write(self, lines: Mapping[Place, list[bytes]]) -> dict[Place, str]:
        """Append and flush; for each place that failed, why. A file that failed once is never written again."""
        failed = {}
        for place, texts in lines.items():
            try:
                file = self._file(place)
                left = memoryview(b"".join(texts))
                while left:
                    left = left[os.write(file, left) :]
                os.fdatasync(file)
                self.flushes += 1
            except OSError as error:
                failed[place] = f"{error.strerror}"
                self._forget(place)
        return failed

    def _file(self, place: Place) -> int:
        if place not in self._files:
            source, account, day = place
            for other in [one for one in self._files if (day - one[2]).days >= DAYS_OPEN]:
                self._forget(other)
            folder = self.root / source / account / f"day={day}"
            made = _make_folders(folder)
            self._opened += 1
            path = folder / f"{self._process}-{self._opened:04}.spool"
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
            self._files[place] = file
            # The name of a new file is flushed with its folder, and a new folder's with its parent.
            for one in {folder, *(new.parent for new in made)}:
                flush_folder(one)
        return self._files[place]

    def _forget(self, place: Place) -> None:
        with suppress(OSError, KeyError):
            os.close(self._files.pop(place))

    def _probe(self) -> None:
        file = self.root / f".probe-{self._process}"
        try:
            _make_folders(self.root)
            with file.open("wb") as opened:
                opened.write(b"?" * 4096)
                opened.flush()
                os.fsync(opened.fileno())
            file.unlink()
        except OSError as error:
            raise NotWritten(str(error.strerror)) from error


def _make_folders(folder: Path) -> list[Path]:
    """Make the folder and those above it; the ones that were new."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    private_folder(folder)
    return missing
