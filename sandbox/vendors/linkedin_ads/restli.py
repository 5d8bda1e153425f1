"""Rest.li's way to write lists and objects in a query: brackets, colons and commas as they are, all else encoded."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

TEXT = re.compile(r"[^(),:]*")


def parsed_query(text: str) -> dict[str, Any]:
    """The parameters: a text, ``List(...)`` as a list, ``(name:value)`` as an object. ValueError for a broken one.

    Who encodes the brackets has sent a text, and who leaves a URN's colons as they are a broken list.
    """
    found: dict[str, Any] = {}
    for part in filter(None, text.split("&")):
        name, _, value = part.partition("=")
        found[unquote(name)] = _value(value) if value.startswith(("(", "List(")) else unquote(value)
    return found


def _value(text: str) -> Any:
    value, rest = _first(text)
    if rest:
        raise ValueError("something stands behind the value")
    return value


def _first(text: str) -> tuple[Any, str]:
    """The value at the text's start, and what is behind it."""
    if text.startswith("List("):
        items = []
        rest = text.removeprefix("List(")
        while not rest.startswith(")"):
            item, rest = _first(rest)
            items.append(item)
            rest = _behind_comma(rest)
        return items, rest[1:]
    if text.startswith("("):
        record: dict[str, Any] = {}
        rest = text[1:]
        while not rest.startswith(")"):
            name, colon, rest = rest.partition(":")
            if not colon or not re.fullmatch(r"\w+", name):
                raise ValueError("an object is names and values")
            record[name], rest = _first(rest)
            rest = _behind_comma(rest)
        return record, rest[1:]
    found = TEXT.match(text)
    assert found is not None
    return unquote(found[0]), text[found.end() :]


def _behind_comma(rest: str) -> str:
    """What comes behind one of several values; the last one has the closing bracket there."""
    if rest.startswith(")"):
        return rest
    if rest.startswith(",") and not rest.startswith(",)"):
        return rest[1:]
    raise ValueError("a bracket or a comma is missing")
