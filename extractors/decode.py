"""Reads bodies that are too large to hold, a part at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

import ijson

from extractors.errors import RetryLater

BUFFER = 1 << 16


def json_array_items(where: str, body: IO[bytes], prefix: str) -> Iterator[Any]:
    """Yield what stands under an ijson prefix, as ``item.results.item``; numbers are int or ``Decimal``.

    A body that ends too early is ``RetryLater``: what was read so far is not the answer.
    """
    try:
        yield from ijson.items(body, prefix, buf_size=BUFFER)
    except ijson.JSONError:
        raise RetryLater(f"{where}: the answer is not whole JSON. Ask again later.") from None
