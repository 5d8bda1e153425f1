"""The brands of ``brands.csv``: their words, clocks and currencies. Without the file every word is a brand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from extractors.errors import FixSettings
from extractors.settings import config_dir
from handwritten.tables import Unreadable, lines_of


@dataclass(frozen=True)
class Brand:
    """One line of the file."""

    brand: str
    zone: ZoneInfo | None
    currency: str | None


def load_brands() -> Mapping[str, Brand]:
    """The brands by their word, in the order of the file."""
    file = config_dir() / "brands.csv"
    if not file.is_file():
        return {}
    try:
        lines = lines_of(file)
    except Unreadable as unreadable:
        raise FixSettings(f"{file}: {unreadable}") from None
    header = [name.strip().lower() for name in lines[0][1]] if lines else []
    brands = {}
    for number, cells in lines[1:]:
        row = dict(zip(header, cells, strict=False))
        if word := row.get("brand"):
            zone = row.get("time_zone")
            brands[word] = Brand(
                word, zone_named(zone, f"{file}, line {number}") if zone else None, row.get("currency")
            )
    return brands


def zone_named(name: str, where: str) -> ZoneInfo:
    """A time zone of the IANA list."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise FixSettings(f"{where}: there is no time zone {name!r}; write it like Europe/Berlin.") from None
