"""What the market's ads cost by day, for ad platforms that tell Google's campaigns once more in words of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import msgspec

from sandbox.answering.vendor import Call
from sandbox.stories.retold import Record, Retold, Told, retold


def _told(table: str, *key: str) -> Told:
    columns = ", ".join((*key, "ad_network_type", "device"))
    return Told(table, f"concat_ws('~', {columns})", "day::timestamp", "_day")


CAMPAIGN_DAYS = _told("google_ads__campaign_days", "campaign_id")
AD_GROUP_DAYS = _told("google_ads__ad_group_days", "ad_group_id")
KEYWORD_DAYS = _told("google_ads__keyword_days", "ad_group_id", "criterion_id")
SEARCH_TERM_DAYS = Told(
    "google_ads__search_term_days",
    "concat_ws('~', ad_group_id, criterion_id, search_term, search_term_match_type)",
    "day::timestamp",
    "_day",
)
"""What was searched for: of no network and no kind of device."""


@dataclass(frozen=True)
class Spend:
    """What a campaign, ad group, keyword or search cost on one day, network and kind of device, in Google's words."""

    day: date
    network: str
    device: str
    campaign: Record
    ad_group: Record
    criterion: Record
    total: Total
    term: str | None = None
    """What was searched for, of rows that tell it."""
    fit: str | None = None
    """How the search fits the keyword."""

    @property
    def place(self) -> tuple[date, str, str, str]:
        """The campaign's day that it is a part of, or the whole."""
        return self.day, self.campaign["id"], self.network, self.device


@dataclass
class Total:
    """Sums of a group of rows; money is in millionths of the account's currency."""

    impressions: int = 0
    clicks: int = 0
    cost_micros: int = 0
    conversions: Decimal = Decimal(0)
    revenue: Decimal = Decimal(0)

    def add(self, other: Total) -> None:
        """Count the other's rows in."""
        self.impressions += other.impressions
        self.clicks += other.clicks
        self.cost_micros += other.cost_micros
        self.conversions += other.conversions
        self.revenue += other.revenue


Attribute = Callable[[Spend], str | None]
Group = tuple[tuple[str | None, ...], Total]


def spent(call: Call, told: Told, first: date, last: date) -> list[Spend]:
    """The rows of a table from the first day to the last, oldest first."""
    return [_spend(one) for one in retold(call, told, first, last + timedelta(days=1))]


def grouped(rows: Iterable[Spend], attributes: Sequence[Attribute]) -> list[Group]:
    """The rows added up by what the attributes say of them, in the order in which each group first occurs."""
    found: dict[tuple[str | None, ...], Total] = {}
    for row in rows:
        found.setdefault(tuple(attribute(row) for attribute in attributes), Total()).add(row.total)
    return list(found.items())


def customer(call: Call) -> Record:
    """The brand's own account at Google: its name, currency and time zone."""
    assert call.login is not None
    table = call.sandbox.known("google_ads__customer")
    [text] = call.sandbox.wire.texts(f"select _payload from {table} where _brand = ?", [call.login.brand])
    found: Record = msgspec.json.decode(text)["customer"]
    return found


def _spend(one: Retold) -> Spend:
    known, metrics = one.payload, one.payload["metrics"]
    segments, searched = known["segments"], known.get("searchTermView") or {}
    return Spend(
        day=one.day,
        network=segments.get("adNetworkType", "SEARCH"),
        device=segments.get("device", "UNKNOWN"),
        campaign=known["campaign"],
        ad_group=known.get("adGroup") or {},
        criterion=known.get("adGroupCriterion") or _criterion(segments.get("keyword") or {}),
        term=searched.get("searchTerm"),
        fit=segments.get("searchTermMatchType"),
        total=Total(
            int(metrics["impressions"]),
            int(metrics["clicks"]),
            int(metrics["costMicros"]),
            Decimal(str(metrics.get("conversions", 0))),
            Decimal(str(metrics.get("conversionsValue", 0))),
        ),
    )


def _criterion(segment: Record) -> Record:
    """The keyword that a search led to, as a keyword of its own is told."""
    if not segment:
        return {}
    return {"criterionId": segment["adGroupCriterion"].rpartition("~")[2], "keyword": segment["info"]}
