"""HubSpot's associations: which objects belong together, asked for in batches."""

from __future__ import annotations

from typing import Any

import msgspec

from sandbox.answering.answer import Answer, Refused, json_answer
from sandbox.answering.vendor import Call
from sandbox.vendors.hubspot.objects import asked_kind, error, input_ids, not_found

VERSIONS = ("2026-09", "2026-03", "v4")
MOST_INPUTS = 1_000

# (from, to) -> table that holds both ids, HubSpot's number of the association.
TABLES = {
    ("deals", "contacts"): ("hubspot__deal_contacts", "deal_id", "contact_id", 3),
    ("contacts", "deals"): ("hubspot__deal_contacts", "contact_id", "deal_id", 4),
    ("deals", "line_items"): ("hubspot__line_items", "deal_id", "line_item_id", 19),
    ("line_items", "deals"): ("hubspot__line_items", "line_item_id", "deal_id", 20),
    ("contacts", "calls"): ("hubspot__calls", "contact_id", "call_id", 193),
    ("calls", "contacts"): ("hubspot__calls", "call_id", "contact_id", 194),
}


def read_associations(call: Call) -> Answer:
    """``POST /crm/associations/{version}/{from}/{to}/batch/read``; 207 when some have none."""
    version = call.parts.get("version", "v4")
    if version not in VERSIONS:
        raise Refused(not_found(call))
    pair = asked_kind(call, "from_kind").name, asked_kind(call, "to_kind").name
    if pair not in TABLES:
        raise Refused(error(400, "VALIDATION_ERROR", f"{pair[0]} and {pair[1]} are not associated here"))
    table, from_key, to_key, type_id = TABLES[pair]
    ids = input_ids(call, MOST_INPUTS)
    found = call.sandbox.wire.rows(
        f"select {from_key}, {to_key}, _payload from {call.sandbox.known(table)}"
        f" where _account = ? and {to_key} is not null and {from_key} in (select unnest(?))"
        f" order by try_cast({to_key} as bigint)",
        [call.account, ids],
    )
    is_number = version == "v4"
    of_each: dict[str, list[Any]] = {}
    for from_id, to_id, text in found:
        if pair == ("deals", "contacts") and not is_number:
            entry: Any = msgspec.Raw(text.encode())
        else:
            kind = {"category": "HUBSPOT_DEFINED", "typeId": type_id, "label": None}
            entry = {"toObjectId": int(to_id) if is_number else to_id, "associationTypes": [kind]}
        of_each.setdefault(from_id, []).append(entry)
    results = [{"from": {"id": one}, "to": of_each[one]} for one in dict.fromkeys(ids) if one in of_each]
    errors = [_no_association(one, pair) for one in dict.fromkeys(ids) if one not in of_each]
    body: dict[str, Any] = {"status": "COMPLETE", "results": results}
    if errors:
        body |= {"numErrors": len(errors), "errors": errors}
    return json_answer(body, 207 if errors else 200)


def _no_association(one: str, pair: tuple[str, str]) -> dict[str, Any]:
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": f"No {pair[1]} is associated with {pair[0]} {one}.",
        "context": {"fromObjectId": [one], "fromObjectType": [pair[0]], "toObjectType": [pair[1]]},
    }
