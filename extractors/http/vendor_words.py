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
    return f"{reason}. It said: {' / '.join(missing)}" if missing else reason


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
            yield from _inside(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _inside(inner, depth + 1)


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
