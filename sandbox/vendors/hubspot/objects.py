"""HubSpot's objects: where the market keeps them, what a record shows, and the error bodies."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.fields import Pick, picker
from sandbox.answering.vendor import Call

VERSIONS = ("2026-09", "2026-03", "v3")


@dataclass(frozen=True)
class ObjectKind:
    """One kind of CRM object."""

    name: str
    type_id: str
    table: str
    key: str
    changed: str
    """The property that holds when a record was last changed."""
    default: tuple[str, ...]
    """The properties of a record when none are asked for."""


KINDS = (
    ObjectKind(
        "contacts", "0-1", "hubspot__contacts", "contact_id", "lastmodifieddate",
        ("createdate", "email", "firstname", "lastname"),
    ),
    ObjectKind(
        "deals", "0-3", "hubspot__deals", "deal_id", "hs_lastmodifieddate",
        ("amount", "closedate", "createdate", "dealname", "dealstage", "pipeline"),
    ),
    ObjectKind(
        "line_items", "0-8", "hubspot__line_items", "line_item_id", "hs_lastmodifieddate",
        ("amount", "createdate", "name", "quantity"),
    ),
    ObjectKind("calls", "0-48", "hubspot__calls", "call_id", "hs_lastmodifieddate", ("hs_createdate",)),
)  # fmt: skip


def asked_kind(call: Call, part: str = "kind") -> ObjectKind:
    """The kind of object in the path, by name or by type id."""
    name = call.parts[part]
    for kind in KINDS:
        if name in (kind.name, kind.type_id):
            return kind
    raise Refused(error(400, "VALIDATION_ERROR", f"Unable to infer object type from: {name}"))


def check_version(call: Call) -> None:
    """Refuse a version that HubSpot does not have."""
    if call.parts.get("version", "v3") not in VERSIONS:
        raise Refused(not_found(call))


def property_pick(call: Call, kind: ObjectKind, names: Collection[str]) -> Pick:
    """A pick of the properties asked for, or the usual ones; the id and the times come with any of them.

    A property that the portal has and the record does not is null; one that nobody has stays out.
    """
    asked = dict.fromkeys((*(names or kind.default), "createdate", kind.changed, "hs_object_id"))
    structure = call.sandbox.wire.structure(kind.table)
    wanted = {path for path in structure if path[0] != "properties"}
    wanted |= {("properties", name) for name in asked}
    pick = picker(call.sandbox.wire, kind.table, frozenset(wanted))
    if structure <= wanted:
        return pick
    portal = [name for name in asked if ("properties", name) in structure]

    def with_nulls(text: str) -> str:
        record = msgspec.json.decode(pick(text))
        properties = record.get("properties", {})
        record["properties"] = {**properties, **{name: None for name in portal if name not in properties}}
        return msgspec.json.encode(record).decode()

    return with_nulls


def name_list(value: Any) -> list[str]:
    """A list of names, or what an absent list means."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise Refused(error(400, "VALIDATION_ERROR", "Invalid input JSON: a list of names was expected"))
    return value


def input_ids(call: Call, most: int) -> list[str]:
    """The ids of a batch."""
    body = call.json
    inputs = body.get("inputs") if isinstance(body, dict) else None
    if not isinstance(inputs, list) or not all(isinstance(one, dict) and "id" in one for one in inputs):
        raise Refused(error(400, "VALIDATION_ERROR", 'Invalid input JSON: "inputs" is needed'))
    if len(inputs) > most:
        raise Refused(error(400, "VALIDATION_ERROR", f"The maximum number of inputs is {most}"))
    return [str(one["id"]) for one in inputs]


def error(status: int, category: str, message: str, extra: Mapping[str, Any] | None = None) -> Answer:
    """An error body of HubSpot."""
    body = {"status": "error", "message": message, "correlationId": "00000000-0000-4000-8000-000000000000"}
    return json_answer({**body, "category": category, **(extra or {})}, status)


def not_found(call: Call) -> Answer:
    """A path that HubSpot does not have answers with a web page."""
    page = b"<!DOCTYPE html><html><head><title>Error 404 Not Found</title></head><body></body></html>"
    return Answer(404, page, {}, "text/html;charset=utf-8")
