"""Answers that hold a table: lines with tabs, or a ZIP with one CSV file. Their first line names the columns."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

TSV = "text/tab-separated-values; charset=utf-8"
ZIP = "application/x-zip-compressed"
MARK = "\ufeff"
"""Microsoft begins a file in UTF-8 with it."""

Records = list[dict[str, Any]]


def is_table(media_type: str) -> bool:
    """Whether an answer of this kind is a table."""
    return media_type in (TSV, ZIP)


def changed(body: bytes, media_type: str, change: Callable[[Records], Records]) -> bytes:
    """The table with its records changed; its columns are those of a changed record."""
    if not body:
        return body
    name, rows = _unzipped(body) if media_type == ZIP else ("", _split(body))
    header = rows[0] if rows else []
    columns = list(change([dict.fromkeys(header, "")])[0])
    records = change([dict(zip(header, row, strict=True)) for row in rows[1:]])
    cells = [columns, *([str(record[column]) for column in columns] for record in records)]
    return zipped(name, cells) if media_type == ZIP else "".join("\t".join(row) + "\n" for row in cells).encode()


def zipped(name: str, lines: Sequence[Sequence[str]]) -> bytes:
    """A ZIP that holds the lines as one CSV file of this name; the same lines give the same bytes."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(lines)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        # Its own moment, which is always the same, and not the clock's.
        member = zipfile.ZipInfo(name)
        archive.writestr(member, (MARK + text.getvalue()).encode(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _unzipped(body: bytes) -> tuple[str, list[list[str]]]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        [name] = archive.namelist()
        text = archive.read(name).decode("utf-8-sig")
    return name, list(csv.reader(io.StringIO(text, newline=""), strict=True))


def _split(body: bytes) -> list[list[str]]:
    return [line.split("\t") for line in body.decode().removesuffix("\n").split("\n")]
