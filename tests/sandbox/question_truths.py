"""What the market itself answers to questions of docs/questions.md: by title, how near, and its own query.

The schemas: ``truth`` is what really happened, ``wire`` what the vendors serve. The first columns that are text,
or a month, tell rows apart; the others are numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SOLD = """(
    select
        *, timezone('Europe/Berlin', timezone('UTC', won_at)) as sold_at,
        row_number() over (partition by person_id order by won_at, deal_id) as sale_number
    from truth.sales where brand = 'nordhaus' and cancelled_at is null
)"""
CLOSED = """(
    select
        *, timezone('Europe/Berlin', timezone('UTC', won_at)) as sold_at,
        timezone('Europe/Berlin', timezone('UTC', cancelled_at)) as given_back_at,
        count(*) filter (where cancelled_at is null) over (
            partition by person_id order by won_at, deal_id rows between unbounded preceding and 1 preceding
        ) = 0 as is_first
    from truth.sales where brand = 'nordhaus'
)"""
ENTRIES = f"""(
    select month(sold_at) as month, 1 as sign, is_first, revenue, margin from {CLOSED}
    union all
    select month(given_back_at), -1, is_first, -revenue, -margin from {CLOSED} where cancelled_at is not null
)"""
ASKED = """(
    select *, timezone('Europe/Berlin', timezone('UTC', occurred_at)) as asked_at
    from truth.inquiries where brand = 'nordhaus'
)"""


@dataclass(frozen=True)
class Truth:
    """How the market answers a question."""

    query: str
    keys: int
    """How many leading columns name a row."""
    within: float = 0.0
    """How far a number may be off, as a share of the true one; 0 is exactly. One more or less always passes then."""
    further: Mapping[str, float] = field(default_factory=dict)
    """The same for rows of these names."""


TRUTHS = {
    "What did each platform charge in each month?": Truth(
        """
        select 'google_ads', month(day), sum(cost_micros)::decimal(20, 6) / 1000000
        from wire.google_ads__campaign_days where _brand = 'nordhaus' and _valid_to is null group by all
        union all
        select 'meta_ads', month(day), sum(spend)
        from wire.meta_ads__ad_days where _brand = 'nordhaus' and _valid_to is null group by all
        """,
        keys=2,
    ),
    "What did people search for who clicked on an ad, and what did it cost?": Truth(
        """
        select
            regexp_replace(regexp_replace(search_term, '[^ ]+@[^ ]+', '***'), '[0-9]{3} [0-9]{7}', '***') as term,
            sum(clicks), sum(cost_micros) / 1000000
        from truth.search_terms where brand = 'nordhaus' and is_told group by 1 order by 3 desc limit 8
        """,
        keys=1,
    ),
    "How much of what search cost do the platforms not tell by term?": Truth(
        """
        select 'google_ads', told, spend - told, (spend - told) / spend
        from (
            select sum(cost_micros)::decimal(20, 6) / 1000000 as told
            from truth.search_terms where brand = 'nordhaus' and is_told
        ), (
            select sum(cost_micros)::decimal(20, 6) / 1000000 as spend from wire.google_ads__campaign_days
            where _brand = 'nordhaus' and channel_type = 'SEARCH' and _valid_to is null
        )
        """,
        keys=1,
    ),
    "How many valid inquiries came in, by kind?": Truth(
        f"""
        select
            case when way in ('typeform', 'callrail_form') then 'form'
                when way in ('call', 'billboard_call') then 'call'
                when way = 'text' then 'chat' else way end,
            count(*)
        from {ASKED} where nature = 'real' group by all
        """,
        keys=1,
        within=0.02,
    ),
    "What was sold, by month?": Truth(
        f"""
        select month(sold_at), count(*), sum(revenue), sum(margin), count(cancelled_at) from {CLOSED} group by all
        """,
        keys=1,
    ),
    "What is left of each month's sales after what was cancelled in it?": Truth(
        f"select month, sum(sign), sum(revenue), sum(margin) from {ENTRIES} group by all", keys=1
    ),
    "How much of the revenue is from customers who came back?": Truth(
        f"select sale_number = 1, count(*), sum(revenue) from {SOLD} group by all", keys=1, within=0.02
    ),
    "How many customers of January came back, by age?": Truth(
        f"""
        with customers as (select person_id, min(sold_at) as first_at from {SOLD} group by person_id),
        january as (select * from customers where month(first_at) = 1)
        select
            age, (select count(*) from january),
            (
                select count(distinct january.person_id)
                from january inner join {SOLD} as again on january.person_id = again.person_id
                where again.sale_number > 1 and date_diff('month', january.first_at, again.sold_at) <= age
            )
        from range(6) as ages (age)
        """,
        keys=1,
        within=0.05,
    ),
    "Which channels bring forms and calls?": Truth(
        f"""
        select true_channel, count(*) from {ASKED}
        where nature = 'real' and way in ('typeform', 'callrail_form', 'call', 'billboard_call') group by all
        """,
        keys=1,
        within=0.1,
        # What an ad of a social network brought without its tags looks like a post there: a twentieth of Paid Social.
        further={"Organic Social": 0.4},
    ),
    "Do people call the number on the billboard?": Truth(
        f"""
        select month(asked_at), count(*), count(distinct person_id) from {ASKED}
        where nature = 'real' and way = 'billboard_call' group by all
        """,
        keys=1,
        within=0.02,
    ),
    "Why can inquiries not be traced, and who can mend it?": Truth(
        f"""
        select flag, owner, count(*) from truth.flags inner join {ASKED} using (source, record_id)
        inner join (values
            ('not_in_crm', 'sales manager'), ('client_id_missing', 'website owner'),
            ('contact_missing', 'website owner'), ('contact_invalid', 'website owner'),
            ('tracking_number_unknown', 'call tracking owner')
        ) as owners (flag, owner) using (flag)
        group by all
        """,
        keys=2,
        within=0.02,
    ),
    "How much of what comes in is no inquiry at all?": Truth(
        f"""
        select count(*), count(*) filter (where nature = 'spam'), count(*) filter (where nature = 'employee'),
            count(*) filter (where nature = 'duplicate'), count(*) filter (where nature = 'real')
        from {ASKED}
        """,
        keys=0,
        within=0.02,
    ),
    "How many customers did we win, and what did one cost?": Truth(
        f"""
        select month, spend, customers, spend / customers
        from (
            select month, sum(sign) as customers from {ENTRIES} where is_first group by all
        ) inner join (
            select month(day) as month, sum(spend) as spend
            from (
                select day, cost_micros::decimal(20, 6) / 1000000 as spend
                from wire.google_ads__campaign_days where _brand = 'nordhaus' and _valid_to is null
                union all
                select day, spend from wire.meta_ads__ad_days where _brand = 'nordhaus' and _valid_to is null
                union all
                select date, spend from offline where brand = 'nordhaus'
            ) group by all
        ) using (month)
        """,
        keys=1,
        within=0.03,
    ),
    "How long is it from the first touch to the sale?": Truth(
        f"""
        select quantile_cont(days, 0.5), quantile_cont(days, 0.9)
        from (
            select date_diff('day', min(visits.started_at), won_at) as days
            from {SOLD} inner join truth.visits using (brand, person_id)
            where visits.started_at between won_at - interval 90 day and won_at group by deal_id, won_at
        )
        """,
        keys=0,
        within=0.1,
    ),
    # Who wrote from two devices and gave no address twice is two people to everybody.
    "How many people asked more than once?": Truth(
        f"""
        select asked > 1, count(*)
        from (select person_id, count(*) as asked from {ASKED} where nature = 'real' group by all) group by all
        """,
        keys=1,
        within=0.15,
    ),
    "Does our spend agree with what the platforms charged?": Truth(
        """
        select source, sum(spend), sum(spend)
        from (
            select 'google_ads' as source, cost_micros::decimal(20, 6) / 1000000 as spend
            from wire.google_ads__campaign_days where _brand = 'nordhaus' and _valid_to is null
            union all
            select 'meta_ads', spend from wire.meta_ads__ad_days where _brand = 'nordhaus' and _valid_to is null
            union all
            select 'manual', spend from offline where brand = 'nordhaus'
        ) group by all
        """,
        keys=1,
    ),
}
