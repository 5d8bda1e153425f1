{# Which account of a platform claims for a campaign, and by whose clock. An inquiry whose campaign no account has is of
   the platform's first account. #}

{{ config(schema = 'intermediate', access = 'private') }}

with

told as (

    select * from {{ ref('int_claims__told') }}

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

zones as (

    select
        brand,
        source,
        account,
        max(time_zone) as time_zone

    from {{ ref('claim_parts__unioned') }}
    group by brand, source, account

),

campaigns as (

    select distinct brand, platform, campaign_id, source, account
    from told
    where campaign_id is not null
    -- A campaign that two accounts tell of is the first one's by name.
    qualify row_number() over (partition by brand, platform, campaign_id order by source, account) = 1

),

firsts as (

    select distinct
        brand,
        platform,
        cast(null as varchar) as campaign_id,
        source,
        account

    from told
    qualify row_number() over (partition by brand, platform order by source, account) = 1

),

unioned as (

    select * from campaigns
    union all
    select * from firsts

),

claiming as (

    select
        unioned.brand,
        unioned.platform,
        unioned.campaign_id,
        unioned.source,
        unioned.account,
        coalesce(zones.time_zone, brands.time_zone) as time_zone

    from unioned
    inner join brands on unioned.brand = brands.brand
    left join zones
        on unioned.brand = zones.brand
        and unioned.source = zones.source
        and unioned.account = zones.account

)

select * from claiming
