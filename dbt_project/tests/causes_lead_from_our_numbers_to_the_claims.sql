{# What we count and every cause, the unexplained among them, are the claim to the last digit, and the records behind a
   cause are its number. #}

with

causes as (

    select
        brand,
        source,
        account,
        platform,
        campaign_id,
        conversion_kind,
        month,
        sum(conversions) as conversions,
        coalesce(sum(value), 0) as value

    from {{ ref('claim_causes') }}
    group by brand, source, account, platform, campaign_id, conversion_kind, month

),

claims as (

    select * from {{ ref('claims') }}

),

unbalanced as (

    select
        claims.brand,
        claims.source,
        claims.month,
        'claims' as what,
        claims.claimed_conversions as claimed,
        causes.conversions as led_to

    from claims
    full outer join causes
        on claims.brand = causes.brand
        and claims.source = causes.source
        and claims.account = causes.account
        and claims.platform is not distinct from causes.platform
        and claims.campaign_id is not distinct from causes.campaign_id
        and claims.conversion_kind = causes.conversion_kind
        and claims.month = causes.month
    where coalesce(claims.claimed_conversions, 0) <> coalesce(causes.conversions, 0)
        or coalesce(claims.claimed_value, 0) <> coalesce(causes.value, 0)
        or claims.difference <> claims.claimed_conversions - claims.our_conversions

),

records as (

    select
        brand,
        source,
        month,
        cause,
        sum(conversions) as conversions

    from {{ ref('claim_records') }}
    group by brand, source, month, cause

),

summed as (

    select
        brand,
        source,
        month,
        cause,
        sum(conversions) as conversions

    from {{ ref('claim_causes') }}
    where cause not in ('campaign_unknown', 'unexplained')
    group by brand, source, month, cause

),

without_records as (

    select
        coalesce(summed.brand, records.brand) as brand,
        coalesce(summed.source, records.source) as source,
        coalesce(summed.month, records.month) as month,
        coalesce(summed.cause, records.cause) as what,
        summed.conversions as claimed,
        records.conversions as led_to

    from summed
    full outer join records
        on summed.brand = records.brand
        and summed.source = records.source
        and summed.month = records.month
        and summed.cause = records.cause
    where summed.conversions is distinct from records.conversions

)

select * from unbalanced
union all
select * from without_records
