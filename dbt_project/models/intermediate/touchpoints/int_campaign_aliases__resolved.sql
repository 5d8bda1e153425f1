{# Every name and id a campaign has gone by, and from when to when. #}

with

names as (

    select * from {{ ref('campaigns__unioned') }}

),

spend as (

    select
        brand,
        platform,
        coalesce(campaign_id, lower(campaign_name)) as campaign_key,
        campaign_name,
        spend_date

    from {{ ref('spend__unioned') }}
    -- The other rows say what was landed.
    where spend_as_landed is null

),

name_days as (

    select
        brand,
        platform,
        campaign_key,
        campaign_name,
        min(spend_date) as first_used_date

    from spend
    group by brand, platform, campaign_key, campaign_name

),

campaign_days as (

    select
        brand,
        platform,
        campaign_key,
        min(spend_date) as first_date,
        max(spend_date) as last_date

    from spend
    group by brand, platform, campaign_key

),

platform_days as (

    select
        brand,
        platform,
        min(first_date) as platform_first_date

    from campaign_days
    group by brand, platform

),

spelled as (

    select
        names.brand,
        names.platform,
        names.campaign_key,
        lower({{ written_plainly('names.campaign_name') }}) as alias,
        'name' as alias_kind,
        name_days.first_used_date,
        names.last_used_date

    from names
    left join name_days
        on names.brand = name_days.brand
        and names.platform = name_days.platform
        and names.campaign_key = name_days.campaign_key
        and names.campaign_name = name_days.campaign_name
    where names.campaign_name is not null

    union all

    select
        brand,
        platform,
        campaign_key,
        lower(campaign_id) as alias,
        'id' as alias_kind,
        cast(null as date) as first_used_date,
        last_used_date

    from names
    where campaign_id is not null

    union all

    -- A number that two accounts use is written behind its account; a tag has the number alone.
    select
        brand,
        platform,
        campaign_key,
        {{ dbt.split_part('lower(campaign_id)', "':'", -1) }} as alias,
        'id' as alias_kind,
        cast(null as date) as first_used_date,
        last_used_date

    from names
    where contains(campaign_id, ':')

),

-- The last day that a list names is open: the campaign may run on.
dated as (

    select
        spelled.brand,
        spelled.platform,
        spelled.campaign_key,
        spelled.alias,
        min(spelled.alias_kind) as alias_kind,
        {{ loosely_written('spelled.alias') }} as loose_alias,
        min(coalesce(spelled.first_used_date, campaign_days.first_date)) as first_used_date,
        max(greatest(spelled.last_used_date, case when spelled.alias_kind = 'id' then campaign_days.last_date end))
            as last_used_date,
        min(campaign_days.first_date) as first_date,
        min(platform_days.platform_first_date) as platform_first_date

    from spelled
    left join campaign_days
        on spelled.brand = campaign_days.brand
        and spelled.platform = campaign_days.platform
        and spelled.campaign_key = campaign_days.campaign_key
    left join platform_days
        on spelled.brand = platform_days.brand
        and spelled.platform = platform_days.platform
    group by spelled.brand, spelled.platform, spelled.campaign_key, spelled.alias

)

select * from dated
