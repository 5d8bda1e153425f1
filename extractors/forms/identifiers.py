"""Ids that a cookie or a builder wraps, as the side that also knows them writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

GOOGLE_DEVICE = re.compile(r"GA\d\.\d+\.(\d{1,20}\.\d{1,20})", re.ASCII)
MATOMO_DEVICE = re.compile(r"([0-9a-f]{16})\.\d[\d.]*", re.ASCII)
GOOGLE_CLICK = re.compile(r"(?:GCL\.\d+|\d\.1\.\d+|1\.\d{9,})\.([\w-]+)", re.ASCII)
META_CLICK = re.compile(r"fb\.\d\.\d+\.([\w.-]+)", re.ASCII)
MICROSOFT_CLICK = re.compile(r"_uet([0-9a-f]{32})", re.ASCII)


def _unwrapped(*wrappings: re.Pattern[str]) -> Callable[[str], str]:
    def inner(value: str) -> str:
        for wrapping in wrappings:
            if found := wrapping.fullmatch(value.strip()):
                return found[1]
        return value

    return inner


UNWRAP: Mapping[str, Callable[[str], str]] = {
    # GA1.1.333.170 is 333.170 in the reports; Matomo's cookie goes on after its visitor's id.
    "client_id": _unwrapped(GOOGLE_DEVICE, MATOMO_DEVICE),
    # GCL.1700000000.Cj0..., the cookie _gcl_aw.
    "gclid": _unwrapped(GOOGLE_CLICK),
    # fb.1.1700000000000.IwAR..., the cookie _fbc.
    "fbclid": _unwrapped(META_CLICK),
    "msclkid": _unwrapped(MICROSOFT_CLICK),
}


def unwrapped(column: str, value: str) -> str:
    """The id inside the value; any other value stays as it is."""
    return UNWRAP[column](value) if column in UNWRAP else value


def clicked_at(cookie: str) -> int:
    """When the click of a cookie ``_gcl_aw`` or ``_fbc`` was, in seconds; 0 where it does not say."""
    stamp = next((part for part in cookie.split(".")[1:] if part.isdecimal() and 10 <= len(part) <= 13), "0")
    return int(stamp[:10])
