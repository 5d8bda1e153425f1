with

spend as (

    select * from {{ ref('stg_manual__spend') }}

),

words as (

    select * from {{ ref('int_platforms__worded') }}

),

days as (

    select
        spend.brand,
        spend.account,
        spend.spend_date,
        coalesce(words.spend_platform, lower(trim(spend.platform))) as platform,
        spend.campaign_id,
        spend.campaign_name,
        spend.ad_group_id,
        spend.ad_group_name,
        spend.keyword,
        spend.spend as spend_original,
        spend.currency,
        spend.impressions,
        spend.clicks

    from spend
    left join words on {{ word_key('trim(spend.platform)') }} = words.source_key

),

-- The drop is landed whole each time: the last pull is all of it.
last_pull as (

    select * from {{ source('manual', 'spend') }}
    qualify _day = max(_day) over (partition by _account)

),

-- What the landed records say, refused ones too, past the staging that it is held against.
landed as (

    select
        coalesce(brand, _brand) as brand,
        _account as account,
        date as spend_date,
        currency,
        coalesce(sum(spend), 0) as spend_as_landed,
        coalesce(sum(case when _reject_reason is not null then spend end), 0) as spend_rejected

    from last_pull
    group by coalesce(brand, _brand), _account, date, currency

),

stated as (

    {{ rows_by_name(['days', 'landed']) }}

),

shaped as (

    select
        'manual' as source,
        stated.*

    from stated

)

select * from shaped
