with

days as (

    select * from {{ ref('stg_yandex_direct__criterion_days') }}

),

-- A campaign that was only ever shown in one place is of that type; one in both is of neither.
networks as (

    select
        brand,
        account,
        campaign_id,
        case when count(distinct ad_network_type) = 1 then max(ad_network_type) end as channel_type

    from days
    group by brand, account, campaign_id

),

shaped as (

    select
        days.brand,
        'yandex_direct' as platform,
        days.campaign_id,
        days.campaign_name,
        networks.channel_type,
        max(days.spend_date) as last_used_date

    from days
    left join networks
        on days.brand = networks.brand
        and days.account = networks.account
        and days.campaign_id = networks.campaign_id
    group by days.brand, days.campaign_id, days.campaign_name, networks.channel_type

)

select * from shaped
