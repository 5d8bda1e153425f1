"""The currency in which a portal counts: that of every deal that names none, as where only one is in use."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from extractors.errors import FixSettings, SkipAccount
from extractors.http.answers import Gone
from extractors.model import Client, Row
from extractors.redaction import safe_logger

log = safe_logger(__name__)

DETAILS = "/account-info/v3/details"
CODE = re.compile(r"[A-Za-z]{3}", re.ASCII)


@dataclass
class CompanyCurrency:
    """Asked for once, and only where a deal needs it."""

    client: Client
    _asked: list[str | None] = field(default_factory=list)

    def of(self, deal: Row) -> str | None:
        """The deal's own currency, else the portal's; None where the portal does not tell its own."""
        own: str | None = deal.get("currency")
        if own or deal.get("amount") is None:
            return own
        if not self._asked:
            self._asked.append(self._portals())
        return self._asked[0]

    def _portals(self) -> str | None:
        try:
            details = self.client.get(DETAILS)
        except (FixSettings, SkipAccount, Gone) as refused:
            log.warning("hubspot: deals without a currency are counted in the brand's: %s", refused)
            return None
        told = details.get("companyCurrency") if isinstance(details, dict) else None
        return told if isinstance(told, str) and CODE.fullmatch(told) else None
