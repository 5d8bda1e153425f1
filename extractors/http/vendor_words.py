"""Finds the sentences in which a vendor says why it refused, whichever rule judged its answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from extractors.redaction import short

SAID_UNDER = frozenset(
    (
        *("message", "msg", "errormessage", "errormsg", "error", "errordescription", "errorinfo", "errorstring"),
        *("errordetail", "errorusertitle", "errorusermsg", "description", "detail", "details", "title", "hint"),
        *("reason", "info", "mnemonic", "activationurl"),
    )
)
"""What vendors call the place of a sentence, without capitals, hyphens and underlines."""
NAMED_UNDER = frozenset(
    (
        *("field", "fields", "fieldname", "fieldpath", "path", "pointer", "param", "parameter", "parametername"),
        *("property", "propertyname", "column", "columns", "loc", "location", "scope", "scopes", "missingscopes"),
        *("requiredscopes", "requiredgranularscopes", "erroruri"),
    )
)
"""And of what a sentence is about: a field, a scope, a link."""
BESIDE = {"name": "reason", "url": "description"}
"""What is such a place where the other one stands beside it: what is wrong, or where a link leads."""
SHORTEST_PLACE, MOST_PLACES = 3, 4
MOST_SENTENCES, MOST_DEPTH, LONGEST = 4, 7, 300
SAME = 60
"""So many letters of a sentence tell that it was told already: a rule may have cut its end."""


def vendor_sentences(body: Any, text: str = "") -> list[str]:
    """The vendor's own sentences out of an error's body, without secrets and people, each once."""
    told = list(_inside(body, 0)) if body is not None else [text] if _is_plain(text) else []
    return list(dict.fromkeys(filter(None, map(_on_a_line, told))))[:MOST_SENTENCES]


def with_vendor_sentences(reason: str, body: Any, text: str = "") -> str:
    """Our reason, and behind it what the vendor said and we did not repeat."""
    known = _on_a_line(reason).lower()
    missing = [one for one in vendor_sentences(body, text) if one[:SAME].lower() not in known]
    told = f"{reason}. It said: {' / '.join(missing)}" if missing else reason
    named = [one for one in dict.fromkeys(map(_on_a_line, _places(body, 0))) if one.lower() not in told.lower()]
    return f"{told} ({', '.join(named[:MOST_PLACES])})" if named else told


def _inside(value: Any, depth: int) -> Iterator[str]:
    if depth > MOST_DEPTH:
        return
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if isinstance(inner, str) and _plain_name(name) in SAID_UNDER:
                yield inner
        for name, inner in value.items():
            if isinstance(inner, list) and _plain_name(name) in SAID_UNDER:
                yield from (one for one in inner if isinstance(one, str))
            if isinstance(inner, Mapping) and _plain_name(name) in ("errors", "error"):
                yield from _by_field(inner)
            yield from _inside(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _inside(inner, depth + 1)


def _by_field(errors: Mapping[Any, Any]) -> Iterator[str]:
    """What is wrong with each field, where it stands under the field's name."""
    for name, told in errors.items():
        if isinstance(told, list) and _plain_name(name) not in SAID_UNDER:
            yield from (f"{name}: {one}" for one in told if isinstance(one, str))


def _places(value: Any, depth: int) -> Iterator[str]:
    """Fields, scopes and links that an error names beside its sentences."""
    if depth > MOST_DEPTH:
        return
    if isinstance(value, Mapping):
        names = {_plain_name(name): inner for name, inner in value.items()}
        for name, inner in names.items():
            if name in NAMED_UNDER or (name in BESIDE and isinstance(names.get(BESIDE[name]), str)):
                found = inner if isinstance(inner, list) else [inner]
                # A name of several words may be a person's.
                told = (one for one in found if isinstance(one, str) and (name != "name" or " " not in one))
                yield from (one for one in told if len(one) >= SHORTEST_PLACE)
        for inner in value.values():
            yield from _places(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _places(inner, depth + 1)


def _plain_name(name: Any) -> str:
    return str(name).lower().replace("_", "").replace("-", "")


def _on_a_line(sentence: str) -> str:
    said = " ".join(short(sentence).split()).rstrip(".")
    return said if len(said) <= LONGEST else said[:LONGEST].rstrip() + "..."


def _is_plain(text: str) -> bool:
    """Whether it is words: no page, no half of an object, no file."""
    said = " ".join(text.split())
    return (
        bool(said) and not said.startswith(("<", "{", "[")) and said.replace("\n", " ").replace("\r", " ").isprintable()
    )
