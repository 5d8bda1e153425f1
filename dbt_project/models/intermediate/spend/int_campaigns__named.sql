with

names as (

    select * from {{ ref('campaigns__unioned') }}

),

platform_channels as (

    select * from {{ ref('stg_rules__platform_channels') }}

),

campaigns as (

    select
        *,
        max(channel_type) over (partition by brand, platform, campaign_key) as known_channel_type

    from names

),

-- A platform calls a campaign by its present name everywhere, so do we.
newest as (

    select * from campaigns
    qualify row_number() over (
        partition by brand, platform, campaign_key order by last_used_date desc, campaign_name
    ) = 1

),

named as (

    select
        newest.brand,
        newest.platform,
        newest.campaign_key,
        newest.campaign_id,
        newest.campaign_name,
        newest.known_channel_type as channel_type,
        coalesce(of_type.channel, of_platform.channel, 'Paid Other') as channel

    from newest
    left join platform_channels as of_type
        on newest.platform = of_type.platform
        and newest.known_channel_type = of_type.channel_type
    left join platform_channels as of_platform
        on newest.platform = of_platform.platform
        and of_platform.channel_type is null

)

select * from named
