{# Every name and id a campaign has gone by. #}

with

names as (

    select * from {{ ref('campaigns__unioned') }}

),

aliases as (

    select brand, platform, campaign_key, lower(campaign_name) as alias, last_used_date
    from names
    where campaign_name is not null

    union all

    select brand, platform, campaign_key, lower(campaign_id) as alias, last_used_date
    from names
    where campaign_id is not null

),

-- A name used again for a new campaign means the new one.
resolved as (

    select
        brand,
        platform,
        alias,
        campaign_key

    from aliases
    qualify row_number() over (
        partition by brand, platform, alias order by last_used_date desc, campaign_key desc
    ) = 1

)

select * from resolved
