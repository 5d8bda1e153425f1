"""What stays of a text when a forgotten person's values are taken out of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from forgotten.forms import addresses_in, numbers_in
from forgotten.listed import Listed

GONE = "erased"
"""What stands where somebody wrote something."""

TECHNICAL = re.compile(
    r"utm_|campaign|ad_?group|ad_?set|ad_?id|creative|keyword|placement|network|device|source|medium|product|service"
    r"|page|url|referr|clid|click|braid|fbp|fbc|form|date|time|lang|client_id|^id$|^type$|^ref$"
    r"|consent|ad_user_data|ad_personalization|ad_storage|analytics_storage",
    re.IGNORECASE,
)
"""Names of what a form sends along beside what a person wrote."""


@dataclass
class Found:
    """What is listed of the values of one row."""

    tokens: dict[str, str] = field(default_factory=dict)
    """Value as it stands in the row -> what stands in its place."""
    subject: str = ""
    """Of whom the row is; empty where only a device or a click of theirs is in it."""
    is_any: bool = False

    def take(self, value: str, entry: Listed, is_theirs: bool) -> None:
        """Note that a value is listed."""
        self.is_any = True
        self.tokens[value] = entry.token or value
        if is_theirs and entry.token and not self.subject:
            self.subject = entry.subject


def replaced(text: str, tokens: Mapping[str, str]) -> str:
    """The text with each value replaced, also where it is written for an address of a page; the longest first."""
    for value in sorted(tokens, key=len, reverse=True):
        token = tokens[value]
        if token == value:
            continue
        for written, instead in ((value, token), (quote(value, safe=""), quote(token, safe=""))):
            if written.lower() in text.lower():
                text = re.sub(re.escape(written), instead.replace("\\", ""), text, flags=re.IGNORECASE)
    return text


def without_contacts(text: str) -> str:
    """A sentence of ours without the addresses and numbers that it quotes."""
    for one in (*addresses_in(text), *numbers_in(text)):
        text = text.replace(one, "***")
    return re.sub(r"'[^']*'", "'***'", text)


def erased_json(text: str, found: Found) -> str:
    """What a form sent, with what it sends along beside the person's own words."""
    try:
        whole = json.loads(text)
    except ValueError:
        return GONE
    return json.dumps(_leaf("", whole, found), ensure_ascii=False, separators=(",", ":"))


def _leaf(name: str, value: Any, found: Found) -> Any:
    if isinstance(value, dict):
        return {key: _leaf(key, one, found) for key, one in value.items()}
    if isinstance(value, list):
        return [_leaf(name, one, found) for one in value]
    if isinstance(value, bool) or value is None:
        return value
    if not TECHNICAL.search(name):
        return GONE
    return replaced(value, found.tokens) if isinstance(value, str) else value
