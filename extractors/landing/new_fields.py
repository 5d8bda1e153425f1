"""Tells of fields that a vendor never sent before: they lie in the payload, and no column takes them yet."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from extractors.model import Row
from extractors.private import private_file, private_folder

MOST_NAMES = 2000
"""A vendor that names fields after its customers' words would never end."""


class FieldsSeen:
    """The names of the fields in a table's payloads, and of those inside objects as ``properties.email``.

    Three records of a page are looked at: a field that only some records have is told when it is met.
    """

    def __init__(self) -> None:
        self._names: set[str] = set()

    def look(self, page: list[Row]) -> None:
        """Take note of a page's fields."""
        for row in (page[0], page[len(page) // 2], page[-1]) if page else ():
            payload = row.get("_payload")
            for name, value in payload.items() if isinstance(payload, Mapping) else ():
                self._names.add(str(name))
                if isinstance(value, Mapping):
                    self._names |= {f"{name}.{inner}" for inner in value}

    def new_since(self, file: Path) -> list[str]:
        """The fields that the file does not know, in order, and adds now; none where there was no file."""
        try:
            known = set(json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            # The first reading, or a file that a power cut left without content.
            known = set()
        new = sorted(self._names - known)
        if new and len(known) < MOST_NAMES:
            private_folder(file.parent)
            part = private_file(file.with_suffix(f".{os.getpid()}.part"))
            part.write_text(json.dumps(sorted(known | self._names)), encoding="utf-8")
            part.replace(file)
            return new if known else []
        return []
