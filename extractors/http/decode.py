"""Reads bodies that are too large to hold, a part at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

import ijson

from extractors.errors import RetryLater

BUFFER = 1 << 16

NOT_JSON = (ijson.JSONError, UnicodeDecodeError, ValueError)


def json_array_items(where: str, body: IO[bytes], prefix: str) -> Iterator[Any]:
    """Yield what stands under an ijson prefix, as ``item.results.item``; numbers are int or ``Decimal``.

    A body that ends too early is ``RetryLater``: what was read so far is not the answer.
    """
    try:
        yield from ijson.items(body, prefix, buf_size=BUFFER)
    except NOT_JSON:
        raise RetryLater(f"{where}: the answer is not whole JSON. Ask again later.") from None


def json_keys(where: str, body: IO[bytes], prefix: str) -> set[str]:
    """The names of all that stands in the objects under an ijson prefix. Nothing of their values is kept."""
    try:
        return {name for at, event, name in ijson.parse(body, buf_size=BUFFER) if at == prefix and event == "map_key"}
    except NOT_JSON:
        raise RetryLater(f"{where}: the answer is not whole JSON. Ask again later.") from None


def holds(body: IO[bytes], text: bytes) -> bool:
    """Whether the bytes occur anywhere in the body, which is then at its start again. Much faster than reading it."""
    body.seek(0)
    end = b""
    found = False
    while not found and (chunk := body.read(1 << 20)):
        found = text in end + chunk
        end = chunk[-len(text) :]
    body.seek(0)
    return found


def ends_with(body: IO[bytes], text: bytes) -> bool:
    """Whether the body ends so, blanks aside; it is then at its start again."""
    length = body.seek(0, 2)
    body.seek(max(0, length - 1024))
    end = body.read().rstrip()
    body.seek(0)
    return end.endswith(text)
