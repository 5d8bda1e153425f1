"""Bodies of answers: copied whole or not at all, unpacked, and decoded with exact numbers."""

from __future__ import annotations

import json
import re
import zlib
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    import requests

CHUNK = 1 << 16
MARK = b"\xef\xbb\xbf"
"""What some programs put before a text in UTF-8."""

HALF_A_LETTER = re.compile(rb"\\u[dD][89a-fA-F]")
ESCAPE = re.compile(rb"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F]..)|.)", re.DOTALL)

_decode = msgspec.json.Decoder(float_hook=Decimal).decode


class NotWhole(Exception):
    """The body ended before it was complete, or is not JSON."""


class TooLarge(Exception):
    """The body is larger than its reader can hold."""


def copy_body(response: requests.Response, body: IO[bytes], limit: int | None) -> None:
    """Write the whole body, unpacked, or raise ``NotWhole`` or ``TooLarge``.

    ``requests`` takes a cut gzip body for a short one; this does not.
    """
    written = 0

    def keep(chunk: bytes) -> None:
        nonlocal written
        written += len(chunk)
        if limit is not None and written > limit:
            raise TooLarge
        body.write(chunk)

    if response.headers.get("Content-Encoding", "").strip().lower() not in ("gzip", "x-gzip"):
        for chunk in response.raw.stream(CHUNK, decode_content=True):
            keep(chunk)
        return
    unpack = zlib.decompressobj(wbits=31)
    try:
        for chunk in response.raw.stream(CHUNK, decode_content=False):
            while chunk:
                if unpack.eof:
                    # A gzip body may consist of several packages, one after the other.
                    unpack = zlib.decompressobj(wbits=31)
                keep(unpack.decompress(chunk))
                chunk = unpack.unused_data
    except zlib.error as broken:
        raise NotWhole("the packed body is damaged") from broken
    if not unpack.eof:
        raise NotWhole("the packed body was cut off")


def decode_json(body: bytes) -> Any:
    """The decoded body: numbers with a fraction are ``Decimal``. Raises ``NotWhole`` for anything but JSON."""
    body = body.removeprefix(MARK)
    try:
        return _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        if not HALF_A_LETTER.search(body):
            raise NotWhole("the answer is not whole JSON") from None
    try:
        # A vendor that cuts texts to a length may cut an emoji in half; one letter is no reason to lose a page.
        return _decode(ESCAPE.sub(lambda escape: rb"\ufffd" if escape[1] else escape[0], body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise NotWhole("the answer is not whole JSON") from None


def first_of_json(body: bytes) -> Any:
    """The first value of a body with something behind it, as some vendors send two errors one after the other.

    None where not even the first is whole.
    """
    text = body.decode(errors="replace").lstrip("\ufeff \r\n\t")
    try:
        return json.JSONDecoder(parse_float=Decimal).raw_decode(text)[0]
    except (ValueError, ArithmeticError, RecursionError):
        return None
