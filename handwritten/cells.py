"""A cell as it is meant: without what programs put round it to say that it is text."""

from __future__ import annotations

import re

INVISIBLE = "\ufeff\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069"
"""Marks that programs put round a value and nobody sees: of byte order, of direction, blanks without width."""
AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)
# Spreadsheets mark text by it, and exporters what would be a formula.
MARKED_AS_TEXT = re.compile(r"'(?=[=+@\d-])")


def bare(written: str) -> str:
    """A cell without what only says that it is text (``="00123"``, ``'00123``), and without marks that nobody sees."""
    written = written.strip().strip(INVISIBLE).strip()
    if said := AS_TEXT.fullmatch(written):
        return said[1].replace('""', '"').strip()
    return MARKED_AS_TEXT.sub("", written, count=1) if written.startswith("'") else written
