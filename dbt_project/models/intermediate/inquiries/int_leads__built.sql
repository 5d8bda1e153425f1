with

led as (

    select * from {{ ref('int_inquiries__led') }}

),

inquiries as (

    select * from {{ ref('int_inquiries__identified') }}

),

deals as (

    select * from {{ ref('deals__unioned') }}
    -- A credit note is no need of anybody.
    where coalesce(amount_original, 0) >= 0

),

deals_led as (

    select * from {{ ref('int_deals__led') }}
    where lead_id is not null

),

brands as (

    select * from {{ ref('int_brands__resolved') }}

),

grouped as (

    select
        led.lead_id,
        led.brand,
        led.person_id,
        min(led.occurred_at) as created_at,
        max(led.occurred_at) as last_inquiry_at,
        max(led.first_inquiry_id) as first_inquiry_id,
        count(*) as inquiry_count,
        count(*) filter (where inquiries.is_valid) as valid_inquiry_count,
        min(inquiries.first_response_at) as first_response_at,
        max(case when led.is_first then inquiries.kind end) as first_kind,
        max(case when led.is_first then inquiries.touchpoint_id end) as first_touchpoint_id,
        coalesce(max(case when led.is_first then inquiries.product end), max(inquiries.product)) as product

    from led
    inner join inquiries on led.inquiry_id = inquiries.inquiry_id
    group by led.lead_id, led.brand, led.person_id

),

-- A deal that jumped a stage has passed it.
reached as (

    select
        deals_led.lead_id,
        count(*) as deal_count,
        -- Nobody knows when a deal was made that was brought over: it was there when it was won.
        min(case when deals.is_imported then least(deals.created_at, deals.won_at) else deals.created_at end)
            as first_deal_at,
        min(coalesce(deals.qualified_at, deals.opportunity_at, deals.won_at)) as qualified_at,
        min(coalesce(deals.opportunity_at, deals.won_at)) as opportunity_at,
        min(case when deals.cancelled_at is null then deals.won_at end) as won_at,
        -- What is still open is not lost.
        bool_or(deals.won_at is null and deals.lost_at is null) as has_open_deal,
        max(deals.lost_at) as lost_at,
        arg_max(deals.lost_reason, row(deals.lost_at, deals.deal_id)) filter (
            where deals.lost_at is not null
        ) as lost_reason

    from deals_led
    inner join deals on deals_led.deal_id = deals.deal_id
    group by deals_led.lead_id

),

built as (

    select
        grouped.lead_id,
        grouped.brand,
        grouped.person_id,
        grouped.created_at,
        cast({{ local_time('grouped.created_at', 'brands.time_zone') }} as date) as created_date,
        grouped.last_inquiry_at,
        grouped.first_inquiry_id,
        grouped.first_kind,
        grouped.first_touchpoint_id,
        grouped.inquiry_count,
        grouped.valid_inquiry_count,
        grouped.product,
        grouped.first_response_at,
        coalesce(reached.deal_count, 0) as deal_count,
        reached.first_deal_at,
        reached.qualified_at,
        reached.opportunity_at,
        reached.won_at,
        case when reached.won_at is null and not reached.has_open_deal then reached.lost_at end as lost_at,
        case when reached.won_at is null and not reached.has_open_deal then reached.lost_reason end as lost_reason,
        reached.qualified_at is not null as is_qualified,
        reached.won_at is not null as is_won

    from grouped
    inner join brands on grouped.brand = brands.brand
    left join reached on grouped.lead_id = reached.lead_id

)

select * from built
