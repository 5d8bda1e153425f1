"""Typeform's answers, as the API lists them and as its webhook posts them: each with its question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from extractors.errors import SourceChanged
from extractors.fields import expect_fields
from extractors.forms.columns import Answer
from extractors.records import list_in, object_in, objects_in


def titles_of(fields: list[dict[str, Any]]) -> dict[str, str]:
    """The question of each field by its id; fields lie inside groups, too."""
    found, waiting = {}, list(fields)
    while waiting:
        field = waiting.pop()
        expect_fields("typeform: a form's definition", [field], ("id", "title"))
        found[str(field["id"])] = str(field["title"])
        waiting += objects_in(object_in(field, "properties"), "fields")
    return found


def form_answers(answers: list[dict[str, Any]], titles: Mapping[str, str]) -> Iterator[Answer]:
    """What was written or chosen, under the field's reference and its question."""
    for answer in answers:
        field, kind = object_in(answer, "field"), str(answer.get("type"))
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
        chosen = object_in(answer, kind)
        return chosen.get("label") or chosen.get("other")
    if kind == "choices":
        chosen = object_in(answer, kind)
        return ", ".join(map(str, [*list_in(chosen, "labels"), *filter(None, [chosen.get("other")])]))
    return value
