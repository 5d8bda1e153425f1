"""What one field of a form holds of others: tags as a link has them, cookies as a browser has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl

from extractors.forms.names import TAGS, dictionary

OF_A_LINK = re.compile(r"[?#]?[\w.\[\]-]{1,40}=[^&\s]*(?:&[\w.\[\]-]{1,40}=[^&\s]*)*", re.ASCII)
OF_A_BROWSER = re.compile(r"[\w.-]{1,60}=[^;\s]*(?:;\s*[\w.-]{1,60}=[^;]*)+", re.ASCII)
COOKIES = ("_lg_id", "_ga", "_ym_uid", "_gcl_aw", "FPGCLAW", "_fbc", "_uetmsclkid")
"""Those that tell a device or a click; a login is none of our business."""
LONGEST = 4000


def tags_inside(value: str) -> Iterator[tuple[str, str]]:
    """The tags and click ids of a link's query; nothing where the value is any other text."""
    if _may_hold_pairs(value) and OF_A_LINK.fullmatch(value.strip()):
        for name, told in parse_qsl(value.strip().lstrip("?#")):
            meaning = dictionary().meaning(name)
            if meaning and meaning.column in TAGS:
                yield name, told


def cookies_inside(value: str) -> Iterator[tuple[str, str]]:
    """The cookies that tell a device or a click; nothing where the value is any other text."""
    if _may_hold_pairs(value) and OF_A_BROWSER.fullmatch(value.strip()):
        cookies = dict(part.strip().partition("=")[::2] for part in value.split(";"))
        yield from ((name, cookies[name]) for name in COOKIES if cookies.get(name))


def _may_hold_pairs(value: str) -> bool:
    return "=" in value and len(value) <= LONGEST
