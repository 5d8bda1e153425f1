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

residuals as (

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

    from balanced
    group by brand, source, account, platform, campaign_id, conversion_kind, month

),

-- What we know of a platform without its campaign is some of what its campaigns claim beyond what we know of them.
pools as (

    select
        brand,
        source,
        account,
        conversion_kind,
        month,
        {%- for number in ['conversions', 'value'] %}
        greatest(-sum(case when campaign_id is null then {{ number }} else 0 end), 0) as unplaced_{{ number }},
        sum(case when campaign_id is not null then greatest({{ number }}, 0) else 0 end) as missing_{{ number }}
        {{- ',' if not loop.last }}
        {%- endfor %}

    from residuals
    where platform is not null
    group by brand, source, account, conversion_kind, month

),

shared as (

    select
        residuals.*,
        {%- for number in ['conversions', 'value'] %}
        case
            when residuals.campaign_id is null or residuals.{{ number }} <= 0 then 0
            else cast(
                residuals.{{ number }}
                * least(coalesce(pools.unplaced_{{ number }} / nullif(pools.missing_{{ number }}, 0), 0), 1)
                as decimal(20, 6)
            )
        end as shared_{{ number }}{{ ',' if not loop.last }}
        {%- endfor %}

    from residuals
    left join pools
        on residuals.platform is not null
        and residuals.brand = pools.brand
        and residuals.source = pools.source
        and residuals.account = pools.account
        and residuals.conversion_kind = pools.conversion_kind
        and residuals.month = pools.month

),

placed as (

    select
        brand,
        source,
        account,
        platform,
        campaign_id,
        conversion_kind,
        month,
        {%- for number in ['conversions', 'value'] %}
        {{ number }},
        case
            when campaign_id is null and platform is not null then -sum(shared_{{ number }}) over (
                partition by brand, source, account, platform, conversion_kind, month
            )
            else shared_{{ number }}
        end as placed_{{ number }}{{ ',' if not loop.last }}
        {%- endfor %}

    from shared

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
        'campaign_unknown' as cause,
        placed_conversions as conversions,
        placed_value as value,
        0 as record_count

    from placed
    where placed_conversions <> 0
        or placed_value <> 0

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
        conversions - placed_conversions as conversions,
        value - placed_value as value,
        0 as record_count

    from placed
    where conversions <> placed_conversions
        or value <> placed_value

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
