with

inquiries as (

    select * from {{ ref('int_inquiries__identified') }}
    where inquiry_date > {{ as_of_day() }} - interval '{{ var("worklist_days") }}' day

),

found_flags as (

    select distinct inquiry_id, flag
    from {{ source('checks', 'inquiry_flags') }}

),

definitions as (

    select * from {{ ref('stg_rules__flag_definitions') }}

),

touchpoints as (

    select * from {{ ref('int_touchpoints__masked') }}

),

led as (

    select
        inquiry_id,
        lead_id,
        count(*) over (partition by lead_id) as inquiry_count

    from {{ ref('int_inquiries__led') }}

),

lead_sales as (

    select
        lead_id,
        sum(revenue) as revenue

    from {{ ref('int_sales__built') }}
    where lead_id is not null
        and not is_cancelled
    group by lead_id

),

brand_spend as (

    select
        brand,
        sum(spend) as spend

    from {{ ref('int_spend__converted') }}
    where spend_date > {{ as_of_day() }} - interval '{{ var("worklist_days") }}' day
        and spend_date <= {{ as_of_day() }}
    group by brand

),

brand_inquiries as (

    select
        brand,
        count(*) as inquiry_count

    from inquiries
    group by brand

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

-- Where it can be mended: broken tags at the campaign, the rest at the form or the number.
placed as (

    select
        inquiries.brand,
        inquiries.inquiry_id,
        found_flags.flag,
        case
            when found_flags.flag in (
                'click_id_missing', 'click_id_unresolved', 'utm_malformed', 'campaign_unknown',
                'campaign_ambiguous', 'source_conflict'
            ) then 'campaign'
            when found_flags.flag = 'not_in_crm' then 'kind'
            when inquiries.form_id is not null then 'form'
            when inquiries.tracking_number is not null then 'tracking_number'
            else 'kind'
        end as place_kind,
        inquiries.kind,
        inquiries.form_id,
        left(inquiries.tracking_number, 3) || '*****' || right(inquiries.tracking_number, 4) as tracking_number,
        coalesce(touchpoints.campaign_name, touchpoints.source, 'none') as campaign,
        coalesce(lead_sales.revenue / led.inquiry_count, 0) as revenue

    from inquiries
    inner join found_flags on inquiries.inquiry_id = found_flags.inquiry_id
    left join touchpoints on inquiries.touchpoint_id = touchpoints.touchpoint_id
    left join led on inquiries.inquiry_id = led.inquiry_id
    left join lead_sales on led.lead_id = lead_sales.lead_id

),

named as (

    select
        brand,
        inquiry_id,
        flag,
        place_kind,
        case place_kind
            when 'campaign' then campaign
            when 'form' then form_id
            when 'tracking_number' then tracking_number
            else kind
        end as place,
        revenue

    from placed

),

summed as (

    select
        brand,
        flag,
        place_kind,
        place,
        count(*) as inquiry_count,
        cast(sum(revenue) as decimal(20, 6)) as revenue_at_stake

    from named
    group by brand, flag, place_kind, place

),

staked as (

    select
        summed.*,
        cast(
            coalesce(brand_spend.spend, 0) * summed.inquiry_count / brand_inquiries.inquiry_count as decimal(20, 6)
        ) as spend_at_stake,
        cast(summed.inquiry_count as double) / brand_inquiries.inquiry_count as inquiry_share

    from summed
    inner join brand_inquiries on summed.brand = brand_inquiries.brand
    left join brand_spend on summed.brand = brand_spend.brand

),

ranked as (

    select
        staked.brand,
        row_number() over (
            partition by staked.brand
            order by
                staked.revenue_at_stake + staked.spend_at_stake desc, staked.inquiry_count desc,
                staked.flag, staked.place_kind, staked.place
        ) as place_number,
        staked.flag,
        coalesce(definitions.severity, 'medium') as severity,
        staked.place_kind,
        staked.place,
        staked.inquiry_count,
        staked.inquiry_share,
        staked.revenue_at_stake,
        staked.spend_at_stake,
        brands.currency,
        definitions.what_to_fix,
        definitions.who_can

    from staked
    inner join brands on staked.brand = brands.brand
    left join definitions on staked.flag = definitions.flag

)

select * from ranked
