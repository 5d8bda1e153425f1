with

accounts as (

    select account, currency
    from {{ ref('stg_vk_ads__account') }}

),

days as (

    select
        brand,
        account,
        spend_date,
        campaign_id,
        campaign_name,
        ad_group_id,
        ad_group_name,
        ad_id,
        ad_name,
        spend as spend_original,
        impressions,
        clicks,
        platform_conversions

    from {{ ref('stg_vk_ads__banner_days') }}

),

-- What the landed records say, refused ones too, past the staging that it is held against.
landed as (

    select
        _brand as brand,
        _account as account,
        day as spend_date,
        coalesce(sum(spent), 0) as spend_as_landed,
        coalesce(sum(case when _reject_reason is not null then spent end), 0) as spend_rejected

    from {{ source('vk_ads', 'banner_days') }}
    group by _brand, _account, day

),

stated as (

    {{ rows_by_name(['days', 'landed']) }}

),

shaped as (

    select
        'vk_ads' as source,
        'vk_ads' as platform,
        stated.*,
        accounts.currency

    from stated
    left join accounts on stated.account = accounts.account

)

select * from shaped
