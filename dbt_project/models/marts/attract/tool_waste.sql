{# Money lost, by campaign and month. The same money may be lost in two ways: never add up over kinds. #}

with

measured as (

    select * from {{ ref('int_channel_months__measured') }}

),

handling as (

    select * from {{ ref('inquiry_handling') }}
    where is_valid

),

flags as (

    select * from {{ ref('inquiry_flags') }}
    where flag in ('click_id_missing', 'campaign_unknown', 'utm_malformed')

),

expired_clicks as (

    select * from {{ ref('int_clicks__expired') }}

),

closed as (

    select
        'unanswered_outside_hours' as waste_kind,
        inquiry_id

    from handling
    where not is_in_working_hours
        and handling = 'never_answered'

),

badly_tagged as (

    select distinct
        case when flag = 'click_id_missing' then 'click_id_lost' else 'untagged_ad' end as waste_kind,
        inquiry_id

    from flags

),

marked as (

    select * from closed
    union all
    select * from badly_tagged

),

wasted_inquiries as (

    select
        handling.brand,
        cast(date_trunc('month', handling.inquiry_date) as date) as month,
        marked.waste_kind,
        handling.channel,
        handling.platform,
        handling.campaign_id,
        handling.campaign_name,
        count(*) as inquiry_count

    from marked
    inner join handling on marked.inquiry_id = handling.inquiry_id
    group by all

),

priced as (

    select
        wasted_inquiries.brand,
        wasted_inquiries.month,
        wasted_inquiries.waste_kind,
        wasted_inquiries.channel,
        wasted_inquiries.platform,
        wasted_inquiries.campaign_id,
        wasted_inquiries.campaign_name,
        cast(0 as bigint) as click_count,
        wasted_inquiries.inquiry_count,
        cast(
            measured.spend * wasted_inquiries.inquiry_count / nullif(measured.valid_inquiry_count, 0)
            as decimal(20, 6)
        ) as spend_lost,
        measured.currency

    from wasted_inquiries
    inner join measured
        on wasted_inquiries.brand = measured.brand
        and wasted_inquiries.month = measured.month
        and wasted_inquiries.channel = measured.channel
        and wasted_inquiries.platform is not distinct from measured.platform
        and wasted_inquiries.campaign_id is not distinct from measured.campaign_id
        and wasted_inquiries.campaign_name is not distinct from measured.campaign_name

),

spent_for_nothing as (

    select
        brand,
        month,
        'spend_without_inquiry' as waste_kind,
        channel,
        platform,
        campaign_id,
        campaign_name,
        cast(0 as bigint) as click_count,
        cast(0 as bigint) as inquiry_count,
        spend as spend_lost,
        currency

    from measured
    where spend > 0
        and valid_inquiry_count = 0

),

expired as (

    select
        brand,
        cast(date_trunc('month', seen_date) as date) as month,
        channel,
        platform,
        campaign_id,
        campaign_name,
        count(*) as click_count,
        cast(sum(inquiry_count) as bigint) as inquiry_count

    from expired_clicks
    group by all

),

never_explained as (

    select
        expired.brand,
        expired.month,
        'click_id_expired' as waste_kind,
        expired.channel,
        expired.platform,
        expired.campaign_id,
        expired.campaign_name,
        expired.click_count,
        expired.inquiry_count,
        -- Each platform counts clicks in its own way: more than all of them were not lost.
        cast(
            measured.spend * least(expired.click_count, measured.clicks) / nullif(measured.clicks, 0)
            as decimal(20, 6)
        ) as spend_lost,
        measured.currency

    from expired
    inner join measured
        on expired.brand = measured.brand
        and expired.month = measured.month
        and expired.channel = measured.channel
        and expired.platform is not distinct from measured.platform
        and expired.campaign_id is not distinct from measured.campaign_id
        and expired.campaign_name is not distinct from measured.campaign_name

),

wasted as (

    select * from priced
    union all
    select * from never_explained
    union all
    select * from spent_for_nothing

)

select * from wasted
