"""Ids that a cookie or a builder wraps, as the side that also knows them writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from extractors.forms.names import CLICK_IDS

GOOGLE_DEVICE = re.compile(r"GA\d\.[\d-]+\.(\d{1,20}\.\d{1,20}|amp-[\w-]+)", re.ASCII)
MATOMO_DEVICE = re.compile(r"([0-9a-f]{16})\.\d[\d.]*", re.ASCII)
NO_DEVICE = re.compile(r"G[AS]\d\..*", re.DOTALL)
"""A cookie of Google without a device in it: one of the present session, or one that was cut."""
GOOGLE_CLICK = re.compile(r"(?:GCL\.\d+|\d\.1\.\d+|1\.\d{9,})\.([\w-]+)", re.ASCII)
GOOGLE_CLICK_OF_A_SERVER = re.compile(r"\d\.\d\.k([\w-]+)\$i\d+.*", re.ASCII)
META_CLICK = re.compile(r"fb\.\d\.\d+\.([\w.-]+)", re.ASCII)
MICROSOFT_CLICK = re.compile(r"_uet([0-9a-f]{32})", re.ASCII)
PART_OF_A_LINK = re.compile(r"[?&#]?(?:(\w+)=)?([^=&#?\s]+)(?:[&#].*)?", re.ASCII)


def _unwrapped(*wrappings: re.Pattern[str]) -> Callable[[str], str]:
    def inner(value: str) -> str:
        for wrapping in wrappings:
            if found := wrapping.fullmatch(value):
                return found[1]
        return value

    return inner


UNWRAP: Mapping[str, Callable[[str], str]] = {
    # GA1.1.333.170 is 333.170 in the reports; Matomo's cookie goes on after its visitor's id.
    "client_id": _unwrapped(GOOGLE_DEVICE, MATOMO_DEVICE),
    # GCL.1700000000.Cj0..., the cookies _gcl_aw and _gcl_gb; 2.1.kCj0...$i1700000000 of a site's own server.
    **dict.fromkeys(("gclid", "gbraid", "wbraid", "dclid"), _unwrapped(GOOGLE_CLICK, GOOGLE_CLICK_OF_A_SERVER)),
    # fb.1.1700000000000.IwAR..., the cookie _fbc.
    "fbclid": _unwrapped(META_CLICK),
    "msclkid": _unwrapped(MICROSOFT_CLICK),
}


IDS = frozenset((*UNWRAP, *CLICK_IDS))


def unwrapped(column: str, value: str) -> str:
    """The id inside the value; any other value stays as it is. Empty where a cookie holds none."""
    if column not in IDS:
        return value
    value = value.strip().strip("\"'").strip()
    link = PART_OF_A_LINK.fullmatch(value)
    if link and column != "client_id" and (link[1] or column) == column:
        value = link[2]
    value = UNWRAP.get(column, str)(value)
    return "" if column == "client_id" and NO_DEVICE.fullmatch(value) else value


def clicked_at(cookie: str) -> int:
    """When the click of a cookie ``_gcl_aw``, ``FPGCLAW`` or ``_fbc`` was, in seconds; 0 where it does not say."""
    stamp = next((part for part in re.split(r"\.|\$i?", cookie)[1:] if part.isdecimal() and 10 <= len(part) <= 13), "0")
    return int(stamp[:10])
