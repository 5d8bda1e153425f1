"""Values as amoCRM nests them: what is embedded, custom fields by code or number, moments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extractors.model import Row
from extractors.records import objects_in
from extractors.times import from_unix


def embedded_in(record: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    inside = record.get("_embedded")
    return list(objects_in(inside, key)) if isinstance(inside, dict) else []


def moments(record: Mapping[str, Any], *names: str) -> Row:
    return {name: from_unix(record.get(name)) for name in names}


def _values_of(record: Mapping[str, Any], name: str, wanted: str) -> list[Any]:
    """The values of a custom field, found by its code or by its number."""
    for field in objects_in(record, "custom_fields_values"):
        if str(field.get(name)) == wanted:
            return [entry.get("value") for entry in objects_in(field, "values") if entry.get("value") not in (None, "")]
    return []


def coded(record: Mapping[str, Any], code: str) -> list[Any]:
    return _values_of(record, "field_code", code)


def of_field(record: Mapping[str, Any], field_id: str | None) -> Any:
    return nth_of(_values_of(record, "field_id", field_id), 0) if field_id else None


def nth_of(values: list[Any], place: int) -> Any:
    return values[place] if place < len(values) else None


def rest_of(values: list[Any], place: int) -> str | None:
    """The values from that place on, separated by semicolons."""
    return ";".join(map(str, values[place:])) or None


def stage_of(values: Any) -> Mapping[str, Any]:
    """The stage inside a change of stages; an event of another kind has none."""
    for value in values if isinstance(values, list) else []:
        if isinstance(value, dict) and isinstance(value.get("lead_status"), dict):
            return dict(value["lead_status"])
    return {}
