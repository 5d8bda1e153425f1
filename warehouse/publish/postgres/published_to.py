"""Remembers every Postgres that was ever published to: whoever is forgotten may still be in one of former days."""

from __future__ import annotations

import json
from pathlib import Path

from warehouse import settings
from warehouse.publish.postgres.address import Address, address


def note_published_to(where: Address) -> None:
    """Write down where it is, without login and password, in one rename."""
    known = _known()
    if str(where) not in known:
        file = _file()
        part = file.with_name(f".{file.name}.part")
        part.write_text(json.dumps([*known, str(where)], indent=2), encoding="utf-8")
        part.replace(file)


def no_more_published_to() -> list[str]:
    """Those that no setting opens any more, as a person is told of them."""
    now = str(address()) if settings.postgres_connection() else ""
    return [one for one in _known() if one != now]


def _known() -> list[str]:
    try:
        return [str(one) for one in json.loads(_file().read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return []


def _file() -> Path:
    return settings.data_dir() / "published_to.json"
