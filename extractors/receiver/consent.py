"""What a visitor allowed, as pages say it; what may be kept follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from extractors.forms.names import CLICK_IDS

Choice = Literal["granted", "denied", "unknown"]

KINDS = ("analytics_storage", "ad_storage", "ad_user_data", "ad_personalization")
# Ids of ad platforms; the others belong to analytics.
AD_COOKIES = ("_fbp", "_fbc", "_gcl_aw", "_gcl_gb", "_ttp", "_uetmsclkid")
CLICK_NAMES = frozenset((*CLICK_IDS, "yabs", "srsltid", "gclsrc"))


@dataclass(frozen=True)
class Consent:
    """The choices as they were sent, and whether silence counts as a yes on this site."""

    choices: Mapping[str, Choice]
    is_assumed: bool

    @property
    def is_analytics_granted(self) -> bool:
        """Whether the visitor may be told from others."""
        return self._is_granted("analytics_storage")

    @property
    def is_analytics_denied(self) -> bool:
        """Whether the visitor said no. Silence is no yes, but no withdrawal either."""
        return self.choices["analytics_storage"] == "denied"

    @property
    def is_ads_granted(self) -> bool:
        """Whether the ids of ad clicks may be kept."""
        return self._is_granted("ad_storage")

    def allows(self, cookie: str) -> bool:
        """Whether another party's id may be kept."""
        return self.is_ads_granted if cookie in AD_COOKIES else self.is_analytics_granted

    def as_fields(self) -> dict[str, str]:
        """The choices, for the record."""
        return dict(self.choices)

    def _is_granted(self, kind: str) -> bool:
        choice = self.choices[kind]
        return choice == "granted" or (choice == "unknown" and self.is_assumed)


def consent_of(asked: Mapping[str, str], is_assumed: bool) -> Consent:
    """The choices of a hit: ``analytics_storage=granted``, or the same below ``consent``."""
    choices: dict[str, Choice] = {}
    for kind in KINDS:
        said = asked.get(f"consent.{kind}", asked.get(kind, "")).lower()
        choices[kind] = "granted" if said == "granted" else "denied" if said == "denied" else "unknown"
    return Consent(choices, is_assumed)


def without_click_ids(url: str | None) -> str | None:
    """The address without the ids of ad clicks; its campaign tags stay, they name nobody."""
    if not url or "?" not in url:
        return url
    parts = urlsplit(url)
    kept = [pair for pair in parts.query.split("&") if pair.partition("=")[0].lower() not in CLICK_NAMES]
    return urlunsplit(parts._replace(query="&".join(kept)))
