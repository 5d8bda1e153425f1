"""Typeform's answers, as the API lists them and as its webhook posts them: each with its question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from extractors.errors import SourceChanged
from extractors.fields import expect_fields
from extractors.forms.columns import Answer


def titles_of(fields: list[dict[str, Any]]) -> dict[str, str]:
    """The question of each field by its id; fields lie inside groups, too."""
    found, waiting = {}, list(fields)
    while waiting:
        field = waiting.pop()
        expect_fields("typeform: a form's definition", [field], ("id", "title"))
        found[str(field["id"])] = str(field["title"])
        waiting += (field.get("properties") or {}).get("fields") or []
    return found


def form_answers(answers: list[dict[str, Any]], titles: Mapping[str, str]) -> Iterator[Answer]:
    """What was written or chosen, under the field's reference and its question."""
    for answer in answers:
        field, kind = answer.get("field") or {}, str(answer.get("type"))
        value = _value(answer, kind)
        if isinstance(value, str) and value:
            yield Answer(str(field.get("ref")), value, titles.get(str(field.get("id")), ""), kind)


def _value(answer: dict[str, Any], kind: str) -> Any:
    """An answer keeps its value under the name of its type; None for types that hold no text."""
    if kind not in ("text", "email", "phone_number", "choice", "choices", "url", "date"):
        return None
    if kind not in answer:
        raise SourceChanged(f"typeform: an answer of type {kind!r} has no such value; it has {sorted(answer)}.")
    value = answer[kind]
    if kind == "choice":
        return value.get("label") or value.get("other")
    if kind == "choices":
        return ", ".join([*(value.get("labels") or []), *filter(None, [value.get("other")])])
    return value
