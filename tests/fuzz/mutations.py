"""Every value of an answer exchanged for values that it never was: JSON, tables in text, XML, and what is packed."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

HUGE = 10**400
VALUES: dict[str, Any] = {
    "null": None, "true": True, "zero": 0, "negative": -1, "huge": HUGE, "long": 10**30, "fraction": 1.5,
    "nan": float("nan"), "infinite": float("inf"), "text": "text", "empty text": "", "half a letter": "\ud83d",
    "list": [1], "empty list": [], "texts": ["a"], "nested": [[{"a": [None]}]], "object": {"a": 1},
    "empty object": {}, "no day": "2026-13-45", "year 1": "0001-01-01T00:00:00+14:00",
    "year 9999": "9999-12-31T23:59:59-12:00", "digits": "9" * 400, "other digits": "\u0663\u0664", "NUL": "a\0b",
}  # fmt: skip
"""What the value is called -> the value."""
TEXTS = (
    "", "--", "text", "-1", "1.5", "1e400", "NaN", "9" * 400, "2026-13-45", "9999-12-31", "\u0663\u0664", '"', "a\tb",
)  # fmt: skip

Mutation = tuple[str, bytes]
"""What was changed, and the body with it."""

CELL = re.compile(r'(?<=[\t,\n])[^\t,\n"]+(?=[\t,\n])|(?<=")[^"\n<>]+(?=")|(?<=>)[^<>\n]+(?=<)')
MOST_CELLS = 40
MOST_DEPTH = 12


def mutations(body: bytes) -> Iterator[Mutation]:
    """The body with one value exchanged, each place once with each value."""
    if body[:2] == b"PK":
        yield from _packed(body)
        return
    try:
        told = json.loads(body)
    except ValueError:
        yield from _cells(body)
        return
    for name, place in _places(told, "", ()):
        for called, value in VALUES.items():
            yield f"{name} = {called}", json.dumps(exchanged(told, place, value)).encode()


def _places(value: Any, name: str, at: tuple[Any, ...]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Where values lie. Of a list the first and the last are looked at."""
    yield name or "the whole", at
    if len(at) >= MOST_DEPTH:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, f"{name}.{key}", (*at, key))
    elif isinstance(value, list) and value:
        yield from _places(value[0], f"{name}[]", (*at, 0))


def exchanged(told: Any, place: tuple[Any, ...], value: Any) -> Any:
    """A copy with one value exchanged; the rest is the same."""
    if not place:
        return value
    first, rest = place[0], place[1:]
    copy = dict(told) if isinstance(told, dict) else list(told)
    copy[first] = exchanged(told[first], rest, value)
    return copy


def _cells(body: bytes) -> Iterator[Mutation]:
    text = body.decode("utf-8", errors="surrogateescape")
    for cell in list(CELL.finditer(text))[:MOST_CELLS]:
        for value in TEXTS:
            changed = text[: cell.start()] + value + text[cell.end() :]
            yield f"{cell[0][:30]!r} = {value[:20]!r}", changed.encode("utf-8", errors="surrogateescape")
        yield f"{cell[0][:30]!r} = no UTF-8", body[: cell.start()] + b"\xff\xfe" + body[cell.end() :]


def _packed(body: bytes) -> Iterator[Mutation]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        [name] = archive.namelist()
        inside = archive.read(name)
    for what, changed in _cells(inside):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, changed)
        yield f"inside: {what}", packed.getvalue()
    yield "no archive", body[: len(body) // 2]
    yield "two files", _with_another_file(body)


def _with_another_file(body: bytes) -> bytes:
    packed = io.BytesIO(body)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("another.csv", "a,b\n1,2\n")
    return packed.getvalue()
