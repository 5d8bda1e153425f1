"""Values as Bitrix24 writes them: blanks, Y and N, money with its currency, lists of addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from extractors.fields import Fields, picked
from extractors.model import Row


def vendor_names(fields: Fields, own: Sequence[str] = ()) -> list[str]:
    return [field.name for column, field in fields.items() if column not in own]


def row_of(record: Mapping[str, Any], fields: Fields) -> Row:
    return {column: blank(value) for column, value in picked(record, fields).items()}


def blank(value: Any) -> Any:
    """The older lists write nothing as an empty text."""
    return None if value == "" else value


def text(value: Any) -> str | None:
    return None if value is None else str(value)


def yes(value: Any) -> Any:
    return {"Y": True, "N": False}.get(value, value) if isinstance(value, str) else value


def money(value: Any) -> Any:
    """A field of money is written with its currency, ``900.10|EUR``."""
    return blank(value.partition("|")[0]) if isinstance(value, str) else value


def multi(record: Mapping[str, Any], kind: str, place: int) -> Any:
    """A telephone number or an e-mail address, of which a person may have several."""
    values = _multi(record, kind)
    return values[place] if place < len(values) else None


def multi_rest(record: Mapping[str, Any], kind: str, place: int) -> str | None:
    """The numbers or addresses from that place on, separated by semicolons."""
    return ";".join(map(str, _multi(record, kind)[place:])) or None


def _multi(record: Mapping[str, Any], kind: str) -> list[Any]:
    entries = record.get("fm") or []
    if not isinstance(entries, list):
        # No column takes it: the address is empty, and told.
        return [[entries]]
    known = [entry for entry in entries if isinstance(entry, dict)]
    return [entry["value"] for entry in known if entry.get("typeId") == kind and entry.get("value")]
