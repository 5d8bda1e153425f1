"""Compares the published warehouse with what really happened in the market."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class Score:
    """How much of the truth the pipeline found; shares from 0 to 1."""

    identifiable_inquiries: int
    right_person_share: float
    """Of the inquiries that hold something that tells who it was: the share in a person most of whose
    inquiries are of the same true person, and who has most of that true person's inquiries."""
    inquiries_with_click_evidence: int
    right_campaign_share: float
    """Of the valid inquiries whose visit, ad or number was known: the share whose own touch has the
    campaign that really brought it, or none where none did."""
    right_channel_share: float
    lead_campaign_share: float
    """Of their leads, the share whose `last_touch` credit went to that campaign."""


@dataclass(frozen=True)
class People:
    """Two inquiries at a time: whether they were given one person, and whether they should have been."""

    found_pairs: int
    precision: float
    """Of the pairs in one found person: the share that are of one true person."""
    permitted_pairs: int
    """Pairs of one true person whose records a chain of equal e-mail addresses, phone numbers and devices connects,
    through that person's own inquiries and CRM contacts, as the vendors show them."""
    recall: float
    """The share of those that were found."""


@dataclass(frozen=True)
class FlagScore:
    """How well one flag was set."""

    flag: str
    expected: int
    """Inquiries that earned it by what was done to them; 0 for flags that this market gives no cause for."""
    found: int
    precision: float | None
    recall: float | None


@dataclass(frozen=True)
class ModelScore:
    """How much of a brand's revenue an attribution model credits to the channel that really brought the inquiry."""

    brand: str
    attribution_model: str
    sales: int
    true_channel_share: float
    """Revenue credited to the channel that brought the buyer's last inquiry before the sale, of all revenue."""


def score(market: Path, warehouse: Path) -> Score:
    """Read the truth of the market's folder and the marts of a warehouse file."""
    with _opened(market, warehouse) as database:
        row = database.execute(QUERY).fetchone()
    assert row is not None
    return Score(*row)


def score_people(market: Path, warehouse: Path) -> People:
    """Precision and recall of the people, over pairs of inquiries."""
    with _opened(market, warehouse) as database:
        row = database.execute(PEOPLE).fetchone()
    assert row is not None
    return People(*row)


def score_flags(market: Path, warehouse: Path) -> list[FlagScore]:
    """Precision and recall of each flag."""
    with _opened(market, warehouse) as database:
        return [FlagScore(*row) for row in database.execute(FLAGS).fetchall()]


def score_models(market: Path, warehouse: Path) -> list[ModelScore]:
    """How near each attribution model comes to the truth, the nearest first."""
    with _opened(market, warehouse) as database:
        return [ModelScore(*row) for row in database.execute(MODELS).fetchall()]


def _opened(market: Path, warehouse: Path) -> duckdb.DuckDBPyConnection:
    database = duckdb.connect()
    database.execute(f"attach '{market / 'truth.duckdb'}' as truth (read_only)")
    database.execute(f"attach '{warehouse}' as warehouse (read_only)")
    return database


QUERY = """
with joined as (
    select
        truth.person_id as true_person, found.person_id as found_person, truth.is_identifiable,
        truth.has_click_evidence and found.is_valid and truth.nature = 'real' as is_scored,
        truth.true_campaign_id, truth.true_channel, found.campaign_id, found.channel, found.lead_id,
        truth.nature, found.occurred_at, found.inquiry_id,
        -- A billboard has no campaign at any platform: its channel is what can be right.
        coalesce(truth.true_channel = 'Offline', false) as is_offline
    from truth.inquiries as truth
    inner join warehouse.marts.inquiries as found
        on truth.source = found.source
        and truth.record_id = found.source_record_id
        and truth.brand = found.brand
),
pairs as (
    select true_person, found_person, count(*) as pair_count from joined where is_identifiable group by all
),
best as (
    select
        pair_count,
        row_number() over (partition by found_person order by pair_count desc, true_person) as true_rank,
        row_number() over (partition by true_person order by pair_count desc, found_person) as found_rank
    from pairs
),
last_touch as (
    select lead_id, campaign_id, channel
    from warehouse.marts.attributed_leads
    where attribution_model = 'last_touch'
),
first_of_lead as (
    select * from joined where lead_id is not null and nature = 'real'
    qualify row_number() over (partition by lead_id order by occurred_at, inquiry_id) = 1
),
of_people as (
    select
        sum(pair_count)::bigint as inquiries,
        sum(pair_count) filter (where true_rank = 1 and found_rank = 1) / sum(pair_count) as share
    from best
),
of_inquiries as (
    select
        count(*) as inquiries,
        avg((case when is_offline then channel = 'Offline'
            else campaign_id is not distinct from true_campaign_id end)::integer) as campaign_share,
        avg((channel = true_channel)::integer) as channel_share
    from joined
    where is_scored
),
of_leads as (
    select
        avg((case when is_offline then last_touch.channel = 'Offline'
            else last_touch.campaign_id is not distinct from true_campaign_id end)::integer) as campaign_share
    from first_of_lead
    inner join last_touch using (lead_id)
    where is_scored
)
select
    of_people.inquiries, of_people.share::double, of_inquiries.inquiries, of_inquiries.campaign_share::double,
    of_inquiries.channel_share::double, of_leads.campaign_share::double
from of_people, of_inquiries, of_leads
"""

JOINED = """
select
    found.inquiry_id, truth.source, truth.record_id, truth.brand || truth.person_id as true_person, found.person_id,
    groups.evidence_group
from truth.inquiries as truth
inner join warehouse.marts.inquiries as found
    on truth.source = found.source and truth.record_id = found.source_record_id and truth.brand = found.brand
left join truth.evidence_groups as groups
    on truth.source = groups.source and truth.record_id = groups.record_id and truth.nature in ('real', 'duplicate')
"""

# Pairs are counted by the sizes of groups: n records of a group are n(n-1)/2 pairs.
PEOPLE = f"""
with joined as ({JOINED}),
counted as (
    select
        (select sum(n * (n - 1) / 2) from (select count(*) as n from joined group by person_id)) as found_pairs,
        (select sum(n * (n - 1) / 2) from (select count(*) as n from joined group by person_id, true_person))
            as right_pairs,
        (select sum(n * (n - 1) / 2) from (
            select count(*) as n from joined where evidence_group is not null group by evidence_group
        )) as permitted_pairs,
        (select sum(n * (n - 1) / 2) from (
            select count(*) as n from joined where evidence_group is not null group by evidence_group, person_id
        )) as permitted_found
)
select
    found_pairs::bigint, (right_pairs / found_pairs)::double, permitted_pairs::bigint,
    (permitted_found / permitted_pairs)::double
from counted
"""

FLAGS = f"""
with joined as ({JOINED}),
expected as (
    select distinct joined.inquiry_id, flags.flag
    from truth.flags as flags inner join joined using (source, record_id)
),
found as (
    select flags.inquiry_id, flags.flag
    from warehouse.marts.inquiry_flags as flags inner join joined using (inquiry_id)
),
met as (
    select
        coalesce(expected.flag, found.flag) as flag, expected.flag is not null as is_expected,
        found.flag is not null as is_found
    from expected full join found on expected.inquiry_id = found.inquiry_id and expected.flag = found.flag
)
select
    flag, count(*) filter (where is_expected), count(*) filter (where is_found),
    count(*) filter (where is_expected and is_found) / nullif(count(*) filter (where is_found), 0),
    count(*) filter (where is_expected and is_found) / nullif(count(*) filter (where is_expected), 0)
from met
group by flag
order by flag
"""

MODELS = """
with sold as (
    select
        sales.brand, sales.deal_id, max_by(asked.true_channel, asked.occurred_at) as true_channel
    from truth.sales as sales
    inner join truth.inquiries as asked
        on sales.person_id = asked.person_id
        and sales.brand = asked.brand
        and asked.nature = 'real'
        and asked.occurred_at <= sales.won_at
    where sales.cancelled_at is null
    group by sales.brand, sales.deal_id
)
select
    credited.brand, credited.attribution_model, count(distinct sold.deal_id) as sales,
    coalesce(sum(credited.revenue_credit) filter (where credited.channel = sold.true_channel), 0)
    / sum(credited.revenue_credit) as true_channel_share
from warehouse.marts.attributed_sales as credited
inner join warehouse.marts.sales as found on credited.brand = found.brand and credited.sale_id = found.sale_id
inner join sold on found.brand = sold.brand and found.source_deal_id = sold.deal_id
group by credited.brand, credited.attribution_model
order by credited.brand, true_channel_share desc, credited.attribution_model
"""
