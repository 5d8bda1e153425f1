with

spend as (

    select * from {{ ref('stg_manual__spend') }}

),

words as (

    select * from {{ ref('int_platforms__worded') }}

),

named as (

    select
        spend.*,
        coalesce(words.spend_platform, lower(trim(spend.platform))) as own_platform

    from spend
    left join words on {{ word_key('trim(spend.platform)') }} = words.source_key

),

ids as (

    select
        brand,
        own_platform,
        campaign_id,
        account,
        min(spend_date) as first_date,
        max(spend_date) as last_date,
        min(lower(campaign_name)) as first_name,
        max(lower(campaign_name)) as last_name

    from named
    where campaign_id is not null
    group by brand, own_platform, campaign_id, account

),

-- Who counts campaigns from 1 counts as others do: on the same days the same number has two names.
numbered_alike as (

    select distinct
        ids.brand,
        ids.own_platform,
        ids.campaign_id

    from ids
    inner join ids as others
        on ids.brand = others.brand
        and ids.own_platform = others.own_platform
        and ids.campaign_id = others.campaign_id
        and ids.account < others.account
        and ids.first_date <= others.last_date
        and others.first_date <= ids.last_date
        and (ids.last_name < others.first_name or others.last_name < ids.first_name)

),

days as (

    select
        spend.brand,
        spend.account,
        spend.spend_date,
        spend.own_platform as platform,
        case when numbered_alike.campaign_id is null then spend.campaign_id else spend.account || ':' || spend.campaign_id end
            as campaign_id,
        spend.campaign_name,
        spend.ad_group_id,
        spend.ad_group_name,
        spend.keyword,
        spend.spend as spend_original,
        spend.currency,
        spend.impressions,
        spend.clicks

    from named as spend
    left join numbered_alike
        on spend.brand = numbered_alike.brand
        and spend.own_platform = numbered_alike.own_platform
        and spend.campaign_id = numbered_alike.campaign_id

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
