"""Takes a posted body apart: JSON, a form as browsers encode it, or one in parts."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import python_multipart
from python_multipart.exceptions import FormParserError

Fields = dict[str, str]
"""Names as they were posted, values as text. The keys of a nested value are joined by dots."""

LIST_SEPARATOR = ", "
MOST_FIELDS = 1000


class Unreadable(ValueError):
    """The body is not what its content type says. The message shows nothing of it."""


def is_json(content_type: str) -> bool:
    """Whether the body says that it is JSON."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def decoded(body: bytes, content_type: str) -> Any:
    """The JSON value, or the form's fields by name."""
    kind = content_type.partition(";")[0].strip().lower()
    if is_json(kind):
        try:
            return msgspec.json.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as broken:
            raise Unreadable("the body is not JSON, or too deep") from broken
    if kind == "multipart/form-data":
        return _parts(body, content_type)
    try:
        pairs = parse_qsl(
            body.decode(),
            keep_blank_values=True,
            max_num_fields=MOST_FIELDS,
            errors="strict",
            strict_parsing=bool(body),
        )
    except ValueError as broken:
        raise Unreadable("the body is not a form as browsers encode it") from broken
    return _joined(pairs)


def flat(value: Any) -> Fields:
    """Any JSON value as names and texts; what is empty is left out."""
    found: Fields = {}
    try:
        _flatten("", value, found)
    except RecursionError as endless:
        raise Unreadable("its values are nested too deeply") from endless
    return found


def _flatten(name: str, value: Any, found: Fields) -> None:
    if isinstance(value, Mapping):
        for key, one in value.items():
            _flatten(f"{name}.{key}" if name else str(key), one, found)
    elif isinstance(value, list):
        if all(not isinstance(one, Mapping | list) for one in value):
            _flatten(name, LIST_SEPARATOR.join(_text(one) for one in value if one is not None), found)
        else:
            for number, one in enumerate(value):
                _flatten(f"{name}.{number}", one, found)
    elif value is not None and (text := _text(value).strip()):
        found[name] = text


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | Decimal) else json.dumps(value)


def _parts(body: bytes, content_type: str) -> Fields:
    """The text fields of a form in parts. Of a file only its name is kept."""
    pairs: list[tuple[str, str]] = []

    def field(one: Any) -> None:
        pairs.append((one.field_name.decode(), (one.value or b"").decode()))

    def file(one: Any) -> None:
        pairs.append((one.field_name.decode(), (one.file_name or b"").decode()))

    headers = {"Content-Type": content_type.encode(), "Content-Length": str(len(body)).encode()}
    try:
        python_multipart.parse_form(headers, io.BytesIO(body), field, file)
    except (FormParserError, ValueError, AttributeError) as broken:
        raise Unreadable("the body is not a form in parts") from broken
    if len(pairs) > MOST_FIELDS:
        raise Unreadable(f"the form has more than {MOST_FIELDS} fields")
    return _joined(pairs)


def _joined(pairs: list[tuple[str, str]]) -> Fields:
    """Repeated names are several answers to one question."""
    found: Fields = {}
    for name, value in pairs:
        name = name.removesuffix("[]")
        found[name] = f"{found[name]}{LIST_SEPARATOR}{value}" if name in found else value
    return found
