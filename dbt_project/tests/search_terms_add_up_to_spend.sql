{# Whoever adds up search terms finds the money, the impressions and the clicks of spend: of each account, from the
   first day on of which it told a term. #}

with

by_term as (

    select
        brand,
        source,
        account,
        spend_date,
        campaign_id,
        currency_original,
        sum(spend_original) as spend_original,
        sum(impressions) as impressions,
        sum(clicks) as clicks

    from {{ ref('search_terms') }}
    group by brand, source, account, spend_date, campaign_id, currency_original

),

first_days as (

    select
        brand,
        source,
        account,
        min(spend_date) as first_date

    from {{ ref('search_terms') }}
    where is_told
    group by brand, source, account

),

spent as (

    select
        spend.brand,
        spend.source,
        spend.account,
        spend.spend_date,
        spend.campaign_id,
        spend.currency_original,
        sum(spend.spend_original) as spend_original,
        sum(spend.impressions) as impressions,
        sum(spend.clicks) as clicks

    from {{ ref('spend') }} as spend
    inner join first_days
        on spend.brand = first_days.brand
        and spend.source = first_days.source
        and spend.account = first_days.account
        and spend.spend_date >= first_days.first_date
    group by
        spend.brand, spend.source, spend.account, spend.spend_date, spend.campaign_id, spend.currency_original

)

select coalesce(spent.brand, by_term.brand) as brand

from spent
full join by_term
    on spent.brand = by_term.brand
    and spent.source = by_term.source
    and spent.account = by_term.account
    and spent.spend_date = by_term.spend_date
    and spent.campaign_id is not distinct from by_term.campaign_id
    and spent.currency_original = by_term.currency_original
where coalesce(spent.spend_original, 0) <> coalesce(by_term.spend_original, 0)
    or coalesce(spent.impressions, 0) <> coalesce(by_term.impressions, 0)
    or coalesce(spent.clicks, 0) <> coalesce(by_term.clicks, 0)
