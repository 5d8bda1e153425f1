"""The forms in which a contact may still lie somewhere: written, escaped, encoded, or hashed without a key."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

import phonenumbers

LEAST_BYTES = 6
"""What is shorter is found everywhere."""
HASHES = ("md5", "sha1", "sha256")


def patterns_of(values: Iterable[tuple[str, str]]) -> dict[bytes, str]:
    """Every form of the values, in lower case, with the kind of form it is."""
    found: dict[bytes, str] = {}
    for kind, value in sorted(values):
        for form, pattern in _patterns(kind, value):
            if len(pattern) >= LEAST_BYTES:
                found.setdefault(pattern.lower(), f"{kind}, {form}")
    return found


def _patterns(kind: str, value: str) -> Iterator[tuple[str, bytes]]:
    written = dict.fromkeys(_written(kind, value))
    for text in written:
        yield "written", text.encode()
        yield "in UTF-16", text.encode("utf-16-le")
        for escaped in (quote(text, safe=""), quote_plus(text), json.dumps(text)[1:-1]):
            if escaped != text:
                yield "escaped", escaped.encode()
        if kind in ("email", "phone") and len(text) >= LEAST_BYTES:
            yield from (("in base64", one) for one in _in_base64(text))
    for text in dict.fromkeys((*written, *(one.lower() for one in written), *(one.upper() for one in written))):
        for name in HASHES:
            digest = hashlib.new(name, text.encode(), usedforsecurity=False)
            yield f"{name} without a key", digest.hexdigest().encode()
            yield f"{name} without a key, in base64", base64.b64encode(digest.digest()).rstrip(b"=")


def _written(kind: str, value: str) -> Iterator[str]:
    yield value
    yield value.strip()
    if kind == "phone":
        try:
            number = phonenumbers.parse(value, None)
        except phonenumbers.NumberParseException:
            return
        # Without its plus a number is digits, and with what people write between them it is a text of its own.
        yield re.sub(r"\D", "", value)
        yield "00" + re.sub(r"\D", "", value)
        for form in (phonenumbers.PhoneNumberFormat.NATIONAL, phonenumbers.PhoneNumberFormat.INTERNATIONAL):
            yield phonenumbers.format_number(number, form)
        own = phonenumbers.national_significant_number(number)
        if len(own) >= 9:
            yield own
            yield f"0{own}"


def _in_base64(text: str) -> Iterator[bytes]:
    """What of the text is the same in base64 wherever it begins: three ways to stand between other bytes."""
    for before in range(3):
        padded = base64.b64encode(b"\0" * before + text.encode())
        start = (before * 8 + 5) // 6
        whole = padded[start:].rstrip(b"=")
        yield whole[:-1] if (before + len(text.encode())) % 3 else whole
