"""What really happened in the market's shops, beside what the warehouse says of it: one query for each promise."""

from __future__ import annotations

# Schemas: `truth` is what happened; the published warehouse is the main database.
CONVERSION = """
    select store, sum(counted_receipt_count) / sum(visitor_count) as found,
        (select sum(buyer_count) / sum(visitor_count) from truth.shop_hours as hours where hours.store = days.store)
            as truly
    from marts.store_days as days
    group by store
    order by store
"""
COUNTER_ERRORS = {
    # Colleagues are counted as visitors, and two in a hundred are seen twice.
    "SOF": (0.88, 0.97),
    "PDV": (0.96, 1.0),
    "VAR": (0.96, 1.0),
}
"""Conversion that is found as a share of the true one, from what is wrong with the counter."""

POSTER = """
    select outcome, effect_share_low, estimates.effect_share, effect_share_high, campaigns.effect_share as truly,
        extra_low, extra_high, extra_visitor_count
    from marts.store_campaign_estimates as estimates
    inner join truth.shop_campaigns as campaigns using (brand, campaign_name, first_date, last_date)
    order by outcome
"""

EVIDENCE = """
    select evidence, sum(receipt_count) as found,
        case evidence
            when 'promotion_code' then (select count(*) from kept where shows_code)
            when 'known_person' then (select count(*) from kept where person_id is not null and not shows_code)
            when 'asked' then (
                select count(*) from kept
                where person_id is null and not shows_code and self_reported_source in ('Google', 'Приятел')
            )
            when 'unattributed' then (select count(*) from kept where not has_evidence)
        end as truly
    from marts.receipt_evidence
    group by evidence
    order by evidence
"""
KEPT = """
    create temp table kept as
    from truth.shop_receipts
    where receipt_id not in (
        select returned_receipt_id from read_csv('{receipts}', all_varchar = true) where kind = 'void'
    )
"""

RECEIPTS = """
    select store, sum(sold_amount), sum(returned_amount) from marts.store_days group by store order by store
"""
TILLS = """
    select store, sum(amount::decimal(18, 2)) filter (where kind = 'sale'),
        sum(amount::decimal(18, 2)) filter (where kind = 'return')
    from read_csv('{receipts}', all_varchar = true)
    where receipt_id not in (
        select returned_receipt_id from read_csv('{receipts}', all_varchar = true) where kind = 'void'
    )
    group by store
    order by store
"""

DEAD = """
    select store, count(distinct date), sum(uncounted_hour_count) from marts.store_days
    where uncounted_hour_count >= 8 group by store order by store
"""
