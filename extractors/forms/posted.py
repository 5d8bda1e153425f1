"""Takes a posted body apart: JSON, a form as browsers encode it, or one in parts, in whatever charset and packing."""

from __future__ import annotations

import io
import json
import re
import zlib
from collections.abc import Mapping
from decimal import Decimal
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import python_multipart
from python_multipart.exceptions import FormParserError

from extractors.forms.charsets import text_of, texts

Fields = dict[str, str]
"""Names as they were posted, values as text. The keys of a nested value are joined by dots."""

LIST_SEPARATOR = ", "
MOST_FIELDS = 1000
MOST_DOCUMENTS = 100
PACKED = {"gzip": 31, "x-gzip": 31, "deflate": 47}
"""How zlib is told what it unpacks."""


class Unreadable(ValueError):
    """The body is not what its content type says. The message shows nothing of it."""


def is_json(content_type: str) -> bool:
    """Whether the body says that it is JSON."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def unpacked(body: bytes, encoding: str, most: int) -> bytes:
    """The body without its ``Content-Encoding``; more than ``most`` bytes are not unpacked."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return body
    if encoding not in PACKED:
        raise Unreadable("the body is packed in a way that is not known; gzip and deflate are")
    for window in (PACKED[encoding], -15) if encoding == "deflate" else (PACKED[encoding],):
        opener = zlib.decompressobj(window)
        try:
            text = opener.decompress(body, most + 1)
        except zlib.error:
            continue
        if len(text) > most:
            raise Unreadable(f"the body unpacks to more than {most} bytes")
        if opener.eof:
            return text
    raise Unreadable("the body is not whole, or not packed as it says")


def decoded(body: bytes, content_type: str) -> Any:
    """The JSON value, or the form's fields by name."""
    found = documents(body, content_type)
    if len(found) > 1:
        raise Unreadable(f"the body holds {len(found)} JSON values, and one was expected")
    return found[0]


def documents(body: bytes, content_type: str) -> list[Any]:
    """The form's fields, or the JSON value; of several that follow each other each.

    What begins like JSON is tried as JSON, whatever it says: scripts post it as plain text, and browsers do not ask.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return [_parts(body, content_type)]
    said = _charset(content_type)
    if is_json(kind) or body.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1] in (b"{", b"["):
        try:
            return _json(body, said)
        except Unreadable:
            if is_json(kind) or b"=" not in body:
                raise
    return [_joined(form_pairs(body, content_type))]


def _json(body: bytes, said: str) -> list[Any]:
    try:
        return [msgspec.json.decode(body)]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        # A mark before it, another charset, half a letter, or one value behind the other.
        text = text_of(body, [said]).strip()
    found: list[Any] = []
    reader = json.JSONDecoder(parse_constant=lambda name: None, strict=False)
    at = 0
    try:
        while at < len(text) and len(found) <= MOST_DOCUMENTS:
            value, at = reader.raw_decode(text, at)
            found.append(_whole_letters(value))
            at = _BETWEEN.match(text, at).end()  # type: ignore[union-attr]
    except (ValueError, RecursionError) as broken:
        raise Unreadable("the body is not JSON, or too deep") from broken
    # Numbers and texts behind each other are no posts.
    if not found or len(found) > MOST_DOCUMENTS or (len(found) > 1 and not all(isinstance(one, dict) for one in found)):
        raise Unreadable("the body is not JSON, or too deep")
    return found


_BETWEEN = re.compile(r"[\s\x1e]*")


def _whole_letters(value: Any) -> Any:
    """The value without halves of letters: a text that was cut inside an emoji ends in one."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_whole_letters(one) for one in value]
    return (
        {_whole_letters(name): _whole_letters(one) for name, one in value.items()} if isinstance(value, dict) else value
    )


def form_pairs(body: bytes, content_type: str) -> list[tuple[str, str]]:
    """The names and values of a form as they were sent, one after the other."""
    try:
        pairs = parse_qsl(
            body.removeprefix(b"\xef\xbb\xbf").decode("latin-1"),
            keep_blank_values=True,
            max_num_fields=MOST_FIELDS,
            encoding="latin-1",
            strict_parsing=bool(body),
        )
    except ValueError as broken:
        raise Unreadable("the body is not a form as browsers encode it") from broken
    # First what is escaped, then the charset, which a page may name in a field.
    given = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
    return _in_charset(given, _charset(content_type))


def _in_charset(pairs: list[tuple[bytes, bytes]], said: str) -> list[tuple[str, str]]:
    named = next((value.decode("latin-1") for name, value in pairs if name == b"_charset_"), "")
    flat_parts = texts([part for pair in pairs for part in pair], [named, said])
    return [(name, value) for name, value in zip(flat_parts[::2], flat_parts[1::2], strict=True) if name != "_charset_"]


def _charset(content_type: str) -> str:
    message = Message()
    try:
        message["content-type"] = content_type
        return str(message.get_param("charset", "") or "")
    except (ValueError, LookupError):
        return ""


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
    pairs: list[tuple[bytes, bytes]] = []

    def field(one: Any) -> None:
        pairs.append((one.field_name, one.value or b""))

    def file(one: Any) -> None:
        pairs.append((one.field_name, one.file_name or b""))

    headers = {"Content-Type": content_type.encode(), "Content-Length": str(len(body)).encode()}
    try:
        python_multipart.parse_form(headers, io.BytesIO(body), field, file)
    except (FormParserError, ValueError, AttributeError) as broken:
        raise Unreadable("the body is not a form in parts") from broken
    if len(pairs) > MOST_FIELDS:
        raise Unreadable(f"the form has more than {MOST_FIELDS} fields")
    return _joined(_in_charset(pairs, _charset(content_type)))


def _joined(pairs: list[tuple[str, str]]) -> Fields:
    """Repeated names are several answers to one question."""
    found: Fields = {}
    for name, value in pairs:
        name = name.removesuffix("[]")
        found[name] = f"{found[name]}{LIST_SEPARATOR}{value}" if name in found else value
    return found
