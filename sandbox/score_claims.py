"""Compares the causes that lead to each claim with what really happened to each inquiry at the ad platforms."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class CauseScore:
    """How well one cause of one source was told."""

    brand: str
    source: str
    cause: str
    expected: int
    """Records that it really moved, given what we count: twice where one leaves a place for another."""
    found: int

    @property
    def is_near(self) -> bool:
        """Within two in a hundred, or one record."""
        return abs(self.found - self.expected) <= max(1.0, 0.02 * self.expected)


@dataclass(frozen=True)
class ClaimScore:
    """What is left of one claim when all causes are told."""

    brand: str
    source: str
    conversion_kind: str
    claimed: float
    ours: float
    unexplained: float

    @property
    def unexplained_share(self) -> float:
        """Of the claim."""
        return abs(self.unexplained) / self.claimed if self.claimed else 0.0


def score_causes(market: Path, warehouse: Path) -> list[CauseScore]:
    """Each cause of each source, as it was and as it was found."""
    with _opened(market, warehouse) as database:
        return [CauseScore(*row) for row in database.execute(CAUSES).fetchall()]


def score_claims(market: Path, warehouse: Path) -> list[ClaimScore]:
    """Each source's claim of all months, and what of it is unexplained."""
    with _opened(market, warehouse) as database:
        return [ClaimScore(*row) for row in database.execute(CLAIMS).fetchall()]


def _opened(market: Path, warehouse: Path) -> duckdb.DuckDBPyConnection:
    database = duckdb.connect()
    database.execute(f"attach '{market / 'truth.duckdb'}' as truth (read_only)")
    database.execute(f"attach '{warehouse}' as warehouse (read_only)")
    return database


CLAIMS = """
select
    brand, source, conversion_kind, sum(claimed_conversions)::double, sum(our_conversions)::double,
    sum(unexplained_conversions)::double
from warehouse.marts.claims
group by brand, source, conversion_kind
order by brand, source, conversion_kind
"""

# What we count is what the warehouse says; what became of it at the platform is the truth.
CAUSES = """
with credited as (
    select lead_id, platform, campaign_id, conversion_date
    from warehouse.marts.attributed_leads
    where attribution_model = 'last_non_direct'
),
ordered as (
    select
        *, lead_id is not null
        and row_number() over (partition by lead_id order by occurred_at, inquiry_id) = 1 as is_first
    from warehouse.marts.inquiries
),
judged as (
    select
        truth.brand, truth.platform as source, truth.nature, truth.is_claimed, truth.is_after_view,
        truth.unclaimed_for, truth.is_tag_lost, truth.claimed_campaign_id, truth.is_campaign_told, truth.day,
        found.is_first,
        credited.platform as our_platform, credited.campaign_id as our_campaign_id, credited.conversion_date,
        coalesce(credited.platform = truth.platform, false) as is_ours,
        bool_or(truth.is_claimed and truth.platform = credited.platform) over (partition by found.inquiry_id)
            as is_claimed_by_ours
    from truth.claims as truth
    inner join ordered as found
        on truth.source = found.source and truth.record_id = found.source_record_id and truth.brand = found.brand
    left join credited on found.lead_id = credited.lead_id and found.is_first
),
moved as (
    select brand, source, 1 as records, case
        when is_ours then unclaimed_for
        when nature in ('spam', 'employee', 'duplicate') then nature
        when not is_first then 'asked_again'
        when is_claimed_by_ours then 'claimed_twice'
        when our_platform is null and is_tag_lost then 'lost_tag'
        else 'earlier_click'
    end as cause
    from judged
    where is_ours <> is_claimed
    union all
    select brand, source, 1, 'view_through' from judged where is_after_view
    union all
    select brand, source, 2, 'other_campaign' from judged
    where is_ours and is_claimed and is_campaign_told and our_campaign_id is distinct from claimed_campaign_id
    union all
    select brand, source, 2, 'click_day' from judged
    where is_ours and is_claimed and date_trunc('month', conversion_date) <> date_trunc('month', day)
    union all
    select brand, 'hubspot', 1, 'cancelled' from truth.sales where cancelled_at is not null
),
expected as (
    select brand, source, cause, sum(records)::bigint as records from moved group by all
),
found as (
    select
        brand, source, cause,
        sum(case cause when 'view_through' then conversions else 1 end)::bigint as records
    from warehouse.marts.claim_records
    where cause <> 'counted' and (conversion_kind = 'lead' or cause = 'cancelled')
    group by all
)
select
    coalesce(expected.brand, found.brand) as brand, coalesce(expected.source, found.source) as source,
    coalesce(expected.cause, found.cause) as cause, coalesce(expected.records, 0), coalesce(found.records, 0)
from expected
full join found on expected.brand = found.brand and expected.source = found.source and expected.cause = found.cause
order by all
"""
