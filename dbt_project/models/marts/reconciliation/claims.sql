with

gathered as (

    select * from {{ ref('int_claims__gathered') }}

),

causes as (

    select * from {{ ref('claim_causes') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

campaigns as (

    select * from {{ ref('int_campaigns__named') }}

),

-- One side may be missing: a month that a platform claims nothing of, or that we count nothing of.
sides as (

    select
        brand,
        source,
        account,
        platform,
        campaign_id,
        conversion_kind,
        month,
        conversions as claimed_conversions,
        value as claimed_value,
        0 as our_conversions,
        cast(null as decimal(20, 6)) as our_value,
        0 as unexplained_conversions,
        cast(null as decimal(20, 6)) as unexplained_value

    from gathered

    union all

    select
        brand,
        source,
        account,
        platform,
        campaign_id,
        conversion_kind,
        month,
        0 as claimed_conversions,
        cast(null as decimal(20, 6)) as claimed_value,
        case when cause = 'counted' then conversions else 0 end as our_conversions,
        case when cause = 'counted' then value end as our_value,
        case when cause = 'unexplained' then conversions else 0 end as unexplained_conversions,
        case when cause = 'unexplained' then value end as unexplained_value

    from causes

),

compared as (

    select
        sides.brand,
        sides.source,
        sides.account,
        sides.platform,
        sides.campaign_id,
        max({{ name_without_contacts('campaigns.campaign_name') }}) as campaign_name,
        sides.conversion_kind,
        sides.month,
        cast(sum(sides.claimed_conversions) as decimal(20, 6)) as claimed_conversions,
        cast(sum(sides.our_conversions) as decimal(20, 6)) as our_conversions,
        cast(sum(sides.claimed_conversions) - sum(sides.our_conversions) as decimal(20, 6)) as difference,
        cast(sum(sides.unexplained_conversions) as decimal(20, 6)) as unexplained_conversions,
        cast(coalesce(sum(sides.claimed_value), 0) as decimal(20, 6)) as claimed_value,
        cast(coalesce(sum(sides.our_value), 0) as decimal(20, 6)) as our_value,
        cast(coalesce(sum(sides.claimed_value), 0) - coalesce(sum(sides.our_value), 0) as decimal(20, 6))
            as value_difference,
        cast(coalesce(sum(sides.unexplained_value), 0) as decimal(20, 6)) as unexplained_value,
        max(brands.currency) as currency

    from sides
    inner join brands on sides.brand = brands.brand
    left join campaigns
        on sides.brand = campaigns.brand
        and sides.platform = campaigns.platform
        and sides.campaign_id = campaigns.campaign_key
    group by
        sides.brand, sides.source, sides.account, sides.platform, sides.campaign_id, sides.conversion_kind, sides.month

)

select * from compared
