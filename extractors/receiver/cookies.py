"""Which of a visitor's cookies tell where a visit came from; every other one is none of our business."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote

from extractors.forms.identifiers import clicked_at

CLIENT_COOKIE = "_lg_id"

MARKETING = re.compile(
    r"_lg_id|_ga|_ga_\w+|_gcl_aw|_gcl_gb|FPGCLAW|_fbp|_fbc|_ym_uid|_ttp|_uetmsclkid|_pk_id[\w.]*|roistat_visit|"
    r"_ct_session_id|ct_client_global_id|TILDAUTM",
    re.ASCII,
)
MOST_COOKIES = 50
LONGEST = 512


def marketing_cookies(text: str) -> dict[str, str]:
    """The marketing cookies of a ``Cookie`` header or of ``document.cookie``; sessions and logins are left out."""
    found = {}
    for pair in text.split(";")[:MOST_COOKIES]:
        name, _, value = pair.strip().partition("=")
        longest = 8 * LONGEST if name == "TILDAUTM" else LONGEST
        if MARKETING.fullmatch(name) and value and len(value) <= longest:
            found[name] = value
    return found


def tilda_tags(cookies: dict[str, str]) -> dict[str, str]:
    """The tags inside Tilda's cookie, whose pairs are joined by ``|||`` and encoded, some of them twice."""
    text = unquote(cookies.get("TILDAUTM", ""))
    if "%3D" in text or "%7C" in text:
        text = unquote(text)
    pairs = "&".join(part.removeprefix("amp;") for part in text.split("|||"))
    return {name: value for name, value in parse_qsl(pairs) if value}


def clicks_of(cookies: Mapping[str, str]) -> dict[str, str]:
    """The newest ad click that the platforms' own cookies remember: its id is inside them."""
    found = [
        (clicked_at(cookies[cookie]), name, cookies[cookie]) for cookie, name in CLICKS.items() if cookie in cookies
    ]
    return {name: cookie for _, name, cookie in sorted(found)[-1:]}


CLICKS = {"_gcl_aw": "gclid", "FPGCLAW": "gclid", "_fbc": "fbclid"}
