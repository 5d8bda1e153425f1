"""The list of who was forgotten, ``config/erasures.csv``: no contact stands in it, and none can be read out of it.

A line is the keyed hash of one form of one identifier, and what stands in its place in every table. Whoever has a
contact and the key can ask whether it is listed; a landed record is asked about so. Without the key the list is noise.
"""

from __future__ import annotations

import csv
import hmac
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, field, fields
from functools import lru_cache
from pathlib import Path

from forgotten.forms import VERSION, Kind

FILE = "erasures.csv"
EVERY_BRAND = ""
NOTHING: Sequence[Listed] = ()
DIGITS_OF_A_TOKEN = 12
STAND_IN = re.compile(r"\+999\d{12}|([^@]*\+)?erased-[a-z]{14}@.+")


class UnreadableList(Exception):
    """The list is not what we wrote, or was written with another key: whoever it names would be brought back."""


@dataclass(frozen=True)
class Listed:
    """One form of one identifier of somebody who was forgotten."""

    erasure: str
    """Which erasure listed it."""
    erased_on: str
    brand: str
    """The brand whose records it is about; empty for every brand."""
    kind: str
    keyed_hash: str
    token: str
    """What stands in its place. Empty where the value is nobody's own, and stays."""
    subject: str
    """The two words that stand in the place of the person's name; equal for all that is the person's."""
    rules: int = VERSION


COLUMNS = tuple(one.name for one in fields(Listed))


def hash_of(key: str, kind: Kind | str, form: str) -> str:
    """The keyed hash under which a form is listed."""
    begun = _begun(key, kind).copy()
    begun.update(form.encode())
    return begun.hexdigest()[:32]


@lru_cache(maxsize=64)
def _begun(key: str, kind: str) -> hmac.HMAC:
    """What all hashes of a kind begin with: a night asks millions of times, and taking the key in takes half of it."""
    return hmac.new(key.encode(), f"erasure|{kind}|".encode(), "sha256")


@dataclass
class ForgottenList:
    """The list as it is read; without a line it finds nothing and costs nothing."""

    key: str = ""
    entries: Sequence[Listed] = ()
    _found: dict[tuple[str, str], list[Listed]] = field(default_factory=lambda: defaultdict(list))
    _known: dict[tuple[str, str], Sequence[Listed]] = field(default_factory=dict)
    _kinds: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for entry in self.entries:
            self._found[entry.kind, entry.keyed_hash].append(entry)
            self._kinds.add(entry.kind)

    def __bool__(self) -> bool:
        return bool(self.entries)

    def about(self, kind: Kind, form: str) -> Sequence[Listed]:
        """What is listed of a form, whichever the brand."""
        if kind not in self._kinds:
            # Few lists have every kind, and a hash costs more than all else that is asked of a value.
            return NOTHING
        # A value comes back in row after row.
        known = self._known.get((kind, form))
        if known is None:
            if len(self._known) > 1_000_000:
                self._known.clear()
            known = self._known[kind, form] = self._found.get((kind, hash_of(self.key, kind, form)), NOTHING)
        return known

    def find(self, kind: Kind, forms: Iterable[str], brand: str | None) -> Listed | None:
        """What is listed of the first of the forms that is listed for the brand."""
        for form in forms:
            for entry in self.about(kind, form):
                if entry.brand in (EVERY_BRAND, brand):
                    return entry
        return None

    def stand_in(self, kind: Kind, written: str, form: str) -> str:
        """What stands in the place of a value that is a forgotten person's and was not known when they were.

        A value that we invented stays: rows are written anew at each erasure.
        """
        if is_stand_in(written):
            return written
        made = hmac.digest(self.key.encode(), f"stands in|{kind}|{form}".encode(), "sha256")
        return number_of(made) if kind == "phone" else address_of(made)


def number_of(noise: bytes) -> str:
    """A number that no country has: the models read it as one, and nobody can be called there."""
    return f"+999{int.from_bytes(noise[:8], 'big') % 10**DIGITS_OF_A_TOKEN:0{DIGITS_OF_A_TOKEN}}"


def address_of(noise: bytes) -> str:
    """An address at a domain that nobody can own."""
    letters = "".join(chr(ord("a") + byte % 26) for byte in noise[:14])
    return f"erased-{letters}@erased.example"


def read_list(file: Path, key: str) -> ForgottenList:
    """The list of the file; an empty one where there is none."""
    try:
        with file.open(encoding="utf-8", newline="") as opened:
            rows = list(csv.reader(opened))
    except FileNotFoundError:
        return ForgottenList()
    except (OSError, UnicodeError) as error:
        raise UnreadableList(f"{file} cannot be read ({type(error).__name__}).") from None
    if not rows or tuple(rows[0]) != COLUMNS or any(len(row) != len(COLUMNS) for row in rows[1:]):
        raise UnreadableList(f"{file} is not as `leadgen forget` wrote it. Bring its backup back.")
    entries = [_line_of(row) for row in rows[1:] if row[-1].isdigit()]
    if len(entries) < len(rows) - 1:
        raise UnreadableList(f"{file} is not as `leadgen forget` wrote it. Bring its backup back.")
    if entries and not key:
        raise UnreadableList(f"{file} names people by keyed hashes, and LEADGEN_HASH_KEY, their key, is not set.")
    if any(entry.kind == "key" and entry.keyed_hash != hash_of(key, "key", "key") for entry in entries):
        raise UnreadableList(f"{file} was written with another LEADGEN_HASH_KEY. Set the one that it was written with.")
    return ForgottenList(key, [entry for entry in entries if entry.kind != "key"])


def _line_of(row: Sequence[str]) -> Listed:
    erasure, erased_on, brand, kind, keyed_hash, token, subject, rules = row
    return Listed(erasure, erased_on, brand, kind, keyed_hash, token, subject, int(rules))


def is_stand_in(value: str) -> bool:
    """Whether an address or a number is one that we invented."""
    return bool(STAND_IN.fullmatch(value))


def add_to_list(file: Path, key: str, entries: Iterable[Listed]) -> int:
    """Add what is not listed yet, in one step and on the disk; returns how many lines are new."""
    before = read_list(file, key)
    known = {(entry.brand, entry.kind, entry.keyed_hash) for entry in before.entries}
    new = [one for one in dict.fromkeys(entries) if (one.brand, one.kind, one.keyed_hash) not in known]
    if not new:
        return 0
    check = Listed(new[0].erasure, new[0].erased_on, EVERY_BRAND, "key", hash_of(key, "key", "key"), "", "")
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    part.touch(mode=0o600)
    with part.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(astuple(one) for one in (check, *before.entries, *new))
        opened.flush()
        os.fsync(opened.fileno())
    part.replace(file)
    handle = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return len(new)
