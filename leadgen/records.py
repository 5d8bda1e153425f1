"""What is shown of a landed record: its key and the vendor's own words, without the contacts of anybody."""

from __future__ import annotations

import json
import re
from typing import Any

from extractors.landing.erased_texts import TECHNICAL
from extractors.landing.personal import personal_columns
from extractors.redaction import CONTACT, HIDDEN
from extractors.sources import SOURCES
from forgotten.forms import addresses_in, numbers_in

PLAIN = re.compile(
    r"amount|price|cost|revenue|margin|spend|currency|stage|status|pipeline|clos|creat|updat|won|lost|duration|direction"
    r"|answered|impressions|conver|quantity|_at$|_id$|^day$|rate",
    re.IGNORECASE,
)
"""Names of a vendor's fields that say what happened, and to nobody in particular."""
ADDRESS_OF_PAGE = re.compile(r"url|page|refer", re.IGNORECASE)


def shown_record(source: str, table: str, record: dict[str, Any]) -> str:
    """The key and the payload, with whatever may be a person's hidden."""
    declared = next(one for one in SOURCES[source].tables if one.name == table)
    personal = personal_columns(source, declared)
    values = [str(record[name]) for name in personal if record.get(name)]
    key = ", ".join(f"{name} {HIDDEN if name in personal else record.get(name)}" for name in declared.key)
    payload = record.get("_payload")
    if not payload:
        return f"{key}: the vendor's own record was not kept"
    try:
        whole = json.loads(payload)
    except ValueError:
        return f"{key}: {HIDDEN}"
    masked = _masked("", whole, values, bool(personal))
    return f"{key}: {json.dumps(masked, ensure_ascii=False)}"


def whole_record(source: str, table: str, record: dict[str, Any]) -> str:
    """The key and the payload as the vendor sent it."""
    declared = next(one for one in SOURCES[source].tables if one.name == table)
    key = ", ".join(f"{name} {record.get(name)}" for name in declared.key)
    return f"{key}: {record.get('_payload') or 'the vendor sent no record of its own'}"


def _masked(name: str, value: Any, values: list[str], is_personal: bool) -> Any:
    if isinstance(value, dict):
        return {_text(key, values): _masked(key, one, values, is_personal) for key, one in value.items()}
    if isinstance(value, list):
        return [_masked(name, one, values, is_personal) for one in value]
    if isinstance(value, bool) or value is None:
        return value
    if is_personal and not (TECHNICAL.search(name) or PLAIN.search(name)):
        return HIDDEN
    if not isinstance(value, str):
        return value
    return _text(value, [*values, *numbers_in(value)] if is_personal and ADDRESS_OF_PAGE.search(name) else values)


def _text(text: str, values: list[str]) -> str:
    for one in sorted((*values, *addresses_in(text)), key=len, reverse=True):
        text = text.replace(one, HIDDEN)
    if re.search(r"%40|%2B", text, re.IGNORECASE):
        return HIDDEN
    return CONTACT.sub(HIDDEN, text)
