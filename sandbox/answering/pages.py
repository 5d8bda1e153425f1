"""Cuts a list into pages whose cursors say nothing to anybody else."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def page_behind(records: Sequence[T], cursor: str, size: int) -> tuple[list[T], str | None]:
    """The records behind the cursor, and the cursor of the next page; ValueError where the cursor is none."""
    try:
        start = int(base64.b64decode(cursor or "MA==", validate=True))
    except binascii.Error:
        raise ValueError("this is no cursor") from None
    end = start + size
    following = base64.b64encode(str(end).encode()).decode() if end < len(records) else None
    return list(records[start:end]), following
