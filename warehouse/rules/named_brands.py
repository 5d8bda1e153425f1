"""Holds every brand that a file names against the list of brands: an unlisted one would be one of UTC, in silence."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

from warehouse.errors import FixRules


def refuse_unlisted_brands(brands_file: Path, listed: Iterable[str], named: Iterable[tuple[Path, str]]) -> None:
    """Raise for the first file that names a brand without a line of its own; an empty name is every brand."""
    known = set(listed)
    for file, brand in named:
        if brand and brand not in known:
            raise FixRules(f"{file} names the brand {brand!r}, and {cure(brands_file, brand, known)}")


def cure(brands_file: Path, brand: str, listed: Iterable[str]) -> str:
    """What is to be done about a brand that nobody listed, as the second half of a sentence."""
    alike = {name.casefold(): name for name in listed}
    meant = difflib.get_close_matches(brand.casefold(), alike, n=1, cutoff=0.8)
    likely = f" If {alike[meant[0]]!r} is meant, write it so." if meant else ""
    return (
        f"{brands_file} has no line for it: its days would be those of UTC and its phone numbers of no country. "
        f"Add a line with its time_zone, currency and phone_region.{likely}"
    )
