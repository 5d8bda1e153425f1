"""Takes whoever was forgotten out of the posts that lie in the spool, also while the receiver writes to it.

A file may be open in the receiver, so none is replaced: the post without the person goes into a file of its own first,
then the old line is written over with dashes of the same length, which readers pass over. A process that is killed in
between leaves both; the same post lands once.
"""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec

from extractors.landing.erased_texts import GONE, TECHNICAL, Found, replaced
from extractors.receiver.spool import Received, line_of
from extractors.receiver.spooled import ERASED_LINE, record_of
from forgotten.forms import Kind, addresses_in, email_forms, ids_in, numbers_in, phone_forms
from forgotten.listed import ForgottenList, Listed

NAMED = re.compile(r"name|vorname|nachname|fio|имя|фамилия", re.IGNORECASE)
CONTACT = re.compile(r"e-?mail|phone|\btel|mobil|handy|fax|telefon|телефон|почта", re.IGNORECASE)
"""Names of what holds addresses and numbers: they are replaced, and what stands beside them stays."""
FORM = "application/x-www-form-urlencoded"


def forget_posts(spool: Path, listed: ForgottenList, *, dry: bool = False) -> int:
    """Take the people of the list out of every post; returns in how many they were."""
    count = 0
    for file in sorted(spool.glob("*/*/day=*/*.spool")):
        count += _forget_in(file, listed, dry)
    return count


def _forget_in(file: Path, listed: ForgottenList, dry: bool) -> int:
    hit: list[tuple[int, int, bytes]] = []
    place = 0
    with file.open("rb") as opened:
        for line in opened:
            received = record_of(line)
            new = erased_post(received, listed) if received else None
            if new is not None:
                hit.append((place, len(line), line_of(new)))
            place += len(line)
    if not hit or dry:
        return len(hit)
    made = file.with_name(f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{os.getpid()}-erased.spool")
    written = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
    try:
        os.write(written, b"".join(line for _, _, line in hit))
        os.fsync(written)
    finally:
        os.close(written)
    old = os.open(file, os.O_WRONLY)
    try:
        for start, length, _ in hit:
            os.pwrite(old, ERASED_LINE * (length - 1) + b"\n", start)
        os.fsync(old)
    finally:
        os.close(old)
    return len(hit)


def erased_post(received: Received, listed: ForgottenList) -> Received | None:
    """The post without whoever is on the list; None where nobody of it is in the post."""
    text = received.body.decode("utf-8", "replace")
    fields = dict(parse_qsl(text, keep_blank_values=True)) if FORM in received.content_type else {}
    found = _found_in("\n".join((text, *fields.values())), listed)
    if not found.is_any:
        return None
    if fields:
        pairs = [(name, _value(name, value, found)) for name, value in parse_qsl(text, keep_blank_values=True)]
        body = urlencode(pairs).encode()
    else:
        try:
            body = msgspec.json.encode(_value("", json.loads(text), found))
        except ValueError:
            body = replaced(text, found.tokens).encode()
    headers = {name: replaced(value, found.tokens) for name, value in received.headers.items()}
    return msgspec.structs.replace(received, body=body, headers=headers)


def _found_in(text: str, listed: ForgottenList) -> Found:
    found = Found()
    for address in addresses_in(text):
        if entry := _first(listed, "email", email_forms(address)):
            found.take(address, entry, True)
    for number in numbers_in(text):
        if entry := _first(listed, "phone", phone_forms(number)):
            found.take(number, entry, True)
    for one in ids_in(text):
        if entry := _first(listed, "id", (one,)):
            found.take(one, entry, False)
    return found


def _first(listed: ForgottenList, kind: Kind, forms: tuple[str, ...]) -> Listed | None:
    """A post does not say of which brand it is; whoever is listed for one is taken out of it."""
    return next((entry for form in forms for entry in listed.about(kind, form)), None)


def _value(name: str, value: Any, found: Found) -> Any:
    if isinstance(value, dict):
        return {key: _value(key, one, found) for key, one in value.items()}
    if isinstance(value, list):
        return [_value(name, one, found) for one in value]
    if not isinstance(value, str):
        return value
    new, own = replaced(value, found.tokens), value.strip()
    if not found.subject or not own or own in found.tokens or TECHNICAL.search(name) or CONTACT.search(name):
        return new
    if NAMED.search(name) and new == value:
        return found.subject if " " in own else found.subject.partition(" ")[0]
    # What somebody wrote says more of them than the address in it.
    return GONE if re.search(r"\s", value) else new


def is_listed(text: str, listed: ForgottenList) -> bool:
    """Whether somebody of the list is in a text."""
    return _found_in(text, listed).is_any
