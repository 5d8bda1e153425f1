"""What whoever is responsible should hear of a publication: stale sources, jumps, leads that stopped, checks that warn.

Each piece of news has a key, which stays the same for as long as it is the same news, and a sentence with its numbers
that holds no contact, no name of a person and no secret: it is made of what is published.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from warehouse import settings


@dataclass(frozen=True)
class News:
    """One thing to hear of."""

    key: str
    sentence: str
    page: str
    """The page of the report that shows it."""


STALE = """
    select
        'stale ' || source || ' ' || account || ' ' || coalesce(max(newest_day)::text, ''),
        source || ' ' || account || ': '
            || coalesce('nothing newer than ' || max(newest_day), 'nothing was ever landed')
            || ', so ' || brand || ' lacks its newest days.',
        'health'
    from marts.reconciliation
    where is_stale
    group by source, account, brand
"""
JUMPS = """
    select
        'unidentified ' || brand || ' ' || dimension_value,
        brand || ': ' || case when dimension = 'all' then 'in doubt are ' else
            'the flag ' || replace(dimension_value, '_', ' ') || ' is on ' end
            || round(100 * week_poor_share)::integer || ' of 100 inquiries of the last week, '
            || round(100 * usual_poor_share)::integer || ' in the four weeks before.',
        'identification'
    from marts.identification_trend
    where is_jump and dimension in ('all', 'flag') and inquiry_date = $day::date
"""
SPENT = """
    select brand, coalesce(platform, channel) as platform, date, sum(spend) as spend
    from marts.channel_days
    where date between $day::date - 28 and $day::date
    group by all
    having sum(spend) > 0
"""
SPEND = f"""
    with spent as ({SPENT}),
    usual as (
        select brand, platform, max(spend) as highest, median(spend) as usual
        from spent where date < $day::date group by all having count(*) >= 14
    )
    select
        'spend ' || brand || ' ' || platform,
        brand || ': ' || platform || ' took ' || round(spent.spend)::bigint || ' ' || currency || ' on ' || date
            || ', on a usual day ' || round(usual.usual)::bigint || '.',
        'channels'
    from spent inner join usual using (brand, platform) inner join marts.brands using (brand)
    where spent.date = $day::date and spent.spend > 2 * usual.highest
"""
"""Platforms may spend twice a day's budget: what is above twice the dearest of four weeks is no budget of ours."""

LEADS = """
    with newest as (
        select brand, max(lead_date) as newest from marts.leads where lead_date <= $day::date group by brand
    ),
    usual as (
        select brand, newest, count(*) / 28.0 as a_day
        from marts.leads inner join newest using (brand) where lead_date > newest - 28 group by all
    )
    select
        'leads stopped ' || brand || ' ' || newest,
        brand || ': no lead since ' || newest || ', where ' || round(a_day * ($day::date - newest))::integer
            || ' would be usual.',
        'overview'
    from usual where a_day * ($day::date - newest) >= 10
"""
"""Where ten are due, none comes by chance once in twenty thousand times."""

CHECKS = """
    select 'check ' || step, 'The check ' || replace(step, '_', ' ') || ' does not hold.', 'health'
    from marts.pipeline_steps
    where kind = 'check' and status = 'warn' and phase in ('check_landed', 'check_marts')
        and step not in ('most_sources_are_fresh', 'identification_has_not_become_worse')
"""


def read_news() -> list[News]:
    """The news of what readers see now, in a settled order; none before anything is published."""
    link = settings.warehouse_link()
    if not link.exists():
        return []
    with duckdb.connect(str(link.resolve()), read_only=True) as reader:
        told = reader.execute("select as_of_day from marts.publication").fetchone()
        assert told is not None
        found = [
            News(*row)
            for query in (STALE, LEADS, SPEND, JUMPS, CHECKS)
            for row in reader.execute(query, {"day": told[0]} if "$day" in query else None).fetchall()
        ]
    return sorted(found, key=lambda one: one.key)
