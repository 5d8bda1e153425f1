"""HubSpot's search: filters, one sort, and never more than the first 10,000 records."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from sandbox.answering.answer import Answer, Refused, json_answer, spliced
from sandbox.answering.vendor import Call
from sandbox.vendors.hubspot.objects import (
    ObjectKind,
    asked_kind,
    check_version,
    error,
    name_list,
    property_pick,
)

MOST_RESULTS = 10_000
MOST_ON_PAGE = 200
MOST_CHARACTERS = 3_000
COMPARISONS = {"GT": ">", "GTE": ">=", "LT": "<", "LTE": "<=", "EQ": "=", "NEQ": "<>"}


def search(call: Call) -> Answer:
    """``POST /crm/objects/{version}/{kind}/search``."""
    check_version(call)
    kind = asked_kind(call)
    body = call.json
    if not isinstance(body, dict):
        raise _invalid("Invalid input JSON")
    if len(call.body) > MOST_CHARACTERS:
        raise _invalid(f"The request body is longer than {MOST_CHARACTERS} characters")
    size, start = _paging(body)
    where, parameters = _filters(kind, body.get("filterGroups") or [])
    rows = f"from {call.sandbox.known(kind.table)} where _account = ? and ({where})"
    total = call.sandbox.wire.count(f"select count(*) {rows}", [call.account, *parameters])
    texts = call.sandbox.wire.texts(
        f"select _payload {rows} order by {_sort(kind, body.get('sorts') or [])} limit {size} offset {start}",
        [call.account, *parameters],
    )
    pick = property_pick(call, kind, name_list(body.get("properties")))
    answer: dict[str, Any] = {"total": total, "results": spliced([pick(text) for text in texts])}
    if start + size < total:
        answer["paging"] = {"next": {"after": str(start + size)}}
    return json_answer(answer)


def _paging(body: dict[str, Any]) -> tuple[int, int]:
    size = body.get("limit", 10)
    after = str(body.get("after") or "0")
    if not isinstance(size, int) or not 1 <= size <= MOST_ON_PAGE:
        raise _invalid(f"limit must be between 1 and {MOST_ON_PAGE}")
    if not after.isdigit():
        raise _invalid("after must be a number")
    if int(after) + size > MOST_RESULTS:
        raise _invalid(f"The search results can be paged up to {MOST_RESULTS} records")
    return size, int(after)


def _filters(kind: ObjectKind, groups: list[dict[str, Any]]) -> tuple[str, list[Any]]:
    """Groups are alternatives; the filters of one group hold together."""
    if len(groups) > 5 or any(len(group.get("filters") or []) > 10 for group in groups):
        raise _invalid("At most 5 filter groups of 10 filters")
    alternatives, parameters = [], []
    for group in groups:
        conditions = []
        for one in group.get("filters") or []:
            condition, values = _condition(kind, one)
            conditions.append(condition)
            parameters += values
        alternatives.append(f"({' and '.join(conditions) or 'true'})")
    return " or ".join(alternatives) or "true", parameters


def _condition(kind: ObjectKind, one: dict[str, Any]) -> tuple[str, list[Any]]:
    name, operator = str(one.get("propertyName")), one.get("operator")
    column, is_number = _column(kind, name)
    if operator in COMPARISONS:
        return f"{column} {COMPARISONS[operator]} ?", [_value(one.get("value"), is_number)]
    if operator == "BETWEEN":
        bounds = [_value(one.get(bound), is_number) for bound in ("value", "highValue")]
        return f"{column} between ? and ?", bounds
    if operator in ("IN", "NOT_IN"):
        values = [_value(value, is_number) for value in one.get("values") or []]
        places = ", ".join("?" * len(values))
        return f"{column} {'in' if operator == 'IN' else 'not in'} ({places})", values
    if operator in ("HAS_PROPERTY", "NOT_HAS_PROPERTY"):
        return f"{column} is {'not ' if operator == 'HAS_PROPERTY' else ''}null", []
    raise _invalid(f"operator {operator} is not known")


def _column(kind: ObjectKind, name: str) -> tuple[str, bool]:
    """What a property is compared by, and whether that is a number."""
    if name == "hs_object_id":
        return f"try_cast({kind.key} as bigint)", True
    if name == kind.changed:
        return "epoch_ms(updated_at)", True
    if name == "createdate" and kind.name in ("contacts", "deals"):
        return "epoch_ms(created_at)", True
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
        raise _invalid(f"property {name} does not exist")
    return f"json_extract_string(_payload, '$.properties.{name}')", False


def _value(value: Any, is_number: bool) -> Any:
    """A number stays one; a moment counts in milliseconds, written as such or as ISO text."""
    text = str(value)
    if not is_number:
        return text
    try:
        return int(text)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _invalid(f"{text} is not a number and not a date") from None
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _sort(kind: ObjectKind, sorts: list[Any]) -> str:
    if len(sorts) > 1:
        raise _invalid("Only one sort is supported")
    by_id = f"try_cast({kind.key} as bigint)"
    if not sorts:
        return by_id
    one = sorts[0] if isinstance(sorts[0], dict) else {"propertyName": sorts[0]}
    column, _ = _column(kind, str(one.get("propertyName")))
    return f"{column} {'desc' if one.get('direction') == 'DESCENDING' else 'asc'}, {by_id}"


def _invalid(message: str) -> Refused:
    return Refused(error(400, "VALIDATION_ERROR", message))
