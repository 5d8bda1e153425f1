"""Takes a posted body apart: JSON, a form as browsers encode it, or one in parts, in whatever charset and packing."""

from __future__ import annotations

import io
import json
import re
import zlib
from collections.abc import Mapping
from decimal import Decimal
from email import message_from_bytes
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

import msgspec
import python_multipart
from python_multipart.exceptions import FormParserError

from extractors.forms.charsets import known, of_nulls, text_of, texts

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
    start = body.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1]
    if start == b"<":
        raise Unreadable("the body is XML or a page, and no form")
    if kind == "text/plain" and b"\n" in body.strip() and (lines := _lines(body, said)):
        return [lines]
    if is_json(kind) or start in (b"{", b"["):
        try:
            return [_unwrapped(one) for one in _json(body, said)]
        except Unreadable:
            # Some programs name JSON and send a form.
            if (is_json(kind) and start in (b"{", b"[", b'"')) or b"=" not in body:
                raise
    return [_without_wrapping(_joined(_once_more(form_pairs(body, content_type))))]


def _unwrapped(value: Any) -> Any:
    """What a program that wrote JSON twice meant: its text holds the object."""
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
        return value
    try:
        return json.loads(value, parse_constant=lambda name: None)
    except (ValueError, RecursionError):
        return value


def _without_wrapping(fields: Fields) -> Any:
    """A form of one field without a value, whose name is JSON, is that JSON: a script posted it as a form."""
    told = [_unwrapped(name) for name, value in fields.items() if len(fields) == 1 and not value]
    return told[0] if told and not isinstance(told[0], str) else fields


def _json(body: bytes, said: str) -> list[Any]:
    try:
        return [msgspec.json.decode(body)]
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        # A mark before it, another charset, half a letter, or one value behind the other.
        text = text_of(body, [of_nulls(body) or said]).strip("\0 \t\r\n")
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


def _once_more(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The fields without what an old script, or a second program, encoded before the form was encoded."""
    pairs = [(name, OLD_ESCAPE.sub(_letters, value)) for name, value in pairs]
    # Whoever encodes a form once leaves none of these signs to be encoded in what he encoded twice.
    is_twice = all(ENCODED.fullmatch(value) for _, value in pairs) and any(BYTE.search(value) for _, value in pairs)
    return [(unquote_plus(name), unquote_plus(value)) for name, value in pairs] if is_twice else pairs


def _letters(found: re.Match[str]) -> str:
    units = bytes.fromhex(found[0].replace("%u", ""))
    return units.decode("utf-16-be", errors="replace")


OLD_ESCAPE = re.compile(r"(?:%u[0-9a-fA-F]{4})+")
ENCODED = re.compile(r"(?:[\w.~*+-]|%[0-9a-fA-F]{2})*", re.ASCII)
BYTE = re.compile(r"%[0-9A-Fa-f]{2}")


def _lines(body: bytes, said: str) -> Fields | None:
    """A form that a page posts as plain text, one field a line; None where the text is none or holds JSON."""
    pairs: list[tuple[str, str]] = []
    for line in text_of(body, [said]).splitlines():
        name, is_field, value = line.partition("=")
        if is_field and name.strip() and name.lstrip()[:1] not in "{[":
            pairs.append((name, value))
        elif pairs:
            # An answer of several lines.
            pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]}\n{line}")
        else:
            return None
    return _joined(pairs)


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
    boundary = BOUNDARY.match(body)
    is_whole = boundary and body.rstrip().endswith(b"--" + boundary[1] + b"--") and not PART_CHARSET.search(body)
    try:
        if is_whole:
            python_multipart.parse_form(headers, io.BytesIO(body), field, file)
    except (FormParserError, ValueError, AttributeError):
        pairs.clear()
    pairs = pairs or _parts_of_a_message(body)
    if not pairs:
        raise Unreadable("the body is not a form in parts")
    if len(pairs) > MOST_FIELDS:
        raise Unreadable(f"the form has more than {MOST_FIELDS} fields")
    return _joined(_in_charset(pairs, _charset(content_type)))


def _parts_of_a_message(body: bytes) -> list[tuple[bytes, bytes]]:
    """The parts as a mail program reads them: without the line that ends them, or each in a charset of its own."""
    boundary = BOUNDARY.match(body)
    if boundary is None:
        return []
    head = b'Content-Type: multipart/form-data; boundary="' + boundary[1] + b'"\r\n\r\n'
    pairs = []
    for part in message_from_bytes(head + CUT_BOUNDARY.sub(b"", body)).walk():
        said = next((str(text) for name, text in part.raw_items() if name.lower() == "content-disposition"), "")
        if part.is_multipart() or not (name := PART_NAME.search(said)):
            continue
        file = PART_FILE.search(said)
        value = file[1].encode("utf-8", "surrogateescape") if file else part.get_payload(decode=True)
        charset = known(part.get_content_charset() or "")
        if charset and isinstance(value, bytes):
            value = value.decode(charset, errors="replace").encode()
        pairs.append((name[1].encode("utf-8", "surrogateescape"), value if isinstance(value, bytes) else b""))
    return pairs


BOUNDARY = re.compile(rb"\s*--([^\r\n\"]{1,70}?)[ \t]*\r?\n")
CUT_BOUNDARY = re.compile(rb"\r?\n--?\Z")
PART_NAME = re.compile(r';\s*name="?([^";]+)"?', re.IGNORECASE)
PART_FILE = re.compile(r';\s*filename="?([^";]*)"?', re.IGNORECASE)
PART_CHARSET = re.compile(rb"\ncontent-type:[^\r\n]*charset=", re.IGNORECASE)


def _joined(pairs: list[tuple[str, str]]) -> Fields:
    """Repeated names are several answers to one question."""
    found: Fields = {}
    for name, value in pairs:
        name = name.removesuffix("[]")
        found[name] = f"{found[name]}{LIST_SEPARATOR}{value}" if name in found else value
    return found
