"""Takes out of a ledger's lines the ids by which somebody is known; what was told, when and for how much stays."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path

import msgspec

from activations.ledger import Line, settle
from extractors.disk import flush_folder
from extractors.private import private_file


def forget_lines(file: Path, activation_ids: Collection[str]) -> int:
    """Take out of these activations' lines by what somebody is known, in one rename; returns how many lines had it.

    Which conversion was told, when and for how much stays: it is not told again.
    """

    def forget(line: Line) -> bool:
        if line.activation_id not in activation_ids or line.is_forgotten:
            return False
        _blank(line)
        line.is_forgotten = True
        return True

    return _change_intents(file, forget)


def blank_ids(file: Path, before: date, *, dry: bool = False) -> int:
    """The same for all that was told before a day, whose people are not forgotten; returns how many lines had it."""

    def blank(line: Line) -> bool:
        if line.noted_at >= before.isoformat() or not (line.click_id or line.lead_ad_id or line.device_id):
            return False
        _blank(line)
        return True

    return _change_intents(file, blank, dry=dry)


def _blank(line: Line) -> None:
    line.click_id = line.lead_ad_id = line.device_id = ""


def _change_intents(file: Path, change: Callable[[Line], bool], *, dry: bool = False) -> int:
    """Write the ledger anew, where an intent of it was changed; returns how many were."""
    if not dry:
        settle(file)
    encoder, decoder = msgspec.json.Encoder(), msgspec.json.Decoder(Line)
    written, changed = bytearray(), 0
    for text in file.read_bytes().splitlines(keepends=True):
        if text.endswith(b"\n"):
            line = decoder.decode(text)
            if line.step == "intent" and change(line):
                text = encoder.encode(line) + b"\n"
                changed += 1
            written += text
    if changed and not dry:
        part = file.with_name(f".{file.name}.part")
        part.unlink(missing_ok=True)
        with private_file(part).open("wb") as opened:
            opened.write(written)
            opened.flush()
            os.fsync(opened.fileno())
        part.replace(file)
        flush_folder(file.parent)
    return changed
