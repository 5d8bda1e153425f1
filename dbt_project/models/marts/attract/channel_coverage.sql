with

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

programme as (

    select * from {{ ref('stg_rules__programme_channels') }}

),

performance as (

    select * from {{ ref('channel_performance') }}
    where attribution_model = 'last_non_direct'
        and date_basis = 'conversion'
        and (spend > 0 or visit_count > 0 or inquiry_count > 0)

),

own_programmes as (

    select distinct brand
    from programme
    where brand is not null

),

-- Channels of the brand, where it has any, replace those of all.
wanted as (

    select
        brands.brand,
        programme.channel

    from brands
    left join own_programmes on brands.brand = own_programmes.brand
    inner join programme
        on programme.brand = brands.brand
        or (programme.brand is null and own_programmes.brand is null)

),

active as (

    select
        brand,
        channel,
        min(date) as first_day,
        max(date) as last_day,
        sum(spend) as spend,
        sum(valid_inquiry_count) as valid_inquiry_count

    from performance
    where channel <> 'unattributed'
    group by brand, channel

),

cells as (

    select brand, channel from wanted
    union
    select brand, channel from active

),

covered as (

    select
        cells.brand,
        cells.channel,
        wanted.channel is not null as is_in_programme,
        case
            when active.channel is null then 'never_tried'
            when active.last_day < {{ as_of_day() }} - 30 then 'paused'
            else 'running'
        end as state,
        active.first_day,
        active.last_day,
        cast(coalesce(active.spend, 0) as decimal(20, 6)) as spend,
        cast(coalesce(active.valid_inquiry_count, 0) as bigint) as valid_inquiry_count,
        brands.currency

    from cells
    inner join brands on cells.brand = brands.brand
    left join wanted
        on cells.brand = wanted.brand
        and cells.channel = wanted.channel
    left join active
        on cells.brand = active.brand
        and cells.channel = active.channel

)

select * from covered
