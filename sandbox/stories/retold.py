"""The market's visits, calls, forms, deals and ads, for vendors that tell them once more in words of their own.

Such a vendor takes part in no account of the market: beside the vendor whose records it retells they would count twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec

from sandbox.answering.vendor import Call
from sandbox.answering.wire import Wire, known

Record = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """A table of the market, the column of its records' moment (UTC), and the one by which they are asked for."""

    table: str
    key: str
    moment: str
    asked_by: str


VISITS = Told("matomo__visits", "visit_id", "last_action_at", "_day")
CALLS = Told("callrail__calls", "call_id", "started_at", "started_at")
FORMS = Told("typeform__responses", "response_id", "submitted_at", "submitted_at")
DEALS = Told("hubspot__deals", "deal_id", "created_at", "created_at")

AD_DAYS = Told("meta_ads__ad_days", "ad_id", "day::timestamp", "_day")
CAMPAIGN_DAYS = Told("google_ads__campaign_days", "campaign_id", "day::timestamp", "_day")
# Lists of what there is; their day says nothing.
META_ACCOUNT = Told("meta_ads__account", "account_id", "_day::timestamp", "_day")
GOOGLE_ACCOUNT = Told("google_ads__customer", "customer_id", "_day::timestamp", "_day")
FORM_LIST = Told("typeform__forms", "form_id", "_day::timestamp", "_day")

FORM_TITLE = "Quote"
EVER: tuple[date, date] = (date(1970, 1, 1), date(9999, 1, 1))


@dataclass(frozen=True)
class Retold:
    """One record of the market."""

    key: str
    moment: datetime
    day: date
    payload: Record

    @property
    def number(self) -> int:
        """A number that the record always has, of 15 digits."""
        return number_of(self.key)


def number_of(text: str) -> int:
    """A number of 15 digits that belongs to the text."""
    return 10**14 + int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) % (9 * 10**14)


def retold(
    call: Call, told: Told, first: date | datetime = EVER[0], end: date | datetime = EVER[1]
) -> tuple[Retold, ...]:
    """The brand's records from ``first`` until before ``end``, oldest first."""
    assert call.login is not None
    return _read(call.sandbox.wire, call.login.brand, told, first, end, call.sandbox.today)


# Whoever asks for a page asks for the next one too.
@lru_cache(maxsize=8)
def _read(
    wire: Wire, brand: str, told: Told, first: date | datetime, end: date | datetime, today: date | None
) -> tuple[Retold, ...]:
    rows = wire.rows(
        f"select {told.key}, {told.moment}, _day, _payload from {known(told.table, today)}"
        f" where _brand = ? and {told.asked_by} >= ? and {told.asked_by} < ? order by {told.moment}, {told.key}",
        [brand, first, end],
    )
    return tuple(Retold(key, moment, day, msgspec.json.decode(text)) for key, moment, day, text in rows)


def form_of(response: Retold) -> str:
    """The form that was answered."""
    return str(response.payload.get("form_id") or "form")


def said(response: Mapping[str, Any]) -> dict[str, str]:
    """What a form's answers and its hidden fields say, by their names; nothing empty."""
    found: dict[str, Any] = {}
    for answer in response.get("answers") or []:
        value = answer.get(answer["type"])
        found[answer["field"]["ref"]] = value.get("label") if isinstance(value, dict) else value
    found |= response.get("hidden") or {}
    return {name: str(value) for name, value in found.items() if value}


def started(visit: Retold) -> datetime:
    """When a visit began, in UTC."""
    return visit.moment - timedelta(seconds=int(visit.payload.get("visitDuration") or 0))
