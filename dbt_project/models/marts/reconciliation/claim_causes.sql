{# Our number, then each cause with what it adds, then what no cause explains: together the claim. #}

with

gathered as (

    select * from {{ ref('int_claims__gathered') }}

),

records as (

    select * from {{ ref('int_claim_records__caused') }}

),

-- What is claimed and what explains it, each with its sign: what is left of both is unexplained.
balanced as (

    select
        brand,
        source,
        account,
        platform,
        campaign_id,
        conversion_kind,
        month,
        conversions,
        value

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
        -conversions as conversions,
        -value as value

    from records

),

explained as (

    select
        brand,
        source,
        account,
        platform,
        campaign_id,
        conversion_kind,
        month,
        cause,
        sum(conversions) as conversions,
        sum(value) as value,
        count(*) as record_count

    from records
    group by brand, source, account, platform, campaign_id, conversion_kind, month, cause

    union all

    select
        brand,
        source,
        account,
        platform,
        campaign_id,
        conversion_kind,
        month,
        'unexplained' as cause,
        sum(conversions) as conversions,
        sum(value) as value,
        0 as record_count

    from balanced
    group by brand, source, account, platform, campaign_id, conversion_kind, month
    having sum(conversions) <> 0
        or coalesce(sum(value), 0) <> 0

),

caused as (

    select
        brand,
        source,
        account,
        platform,
        campaign_id,
        conversion_kind,
        month,
        cause,
        cast(conversions as decimal(20, 6)) as conversions,
        cast(value as decimal(20, 6)) as value,
        cast(record_count as bigint) as record_count

    from explained

)

select * from caused
