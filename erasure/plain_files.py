"""Takes what was found out of files that are no tables: logs, pages, the small databases of tools.

A log may be open: it is written over in its place, byte for byte; one that was put away as gzip is packed anew. SQLite
is asked to write its values anew and to give up the pages that held the old ones.
"""

from __future__ import annotations

import gzip
import os
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from erasure.search import CHUNK
from extractors.private import private_file

TABLES = (".parquet", ".duckdb")
PACKED = (".zip", ".xlsx", ".wal")
GZIP = ".gz"
SQLITE = b"SQLite format 3\0"
INSTEAD = b"*"


def is_plain(file: Path) -> bool:
    """Whether it is a file that this module may change."""
    return not file.name.endswith((*TABLES, *PACKED)) and ".parquet." not in file.name


def wipe(file: Path, patterns: Iterable[bytes]) -> None:
    """Take the patterns (in lower case) out of a file."""
    if file.name.endswith(("-wal", "-shm", "-journal")):
        # They belong to a database, which is wiped by its own name.
        return
    if file.name.endswith(GZIP):
        _pack_anew(file, list(patterns))
        return
    with file.open("rb") as opened:
        is_database = opened.read(len(SQLITE)) == SQLITE
    if is_database:
        _wipe_database(file, [one.decode() for one in patterns if one.isascii()])
    else:
        _write_over(file, list(patterns))


def _write_over(file: Path, patterns: list[bytes]) -> None:
    handle = os.open(file, os.O_RDWR)
    try:
        longest, place, before = max(map(len, patterns), default=1), 0, b""
        while piece := os.pread(handle, CHUNK, place):
            text = before + piece
            start = place - len(before)
            low = text.lower()
            for one in patterns:
                at = low.find(one)
                while at >= 0:
                    os.pwrite(handle, INSTEAD * len(one), start + at)
                    at = low.find(one, at + len(one))
            place += len(piece)
            before = text[-(longest - 1) :] if longest > 1 else b""
        os.fsync(handle)
    finally:
        os.close(handle)


def _pack_anew(file: Path, patterns: list[bytes]) -> None:
    """Nobody appends to what was packed: it is replaced in one rename."""
    part = file.with_name(f".{file.name}.part")
    any_of = re.compile(b"|".join(re.escape(one) for one in sorted(patterns, key=len, reverse=True)), re.IGNORECASE)
    text = any_of.sub(lambda found: INSTEAD * len(found[0]), gzip.decompress(file.read_bytes()))
    private_file(part).write_bytes(gzip.compress(text))
    part.replace(file)


def _wipe_database(file: Path, patterns: list[str]) -> None:
    with closing(sqlite3.connect(file, timeout=60, isolation_level=None)) as database:
        tables = database.execute("select name from sqlite_master where type = 'table' and sql is not null").fetchall()
        for (table,) in tables:
            for _, column, *_ in database.execute(f'pragma table_info("{table}")').fetchall():
                for one in patterns:
                    where = f'instr(lower(cast("{column}" as text)), ?) > 0'
                    database.execute(f'update "{table}" set "{column}" = \'***\' where {where}', [one])
        database.execute("pragma wal_checkpoint(truncate)")
        database.execute("vacuum")
