with

named as (

    select brand, campaign_id, campaign_name, spend_date as used_date
    from {{ ref('stg_meta_ads__ad_days') }}

    union all

    select brand, campaign_id, campaign_name, cast(created_at as date) as used_date
    from {{ ref('stg_meta_ads__leads') }}
    where campaign_id is not null

),

shaped as (

    select
        brand,
        'meta_ads' as platform,
        campaign_id,
        campaign_name,
        max(used_date) as last_used_date

    from named
    group by brand, campaign_id, campaign_name

)

select * from shaped
