with

names as (

    select * from {{ ref('campaigns__unioned') }}

),

platform_channels as (

    select * from {{ ref('stg_rules__platform_channels') }}

),

-- Money spent where no list of platforms knows of ads, but a list of sites the site, stands where its clicks do.
sites as (

    select {{ word_key('host_pattern') }} as source_key, 'Paid Shopping' as channel, 1 as precedence
    from {{ ref('stg_rules__shopping_sites') }}
    where not contains(host_pattern, '*')

    union all

    select {{ word_key('host_pattern') }} as source_key, 'Paid Video' as channel, 2 as precedence
    from {{ ref('stg_rules__video_sites') }}
    where not contains(host_pattern, '*')

    union all

    select {{ word_key('host_pattern') }} as source_key, 'Paid Social' as channel, 3 as precedence
    from {{ ref('stg_rules__social_networks') }}
    where not contains(host_pattern, '*')

    union all

    select {{ word_key('host_pattern') }} as source_key, 'Paid Search' as channel, 4 as precedence
    from {{ ref('stg_rules__search_engines') }}
    where not contains(host_pattern, '*')

),

site_channels as (

    select source_key, channel
    from sites
    qualify row_number() over (partition by source_key order by precedence) = 1

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
        coalesce(of_type.channel, of_platform.channel, site_channels.channel, 'Paid Other') as channel

    from newest
    left join platform_channels as of_type
        on newest.platform = of_type.platform
        and newest.known_channel_type = of_type.channel_type
    left join platform_channels as of_platform
        on newest.platform = of_platform.platform
        and of_platform.channel_type is null
    left join site_channels on {{ word_key('newest.platform') }} = site_channels.source_key

)

select * from named
