"""The encoding of a text file: said by its mark, UTF-8, or guessed by a library that compares languages."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from charset_normalizer import from_bytes

PIECE = 1 << 20
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""The longer mark before the shorter one that it begins with."""
USUAL = ["cp1252", "cp1251", "cp1250", "cp1254", "cp866", "koi8_r", "mac_roman", "cp437", "cp850"]
"""What programs of Europe and America write where they do not write UTF-8."""


class NotText(ValueError):
    """No encoding fits: the file is damaged, or it is none of text."""


@dataclass(frozen=True)
class Letters:
    """How a file's bytes become letters."""

    encoding: str
    is_guessed: bool
    """True where neither a mark nor the bytes themselves say it: names may be damaged."""
    has_quotes: bool = True
    """False where it is known that no quotation mark is in the file."""


def letters_of(path: Path) -> Letters:
    """The encoding of a file, all of which is looked at, a piece at a time."""
    with path.open("rb") as file:
        head = file.read(PIECE)
        for mark, name in MARKS:
            if head.startswith(mark):
                return Letters(name, is_guessed=False)
        if (without_mark := _wide(head)) is not None:
            return Letters(without_mark, is_guessed=True)
        file.seek(0)
        place, has_quotes = _first_not_utf8(file)
        if place is None:
            return Letters("utf-8", is_guessed=False, has_quotes=has_quotes)
        file.seek(max(0, place - PIECE // 16))
        sample = file.read(PIECE // 8)
    best = from_bytes(sample, cp_isolation=USUAL).best()
    if best is None:
        raise NotText(f"not UTF-8 (byte {place + 1})")
    return Letters(best.encoding, is_guessed=True)


def decoded(data: bytes) -> tuple[str, Letters]:
    """A small file as text."""
    for mark, name in MARKS:
        if data.startswith(mark):
            return data.decode(name), Letters(name, is_guessed=False)
    if (without_mark := _wide(data)) is not None:
        return data.decode(without_mark), Letters(without_mark, is_guessed=True)
    try:
        return data.decode("utf-8"), Letters("utf-8", is_guessed=False)
    except UnicodeDecodeError as wrong:
        best = from_bytes(data, cp_isolation=USUAL).best()
        if best is None:
            raise NotText(f"not UTF-8 (line {data[: wrong.start].count(10) + 1})") from None
        return data.decode(best.encoding), Letters(best.encoding, is_guessed=True)


def _wide(head: bytes) -> str | None:
    """UTF-16 without its mark: every second byte of plain letters is zero."""
    if len(head) < 4 or b"\0" not in head[:64]:
        return None
    even, odd = head[0:64:2].count(0), head[1:64:2].count(0)
    if odd > 3 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 3 * odd else None


def _first_not_utf8(file: IO[bytes]) -> tuple[int | None, bool]:
    """Where the first byte is that is no UTF-8, and whether there is a quotation mark before it."""
    decoder, read, has_quotes = codecs.getincrementaldecoder("utf-8")(), 0, False
    for piece in _pieces(file):
        has_quotes = has_quotes or b'"' in piece
        if piece.isascii() and not decoder.getstate()[0]:
            read += len(piece)
            continue
        try:
            decoder.decode(piece)
        except UnicodeDecodeError as wrong:
            return read + max(0, wrong.start), has_quotes
        read += len(piece)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return read, has_quotes
    return None, has_quotes


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece
